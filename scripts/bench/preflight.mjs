/**
 * What the gate adds to a command: whole-process times of the command alone and behind `envdoctor preflight`, in
 * interleaved rounds, so that a drift of the machine's speed falls on both alike. Prints medians in milliseconds.
 *
 * usage: node scripts/bench/preflight.mjs [--rounds N] [-- COMMAND…]        (default: python3 -c 0)
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "20" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const command = positionals.length > 0 ? positionals : ["python3", "-c", "0"];
const cli = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
const gate = [process.execPath, cli, "preflight", "--require", `platform=${process.platform}`, "--"];

const rows = [
  { name: command.join(" "), argv: command, ms: [] },
  { name: `envdoctor preflight -- ${command.join(" ")}`, argv: [...gate, ...command], ms: [] },
  { name: "node -e 0", argv: [process.execPath, "-e", "0"], ms: [] },
];
for (let round = 0; round <= rounds; round++) {
  for (const { name, argv, ms } of rows) {
    const began = performance.now();
    const { status } = spawnSync(argv[0], argv.slice(1), { stdio: "ignore" });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    // The first round warms the caches.
    if (round > 0) ms.push(performance.now() - began);
  }
}
const median = (ms) => ms.sort((a, b) => a - b)[Math.floor(ms.length / 2)];
for (const { name, ms } of rows) console.log(`${median(ms).toFixed(0).padStart(6)} ms  ${name}`);
console.log(`${(median(rows[1].ms) - median(rows[0].ms)).toFixed(0).padStart(6)} ms  added by the gate`);
