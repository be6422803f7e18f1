import { posix, win32 } from "node:path";
import { decodeFile } from "./decode.ts";
import type { Answer, FileStat, FileSystemSpace, Host, Platform, RunResult, Trouble } from "./host.ts";
import { commandKey, type RecordedTrouble, type Recording } from "./recording.ts";
import { scriptsFolder, withoutScriptsFolder } from "./scripts.ts";

export interface ReplayOptions {
  /** Folder of the package's Python programs, written `{scripts}` in command keys. Default: that of this package. */
  readonly scriptsFolder?: string;
  /**
   * What a question gets that the recording does not answer: `failed` for a snapshot, where nobody knows; `missing` for
   * a composed test machine, where what is not described does not exist.
   */
  readonly unrecorded?: "failed" | "missing";
}

type Entry<T> = T | RecordedTrouble;

const defaultMaxBytes = 1024 * 1024;

/** A host that answers from a recording alone; the machine it runs on is never asked. */
export function recordedHost(recording: Recording, options: ReplayOptions = {}): Host {
  const unrecorded = options.unrecorded ?? "failed";
  const folder = options.scriptsFolder ?? scriptsFolder();
  const { identity } = recording;
  const paths = pathKeys(identity.platform, identity.cwd);
  const commands = new Map(Object.entries(recording.commands));
  const files = pathTable<string | { readonly base64: string }>(recording.files, paths);
  const folders = pathTable<readonly string[]>(recording.folders, paths);
  const stats = pathTable<FileStat>(recording.stats, paths);
  const realPaths = pathTable<string>(recording.realPaths, paths);
  const spaces = pathTable<FileSystemSpace>(recording.spaces, paths);
  const nothing = trouble(unrecorded, unrecorded === "failed" ? "not in the snapshot" : "no such file or folder");

  function answer<T>(entry: Entry<T> | undefined): Answer<T> {
    if (entry === undefined) return nothing;
    return isTrouble(entry) ? trouble(entry.trouble, entry.message) : { ok: true, value: entry };
  }

  return {
    identity,
    env: identity.platform === "win32" ? anyCase(recording.env) : recording.env,
    async run(argv) {
      const known = commands.get(commandKey(withoutScriptsFolder(argv, folder)));
      return known ?? notRun(unrecorded);
    },
    async readFile(path, { maxBytes = defaultMaxBytes } = {}) {
      const read = answer(files(path));
      if (!read.ok) return read;
      const text = typeof read.value === "string" ? read.value : decodeFile(bytesOf(read.value));
      return bytesOf(read.value).length > maxBytes
        ? trouble("too-large", `longer than ${maxBytes} bytes`)
        : { ok: true, value: text };
    },
    async readBytes(path, maxBytes) {
      const read = answer(files(path));
      return read.ok ? { ok: true, value: new Uint8Array(bytesOf(read.value).subarray(0, maxBytes)) } : read;
    },
    listFolder: async (path) => answer(folders(path)),
    stat: async (path) => answer(stats(path)),
    realPath: async (path) => answer(realPaths(path)),
    space: async (path) => answer(spaces(path)),
    inventory: async () => answer(recording.inventory ?? undefined),
  };
}

/** Windows finds a variable whatever the case of its name; the recording of one must too. */
function anyCase(env: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> {
  const names = new Map(Object.keys(env).map((name) => [name.toLowerCase(), name]));
  const spelt = (name: string | symbol) => (typeof name === "string" ? (names.get(name.toLowerCase()) ?? name) : name);
  return new Proxy(env, {
    get: (target, name) => Reflect.get(target, spelt(name)),
    has: (target, name) => Reflect.has(target, spelt(name)),
  });
}

function trouble(kind: Trouble, message: string): { readonly ok: false } & RecordedTrouble {
  return { ok: false, trouble: kind, message };
}

function isTrouble<T>(entry: Entry<T>): entry is RecordedTrouble {
  return typeof entry === "object" && entry !== null && "trouble" in entry;
}

function bytesOf(content: string | { readonly base64: string }): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content.base64, "base64");
}

function notRun(outcome: "failed" | "missing"): RunResult {
  const stderr = outcome === "failed" ? "not in the snapshot" : "";
  return { outcome, exitCode: null, signal: null, stdout: "", stderr, truncated: false, durationMs: 0 };
}

/** A look-up by path: as it was asked first, then by the one spelling that all spellings of the path share. */
function pathTable<T>(
  entries: Readonly<Record<string, Entry<T>>>,
  key: (path: string) => string,
): (path: string) => Entry<T> | undefined {
  const asked = new Map(Object.entries(entries));
  const spelt = new Map(Object.entries(entries).map(([path, entry]) => [key(path), entry]));
  return (path) => asked.get(path) ?? spelt.get(key(path));
}

/** Spellings of one path get one key. The working folder is the recorded one; on Windows case does not count. */
function pathKeys(platform: Platform, cwd: string): (path: string) => string {
  if (platform === "win32") {
    return (path) => withoutEndingSlash(win32.normalize(join(win32, cwd, path)), "\\").toLowerCase();
  }
  return (path) => withoutEndingSlash(posix.normalize(join(posix, cwd, path)), "/");
}

function join(style: typeof posix, cwd: string, path: string): string {
  return style.isAbsolute(path) ? path : style.join(cwd, path);
}

function withoutEndingSlash(path: string, slash: string): string {
  return path.length > 1 && path.endsWith(slash) && !path.endsWith(`:${slash}`) ? path.slice(0, -1) : path;
}
