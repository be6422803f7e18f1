import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lintScript } from "../../src/lint/lint.ts";
import { scripts } from "./table.ts";

const options = { startMethod: "spawn" } as const;

describe("any text is accepted", () => {
  const words = scripts.flatMap(({ text }) => text.split(/(?<=[\s()[\]{}:,=])/).slice(0, 60));

  test("arbitrary text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        lintScript(text, options);
      }),
      { numRuns: 500 },
    );
  });

  test("words of Python in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 120 }), (parts) => {
        const { problems, notes } = lintScript(parts.join(""), options);
        const lines = parts.join("").split("\n").length;
        for (const { line, column } of [...problems, ...notes]) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each(scripts)("$name cut off anywhere", ({ text }) => {
    for (let end = 0; end < text.length; end += 11) lintScript(text.slice(0, end), options);
  });

  test.each(scripts)("$name with lines left out: no line is named that is not there", ({ text }) => {
    const lines = text.split("\n");
    for (const leave of lines.keys()) {
      const rest = lines.filter((_, i) => i !== leave).join("\n");
      for (const { line } of lintScript(rest, options).problems) expect(line).toBeLessThan(lines.length);
    }
  });
});

/** Time is not asserted: an algorithm of higher order would not end within the test's time limit. */
describe("large and deep texts end", { timeout: 60_000 }, () => {
  const fill = (part: string, length: number): string => part.repeat(Math.ceil(length / part.length)).slice(0, length);
  const million = 1_000_000;
  test.each([
    ["all scripts, to 5 MB", fill(scripts.map(({ text }) => text).join("\n"), 5 * million)],
    ["unknown conditions", fill("if unknown(x):\n    a = 1\n", million)],
    ["open brackets", fill("([{", million)],
    ["a long sum", `x = ${fill("1 + ", million)}1\n`],
    ["a long chain", `x = a${fill(".b()", million)}\n`],
    ["a long list", `x = [${fill("1,", million)}]\n`],
    ["branches", `if a:\n  x=1\n${fill("elif b(x):\n  x=2\n", million)}`],
    [
      "functions that call two others",
      `${Array.from({ length: 60 }, (_, i) => `def f${i}():\n    f${i + 1}()\n    f${i + 1}()\n`).join("")}f0()\n`,
    ],
    ["values that hold each other", `import a\nx = a.f()\n${fill("x = a.f(x, x)\n", million)}for i in x: pass\n`],
    ["a list that doubles", `x = [1]\n${fill("x = x + x\n", 20_000)}`],
    ["a dict that doubles", `d = {a: 1}\n${fill("d = {**d, **d}\nd[x] = d\n", 20_000)}`],
    ["arguments that double", `x = [1]\n${fill("x = g(*x, *x)\nx = [*x, *x]\n", 20_000)}`],
    ["deep blocks", Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}if x:`).join("\n")],
    ["noise", Array.from({ length: 200_000 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join("")],
  ])("%s", (_, text) => {
    lintScript(text, options);
  });
});

describe("valid Python that the grammar does not know is read all the same", () => {
  test.each([
    "x = f(1., [2.], 1_0./3)",
    "def f(x=1.):\n    yield\n    y = yield",
    "for a, *b in c: pass",
    "x = [a for *_, a in b]",
    "with open(a) as (b, c): pass",
    "with (\n    open(a) as b,  # first\n    open(c) as d,\n):\n    pass",
    "with (open(a) as b): pass",
    "match x:\n    case A() | B(): pass",
    "# comment\n\nx = 1\n".repeat(2000),
  ])("%s", (text) => {
    expect(lintScript(`${text}\n`, options)).toEqual({ problems: [], notes: [] });
  });

  test("and its values are the original ones", () => {
    const text = `from torch.utils.data import DataLoader
n = 2.
with (
    open("a") as f,
    open("b") as g,
):
    for *_, b in DataLoader(["1. for *x in y"], num_workers=n): pass
`;
    expect(lintScript(text, options).problems).toEqual([
      expect.objectContaining({ cause: "missing-main-guard", line: 7 }),
    ]);
  });
});

test("what cannot be parsed is named by its line, and the rest is read", () => {
  const text = "from torch.utils.data import DataLoader\nx = = 3\nfor b in DataLoader([1], num_workers=2):\n    pass\n";
  const { problems, notes } = lintScript(text, options);
  expect(notes).toEqual([expect.objectContaining({ kind: "unreadable", line: 2 })]);
  expect(problems).toEqual([expect.objectContaining({ cause: "missing-main-guard", line: 3 })]);
});
