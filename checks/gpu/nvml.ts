import { cannotTell, check, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { asReport, isMute } from "../../src/facts/driver-report.ts";
import { type Evidence, evidenceOf, known, toldEvidence } from "../../src/facts/fact.ts";
import type { NvmlReport, SmiGpu, SmiReport } from "../../src/facts/facts.ts";
import { nvmlWords } from "../../src/nvml/codes.ts";
import { message, type Said } from "../../src/text/message.ts";

const texts = {
  title: message("nvidia-smi and NVML agree", "nvidia-smi 与 NVML 一致"),
  agree: message("yes", "是"),
  bothFail: message("both fail", "两者都失败"),
  found: message("{what}: nvidia-smi says {smi}, NVML says {nvml}", "{what}：nvidia-smi 为 {smi}，NVML 为 {nvml}"),
  of: message("{what}: {value}", "{what}：{value}"),
  wanted: message("the same answer", "相同的回答"),
  detail: message(
    "nvidia-smi and the library NVML tell different things of the same driver: programs may find another library than nvidia-smi does.",
    "nvidia-smi 和 NVML 库对同一个驱动说法不一：程序找到的库可能与 nvidia-smi 使用的不同。",
  ),
  mute: message(
    "NVML answers, and nvidia-smi does not: the driver works, its tool does not.",
    "NVML 有应答而 nvidia-smi 没有：驱动正常，工具本身有问题。",
  ),
  state: message("state", "状态"),
  states: {
    timeout: message("no answer in time", "未在时限内响应"),
    crashed: message("it crashed", "崩溃"),
    unreadable: message("not understood", "无法理解其输出"),
  },
  noWord: message("NVML gave no answer to compare: {why}", "NVML 没有给出可比较的回答：{why}"),
};

export default check({
  id: "driver.nvml",
  layer: "driver-api",
  impact: "none",
  after: ["gpu.present"],
  title: texts.title(),
  appliesTo: ({ driver, nvml }) => driver.smi.state === "value" && nvml.state === "value",
  judge(facts) {
    const smi = known(facts.driver.smi);
    const report = known(facts.nvml);
    if (!smi || !report) return cannotTell(texts.noWord({ why: "-" }));
    const own = asReport(report);
    if (!own) return cannotTell(texts.noWord({ why: whyNot(report) }), evidenceOf(facts.nvml));
    if (smi.outcome !== "ok" && own.outcome !== "ok")
      return pass(texts.bothFail(), { evidence: evidenceOf(facts.nvml) });
    const [difference] = differences(smi, own);
    return difference ? disagreement(smi, difference) : pass(texts.agree(), { evidence: evidenceOf(facts.nvml) });
  },
});

interface Difference {
  readonly what: string | Said;
  readonly smi: string | Said;
  readonly nvml: string | Said;
  /** The two belong to different versions of the driver. */
  readonly versions?: true;
}

function whyNot({ failure, outcome, stoppedAt, gpus }: NvmlReport): string {
  const code = failure?.code ?? gpus.find((gpu) => gpu.failure)?.failure?.code;
  if (code !== undefined) return nvmlWords(code);
  return stoppedAt === null ? outcome : `${outcome}, ${stoppedAt}`;
}

function differences(smi: SmiReport, own: SmiReport): Difference[] {
  if (smi.outcome !== own.outcome) {
    const versions = own.outcome === "mismatch" || smi.outcome === "mismatch";
    const state = ({ outcome, message: said }: SmiReport): string | Said => {
      if (outcome === "timeout" || outcome === "crashed" || outcome === "unreadable") return texts.states[outcome]();
      return outcome === "ok" ? "OK" : (said ?? outcome);
    };
    return [{ what: texts.state(), smi: state(smi), nvml: state(own), ...(versions && { versions }) }];
  }
  return [
    ...unlike("driver", smi.driverVersion, own.driverVersion, true),
    ...unlike("CUDA", smi.cudaVersion, own.cudaVersion, true),
    ...unlike("GPUs", String(smi.gpus.length), String(own.gpus.length)),
    ...smi.gpus.flatMap((card) => {
      const twin = own.gpus.find((other) => isSame(card, other));
      return twin ? unlikeCards(card, twin) : [];
    }),
  ];
}

function isSame(a: SmiGpu, b: SmiGpu): boolean {
  return a.now?.uuid && b.now?.uuid ? a.now.uuid === b.now.uuid : a.index === b.index;
}

function unlikeCards(card: SmiGpu, twin: SmiGpu): Difference[] {
  const label = `GPU ${card.index ?? "?"}`;
  const sizes = [card.memoryMiB, twin.memoryMiB] as const;
  const rounded = sizes[0] !== null && sizes[1] !== null && Math.abs(sizes[0] - sizes[1]) <= 1;
  const mig = (on: boolean | null): string | null => (on === null ? null : on ? "on" : "off");
  return [
    ...unlike(label, card.name, twin.name),
    ...(rounded ? [] : unlike(`${label} MiB`, sizes[0]?.toString() ?? null, sizes[1]?.toString() ?? null)),
    ...unlike(`${label} MIG`, mig(card.mig), mig(twin.mig)),
  ];
}

/** What one of them does not tell is no difference. */
function unlike(what: string, smi: string | null, nvml: string | null, versions?: true): Difference[] {
  return smi === null || nvml === null || smi === nvml ? [] : [{ what, smi, nvml, ...(versions && { versions }) }];
}

function disagreement(smi: SmiReport, { what, smi: one, nvml: other, versions }: Difference): Outcome {
  const evidence: Evidence[] = [
    toldEvidence("nvidia-smi -q -x", texts.of({ what, value: one })),
    toldEvidence("NVML", texts.of({ what, value: other })),
  ];
  return warn({
    found: texts.found({ what, smi: one, nvml: other }),
    wanted: texts.wanted(),
    detail: isMute(smi) ? texts.mute() : texts.detail(),
    suspicions: versions ? [suspect("driver-library-version-mismatch", 0.5, ...evidence)] : [],
    evidence,
  });
}
