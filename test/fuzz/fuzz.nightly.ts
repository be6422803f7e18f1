/** `npm run fuzz -- --runs N --seed N` */
import { describe, test } from "vitest";
import { fuzz, runsOf } from "./run.ts";
import { targets } from "./targets.ts";

const runs = Number(process.env.FUZZ_RUNS);
const seed = Number(process.env.FUZZ_SEED);

describe(`${runs} spoilt texts, seed ${seed}`, () => {
  test.each(targets)("$name", (target) => fuzz(target, runsOf(target, runs), seed));
});
