import { describe, expect, test } from "vitest";
import { absent, value } from "../../src/facts/fact.ts";
import type { LimitFacts } from "../../src/facts/facts.ts";
import { candidateWorkers, type Demand, type LimitName, usableCpus, workerLimits } from "../../src/loader/limits.ts";
import { unknown } from "../support/unknown.ts";

const machine: LimitFacts = {
  affinityCpus: value(16),
  hostCpus: value(16),
  quotaCpus: absent(),
  hostMemoryMiB: value(64_000),
  cgroupMemoryMiB: absent(),
  availableMemoryMiB: value(60_000),
  swapMiB: value(0),
  shm: value({ totalMiB: 32_000, freeMiB: 32_000 }),
  openFiles: value({ soft: 1024, hard: 1_048_576 }),
};
const demand: Demand = {
  batches: 1000,
  batchBytes: 19_267_840,
  tensorsPerBatch: 2,
  prefetch: 2,
  cpuShare: 1,
  workerMiB: 150,
  sharedMemory: true,
  descriptors: true,
  filesOpen: 20,
  openFilesLimit: null,
  addressSpaceMiB: null,
  virtualMiB: 800,
  asked: null,
};

const cases: [string, Partial<LimitFacts>, Partial<Demand>, LimitName, number][] = [
  ["nothing but the processors", {}, {}, "cpus", 32],
  ["affinity", { affinityCpus: value(2) }, {}, "cpus", 4],
  ["a quota of one processor of sixteen", { quotaCpus: value(1) }, {}, "cpu-quota", 2],
  ["a quota of half a processor", { quotaCpus: value(0.5) }, {}, "cpu-quota", 1],
  ["a quota as wide as the machine is none", { quotaCpus: value(16) }, {}, "cpus", 32],
  ["a quota bounds computing, not waiting", { quotaCpus: value(1) }, { cpuShare: 0.1 }, "cpu-quota", 10],
  ["Docker's /dev/shm of 64 MB", { shm: value({ totalMiB: 64, freeMiB: 64 }) }, {}, "shared-memory", 1],
  ["a full /dev/shm", { shm: value({ totalMiB: 64, freeMiB: 0 }) }, {}, "shared-memory", 0],
  ["three batches", {}, { batches: 3 }, "batches", 3],
  ["ulimit -n 64", { openFiles: value({ soft: 64, hard: 64 }) }, {}, "open-files", 3],
  [
    "a limit that the measuring process has itself",
    { openFiles: unknown("?") },
    { openFilesLimit: 64 },
    "open-files",
    3,
  ],
  ["a container with 1 GiB", { cgroupMemoryMiB: value(1024) }, {}, "memory", 3],
  ["little memory left", { availableMemoryMiB: value(500) }, {}, "memory", 1],
  ["ulimit -v", {}, { addressSpaceMiB: 1100 }, "address-space", 2],
  ["ulimit -v that is used up", {}, { addressSpaceMiB: 800 }, "address-space", 0],
  ["--max-workers", {}, { asked: 5 }, "asked", 5],
];

describe("what binds", () => {
  test.each(cases)("%s", (_, facts, wish, name, most) => {
    const [tightest] = workerLimits({ ...machine, ...facts }, { ...demand, ...wish });
    expect(tightest?.name).toBe(name);
    expect(tightest?.maxWorkers).toBe(most);
    expect(tightest?.says.en).not.toMatch(/[{}]|NaN|undefined/);
    expect(tightest?.says.zh).not.toMatch(/[{}]|NaN|undefined/);
  });

  test("what nobody knows binds nothing", () => {
    const u = unknown("not looked at");
    const nothing = { ...machine, shm: u, openFiles: u, availableMemoryMiB: u, hostMemoryMiB: u, quotaCpus: u };
    const [tightest] = workerLimits(nothing, { ...demand, workerMiB: null, batches: null });
    expect(tightest?.name).toBe("cpus");
  });

  test("an engine that uses pipes needs no shared memory", () => {
    const small = { ...machine, shm: value({ totalMiB: 1, freeMiB: 1 }) };
    expect(workerLimits(small, { ...demand, sharedMemory: false })[0]?.name).toBe("cpus");
  });
});

test.each([
  [1, 1, [0, 1]],
  [0, 9, [0]],
  [4, 2, [0, 1, 2, 3, 4]],
  [10, 5, [0, 1, 2, 3, 4, 5, 6, 8, 10]],
  [500, 3, [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32]],
])("candidates up to %d where %d are needed", (most, needed, expected) => {
  expect(candidateWorkers(most, needed)).toEqual(expected);
});

test.each([
  [{ quotaCpus: value(1.5) }, 1.5],
  [{ quotaCpus: value(99) }, 16],
  [{ affinityCpus: unknown("?"), hostCpus: value(8) }, 8],
])("usable processors of %j", (facts, expected) => {
  expect(usableCpus({ ...machine, ...facts })).toBe(expected);
});
