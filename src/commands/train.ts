import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import type { CommonOptions } from "../cli/options.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { exitCodes } from "../exit-codes.ts";
import { gatherFacts } from "../facts/gather.ts";
import type { Checked } from "../report/check-report.ts";
import type { Subject } from "../report/html/redact.ts";
import { trainText } from "../report/train.ts";
import { type TrainRun, trainReport } from "../report/train-report.ts";
import type { EngineId, WantedDevice } from "../training/plan.ts";
import { ProgressBar } from "../training/progress.ts";
import { trainingSession } from "../training/session.ts";
import { version } from "../version.ts";
import { defaultDeadline as checkDeadline, openHost } from "./host.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";
import { observed, subjectOf } from "./subject.ts";

interface TrainOptions extends CommonOptions {
  readonly engine: "auto" | EngineId;
  readonly device: WantedDevice;
  readonly steps: number;
  readonly python?: string;
}

/** Seconds for diagnosis and all engines where --deadline says nothing else: a first start may compile kernels. */
const defaultDeadline = 180;

/** `envdoctor train`: a short training run that proves on what it ran. Exit 1 where it failed its own proof. */
export async function train(options: TrainOptions): Promise<void> {
  const format = formatOf(options);
  const ran = await runTraining(options, format === "html");
  await writeReport(await renderTraining(ran, format, options), options);
  process.exitCode = codeOfTraining(ran);
}

export interface TrainedHere {
  readonly run: TrainRun;
  /** The diagnosis that it rests on. */
  readonly checked: Checked;
  /** Where it is asked for: whose machine it is. */
  readonly subject: (() => Subject) | null;
}

/** Looks, then trains; `forPage`: also notes whose machine it is. */
export async function runTraining(options: TrainOptions, forPage: boolean): Promise<TrainedHere> {
  const startedAt = new Date();
  const began = performance.now();
  const totalMs = (options.deadline ?? defaultDeadline) * 1000;
  const opened = await openHost(options);
  const noted = forPage ? await observed(opened, true) : null;
  const host = noted?.host ?? opened.host;
  const facts = await gatherFacts(host, opened.look, { totalMs: Math.min(totalMs, checkDeadline * 1000) });
  const diagnosis = diagnose(facts, checks, catalogue);
  const checked = { facts, diagnosis, version, startedAt, durationMs: performance.now() - began };
  const bar = new ProgressBar(process.stderr, options.steps, lookOf(options));
  const session = await trainingSession(host, facts, diagnosis, {
    engine: options.engine,
    device: options.device,
    steps: options.steps,
    totalMs: totalMs - (performance.now() - began),
    onStart: (candidate) => bar.start(candidate),
    onReport: (report) => bar.show(report),
  });
  bar.clear();
  opened.close();
  const run = { session, version, startedAt, durationMs: performance.now() - began };
  return { run, checked, subject: noted?.subject ?? null };
}

export function codeOfTraining({ run }: TrainedHere): number {
  return run.session.success ? exitCodes.ok : exitCodes.findings;
}

export async function renderTraining(ran: TrainedHere, format: string, options: CommonOptions): Promise<string> {
  const { run, checked } = ran;
  const look = lookOf(options);
  if (format === "json") return json(trainReport(run, "en"));
  if (format === "html") {
    const { trainHtml } = await import("../report/html/train.ts");
    return trainHtml(run, checked, look.language, subjectOf(ran));
  }
  const detail = { verbose: options.verbose ?? false, quiet: options.quiet ?? false };
  return trainText(trainReport(run, look.language), look, detail);
}
