import { message, type Said } from "../text/message.ts";
import { driverPoints } from "./driver-points.ts";
import type { GpuSample } from "./gpu-sample.ts";
import type { Observation } from "./observe.ts";
import { accuracyBar, accuracyOf, type Device } from "./plan.ts";
import { productError, tolerances } from "./product.ts";

export type PointId =
  | "device"
  | "product"
  | "finite-loss"
  | "loss-falls"
  | "accuracy"
  | "control"
  | "memory-test"
  | "copies"
  | "repeat"
  | "whole-product"
  | "gpu-memory"
  | "gpu-speed";

/** One point of the proof, with the numbers it rests on. */
export interface ProofPoint {
  readonly id: PointId;
  readonly what: Said;
  readonly ok: boolean;
  readonly detail: Said;
}

/** A point that could not be shown here, and why. */
interface NotShown {
  readonly id: PointId;
  readonly what: Said;
  readonly reason: Said;
}

export interface Proof {
  readonly points: readonly ProofPoint[];
  readonly notShown: readonly NotShown[];
  /** Every point that applies holds, and one of them comes from outside the framework. */
  readonly gpuProven: boolean;
}

/** What was seen beside the program's own reports. */
export interface Surroundings {
  /** Before the program started, and while it trained; null where the driver does not tell. */
  readonly gpu: { readonly before: GpuSample; readonly during: GpuSample } | null;
  /** The same steps on the CPU; null where they were not timed. */
  readonly cpu: { readonly ms: number; readonly threads: number } | null;
}

const texts = {
  device: message("Parameters and gradients are on the device", "参数和梯度位于该设备上"),
  deviceSeen: message(
    "parameters on {parameters}, gradients on {gradients}",
    "参数在 {parameters}，梯度在 {gradients}",
  ),
  product: message("A matrix product is right", "矩阵乘积正确"),
  productSeen: message(
    "largest error {error} of the terms' sum, allowed {allowed} ({precision})",
    "最大误差为各项之和的 {error}，允许 {allowed}（{precision}）",
  ),
  productMissing: message(
    "the product was not reported, or has entries that are no numbers",
    "未报告乘积，或其中含有非数值",
  ),
  finite: message("Every loss is finite", "所有损失都是有限值"),
  finiteSeen: message("{finite} of {expected} losses", "{expected} 个损失中有 {finite} 个"),
  falls: message("The loss falls", "损失下降"),
  fallsSeen: message("from {first} to {last}", "从 {first} 到 {last}"),
  accuracy: message("New images are recognised", "能识别未见过的图像"),
  accuracySeen: message(
    "{share} right, at least {bar} wanted; chance is 10%",
    "准确率 {share}，要求至少 {bar}；随机为 10%",
  ),
  control: message("Shuffled labels teach nothing", "打乱标签则学不到东西"),
  controlSeen: message("{share} right, below {bar} wanted", "准确率 {share}，要求低于 {bar}"),
  noAnswers: message("no answers to the test images were reported", "未报告测试图像的结果"),
  memory: message("The driver sees memory in use for it", "驱动显示其占用了显存"),
  memoryOwn: message("process {pid} holds {mib} MiB", "进程 {pid} 占用 {mib} MiB"),
  memoryRise: message(
    "from {before} to {during} MiB on the machine's GPUs",
    "本机 GPU 显存从 {before} 到 {during} MiB",
  ),
  memoryUntold: message("nvidia-smi gave no numbers while it trained", "训练期间 nvidia-smi 没有给出数值"),
  speed: message("It is faster than the CPU", "比 CPU 快"),
  speedSeen: message(
    "{gpu} ms a step, {cpu} ms on {threads} CPU threads",
    "每步 {gpu} ms，{threads} 个 CPU 线程需 {cpu} ms",
  ),
  productSpeed: message(
    "{gpu} ms for a larger matrix product, {cpu} ms on one CPU thread",
    "较大的矩阵乘积耗时 {gpu} ms，单个 CPU 线程需 {cpu} ms",
  ),
  speedUntold: message("the same steps were not timed on both", "没有在两者上测得相同的步骤"),
  speedWide: message(
    "{gpu} ms a step, {cpu} ms on {threads} CPU threads: so many threads can beat a small GPU on so small a network",
    "每步 {gpu} ms，{threads} 个 CPU 线程需 {cpu} ms：线程很多时，在这样小的网络上可能快于小型 GPU",
  ),
  onCpu: message("it trained on the CPU", "在 CPU 上训练"),
};

/** Losses at either end that are averaged for the question whether the loss falls. */
const window = 10;
/** What is left of the loss at most. */
const fallenTo = 0.7;
const riseMiB = 64;
/** A CPU with as many threads may win against a small GPU without anything being wrong. */
const manyThreads = 16;

/** Judges what the engine reported by what the parent knows itself: the labels, the product, the number of steps. */
export function prove(seen: Observation, { gpu, cpu }: Surroundings): Proof {
  const device: Device = seen.ready?.device ?? "cpu";
  const points = [
    devicePoint(seen, device),
    productPoint(seen),
    finitePoint(seen),
    fallsPoint(seen),
    accuracyPoint(seen),
    controlPoint(seen),
    ...driverPoints(seen),
  ];
  const fromOutside = device === "cuda" ? [memoryPoint(seen, gpu), speedPoint(seen, cpu)] : onCpu();
  const shown = fromOutside.filter((point) => "ok" in point);
  const all = [...points, ...shown];
  const gpuProven = device === "cuda" && shown.length > 0 && all.every(({ ok }) => ok);
  return { points: all, notShown: fromOutside.filter((point) => "reason" in point), gpuProven };
}

function onCpu(): NotShown[] {
  return [
    { id: "gpu-memory", what: texts.memory(), reason: texts.onCpu() },
    { id: "gpu-speed", what: texts.speed(), reason: texts.onCpu() },
  ];
}

function devicePoint({ placed }: Observation, device: Device): ProofPoint {
  const [parameters, gradients] = [placed?.parameters ?? [], placed?.gradients ?? []];
  const there = (places: readonly string[]): boolean =>
    places.length > 0 && places.every((place) => place === device || place.startsWith(`${device}:`));
  const list = (places: readonly string[]): string => (places.length > 0 ? places.join(", ") : "?");
  const detail = texts.deviceSeen({ parameters: list(parameters), gradients: list(gradients) });
  return { id: "device", what: texts.device(), ok: there(parameters) && there(gradients), detail };
}

function productPoint({ product, plan }: Observation): ProofPoint {
  const what = texts.product();
  const error = product === null ? Number.POSITIVE_INFINITY : productError(plan.product, product.values);
  if (!Number.isFinite(error)) return { id: "product", what, ok: false, detail: texts.productMissing() };
  const precision = product?.tf32 ? "tf32" : "float32";
  const allowed = tolerances[precision];
  const detail = texts.productSeen({ error: error.toExponential(1), allowed: allowed.toExponential(0), precision });
  return { id: "product", what, ok: error <= allowed, detail };
}

function finitePoint({ training, control, plan }: Observation): ProofPoint {
  const losses = [...training.losses, ...control.losses];
  const finite = losses.filter((loss) => loss !== null).length;
  const expected = 2 * plan.steps;
  const ok = finite === expected && losses.length === expected;
  return { id: "finite-loss", what: texts.finite(), ok, detail: texts.finiteSeen({ finite, expected }) };
}

function fallsPoint(seen: Observation): ProofPoint {
  const { first, last } = lossesOf(seen);
  const ok = first !== null && last !== null && last < fallenTo * first;
  const say = (loss: number | null): string => (loss === null ? "NaN" : loss.toFixed(3));
  const detail = texts.fallsSeen({ first: say(first), last: say(last) });
  return { id: "loss-falls", what: texts.falls(), ok, detail };
}

/** Mean loss of the first and of the last steps; null where one of them is not finite. */
export function lossesOf({ training: { losses } }: Observation): { first: number | null; last: number | null } {
  const part = Math.max(1, Math.min(window, Math.floor(losses.length / 2)));
  return { first: mean(losses.slice(0, part)), last: mean(losses.slice(-part)) };
}

function mean(losses: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const loss of losses) {
    if (loss === null) return null;
    sum += loss;
  }
  return losses.length > 0 ? sum / losses.length : null;
}

function accuracyPoint(seen: Observation): ProofPoint {
  const share = shareOf(seen, "training");
  const detail =
    share === null ? texts.noAnswers() : texts.accuracySeen({ share: percent(share), bar: percent(accuracyBar) });
  return { id: "accuracy", what: texts.accuracy(), ok: share !== null && share >= accuracyBar, detail };
}

function controlPoint(seen: Observation): ProofPoint {
  const share = shareOf(seen, "control");
  const detail =
    share === null ? texts.noAnswers() : texts.controlSeen({ share: percent(share), bar: percent(accuracyBar) });
  return { id: "control", what: texts.control(), ok: share !== null && share < accuracyBar, detail };
}

/** Share of right answers to the test images after a run, 0…1. */
export function shareOf(seen: Observation, run: "training" | "control"): number | null {
  const { predictions } = seen[run];
  return predictions === null ? null : accuracyOf(predictions, seen.plan.testLabels);
}

function memoryPoint({ ready }: Observation, gpu: Surroundings["gpu"]): ProofPoint | NotShown {
  const what = texts.memory();
  if (gpu === null) return { id: "gpu-memory", what, reason: texts.memoryUntold() };
  const own = ready === null ? undefined : gpu.during.processes.get(ready.pid);
  if (ready !== null && own !== undefined) {
    return { id: "gpu-memory", what, ok: own > 0, detail: texts.memoryOwn({ pid: ready.pid, mib: own }) };
  }
  const [before, during] = [gpu.before.usedMiB, gpu.during.usedMiB];
  return { id: "gpu-memory", what, ok: during - before >= riseMiB, detail: texts.memoryRise({ before, during }) };
}

function speedPoint({ timed, copies }: Observation, cpu: Surroundings["cpu"]): ProofPoint | NotShown {
  const what = texts.speed();
  const onGpu = timed.find(({ device }) => device === "cuda");
  if (onGpu === undefined || cpu === null) return { id: "gpu-speed", what, reason: texts.speedUntold() };
  const numbers = { gpu: onGpu.ms.toFixed(1), cpu: cpu.ms.toFixed(1), threads: cpu.threads };
  const ok = onGpu.ms < cpu.ms;
  if (!ok && cpu.threads >= manyThreads && onGpu.ms < 3 * cpu.ms) {
    return { id: "gpu-speed", what, reason: texts.speedWide(numbers) };
  }
  // The engine that measures copies has a network too small for this, and times a product.
  const seen = copies === null ? texts.speedSeen(numbers) : texts.productSpeed(numbers);
  return { id: "gpu-speed", what, ok, detail: seen };
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;
