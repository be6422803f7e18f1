import { describe, expect, test } from "vitest";
import type { GpuSample } from "../../src/training/gpu-sample.ts";
import type { Observation } from "../../src/training/observe.ts";
import { accuracyOf, trainingPlan } from "../../src/training/plan.ts";
import { productError, tolerances } from "../../src/training/product.ts";
import { type PointId, prove, type Surroundings } from "../../src/training/proof.ts";
import { observation, plan, productValues, ready, runSeen } from "./build.ts";

const nothing: Surroundings = { gpu: null, cpu: null };
const gpu = (usedMiB: number, processes: readonly (readonly [number, number])[] = []): GpuSample => ({
  usedMiB,
  utilisation: null,
  processes: new Map(processes),
});
const onGpu = (changes: Partial<Observation> = {}): Observation =>
  observation({
    ready: { ...ready, device: "cuda", deviceName: "NVIDIA GeForce RTX 4090" },
    timed: [{ event: "timed", device: "cuda", ms: 7, threads: 16 }],
    ...changes,
  });
const outside: Surroundings = {
  gpu: { before: gpu(500), during: gpu(900, [[ready.pid, 400]]) },
  cpu: { ms: 400, threads: 8 },
};

const failed = (seen: Observation, surroundings: Surroundings = nothing): PointId[] =>
  prove(seen, surroundings)
    .points.filter(({ ok }) => !ok)
    .map(({ id }) => id);

describe("an engine is believed only by its numbers", () => {
  const noisy = (step: number): number => 2.3 + (step % 7) / 100;
  const cases: [string, Partial<Observation>, PointId[]][] = [
    ["all is well", {}, []],
    ["no product", { product: null }, ["product"]],
    ["a product off by a thousandth", { product: product((value) => value * 1.001 + 0.01) }, ["product"]],
    ["one entry of the product is NaN", { product: product((value) => (value > 0 ? value : null)) }, ["product"]],
    [
      "a product of too few entries",
      { product: { event: "product", values: [1], tf32: false, device: "cpu" } },
      ["product"],
    ],
    ["a constant loss", { training: runSeen(0.97, () => 2.3) }, ["loss-falls"]],
    ["a loss that only wavers", { training: runSeen(0.1, noisy) }, ["loss-falls", "accuracy"]],
    [
      "a loss that becomes NaN",
      { training: runSeen(0.97, (step) => (step > 50 ? null : 2.3 * 0.9 ** step)) },
      ["finite-loss", "loss-falls"],
    ],
    [
      "one infinite loss on the way",
      { training: runSeen(0.97, (step) => (step === 50 ? null : 2.3 * 0.9 ** step)) },
      ["finite-loss"],
    ],
    ["guesses", { training: runSeen(0.1, (step) => 2.3 * 0.97 ** step) }, ["accuracy"]],
    ["just below the bar", { training: runSeen(0.79, (step) => 2.3 * 0.97 ** step) }, ["accuracy"]],
    ["right answers without meaning in the labels", { control: runSeen(0.97, () => 2.3) }, ["control"]],
    [
      "fewer answers than images",
      { training: { ...runSeen(1, (step) => 2.3 * 0.97 ** step), predictions: [1, 2] } },
      ["accuracy"],
    ],
    ["no answers", { control: { ...runSeen(0.1, () => 2.3), predictions: null } }, ["control"]],
    [
      "a parameter without gradient",
      { placed: { event: "placed", parameters: ["cpu"], gradients: ["cpu", "none"] } },
      ["device"],
    ],
    ["nothing about places", { placed: null }, ["device"]],
    [
      "nothing at all",
      { product: null, placed: null, training: empty(), control: empty() },
      ["device", "product", "finite-loss", "loss-falls", "accuracy", "control"],
    ],
  ];
  test.each(cases)("%s", (_, changes, points) => {
    expect(failed(observation(changes))).toEqual(points);
  });

  function product(change: (value: number) => number | null): Observation["product"] {
    return { event: "product", values: productValues(change), tf32: false, device: "cpu" };
  }
  function empty(): Observation["training"] {
    return { losses: [], accuracies: [], stepMs: [], predictions: null };
  }
});

describe("the GPU is proven only with evidence from outside the framework", () => {
  const cases: [string, Observation, Surroundings, boolean, PointId[]][] = [
    ["memory of the process and speed", onGpu(), outside, true, []],
    ["memory rises, no process told", onGpu(), { ...outside, gpu: { before: gpu(500), during: gpu(900) } }, true, []],
    ["speed alone, as in WSL", onGpu(), { ...outside, gpu: null }, true, []],
    ["memory alone", onGpu(), { ...outside, cpu: null }, true, []],
    ["the framework's word alone", onGpu(), nothing, false, []],
    ["no memory in use", onGpu(), { ...outside, gpu: { before: gpu(500), during: gpu(500) } }, false, ["gpu-memory"]],
    ["as slow as the CPU", onGpu(), { ...outside, cpu: { ms: 6.5, threads: 8 } }, false, ["gpu-speed"]],
    ["a little slower than 64 threads", onGpu(), { ...outside, cpu: { ms: 6, threads: 64 } }, true, []],
    ["far slower than 64 threads", onGpu(), { ...outside, cpu: { ms: 1, threads: 64 } }, false, ["gpu-speed"]],
    [
      "says cuda, but holds its parameters on the CPU",
      onGpu({ placed: { event: "placed", parameters: ["cpu"], gradients: ["cuda:0"] } }),
      outside,
      false,
      ["device"],
    ],
    [
      "a wrong product",
      onGpu({ product: { event: "product", values: productValues((v) => v + 1), tf32: true, device: "cuda:0" } }),
      outside,
      false,
      ["product"],
    ],
    ["ran on the CPU", observation(), outside, false, []],
  ];
  test.each(cases)("%s", (_, seen, surroundings, proven, points) => {
    expect(prove(seen, surroundings).gpuProven).toBe(proven);
    expect(failed(seen, surroundings)).toEqual(points);
  });

  test("tf32 is allowed its rounding, float32 is not", () => {
    const rounded = productValues((value) => value * (1 + 1e-3) + 5e-3);
    const error = productError(plan.product, rounded);
    expect(error).toBeGreaterThan(tolerances.float32);
    expect(error).toBeLessThan(tolerances.tf32);
    const product = (tf32: boolean): Observation["product"] => ({
      event: "product",
      values: rounded,
      tf32,
      device: "cuda:0",
    });
    expect(failed(onGpu({ product: product(true) }), outside)).toEqual([]);
    expect(failed(onGpu({ product: product(false) }), outside)).toEqual(["product"]);
  });
});

describe("the plan", () => {
  test("is the same each time, and every class is as frequent as the others", () => {
    expect(trainingPlan(200, "auto")).toEqual(plan);
    for (const labels of [plan.trainLabels, plan.testLabels, plan.shuffledLabels]) {
      const counts = [..."0123456789"].map((digit) => [...labels].filter((label) => label === digit).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(10);
    }
  });

  test("the control's labels say nothing about the class: guessing by them is no better than chance", () => {
    const meant = [..."0123456789"].map((digit) => {
      const given = [...plan.shuffledLabels].filter((_, i) => plan.trainLabels[i] === digit);
      return Math.max(...[..."0123456789"].map((label) => given.filter((one) => one === label).length)) / given.length;
    });
    expect(Math.max(...meant)).toBeLessThan(0.11);
  });

  test("accuracy is counted over all labels", () => {
    expect(accuracyOf([1, 2, 3, 4], "1235")).toBe(0.75);
    expect(accuracyOf([1, 2], "1235")).toBeNull();
  });
});
