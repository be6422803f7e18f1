import { known } from "../facts/fact.ts";
import type { Host } from "../host/host.ts";
import type { GateRun } from "../report/preflight-report.ts";
import { trainReport } from "../report/train-report.ts";
import { trainingSession } from "../training/session.ts";
import { version } from "../version.ts";
import { frameworkOf, type Subject } from "./subject.ts";

/** Enough for the accuracy that the proof asks for, as in `envdoctor train`. */
const steps = 200;

/** Runs the training proof, with the framework of the command's Python where that is one it can be run with. */
export async function prove(host: Host, subject: Subject, seconds: number): Promise<NonNullable<GateRun["proof"]>> {
  const startedAt = new Date();
  const began = performance.now();
  const engine = known(frameworkOf(subject, "torch")) ? "torch" : "auto";
  const wanted = { engine, device: "auto", steps, totalMs: seconds * 1000 } as const;
  const session = await trainingSession(host, subject.facts, subject.diagnosis, wanted);
  const run = { session, version, startedAt, durationMs: performance.now() - began };
  const { gpuProven, success, summary } = trainReport(run, "en");
  return { success, gpuProven, summary: { en: summary, zh: trainReport(run, "zh").summary } };
}
