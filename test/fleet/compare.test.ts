import { describe, expect, test } from "vitest";
import { healthyReport, oddities } from "../../scripts/bench/fleet-reports.mjs";
import { compare } from "../../src/fleet/compare.ts";
import { readReport } from "../../src/fleet/report-schema.ts";
import { Table } from "../../src/fleet/table.ts";

type Change = (report: ReturnType<typeof healthyReport>) => void;
const same: Change = () => {};

/** The comparison of machines made by these changes, with rows as their numbers. */
function compared(changes: readonly Change[]): ReturnType<typeof compare> {
  const table = new Table();
  changes.forEach((change, i) => {
    const report = healthyReport(i);
    change(report);
    const reading = readReport(report);
    if (!reading.ok) throw new Error(reading.reason.en);
    table.add(reading.report, { file: `${i}.json`, host: null, base: String(i) });
  });
  return compare(table);
}

const times = (count: number, change: Change): Change[] => Array.from({ length: count }, () => change);
const oddRows = (changes: readonly Change[]): number[] =>
  compared(changes)
    .oddities.flatMap((o) => o.rows)
    .sort((a, b) => a - b);

describe("one odd machine of four", () => {
  test.each(Object.entries(oddities))("%s", (_, change) => {
    const { oddities: found, kinds, counts } = compared([same, same, change, same]);
    expect(found.map((o) => o.rows)).toEqual([[2]]);
    expect(kinds).toHaveLength(1);
    expect(counts.alike).toBe(3);
    expect((found[0]?.deviations.length ?? 0) + (found[0]?.problems.length ?? 0)).toBeGreaterThan(0);
  });
});

const otherCard: Change = (r) => {
  for (const gpu of r.gpus)
    Object.assign(gpu, { name: "NVIDIA A100-SXM4-40GB", pciId: "10de:20b0", memoryMiB: 40_960 });
};
/** What the bus says of the card when the driver does not answer. */
const nameOfTheBus: Change = (r) => {
  for (const gpu of r.gpus) Object.assign(gpu, { name: "H100 SXM5 80GB", memoryMiB: null });
};
const fewerCards: Change = (r) => r.gpus.splice(4);
const noCards: Change = (r) => r.gpus.splice(0);
const kernel =
  (version: string): Change =>
  (r) => {
    r.machine.kernel = version;
  };
const memory =
  (mib: number): Change =>
  (r) => {
    r.limits.memoryMiB = mib;
  };
const warns: Change = oddities["small shm"];
const fails: Change = oddities["driver does not answer"];

describe("who is odd", () => {
  const cases: [string, readonly Change[], readonly number[]][] = [
    ["nobody among alike ones", times(5, same), []],
    ["nobody where there is one machine", [kernel("1")], []],
    ["nobody of two that differ", [same, kernel("1")], []],
    ["one of three", [same, kernel("1"), same], [1]],
    ["two of eight", [...times(6, same), kernel("1"), kernel("1")], [6, 7]],
    ["nobody where it is half and half", [...times(4, same), ...times(4, kernel("1"))], []],
    ["nobody in another kind of some size", [...times(6, same), ...times(6, otherCard)], []],
    ["one of another kind alone", [...times(6, same), otherCard], [6]],
    ["fewer cards on two of twenty", [...times(18, same), ...times(2, fewerCards)], [18, 19]],
    ["two of five whose driver does not tell the memory", [...times(3, same), ...times(2, fails)], [3, 4]],
    [
      "most, where the driver of most does not answer",
      [...times(3, same), ...times(9, nameOfTheBus)],
      [3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
    ["nobody where half have fewer cards", [...times(5, same), ...times(5, fewerCards)], []],
    ["no card at all on two of ten", [...times(8, same), ...times(2, noCards)], [8, 9]],
    ["nobody for a few MiB of memory", [0, 5, 11, 300, 900].map((more) => memory(2_063_000 + more)), []],
    ["one for a lost bar of memory", [...times(5, memory(2_063_000)), memory(1_930_000)], [5]],
    ["a warning on one", [...times(3, same), warns], [3]],
    ["a failure on some, as long as they are not most", [...times(5, same), ...times(4, fails)], [5, 6, 7, 8]],
  ];
  test.each(cases)("%s", (_, changes, odd) => expect(oddRows(changes)).toEqual(odd));
});

describe("what all have", () => {
  test("a failure of all is said once, and all are sick", () => {
    const { oddities: found, kinds, counts } = compared(times(4, oddities["other wheel"]));
    expect(found).toEqual([]);
    expect(kinds[0]?.shared).toEqual([expect.objectContaining({ machines: 4 })]);
    expect(counts).toEqual({ alike: 0, odd: 0, sick: 4 });
  });

  test("no agreement is said with the numbers", () => {
    const { kinds } = compared([...times(3, same), ...times(2, kernel("6.8"))]);
    expect(kinds[0]?.splits).toEqual([
      {
        feature: "kernel",
        values: [
          { value: "5.15.0-122-generic", machines: 3 },
          { value: "6.8", machines: 2 },
        ],
      },
    ]);
  });

  test("machines that are odd alike are one entry, and sick ones come first", () => {
    const { oddities: found } = compared([...times(20, same), ...times(3, kernel("1")), fails]);
    expect(found.map((o) => [o.sick, o.rows])).toEqual([
      [true, [23]],
      [false, [20, 21, 22]],
    ]);
  });

  test("causes are counted over all machines", () => {
    const { causes } = compared([...times(9, same), fails, fails, warns]);
    expect(causes.map(({ cause, rows }) => [cause.id, rows.length])).toEqual([
      ["driver-library-mismatch", 2],
      ["shm-too-small", 1],
    ]);
  });

  test("a fleet in which nothing is alike ends in time and calls nobody odd for it", () => {
    const changes = Array.from(
      { length: 3000 },
      (_, i): Change =>
        (r) => {
          r.machine.kernel = `k${i}`;
          r.limits.memoryMiB = 1000 * 1.1 ** (i % 90);
          r.limits.cpus = i;
        },
    );
    expect(compared(changes).kinds.length).toBeGreaterThan(0);
  });
});

describe("what is no report", () => {
  const cases: [string, unknown, RegExp][] = [
    ["a list", [], /no report/],
    ["nothing", null, /no report/],
    ["no kind", {}, /no "kind"/],
    ["a snapshot", { kind: "snapshot", schemaVersion: 1 }, /snapshot/],
    ["another report", { kind: "explain", schemaVersion: 1 }, /of kind "explain"/],
    ["a later version", { kind: "check", schemaVersion: 2 }, /schemaVersion 2/],
    ["a part missing", { ...healthyReport(1), gpus: undefined }, /at gpus/],
    ["a wrong value", { ...healthyReport(1), verdict: { status: "fine" } }, /at verdict\.status/],
  ];
  test.each(cases)("%s", (_, document, reason) => {
    const reading = readReport(document);
    expect(reading.ok ? "" : reading.reason.en).toMatch(reason);
  });

  test("what a later version adds does no harm", () => {
    expect(readReport({ ...healthyReport(1), more: 1 }).ok).toBe(true);
  });

  test("a report of preflight counts with what was refused", () => {
    const requirements = [
      { require: "gpu.count>=9", status: "fail", found: "8", reason: "too few" },
      { require: "torch", status: "pass", found: "2.5.1", reason: null },
    ];
    const reading = readReport({
      schemaVersion: 1,
      kind: "preflight",
      allowed: false,
      requirements,
      check: healthyReport(1),
    });
    const failed = reading.ok ? reading.report.findings.filter((f) => f.status === "fail") : [];
    expect(failed.map((f) => f.id)).toEqual(["require gpu.count>=9"]);
  });
});
