/**
 * Epoch time of a data loader as a function of measured parameters: a bottleneck model with a correction for jitter.
 * A consumer with a cycle of y seconds takes batches that w workers make every x(w) seconds out of a buffer of
 * K = prefetch_factor · w batches. All times are seconds.
 * The wait of the consumer is that of an M/M/1/K queue, as tf.data models it (tensorflow/core/framework/model.cc).
 */
import type { StartMethod } from "../facts/facts.ts";

/** How workers come to life; `preload`: the forkserver has imported the framework before it forks. */
export type Method = StartMethod | "worker_threads" | "child_process";

export interface Start {
  readonly method: Method;
  readonly preload: boolean;
}

export interface StartCost extends Start {
  /** Seconds from nothing to the first batch, measured at several numbers of workers, ascending. */
  readonly points: readonly { readonly workers: number; readonly seconds: number }[];
  /** Seconds to end one worker. */
  readonly stopSeconds: number;
  /** The children start one after another, because the pickled data set does not fit into the pipe to them. */
  readonly serial: boolean;
}

export interface Parameters {
  /** Batches of an epoch. */
  readonly batches: number;
  /** Epochs over which the start is paid. */
  readonly epochs: number;
  /** Wall and processor seconds to make one batch in one process with one thread. */
  readonly batchSeconds: number;
  readonly batchCpuSeconds: number;
  /** Coefficient of variation of the time of a batch. */
  readonly jitter: number;
  /** The training step: until it is done, until its launch returns, and its share of one processor meanwhile. */
  readonly stepSeconds: number;
  readonly launchSeconds: number;
  readonly stepCpuShare: number;
  /** Cost of sending a batch, for the worker and for the consumer. */
  readonly sendSeconds: number;
  readonly receiveSeconds: number;
  /** Processors that this process may use, after affinity and quota; may be fractional. */
  readonly cpus: number;
  readonly prefetch: number;
}

/** Workers that start faster than this need no more than a fork. */
const forkLike = 0.25;

/** Seconds from one training step to the next with w workers, in the steady state. */
export function cycleSeconds(p: Parameters, workers: number): number {
  if (workers === 0) return inProcessCycle(p);
  const consumer = p.stepSeconds + p.receiveSeconds;
  let cycle = Math.max(consumer, 1e-9);
  // The consumer's own share of the processors depends on the cycle that it is a part of.
  for (let i = 0; i < 4; i++) {
    const mainShare = Math.min(1, (p.stepSeconds * p.stepCpuShare + p.receiveSeconds) / cycle);
    cycle = queuedCycle(p, producerSeconds(p, workers, Math.max(p.cpus - mainShare, p.cpus / 4)), consumer, workers);
  }
  return cycle;
}

/** Launches on a GPU return at once, so the next batch is made while the step runs; else one comes after the other. */
function inProcessCycle(p: Parameters): number {
  return Math.max(p.batchSeconds + p.launchSeconds, p.stepSeconds);
}

function producerSeconds(p: Parameters, workers: number, cpus: number): number {
  const useful = Math.min(workers, p.batches);
  return Math.max((p.batchSeconds + p.sendSeconds) / useful, (p.batchCpuSeconds + p.sendSeconds) / cpus);
}

function queuedCycle(p: Parameters, producer: number, consumer: number, workers: number): number {
  const phi = Math.min(1, p.jitter ** 2 / 2);
  const bound = Math.max(producer, consumer);
  return bound + phi * Math.max(0, waitSeconds(producer, consumer, p.prefetch * workers) - (bound - consumer));
}

/** Expected wait of the consumer of an M/M/1/K queue, whose producer needs x and whose consumer y seconds. */
export function waitSeconds(x: number, y: number, buffer: number): number {
  if (y <= 0) return x;
  const ratio = y / x;
  const empty =
    Math.abs(ratio - 1) < 1e-6 ? 1 / (buffer + 1) : ratio > 50 ? 0 : (1 - ratio) / (1 - ratio ** (buffer + 1));
  return empty * x;
}

/** Seconds from nothing to the first batch with w workers. */
export function startSeconds(cost: StartCost, workers: number, cpus: number): number {
  const measured = alongPoints(cost.points, workers);
  const single = cost.points[0]?.seconds ?? 0;
  if (single < forkLike || cost.preload) return measured;
  // Importing a framework takes a whole processor, for each of the workers.
  const shared = cost.serial ? single * workers : single * Math.max(1, workers / cpus);
  const most = cost.points.at(-1)?.workers ?? 0;
  return workers <= most ? measured : Math.max(measured, shared);
}

/** Straight lines through the points, and on in the direction of the last two. */
function alongPoints(points: StartCost["points"], workers: number): number {
  const [first] = points;
  if (first === undefined) return 0;
  const upper = Math.min(
    Math.max(
      1,
      points.findIndex((point) => point.workers >= workers),
    ),
    points.length - 1,
  );
  const after = workers > (points.at(-1)?.workers ?? 0) ? points.length - 1 : upper;
  const [a, b] = [points[after - 1], points[after]];
  if (a === undefined || b === undefined) return first.seconds;
  const slope = Math.max(0, (b.seconds - a.seconds) / (b.workers - a.workers));
  return Math.max(0, a.seconds + slope * (workers - a.workers));
}

export function stopSeconds(cost: StartCost, workers: number, cpus: number): number {
  return workers === 0 ? 0 : cost.stopSeconds * Math.max(1, workers / cpus);
}

/** Seconds of one epoch whose workers are there already; the first batch of each epoch is waited for. */
export function warmEpochSeconds(p: Parameters, workers: number): number {
  if (workers === 0) return p.batches * cycleSeconds(p, 0);
  const fill = p.batchSeconds + p.sendSeconds + p.receiveSeconds;
  const steps = Math.max(p.batches - 1, 0) * cycleSeconds(p, workers);
  // Each worker gets the same number of batches but for one: the last round is not full.
  const rounds = (Math.ceil(p.batches / workers) * workers) / p.batches;
  const workerBound = cycleSeconds(p, workers) > (p.stepSeconds + p.receiveSeconds) * 1.02;
  return fill + steps * (workerBound && p.batches < 8 * workers ? rounds : 1) + p.stepSeconds;
}

/** One epoch with its share of start and stop. With more than one epoch the workers persist. */
export interface EpochParts {
  readonly start: number;
  readonly steady: number;
  readonly stop: number;
}

export function epochParts(
  p: Parameters,
  workers: number,
  cost: StartCost | null,
  warm = warmEpochSeconds(p, workers),
): EpochParts {
  if (workers === 0 || cost === null) return { start: 0, steady: warm, stop: 0 };
  return {
    start: startSeconds(cost, workers, p.cpus) / p.epochs,
    steady: warm,
    stop: stopSeconds(cost, workers, p.cpus) / p.epochs,
  };
}

export function totalOf({ start, steady, stop }: EpochParts): number {
  return start + steady + stop;
}

/** Fewest workers that keep the consumer fed, if processors were no limit. */
export function workersNeeded(p: Parameters): number {
  const consumer = p.stepSeconds + p.receiveSeconds;
  return Math.max(1, Math.ceil((p.batchSeconds + p.sendSeconds) / Math.max(consumer, 1e-9)));
}

/** Below this the cost of taking a batch over is a latency; above, it is a copy, and as noisy as the machine. */
const smallBatchSeconds = 0.005;

/**
 * Whatever a clock says, workers are of no use where taking a batch over from them costs the consumer as much as making
 * it, or where making it is lost beside the training step.
 */
export function cannotPay({ batchSeconds, receiveSeconds, launchSeconds }: Parameters): boolean {
  if (receiveSeconds <= 0) return false;
  return (batchSeconds <= receiveSeconds && batchSeconds < smallBatchSeconds) || batchSeconds < 0.03 * launchSeconds;
}

/** Batches of one life of the workers from which on they pay off; null: never. */
export function breakEvenBatches(p: Parameters, workers: number, cost: StartCost): number | null {
  const gain = cycleSeconds(p, 0) - cycleSeconds(p, workers);
  if (gain <= 0.01 * cycleSeconds(p, 0)) return null;
  return Math.ceil((startSeconds(cost, workers, p.cpus) + stopSeconds(cost, workers, p.cpus)) / gain);
}

/** Share of the time in which the training step waits for data, in the steady state. */
export function stallFraction(p: Parameters, workers: number): number {
  return Math.max(0, 1 - p.stepSeconds / Math.max(cycleSeconds(p, workers), 1e-9));
}
