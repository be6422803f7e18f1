/** Is a longer queue of batches worth its memory? */
import type { Start } from "./model.ts";
import { epochsSchema } from "./protocol.ts";
import type { Session } from "./session.ts";
import { median } from "./statistics.ts";

export interface Trial {
  readonly start: Start;
  readonly workers: number;
  readonly batches: number;
  /** prefetch_factor as it is, and the longer one. */
  readonly depths: readonly [number, number];
}

/** Time of a warm epoch with the longer queue by that with the shorter, over a few interleaved rounds; null: no time. */
export async function deeperQueueRatio(session: Session, trial: Trial, left: () => number): Promise<number | null> {
  const { start, workers, batches, depths } = trial;
  const ratios: number[] = [];
  for (let round = 0; round < 4 && left() > 0; round++) {
    const times: number[] = [];
    for (const prefetch of depths) {
      const command = { do: "warm_epoch", workers, ...start, prefetch, batches, timeout: 60 };
      times.push((await session.ask(epochsSchema, command, 120)).epochs[0]?.seconds ?? Number.NaN);
    }
    // The first round starts the workers.
    if (round > 0) ratios.push((times[1] ?? Number.NaN) / (times[0] ?? Number.NaN));
  }
  return ratios.length >= 2 ? median(ratios) : null;
}
