import { cut } from "../report/columns.ts";
import type { Look } from "../report/terminal.ts";
import { message } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import type { Candidate } from "./engines.ts";
import type { Report } from "./protocol.ts";

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two drawings. */
const pauseMs = 50;
const barWidth = 24;

const runs = {
  training: message("training", "训练"),
  control: message("control", "对照"),
};

/** One line on a terminal with how far the run is, its loss and its device; silent where stderr is none. */
export class ProgressBar {
  private engine = "";
  private device = "";
  private drawn = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly steps: number,
    private readonly look: Pick<Look, "unicode" | "language">,
  ) {}

  start({ engine }: Candidate): void {
    this.engine = engine;
    this.device = "…";
    this.draw(0, "");
  }

  show(report: Report): void {
    if (report.event === "ready") {
      this.device = report.device;
      this.draw(0, plainText(report.framework));
    }
    if (report.event !== "step") return;
    const { run, step, loss, ms } = report;
    const last = step === this.steps;
    if (!last && performance.now() - this.drawn < pauseMs) return;
    const done = (run === "training" ? 0 : this.steps) + step;
    this.draw(
      done / (2 * this.steps),
      `${runs[run]()[this.look.language]} ${step}/${this.steps}  loss ${loss?.toFixed(3) ?? "NaN"}  ${ms.toFixed(1)} ms`,
    );
  }

  /** Leaves the line empty for the report. */
  clear(): void {
    if (this.terminal.isTTY) this.terminal.write("\r\x1b[2K");
  }

  private draw(share: number, words: string): void {
    if (!this.terminal.isTTY) return;
    this.drawn = performance.now();
    const full = Math.round(Math.min(1, share) * barWidth);
    const [done, open] = this.look.unicode ? ["█", "░"] : ["#", "."];
    const bar = done.repeat(full) + open.repeat(barWidth - full);
    const line = `${bar} ${this.engine} (${this.device})  ${words}`;
    this.terminal.write(`\r\x1b[2K${cut(line, Math.max(20, (this.terminal.columns ?? 80) - 1))}`);
  }
}
