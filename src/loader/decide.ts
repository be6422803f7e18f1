/** Which number of workers and start method to take, from the epoch times of all that were looked at. Pure. */
import type { Start } from "./model.ts";
import { median } from "./statistics.ts";

export interface Candidate {
  readonly workers: number;
  /** null with 0 workers. */
  readonly start: Start | null;
  /** Seconds of an epoch with its share of start and stop. */
  readonly epochSeconds: number;
  readonly measured: boolean;
}

export interface Decision {
  readonly best: Candidate;
  /** Relative difference below which two times are the same here. */
  readonly tolerance: number;
  /** Numbers of workers that are as good as the chosen one, within the tolerance. */
  readonly equalWorkers: readonly number[];
  /** Start methods that are as good, with the chosen number of workers. */
  readonly equalStarts: readonly Start[];
  /** Time without workers divided by the time of the choice. */
  readonly speedup: number;
}

/** What two times of one configuration tell about noise; below 3 % nobody cares, above 6 % a tie would cost too much. */
export function toleranceOf(pairs: readonly (readonly [number, number])[]): number {
  const apart = pairs.map(([a, b]) => Math.abs(a / b - 1)).filter(Number.isFinite);
  return Math.min(0.06, Math.max(0.03, apart.length === 0 ? 0 : 2 * median(apart)));
}

/**
 * The fewest workers within the tolerance of the best time, and among their start methods the first of `preferred`
 * that is within it too. Predictions are not trusted over a measurement that they beat by less than twice that.
 */
export function decide(
  candidates: readonly Candidate[],
  tolerance: number,
  preferred: readonly Start[],
): Decision | null {
  const plain = candidates.find(({ workers }) => workers === 0);
  const usable = candidates.filter(({ epochSeconds }) => Number.isFinite(epochSeconds));
  if (plain === undefined || usable.length === 0) return null;
  const believed = believable(usable, tolerance);
  const least = Math.min(...believed.map(({ epochSeconds }) => epochSeconds));
  const near = believed.filter(({ epochSeconds }) => epochSeconds <= least * (1 + tolerance));
  const workers = Math.min(...near.map((each) => each.workers));
  const ofThose = near.filter((each) => each.workers === workers);
  const best =
    preferred.map((start) => ofThose.find((each) => sameStart(each.start, start))).find(Boolean) ?? ofThose[0];
  if (best === undefined) return null;
  return {
    best,
    tolerance,
    equalWorkers: [...new Set(near.map((each) => each.workers))].sort((a, b) => a - b),
    equalStarts: ofThose.map(({ start }) => start).filter((start) => start !== null),
    speedup: plain.epochSeconds / best.epochSeconds,
  };
}

function believable(candidates: readonly Candidate[], tolerance: number): readonly Candidate[] {
  const measured = candidates.filter((each) => each.measured);
  const bestMeasured = Math.min(...measured.map(({ epochSeconds }) => epochSeconds));
  const doubted = bestMeasured * (1 - 2 * tolerance);
  const kept = candidates.filter((each) => each.measured || each.epochSeconds < doubted);
  return kept.length === 0 ? candidates : kept;
}

export function sameStart(a: Start | null, b: Start | null): boolean {
  return a?.method === b?.method && (a?.preload ?? false) === (b?.preload ?? false);
}

/**
 * Safest first among equals: with a GPU a fork can inherit a CUDA context, which does not survive it; else what this
 * Python does of itself comes first.
 */
export function preferredStarts(platformDefault: string, cuda: boolean): Start[] {
  const server: Start = { method: "forkserver", preload: true };
  const fork: Start = { method: "fork", preload: false };
  const spawn: Start = { method: "spawn", preload: false };
  const threads: Start = { method: "worker_threads", preload: false };
  if (cuda) return [server, spawn, threads, fork];
  if (platformDefault === "fork") return [fork, server, spawn];
  if (platformDefault === "spawn") return [spawn, server, fork];
  return platformDefault === "forkserver" ? [server, fork, spawn] : [threads];
}
