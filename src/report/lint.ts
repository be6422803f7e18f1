import { Chalk } from "chalk";
import type { Linted } from "../lint/lint.ts";
import type { Note } from "../lint/problems.ts";
import { marksOf } from "../text/marks.ts";
import { type Language, message, type Said } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import type { Look } from "./terminal.ts";
import { block } from "./wrap.ts";

export interface LintedFile extends Linted {
  readonly path: string;
  /** The way from lines of the code to the cells of a notebook. */
  readonly place: ((line: number) => { readonly cell: number; readonly line: number }) | undefined;
}

/** `lint --json`. Lines and columns are 1-based; in a notebook they count within the cell. */
export interface LintReport {
  readonly schemaVersion: 1;
  readonly kind: "lint";
  readonly startMethod: "spawn" | "forkserver" | "fork";
  readonly files: readonly {
    readonly path: string;
    readonly problems: readonly {
      readonly cause: string;
      readonly cell: number | null;
      readonly line: number;
      readonly column: number;
      readonly message: string;
      readonly fix: string;
      readonly severity: "fail" | "warn";
      /** The line at which the workers start. */
      readonly startLine: number;
      /** The lines that `fix` takes the place of; null where it changes more than one place. */
      readonly replaces: { readonly first: number; readonly last: number } | null;
    }[];
    readonly notes: readonly {
      readonly kind: Note["kind"];
      readonly cell: number | null;
      readonly line: number;
      readonly column: number;
      readonly message: string;
    }[];
  }[];
}

const texts = {
  fail: message("error", "错误"),
  warn: message("warning", "警告"),
  note: message("note", "提示"),
  corrected: message("Corrected:", "修改为："),
  cell: message("cell {cell}, line {line}", "第 {cell} 个单元格第 {line} 行"),
  more: message("… {count} more lines (all of them in --json)", "… 其余 {count} 行（完整内容见 --json）"),
  none: message(
    "Nothing keeps the workers from starting (files: {files}, {method}).",
    "没有发现妨碍 worker 启动的问题（{files} 个文件，{method}）。",
  ),
  counts: message(
    "Errors: {errors}, warnings: {warnings}, files: {files} ({method}).",
    "{errors} 个错误，{warnings} 个警告，{files} 个文件（{method}）。",
  ),
  columns: message("| Place | Severity | Cause | Reason |", "| 位置 | 级别 | 原因 | 说明 |"),
};

const unreadable = message("cannot read line {line}; the rest was read", "无法解析第 {line} 行；其余部分已检查");
const tooLong = message(
  "the functions of this file call each other so often that not all calls were followed",
  "该文件的函数相互调用过多，未能跟踪全部调用",
);
const notes: Readonly<Record<Note["kind"], (values: { readonly line: number; readonly what: string }) => Said>> = {
  unreadable: ({ line }) => unreadable({ line }),
  "workers-unknown": message(
    "cannot tell whether `{what}` starts workers (line {line}): what decides it comes from outside this file. If it does, it needs the main guard",
    "无法判断 `{what}`（第 {line} 行）是否会启动 worker：取决于该文件之外的内容。如果会，则需要 main 保护",
  ),
  holds: message(
    "cannot tell whether `{what}` (line {line}) keeps the function it is given and sends it to the workers",
    "无法判断 `{what}`（第 {line} 行）是否会保存传入的函数并发送给 worker",
  ),
  "too-long": () => tooLong(),
};

export function lintReport(
  files: readonly LintedFile[],
  startMethod: LintReport["startMethod"],
  language: Language,
): LintReport {
  return {
    schemaVersion: 1,
    kind: "lint",
    startMethod,
    files: files.map(({ path, place, problems, notes: said }) => {
      const at = (line: number): { readonly cell: number | null; readonly line: number } =>
        place?.(line) ?? { cell: null, line };
      return {
        path,
        problems: problems.map(({ cause, line, column, severity, message: why, fix, startLine }) => ({
          cause,
          ...at(line),
          column,
          message: plainText(why[language]),
          fix: plainText(fix.text[language]),
          severity,
          startLine: at(startLine).line,
          replaces:
            fix.replaces && at(fix.replaces.first).cell === at(fix.replaces.last).cell
              ? { first: at(fix.replaces.first).line, last: at(fix.replaces.last).line }
              : null,
        })),
        notes: said.map(({ kind, line, column, what }) => ({
          kind,
          ...at(line),
          column,
          message: plainText(notes[kind]({ line: at(line).line, what })[language]),
        })),
      };
    }),
  };
}

/** Corrected lines beyond these are left to --json. */
const maxFixLines = 16;

export function lintText(
  report: LintReport,
  look: Look,
  detail: { readonly verbose: boolean; readonly quiet: boolean },
): string {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const say = (words: Said): string => words[look.language];
  const out: string[] = [];
  for (const { path, problems, notes: said } of detail.quiet ? [] : report.files) {
    for (const { cause, severity, message: why, fix, ...at } of problems) {
      const label = severity === "fail" ? chalk.red(say(texts.fail())) : chalk.yellow(say(texts.warn()));
      out.push(`${chalk.bold(placeText(path, at, look.language))}: ${label} ${cause}`);
      out.push(block(why, look.width, 2), `  ${say(texts.corrected())}`);
      const lines = fix.split("\n");
      const shown = detail.verbose ? lines : lines.slice(0, maxFixLines);
      // Code is copied from here: never wrapped.
      out.push(...shown.map((line) => (line === "" ? "" : `    ${line}`)));
      if (lines.length > shown.length)
        out.push(`    ${chalk.dim(say(texts.more({ count: lines.length - shown.length })))}`);
      out.push("");
    }
    for (const note of said) {
      out.push(
        block(
          `${placeText(path, note, look.language)}: ${say(texts.note())}${marksOf(look.language).colon}${note.message}`,
          look.width,
          0,
        ),
      );
    }
    if (said.length > 0) out.push("");
  }
  out.push(summary(report, look.language));
  return `${out.join("\n")}\n`;
}

function placeText(
  path: string,
  at: { readonly cell: number | null; readonly line: number; readonly column: number },
  language: Language,
): string {
  const name = plainText(path);
  return at.cell === null
    ? `${name}:${at.line}:${at.column}`
    : `${name}: ${texts.cell({ cell: at.cell, line: at.line })[language]}`;
}

function summary({ files, startMethod }: LintReport, language: Language): string {
  const count = (severity: string): number =>
    files.reduce((sum, { problems }) => sum + problems.filter((problem) => problem.severity === severity).length, 0);
  const [errors, warnings, method] = [count("fail"), count("warn"), startMethod];
  const said =
    errors + warnings === 0
      ? texts.none({ files: files.length, method })
      : texts.counts({ errors, warnings, files: files.length, method });
  return said[language];
}

/** For a review: a table of places, then the corrected lines of each. */
export function lintMarkdown(report: LintReport, language: Language): string {
  const all = report.files.flatMap(({ path, problems }) =>
    problems.map((problem) => ({ ...problem, place: placeText(path, problem, language) })),
  );
  const rows = all.map(
    ({ place, severity, cause, message: why }) => `| ${cell(place)} | ${severity} | ${cause} | ${cell(why)} |`,
  );
  const table = all.length === 0 ? [] : [texts.columns()[language], "| --- | --- | --- | --- |", ...rows, ""];
  const fixes = all.flatMap(({ place, fix }) => [
    `### ${cell(place)}`,
    "",
    "~~~~python",
    fix.replaceAll("~~~~", "~~~"),
    "~~~~",
    "",
  ]);
  const said = report.files.flatMap(({ path, notes: of }) =>
    of.map((note) => `- ${cell(placeText(path, note, language))}: ${cell(note.message)}`),
  );
  return `${["## envdoctor lint", "", summary(report, language), "", ...table, ...fixes, ...said].join("\n").trimEnd()}\n`;
}

/** Text that stays text inside a table cell or heading. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/[\\`*_{}[\]<>|#!~@]/g, (mark) => `\\${mark}`);
}
