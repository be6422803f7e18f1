import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import type { CommonOptions } from "../cli/options.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { exitCodes } from "../exit-codes.ts";
import { gatherFacts } from "../facts/gather.ts";
import { trainText } from "../report/train.ts";
import { trainReport } from "../report/train-report.ts";
import type { EngineId, WantedDevice } from "../training/plan.ts";
import { ProgressBar } from "../training/progress.ts";
import { trainingSession } from "../training/session.ts";
import { version } from "../version.ts";
import { defaultDeadline as checkDeadline, openHost } from "./host.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

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
  const startedAt = new Date();
  const began = performance.now();
  const totalMs = (options.deadline ?? defaultDeadline) * 1000;
  const { host, look, close } = await openHost(options);
  const facts = await gatherFacts(host, look, { totalMs: Math.min(totalMs, checkDeadline * 1000) });
  const diagnosis = diagnose(facts, checks, catalogue);
  const view = lookOf(options);
  const bar = new ProgressBar(process.stderr, options.steps, view.unicode);
  const session = await trainingSession(host, facts, diagnosis, {
    engine: options.engine,
    device: options.device,
    steps: options.steps,
    totalMs: totalMs - (performance.now() - began),
    onStart: (candidate) => bar.start(candidate),
    onReport: (report) => bar.show(report),
  });
  bar.clear();
  close();
  const run = { session, version, startedAt, durationMs: performance.now() - began };
  const detail = { verbose: options.verbose ?? false, quiet: options.quiet ?? false };
  const text =
    format === "json" ? json(trainReport(run, "en")) : trainText(trainReport(run, view.language), view, detail);
  await writeReport(text, options);
  process.exitCode = session.success ? exitCodes.ok : exitCodes.findings;
}
