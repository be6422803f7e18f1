/**
 * How the time of each reader grows with its input: four times the text may take ten times as long at most, far below
 * the sixteen times of a quadratic one. Each time is processor time, and the least of several.
 */
import { describe, expect, test } from "vitest";
import { hostile } from "./inputs.ts";
import { targets } from "./targets.ts";

const patience = 4000;
/** Of the shorter text: four times as much is 10 MB. */
const longest = Number(process.env.FUZZ_LONGEST ?? 2_500_000);

/** What tempts a regular expression, and what a reader is made for, many times over. */
function texts(corpus: readonly string[]): [string, string][] {
  const own = corpus.slice(0, 3).map((text, at): [string, string] => [`text ${at}`, text]);
  const lines = corpus.flatMap((text) => text.split("\n").slice(0, 4)).slice(0, 4);
  const pieces: string[] = [
    ...hostile,
    "\n",
    " ",
    "a",
    "0",
    "1,",
    '"',
    "x\n",
    "\t",
    ": ",
    "=",
    "(",
    "a-",
    "<gpu id=",
    "<x>",
    "- ",
  ];
  return [
    ...own,
    ...lines.map((line): [string, string] => [`line ${line.slice(0, 40)}`, line]),
    ...pieces.map((piece): [string, string] => [`piece ${JSON.stringify(piece.slice(0, 20))}`, piece]),
  ].filter(([, text]) => text !== "");
}

async function leastMs(read: (text: string) => unknown, text: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  const began = performance.now();
  for (let round = 0; round < 3 && performance.now() - began < patience; round++) {
    const start = process.cpuUsage();
    try {
      await read(text);
    } catch {
      // What it says of the text is asked elsewhere.
    }
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

describe.each(targets)("$name", ({ corpus, read }) => {
  test.each(texts(corpus()))("%s", async (_, piece) => {
    const repeated = (length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    await leastMs(read, repeated(1000));
    // Up to the length at which the time can be told from noise.
    let length = 40_000;
    let once = await leastMs(read, repeated(length));
    while (once < 5 && length < longest) {
      length *= 4;
      once = await leastMs(read, repeated(length));
    }
    let four = await leastMs(read, repeated(length * 4));
    // The collector of garbage may have come between.
    for (let again = 0; again < 3 && four > 10 * once + 20; again++) four = await leastMs(read, repeated(length * 4));
    expect({ length, once, four, tooSlow: four > 10 * once + 20 }).toMatchObject({ tooSlow: false });
  });
});
