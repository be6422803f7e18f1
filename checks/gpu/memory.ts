import { check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import type { Evidence } from "../../src/facts/fact.ts";
import type { Facts, SmiGpu } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { smiGpus } from "../situation.ts";

const texts = {
  title: message("GPU memory", "显存"),
  shared: message("not reported (shared with the system)", "未报告（与系统共享）"),
  free: message("{free} of {total} MiB free", "空闲 {free} / {total} MiB"),
  wanted: message("a tenth free", "至少空闲十分之一"),
  detail: message("Other processes hold nearly all of the GPU's memory.", "其他进程几乎占满了显存。"),
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
    if (!best) return pass(texts.shared());
    const { total, used } = best;
    const found = texts.free({ free: total - used, total });
    if (share(best) >= 0.1) return pass(found);
    const evidence: Evidence[] = [{ source: "nvidia-smi", excerpt: `${used}MiB / ${total}MiB` }];
    const suspicions = [suspect("gpu-memory-full", 0.9, ...evidence)];
    return warn({ found, wanted: texts.wanted(), detail: texts.detail(), suspicions, evidence });
  },
});

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
