import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentsOf, type Piece } from "../../src/fleet/documents.ts";

/** Documents as they are, broken pieces as their reason. */
function found(text: string): readonly unknown[] {
  const pieces: Piece[] = [];
  documentsOf(text, (piece) => pieces.push(piece));
  return pieces.map(({ label, content }) => {
    const what = content.ok ? content.document : content.reason.en;
    return label === null ? what : [label, what];
  });
}

const a = { a: 1, list: [1, { b: "}\n{" }] };
const b = { b: "{" };
const pretty = (of: unknown): string => JSON.stringify(of, null, 2);
const behind = (label: string, text: string): string[] => text.split("\n").map((line) => `${label}: ${line}`);

/** Lines of both in turn, as processes print at the same time. */
function interleaved(one: readonly string[], other: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < Math.max(one.length, other.length); i++)
    lines.push(...one.slice(i, i + 1), ...other.slice(i, i + 1));
  return `${lines.join("\n")}\n`;
}

describe("documents in a text", () => {
  const cases: [string, string, readonly unknown[]][] = [
    ["one, indented", pretty(a), [a]],
    ["one in one line", JSON.stringify(a), [a]],
    ["one with a byte order mark", `\ufeff${pretty(a)}\r\n`, [a]],
    ["one per line", `${JSON.stringify(a)}\n${JSON.stringify(b)}\n`, [a, b]],
    ["one after the other", `${pretty(a)}\n${pretty(b)}\n`, [a, b]],
    ["an array", pretty([a, b]), [a, b]],
    ["with messages around", `srun: job 7 queued\n${pretty(a)}\nslurmstepd: done\n${pretty(b)}`, [a, b]],
    ["windows line ends", pretty(a).replaceAll("\n", "\r\n").concat("\r\n", pretty(b)), [a, b]],
    [
      "labelled by hosts",
      interleaved(behind("node1", pretty(a)), behind("n2.x", pretty(b))),
      [
        ["n2.x", b],
        ["node1", a],
      ],
    ],
    [
      "labelled by srun",
      interleaved(behind(" 0", pretty(a)), behind("10", JSON.stringify(b))),
      [
        ["10", b],
        ["0", a],
      ],
    ],
  ];
  test.each(cases)("%s", (_, text, documents) => expect(found(text)).toEqual(documents));

  const broken: [string, string, readonly unknown[]][] = [
    ["nothing", "", ["empty"]],
    ["blanks", "\n  \n", ["empty"]],
    ["an error message", "bash: envdoctor: not found\n", [expect.stringMatching(/begins with "bash: envdoctor/)]],
    ["cut short", pretty(a).slice(0, 20), [expect.stringMatching(/cut short/)]],
    ["cut short in one line", '{"a": 1, "li', [expect.stringMatching(/line 1, column \d+: no JSON/)]],
    [
      "cut short before another one",
      `${pretty(a).slice(0, 20)}\n${pretty(b)}`,
      [expect.stringMatching(/cut short/), b],
    ],
    ["a comma too many", '{\n  "a": 1,,\n}', [expect.stringMatching(/line 2, column 10: no JSON/)]],
    [
      "one broken line of three",
      `${JSON.stringify(a)}\n{oops}\n${JSON.stringify(b)}`,
      [a, expect.stringMatching(/line 2, column 2/), b],
    ],
    ["binary", "\0\x01\x02\x1b[2J", [expect.stringMatching(/no report in it/)]],
    ["a number", "7", [7]],
  ];
  test.each(broken)("%s", (_, text, documents) => expect(found(text)).toEqual(documents));

  test("whatever stands in a file, something is said of it and nothing is thrown", () => {
    const line = fc.oneof(fc.string(), fc.constantFrom("{", "}", "[", "0: {", "n: }", '{"a":1}', "n1: {}"));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        expect(found(lines.join("\n")).length).toBeGreaterThan(0);
      }),
    );
  });

  test("reads ten megabytes of garbage", () => {
    expect(found("{".repeat(10_000_000))).toHaveLength(1);
    expect(found("x: {\n".repeat(20_000)).length).toBeGreaterThan(0);
    expect(found(`"${"\\".repeat(1_000_000)}`)).toHaveLength(1);
  });
});
