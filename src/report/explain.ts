import { Chalk } from "chalk";
import { inBrackets, marksOf } from "../text/marks.ts";
import { message } from "../text/message.ts";
import type { CauseIdentity, ExplainReport } from "./explain-report.ts";
import { placeAndNeeds } from "./remedy-words.ts";
import type { Look } from "./terminal.ts";
import { block } from "./wrap.ts";

const texts = {
  none: message("No known cause is recognised in this text.", "在这段文本中没有识别出已知原因。"),
  noneHint: message(
    "Paste more of it: the first error, the command that was run, `nvidia-smi`, `python -m torch.utils.collect_env`. On the machine itself, `envdoctor check` looks for you.",
    "请粘贴更多内容：最先出现的错误、运行的命令、`nvidia-smi`、`python -m torch.utils.collect_env`。在出问题的机器上可直接运行 `envdoctor check`。",
  ),
  cause: message("Root cause", "根本原因"),
  orCause: message("Or", "也可能是"),
  harmless: message("Harmless", "无害"),
  seen: message("line {line}", "第 {line} 行"),
  fix: message("Fix", "修复"),
  apart: message("What tells them apart", "如何区分"),
};

/** The answer as a person reads it: the first cause in full, the others in a line each. */
export function explainText(report: ExplainReport, look: Look, verbose: boolean): string {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const { colon, above } = marksOf(look.language);
  const wrap = (text: string, indent: number): string => block(text, look.width, indent);
  if (report.causes.length === 0)
    return `${wrap(texts.none()[look.language], 0)}\n${wrap(texts.noneHint()[look.language], 0)}\n`;

  const title = (cause: CauseIdentity, first: boolean): string => {
    const kind = cause.harmless ? texts.harmless() : first ? texts.cause() : texts.orCause();
    const sure = chalk.dim(inBrackets(look.language, cause.id, `${Math.round(cause.confidence * 100)}%`));
    return wrap(chalk.bold(`${kind[look.language]}${colon}${cause.title}`) + sure, 0);
  };
  const lines: string[] = [];
  for (const [i, cause] of report.causes.entries()) {
    if (i > 0) lines.push("");
    lines.push(title(cause, i === 0));
    for (const { line, excerpt } of cause.evidence.slice(0, verbose ? undefined : 3)) {
      const place = line === null ? "" : `${texts.seen({ line })[look.language]}${colon}`;
      lines.push(wrap(chalk.dim(`${look.unicode ? "·" : "*"} ${place}${excerpt.split("\n")[0] ?? ""}`), 2));
    }
    if (i > 0 && !verbose) continue;
    lines.push(wrap(cause.explanation, 2));
    for (const { title: what, commands, where, needs } of cause.fix) {
      const notes = placeAndNeeds(where, needs, look.language);
      lines.push(
        wrap(
          `${texts.fix()[look.language]}${colon}${what}${notes === "" ? "" : chalk.dim(inBrackets(look.language, notes))}`,
          2,
        ),
      );
      lines.push(...commands.map((command) => `    ${chalk.dim("$")} ${command}`));
    }
  }
  if (report.questions.length > 0) {
    lines.push("", chalk.bold(`${texts.apart()[look.language]}${above}`), ...report.questions.map((q) => wrap(q, 2)));
  }
  return `${lines.join("\n")}\n`;
}
