/**
 * Engines of `envdoctor train` side by side, in interleaved rounds: start-up until the device answers, steps per second,
 * time until the loss stays below a bar that only a trained network reaches, and the whole command. Medians.
 *
 * usage: node scripts/bench/train.mjs [--rounds N] [--python PATH] [--project DIR] [--cuda]
 *   PATH  a Python with PyTorch
 *   --cuda  the driver alone, too: with a GPU, or with a stand-in for libcuda on LD_LIBRARY_PATH
 *   DIR   a folder whose node_modules hold a tfjs-node-gpu that works (scripts/tfjs/link.mjs)
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    python: { type: "string" },
    project: { type: "string" },
    cuda: { type: "boolean", default: false },
    device: { type: "string", default: "auto" },
  },
});
const cli = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));

const rows = [{ engine: "tfjs-wasm", args: [] }];
if (options.project) rows.unshift({ engine: "tfjs-node-gpu", args: [], cwd: options.project });
else console.log("not compared: tfjs-node-gpu (give --project DIR where it is linked)");
if (options.python) rows.unshift({ engine: "torch", args: ["--python", options.python] });
else console.log("not compared: torch (give --python PATH of a Python with PyTorch)");

if (options.cuda) rows.unshift({ engine: "cuda", args: ["--device", "cuda"] });

const figures = ["whole s", "start ms", "step ms", "steps/s", "samples/s", "to accuracy s", "peak MiB"];
for (const row of rows) row.seen = figures.map(() => []);

for (let round = 0; round <= Number(options.rounds); round++) {
  // Every other round runs backwards, so that no row always comes after the same neighbour.
  for (const row of round % 2 ? [...rows].reverse() : rows) {
    const words = [cli, "train", "--engine", row.engine, "--device", options.device, ...row.args, "--json"];
    const began = performance.now();
    const run = spawnSync(process.execPath, words, { encoding: "utf8", cwd: row.cwd, maxBuffer: 64 << 20 });
    const seconds = (performance.now() - began) / 1000;
    const report = run.stdout === "" ? null : JSON.parse(run.stdout);
    if (!report?.engine || report.accuracy < report.accuracyBar) {
      console.error(`${row.engine} did not train:\n${run.stdout}${run.stderr}`);
      process.exit(1);
    }
    // The first round warms the page cache and is not counted.
    if (round === 0) continue;
    const { startMs, stepMs, samplesPerSecond, peakMemoryMiB, toAccuracy } = report;
    const measured = [seconds, startMs, stepMs, 1000 / stepMs, samplesPerSecond, toAccuracy?.seconds, peakMemoryMiB];
    measured.forEach((figure, i) => {
      row.seen[i].push(figure);
    });
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const show = (figure) => (figure == null ? "–" : figure >= 100 ? figure.toFixed(0) : figure.toFixed(2));
console.log(`\n${`median of ${options.rounds} rounds`.padEnd(22)}${figures.map((name) => name.padStart(15)).join("")}`);
for (const { engine, seen } of rows) {
  console.log(engine.padEnd(22) + seen.map((list) => show(median(list)).padStart(15)).join(""));
}
