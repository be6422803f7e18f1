import { resolve } from "node:path";
import type { CommonOptions } from "../cli/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { dataProbe } from "../facts/data.ts";
import { known } from "../facts/fact.ts";
import { limitsProbe } from "../facts/limits.ts";
import type { Host } from "../host/host.ts";
import { benchDataset } from "../loader/bench.ts";
import type { Benched } from "../loader/benched.ts";
import { chooseEngine, type EngineName } from "../loader/engine.ts";
import { LoaderTrouble } from "../loader/session.ts";
import { benchLoaderReport } from "../report/bench-loader.ts";
import { benchLoaderText } from "../report/bench-loader-text.ts";
import { cut } from "../report/columns.ts";
import type { Subject } from "../report/html/redact.ts";
import type { Look } from "../report/terminal.ts";
import { message, type Said } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";
import { version } from "../version.ts";
import { openHost } from "./host.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";
import { observed, subjectOf } from "./subject.ts";

export interface BenchLoaderOptions extends CommonOptions {
  readonly dataset?: readonly string[];
  readonly engine: EngineName | "auto";
  readonly python?: string;
  readonly batchSize?: number;
  /** Milliseconds, or auto. */
  readonly stepMs: number | "auto";
  readonly epochs: number;
  readonly startMethods?: readonly string[];
  readonly maxWorkers?: number;
  readonly budget: number;
  readonly sweep?: boolean;
}

const texts = {
  dataset: message(
    "--dataset {word}: expected table, images or FILE.py:NAME",
    "--dataset {word}：应为 table、images 或 FILE.py:NAME",
  ),
};

const builtIn = ["table", "images"];
/** File systems that cross a network or the border of a virtual machine. */
const slow = /^(?:9p|drvfs|virtiofs|vboxsf|prl_fs|(?:fuse\.)?vmhgfs(?:-fuse)?|nfs4?|cifs|smb3|smbfs|fuse\.sshfs)$/;
const interrupts = ["SIGINT", "SIGTERM"] as const;

/** `envdoctor bench loader`: measures loaders for each data set and recommends how to load it. */
export async function benchLoader(options: BenchLoaderOptions): Promise<void> {
  const format = formatOf(options);
  const benched = await runBench(options, format === "html");
  if (benched === null) return;
  await writeReport(await renderBench(benched, format, options), options);
  process.exitCode = benched.exitCode;
}

export interface BenchedHere {
  readonly done: readonly Benched[];
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly exitCode: number;
  /** Where it is asked for: whose machine it is. */
  readonly subject: (() => Subject) | null;
}

/** null where nothing could be measured: it has said why, and set the exit code. `forPage`: also notes whose machine it is. */
export async function runBench(options: BenchLoaderOptions, forPage: boolean): Promise<BenchedHere | null> {
  const startedAt = new Date();
  const began = performance.now();
  const datasets = (options.dataset ?? builtIn).map(parseDataset);
  const opened = await openHost({ timeout: options.timeout, ...(options.python && { python: options.python }) });
  const noted = forPage ? await observed(opened, true) : null;
  const host = noted?.host ?? opened.host;
  const needsPython = datasets.some(({ path }) => path !== null);
  const engine = await chooseEngine(host, { engine: options.engine, python: options.python, needsPython });
  const stopped = new Interrupt();
  const progress = new Progress(options);
  const done: Benched[] = [];
  try {
    for (const dataset of datasets) {
      if (stopped.signal.aborted) break;
      const facts = await limitsProbe.look(host, {}, {});
      done.push(
        await benchDataset(engine, facts, {
          dataset,
          batchSize: options.batchSize ?? null,
          stepMs: options.stepMs === "auto" ? null : options.stepMs,
          epochs: options.epochs,
          startMethods: options.startMethods ?? null,
          maxWorkers: options.maxWorkers ?? null,
          budgetSeconds: Math.min(options.budget, options.deadline ?? options.budget),
          sweep: options.sweep ?? false,
          platform: host.identity.platform,
          slowFolder: (folder) => slowFileSystem(host, folder),
          progress: (what, left) => progress.show(what, left),
          signal: stopped.signal,
        }),
      );
    }
  } catch (error) {
    if (!(error instanceof LoaderTrouble)) throw error;
    progress.clear();
    if (done.length === 0 || error.kind !== "stopped") {
      refuse(error, stopped, lookOf(options));
      return null;
    }
  } finally {
    progress.clear();
    stopped.release();
    opened.close();
  }
  const exitCode = stopped.exitCode ?? (done.some(failedItself) ? exitCodes.findings : exitCodes.ok);
  return { done, startedAt, durationMs: performance.now() - began, exitCode, subject: noted?.subject ?? null };
}

export async function renderBench(benched: BenchedHere, format: string, options: CommonOptions): Promise<string> {
  const { done, startedAt, durationMs } = benched;
  const look = lookOf(options);
  if (format === "json") return json(benchLoaderReport(done, durationMs));
  if (format === "html") {
    const { benchHtml } = await import("../report/html/bench.ts");
    return benchHtml({ done, version, startedAt }, look.language, subjectOf(benched));
  }
  return benchLoaderText(done, look, options.quiet ?? false);
}

function parseDataset(word: string): { name: string; path: string | null } {
  if (builtIn.includes(word)) return { name: word, path: null };
  // A colon within the first two characters is a drive of Windows.
  const at = word.lastIndexOf(":");
  if (at < 2 || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(word.slice(at + 1))) {
    throw new UsageError(texts.dataset({ word }));
  }
  return { name: word, path: resolve(word.slice(0, at)) };
}

/** The data set failed while it was loaded, or not even its batches could be timed. */
function failedItself({ troubles, decision }: Benched): boolean {
  return decision === null || troubles.some(({ trouble }) => trouble.kind === "dataset");
}

function refuse(trouble: LoaderTrouble, stopped: Interrupt, { language }: Look): void {
  if (trouble.kind === "usage" || trouble.kind === "engine") throw new UsageError(trouble.said);
  process.stderr.write(`envdoctor: ${trouble.said[language]}\n`);
  process.exitCode = stopped.exitCode ?? exitCodes.findings;
}

async function slowFileSystem(host: Host, folder: string | null): Promise<string | null> {
  if (folder === null) return null;
  const facts = known(await dataProbe.look(host, { data: folder }, {}));
  const type = facts && known(facts.filesystem);
  return type !== undefined && slow.test(type) ? type : null;
}

/** Ctrl-C ends the measuring, not the report. The second one ends everything. */
class Interrupt {
  private readonly controller = new AbortController();
  private readonly answer = (signal: NodeJS.Signals): void => {
    if (this.signal.aborted) process.exit(this.exitCode ?? 130);
    this.exitCode = signal === "SIGTERM" ? 143 : 130;
    this.controller.abort();
  };
  exitCode: number | undefined;

  constructor() {
    for (const signal of interrupts) process.on(signal, this.answer);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  release(): void {
    for (const signal of interrupts) process.off(signal, this.answer);
  }
}

/** What is being measured and the time left, on stderr: one line that is overwritten on a terminal. */
class Progress {
  private last = "";
  private readonly language;
  private readonly terminal = process.stderr.isTTY === true;

  constructor(private readonly options: BenchLoaderOptions) {
    this.language = lookOf(options).language;
  }

  show(what: Said, leftSeconds: number): void {
    if (this.options.quiet) return;
    const left = this.options.sweep ? "" : ` (${Math.ceil(leftSeconds)} s)`;
    const line = `${what[this.language]}${left}`;
    if (this.terminal) process.stderr.write(`\r\x1b[K${cut(line, (process.stderr.columns ?? 80) - 1)}`);
    else if (what.en !== this.last) process.stderr.write(`${line}\n`);
    this.last = what.en;
  }

  clear(): void {
    if (this.terminal && this.last !== "") process.stderr.write("\r\x1b[K");
    this.last = "";
  }
}
