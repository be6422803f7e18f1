import { Chalk } from "chalk";
import { foldNames } from "../fleet/names.ts";
import { inBrackets, marksOf } from "../text/marks.ts";
import { message, type Said } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import type { FleetReport, ReportedOddity } from "./fleet-report.ts";
import {
  allWell,
  causeTitle,
  countsLine,
  cut,
  deviationLine,
  findingLine,
  hardwareLine,
  machineCount,
  nextStep,
  softwareLine,
  splitLine,
  statusTitles,
} from "./fleet-words.ts";
import type { Look } from "./terminal.ts";
import type { TextDetail } from "./text.ts";
import { wrap } from "./wrap.ts";

const texts = {
  oddities: message("Odd ones", "有差异的机器"),
  missing: message("Sent nothing ({count})", "未发送报告（{count}）"),
  unexpected: message("On no list of expected machines ({count})", "不在预期名单中（{count}）"),
  unreadable: message("Unreadable ({count})", "无法读取（{count}）"),
  replaced: message(
    "Older reports, replaced by later ones of the same machine: {count}",
    "同一机器已有更新的报告，忽略旧报告：{count}",
  ),
  causes: message("Root causes by number of machines", "根本原因（按机器数）"),
  kinds: message("Kinds of machines", "机器类型"),
  differs: message("no agreement on {what}", "不一致：{what}"),
  shared: message("{machines} of {all}: {what}", "{all} 台中 {machines} 台：{what}"),
  more: message("… and {count} more (--verbose, --json)", "…… 还有 {count} 项（--verbose、--json）"),
  ofKind: message("kind {kind}", "类型 {kind}"),
  next: message("Next: {next}", "下一步：{next}"),
  nothing: message("Next: nothing to do", "下一步：无需操作"),
};

/** Entries of one list where --verbose does not ask for all. */
const shortList = 20;

/** The odd machines first, then who is missing, the causes by count, and what the machines have in common. */
export function fleetText(report: FleetReport, look: Look, { verbose, quiet }: TextDetail): string {
  const { language, width } = look;
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const { colon } = marksOf(language);
  const say = (said: Said): string => said[language];
  const lines: string[] = [];
  const line = (indent: number, text: string): void => {
    lines.push(...wrap(" ".repeat(indent) + text, width, indent + 2));
  };
  const section = <T>(title: string, list: readonly T[], each: (entry: T) => void): void => {
    if (list.length === 0) return;
    lines.push("", chalk.bold(title));
    for (const entry of verbose ? list : list.slice(0, shortList)) each(entry);
    if (!verbose && list.length > shortList) line(2, chalk.dim(say(texts.more({ count: list.length - shortList }))));
  };
  const sickMark = look.unicode ? "✗" : "x";
  const oddMark = look.unicode ? "▲" : "!";

  const oddity = ({ nodes, machines, status, causes, deviations, findings, kind }: ReportedOddity): void => {
    const mark = status === "sick" ? chalk.red(sickMark) : chalk.yellow(oddMark);
    const count = machines.length > 1 ? inBrackets(language, machineCount(machines.length, language)) : "";
    const of = report.kinds.length > 1 ? chalk.dim(` [${say(texts.ofKind({ kind }))}]`) : "";
    line(0, `${mark} ${chalk.bold(verbose ? nodes : cut(nodes, 400))}${count} ${say(statusTitles[status])}${of}`);
    for (const { id, title } of causes)
      line(4, `${causeTitle(id, title, language)}${chalk.dim(inBrackets(language, id))}`);
    for (const deviation of deviations) line(4, deviationLine(deviation, language));
    for (const finding of findings) line(4, findingLine(finding, language));
  };

  if (!quiet) {
    section(say(texts.oddities()), report.oddities, oddity);
    section(
      say(texts.missing({ count: report.missing.length })),
      report.missing.length > 0 ? [report.missing] : [],
      (names) => {
        const folded = foldNames(names);
        line(2, verbose ? folded : cut(folded, 1000));
      },
    );
    section(say(texts.unreadable({ count: report.unreadable.length })), report.unreadable, (u) => {
      line(2, plainText(`${u.file}${u.line === null ? "" : `:${u.line}`}: ${u.reason}`));
    });
    section(
      say(texts.unexpected({ count: report.unexpected.length })),
      report.unexpected.length > 0 ? [report.unexpected] : [],
      (names) => {
        line(2, cut(foldNames(names), 1000));
      },
    );
    section(say(texts.causes()), report.causes, ({ id, title, machines, nodes }) => {
      const named = verbose ? nodes : cut(nodes);
      line(
        2,
        `${String(machines).padStart(6)}  ${causeTitle(id, title, language)}${chalk.dim(inBrackets(language, id))}${colon}${named}`,
      );
    });
    section(say(texts.kinds()), report.kinds, (kind) => {
      const number = report.kinds.indexOf(kind) + 1;
      line(2, `${number}. ${machineCount(kind.machines, language)}${colon}${hardwareLine(kind.usual, language)}`);
      line(5, chalk.dim(softwareLine(kind.usual, language)));
      for (const split of kind.differs) line(5, say(texts.differs({ what: splitLine(split, language) })));
      for (const problem of kind.shared) {
        const what = findingLine(problem, language);
        line(5, say(texts.shared({ machines: problem.machines, all: kind.machines, what })));
      }
    });
    if (report.replaced.length > 0) lines.push("", say(texts.replaced({ count: report.replaced.length })));
    lines.push("");
  }
  const next = nextStep(report, language);
  line(0, chalk.bold(next === null ? allWell(report, language) : countsLine(report, language)));
  line(0, say(next === null ? texts.nothing() : texts.next({ next })));
  return `${lines.join("\n").replace(/^\n/, "")}\n`;
}
