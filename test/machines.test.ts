import { describe, expect, test } from "vitest";
import { catalogue } from "../checks/causes/index.ts";
import { checks } from "../checks/index.ts";
import { type Diagnosis, diagnose } from "../src/diagnosis/diagnose.ts";
import { gatherFacts } from "../src/facts/gather.ts";
import { machine, machineNames } from "./support/machine.ts";
import { expected } from "./support/machine-table.ts";

async function diagnosed(name: string): Promise<Diagnosis> {
  return diagnose(await gatherFacts(machine(name)), checks, catalogue);
}

const ids = (findings: readonly { readonly id: string }[]): string => findings.map((f) => f.id).join(" ");

function told({ verdict, causes, findings }: Diagnosis) {
  const having = (status: string): string => ids(findings.filter((f) => f.status === status));
  const blockers = [...new Set(findings.flatMap((f) => f.blockedBy ?? []))];
  return {
    verdict: `${verdict.status} ${verdict.gpuTraining}`,
    causes: causes.map((c) => c.cause.id).join(" "),
    fail: having("fail"),
    warn: having("warn"),
    unknown: having("unknown"),
    blocked: Object.fromEntries(blockers.map((id) => [id, ids(findings.filter((f) => f.blockedBy === id))])),
  };
}

test("every machine is in the table", () => {
  expect(Object.keys(expected).sort()).toEqual(machineNames());
});

describe("the diagnosis of each machine", () => {
  test.each(Object.entries(expected))("%s", async (name, wanted) => {
    const nothing = { causes: "", fail: "", warn: "", unknown: "", blocked: {} };
    expect(told(await diagnosed(name))).toEqual({ ...nothing, ...wanted });
  });
});

describe("what is told of each machine", () => {
  test.each(machineNames())("%s", async (name) => {
    const { verdict, causes, findings } = await diagnosed(name);
    expect(findings.map((f) => f.id)).toEqual(checks.map((c) => c.id));
    for (const { cause, evidence, fix, confidence } of causes) {
      expect({ cause: cause.id, evidence: evidence.length > 0 }).toEqual({ cause: cause.id, evidence: true });
      expect(confidence).toBeGreaterThan(0);
      const hasFix = fix.some((remedy) => remedy.commands.length > 0 || remedy.title.en !== "");
      expect({ cause: cause.id, hasFix }).toEqual({ cause: cause.id, hasFix: !cause.harmless });
    }
    for (const said of [verdict.summary, verdict.next, ...findings.flatMap((f) => [f.found, f.wanted, f.detail])]) {
      // A placeholder that was left unfilled, or a value that was not there.
      expect(said?.en ?? "").not.toMatch(/\{\w+\}|\bundefined\b|\bnull\b|\[object/);
      expect(said?.zh ?? "").not.toMatch(/\{\w+\}|\bundefined\b|\bnull\b|\[object/);
      expect(said === null || said.en.trim() !== "").toBe(true);
    }
  });
});
