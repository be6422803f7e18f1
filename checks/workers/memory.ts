import type { Suspicion } from "../../src/diagnosis/cause.ts";
import { cannotTell, check, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { evidenceOf, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { inWsl2, onWindows } from "../situation.ts";

const texts = {
  untold: message("the system did not tell", "系统没有给出该信息"),
  title: message("Memory", "内存"),
  found: message("{memory} MiB", "{memory} MiB"),
  withSwap: message("{memory} MiB, swap {swap} MiB", "{memory} MiB，交换空间 {swap} MiB"),
  wanted: message("4 GiB or more", "至少 4 GiB"),
  wantedPagefile: message("a page file", "启用页面文件"),
  tiny: message(
    "Each worker is a Python of its own that holds its framework; with {memory} MiB the system soon kills one.",
    "每个 worker 都是加载了框架的独立 Python；只有 {memory} MiB 时系统很快会终止其中一个。",
  ),
  wsl: message(
    "WSL2 was given {memory} MiB; workers that need more are killed.",
    "WSL2 只分到 {memory} MiB，需要更多内存的 worker 会被终止。",
  ),
  pagefile: message(
    "Windows has no page file, but reserves memory for the libraries of each worker: that ends with WinError 1455.",
    "Windows 没有页面文件，而每个 worker 加载库时都要预留内存，会出现 WinError 1455。",
  ),
};

const leastMiB = 4096;

export default check({
  id: "limits.memory",
  layer: "workers",
  impact: "none",
  after: [],
  title: texts.title(),
  judge(facts) {
    const { hostMemoryMiB, cgroupMemoryMiB, swapMiB } = facts.limits;
    const sizes = [known(hostMemoryMiB), known(cgroupMemoryMiB)].filter((size) => size !== undefined);
    if (sizes.length === 0) return cannotTell(whyUnknown(hostMemoryMiB) ?? texts.untold());
    const memory = Math.min(...sizes);
    const swap = known(swapMiB);
    if (onWindows(facts) && swap === 0) return withoutPagefile(facts, memory);
    if (memory < leastMiB) return tiny(facts, memory);
    return pass(swap === undefined ? texts.found({ memory }) : texts.withSwap({ memory, swap }));
  },
});

function tiny(facts: Facts, memory: number): Outcome {
  const { cgroupMemoryMiB, hostMemoryMiB } = facts.limits;
  const limited = known(cgroupMemoryMiB) === memory;
  const evidence = evidenceOr(
    { source: "free -m", excerpt: String(memory) },
    limited ? cgroupMemoryMiB : hostMemoryMiB,
  );
  const ofWsl = inWsl2(facts) && !limited;
  const suspicion: Suspicion = suspect(ofWsl ? "wsl-memory-limit" : "worker-oom-killed", 0.5, ...evidence);
  const detail = ofWsl ? texts.wsl({ memory }) : texts.tiny({ memory });
  return warn({ found: texts.found({ memory }), wanted: texts.wanted(), detail, suspicions: [suspicion], evidence });
}

function withoutPagefile(facts: Facts, memory: number): Outcome {
  const evidence = evidenceOf(facts.limits.swapMiB);
  return warn({
    found: texts.withSwap({ memory, swap: 0 }),
    wanted: texts.wantedPagefile(),
    detail: texts.pagefile(),
    suspicions: [suspect("windows-pagefile-too-small", 0.6, ...evidence)],
    evidence,
  });
}
