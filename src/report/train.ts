import { Chalk, type ChalkInstance } from "chalk";
import { inBrackets, marksOf } from "../text/marks.ts";
import { message, type Said } from "../text/message.ts";
import { columns } from "./columns.ts";
import type { Look } from "./terminal.ts";
import type { TextDetail } from "./text.ts";
import type { TrainReport } from "./train-report.ts";
import { wrap } from "./wrap.ts";

const texts = {
  numbers: message(
    "{steps} steps: loss {first} to {last}, accuracy {accuracy}; {samples} samples/s, {ms} ms a step, {memory}",
    "{steps} 步：损失 {first} 到 {last}，准确率 {accuracy}；{samples} 样本/秒，每步 {ms} 毫秒，{memory}",
  ),
  memory: message("{mib} MiB at most", "内存峰值 {mib} MiB"),
  noMemory: message("memory not known", "内存未知"),
  notShown: message("not shown: {reason}", "未验证：{reason}"),
  engines: message("Engines", "引擎"),
  cause: message("Root cause", "根本原因"),
  alsoCause: message("Also", "另外"),
  fix: message("Fix", "修复"),
  next: message("Next: {next}", "下一步：{next}"),
  card: message("compute capability {cc}, {mib} MiB", "计算能力 {cc}，{mib} MiB"),
  firstCard: message(
    "compute capability {cc}, {mib} MiB; the first of {cards} cards, the others were not tried",
    "计算能力 {cc}，{mib} MiB；共 {cards} 块显卡，只测试了第一块",
  ),
  bandwidth: message(
    "copies to the card {in} GB/s, from pinned memory {pinned} GB/s: pin_memory makes them {gain} times as fast",
    "复制到显卡 {in} GB/s，从锁页内存 {pinned} GB/s：pin_memory 使其快 {gain} 倍",
  ),
  noGain: message(
    "copies to the card {in} GB/s, from pinned memory {pinned} GB/s: pin_memory gains nothing here",
    "复制到显卡 {in} GB/s，从锁页内存 {pinned} GB/s：pin_memory 在这里没有收益",
  ),
  nothing: message("Next: nothing to do", "下一步：无需操作"),
};

/** Gains below this are within what two measurements differ by. */
const worthPinning = 1.1;

const glyphs = {
  unicode: { ok: "✓", failed: "✗", open: "–", bullet: "·" },
  ascii: { ok: "+", failed: "x", open: "-", bullet: "*" },
};

/** The run as a person reads it: first on what it trained, then the proof point by point, last the next step. */
export function trainText(report: TrainReport, look: Look, { verbose, quiet }: TextDetail): string {
  const page = new Page(look);
  page.summary(report);
  if (!quiet) {
    page.numbers(report);
    page.card(report);
    page.bandwidth(report);
    page.proof(report);
    page.engines(report, verbose);
    page.causes(report, verbose);
  }
  page.next(report);
  return page.toString();
}

class Page {
  private readonly lines: string[] = [];
  private readonly chalk: ChalkInstance;
  private readonly glyph: (typeof glyphs)["unicode"];
  private readonly marks;

  constructor(private readonly look: Look) {
    this.chalk = new Chalk({ level: look.colour ? 1 : 0 });
    this.glyph = look.unicode ? glyphs.unicode : glyphs.ascii;
    this.marks = marksOf(look.language);
  }

  summary({ success, summary }: TrainReport): void {
    this.wrapped(`${this.mark(success)} `, this.chalk.bold(summary), 2);
  }

  numbers({ engine, steps, loss, accuracy, samplesPerSecond, stepMs, peakMemoryMiB }: TrainReport): void {
    if (engine === null || steps === null) return;
    const memory = peakMemoryMiB === null ? texts.noMemory() : texts.memory({ mib: peakMemoryMiB });
    const number = (of: number | null | undefined, digits = 0): string => (of == null ? "NaN" : of.toFixed(digits));
    const words = texts.numbers({
      steps,
      first: number(loss?.first, 2),
      last: number(loss?.last, 2),
      accuracy: accuracy === null ? "?" : `${Math.round(accuracy * 100)}%`,
      samples: number(samplesPerSecond),
      ms: number(stepMs, 1),
      memory: this.say(memory),
    });
    this.wrapped("  ", this.say(words), 2);
  }

  card({ card }: TrainReport): void {
    if (card === null) return;
    const { computeCapability: cc, memoryMiB: mib, cards } = card;
    this.wrapped("  ", this.say(cards > 1 ? texts.firstCard({ cc, mib, cards }) : texts.card({ cc, mib })), 2);
  }

  bandwidth({ bandwidth, pinMemoryGain: gain }: TrainReport): void {
    if (bandwidth === null || gain === null) return;
    const { pinned, pageable } = bandwidth.hostToDevice;
    const speeds = { in: pageable.toFixed(1), pinned: pinned.toFixed(1), gain: gain.toFixed(1) };
    this.wrapped("  ", this.say(gain >= worthPinning ? texts.bandwidth(speeds) : texts.noGain(speeds)), 2);
  }

  proof({ proof, notShown }: TrainReport): void {
    if (proof.length > 0) this.lines.push("");
    const width = Math.max(0, ...[...proof, ...notShown].map(({ what }) => columns(what)));
    for (const { what, ok, detail } of proof) this.wrapped(`${this.mark(ok)} ${pad(what, width)}  `, detail, width + 4);
    for (const { what, reason } of notShown) {
      const open = `${this.chalk.dim(this.glyph.open)} ${pad(what, width)}  `;
      this.wrapped(open, this.chalk.dim(this.say(texts.notShown({ reason }))), width + 4);
    }
  }

  engines({ engines, engine }: TrainReport, verbose: boolean): void {
    const told = engines.filter((one) => verbose || one.engine !== engine || !one.usable);
    if (told.length === 0) return;
    this.lines.push("", `${this.say(texts.engines())}${this.marks.above}`);
    for (const { engine: name, reason } of told)
      this.wrapped(`  ${this.glyph.bullet} `, `${name}${this.marks.colon}${reason}`, 4);
  }

  causes({ causes }: TrainReport, verbose: boolean): void {
    for (const [i, { id, title, confidence, explanation, evidence, fix }] of causes.entries()) {
      this.lines.push("");
      const kind = this.say(i === 0 ? texts.cause() : texts.alsoCause());
      const sure = this.chalk.dim(inBrackets(this.look.language, id, `${Math.round(confidence * 100)}%`));
      this.wrapped("", `${this.chalk.bold(`${kind}${this.marks.colon}${title}`)}${sure}`, 2);
      if (i > 0 && !verbose) continue;
      this.wrapped("  ", explanation, 2);
      for (const { source, excerpt } of evidence.slice(0, verbose ? undefined : 3)) this.quote(source, excerpt);
      for (const { title: what, commands } of fix.slice(0, verbose ? undefined : 2)) {
        this.wrapped("  ", `${this.say(texts.fix())}${this.marks.colon}${what}`, 4);
        // Commands are copied from here: never wrapped, never coloured inside.
        for (const command of commands) this.lines.push(`    ${this.chalk.dim("$")} ${command}`);
      }
    }
  }

  next({ next, success }: TrainReport): void {
    if (next !== null) this.lines.push("", this.chalk.bold(this.say(texts.next({ next }))));
    else if (success) this.lines.push("", this.say(texts.nothing()));
  }

  private quote(source: string, excerpt: string): void {
    this.wrapped(`    ${this.glyph.bullet} `, this.chalk.dim(`${source}:`), 6);
    for (const line of excerpt.split("\n")) this.wrapped("      ", this.chalk.dim(line), 6);
  }

  private mark(ok: boolean): string {
    return ok ? this.chalk.green(this.glyph.ok) : this.chalk.red(this.glyph.failed);
  }

  private wrapped(label: string, text: string, indent: number): void {
    this.lines.push(...wrap(`${label}${text}`, this.look.width, indent));
  }

  private say(words: Said): string {
    return words[this.look.language];
  }

  toString(): string {
    return `${this.lines.join("\n")}\n`;
  }
}

/** Pads to a column count that counts Chinese characters as two columns. */
function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}
