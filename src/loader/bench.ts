/** The benchmark of one data set: look, predict, verify, decide. */
import type { LimitFacts } from "../facts/facts.ts";
import { message, type Said, verbatim } from "../text/message.ts";
import { type Benched, type BenchOptions, labelOf, nameOf } from "./benched.ts";
import { candidatesOf, type Known, predicted } from "./candidates.ts";
import { type Decision, decide, preferredStarts, toleranceOf } from "./decide.ts";
import { deeperQueueRatio } from "./deeper-queue.ts";
import type { Engine } from "./engine.ts";
import { candidateWorkers, type Demand, type Limit, sweptWorkers, usableCpus, workerLimits } from "./limits.ts";
import { cannotPay, type Parameters, workersNeeded } from "./model.ts";
import {
  aboutSchema,
  batchesSchema,
  copiesSchema,
  type Opened,
  openedSchema,
  replaysSchema,
  type Step,
  stepSchema,
  storageSchema,
  type TimedBatches,
} from "./protocol.ts";
import { LoaderTrouble, Session } from "./session.ts";
import { type MeasuredStart, measureStarts, sessionIsOver, waysToStart } from "./starts.ts";
import { median, variation } from "./statistics.ts";
import { type Swept, sweep } from "./sweep.ts";
import { type Verified, verify } from "./verify.ts";

const texts = {
  notOpened: message("the data set was not opened", "数据集未能打开"),
  replays: message(
    "every worker gives the whole stream: shard it by get_worker_info()",
    "每个 worker 都会给出整个数据流：请按 get_worker_info() 分片",
  ),
  opening: message("{dataset}: starting the {engine} engine", "{dataset}：启动 {engine} 引擎"),
  batches: message("{dataset}: timing batches", "{dataset}：测量批次耗时"),
  starts: message("{dataset}: starting and stopping workers", "{dataset}：测量 worker 的启动与停止"),
  storage: message("{dataset}: reading files", "{dataset}：测量文件读取"),
  verifying: message("{dataset}: measuring epochs, round {done} of {of}", "{dataset}：测量每轮耗时，第 {done}/{of} 次"),
  sweeping: message("{dataset}: combination {done} of {of}", "{dataset}：组合 {done}/{of}"),
};

const defaultPrefetch = 2;
/** Measuring every combination knows no budget of its own, but ends some day. */
const longestSweepSeconds = 3600;
const sweepRounds = 3;

/** Throws LoaderTrouble where nothing at all could be measured: a data set that cannot be used or loaded. */
export async function benchDataset(engine: Engine, facts: LimitFacts, options: BenchOptions): Promise<Benched> {
  const longest = options.sweep ? longestSweepSeconds : 3 * options.budgetSeconds + 120;
  const { signal } = options;
  const session = new Session(engine.argv, { env: engine.env, timeoutMs: longest * 1000, signal });
  const bench = new Bench(session, engine, facts, options);
  try {
    await bench.open();
    await bench.measure().catch((error: unknown) => bench.note("session", error));
  } finally {
    await session.close();
  }
  bench.failWhereDatasetDid();
  return bench.result();
}

class Bench {
  private readonly began = performance.now();
  private opened: Opened | undefined;
  private step: Step | null = null;
  private timed: TimedBatches | null = null;
  private parameters: Parameters | null = null;
  private limits: Limit[] = [];
  private starts: MeasuredStart[] = [];
  private verified: Verified | null = null;
  private swept: Swept[] = [];
  private storage: Benched["storage"] = null;
  private prefetch = defaultPrefetch;
  private readonly troubles: { where: string; trouble: LoaderTrouble }[] = [];
  /** Fewest workers with which measuring failed: so many or more are not predicted to work. */
  private failedFrom = Number.POSITIVE_INFINITY;

  constructor(
    private readonly session: Session,
    private readonly engine: Engine,
    private readonly facts: LimitFacts,
    private readonly options: BenchOptions,
  ) {}

  /** Seconds until this share of the budget is used up. */
  private left(share = 1): number {
    return share * this.options.budgetSeconds - (performance.now() - this.began) / 1000;
  }

  private say(what: Said): void {
    this.options.progress(what, Math.max(0, this.left()));
  }

  note(where: string, error: unknown): void {
    if (!(error instanceof LoaderTrouble)) throw error;
    this.troubles.push({ where, trouble: error });
  }

  private noteWorkers(workers: number | null, trouble: LoaderTrouble): void {
    this.note(workers === null ? "session" : `${workers} workers`, trouble);
    const from = trouble.detail["hung"] === true ? 1 : workers;
    if (from !== null && from > 0) this.failedFrom = Math.min(this.failedFrom, from);
  }

  /** A data set that fails before anything could be compared is no matter of workers. */
  failWhereDatasetDid(): void {
    const failed = this.troubles.find(({ trouble }) => trouble.kind === "dataset");
    if (failed !== undefined && !this.verified?.points.length && this.swept.length === 0) throw failed.trouble;
  }

  private get name(): { dataset: string } {
    return { dataset: labelOf(this.options.dataset) };
  }

  async open(): Promise<void> {
    const { dataset, batchSize } = this.options;
    this.say(texts.opening({ ...this.name, engine: this.engine.name }));
    await this.session.ask(aboutSchema.partial(), { do: "engine", name: this.engine.name }, 120);
    const soft = this.facts.openFiles.state === "value" ? this.facts.openFiles.value.soft : null;
    const name = dataset.path === null ? dataset.name : dataset.name.slice(dataset.name.lastIndexOf(":") + 1);
    const command = { do: "open", dataset: name, path: dataset.path, batchSize, openFiles: soft };
    this.opened = await this.session.ask(openedSchema, command, Math.max(60, 2 * this.options.budgetSeconds));
  }

  async measure(): Promise<void> {
    const opened = this.mustBeOpen();
    await this.measureBatches(opened);
    this.limits = workerLimits(this.facts, this.demand(opened, null));
    const starts = waysToStart(opened.process.startMethods, this.options.startMethods, opened.unpicklable === null);
    if (opened.unpicklable !== null && starts.length === 0) this.forbid("unpicklable", verbatim(opened.unpicklable));
    if (this.most() > 0 && starts.length > 0) {
      this.say(texts.starts(this.name));
      this.starts = await measureStarts(
        this.session,
        {
          starts,
          most: this.most(),
          pickledBytes: opened.pickledBytes ?? 0,
          platform: this.options.platform,
          left: () => this.left(0.45),
        },
        (start, trouble) => this.note(nameOf(start), trouble),
      );
      this.limits = workerLimits(this.facts, this.demand(opened, this.starts[0]?.privateMiB ?? null));
      await this.measureSending();
      if (opened.kind === "iterable") await this.lookForReplays();
    }
    await this.measureStorage(opened);
    await (this.options.sweep ? this.sweepAll() : this.verifyFew());
  }

  private mustBeOpen(): Opened {
    if (this.opened === undefined) throw new LoaderTrouble("ended", texts.notOpened());
    return this.opened;
  }

  private async measureBatches(opened: Opened): Promise<void> {
    this.say(texts.batches(this.name));
    const seconds = Math.min(2, 0.06 * this.options.budgetSeconds);
    this.timed = await this.session.ask(batchesSchema, { do: "batches", most: 64, seconds }, 120);
    this.step = await this.session.ask(stepSchema, { do: "make_step", stepMs: this.options.stepMs }, 120);
    const { walls, cpus, delays } = this.timed;
    const own = walls.map((wall, i) => Math.max(1e-9, wall - (delays[i] ?? 0)));
    const batchSeconds = median(own);
    this.parameters = {
      batches: opened.batches ?? Math.max(walls.length, 1),
      epochs: this.options.epochs,
      batchSeconds,
      batchCpuSeconds: Math.min(batchSeconds, median(cpus)),
      jitter: variation(own),
      stepSeconds: this.step.seconds,
      launchSeconds: this.step.launchSeconds,
      stepCpuShare: this.step.cpuShare,
      sendSeconds: 0,
      receiveSeconds: 0,
      cpus: usableCpus(this.facts),
      prefetch: this.prefetch,
    };
  }

  private demand(opened: Opened, workerMiB: number | null): Demand {
    const { parameters: p } = this;
    const torch = this.engine.name === "torch";
    return {
      batches: opened.batches,
      batchBytes: opened.batchBytes,
      tensorsPerBatch: opened.tensors,
      prefetch: this.prefetch,
      cpuShare: p === null ? 1 : p.batchCpuSeconds / p.batchSeconds,
      workerMiB,
      sharedMemory: torch && this.options.platform === "linux",
      descriptors: opened.engine.sharing === "file_descriptor",
      filesOpen: opened.process.filesOpen ?? 0,
      openFilesLimit: opened.process.openFilesLimit,
      addressSpaceMiB: opened.process.addressSpaceMiB,
      virtualMiB: opened.process.virtualMiB,
      asked: this.options.maxWorkers,
    };
  }

  private most(): number {
    return this.limits[0]?.maxWorkers ?? 0;
  }

  private forbid(name: "replay" | "unpicklable", says: Said): void {
    this.limits = [{ name, maxWorkers: 0, says }, ...this.limits];
  }

  private async measureSending(): Promise<void> {
    const [start] = this.starts;
    if (start === undefined || this.parameters === null || this.most() < 1) return;
    const { method, preload } = start;
    try {
      const command = { do: "copies", method, preload, count: 8, prefetch: this.prefetch, timeout: 30 };
      const { workerSeconds, consumerSeconds } = await this.session.ask(copiesSchema, command, 90);
      this.parameters = { ...this.parameters, sendSeconds: workerSeconds, receiveSeconds: consumerSeconds };
    } catch (error) {
      this.note("sending batches", error);
      if (error instanceof LoaderTrouble && sessionIsOver(error)) throw error;
    }
  }

  private async lookForReplays(): Promise<void> {
    const [start] = this.starts;
    if (start === undefined || this.most() < 2) return;
    const { method, preload } = start;
    const { replays } = await this.session.ask(replaysSchema, { do: "replays", method, preload, timeout: 60 }, 120);
    if (replays) this.forbid("replay", texts.replays());
  }

  private async measureStorage(opened: Opened): Promise<void> {
    const filesystem = await this.options.slowFolder(opened.folder);
    if (filesystem === null || opened.folder === null) return;
    this.say(texts.storage(this.name));
    const seconds = Math.min(8, 0.25 * this.options.budgetSeconds);
    try {
      const command = { do: "storage", folder: opened.folder, seconds };
      const curves = await this.session.ask(storageSchema, command, 120);
      this.storage = { ...curves, folder: opened.folder, filesystem };
    } catch (error) {
      this.note("reading files", error);
    }
  }

  private workers(): number[] {
    return this.parameters === null ? [0] : candidateWorkers(this.most(), workersNeeded(this.parameters));
  }

  private async verifyFew(): Promise<void> {
    if (this.parameters === null) return;
    const start = this.starts[0] ?? null;
    this.verified = await verify(this.session, {
      parameters: this.parameters,
      start,
      startSeconds: this.starts[0]?.points[0]?.seconds ?? 1,
      candidates: start === null ? [0] : cannotPay(this.parameters) ? [0, 1] : this.workers(),
      prefetch: this.prefetch,
      left: () => this.left(),
      progress: (done, of) => this.say(texts.verifying({ ...this.name, done, of })),
      failed: (workers, trouble) => this.noteWorkers(workers, trouble),
    });
    await this.tryDeeperPrefetch();
  }

  /** Where batches differ much in time, a longer queue evens that out, if there is room for it. */
  private async tryDeeperPrefetch(): Promise<void> {
    const { parameters: p, verified } = this;
    const best = this.decide()?.best;
    if (p === null || verified === null || !best || best.workers === 0 || best.start === null || p.jitter < 0.3) return;
    const deeper = 2 * this.prefetch;
    const room = workerLimits(this.facts, { ...this.demand(this.mustBeOpen(), null), prefetch: deeper });
    if ((room[0]?.maxWorkers ?? 0) < best.workers) return;
    const depths = [this.prefetch, deeper] as const;
    const trial = { start: best.start, workers: best.workers, batches: verified.batches, depths };
    try {
      const ratio = await deeperQueueRatio(this.session, trial, () => this.left());
      if (ratio !== null && ratio < 0.95) this.prefetch = deeper;
    } catch (error) {
      this.note("prefetching more", error);
    }
  }

  private async sweepAll(): Promise<void> {
    const asked = this.options.startMethods;
    this.swept = await sweep(this.session, {
      // Without preloading it is there to be compared with, not to be taken: see the start costs.
      starts: this.starts.filter(({ method, preload }) => method !== "forkserver" || preload || asked?.length === 1),
      candidates: sweptWorkers(this.workers(), this.most()),
      epochs: this.options.epochs,
      prefetch: this.prefetch,
      rounds: sweepRounds,
      left: () => longestSweepSeconds - (performance.now() - this.began) / 1000,
      progress: (done, of) => this.say(texts.sweeping({ ...this.name, done, of })),
      failed: (start, workers, trouble) =>
        this.note(`${start === null ? "" : nameOf(start)} ${workers} workers`, trouble),
    });
  }

  private known(): Known {
    const { parameters, starts, verified, swept, failedFrom } = this;
    return { parameters, starts, workers: this.workers(), verified, swept, failedFrom };
  }

  private decide(): Decision | null {
    const opened = this.mustBeOpen();
    const preferred = preferredStarts(opened.process.startMethod, opened.engine.cuda);
    const tolerance = toleranceOf(this.verified?.pairs ?? []);
    const all = candidatesOf(this.known());
    const none = this.parameters !== null && cannotPay(this.parameters);
    return decide(none ? all.filter(({ workers }) => workers === 0) : all, tolerance, preferred);
  }

  result(): Benched {
    const opened = this.mustBeOpen();
    const failed = this.troubles.filter(({ trouble }) => trouble.kind === "stopped");
    return {
      engine: this.engine,
      options: this.options,
      opened,
      framework: opened.engine.framework,
      step: this.step,
      timed: this.timed,
      parameters: this.parameters,
      limits: this.limits,
      starts: this.starts,
      candidates: candidatesOf(this.known()),
      predicted: this.options.sweep ? [] : predicted(this.known()),
      verified: this.verified,
      swept: this.swept,
      decision: this.decide(),
      prefetch: this.prefetch,
      storage: this.storage,
      troubles: this.troubles,
      interrupted: failed.length > 0,
      durationMs: performance.now() - this.began,
    };
  }
}
