import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { RunResult } from "../../src/host/host.ts";
import { asked } from "../../src/nvml/readings.ts";
import { nvmlTold } from "../../src/nvml/report.ts";
import { flip } from "../support/check-tester.ts";
import { metal } from "../support/facts.ts";

const odd = fc.oneof(
  fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as unknown),
  fc.constantFrom(-1, 2 ** 53, 4_294_967_295, "\u001b[2J", "\u202e", "__proto__", [], [null], {}),
);
const line = fc.oneof(
  fc.record({
    gpu: fc.oneof(fc.nat(3), odd),
    reading: fc.constantFrom(...asked.map(([name]) => name)),
    value: fc.oneof(odd, fc.array(fc.oneof(fc.nat(), odd), { maxLength: 4 })),
  }),
  fc.record({ gpu: fc.nat(3), call: fc.constant("nvmlDeviceGetHandleByIndex_v2"), code: fc.oneof(fc.nat(40), odd) }),
  fc.record({ system: fc.constantFrom("driverVersion", "cudaVersion", "gpuCount"), value: odd }),
  fc.record({ call: fc.constant("nvmlInit_v2"), code: fc.oneof(fc.nat(1000), odd) }),
  fc.record({ done: fc.oneof(fc.boolean(), odd) }),
  fc.record({ missing: odd, reason: odd }),
);
const run = fc.record({
  outcome: fc.constantFrom<RunResult["outcome"]>("ended", "timeout"),
  exitCode: fc.constantFrom(0, 1, null),
  signal: fc.constantFrom(null, "SIGSEGV"),
  stdout: fc
    .array(
      fc.oneof({ weight: 9, arbitrary: line.map((of) => JSON.stringify(of)) }, { weight: 1, arbitrary: fc.string() }),
      {
        maxLength: 60,
      },
    )
    .map((lines) => lines.join("\n")),
  stderr: fc.constant(""),
  truncated: fc.boolean(),
  durationMs: fc.constant(1),
});

test("whatever the program prints is read, and no check breaks on it", () => {
  fc.assert(
    fc.property(run, (of) => {
      const told = nvmlTold(of);
      if (told.told === "nothing") return;
      const facts = flip(metal, { driver: { smi: absent() }, nvml: value(told.report) });
      const { findings } = diagnose(facts, checks, catalogue);
      const text = JSON.stringify(findings.map(({ found, detail, evidence }) => ({ found, detail, evidence })));
      expect(text).not.toMatch(/the check itself failed|undefined|\[object|NaN|\\u001b/);
    }),
    { numRuns: 1000 },
  );
});
