/** Epoch times of every combination of workers and start method: measured, or predicted and corrected. Pure. */
import type { Candidate } from "./decide.ts";
import { epochParts, type Parameters, totalOf, warmEpochSeconds } from "./model.ts";
import type { MeasuredStart } from "./starts.ts";
import { median } from "./statistics.ts";
import type { Swept } from "./sweep.ts";
import type { Verified } from "./verify.ts";

export interface Known {
  readonly parameters: Parameters | null;
  readonly starts: readonly MeasuredStart[];
  /** Numbers of workers that are worth a look. */
  readonly workers: readonly number[];
  readonly verified: Verified | null;
  readonly swept: readonly Swept[];
  /** Fewest workers with which measuring failed: so many or more are not predicted to work. */
  readonly failedFrom: number;
}

/** Predicted epochs of every combination, start and stop included. */
export function predicted(known: Known): Candidate[] {
  const { parameters: p } = known;
  if (p === null) return [];
  return combinations(known).map(([start, workers]) => ({
    start,
    workers,
    epochSeconds: totalOf(epochParts(p, workers, start)),
    measured: false,
  }));
}

function combinations({ workers, starts }: Known): [MeasuredStart | null, number][] {
  const some = workers.filter((count) => count > 0);
  return [[null, 0], ...starts.flatMap((start) => some.map((count): [MeasuredStart, number] => [start, count]))];
}

/** Measured epochs where there are any; predictions shifted by how far the measured ones were off, for the rest. */
export function candidatesOf(known: Known): Candidate[] {
  const { parameters: p, verified, swept } = known;
  if (swept.length > 0) {
    return swept
      .filter(({ seconds }) => seconds.length > 0)
      .map(({ start, workers, seconds }) => ({ start, workers, epochSeconds: median(seconds), measured: true }));
  }
  if (p === null || verified === null) return predicted(known);
  const warm = warmSeconds(verified);
  const off = median(
    [...warm].filter(([workers]) => workers > 0).map(([workers, seconds]) => seconds / warmEpochSeconds(p, workers)),
  );
  const possible = combinations(known).filter(([, workers]) => warm.has(workers) || workers < known.failedFrom);
  return possible.map(([start, workers]) => {
    const seconds = warm.get(workers);
    const steady = seconds ?? warmEpochSeconds(p, workers) * (Number.isFinite(off) ? off : 1);
    const epochSeconds = totalOf(epochParts(p, workers, start, steady));
    return { start, workers, epochSeconds, measured: seconds !== undefined };
  });
}

/** Median over the rounds of the time of each point, as a ratio to no workers in the same round where there is one. */
function warmSeconds({ points, pairs }: Verified): Map<number, number> {
  const plain = points.find(({ workers }) => workers === 0);
  const base = plain === undefined ? Number.NaN : median(plain.seconds);
  return new Map(
    points.map(({ workers, seconds }) => {
      const ratios = seconds.map((took, round) => {
        const [a, b] = pairs[round] ?? [Number.NaN, Number.NaN];
        return (2 * took) / (a + b);
      });
      const comparable = workers > 0 && ratios.length === pairs.length && ratios.every(Number.isFinite);
      return [workers, comparable ? median(ratios) * base : median(seconds)];
    }),
  );
}
