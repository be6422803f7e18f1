import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attendance } from "../../src/fleet/expect.ts";
import { foldNames, unfoldNames } from "../../src/fleet/names.ts";

describe("folded names", () => {
  const cases: [string, readonly string[], string][] = [
    ["nothing", [], ""],
    ["one", ["node7"], "node7"],
    ["a run", ["n3", "n1", "n2"], "n[1-3]"],
    ["gaps", ["n1", "n2", "n4"], "n[1-2,4]"],
    ["leading zeros", ["n001", "n002", "n010"], "n[001-002,010]"],
    ["other widths apart", ["n9", "n10"], "n9,n10"],
    ["the last number counts", ["rack1-n1", "rack1-n2", "rack2-n1"], "rack1-n[1-2],rack2-n1"],
    ["domains stay", ["n1.a.org", "n2.a.org"], "n[1-2].a.org"],
    ["names without numbers", ["login", "gpu1", "gpu2"], "gpu[1-2],login"],
    ["repetition", ["n1", "n1"], "n1"],
    ["brackets and commas are no names to fold", ["a[1]", "b,1"], "a[1],b,1"],
  ];
  test.each(cases)("%s", (_, names, folded) => expect(foldNames(names)).toBe(folded));

  test("unfold to the same names", () => {
    const name = fc.stringMatching(/^[a-z]{1,4}-?\d{0,4}[a-z]{0,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 60 }), (names) => {
        expect(unfoldNames(foldNames(names)).sort()).toEqual([...names].sort());
      }),
    );
  });
});

describe("lists of expected names", () => {
  const cases: [string, readonly string[]][] = [
    ["a\nb\n", ["a", "b"]],
    ["a, b c\t d", ["a", "b", "c", "d"]],
    ["# all\na # first\n\n", ["a"]],
    ["n[1-3,7]", ["n1", "n2", "n3", "n7"]],
    ["n[08-10]", ["n08", "n09", "n10"]],
    ["r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]],
    ["a,n[1,2],b", ["a", "n1", "n2", "b"]],
    ["a a", ["a"]],
  ];
  test.each(cases)("%j", (list, names) => expect(unfoldNames(list)).toEqual(names));

  test.each([
    ["n[1-3", /bracket/],
    ["n[3-1]", /backwards/],
    ["n[a-b]", /no number/],
    ["n[1-999999999]", /more than/],
    ["n[1-1000]x[1-1000]y[1-1000]", /more than/],
  ])("%s is refused with the place", (list, message) => expect(() => unfoldNames(list)).toThrow(message));

  test("a long line takes linear time", () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `node${i}`);
    expect(unfoldNames(names.join(","))).toHaveLength(100_000);
    expect(() => unfoldNames("[".repeat(100_000))).toThrow(RangeError);
  });
});

describe("attendance", () => {
  const cases: [string, readonly string[], readonly string[], readonly string[], object][] = [
    ["all there", ["a", "b"], ["a", "b"], [], { missing: [], unexpected: [] }],
    ["one is missing", ["a", "b"], ["a"], [], { missing: ["b"], unexpected: [] }],
    ["a broken report is not missing", ["a", "b"], ["a"], ["b"], { missing: [], unexpected: [] }],
    ["one more than expected", ["a"], ["a", "c"], [], { missing: [], unexpected: ["c"] }],
    ["with domain and without", ["a", "b.x.org"], ["a.x.org", "b"], [], { missing: [], unexpected: [] }],
    ["ambiguous without domain", ["a"], ["a.x.org", "a.y.org"], [], { missing: ["a"], unexpected: [] }],
    ["addresses have no domain", ["10.0.0.1", "10.0.0.2"], ["10.0.0.1"], [], { missing: ["10.0.0.2"], unexpected: [] }],
  ];
  test.each(cases)("%s", (_, expected, present, broken, result) => {
    expect(attendance(expected, present, broken)).toEqual(result);
  });
});
