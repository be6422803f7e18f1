/**
 * Takes off what a terminal, a log collector, a mail client or a web page put around the words of a pasted text, and
 * keeps the number of the line on which each word stood.
 */
export interface Line {
  /** 1-based, in the text as it was pasted. */
  readonly number: number;
  /** Without escapes, quotes, timestamps; white space at the end is off, indentation is kept. */
  readonly text: string;
  /** Columns of the line as it was pasted: a full one may go on in the next. */
  readonly width: number;
  /** It had a clock or a log's mark of its own, so it is not the rest of the line above. */
  readonly fresh: boolean;
}

/** A longer line says nothing that its beginning does not say; a bound keeps every search short. */
const longestLine = 4000;

/** CSI, OSC and other terminal sequences; also the CSI of which a mail or web form dropped the escape character. */
const escapes =
  /\x1b(?:\[[0-9:;<=>?]{0,40}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?|[@-Z\\^_]|[ -/]{0,4}[0-~])/g;
const bareColours = /(?:␛|\^\[|\\x1b|\\u001b|\\e|\\033)?\[(?:\d{1,3};){0,4}\d{1,3}m/g;
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]/g;
const entities: Readonly<Record<string, string>> = {
  "&gt;": ">",
  "&lt;": "<",
  "&quot;": '"',
  "&#39;": "'",
  "&#x27;": "'",
  "&apos;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};

/** A box of an issue form that was left open says what is not so. */
const unchosen = /^\s*\[ ?\] /;

/** What stands before the words: quotes, bullets, clocks, hosts, log collectors. Tried again until none is left. */
const prefixes: readonly RegExp[] = [
  /^\s*(?:>\s?)+/,
  /^\s*[-*•·]\s+(?=\S)/,
  // kernel clock, `dmesg -T`
  /^\s*<\d{1,3}>/,
  /^\s*\[\s*\d+\.\d{3,6}\](?:\s*\[\s*T\d+\])?\s?/,
  /^\s*\[?[A-Z][a-z]{2} [A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d(?: [A-Z]{3,4})?(?: \d{4})?\]?\s*/,
  // ISO 8601, Python logging, glog of TensorFlow ("2024-05-01 10:00:00.123456: W …")
  /^\s*[[(]?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[ ]?[+-]\d\d:?\d\d)?[\])]?(?:\s*[:-])?\s?/,
  // syslog and journalctl: "May  1 10:00:00 host "
  /^\s*[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)? (?!kernel:)[\w.*-]+(?: |$)/,
  /^\s*\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?\s+/,
  // Kubernetes (CRI) and docker compose
  /^(?:stdout|stderr) [FP] /,
  /^[\w.-]{1,60}\s+\| (?=\S)/,
  // ranks of torchrun, actors of Ray and vLLM
  /^\s*\[(?:default\d*|rank\s?\d+|\d+)\]\s*:\s?/,
  /^\s*\((?:[\w.]+ )?(?:pid=\d+|rank=\d+|[\w.]+ pid=\d+)(?:[^)]{0,80})?\)\s?/,
];

/** The lines of a text, clean. Text may come with any line ending, as UTF-16 read as bytes, or as letters set apart. */
export function normalise(text: string): Line[] {
  const lines: Line[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    // A progress bar rewrites its line: every state of it is a line of its own.
    for (const part of raw.split("\r")) {
      if (part === "" && raw !== "") continue;
      const line = lineOf(index + 1, part);
      for (const text of unfolded(line.text)) lines.push({ ...line, text });
    }
  }
  return lines;
}

/** A file quoted as one JSON string holds its line ends as \\n. */
function unfolded(line: string): string[] {
  return /"\w{1,40}": ?"[^"]{0,400}\\n/.test(line) ? line.split(/(?:\\r)?\\n|"(?=\}|, ")|": ?"/) : [line];
}

/** One line as it was pasted, clean. */
export function lineOf(number: number, raw: string): Line {
  let text = raw.length > longestLine ? raw.slice(0, longestLine) : raw;
  const plain = text.replace(escapes, "").replace(bareColours, "").replace(controls, "");
  text = unfoldJson(plain);
  const isJson = text !== plain;
  if (text.includes("&"))
    text = text.replace(/&(?:gt|lt|quot|#39|#x27|apos|nbsp|amp);/g, (found) => entities[found] ?? found);
  text = text
    .replace(/[\u2018\u2019\u201a\u2032\u00b4]/g, "'")
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/[\u00a0\u2007\u202f\u3000]/g, " ")
    .replace(/[\uff08\uff09]/g, (mark) => (mark === "\uff08" ? "(" : ")"))
    .replace(/\uff1a/g, ":");
  const { words, marked } = withoutPrefix(text);
  const clean = unchosen.test(words) ? "" : closeUp(words).trimEnd();
  return { number, text: clean, width: raw.length, fresh: marked || isJson };
}

function withoutPrefix(text: string): { words: string; marked: boolean } {
  let words = text;
  let marked = false;
  for (let round = 0; round < 4; round++) {
    const before = words;
    for (const [index, prefix] of prefixes.entries()) {
      const found = prefix.exec(words);
      if (!found) continue;
      words = words.slice(found[0].length);
      marked ||= index > 0;
    }
    if (words === before) break;
  }
  return { words, marked };
}

/** Docker's and Kubernetes' JSON log lines carry the words in a field. */
function unfoldJson(text: string): string {
  if (!/^\s*\{"/.test(text)) return text;
  try {
    const of: unknown = JSON.parse(text);
    if (of === null || typeof of !== "object") return text;
    for (const key of ["log", "message", "msg", "MESSAGE", "text"]) {
      const words = (of as Record<string, unknown>)[key];
      if (typeof words === "string") return words.replace(/\s*[\r\n]+\s*/g, " ").trimEnd();
    }
  } catch {
    // Not JSON after all: the line is what it is.
  }
  return text;
}

/** "W S L   v e r s i o n" is UTF-16 of which the NULs became blanks. */
function closeUp(text: string): string {
  const body = text.trim();
  if (body.length < 9 || !/^(?:\S |\s{2})+\S?$/.test(`${body}${body.length % 2 === 0 ? "" : " "}`)) return text;
  return body.replace(/(\S) (?=\S|$)/g, "$1").replace(/(\S) {2,3}(?=\S)/g, "$1 ");
}
