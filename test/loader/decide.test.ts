import { describe, expect, test } from "vitest";
import { type Candidate, decide, preferredStarts, toleranceOf } from "../../src/loader/decide.ts";
import type { Start } from "../../src/loader/model.ts";
import { median, medianInterval, seeded, shuffled, variation } from "../../src/loader/statistics.ts";

const fork: Start = { method: "fork", preload: false };
const server: Start = { method: "forkserver", preload: true };
const spawn: Start = { method: "spawn", preload: false };
const onLinux = preferredStarts("fork", false);

const at = (workers: number, epochSeconds: number, start: Start | null = fork, measured = true): Candidate => ({
  workers,
  start: workers === 0 ? null : start,
  epochSeconds,
  measured,
});

const cases: [string, Candidate[], number, Start | null][] = [
  ["a table stays without workers", [at(0, 0.006), at(1, 0.09), at(2, 0.112)], 0, null],
  ["two workers for images", [at(0, 4.24), at(1, 2.8), at(2, 2.02), at(4, 2.1)], 2, fork],
  ["the fewest among equals", [at(0, 2), at(1, 1.02), at(2, 1.0), at(4, 1.01)], 1, fork],
  ["no workers where they are equal", [at(0, 1.0), at(1, 0.98), at(2, 0.99)], 0, null],
  ["the default among equal start methods", [at(0, 3), at(2, 1.0, server), at(2, 1.02, fork)], 2, fork],
  ["a start method that is clearly faster", [at(0, 3), at(2, 1.0, server), at(2, 1.2, spawn)], 2, server],
  ["a prediction that is a little faster is not believed", [at(0, 3), at(2, 1), at(4, 0.97, fork, false)], 2, fork],
  ["a prediction that is much faster is", [at(0, 3), at(2, 1), at(4, 0.5, fork, false)], 4, fork],
  ["nothing else was measured", [at(0, 3)], 0, null],
  ["a time that is no number is left out", [at(0, 3), at(1, Number.NaN)], 0, null],
];

describe("the choice", () => {
  test.each(cases)("%s", (_, candidates, workers, start) => {
    const decision = decide(candidates, 0.03, onLinux);
    expect(decision?.best.workers).toBe(workers);
    expect(decision?.best.start).toEqual(start);
    expect(decision?.equalWorkers).toContain(workers);
  });

  test("nothing measured gives no decision", () => {
    expect(decide([], 0.03, onLinux)).toBeNull();
  });

  test("the order of the candidates does not matter", () => {
    const candidates = [at(0, 2), at(1, 1.02), at(2, 1), at(2, 1.01, server), at(4, 1.3)];
    const random = seeded(3);
    for (let i = 0; i < 20; i++) {
      const decision = decide(shuffled(candidates, random), 0.03, onLinux);
      expect([decision?.best.workers, decision?.best.start]).toEqual([1, fork]);
    }
  });
});

test("a GPU prefers methods that inherit no CUDA context", () => {
  expect(preferredStarts("fork", true)[0]).toEqual(server);
  expect(preferredStarts("forkserver", false)[0]).toEqual(server);
  expect(preferredStarts("spawn", false)[0]).toEqual(spawn);
});

test.each([
  ["no pairs", [], 0.03],
  [
    "quiet",
    [
      [1, 1.01],
      [1, 0.995],
      [1, 1.002],
    ],
    0.03,
  ],
  [
    "twice what a pair differs by",
    [
      [1.02, 1],
      [1.02, 1],
      [1.02, 1],
    ],
    0.04,
  ],
  [
    "never so much that it costs",
    [
      [1, 2],
      [1, 3],
      [2, 1],
    ],
    0.06,
  ],
] as [string, [number, number][], number][])("tolerance: %s", (_, pairs, expected) => {
  expect(toleranceOf(pairs)).toBeCloseTo(expected, 6);
});

describe("statistics", () => {
  test("median and variation", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(variation([2, 2, 2])).toBe(0);
    expect(variation([1, 3])).toBeCloseTo(Math.SQRT1_2, 6);
    expect(variation([5])).toBe(0);
  });

  test("an interval holds the median, and is the same each time", () => {
    const values = [1, 1.1, 0.9, 1.05, 0.95, 3];
    const { low, high } = medianInterval(values);
    expect(low).toBeLessThanOrEqual(median(values));
    expect(high).toBeGreaterThanOrEqual(median(values));
    expect(medianInterval(values)).toEqual({ low, high });
  });
});
