import fc from "fast-check";
import { textsLike } from "./inputs.ts";
import { fault, type Target, targets } from "./targets.ts";

/** The number of inputs for this target, of `total` for all. */
export function runsOf(target: Target, total: number): number {
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  return Math.ceil((total * target.share) / shares);
}

/** Rejects with fast-check's report (seed, path and the smallest text found) where the target takes a text badly. */
export async function fuzz(target: Target, numRuns: number, seed: number): Promise<void> {
  const property = fc.asyncProperty(textsLike(target.corpus), async (text) => {
    const found = await fault(target, text);
    if (found !== null) throw new Error(found);
  });
  await fc.assert(property, { numRuns, seed });
}
