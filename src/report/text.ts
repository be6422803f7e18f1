import { Chalk, type ChalkInstance } from "chalk";
import { inBrackets, marksOf } from "../text/marks.ts";
import { type Language, message, type Said } from "../text/message.ts";
import type { CheckReport, ReportedCause, ReportedFinding } from "./check-report.ts";
import { columns } from "./columns.ts";
import { needWords } from "./remedy-words.ts";
import type { Look } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export interface TextDetail {
  /** Every check, evidence and times. */
  readonly verbose: boolean;
  /** The verdict and the next step alone. */
  readonly quiet: boolean;
}

const texts = {
  cause: message("Root cause", "根本原因"),
  alsoCause: message("Also", "另外"),
  harmless: message("Harmless", "无害"),
  evidence: message("Seen", "依据"),
  fix: message("Fix", "修复"),
  orFix: message("Or", "或者"),
  needs: message("needs {needs}", "需要{needs}"),
  placed: message(", {place}", "（{place}）"),
  wanted: message("want: {wanted}", "应为：{wanted}"),
  blocked: message("not judged: {check} comes first", "未判断：先解决 {check}"),
  notHere: message("does not apply here", "不适用于此机器"),
  counts: message(
    "passed {passed}, warnings {warned}, failed {failed}, unknown {unknown}, not judged {skipped}",
    "通过 {passed}，警告 {warned}，失败 {failed}，未知 {unknown}，未判断 {skipped}",
  ),
  verdict: {
    ready: message("Ready", "就绪"),
    degraded: message("Degraded", "受限"),
    "not-ready": message("Not ready", "未就绪"),
  },
  next: message("Next: {next}", "下一步：{next}"),
  nothing: message("Next: nothing to do", "下一步：无需操作"),
  guest: message("in the guest", "在虚拟机内"),
  host: message("on the host", "在宿主机上"),
  windows: message("in Windows PowerShell", "在 Windows PowerShell 中"),
};

const glyphs = {
  unicode: { pass: "✓", warn: "▲", fail: "✗", unknown: "?", skipped: "–", bullet: "·", prompt: "$" },
  ascii: { pass: "+", warn: "!", fail: "x", unknown: "?", skipped: "-", bullet: "*", prompt: "$" },
};

/** Share of the line that the column of titles may take. */
const widestTitle = 0.45;

/** The report as a person reads it: one line per check, details only where something is wrong, last the next step. */
export function textReport(report: CheckReport, look: Look, { verbose, quiet }: TextDetail): string {
  const page = new Page(look);
  if (!quiet) {
    page.heading(report);
    const shown = report.findings.filter((finding) => verbose || finding.status !== "skipped");
    // One column of titles, as wide as the widest one that still leaves room beside it.
    const widths = shown.map(({ title }) => columns(title)).filter((width) => width <= look.width * widestTitle);
    const column = Math.max(0, ...widths);
    for (const finding of shown) page.finding(finding, column, verbose);
    report.causes.forEach((cause, i) => {
      page.cause(cause, i === 0, verbose);
    });
    page.counts(report.findings);
  }
  page.verdict(report.verdict);
  return page.toString();
}

class Page {
  private readonly lines: string[] = [];
  private readonly chalk: ChalkInstance;
  private readonly glyph: (typeof glyphs)["unicode"];
  private readonly language: Language;
  private readonly marks;

  constructor(private readonly look: Look) {
    this.chalk = new Chalk({ level: look.colour ? 1 : 0 });
    this.glyph = look.unicode ? glyphs.unicode : glyphs.ascii;
    this.language = look.language;
    this.marks = marksOf(look.language);
  }

  heading({ tool, machine }: CheckReport): void {
    const wsl = machine.wsl ? `WSL${machine.wsl.version}` : null;
    const parts = [machine.os, wsl, machine.hypervisor, machine.container, machine.arch].filter(
      (part) => part !== null,
    );
    this.wrapped("", `${this.chalk.bold(`envdoctor ${tool.version}`)}  ${parts.join(", ")}`);
    this.lines.push("");
  }

  finding(finding: ReportedFinding, column: number, verbose: boolean): void {
    const { status, title, found, wanted, detail, id, blockedBy, durationMs } = finding;
    const mark = this.paint(status, this.glyph[status]);
    const label = `${mark} ${pad(title, column)}  `;
    const want = wanted && status !== "pass" ? inBrackets(this.language, this.say(texts.wanted({ wanted }))) : "";
    const skipped = blockedBy ? this.say(texts.blocked({ check: blockedBy })) : this.say(texts.notHere());
    const seen = verbose ? found : found?.split("\n")[0];
    const said = status === "skipped" ? this.chalk.dim(skipped) : `${seen ?? ""}${want}`;
    const tail = verbose ? this.chalk.dim(` [${id}, ${durationMs} ms]`) : "";
    if (status === "unknown") {
      this.wrapped(label, `${this.chalk.dim(detail ?? "")}${tail}`, 4);
      return;
    }
    this.wrapped(label, `${said}${tail}`, 4);
    const wrong = status === "fail" || status === "warn";
    if (detail && (wrong || verbose)) this.wrapped("    ", wrong ? detail : this.chalk.dim(detail), 4);
    if (verbose) for (const { source, excerpt } of finding.evidence) this.quote(source, excerpt);
  }

  cause(cause: ReportedCause, first: boolean, verbose: boolean): void {
    this.lines.push("");
    const kind = cause.harmless ? texts.harmless() : first ? texts.cause() : texts.alsoCause();
    const sure = this.chalk.dim(inBrackets(this.language, cause.id, `${Math.round(cause.confidence * 100)}%`));
    this.wrapped("", `${this.chalk.bold(`${this.say(kind)}${this.marks.colon}${cause.title}`)}${sure}`, 2);
    this.wrapped("  ", cause.explanation, 2);
    const evidence = verbose ? cause.evidence : cause.evidence.slice(0, 3);
    if (evidence.length > 0) this.lines.push(`  ${this.say(texts.evidence())}${this.marks.above}`);
    for (const { source, excerpt } of evidence) this.quote(source, excerpt);
    const fixes = verbose ? cause.fix : cause.fix.slice(0, 2);
    fixes.forEach((fix, i) => {
      this.fix(fix, i === 0);
    });
  }

  private fix({ title, commands, where, needs }: ReportedCause["fix"][number], first: boolean): void {
    const place =
      where === "guest" || where === "host" || where === "windows"
        ? this.say(texts.placed({ place: texts[where]() }))
        : "";
    const asked = this.say(texts.needs({ needs: needWords(needs, this.language) }));
    const asks = needs.length > 0 ? this.chalk.dim(inBrackets(this.language, asked)) : "";
    this.wrapped(
      "  ",
      `${this.say(first ? texts.fix() : texts.orFix())}${place}${this.marks.colon}${first ? title : title.replace(/^(?:Or |或者)/, "")}${asks}`,
      4,
    );
    // Commands are copied from here: never wrapped, never coloured inside.
    const prompt = where === "any" && commands.length > 1 ? "" : `${this.chalk.dim(this.glyph.prompt)} `;
    for (const command of commands) this.lines.push(`    ${prompt}${command}`);
  }

  counts(findings: readonly ReportedFinding[]): void {
    const count = (status: ReportedFinding["status"]): number => findings.filter((f) => f.status === status).length;
    const skipped = findings.filter((f) => f.status === "skipped" && f.blockedBy !== null).length;
    this.lines.push("");
    const [passed, warned, failed, unknown] = [count("pass"), count("warn"), count("fail"), count("unknown")];
    this.wrapped("", this.say(texts.counts({ passed, warned, failed, unknown, skipped })));
  }

  verdict({ status, summary, next }: CheckReport["verdict"]): void {
    const tone = status === "ready" ? "pass" : status === "degraded" ? "warn" : "fail";
    this.wrapped("", `${this.paint(tone, this.say(texts.verdict[status]()))}${this.marks.colon}${summary}`);
    this.lines.push(next === null ? this.say(texts.nothing()) : this.chalk.bold(this.say(texts.next({ next }))));
  }

  private quote(source: string, excerpt: string): void {
    const [head, ...rest] = excerpt.split("\n");
    this.wrapped(`    ${this.glyph.bullet} `, this.chalk.dim(`${source}: ${head ?? ""}`), 6);
    for (const line of rest) this.wrapped("      ", this.chalk.dim(line), 6);
  }

  private wrapped(label: string, text: string, indent = 0): void {
    this.lines.push(...wrap(`${label}${text}`, this.look.width, indent));
  }

  private paint(status: keyof (typeof glyphs)["unicode"], text: string): string {
    const colours = { pass: "green", warn: "yellow", fail: "red", unknown: "magenta", skipped: "dim" } as const;
    return status in colours ? this.chalk[colours[status as keyof typeof colours]](text) : text;
  }

  private say(words: Said): string {
    return words[this.language];
  }

  toString(): string {
    return `${this.lines.join("\n")}\n`;
  }
}

/** Pads to a column count that counts Chinese characters as two columns. */
function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}
