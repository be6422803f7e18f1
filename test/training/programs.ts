/** Engine programs that are scripts, and machines that tell what a test wants to hear. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { value } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import type { Host } from "../../src/host/host.ts";
import { flip } from "../support/check-tester.ts";
import { temporaryFolder } from "../support/cli.ts";
import { python } from "../support/facts.ts";
import { composed } from "../support/machine.ts";
import { ended } from "./build.ts";

/** A machine whose nvidia-smi tells the memory in use from a list, call by call. */
export function hostWith(memory: readonly (number | null)[]): Host {
  const host = composed({});
  const { identity } = host;
  let calls = 0;
  return {
    ...host,
    identity: { ...identity, node: { ...identity.node, execPath: process.execPath } },
    run: async (argv) => {
      if (!argv.join(" ").includes("memory.used")) return ended;
      const used = memory[Math.min(calls++, memory.length - 1)];
      return used == null ? { ...ended, exitCode: 9 } : { ...ended, stdout: `${used}, 35\n` };
    },
  };
}

interface Behaviour {
  /** What it says it trains on, where it is shown a GPU. */
  readonly claims: "cuda" | "cpu";
  readonly why?: string;
  readonly gpuMs?: number;
  readonly cpuMs?: number;
  readonly parameters?: string;
}

/** A program that reports like train_torch.py, whatever it is asked to be. */
export function engine({ claims, why, gpuMs = 5, cpuMs = 400, parameters = `${claims}:0` }: Behaviour): string {
  const script = `#!${process.execPath}
const plan = JSON.parse(process.argv[5]);
const device = plan.device === "cpu" ? "cpu" : "${claims}";
const say = (event, fields = {}) => console.log(JSON.stringify({ event, ...fields }));
say("ready", { framework: "torch 2.6.0+cu124", device, deviceName: "NVIDIA GeForce RTX 4090", why: ${JSON.stringify(why ?? null)}, threads: 8, pid: 1, ms: 900 });
const entry = (index) => Math.fround((index % plan.product.modulus) / plan.product.modulus - 0.5);
const values = plan.product.entries.map(([row, column]) => {
  let sum = 0;
  for (let k = 0; k < plan.product.size; k++) {
    sum += entry(row * plan.product.factors[0] + k * plan.product.factors[1]) * entry(k * plan.product.factors[2] + column * plan.product.factors[3]);
  }
  return sum;
});
if (plan.task === "training") {
  say("product", { values, tf32: false, device });
  say("placed", { parameters: ["${parameters === "cpu:0" ? "cpu" : parameters}"], gradients: [device === "cuda" ? "cuda:0" : "cpu"] });
  for (const run of ["training", "control"]) {
    for (let step = 1; step <= plan.steps; step++) {
      say("step", { run, step, loss: run === "training" ? 2.3 * 0.95 ** step : 2.3, ms: 1 });
    }
    say("tested", { run, predictions: [...plan.testLabels].map((label) => (run === "training" ? Number(label) : 3)) });
  }
  say("memory", { peakMiB: 40 });
}
if (plan.task === "timing" || device === "cuda") say("timed", { device, ms: device === "cuda" ? ${gpuMs} : ${cpuMs}, threads: 8 });
say("done");
`;
  const path = join(temporaryFolder(), "python");
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

export const withPython = (facts: Facts, path: string): Facts => flip(facts, { pythons: value([python({ path })]) });
