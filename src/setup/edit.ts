/** Changes of text files as data, and the bytes that come of them. Pure: `files.ts` writes them. */

export type Edit =
  /** A block of lines between two marks; replaced where it is there, else put at the end; nothing where the lines stand in the file already. */
  | { readonly kind: "block"; readonly path: string; readonly name: string; readonly lines: readonly string[] }
  /** Settings of an ini file in the form that WSL reads; a value of null takes the setting out. */
  | { readonly kind: "settings"; readonly path: string; readonly changes: readonly Setting[]; readonly utf8?: true };

export interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: string | null;
}

/** The bytes of the file after the edit. Encoding, byte order mark and line ends stay what they are. */
export function edited(edit: Edit, before: Uint8Array | null): Uint8Array {
  const file = decode(before ?? new Uint8Array());
  const end = lineEnd(file.text, edit.path);
  const text = changed(edit, file.text, end);
  // WSL passes over a .wslconfig in UTF-16: then, and only then, is the encoding itself the fault.
  if (edit.kind === "settings" && edit.utf8) return Buffer.from(text, "utf8");
  return encode({ ...file, text });
}

function changed(edit: Edit, text: string, end: string): string {
  switch (edit.kind) {
    case "block":
      return withBlock(text, edit.name, edit.lines, end);
    case "settings":
      return edit.changes.reduce((now, change) => withSetting(now, change, end), text);
  }
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "latin1";

interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
  readonly mark: boolean;
}

/** Bytes that are no valid UTF-8 are taken for Latin-1, in which every byte stays what it is. */
function decode(bytes: Uint8Array): Decoded {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) {
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "utf-16le", mark: true };
  }
  if (first === 0xfe && second === 0xff) {
    return { text: new TextDecoder("utf-16be").decode(bytes), encoding: "utf-16be", mark: true };
  }
  if (first !== undefined && first !== 0 && second === 0) {
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "utf-16le", mark: false };
  }
  const mark = first === 0xef && second === 0xbb && third === 0xbf;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8", mark };
  } catch {
    return { text: Buffer.from(bytes).toString("latin1"), encoding: "latin1", mark: false };
  }
}

function encode({ text, encoding, mark }: Decoded): Uint8Array {
  if (encoding === "latin1") return Buffer.from(text, "latin1");
  const marked = mark ? `\ufeff${text}` : text;
  if (encoding === "utf-8") return Buffer.from(marked, "utf8");
  const bytes = Buffer.from(marked, "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
}

/** The line end that the file uses; a new file of Windows gets that of Windows. */
function lineEnd(text: string, path: string): string {
  if (text.includes("\n")) return text.includes("\r\n") ? "\r\n" : "\n";
  return /\.wslconfig$/.test(path) ? "\r\n" : "\n";
}

/** Lines with their ends, so that those which are not touched stay byte for byte. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

const closed = (lines: readonly string[], end: string): string[] =>
  lines.map((line, at) => (at === lines.length - 1 && !line.endsWith("\n") ? `${line}${end}` : line));

const opening = (name: string): string => `# >>> envdoctor: ${name} >>>`;
const closing = (name: string): string => `# <<< envdoctor: ${name} <<<`;

function withBlock(text: string, name: string, lines: readonly string[], end: string): string {
  const has = new Set(linesOf(text).map((line) => line.trim()));
  if (!has.has(opening(name)) && lines.every((line) => has.has(line.trim()))) return text;
  const own = [opening(name), ...lines, closing(name)].map((line) => `${line}${end}`);
  const all = linesOf(text);
  const from = all.findIndex((line) => line.trim() === opening(name));
  const to = all.findIndex((line, at) => at > from && line.trim() === closing(name));
  if (from >= 0 && to > from) return [...all.slice(0, from), ...own, ...all.slice(to + 1)].join("");
  return [...closed(all, end), ...own].join("");
}

const sectionOf = (line: string): string | undefined => /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase();
const keyOf = (line: string): string | undefined => /^\s*([A-Za-z0-9.]+)[ \t]*=/.exec(line)?.[1]?.toLowerCase();

function withSetting(text: string, { section, key, value }: Setting, end: string): string {
  const all = closed(linesOf(text), end);
  let current = "";
  let last = -1;
  for (const [at, line] of all.entries()) {
    current = sectionOf(line) ?? current;
    if (current !== section.toLowerCase()) continue;
    if (line.trim() !== "") last = at;
    if (keyOf(line) !== key.toLowerCase()) continue;
    // The first of equal keys counts, so this is the one to change.
    all[at] = value === null ? `# ${line}` : `${key}=${value}${end}`;
    if (value === null) continue;
    return all.join("");
  }
  if (value === null) return all.join("");
  if (last >= 0) return [...all.slice(0, last + 1), `${key}=${value}${end}`, ...all.slice(last + 1)].join("");
  const gap = all.length > 0 && all.at(-1)?.trim() !== "" ? [end] : [];
  return [...all, ...gap, `[${section}]${end}`, `${key}=${value}${end}`].join("");
}

/** What the edit changes, as lines that begin with "-", "+" or a blank; two lines of context. */
export function difference(before: Uint8Array | null, after: Uint8Array): string[] {
  const old = shown(before);
  const now = shown(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const room = Math.min(old.length, now.length) - head;
  while (tail < room && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  return [
    ...old.slice(Math.max(0, head - 2), head).map((line) => `  ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `- ${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+ ${line}`),
    ...now.slice(now.length - tail, now.length - tail + 2).map((line) => `  ${line}`),
  ];
}

function shown(bytes: Uint8Array | null): string[] {
  const lines = linesOf(decode(bytes ?? new Uint8Array()).text);
  return lines.map((line) => line.replace(/\r?\n$/, ""));
}
