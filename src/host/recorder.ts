import { version } from "../version.ts";
import { decodeFile } from "./decode.ts";
import type { Answer, FileStat, FileSystemSpace, Host, Inventory, RunResult } from "./host.ts";
import { commandKey, type RecordedTrouble, type Recording } from "./recording.ts";
import { scriptsFolder, withoutScriptsFolder } from "./scripts.ts";

export interface RecorderOptions {
  /** Folder that command keys write as `{scripts}`. Default: that of this package. */
  readonly scriptsFolder?: string;
}

type Content = string | { readonly base64: string } | RecordedTrouble;

/**
 * A host that asks `inner` and notes each question with its answer; of one question asked twice the last answer counts.
 * `recording()` holds everything as it was said: give it to `redact` before it leaves the machine.
 */
export function recordingHost(inner: Host, options: RecorderOptions = {}): { host: Host; recording: () => Recording } {
  const folder = options.scriptsFolder ?? scriptsFolder();
  const startedAt = new Date().toISOString();
  const commands = new Map<string, RunResult>();
  const files = new Map<string, Content>();
  const folders = new Map<string, readonly string[] | RecordedTrouble>();
  const stats = new Map<string, FileStat | RecordedTrouble>();
  const realPaths = new Map<string, string | RecordedTrouble>();
  const spaces = new Map<string, FileSystemSpace | RecordedTrouble>();
  let inventory: Inventory | RecordedTrouble | null = null;

  const host: Host = {
    identity: inner.identity,
    env: inner.env,
    async run(argv, runOptions) {
      const result = await inner.run(argv, runOptions);
      commands.set(commandKey(withoutScriptsFolder(argv, folder)), result);
      return result;
    },
    async readFile(path, readOptions) {
      const read = await inner.readFile(path, readOptions);
      files.set(path, contentOf(files.get(path), noted(read)));
      return read;
    },
    async readBytes(path, maxBytes) {
      const read = await inner.readBytes(path, maxBytes);
      const content: Content = read.ok
        ? { base64: Buffer.from(read.value).toString("base64") }
        : { trouble: read.trouble, message: read.message };
      files.set(path, contentOf(files.get(path), content));
      return read;
    },
    listFolder: (path) => note(folders, path, inner.listFolder(path)),
    stat: (path) => note(stats, path, inner.stat(path)),
    realPath: (path) => note(realPaths, path, inner.realPath(path)),
    space: (path) => note(spaces, path, inner.space(path)),
    async inventory() {
      const taken = await inner.inventory();
      inventory = noted(taken);
      return taken;
    },
  };

  const recording = (): Recording => ({
    schemaVersion: 1,
    kind: "snapshot",
    tool: { name: "envdoctor", version },
    recordedAt: startedAt,
    identity: inner.identity,
    env: Object.fromEntries(
      Object.entries(inner.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    commands: Object.fromEntries(commands),
    files: Object.fromEntries(files),
    folders: Object.fromEntries(folders),
    stats: Object.fromEntries(stats),
    realPaths: Object.fromEntries(realPaths),
    spaces: Object.fromEntries(spaces),
    inventory,
  });
  return { host, recording };
}

function noted<T>(answer: Answer<T>): T | RecordedTrouble {
  return answer.ok ? answer.value : { trouble: answer.trouble, message: answer.message };
}

async function note<T>(
  table: Map<string, T | RecordedTrouble>,
  path: string,
  asked: Promise<Answer<T>>,
): Promise<Answer<T>> {
  const answer = await asked;
  table.set(path, noted(answer));
  return answer;
}

/**
 * One file may be asked for as text and as bytes, and has one entry: the text where its UTF-8 begins with those bytes,
 * the bytes where they hold the whole text (a byte order mark, UTF-16), the longer of two readings of bytes.
 */
function contentOf(before: Content | undefined, now: Content): Content {
  if (before === undefined || isTrouble(before)) return now;
  if (isTrouble(now)) return before;
  if (typeof now === "string" && typeof before === "string") return now;
  if (typeof now === "string" || typeof before === "string") {
    const text = typeof now === "string" ? now : String(before);
    const bytes = bytesOf(typeof now === "string" ? before : now);
    const inText = Buffer.from(text).subarray(0, bytes.length).equals(bytes);
    return !inText && decodeFile(bytes) === text ? { base64: bytes.toString("base64") } : text;
  }
  return bytesOf(now).length >= bytesOf(before).length ? now : before;
}

function isTrouble(content: Content): content is RecordedTrouble {
  return typeof content === "object" && "trouble" in content;
}

function bytesOf(content: Content): Buffer {
  return typeof content === "object" && "base64" in content ? Buffer.from(content.base64, "base64") : Buffer.alloc(0);
}
