import type { DiagnosedCause } from "../diagnosis/diagnose.ts";
import { nextStep } from "../diagnosis/next-step.ts";
import type { Language, Said } from "../text/message.ts";
import { message } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import type { Observation } from "../training/observe.ts";
import { accuracyBar, type Device, type EngineId } from "../training/plan.ts";
import { lossesOf, shareOf } from "../training/proof.ts";
import type { Session } from "../training/session.ts";
import { clean, explainedCause, type ReportedCause } from "./check-report.ts";
import { type TrainCurves, trainCurves } from "./train-curves.ts";

export interface TrainRun {
  readonly session: Session;
  readonly version: string;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** `train --json`. The shape is fixed: a change raises schemaVersion. Fields of the run are null where nothing trained. */
export interface TrainReport {
  readonly schemaVersion: 1;
  readonly kind: "train";
  readonly tool: { readonly name: "envdoctor"; readonly version: string };
  readonly startedAt: string;
  readonly engine: EngineId | null;
  readonly framework: string | null;
  readonly device: Device | null;
  readonly deviceName: string | null;
  readonly success: boolean;
  readonly summary: string;
  readonly next: string | null;
  readonly gpuProven: boolean;
  readonly proof: readonly {
    readonly id: string;
    readonly what: string;
    readonly ok: boolean;
    readonly detail: string;
  }[];
  readonly notShown: readonly { readonly id: string; readonly what: string; readonly reason: string }[];
  readonly steps: number | null;
  /** Mean of the first and of the last ten steps; null in it where one was not finite. */
  readonly loss: { readonly first: number | null; readonly last: number | null } | null;
  /** Share of right answers on new images, 0…1. */
  readonly accuracy: number | null;
  readonly accuracyBar: number;
  readonly curves: TrainCurves | null;
  readonly control: { readonly accuracy: number | null } | null;
  readonly samplesPerSecond: number | null;
  /** Median milliseconds of a step, with the wait for the device. */
  readonly stepMs: number | null;
  /** From the start of the program until the device answered. */
  readonly startMs: number | null;
  /** From the start of the program until the right class got a probability of the bar, by the loss; null: never. */
  readonly toAccuracy: { readonly steps: number; readonly seconds: number } | null;
  readonly peakMemoryMiB: number | null;
  /** The next four are told by the cuda engine alone. `cards`: how many the driver shows; the first one trains. */
  readonly card: {
    readonly computeCapability: string;
    readonly memoryMiB: number;
    readonly cards: number;
  } | null;
  /** GB (10⁹ bytes) a second. */
  readonly bandwidth: {
    readonly hostToDevice: { readonly pinned: number; readonly pageable: number };
    readonly deviceToHost: { readonly pinned: number; readonly pageable: number };
    readonly onDevice: number;
  } | null;
  /** How many times faster copies to the card are from pinned memory. */
  readonly pinMemoryGain: number | null;
  readonly memoryTest: {
    readonly totalMiB: number;
    readonly freeMiB: number;
    readonly testedMiB: number;
    readonly seconds: number;
    readonly wrongWords: number;
    readonly firstWrongMiB: number | null;
  } | null;
  readonly engines: readonly { readonly engine: EngineId; readonly usable: boolean; readonly reason: string }[];
  readonly causes: readonly ReportedCause[];
  readonly durationMs: number;
}

const texts = {
  gpu: message("GPU training is proven: {framework} on {device}.", "已证实可用 GPU 训练：{framework}，{device}。"),
  gpuFailed: message(
    "It trained on {device} with {framework}, but did not prove it.",
    "在 {device} 上用 {framework} 进行了训练，但未能证实。",
  ),
  cpu: message(
    "Trained on the CPU, not on a GPU: {framework} on {device}.",
    "在 CPU 上训练，未使用 GPU：{framework}，{device}。",
  ),
  cpuFailed: message(
    "Trained on the CPU, not on a GPU, and failed its proof: {framework} on {device}.",
    "在 CPU 上训练，未使用 GPU，且证明未通过：{framework}，{device}。",
  ),
  driverOnly: message(
    "GPU training is proven with the driver alone: {framework} on {device}. No framework is installed yet.",
    "仅用驱动已证实可用 GPU 训练：{framework}，{device}。尚未安装框架。",
  ),
  driverWorks: message(
    "The GPU and its driver work ({framework} on {device} trained and proved it), but no framework here trains on it.",
    "GPU 及其驱动工作正常（{framework}，{device}，训练已证实），但这里没有框架能用它训练。",
  ),
  setUp: message("envdoctor setup", "envdoctor setup"),
  nothing: message("Nothing trained: {why}.", "没有训练成功：{why}。"),
  noGpu: message("No GPU to train on: {cause}.", "没有可用于训练的 GPU：{cause}。"),
};

export function trainReport({ session, version, startedAt, durationMs }: TrainRun, language: Language): TrainReport {
  const { trained, engines, causes, success } = session;
  const say = (words: Said): string => plainText(words[language]);
  const seen = trained?.seen;
  const steps = seen?.training.stepMs ?? [];
  const next = causes.length > 0 ? nextStep(causes[0]?.fix ?? []) : afterwards(session);
  return {
    schemaVersion: 1,
    kind: "train",
    tool: { name: "envdoctor", version },
    startedAt: startedAt.toISOString(),
    engine: trained?.candidate.engine ?? null,
    framework: nullable(seen?.ready?.framework),
    device: seen?.ready?.device ?? null,
    deviceName: nullable(seen?.ready?.deviceName),
    success,
    summary: say(summaryOf(session)),
    next: next === null ? null : say(next),
    gpuProven: trained?.proof.gpuProven ?? false,
    proof: (trained?.proof.points ?? []).map(({ id, what, ok, detail }) => ({
      id,
      what: say(what),
      ok,
      detail: say(detail),
    })),
    notShown: (trained?.proof.notShown ?? []).map(({ id, what, reason }) => ({
      id,
      what: say(what),
      reason: say(reason),
    })),
    steps: seen?.plan.steps ?? null,
    loss: seen ? lossesOf(seen) : null,
    accuracy: seen ? shareOf(seen, "training") : null,
    accuracyBar,
    curves: seen ? trainCurves(seen) : null,
    control: seen ? { accuracy: shareOf(seen, "control") } : null,
    samplesPerSecond: seen ? samplesPerSecond(steps, seen.plan.batchSize) : null,
    stepMs: median(steps),
    startMs: seen?.ready ? Math.round(seen.ready.ms) : null,
    toAccuracy: seen ? toAccuracy(seen) : null,
    peakMemoryMiB: seen?.peakMiB == null ? null : Math.round(seen.peakMiB),
    card: seen?.ready?.card ?? null,
    ...driverNumbers(seen),
    engines: engines.map(({ engine, usable, reason }) => ({ engine, usable, reason: say(reason) })),
    causes: causes.map((cause) => reported(cause, language)),
    durationMs: Math.round(durationMs),
  };
}

function driverNumbers(seen: Observation | undefined): Pick<TrainReport, "bandwidth" | "pinMemoryGain" | "memoryTest"> {
  const { copies = null, memoryTest = null } = seen ?? {};
  const round = (number: number): number => Math.round(number * 100) / 100;
  const both = ({ pinned, pageable }: { pinned: number; pageable: number }) => ({
    pinned: round(pinned),
    pageable: round(pageable),
  });
  const tested = memoryTest && {
    totalMiB: memoryTest.totalMiB,
    freeMiB: memoryTest.freeMiB,
    testedMiB: memoryTest.testedMiB,
    seconds: round(memoryTest.seconds),
    wrongWords: memoryTest.wrongWords,
    firstWrongMiB: memoryTest.firstWrongMiB,
  };
  if (copies === null) return { bandwidth: null, pinMemoryGain: null, memoryTest: tested };
  const { hostToDevice, deviceToHost, onDevice } = copies;
  return {
    bandwidth: {
      hostToDevice: both(hostToDevice),
      deviceToHost: both(deviceToHost),
      onDevice: round(onDevice),
    },
    pinMemoryGain: round(hostToDevice.pinned / hostToDevice.pageable),
    memoryTest: tested,
  };
}

function afterwards({ success, without }: Session): Said | null {
  return success && without === "framework" ? texts.setUp() : null;
}

function summaryOf({ trained, success, causes, engines, noGpu, without }: Session): Said {
  const ready = trained?.seen.ready;
  if (!trained || !ready) {
    const why = causes[0]?.cause.title ?? engines[0]?.reason ?? { en: "?", zh: "?" };
    const say = (language: Language): string =>
      noGpu ? texts.noGpu({ cause: why[language] })[language] : texts.nothing({ why: why[language] })[language];
    return { en: say("en"), zh: say("zh") };
  }
  const words = { framework: ready.framework, device: ready.deviceName };
  const proven = trained.proof.points.every(({ ok }) => ok);
  if (without === "framework" && success) return texts.driverOnly(words);
  if (without === "idle-framework" && trained.proof.gpuProven) return texts.driverWorks(words);
  if (ready.device === "cuda") return success ? texts.gpu(words) : texts.gpuFailed(words);
  return proven ? texts.cpu(words) : texts.cpuFailed(words);
}

function reported({ cause, confidence, evidence, findings, fix }: DiagnosedCause, language: Language): ReportedCause {
  return {
    ...explainedCause(cause, fix, language),
    confidence: Math.round(confidence * 100) / 100,
    evidence: evidence.map((one) => clean(one, language)),
    findings,
  };
}

/** The first step at which the mean loss of ten steps is that of the bar, -ln(0.8). */
function toAccuracy({ ready, training: { losses, stepMs } }: Observation): TrainReport["toAccuracy"] {
  const enough = -Math.log(accuracyBar);
  const at = losses.findIndex((_, i) => {
    const latest = losses.slice(Math.max(0, i - 9), i + 1);
    const sum = latest.reduce<number>((total, loss) => total + (loss ?? Number.POSITIVE_INFINITY), 0);
    return latest.length === 10 && sum / latest.length <= enough;
  });
  if (at < 0 || ready === null) return null;
  const ms = stepMs.slice(0, at + 1).reduce((total, one) => total + one, ready.ms);
  return { steps: at + 1, seconds: Math.round(ms) / 1000 };
}

/** By the median step: the first ones load kernels. */
function samplesPerSecond(stepMs: readonly number[], batchSize: number): number | null {
  const ms = median(stepMs);
  return ms === null || ms <= 0 ? null : Math.round((batchSize * 1000) / ms);
}

function median(numbers: readonly number[]): number | null {
  const middle = [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  return middle === undefined ? null : Math.round(middle * 100) / 100;
}

function nullable(text: string | undefined): string | null {
  return text === undefined ? null : plainText(text);
}
