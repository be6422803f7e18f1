/**
 * Host names in the short form of Slurm and ClusterShell, `node[001-003,007]`.
 * https://slurm.schedmd.com/scontrol.html (hostlist expressions)
 */
import { message, type Said } from "../text/message.ts";

const texts = {
  many: message("{word}: more than {most} names", "{word}：超过 {most} 个名称"),
  bracket: message("{word}: a bracket without its other half", "{word}：方括号不成对"),
  noRange: message(
    '{word}: "{range}" is no number or range such as 01-16',
    '{word}："{range}" 不是数字，也不是 01-16 这样的范围',
  ),
  backwards: message('{word}: the range "{range}" runs backwards', '{word}：范围 "{range}" 的起止颠倒'),
};

/** A list of names that cannot be read. */
export class NamesError extends RangeError {
  override readonly name = "NamesError";
  constructor(readonly said: Said) {
    super(said.en);
  }
}

interface Numbered {
  readonly prefix: string;
  readonly suffix: string;
  readonly width: number;
  readonly numbers: number[];
}

/** Names that differ in their last number only, folded together; sorted, without repetition. */
export function foldNames(names: readonly string[]): string {
  const groups = new Map<string, Numbered>();
  const single: string[] = [];
  for (const name of new Set(names)) {
    const match = /^(.*?)(\d{1,15})(\D*)$/.exec(name);
    const [, prefix, digits, suffix] = match ?? [];
    // A comma or bracket of a name would change what the list means.
    if (prefix === undefined || digits === undefined || suffix === undefined || /[[\],]/.test(name)) {
      single.push(name);
      continue;
    }
    const key = JSON.stringify([prefix, suffix, digits.length]);
    const group = groups.get(key) ?? { prefix, suffix, width: digits.length, numbers: [] };
    group.numbers.push(Number(digits));
    groups.set(key, group);
  }
  return [...single, ...[...groups.values()].map(written)].sort(byName).join(",");
}

function written({ prefix, suffix, width, numbers }: Numbered): string {
  const padded = (n: number): string => String(n).padStart(width, "0");
  const ranges: string[] = [];
  numbers.sort((a, b) => a - b);
  for (let at = 0; at < numbers.length; ) {
    const first = numbers[at] ?? 0;
    let last = first;
    while (numbers[++at] === last + 1) last++;
    ranges.push(first === last ? padded(first) : `${padded(first)}-${padded(last)}`);
  }
  const only = numbers.length === 1;
  return `${prefix}${only ? ranges[0] : `[${ranges.join(",")}]`}${suffix}`;
}

/** node2 before node10. */
export const byName = new Intl.Collator("en", { numeric: true }).compare;

/** More names than any cluster has; a typing error such as [1-999999999] must not fill the memory. */
const mostNames = 1_000_000;

/** A comma within brackets belongs to the ranges and ends no name. */
const words = /(?:\[[^[\]]*\]|[^\s,[\]]|[[\]])+/g;

/**
 * The names of a list: separated by commas, blanks or newlines, with ranges in brackets; `#` begins a comment.
 * @throws NamesError with the part of the list that cannot be read.
 */
export function unfoldNames(list: string): string[] {
  const names = new Set<string>();
  for (const line of list.split("\n")) {
    for (const [word] of line.replace(/#.*/, "").matchAll(words)) {
      for (const name of unfoldWord(word)) names.add(name);
      if (names.size > mostNames) throw new NamesError(texts.many({ word, most: mostNames }));
    }
  }
  return [...names];
}

function unfoldWord(word: string): string[] {
  let unfolded = [""];
  for (const [part, ranges] of word.matchAll(/\[([^[\]]*)\]|[^[\]]+|[[\]]/g)) {
    if (part === "[" || part === "]") throw new NamesError(texts.bracket({ word }));
    const ends = ranges === undefined ? [part] : ranges.split(",").flatMap((range) => unfoldRange(range, word));
    if (unfolded.length * ends.length > mostNames) throw new NamesError(texts.many({ word, most: mostNames }));
    unfolded = unfolded.flatMap((before) => ends.map((end) => before + end));
  }
  return unfolded;
}

function unfoldRange(range: string, word: string): string[] {
  const match = /^\s*(\d{1,15})(?:-(\d{1,15}))?\s*$/.exec(range);
  if (match?.[1] === undefined) throw new NamesError(texts.noRange({ word, range }));
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (to < from) throw new NamesError(texts.backwards({ word, range }));
  if (to - from >= mostNames) throw new NamesError(texts.many({ word, most: mostNames }));
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(match[1]?.length ?? 0, "0"));
}
