import type { Language } from "../../src/text/message.ts";

/**
 * Which part of a report is in the wrong language.
 *
 * An English sentence is a run of three or more ordinary words, with nothing but blanks or commas between them, of which
 * one is a function word (the, is, not, of …): names such as "NVIDIA GeForce RTX" or "Debian GNU/Linux" have none. What
 * a person types or reads elsewhere is no sentence of ours: code in backticks or <code>, options, paths, addresses, text
 * in quotes; and what the machine said is taken out before, word by word as it was quoted.
 */
const functionWords = new Set(
  (
    "a an the this that these those it its he they them there here is are was were be been being am do does did has have " +
    "had can could may might must shall should will would not no nor and or but if then than so as at by for from in into " +
    "of on onto out over to under up with without within what which who whose why how when where while until after " +
    "before because such only also too very more most less every each any some all none nothing one other another"
  ).split(" "),
);

const exempt: readonly RegExp[] = [
  /`[^`\n]*`/g,
  /<(code|pre|style|script|svg)\b[^>]*>[\s\S]*?<\/\1>/g,
  /<[^>]*>/g,
  /"[^"\n]{0,200}"|“[^”\n]{0,200}”|'[^'\n]{0,200}'/g,
  /https?:\/\/\S+/g,
  /\benvdoctor(?: [a-z-]+)+/g,
  /(?:^|(?<=[\s(（：，、]))(?:[~.]{0,2}\/|[A-Z]:\\|\\\\)[^\s，。；：）、]*/g,
  /(?:^|(?<=[\s(（：，、]))--?[a-z][\w-]*/g,
];

/** Names and settings in the words of those who made them, and what well-known programs print. */
const names = [
  "No such file or directory",
  "Windows Subsystem for Linux",
  "Above 4G Decoding",
  "Virtual Machine Platform",
  "Open Kernel Modules",
  "Compute Unified Device Architecture",
  "Windows Features",
  "Turn Windows features on or off",
  "CUDA on WSL",
  "DirectML on WSL",
  "NVIDIA Container Toolkit",
];

const han = /\p{Script=Han}|[，。；：（）、！？「」《》]/u;

/** The text where it is no part of longer words. */
function whole(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![A-Za-z])${escaped}(?![A-Za-z])`, "g");
}

function withoutQuotes(text: string, quoted: readonly string[]): string {
  let rest = text;
  for (const part of [...quoted, ...names].filter((each) => each.length > 2).sort((a, b) => b.length - a.length)) {
    if (rest.includes(part)) rest = rest.replace(whole(part), " · ");
  }
  return exempt.reduce((left, pattern) => left.replace(pattern, " · "), rest);
}

/** English sentences in a Chinese text, without what is `quoted` in it. */
export function englishIn(text: string, quoted: readonly string[] = []): string[] {
  const runs =
    withoutQuotes(text, quoted).match(/(?<![A-Za-z])[A-Za-z][a-z'’]*(?:,? [A-Za-z][a-z'’]*)+(?![A-Za-z])/g) ?? [];
  return runs.filter((run) => {
    const words = run.split(/,? /);
    return words.length >= 3 && words.some((word) => functionWords.has(word.toLowerCase()));
  });
}

/** Lines with Chinese in an English text, without what is `quoted` in it. */
export function chineseIn(text: string, quoted: readonly string[] = []): string[] {
  return withoutQuotes(text, quoted)
    .split("\n")
    .filter((line) => han.test(line));
}

/** Western marks where Chinese has its own: after a Chinese character, or a bracket beside one. */
function westernMarksIn(text: string, quoted: readonly string[] = []): string[] {
  return withoutQuotes(text, quoted)
    .split("\n")
    .flatMap((line) => {
      const at = line.search(westernMarks);
      return at === -1 ? [] : [line.slice(Math.max(0, at - 20), at + 20).trim()];
    });
}

const westernMarks =
  /\p{Script=Han}[,;!?](?!\d)|\p{Script=Han}:(?:\s|\p{Script=Han}|$)|\p{Script=Han}\.(?:\s|$)|\p{Script=Han} ?\((?!\))|\)(?=\p{Script=Han})/u;

/** What of a text is not in its language. */
export function foreignIn(language: Language, text: string, quoted: readonly string[] = []): string[] {
  return language === "zh" ? [...englishIn(text, quoted), ...westernMarksIn(text, quoted)] : chineseIn(text, quoted);
}
