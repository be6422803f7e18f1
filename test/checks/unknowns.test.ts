import { describe, expect, test } from "vitest";
import { checks } from "../../checks/index.ts";
import { runChecks } from "../../src/diagnosis/diagnose.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import { verbatim } from "../../src/text/message.ts";
import { docker, kvm, metal, windows, wsl2 } from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const healthy = { metal, wsl2, docker, kvm, windows };

type Path = readonly [subject: keyof Facts, fact?: string];

function paths(facts: Facts): Path[] {
  return (Object.keys(facts) as (keyof Facts)[]).flatMap((subject): Path[] =>
    "state" in facts[subject] ? [[subject]] : Object.keys(facts[subject]).map((fact): Path => [subject, fact]),
  );
}

const named = (all: readonly Path[]) => all.map((path) => ({ path, name: path.join(".") }));

/** `facts` with the one at the path taken from `other`. */
function taking(facts: Facts, other: Facts, [subject, fact]: Path): Facts {
  if (fact === undefined) return { ...facts, [subject]: other[subject] };
  const from = other[subject] as unknown as Readonly<Record<string, unknown>>;
  return { ...facts, [subject]: { ...facts[subject], [fact]: from[fact] } };
}

const troubles = (facts: Facts) => runChecks(facts, checks).filter((f) => f.status === "fail" || f.status === "warn");

describe.each(Object.entries(healthy))("%s", (_name, facts) => {
  const nothing = unknownFacts(verbatim("could not be read"));

  test("is healthy", () => {
    expect(troubles(facts)).toEqual([]);
  });
  test.each(named(paths(facts)))("without $name nothing is called a fault", ({ path }) => {
    expect(troubles(taking(facts, nothing, path)).map((f) => f.id)).toEqual([]);
  });
  test.each(named(paths(facts)))("with $name alone nothing is called a fault", ({ path }) => {
    expect(troubles(taking(nothing, facts, path)).map((f) => f.id)).toEqual([]);
  });
  test("nor are unknown fields of a Python", () => {
    const pythons = facts.pythons.state === "value" ? facts.pythons.value : [];
    for (const field of ["version", "platform", "startMethod", "frameworks", "nvidiaWheels"]) {
      const changed = pythons.map((python) => ({ ...python, [field]: unknown("timed out") }));
      expect(troubles({ ...facts, pythons: { state: "value", value: changed } }).map((f) => f.id)).toEqual([]);
    }
  });
});
