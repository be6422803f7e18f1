import { readdirSync, readFileSync } from "node:fs";
import { XmlDocument } from "libxml2-wasm";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../scripts/screenshots/ansi.ts";
import { terminalSvg } from "../../scripts/screenshots/svg.ts";

const images = new URL("../../.github/images/", import.meta.url);
const esc = "\u001b";
const texts = (output: string, columns = 80) =>
  rowsOf(output, columns).map((runs) => runs.map(({ text }) => text).join(""));

describe("what a program wrote to a terminal", () => {
  test("is cut into runs of one style", () => {
    const [runs] = rowsOf(`${esc}[31m✗${esc}[39m GPU ${esc}[1mlost${esc}[22m`, 80);
    expect(runs).toEqual([
      { text: "✗", column: 0, cells: 1, colour: "red", bold: false, dim: false },
      { text: " GPU ", column: 1, cells: 5, colour: null, bold: false, dim: false },
      { text: "lost", column: 6, cells: 4, colour: null, bold: true, dim: false },
    ]);
  });

  test("keeps a style over the end of a line", () => {
    expect(rowsOf(`${esc}[2mone\ntwo${esc}[22m`, 80).map(([run]) => run?.dim)).toEqual([true, true]);
  });

  test("is broken at the last column, where a wide character takes two", () => {
    expect(texts("abcdefgh", 5)).toEqual(["abcde", "fgh"]);
    expect(texts("a驱动太旧", 5)).toEqual(["a驱动", "太旧"]);
    expect(texts("ab驱动", 3)).toEqual(["ab", "驱", "动"]);
  });
});

describe("a terminal window as SVG", () => {
  const screen = { command: "envdoctor check", columns: 80, rows: 10, label: "a <check> & more", animated: true };
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at} <&>"`).join("\n");

  test("is XML, whatever was printed", () => {
    XmlDocument.fromString(terminalSvg({ ...screen, output: lines })).dispose();
  });

  test("ends scrolled to the last line, also where nothing may move", () => {
    const svg = terminalSvg({ ...screen, output: lines });
    expect(svg).toContain('transform="translate(0 -399)"'); // 31 lines in 10 rows of 19 pixels
    expect(svg).toContain("to { transform: translateY(-399px); }");
    expect(terminalSvg({ ...screen, output: lines, animated: false })).not.toContain("animation");
  });
});

describe("the pictures of the README", () => {
  test.each(readdirSync(images).filter((name) => name.endsWith(".svg")))(
    "%s is XML that runs and fetches nothing",
    (name) => {
      const svg = readFileSync(new URL(name, images), "utf8");
      XmlDocument.fromString(svg).dispose();
      const outside = /<(?:script|image|use|a|foreignObject)\b|\s(?:on\w+|(?:xlink:)?href|src)=|@import|url\((?!#)/i;
      expect(svg).not.toMatch(outside);
    },
  );
});
