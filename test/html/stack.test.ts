import { describe, expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import { type Level, stackOf } from "../../src/report/html/stack.ts";
import { machine, machineNames } from "../support/machine.ts";

async function levelsOf(name: string, trained: Parameters<typeof stackOf>[2] = null): Promise<Level[]> {
  const facts = await gatherFacts(machine(name), {}, { totalMs: 30_000 });
  return stackOf(facts, diagnose(facts, checks, catalogue), trained);
}

describe("the level that is marked is where the first cause lies", () => {
  const cases: [name: string, level: string | null, missing: boolean][] = [
    ["bare-metal-4090", null, false],
    ["wsl2-healthy", null, false],
    ["docker-small-shm", null, false],
    ["wsl1", "system", false],
    ["vmware-workstation", "hardware", true],
    ["kernel-upgrade-no-module", "module", false],
    ["secure-boot-unsigned", "module", false],
    ["device-nodes-locked", "module", false],
    ["driver-library-mismatch", "api", false],
    ["stub-library", "libraries", false],
    ["cpu-wheel", "framework", false],
  ];
  test.each(cases)("%s: %s", async (name, level, missing) => {
    const levels = await levelsOf(name);
    expect(levels.filter(({ broken }) => broken).map(({ id }) => id)).toEqual(level === null ? [] : [level]);
    expect(levels.some((one) => one.missing)).toBe(missing);
  });
});

test("a machine has nine levels, one of them broken at most, and what lies beyond it comes after it", async () => {
  for (const name of machineNames()) {
    const levels = await levelsOf(name);
    expect(levels).toHaveLength(9);
    const broken = levels.findIndex((level) => level.broken);
    const beyond = levels.findIndex((level) => level.beyond);
    if (broken < 0) expect(beyond, name).toBe(-1);
    else expect(beyond, name).toBe(broken === levels.length - 1 ? -1 : broken + 1);
  }
});

test("a training run is the last level, and a failed one is what is broken where nothing else is", async () => {
  const good = (await levelsOf("bare-metal-4090", { ok: true, says: "trained" })).at(-1);
  expect(good).toMatchObject({ id: "training", mark: "pass", broken: false });
  const bad = (await levelsOf("bare-metal-4090", { ok: false, says: "did not" })).at(-1);
  expect(bad).toMatchObject({ id: "training", mark: "fail", broken: true });
});
