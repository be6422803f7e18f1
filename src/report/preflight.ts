import { Chalk, type ChalkInstance } from "chalk";
import { marksOf } from "../text/marks.ts";
import { type Language, message, type Said } from "../text/message.ts";
import { columns } from "./columns.ts";
import { type PreflightReport, type ReportedRequirement, refusesBy } from "./preflight-report.ts";
import type { Look } from "./terminal.ts";
import { wrap } from "./wrap.ts";

const texts = {
  allowed: message("Allowed", "允许启动"),
  refused: message("Refused", "拒绝启动"),
  notStarted: message("{program} was not started.", "{program} 没有启动。"),
  meets: message("This machine meets what was asked for.", "这台机器满足要求。"),
  fails: message("This machine does not meet what was asked for.", "这台机器不满足要求。"),
  optional: message("optional", "可选"),
  warning: message("warning", "警告"),
  because: message("asked for because: {because}", "要求原因：{because}"),
  kinds: message(" ({kinds})", "（{kinds}）"),
  says: message("{verdict}: {says}", "{verdict}：{says}"),
  cause: message("Root cause: {title} ({id})", "根本原因：{title}（{id}）"),
  next: message("Next: {next}", "下一步：{next}"),
  onCpu: message(
    "Next: to train on the CPU all the same, say what is needed instead: --require python",
    "下一步：如果仍要用 CPU 训练，请明确写出所需条件：--require python",
  ),
  column: message("| Status | Requirement | Found | Reason |", "| 状态 | 要求 | 实际 | 原因 |"),
};

const glyphs = {
  unicode: { pass: "✓", fail: "✗", unknown: "?", waived: "–", warn: "▲" },
  ascii: { pass: "+", fail: "x", unknown: "?", waived: "-", warn: "!" },
};

export interface PreflightDetail {
  /** What holds, too. */
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** The whole answer of the gate: what does not hold and why, and what to do next. */
export function preflightText(report: PreflightReport, look: Look, detail: PreflightDetail): string {
  const page = new Page(look);
  const all = detail.verbose || report.command === null;
  if (!detail.quiet) {
    page.requirements(report.requirements.filter(({ status }) => all || status !== "pass"));
    page.lint(report);
    page.notes(report.command?.notes ?? []);
  }
  page.verdict(report);
  return page.toString();
}

/** What is worth a word before a command that is started: nothing where all is well. */
export function preflightWarnings(report: PreflightReport, look: Look, detail: PreflightDetail): string {
  if (detail.quiet) return "";
  if (detail.verbose) return preflightText(report, look, detail);
  const page = new Page(look);
  // What is optional and cannot be told is no news on a machine where a user may not read the kernel's log.
  page.requirements(report.requirements.filter(({ status }) => status === "fail" || status === "waived"));
  page.lint(report);
  page.notes(report.command?.notes ?? []);
  return page.toString();
}

/** Requirements whose failure is explained by what check finds. */
const ofTheGpu = /^(?:check|gpu\.|driver|cuda|\w{1,20}\.cuda)/;

class Page {
  private readonly lines: string[] = [];
  private readonly chalk: ChalkInstance;

  constructor(private readonly look: Look) {
    this.chalk = new Chalk({ level: look.colour ? 1 : 0 });
  }

  requirements(all: readonly ReportedRequirement[]): void {
    const width = Math.max(
      0,
      ...all.map(({ require }) => columns(require)).filter((each) => each < this.look.width / 2),
    );
    for (const each of all) this.requirement(each, width);
  }

  private requirement(each: ReportedRequirement, width: number): void {
    const { require, status, found, reason, severity, optional, because } = each;
    const trouble = status === "fail" || status === "unknown";
    const mild = trouble && !refusesBy(each);
    const mark = glyphs[this.look.unicode ? "unicode" : "ascii"][mild && status === "fail" ? "warn" : status];
    const kinds = [
      severity === "warn" && this.say(texts.warning()),
      mild && optional && this.say(texts.optional()),
    ].filter(Boolean);
    const kind =
      trouble && kinds.length > 0
        ? this.chalk.dim(this.say(texts.kinds({ kinds: kinds.join(marksOf(this.look.language).and) })))
        : "";
    const label = `${this.paint(mild ? "warn" : status, mark)} ${require}${" ".repeat(Math.max(0, width - columns(require)))}  `;
    this.wrapped(label, `${reason ?? found ?? ""}${kind}`);
    if (trouble && because !== null) this.wrapped("    ", this.chalk.dim(this.say(texts.because({ because }))));
  }

  lint({ lint }: PreflightReport): void {
    for (const { line, column, message: text, severity } of lint?.problems ?? []) {
      const mark = glyphs[this.look.unicode ? "unicode" : "ascii"][severity];
      this.wrapped(`${this.paint(severity, mark)} ${lint?.path}:${line}:${column}  `, text);
    }
  }

  notes(notes: readonly string[]): void {
    for (const note of notes) this.wrapped("  ", this.chalk.dim(note));
  }

  verdict(report: PreflightReport): void {
    const { allowed, command, proof } = report;
    const program = command?.program ?? "";
    if (proof) this.wrapped("", proof.summary);
    const verdict = allowed
      ? this.paint("pass", this.say(texts.allowed()))
      : this.paint("fail", this.say(texts.refused()));
    const says = allowed ? texts.meets() : program === "" ? texts.fails() : texts.notStarted({ program });
    this.wrapped("", this.say(texts.says({ verdict, says: this.say(says) })));
    if (allowed) return;
    this.remedy(report);
  }

  /** The root cause that check names, where what it found is what was asked about; else where to read on. */
  private remedy({ requirements, check, lint }: PreflightReport): void {
    const refusing = requirements.filter(refusesBy);
    const about = refusing.some(({ require, status }) => status === "fail" && ofTheGpu.test(require));
    const cause = check.causes.find(({ harmless }) => !harmless);
    if (!about || cause === undefined) {
      const script = refusing.every(({ require }) => require.startsWith("lint")) ? lint?.path : undefined;
      this.next(texts.next({ next: script === undefined ? "envdoctor check" : `envdoctor lint ${script}` }));
      return;
    }
    this.wrapped("", this.say(texts.cause({ title: cause.title, id: cause.id })));
    this.wrapped("  ", cause.explanation);
    // The verdict is "degraded" where nothing is broken: there is no such hardware.
    const plain = check.verdict.status === "degraded" && check.verdict.gpuTraining === "no";
    this.next(plain ? texts.onCpu() : texts.next({ next: check.verdict.next ?? "envdoctor check" }));
  }

  private next(words: Said): void {
    this.lines.push(this.chalk.bold(this.say(words)));
  }

  private wrapped(label: string, text: string): void {
    this.lines.push(...wrap(`${label}${text}`, this.look.width, 4));
  }

  private paint(status: "pass" | "fail" | "unknown" | "waived" | "warn", text: string): string {
    const colours = { pass: "green", fail: "red", unknown: "magenta", waived: "yellow", warn: "yellow" } as const;
    return this.chalk[colours[status]](text);
  }

  private say(words: Said): string {
    return words[this.look.language];
  }

  toString(): string {
    return this.lines.length === 0 ? "" : `${this.lines.join("\n")}\n`;
  }
}

/** For an issue, a pull request or the summary of a job. */
export function preflightMarkdown(report: PreflightReport, language: Language): string {
  const verdict = (report.allowed ? texts.allowed() : texts.refused())[language];
  const rows = report.requirements.map(
    ({ require, status, found, reason }) =>
      `| ${status} | ${cell(require)} | ${cell(found ?? "")} | ${cell(reason ?? "")} |`,
  );
  const problems = (report.lint?.problems ?? []).map(
    ({ line, column, message: text }) => `- ${cell(`${report.lint?.path}:${line}:${column}: ${text}`)}`,
  );
  const lines = [
    `## envdoctor preflight${marksOf(language).colon}${verdict}`,
    "",
    texts.column()[language],
    "| --- | --- | --- | --- |",
    ...rows,
  ];
  return `${[...lines, ...(problems.length > 0 ? ["", ...problems] : [])].join("\n")}\n`;
}

/** Text that stays text inside a table cell or list item. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/[\\`*_{}[\]<>|#!~@]/g, (mark) => `\\${mark}`);
}
