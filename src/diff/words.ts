import { type Language, message, type Said } from "../text/message.ts";
import type { DiffReport, ReportedChange } from "./compare.ts";

export const texts = {
  heading: message("{old} compared with {new}", "对比：{old} → {new}"),
  labelled: message("{name}: {what}", "{name}：{what}"),
  header: message("{name}:", "{name}："),
  aside: message(" ({what})", "（{what}）"),
  thisMachine: message("this machine", "本机"),
  side: message("{name} ({at})", "{name}（{at}）"),
  outcome: {
    worse: message("Something got worse.", "情况变差了。"),
    better: message("Something got better, and nothing got worse.", "情况有所好转，没有变差。"),
    changed: message("Something changed, and nothing got worse.", "有变化，但没有变差。"),
    same: message("Nothing changed.", "没有变化。"),
  },
  verdict: message("Verdict: {before} {arrow} {after}", "结论：{before} {arrow} {after}"),
  sameVerdict: message("Verdict as before: {after}", "结论不变：{after}"),
  both: message("{outcome} {verdict}", "{outcome}{verdict}"),
  empty: message("(empty)", "（空）"),
  appeared: message("New root cause", "新出现的根本原因"),
  gone: message("No longer there", "已消失的原因"),
  stayed: message("Still there", "仍然存在的原因"),
  because: message("What changed and explains it", "能解释它的变化"),
  mended: message("What changed and mended it", "使其消失的变化"),
  noReason: message("no change that was seen explains it", "没有看到能解释它的变化"),
  certainty: {
    certain: message("without this change the cause is gone", "没有这项变化，该原因即消失"),
    likely: message("without it and what follows from it the cause is gone", "没有它及其后果，该原因即消失"),
    follows: message("follows from it", "由此而来"),
    together: message("without these changes together the cause is gone", "同时没有这些变化，该原因才消失"),
    possible: message("the failed check looks at this", "失败的检查项依据此项"),
  },
  changes: message("What changed", "变化"),
  otherChanges: message("What else changed", "其他变化"),
  worse: message("Worse", "变差的检查项"),
  better: message("Better", "好转的检查项"),
  more: message("… and {left} more: --verbose", "…… 另有 {left} 项：--verbose"),
  none: message("none", "无"),
  unknown: message("unknown", "未知"),
  next: message("Next: {next}", "下一步：{next}"),
  shallow: message(
    "A report tells less than a snapshot; two snapshots compare best: envdoctor snapshot -o FILE",
    "报告的信息少于快照，两份快照的对比最充分：envdoctor snapshot -o FILE",
  ),
  status: {
    pass: message("pass", "通过"),
    warn: message("warning", "警告"),
    fail: message("fail", "失败"),
    unknown: message("unknown", "未知"),
    skipped: message("not judged", "未判断"),
  },
  verdicts: {
    ready: message("ready", "就绪"),
    degraded: message("degraded", "受限"),
    "not-ready": message("not ready", "未就绪"),
  },
};

/** Values in words of ours; machine formats carry the English ones. */
const ownWords: Readonly<Record<string, Said>> = {
  yes: message("yes", "是")(),
  no: message("no", "否")(),
  present: message("present", "存在")(),
  ignored: message("ignored", "被忽略")(),
};

/** "old.json (2026-11-22 16:54 UTC)" */
export function sideName({ file, at }: DiffReport["old"], language: Language): string {
  const when = new Date(at);
  const time = Number.isNaN(when.getTime()) ? at : `${when.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return texts.side({ name: file ?? texts.thisMachine()[language], at: time })[language];
}

export function valueOn(change: ReportedChange, side: "before" | "after", language: Language): string {
  const text = change[side];
  if (text === "") return texts.empty()[language];
  if (text !== null && Object.hasOwn(ownWords, text)) return ownWords[text]?.[language] ?? text;
  return text ?? (change.unknown.includes(side) ? texts.unknown() : texts.none())[language];
}

/** "Something got worse. Verdict: ready → not ready" */
export function outcomeLine(
  { old, new: now, outcome }: DiffReport,
  arrow: string,
  language: Language,
  paint: (text: string) => string,
): string {
  const [before, after] = [old.status, now.status].map((status) => texts.verdicts[status]()[language]);
  if (before === undefined || after === undefined) return "";
  const verdict = old.status === now.status ? texts.sameVerdict({ after }) : texts.verdict({ before, arrow, after });
  return texts.both({ outcome: paint(texts.outcome[outcome]()[language]), verdict: verdict[language] })[language];
}
