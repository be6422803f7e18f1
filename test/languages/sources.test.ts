/** Every text in the sources that is written in both languages. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chineseIn, englishIn } from "./sentences.ts";

const root = join(import.meta.dirname, "../..");

interface Pair {
  readonly en: string;
  readonly zh: string;
}

const literal = String.raw`("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|${"`"}(?:[^${"`"}\\]|\\.)*${"`"})`;
const calls = new RegExp(String.raw`\b(?:message|sentence|say)\(\s*${literal},\s*${literal}`, "g");
const objects = new RegExp(String.raw`\ben: ${literal},\s*zh: ${literal}`, "g");

function pairsIn(file: string): Pair[] {
  const source = readFileSync(join(root, file), "utf8");
  return [...source.matchAll(calls), ...source.matchAll(objects)].map(([, en = "", zh = ""]) => ({
    en: textOf(en),
    zh: textOf(zh),
  }));
}

/** The text of a literal; what a template fills in is left out. */
function textOf(source: string): string {
  return source
    .slice(1, -1)
    .replaceAll(/\$\{[^}]*\}/g, " · ")
    .replaceAll(/\\(u\{?([0-9a-f]+)\}?|.)/gi, (_, escaped: string, code?: string) =>
      code === undefined ? (escaped === "n" ? "\n" : escaped) : String.fromCodePoint(Number.parseInt(code, 16)),
    );
}

const files = ["src", "checks"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);
const written = files.map((file) => ({ file, pairs: pairsIn(file) })).filter(({ pairs }) => pairs.length > 0);

const han = /\p{Script=Han}/u;
/** Signs that Chinese text has its own marks for, where they follow a Chinese character. */
const westernMarks =
  /\p{Script=Han}[,;!?](?!\d)|\p{Script=Han}:(?![\w/])|\p{Script=Han}\.(?:\s|$)|\p{Script=Han} ?\(|\)(?=\p{Script=Han})/u;

test("the texts are found", () => {
  expect(written.flatMap(({ pairs }) => pairs).length).toBeGreaterThan(1500);
});

describe.each(written)("$file", ({ pairs }) => {
  test("is English in English and Chinese in Chinese", () => {
    const wrong = pairs.flatMap(({ en, zh }) => [
      ...chineseIn(en).map((part) => `English: ${part}`),
      ...englishIn(zh).map((part) => `Chinese: ${part} … in ${zh}`),
      // A sentence that was not translated at all.
      ...(en !== zh && !han.test(zh) && /[a-z]{3,} [a-z]{2,}/.test(zh.replace(/envdoctor .*/, ""))
        ? [`Chinese: ${zh}`]
        : []),
    ]);
    expect(wrong, wrong.join("\n")).toEqual([]);
  });

  test("has Chinese marks in Chinese", () => {
    const wrong = pairs.flatMap(({ zh }) => {
      const plain = zh.replaceAll(/`[^`]*`/g, "");
      return westernMarks.test(plain) ? [`${westernMarks.exec(plain)?.[0]} … in ${zh}`] : [];
    });
    expect(wrong, wrong.join("\n")).toEqual([]);
  });
});
