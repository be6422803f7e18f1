/**
 * Whole-process times of `envdoctor check --json` beside `node -e 0` and the peers that are installed, in interleaved
 * rounds, so that a drift of the machine's speed falls on all of them alike. Prints medians, and ratios round by round.
 *
 * usage: node scripts/bench/check.mjs [--rounds N] [--torch-python PATH] [--env-doctor PATH]
 *        node scripts/bench/check.mjs --nvml [--rounds N]
 *
 * --nvml: what NVML costs instead. Interleaved runs with and without it, on a machine that looks as if it had a card
 * (nvml-machine.mjs; Linux, root and gcc), beside an nvidia-smi that takes 0, 100 and 300 ms. A real one takes seconds
 * where no process keeps the driver awake: https://docs.nvidia.com/deploy/driver-persistence/overview.html
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    "torch-python": { type: "string" },
    "env-doctor": { type: "string", default: "env-doctor" },
    nvml: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const cli = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
const node = process.execPath;

if (options.nvml) {
  const { inNamespaceWithNodes, nvmlMachine } = await import("./nvml-machine.mjs");
  if (inNamespaceWithNodes()) benchNvml(nvmlMachine());
  process.exit();
}

const rows = [
  { name: "node -e 0", argv: [node, "-e", "0"] },
  { name: "envdoctor check --json", argv: [node, cli, "check", "--json"], ok: [0, 1] },
];
const torch = options["torch-python"];
if (torch)
  rows.push({ name: "python -m torch.utils.collect_env", argv: [torch, "-m", "torch.utils.collect_env"], slow: true });
else console.log("not compared: torch.utils.collect_env (give --torch-python PATH of a Python with PyTorch)");
const envinfo = fileURLToPath(new URL("../../node_modules/.bin/envinfo", import.meta.url));
if (existsSync(envinfo)) rows.push({ name: "envinfo --system --json", argv: [node, envinfo, "--system", "--json"] });
else console.log("not compared: envinfo (npm install --no-save envinfo)");
if (spawnSync(options["env-doctor"], ["--version"]).error === undefined) {
  rows.push({ name: "env-doctor check", argv: [options["env-doctor"], "check"], ok: [0, 1, 2] });
} else console.log("not compared: env-doctor (not installed; --env-doctor PATH)");

measure(rows, rounds);

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const subject = rows[1];
console.log(
  `\n${"whole process, ms".padEnd(36)}${["min", "median", "max", "envdoctor / it"].map((h) => h.padStart(15)).join("")}`,
);
for (const row of rows) {
  const ratios = row.ms.map((ms, i) => subject.ms[i] / ms);
  const figures = [Math.min(...row.ms), median(row.ms), Math.max(...row.ms)].map((ms) => ms.toFixed(1));
  console.log(row.name.padEnd(36) + [...figures, median(ratios).toFixed(3)].map((f) => f.padStart(15)).join(""));
}

/** Runs every row in each round and keeps its milliseconds; ends the process where a run fails. */
function measure(all, count) {
  for (const row of all) row.ms = [];
  for (let round = 0; round <= count; round++) {
    // Every other round runs backwards, so that no row always comes after the same neighbour.
    for (const row of round % 2 ? [...all].reverse() : all) {
      if (row.slow && round > Math.max(3, count / 3)) continue;
      const began = process.hrtime.bigint();
      const stdio = ["ignore", "pipe", "pipe"];
      const run = spawnSync(row.argv[0], row.argv.slice(1), {
        stdio,
        maxBuffer: 64 << 20,
        env: row.env ?? process.env,
      });
      const ms = Number(process.hrtime.bigint() - began) / 1e6;
      if (!(row.ok ?? [0]).includes(run.status)) {
        console.error(`${row.name} ended with ${run.status ?? run.signal ?? run.error}:\n${run.stderr}`);
        process.exit(1);
      }
      row.output = String(run.stdout);
      // The first round warms the page cache and is not counted.
      if (round > 0) row.ms.push(ms);
    }
  }
}

function benchNvml({ with: asks, without, env }) {
  const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
  console.log(`load ${loadavg()[0].toFixed(1)}, ${availableParallelism()} processors, ${rounds} rounds`);
  console.log("nvidia-smi takes   without NVML   with NVML    with / without, round by round");
  for (const ms of [0, 100, 300]) {
    const row = (name, program) => ({
      name,
      argv: [node, program, "check", "--json"],
      ok: [0, 1],
      env: { ...env, SMI_MS: String(ms) },
    });
    const pair = [row("without", without), row("with", asks)];
    measure(pair, rounds);
    const asked = pair.map(({ output }) => JSON.parse(output).findings.find(({ id }) => id === "gpu.link").status);
    if (asked.join() !== "skipped,pass") throw new Error(`NVML was to be asked by one of the two: ${asked}`);
    const ratios = pair[1].ms.map((one, i) => one / pair[0].ms[i]);
    const cells = [`${ms} ms`, ...pair.map((each) => `${middle(each.ms).toFixed(1)} ms`), middle(ratios).toFixed(3)];
    console.log(cells.map((cell) => cell.padEnd(15)).join(""));
  }
}
