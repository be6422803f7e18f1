import type { Line } from "./normalise.ts";
import { inEnglish } from "./phrases.ts";

/** Where in the text something was found. */
export interface Place {
  /** 1-based line of the pasted text. */
  readonly line: number;
  readonly excerpt: string;
}

/** Text to search, with the way back from an offset to its line. */
interface View {
  readonly text: string;
  /** Offset in `text` at which each line begins. */
  readonly starts: readonly number[];
}

/**
 * A pasted text to be searched: as its lines stand, and with the lines joined that a terminal or a mail client may have
 * broken, once at blanks and once in the midst of a word. Runs of blanks count as one.
 */
export class Haystack {
  readonly lines: readonly Line[];
  readonly #views: readonly View[];

  constructor(lines: readonly Line[]) {
    this.lines = lines;
    const words = lines.map((line) => inEnglish(line.text.replace(/[ \t]+/g, " ").trim()));
    const views = [view(words, () => "\n")];
    const broken = words.map((word, i) => {
      const sentence = word.startsWith(driver) && !word.endsWith(".");
      return sentence || (!lines[i + 1]?.fresh && mayBeBroken(word, lines[i]?.width ?? 0));
    });
    if (broken.includes(true)) {
      const sentences = words.map((word, i) => (words[i - 1]?.startsWith(driver) ? word.replace(driver, "") : word));
      views.push(view(sentences, (i) => (broken[i] ? " " : "\n")));
      const full = (i: number) => broken[i] && !lines[i + 1]?.fresh && isFull(lines[i]?.width ?? 0);
      views.push(view(words, (i) => (full(i) ? "" : "\n")));
    }
    this.#views = views.filter((one, i) => i === 0 || one.text !== views[0]?.text);
  }

  has(pattern: RegExp): boolean {
    return this.#views.some((one) => one.text.search(pattern) >= 0);
  }

  /** The first match and its line. */
  find(pattern: RegExp): Place | null {
    for (const one of this.#views) {
      const offset = one.text.search(pattern);
      if (offset >= 0) return this.#place(one, offset);
    }
    return null;
  }

  /** The first match with its groups. */
  match(pattern: RegExp): RegExpExecArray | null {
    for (const one of this.#views) {
      const found = new RegExp(pattern.source, pattern.flags.replace("g", "")).exec(one.text);
      if (found) return found;
    }
    return null;
  }

  #place(of: View, offset: number): Place {
    let low = 0;
    let high = of.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((of.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const line = this.lines[low];
    return { line: line?.number ?? 1, excerpt: shorten(line?.text.trim() ?? "") };
  }
}

/** NVIDIA's kernel module breaks its sentences and begins each line of them so. */
const driver = "NVRM: ";

/** A line that ran into the edge of something is at least half a terminal wide. */
function mayBeBroken(word: string, width: number): boolean {
  return word !== "" && (word.length >= 40 || width >= 70) && word.length <= 240;
}

/** No terminal is narrower than this; colours and clocks that were taken off count. */
function isFull(width: number): boolean {
  return width >= 70 && width <= 400;
}

function view(words: readonly string[], separator: (index: number) => string): View {
  const starts: number[] = [];
  const parts: string[] = [];
  let length = 0;
  for (const [i, word] of words.entries()) {
    starts.push(length);
    const end = words[i + 1] ? separator(i) : "\n";
    parts.push(word, end);
    length += word.length + end.length;
  }
  return { text: parts.join(""), starts };
}

export function shorten(text: string, columns = 200): string {
  return text.length > columns ? `${text.slice(0, columns - 1)}…` : text;
}
