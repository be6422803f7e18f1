import { cannotTell, check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import type { Facts, SmiGpu } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import { smiGpus } from "../situation.ts";
import { nvmlCards } from "./cards.ts";

const texts = {
  title: message("GPU memory", "显存"),
  shared: message("not reported (shared with the system)", "未报告（与系统共享）"),
  cut: message("nvidia-smi ended before it told the memory", "nvidia-smi 在报告显存之前就结束了"),
  free: message("{free} of {total} MiB free", "空闲 {free} / {total} MiB"),
  wanted: message("a tenth free", "至少空闲十分之一"),
  detail: message("Other processes hold nearly all of the GPU's memory.", "其他进程几乎占满了显存。"),
  held: message("Nearly all of the GPU's memory is held by: {who}.", "显存几乎被占满，占用者：{who}。"),
};

export default check({
  id: "gpu.memory",
  layer: "driver-api",
  impact: "gpu",
  after: ["gpu.present", "driver.api"],
  title: texts.title(),
  appliesTo: (facts) => smiGpus(facts).length > 0,
  judge(facts) {
    const told = measured(facts);
    const best = told.sort((a, b) => share(b) - share(a))[0];
    if (!best) return cut(facts) ? cannotTell(texts.cut()) : pass(texts.shared());
    const { total, used } = best;
    const found = texts.free({ free: total - used, total });
    if (share(best) >= 0.1) return pass(found);
    const evidence: Evidence[] = [{ source: "nvidia-smi", excerpt: `${used}MiB / ${total}MiB` }];
    const suspicions = [suspect("gpu-memory-full", 0.9, ...evidence)];
    return warn({ found, wanted: texts.wanted(), detail: holders(facts) ?? texts.detail(), suspicions, evidence });
  },
});

/** nvidia-smi was killed or cut short before it came to the memory. */
function cut({ driver }: Facts): boolean {
  const outcome = known(driver.smi)?.outcome;
  return outcome === "timeout" || outcome === "crashed" || outcome === "unreadable";
}

/** Those who hold the most, where NVML tells who computes. */
function holders(facts: Facts): Said | null {
  const all = nvmlCards(facts).flatMap(({ processes }) => processes ?? []);
  const told = all.flatMap(({ pid, usedMiB: size }) => (size === null ? [] : [{ pid, size }]));
  if (told.length === 0) return null;
  const most = [...told].sort((a, b) => b.size - a.size).slice(0, 3);
  return texts.held({ who: most.map(({ pid, size }) => `PID ${pid} (${size} MiB)`).join(", ") });
}

interface Memory {
  readonly total: number;
  readonly used: number;
}

function measured(facts: Facts): Memory[] {
  return smiGpus(facts).flatMap(({ memoryMiB: total, usedMiB: used }: SmiGpu) =>
    total !== null && used !== null && total > 0 ? [{ total, used }] : [],
  );
}

const share = ({ total, used }: Memory): number => (total - used) / total;
