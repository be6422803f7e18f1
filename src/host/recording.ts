import type { Look } from "../facts/probe.ts";
import type { FileStat, FileSystemSpace, HostIdentity, Inventory, RunResult, Trouble } from "./host.ts";

/** Why a question got no answer, as it is written in a recording. */
export interface RecordedTrouble {
  readonly trouble: Trouble;
  readonly message: string;
}

/**
 * All that a host was asked and what it answered: a snapshot of a machine, and the form in which tests describe one.
 * Command keys are `commandKey(argv)`; paths of envdoctor's own Python programs are written `{scripts}/name.py`.
 */
export interface Recording {
  readonly schemaVersion: 1;
  readonly kind: "snapshot";
  readonly tool: { readonly name: "envdoctor"; readonly version: string };
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  readonly identity: HostIdentity;
  readonly env: Readonly<Record<string, string>>;
  readonly commands: Readonly<Record<string, RunResult>>;
  /** Text of a file, its bytes as base64, or why it could not be read. */
  readonly files: Readonly<Record<string, string | { readonly base64: string } | RecordedTrouble>>;
  readonly folders: Readonly<Record<string, readonly string[] | RecordedTrouble>>;
  readonly stats: Readonly<Record<string, FileStat | RecordedTrouble>>;
  readonly realPaths: Readonly<Record<string, string | RecordedTrouble>>;
  readonly spaces: Readonly<Record<string, FileSystemSpace | RecordedTrouble>>;
  readonly inventory: Inventory | RecordedTrouble | null;
  /** What the probes were told to look at (--python, --data), so that a replay asks the same. */
  readonly look?: Look;
  /** What was taken out when this was written, by kind: {"user": 3, "token": 1}. */
  readonly redacted?: Readonly<Record<string, number>>;
}

/** The key of a command in a recording: argv joined by spaces, arguments with spaces or quotes as JSON strings. */
export function commandKey(argv: readonly string[]): string {
  return argv.map((word) => (/^[^\s"\\]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}

/** The words of a key made by `commandKey`. */
export function commandWords(key: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < key.length; ) {
    const end = key[at] === '"' ? endOfString(key, at) : key.indexOf(" ", at);
    const word = key.slice(at, end < 0 ? key.length : end);
    if (word !== "") words.push(word.startsWith('"') ? unquoted(word) : word);
    at += word.length + 1;
  }
  return words;
}

/** Where the JSON string that begins at `start` is over; -1 where it is not. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return -1;
}

/** A key that somebody wrote by hand may hold what is no JSON string. */
function unquoted(word: string): string {
  try {
    return String(JSON.parse(word));
  } catch {
    return word;
  }
}
