import type { Benched } from "../loader/benched.ts";
import { type Candidate, sameStart } from "../loader/decide.ts";
import { type EpochParts, epochParts } from "../loader/model.ts";

export interface Row {
  readonly candidate: Candidate;
  readonly parts: EpochParts;
}

/** Times far above the others would squeeze a chart: what takes more than eight times the best is left to the JSON. */
export function rowsOf(done: Benched): Row[] {
  const { candidates, parameters } = done;
  if (parameters === null) return [];
  const best = Math.min(...candidates.map(({ epochSeconds }) => epochSeconds));
  const plain = candidates.find(({ workers }) => workers === 0)?.epochSeconds ?? best;
  return candidates
    .filter(({ epochSeconds, workers }) => epochSeconds < 8 * Math.max(best, plain) || workers === 1)
    .slice(0, 24)
    .map((candidate) => ({ candidate, parts: partsOf(done, candidate) }));
}

/** What an epoch is made of, in seconds; start and stop are shared out among the epochs of one life of the workers. */
export function partsOf(
  { parameters, starts }: Pick<Benched, "parameters" | "starts">,
  { workers, start, epochSeconds }: Pick<Candidate, "workers" | "start" | "epochSeconds">,
): EpochParts {
  if (parameters === null) return { start: 0, steady: epochSeconds, stop: 0 };
  const cost = starts.find((each) => sameStart(each, start)) ?? null;
  const { start: begun, stop } = epochParts(parameters, workers, cost);
  return { start: begun, steady: Math.max(0, epochSeconds - begun - stop), stop };
}
