import { jsonPlace } from "../host/json-place.ts";
import { message, type Said } from "../text/message.ts";
import { excerpt } from "../text/plain.ts";

/** One JSON document found in a file, or a piece that should have been one. */
export interface Piece {
  /** What stood before each of its lines: a host name (pdsh, clush) or the number of a task (srun --label). */
  readonly label: string | null;
  /** Line where it begins, 1-based. */
  readonly line: number;
  readonly content: { readonly ok: true; readonly document: unknown } | { readonly ok: false; readonly reason: Said };
}

interface OpenDocument {
  readonly line: number;
  readonly lines: string[];
  length: number;
}

/** Characters of one report; a real one has about 20,000. */
const longest = 16 * 1024 * 1024;

const texts = {
  empty: message("empty", "空文件"),
  noReport: message("no report in it; it begins with {text}", "其中没有报告；开头是 {text}"),
  cut: message("cut short: the report that begins here does not end", "不完整：从此处开始的报告没有结尾"),
  tooLong: message("longer than {mib} MiB", "超过 {mib} MiB"),
  noJson: message("line {line}, column {column}: no JSON: {found}", "第 {line} 行第 {column} 列不是 JSON：{found}"),
};

/**
 * Finds the JSON documents in lines as they come: one per line, several lines each (indented, so that the braces at the
 * margin enclose a document), and either of them behind a label, in which case the documents may be interleaved. Other
 * lines around documents, such as messages of srun, are passed over. Holds no more than the documents that are open.
 */
export class Documents {
  private readonly open = new Map<string | null, OpenDocument>();
  private number = 0;
  private found = 0;
  private firstNoise: string | null = null;

  constructor(private readonly emit: (piece: Piece) => void) {}

  line(raw: string): void {
    this.number++;
    const line = this.number === 1 ? raw.replace(/^\ufeff/, "") : raw;
    const { label, rest } = splitLabel(line);
    // A message that happens to look labelled, within a document that has no labels.
    if (label !== null && !rest.startsWith("{") && !this.open.has(label)) this.unlabelled(line);
    else this.take(label, rest);
  }

  /** Says what was left open, or that nothing was found. */
  end(): void {
    for (const [label, { line, lines }] of this.open) this.unfinished(label, line, lines);
    this.open.clear();
    if (this.found > 0) return;
    const reason = this.firstNoise === null ? texts.empty() : texts.noReport({ text: JSON.stringify(this.firstNoise) });
    this.emit({ label: null, line: 1, content: { ok: false, reason } });
  }

  private unlabelled(line: string): void {
    if (this.open.has(null)) this.take(null, line);
    else this.noise(line);
  }

  private take(label: string | null, text: string): void {
    const open = this.open.get(label);
    const begins = text.startsWith("{");
    if (open !== undefined && begins) {
      this.open.delete(label);
      this.unfinished(label, open.line, open.lines);
    } else if (open !== undefined) {
      this.continueDocument(label, open, text);
      return;
    }
    if (!begins) this.noise(text);
    else if (text.trimEnd().endsWith("}")) this.finish(label, this.number, text);
    else this.open.set(label, { line: this.number, lines: [text], length: text.length });
  }

  private continueDocument(label: string | null, open: OpenDocument, text: string): void {
    open.lines.push(text);
    open.length += text.length + 1;
    if (text.startsWith("}")) {
      this.open.delete(label);
      this.finish(label, open.line, open.lines.join("\n"));
    } else if (open.length > longest) {
      this.open.delete(label);
      this.reject(label, open.line, texts.tooLong({ mib: longest / 1024 / 1024 }));
    }
  }

  private finish(label: string | null, line: number, text: string): void {
    const parsed = parse(text);
    if (parsed === undefined) this.reject(label, line, whereBroken(text, line));
    else {
      this.found++;
      this.emit({ label, line, content: { ok: true, document: parsed } });
    }
  }

  /** One that lacks its end may still be JSON with another layout. */
  private unfinished(label: string | null, line: number, lines: readonly string[]): void {
    const text = lines.join("\n");
    if (parse(text) !== undefined) this.finish(label, line, text);
    else this.reject(label, line, lines.length === 1 ? whereBroken(text, line) : texts.cut());
  }

  private reject(label: string | null, line: number, reason: Said): void {
    this.found++;
    this.emit({ label, line, content: { ok: false, reason } });
  }

  private noise(text: string): void {
    if (text.trim() !== "") this.firstNoise ??= excerpt(text, 1, 60);
  }
}

/** All documents of a text: the whole of it where it is one, a list's entries, or what its lines hold. */
export function documentsOf(text: string, emit: (piece: Piece) => void): void {
  const whole = parse(text);
  if (whole !== undefined) {
    const list = Array.isArray(whole) && whole.length > 0 ? whole : [whole];
    for (const document of list) emit({ label: null, line: 1, content: { ok: true, document } });
    return;
  }
  const documents = new Documents(emit);
  for (const line of text.split("\n")) documents.line(line);
  documents.end();
}

/** Labels begin with a letter or digit, lines of indented JSON with a brace, a bracket, a quote or blanks and these. */
const labelled = /^ {0,8}([A-Za-z0-9][\w.@-]{0,254}):(?: |\t|$)/;

function splitLabel(line: string): { readonly label: string | null; readonly rest: string } {
  const match = labelled.exec(line);
  return match?.[1] === undefined
    ? { label: null, rest: line }
    : { label: match[1], rest: line.slice(match[0].length) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

function whereBroken(text: string, firstLine: number): Said {
  const { line, column, found } = jsonPlace(text);
  return texts.noJson({ line: firstLine + line - 1, column, found });
}
