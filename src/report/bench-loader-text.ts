import { Chalk, type ChalkInstance } from "chalk";
import { advise, seconds } from "../loader/advice.ts";
import { type Benched, labelOf, nameOf } from "../loader/benched.ts";
import { type Candidate, sameStart } from "../loader/decide.ts";
import { inBrackets, marksOf } from "../text/marks.ts";
import { message, type Said } from "../text/message.ts";
import { rowsOf } from "./bench-loader-rows.ts";
import { columns } from "./columns.ts";
import type { Look } from "./terminal.ts";
import { wrap } from "./wrap.ts";

const texts = {
  head: message(
    "{dataset}: {samples} samples, {batches} batches of {size}, {kib} KiB per batch, {epochs} epochs",
    "{dataset}：{samples} 个样本，每轮 {batches} 批，每批 {size} 个样本、{kib} KiB，共 {epochs} 轮",
  ),
  engine: message("Measured with {engine} ({why})", "测量引擎：{engine}（{why}）"),
  batch: message(
    "One batch: {make} ms to make ({cpu} ms processor, {io} ms waiting), {send} ms to send, {take} ms to take over; step {step} ms",
    "单个批次：生成 {make} ms（处理器 {cpu} ms，等待 {io} ms），发送 {send} ms，接收 {take} ms；训练步 {step} ms",
  ),
  starts: message("Start of workers", "启动 worker"),
  started: message(
    "{start}: first batch after {first}, stop {stop}, {memory} of its own",
    "{start}：{first} 后得到首个批次，停止 {stop}，独占内存 {memory}",
  ),
  chart: message("Seconds per epoch", "每轮秒数"),
  legend: message(
    "{start} start  {steady} steady  {stop} stop  ~ predicted",
    "{start} 启动  {steady} 稳态  {stop} 停止  ~ 预测",
  ),
  none: message("no workers", "无 worker"),
  workers: message("{count} by {start}", "{count} 个（{start}）"),
  recommend: message("Recommended", "建议"),
  recommended: message("num_workers={workers}", "num_workers={workers}"),
  trouble: message("{where}: {why}", "{where}：{why}"),
  interrupted: message("Interrupted: this is what was measured until then.", "已中断：以下是此前的测量结果。"),
};

const glyphs = {
  unicode: { start: "▒", steady: "█", stop: "░", bullet: "·" },
  ascii: { start: "/", steady: "#", stop: "-", bullet: "*" },
};

/** One block for each data set: what was measured, a chart, the recommendation with its reason, lines to paste. */
export function benchLoaderText(done: readonly Benched[], look: Look, quiet: boolean): string {
  const page = new Page(look);
  done.forEach((each, i) => {
    if (i > 0) page.line("");
    if (!quiet) page.measured(each);
    page.recommended(each);
  });
  return page.toString();
}

class Page {
  private readonly lines: string[] = [];
  private readonly chalk: ChalkInstance;
  private readonly glyph: (typeof glyphs)["unicode"];

  constructor(private readonly look: Look) {
    this.chalk = new Chalk({ level: look.colour ? 1 : 0 });
    this.glyph = look.unicode ? glyphs.unicode : glyphs.ascii;
  }

  measured(done: Benched): void {
    const { opened, options, engine, parameters: p } = done;
    if (done.interrupted) this.wrapped("", this.chalk.yellow(this.say(texts.interrupted())));
    const head = texts.head({
      dataset: labelOf(options.dataset),
      samples: opened.samples ?? "?",
      batches: opened.batches ?? "?",
      size: opened.batchSize,
      kib: Math.ceil(opened.batchBytes / 1024),
      epochs: options.epochs,
    });
    this.wrapped("", this.chalk.bold(this.say(head)));
    const named = engine.python === null ? engine.name : `${engine.name}, ${engine.python}`;
    this.wrapped("", this.say(texts.engine({ engine: named, why: engine.why })));
    if (p !== null) {
      const io = Math.max(0, p.batchSeconds - p.batchCpuSeconds);
      const said = texts.batch({
        make: ms(p.batchSeconds),
        cpu: ms(p.batchCpuSeconds),
        io: ms(io),
        send: ms(p.sendSeconds),
        take: ms(p.receiveSeconds),
        step: ms(p.stepSeconds),
      });
      this.wrapped("", this.say(said));
    }
    this.starts(done);
    this.chart(done);
    for (const { where, trouble } of done.troubles) {
      this.wrapped(
        `${this.glyph.bullet} `,
        this.chalk.yellow(this.say(texts.trouble({ where, why: trouble.said }))),
        2,
      );
    }
  }

  private starts({ starts }: Benched): void {
    if (starts.length === 0) return;
    this.lines.push("", this.say(texts.starts()));
    for (const start of starts) {
      const first = start.points.map(({ workers, seconds: took }) => `${duration(took)} (${workers})`).join(", ");
      const memory = start.privateMiB === null ? "?" : `${Math.ceil(start.privateMiB)} MiB`;
      const said = texts.started({ start: nameOf(start), first, stop: duration(start.stopSeconds), memory });
      this.wrapped(`  ${this.glyph.bullet} `, this.say(said), 4);
    }
  }

  private chart(done: Benched): void {
    const rows = rowsOf(done).map((row) => ({ ...row, label: this.labelOf(row.candidate) }));
    if (rows.length === 0) return;
    const longest = Math.max(...rows.map(({ candidate }) => candidate.epochSeconds));
    const labels = Math.max(...rows.map(({ label }) => columns(label)));
    const room = Math.max(10, this.look.width - labels - 14);
    this.lines.push("", this.say(texts.chart()));
    for (const { candidate, parts, label } of rows) {
      const bar = (value: number, glyph: string): string => glyph.repeat(Math.round((value / longest) * room));
      const drawn = `${bar(parts.start, this.glyph.start)}${bar(parts.steady, this.glyph.steady)}${bar(parts.stop, this.glyph.stop)}`;
      const chosen =
        candidate.workers === done.decision?.best.workers && sameStart(candidate.start, done.decision.best.start);
      const time = `${candidate.measured ? "" : "~"}${seconds(candidate.epochSeconds)}`;
      const line = `  ${label}${" ".repeat(labels - columns(label))}  ${drawn} ${time}`;
      this.lines.push(chosen ? this.chalk.green(line) : line);
    }
    this.lines.push(`  ${this.chalk.dim(this.say(texts.legend(this.glyph)))}`);
  }

  private labelOf({ workers, start }: Candidate): string {
    return this.say(start === null ? texts.none() : texts.workers({ count: workers, start: nameOf(start) }));
  }

  recommended(done: Benched): void {
    const { language } = this.look;
    const advice = advise(done);
    const workers = done.decision?.best.workers ?? 0;
    this.lines.push("");
    const head = `${this.say(texts.recommend())}${inBrackets(language, labelOf(done.options.dataset))}${marksOf(language).colon}${this.say(texts.recommended({ workers }))}`;
    this.wrapped("", this.chalk.bold(head));
    this.wrapped("  ", this.say(advice.reason), 2);
    for (const note of advice.notes) this.wrapped(`  ${this.glyph.bullet} `, this.say(note), 4);
    if (advice.lines.length > 0) this.lines.push("", ...advice.lines.map((line) => `    ${line}`));
  }

  line(text: string): void {
    this.lines.push(text);
  }

  private wrapped(label: string, text: string, indent = 0): void {
    this.lines.push(...wrap(`${label}${text}`, this.look.width, indent));
  }

  private say(words: Said): string {
    return words[this.look.language];
  }

  toString(): string {
    return `${this.lines.join("\n")}\n`;
  }
}

function ms(value: number): string {
  return String(Number((value * 1000).toPrecision(2)));
}

function duration(value: number): string {
  return value < 0.995 ? `${ms(value)} ms` : `${seconds(value)} s`;
}
