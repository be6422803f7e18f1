/**
 * What takes too long for every change: all failures of all test machines, how the readers grow with their input, and
 * spoilt texts by the hundred thousand. A failure prints the seed with which `--seed` repeats it.
 *
 *     npm run fuzz -- [--runs 200000] [--seed N] [VITEST ARGUMENT…]
 */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "200000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
  },
  allowPositionals: true,
});
if (!/^\d{1,9}$/.test(values.runs) || !/^\d{1,10}$/.test(values.seed)) {
  console.error("--runs and --seed take whole numbers");
  process.exit(2);
}
console.log(`${values.runs} spoilt texts, --seed ${values.seed}`);
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.nightly.config.ts", ...positionals],
  { stdio: "inherit", env: { ...process.env, FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed } },
);
process.exit(status ?? 1);
