import { describe, expect, test } from "vitest";
import {
  breakEvenBatches,
  cannotPay,
  cycleSeconds,
  epochParts,
  type Parameters,
  type StartCost,
  stallFraction,
  startSeconds,
  stopSeconds,
  totalOf,
  waitSeconds,
  workersNeeded,
} from "../../src/loader/model.ts";

const base: Parameters = {
  batches: 40,
  epochs: 1,
  batchSeconds: 0.02,
  batchCpuSeconds: 0.02,
  jitter: 0,
  stepSeconds: 0.005,
  launchSeconds: 0.005,
  stepCpuShare: 0,
  sendSeconds: 0.002,
  receiveSeconds: 0.0015,
  cpus: 2,
  prefetch: 2,
};
const fork: StartCost = {
  method: "fork",
  preload: false,
  points: [
    { workers: 1, seconds: 0.028 },
    { workers: 4, seconds: 0.057 },
  ],
  stopSeconds: 0.011,
  serial: false,
};
const spawn: StartCost = {
  method: "spawn",
  preload: false,
  points: [{ workers: 1, seconds: 1.17 }],
  stopSeconds: 0.46,
  serial: false,
};

/** Measured with PyTorch 2.13 on two virtual processors with a sleeping training step: epoch seconds by workers. */
const workloads: [string, Partial<Parameters>, Record<number, number>][] = [
  [
    "a table",
    { batches: 28, batchSeconds: 0.0002, batchCpuSeconds: 0.0002, stepSeconds: 0.001, launchSeconds: 0.001 },
    { 0: 0.039, 1: 0.106, 2: 0.103, 4: 0.145 },
  ],
  ["small images", {}, { 0: 1.04, 1: 1.03, 2: 0.626, 4: 0.665 }],
  [
    "big images",
    {
      batchSeconds: 0.06,
      batchCpuSeconds: 0.06,
      stepSeconds: 0.04,
      launchSeconds: 0.04,
      sendSeconds: 0.01,
      receiveSeconds: 0.005,
    },
    { 0: 4.09, 1: 2.81, 2: 2.02, 4: 2.11 },
  ],
  [
    "files from a slow disk",
    { batchSeconds: 0.052, batchCpuSeconds: 0.002, stepSeconds: 0.01, launchSeconds: 0.01 },
    { 0: 2.53, 1: 2.35, 2: 1.16, 4: 0.71 },
  ],
  [
    "a GPU that is busy",
    { batchSeconds: 0.005, batchCpuSeconds: 0.005, stepSeconds: 0.03, launchSeconds: 0.03 },
    { 0: 1.4, 1: 1.3, 2: 1.35, 4: 1.4 },
  ],
];

describe("epochs that were measured", () => {
  const epoch = (p: Parameters, workers: number): number => totalOf(epochParts(p, workers, fork));

  test.each(workloads)(
    "%s: the best number of workers, and no epoch further off than 30 %%",
    (_, changes, measured) => {
      const p = { ...base, ...changes };
      const counts = Object.keys(measured).map(Number);
      // A table's epoch of milliseconds is mostly start-up; its direction is what matters.
      const most = p.batchSeconds < 0.001 ? 0.6 : 0.3;
      for (const workers of counts) {
        const error = Math.abs(epoch(p, workers) / (measured[workers] ?? Number.NaN) - 1);
        expect(error, `${workers} workers: ${epoch(p, workers)} for ${measured[workers]}`).toBeLessThan(most);
      }
      const best = counts.reduce((a, b) => (epoch(p, b) < epoch(p, a) ? b : a));
      const least = Math.min(...Object.values(measured));
      expect((measured[best] ?? Number.NaN) / least - 1).toBeLessThan(0.08);
    },
  );
});

describe("the wait of a consumer", () => {
  test.each([
    ["an equally quick producer", 1, 1, 4, 1 / 5],
    ["no buffer, equal", 1, 1, 0, 1],
    ["a producer twice as quick", 1, 2, 4, 1 / 31],
    ["a producer half as quick waits nearly the difference", 2, 1, 64, 1],
    ["a consumer that takes no time", 3, 0, 4, 3],
    ["a producer that takes no time", 1e-9, 1, 4, 0],
  ])("%s", (_, x, y, buffer, expected) => {
    expect(waitSeconds(x, y, buffer)).toBeCloseTo(expected, 3);
  });

  test("a long queue leaves the bound, however much batches differ", () => {
    const bound = cycleSeconds({ ...base, jitter: 0 }, 2);
    const shallow = cycleSeconds({ ...base, jitter: 1.4 }, 2);
    const deep = cycleSeconds({ ...base, jitter: 1.4, prefetch: 4000 }, 2);
    expect(shallow).toBeGreaterThan(bound);
    expect(deep).toBeCloseTo(bound, 4);
  });
});

describe("the cycle", () => {
  test("without workers a launch that returns at once hides the making of the next batch", () => {
    const asynchronous = { ...base, stepSeconds: 0.03, launchSeconds: 0.001 };
    expect(cycleSeconds(asynchronous, 0)).toBeCloseTo(0.03, 6);
    expect(cycleSeconds({ ...asynchronous, launchSeconds: 0.03 }, 0)).toBeCloseTo(0.05, 6);
  });

  test("processors bind work that computes, not work that waits", () => {
    const computing = { ...base, batchSeconds: 0.1, batchCpuSeconds: 0.1 };
    expect(cycleSeconds(computing, 8)).toBeCloseTo(cycleSeconds(computing, 4), 3);
    const waiting = { ...computing, batchCpuSeconds: 0.001 };
    expect(cycleSeconds(waiting, 8)).toBeLessThan(0.6 * cycleSeconds(waiting, 4));
  });

  test("a quota of half a processor halves the rate of one", () => {
    const p = { ...base, batchSeconds: 0.1, batchCpuSeconds: 0.1, receiveSeconds: 0, sendSeconds: 0 };
    expect(cycleSeconds({ ...p, cpus: 0.5 }, 2)).toBeCloseTo(2 * cycleSeconds({ ...p, cpus: 1 }, 2), 6);
  });

  test("more workers than batches are of no use", () => {
    const few = { ...base, batches: 2, cpus: 16, batchSeconds: 1, batchCpuSeconds: 0.01 };
    expect(cycleSeconds(few, 8)).toBe(cycleSeconds(few, 2));
  });
});

describe("start and stop", () => {
  test.each([
    ["fork, measured", fork, 4, 2, 0.057],
    ["fork, between", fork, 2, 2, 0.0377],
    ["fork, beyond", fork, 7, 2, 0.086],
    ["spawn in parallel on two processors", spawn, 4, 2, 2.34],
    ["spawn in parallel on eight", spawn, 4, 8, 1.17],
    ["spawn one after another, where the pickle does not fit into the pipe", { ...spawn, serial: true }, 4, 8, 4.68],
    ["nothing measured", { ...spawn, points: [] }, 4, 8, 0],
  ])("%s", (_, cost, workers, cpus, expected) => {
    expect(startSeconds(cost, workers, cpus)).toBeCloseTo(expected, 3);
  });

  test("children of spawn finalise an interpreter each", () => {
    expect(stopSeconds(spawn, 4, 2)).toBeCloseTo(0.92, 6);
    expect(stopSeconds(spawn, 1, 2)).toBeCloseTo(0.46, 6);
    expect(stopSeconds(spawn, 0, 2)).toBe(0);
  });

  test("persistent workers start once for all epochs", () => {
    const one = epochParts({ ...base, epochs: 1 }, 2, spawn);
    const ten = epochParts({ ...base, epochs: 10 }, 2, spawn);
    expect(ten.start).toBeCloseTo(one.start / 10, 6);
    expect(ten.steady).toBe(one.steady);
  });
});

describe("what follows", () => {
  test("break-even", () => {
    // Half of 23.5 ms is saved with each batch, and forking costs 38 + 11 ms.
    expect(breakEvenBatches(base, 2, fork)).toBeGreaterThan(2);
    expect(breakEvenBatches(base, 2, fork)).toBeLessThan(8);
    expect(breakEvenBatches(base, 2, spawn)).toBeGreaterThan(80);
    expect(breakEvenBatches({ ...base, batchSeconds: 0.0002, batchCpuSeconds: 0.0002 }, 2, fork)).toBeNull();
  });

  test.each([
    ["a table", 0.0002, 0.0015, 0.001, true],
    ["images", 0.06, 0.004, 0.02, false],
    ["batches that are lost beside a long step", 0.001, 0.0005, 0.2, true],
    ["sending was not measured", 0.0002, 0, 0.001, false],
  ])("%s", (_, batchSeconds, receiveSeconds, stepSeconds, expected) => {
    expect(cannotPay({ ...base, batchSeconds, receiveSeconds, stepSeconds, launchSeconds: stepSeconds })).toBe(
      expected,
    );
  });

  test("workers needed to feed the step, and how long it waits with fewer", () => {
    const p = { ...base, cpus: 16, batchSeconds: 0.1, batchCpuSeconds: 0.1, stepSeconds: 0.02 };
    expect(workersNeeded(p)).toBe(5);
    expect(stallFraction(p, 8)).toBeLessThan(0.1);
    expect(stallFraction(p, 1)).toBeGreaterThan(0.75);
  });
});
