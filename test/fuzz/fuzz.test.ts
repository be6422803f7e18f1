/** A fixed 5,000 spoilt texts; `npm run fuzz` takes 200,000 others, and --seed takes these again. */
import { describe, expect, test } from "vitest";
import { found } from "./found.ts";
import { fuzz, runsOf } from "./run.ts";
import { fault, targets } from "./targets.ts";

const seed = 20_260_701;

describe("spoilt texts", () => {
  test.each(targets)("$name", { timeout: 120_000 }, (target) => fuzz(target, runsOf(target, 5000), seed));
});

describe("texts that were taken badly once", () => {
  test.each(found.map((row) => [row.why, row] as const))("%s", async (_, { target, text }) => {
    const named = targets.find(({ name }) => name === target);
    expect(named).toBeDefined();
    if (named) expect(await fault(named, text)).toBeNull();
  });
});
