import { check, fail, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { nvmlWords } from "../../src/nvml/codes.ts";
import { message } from "../../src/text/message.ts";
import { smiGpus } from "../situation.ts";
import { nvmlCards, nvmlEvidence, smiTells } from "./cards.ts";

const texts = {
  title: message("GPU health", "GPU 健康状况"),
  fine: message("no trouble reported", "没有报告异常"),
  wanted: message("no trouble", "无异常"),
  reset: message("The card reports that it must be reset before it works again.", "显卡报告需要复位后才能继续工作。"),
  power: message(
    "The card gets too little power: a cable of its own supply is not plugged in.",
    "显卡供电不足：它的外接供电线没有插好。",
  ),
  infoRom: message(
    "The card's infoROM, where it keeps its settings and error counts, is corrupted; computing goes on.",
    "显卡的 infoROM（保存设置和错误计数）已损坏；计算不受影响。",
  ),
  field: message("The card reports {trouble} in place of a reading.", "显卡在某个读数处报告了 {trouble}。"),
  lost: message(
    "The kernel log says that the card fell off the bus (Xid 79).",
    "内核日志显示显卡从总线上掉线（Xid 79）。",
  ),
  earlier: message(
    "The card fell off the bus earlier (Xid 79) and answers again; that is power, heat or the slot.",
    "显卡此前掉线过（Xid 79），现在又有应答；原因多为供电、温度或插槽。",
  ),
  memory: message(
    "The kernel log reports memory errors of the card (Xid {xid}), which can spoil a training run.",
    "内核日志报告了显存错误（Xid {xid}），可能破坏训练。",
  ),
};

/** Double-bit and uncontained memory errors: https://docs.nvidia.com/deploy/xid-errors/ */
const memoryErrors = new Set(["48", "95"]);

export default check({
  id: "gpu.health",
  layer: "driver-api",
  impact: "gpu",
  after: ["gpu.present", "driver.api"],
  title: texts.title(),
  // Silence of the log alone is no sign of health.
  appliesTo: (facts) => smiGpus(facts).length > 0 || troublesOf(facts).length > 0 || xidsOf(facts).length > 0,
  judge(facts) {
    return judgeTrouble(facts) ?? judgeLog(facts) ?? pass(texts.fine());
  },
});

/** What the cards themselves complain of, to nvidia-smi or to NVML. */
function troublesOf(facts: Facts): (Evidence & { readonly trouble: string })[] {
  const bySmi = smiTells(facts)
    ? smiGpus(facts).flatMap(({ name, trouble }) =>
        trouble === null ? [] : [{ trouble, source: "nvidia-smi -q", excerpt: `${name ?? "GPU"}: ${trouble}` }],
      )
    : [];
  const byNvml = nvmlCards(facts).flatMap((card) => {
    if (!card.failure) return [];
    const trouble = nvmlWords(card.failure.code);
    return [{ trouble, ...nvmlEvidence(card, card.failure.call, trouble) }];
  });
  return [...bySmi, ...byNvml];
}

function judgeTrouble(facts: Facts): Outcome | null {
  const [first] = troublesOf(facts);
  if (!first) return null;
  const { trouble, ...evidenced } = first;
  const evidence: Evidence[] = [evidenced];
  const more = { found: trouble, wanted: texts.wanted(), evidence };
  if (/lost/i.test(trouble)) {
    return fail({
      ...more,
      detail: texts.field({ trouble }),
      suspicions: [suspect("gpu-fallen-off-bus", 0.9, ...evidence)],
    });
  }
  if (/requires reset/i.test(trouble)) {
    return fail({ ...more, detail: texts.reset(), suspicions: [suspect("gpu-rm-init-failed", 0.5, ...evidence)] });
  }
  if (/external power/i.test(trouble)) {
    const suspicions = [suspect("gpu-power-insufficient", 0.95, ...evidence)];
    return fail({ ...more, detail: texts.power(), suspicions });
  }
  if (/infoROM/i.test(trouble)) return warn({ ...more, detail: texts.infoRom(), suspicions: [] });
  if (/NVML error/.test(trouble)) return warn({ ...more, detail: texts.field({ trouble }), suspicions: [] });
  // A dead fan sensor reads ERR!, too: worth a word, no proof.
  return warn({
    ...more,
    detail: texts.field({ trouble }),
    suspicions: [suspect("gpu-fallen-off-bus", 0.3, ...evidence)],
  });
}

function xidsOf({ driver }: Facts): { readonly xid: string; readonly line: string }[] {
  return (known(driver.kernelLog) ?? []).flatMap((line) => {
    const xid = /NVRM: Xid \([^)]{0,60}\): (\d{1,4})/.exec(line)?.[1];
    return xid === undefined ? [] : [{ xid, line }];
  });
}

function judgeLog(facts: Facts): Outcome | null {
  const xids = xidsOf(facts);
  const off = xids.findLast(({ xid }) => xid === "79");
  if (off) {
    const evidence: Evidence[] = [{ source: "dmesg", excerpt: off.line }];
    const works = smiGpus(facts).length > 0;
    return (works ? warn : fail)({
      found: "Xid 79",
      wanted: texts.wanted(),
      detail: works ? texts.earlier() : texts.lost(),
      suspicions: [suspect("gpu-fallen-off-bus", works ? 0.5 : 0.9, ...evidence)],
      evidence,
    });
  }
  const memory = xids.findLast(({ xid }) => memoryErrors.has(xid));
  if (!memory) return null;
  const evidence: Evidence[] = [{ source: "dmesg", excerpt: memory.line }];
  const found = `Xid ${memory.xid}`;
  return warn({
    found,
    wanted: texts.wanted(),
    detail: texts.memory({ xid: memory.xid }),
    suspicions: [suspect("gpu-memory-failing", 0.8, ...evidence)],
    evidence,
  });
}
