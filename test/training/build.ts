/** Observations of runs that went well, of which a test changes one thing. */
import type { RunResult } from "../../src/host/host.ts";
import type { Candidate } from "../../src/training/engines.ts";
import type { Observation, RunSeen } from "../../src/training/observe.ts";
import { type TrainingPlan, trainingPlan } from "../../src/training/plan.ts";
import type { Ready } from "../../src/training/protocol.ts";

export const plan: TrainingPlan = trainingPlan(200, "auto");

/** Right answers in a share of the test images, wrong ones in the rest. */
function answers(share: number): number[] {
  const right = Math.round(share * plan.testLabels.length);
  return [...plan.testLabels].map((label, i) => (i < right ? Number(label) : (Number(label) + 1) % 10));
}

export function runSeen(share: number, loss: (step: number) => number | null): RunSeen {
  const losses = Array.from({ length: plan.steps }, (_, step) => loss(step));
  return { losses, accuracies: losses.map(() => share), stepMs: losses.map(() => 2), predictions: answers(share) };
}

/** The product as float32 arithmetic gives it. */
export function productValues(change: (value: number) => number | null = (value) => value): (number | null)[] {
  const { size, modulus, factors, entries } = plan.product;
  const entry = (index: number): number => Math.fround((index % modulus) / modulus - 0.5);
  return entries.map(([row, column]) => {
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const left = entry(row * factors[0] + k * factors[1]);
      sum = Math.fround(sum + Math.fround(left * entry(k * factors[2] + column * factors[3])));
    }
    return change(sum);
  });
}

export const ended: RunResult = {
  outcome: "ended",
  exitCode: 0,
  signal: null,
  stdout: "",
  stderr: "",
  truncated: false,
  durationMs: 3000,
};

export const ready: Ready = {
  event: "ready",
  framework: "torch 2.13.0+cpu",
  device: "cpu",
  deviceName: "AMD EPYC",
  why: null,
  threads: 2,
  pid: 4711,
  ms: 800,
};

export function observation(changes: Partial<Observation> = {}): Observation {
  const device = changes.ready?.device === "cuda" ? "cuda:0" : "cpu";
  return {
    plan,
    ready,
    product: { event: "product", values: productValues(), tf32: false, device },
    placed: { event: "placed", parameters: [device], gradients: [device] },
    training: runSeen(0.97, (step) => 2.3 * 0.97 ** step),
    control: runSeen(0.1, (step) => 2.4 - step / 1000),
    peakMiB: 330,
    timed: [],
    stage: null,
    memoryTest: null,
    copies: null,
    repeat: null,
    compared: null,
    failed: null,
    unusable: null,
    done: true,
    end: ended,
    noise: { lines: 0, excerpt: "" },
    ...changes,
  };
}

export const candidate: Candidate = {
  engine: "torch",
  expects: "cpu",
  label: "torch 2.13.0+cpu (/venv/bin/python)",
  program: { argv: ["/venv/bin/python", "train_torch.py"], after: [], env: {} },
};
