import type { Writable } from "node:stream";
import type { RunResult } from "../host/host.ts";
import { streamProgram } from "../host/stream.ts";
import { excerpt } from "../text/plain.ts";
import type { TrainingPlan } from "./plan.ts";
import {
  type Compared,
  type Copies,
  type Failed,
  type MemoryTest,
  type Placed,
  type Product,
  parseReport,
  type Ready,
  type Repeat,
  type Report,
  type Timed,
  type Unusable,
} from "./protocol.ts";

export interface RunSeen {
  /** In the order of the steps; null was NaN or infinite. */
  readonly losses: readonly (number | null)[];
  /** Share of each batch that was answered right, 0…1; null where the engine did not count. For show: it proves nothing. */
  readonly accuracies: readonly (number | null)[];
  readonly stepMs: readonly number[];
  /** One class for each test image; null where it was not told. */
  readonly predictions: readonly number[] | null;
}

/** All that an engine program reported, and how it ended. */
export interface Observation {
  readonly plan: TrainingPlan;
  readonly ready: Ready | null;
  readonly product: Product | null;
  readonly placed: Placed | null;
  readonly training: RunSeen;
  readonly control: RunSeen;
  readonly peakMiB: number | null;
  readonly timed: readonly Timed[];
  /** Of the cuda engine alone, like those below it up to `unusable`: what it did last. */
  readonly stage: string | null;
  readonly memoryTest: MemoryTest | null;
  readonly copies: Copies | null;
  readonly repeat: Repeat | null;
  readonly compared: Compared | null;
  readonly failed: Failed | null;
  readonly unusable: Unusable | null;
  readonly done: boolean;
  /** stdout carries nothing: its lines were read as reports. */
  readonly end: RunResult;
  /** Lines on stdout that are no reports: how many, and the first ones. */
  readonly noise: { readonly lines: number; readonly excerpt: string };
}

export interface EngineProgram {
  /** Words before the plan. */
  readonly argv: readonly [string, ...string[]];
  /** Words after the plan. */
  readonly after: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ObserveOptions {
  readonly timeoutMs: number;
  readonly onReport?: (report: Report) => void;
  /** The program's stdin stays open until this is settled: an engine that waits for its end keeps its memory until then. */
  readonly hold?: Promise<unknown>;
  /** Stops the program, which gets time to clean up. */
  readonly signal?: AbortSignal;
}

const noiseKept = 5;

/** Runs an engine program in a process of its own, under a deadline. Never throws. */
export async function observe(
  program: EngineProgram,
  plan: TrainingPlan,
  { timeoutMs, onReport, hold, signal }: ObserveOptions,
): Promise<Observation> {
  const seen = new Seen(plan);
  const noise: string[] = [];
  let noiseLines = 0;
  const onLine = (line: string): void => {
    const report = parseReport(line);
    if (report !== undefined) {
      seen.take(report);
      onReport?.(report);
    } else if (line.trim() !== "") {
      if (noiseLines++ < noiseKept) noise.push(line.slice(0, 1000));
    }
  };
  const argv = [...program.argv, JSON.stringify(plan), ...program.after] as const;
  const onStart = hold && ((stdin: Writable): void => void hold.finally(() => stdin.end()));
  const options = { env: program.env, timeoutMs, onLine, ...(onStart && { onStart }), ...(signal && { signal }) };
  const end = await streamProgram(argv as [string, ...string[]], options);
  return { ...seen.observed(), end, noise: { lines: noiseLines, excerpt: excerpt(noise.join("\n")) } };
}

interface RunBuilder {
  losses: (number | null)[];
  accuracies: (number | null)[];
  stepMs: number[];
  predictions: number[] | null;
}

type DriverReports = {
  -readonly [Key in
    | "stage"
    | "memoryTest"
    | "copies"
    | "repeat"
    | "compared"
    | "failed"
    | "unusable"]: Observation[Key];
};

/** As for an engine that does not work with the driver itself. */
const noDriverReports: DriverReports = {
  stage: null,
  memoryTest: null,
  copies: null,
  repeat: null,
  compared: null,
  failed: null,
  unusable: null,
};

class Seen {
  private ready: Ready | null = null;
  private product: Product | null = null;
  private placed: Placed | null = null;
  private readonly runs: Record<"training" | "control", RunBuilder> = { training: emptyRun(), control: emptyRun() };
  private peakMiB: number | null = null;
  private readonly timed: Timed[] = [];
  private readonly driver: DriverReports = { ...noDriverReports };
  private done = false;

  constructor(private readonly plan: TrainingPlan) {}

  take(report: Report): void {
    switch (report.event) {
      case "ready":
        this.ready ??= report;
        return;
      case "product":
        this.product ??= report;
        return;
      case "placed":
        this.placed ??= report;
        return;
      case "step":
        this.step(this.runs[report.run], report);
        return;
      case "tested":
        this.runs[report.run].predictions ??= report.predictions;
        return;
      case "memory":
        this.peakMiB = report.peakMiB;
        return;
      case "timed":
        if (this.timed.length < 2) this.timed.push(report);
        return;
      case "stage":
        this.driver.stage = report.stage;
        return;
      case "memory-test":
        this.driver.memoryTest = report;
        return;
      case "copies":
        this.driver.copies = report;
        return;
      case "repeat":
        this.driver.repeat = report;
        return;
      case "compared":
        this.driver.compared = report;
        return;
      case "failed":
        this.driver.failed ??= report;
        return;
      case "unusable":
        this.driver.unusable = report;
        return;
      case "done":
        this.done = true;
    }
  }

  /** One more than was asked for is kept, so that too many are seen as such and a flood takes no memory. */
  private step(run: RunBuilder, { loss, accuracy, ms }: Extract<Report, { event: "step" }>): void {
    if (run.losses.length > this.plan.steps) return;
    run.losses.push(loss);
    run.accuracies.push(accuracy ?? null);
    run.stepMs.push(ms);
  }

  observed(): Omit<Observation, "end" | "noise"> {
    const { plan, ready, product, placed, runs, peakMiB, timed, driver, done } = this;
    return { plan, ready, product, placed, ...runs, peakMiB, timed, ...driver, done };
  }
}

function emptyRun(): RunBuilder {
  return { losses: [], accuracies: [], stepMs: [], predictions: null };
}
