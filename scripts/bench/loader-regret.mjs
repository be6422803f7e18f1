/**
 * Holds the recommendations of `envdoctor bench loader` against an exhaustive sweep with the same PyTorch: regret is how
 * much longer an epoch takes with the recommendation than with the best combination that the sweep found.
 *
 * usage: node scripts/bench/loader-regret.mjs --python PATH [--only NAME,…] [--epochs N] [--start-methods a,b] [--out FILE]
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    python: { type: "string" },
    only: { type: "string" },
    epochs: { type: "string", default: "10" },
    "start-methods": { type: "string", default: "fork,forkserver,spawn" },
    out: { type: "string" },
    cli: { type: "string", default: fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url)) },
  },
});
if (!options.python) {
  console.error("usage: node scripts/bench/loader-regret.mjs --python PATH (a Python with PyTorch)");
  process.exit(2);
}
const file = fileURLToPath(new URL("./loader_workloads.py", import.meta.url));
const workloads = [
  { name: "table", dataset: "table", args: [] },
  { name: "images", dataset: "images", args: ["--step-ms", "20"] },
  { name: "listed", args: ["--batch-size", "64", "--step-ms", "1"] },
  { name: "images_light", args: ["--step-ms", "5"] },
  { name: "images_heavy", args: ["--batch-size", "16", "--step-ms", "40"] },
  { name: "io_bound", args: ["--step-ms", "10"] },
  { name: "gpu_bound", args: ["--step-ms", "30"] },
  { name: "jittery", args: ["--batch-size", "16", "--step-ms", "20"] },
  { name: "few_large", args: ["--batch-size", "8", "--step-ms", "20"] },
  { name: "many_small", args: ["--batch-size", "4", "--step-ms", "0"] },
  { name: "stream", args: ["--step-ms", "20"] },
  { name: "huge_items", args: ["--batch-size", "4", "--step-ms", "30"] },
].filter(({ name }) => options.only === undefined || options.only.split(",").includes(name));

function bench(workload, more) {
  const dataset = workload.dataset ?? `${file}:${workload.name}`;
  const argv = ["bench", "loader", "--json", "--quiet", "--python", options.python, "--engine", "torch"];
  const rest = [
    "--epochs",
    options.epochs,
    "--start-methods",
    options["start-methods"],
    "--dataset",
    dataset,
    ...workload.args,
    ...more,
  ];
  const began = performance.now();
  const run = spawnSync(process.execPath, [options.cli, ...argv, ...rest], { encoding: "utf8", maxBuffer: 64 << 20 });
  if (run.status !== 0) throw new Error(`${workload.name} ended with ${run.status ?? run.signal}: ${run.stderr}`);
  return { ...JSON.parse(run.stdout), wallSeconds: (performance.now() - began) / 1000 };
}

const same = (a, b) => a.numWorkers === b.numWorkers && (a.numWorkers === 0 || key(a) === key(b));
const key = ({ startMethod, preload }) => `${startMethod}${preload ? "+preload" : ""}`;
const shown = (point) => (point.numWorkers === 0 ? "0" : `${point.numWorkers} ${key(point)}`);

const rows = [];
console.log(
  `${"workload".padEnd(14)}${"recommended".padEnd(22)}${"sweep's best".padEnd(22)}${"regret".padStart(8)}${"time".padStart(8)}${"sweep".padStart(8)}${"share".padStart(7)}${"load".padStart(6)}`,
);
for (const workload of workloads) {
  try {
    const told = bench(workload, []);
    const swept = bench(workload, ["--sweep"]);
    const best = swept.measurements.reduce((a, b) => (b.epochSeconds.median < a.epochSeconds.median ? b : a));
    const taken = swept.measurements.find((point) => same(point, told.recommendation));
    // A number of workers that the sweep did not have (another limit) has no regret to tell.
    const regret = taken ? taken.epochSeconds.median / best.epochSeconds.median - 1 : null;
    const share = told.wallSeconds / swept.wallSeconds;
    const row = {
      name: workload.name,
      regret,
      share,
      seconds: told.wallSeconds,
      sweepSeconds: swept.wallSeconds,
      told,
      swept,
    };
    rows.push(row);
    const percent = regret === null ? "?" : `${(100 * regret).toFixed(1)} %`;
    console.log(
      `${workload.name.padEnd(14)}${shown(told.recommendation).padEnd(22)}${shown(best).padEnd(22)}${percent.padStart(8)}${told.wallSeconds.toFixed(1).padStart(8)}${swept.wallSeconds.toFixed(1).padStart(8)}${share.toFixed(2).padStart(7)}${(loadavg()[0] ?? 0).toFixed(1).padStart(6)}`,
    );
  } catch (error) {
    console.log(`${workload.name.padEnd(14)}${error.message.split("\n").slice(0, 2).join(" ")}`);
    process.exitCode = 1;
  }
  if (options.out) writeFileSync(options.out, JSON.stringify(rows, null, 1));
}
const regrets = rows
  .map(({ regret }) => regret)
  .filter((regret) => regret !== null)
  .sort((a, b) => a - b);
const middle = regrets.length >> 1;
const median = regrets.length % 2 ? regrets[middle] : (regrets[middle - 1] + regrets[middle]) / 2;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
if (regrets.length > 0) {
  console.log(
    `\nregret: median ${percent(median)}, worst ${percent(regrets.at(-1))}, told for ${regrets.length} of ${rows.length}`,
  );
}
console.log(
  `longest ${Math.max(...rows.map(({ seconds }) => seconds)).toFixed(1)} s; largest share of the sweep's time ${Math.max(...rows.map(({ share }) => share)).toFixed(2)}`,
);
