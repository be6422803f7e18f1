/** Completes the short description of a test machine into a full recording; the format is told in machine.ts. */
import type {
  FileStat,
  FileSystemSpace,
  HostIdentity,
  Inventory,
  Platform,
  RunResult,
  Trouble,
} from "../../src/host/host.ts";
import type { RecordedTrouble, Recording } from "../../src/host/recording.ts";
import { Tree } from "./tree.ts";

type Text = string | readonly string[];
export type ShortTrouble = { readonly trouble: Trouble; readonly message?: string };
export type Table<T> = Readonly<Record<string, T | null>>;

interface ShortCommand {
  readonly stdout?: Text;
  readonly stderr?: Text;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  readonly outcome?: RunResult["outcome"];
  readonly truncated?: boolean;
  readonly durationMs?: number;
}

export interface ShortStat {
  readonly kind?: FileStat["kind"];
  /** Octal, "0666". */
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly device?: string | null;
  readonly readable?: boolean;
  readonly writable?: boolean;
}

export interface Description {
  readonly about?: string;
  readonly extends?: string;
  readonly identity?: Partial<HostIdentity>;
  readonly env?: Table<string>;
  readonly commands?: Table<Text | ShortCommand>;
  readonly files?: Table<Text | { readonly base64: string } | ShortTrouble>;
  readonly folders?: Table<readonly string[] | ShortTrouble>;
  readonly stats?: Table<ShortStat | ShortTrouble>;
  readonly realPaths?: Table<string | ShortTrouble>;
  readonly spaces?: Table<FileSystemSpace | ShortTrouble>;
  readonly inventory?: Inventory | ShortTrouble | null;
}

const fields = "about extends identity env commands files folders stats realPaths spaces inventory".split(" ");

const defaults: Readonly<
  Record<Platform, { identity: HostIdentity; env: Readonly<Record<string, string>>; space: string }>
> = {
  linux: {
    identity: {
      platform: "linux",
      arch: "x64",
      release: "6.1.0-28-amd64",
      cwd: "/home/user/project",
      home: "/home/user",
      uid: 1000,
      gids: [1000],
      availableParallelism: 8,
      totalMemoryBytes: 34_359_738_368,
      node: { version: "20.20.2", napi: "9", execPath: "/usr/bin/node" },
    },
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: "/home/user",
      LANG: "en_US.UTF-8",
    },
    space: "/",
  },
  win32: {
    identity: {
      platform: "win32",
      arch: "x64",
      release: "10.0.22631",
      cwd: "C:\\Users\\user\\project",
      home: "C:\\Users\\user",
      uid: null,
      gids: [],
      availableParallelism: 8,
      totalMemoryBytes: 34_359_738_368,
      node: { version: "20.20.2", napi: "9", execPath: "C:\\Program Files\\nodejs\\node.exe" },
    },
    env: {
      Path: "C:\\Windows\\system32;C:\\Windows;C:\\Program Files\\nodejs",
      PATHEXT: ".COM;.EXE;.BAT;.CMD",
      SystemRoot: "C:\\Windows",
      USERPROFILE: "C:\\Users\\user",
      APPDATA: "C:\\Users\\user\\AppData\\Roaming",
      LOCALAPPDATA: "C:\\Users\\user\\AppData\\Local",
      ProgramFiles: "C:\\Program Files",
      "ProgramFiles(x86)": "C:\\Program Files (x86)",
    },
    space: "C:\\",
  },
  darwin: {
    identity: {
      platform: "darwin",
      arch: "arm64",
      release: "24.1.0",
      cwd: "/Users/user/project",
      home: "/Users/user",
      uid: 501,
      gids: [20],
      availableParallelism: 10,
      totalMemoryBytes: 34_359_738_368,
      node: { version: "20.20.2", napi: "9", execPath: "/opt/homebrew/bin/node" },
    },
    env: {
      PATH: "/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      HOME: "/Users/user",
      LANG: "en_US.UTF-8",
    },
    space: "/",
  },
};

/** `over` merged into `base` key by key; null takes an entry out, lists and texts replace. */
export function merged(base: Description, over: Description): Description {
  return mergedValue(base, over) as Description;
}

function mergedValue(base: unknown, over: unknown): unknown {
  if (!isTable(base) || !isTable(over) || kindOf(base) !== kindOf(over)) return over;
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    result.set(key, result.has(key) ? mergedValue(result.get(key), value) : value);
  }
  return Object.fromEntries(result);
}

/** A trouble or base64 entry replaces another kind of entry as a whole, it is not mixed with it. */
function kindOf(table: object): string {
  return "trouble" in table ? "trouble" : "base64" in table ? "base64" : "table";
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The recording that a description without `extends` stands for. */
export function completed(description: Description): Recording {
  for (const field of Object.keys(description)) {
    if (!fields.includes(field)) throw new Error(`a test machine has no field "${field}"; it has ${fields.join(", ")}`);
  }
  const start = defaults[description.identity?.platform ?? "linux"];
  const identity: HostIdentity = { ...start.identity, ...description.identity };
  const home = identity.home === start.identity.home ? {} : homeEnv(identity);
  const tree = new Tree(identity);
  tree.fill(description);
  return {
    schemaVersion: 1,
    kind: "snapshot",
    tool: { name: "envdoctor", version: "0.0.0" },
    recordedAt: "2026-01-01T00:00:00.000Z",
    identity,
    env: Object.fromEntries(present(mergedEnv(identity.platform, { ...start.env, ...home }, description.env ?? {}))),
    commands: Object.fromEntries(
      present(description.commands).map(([key, command]) => [key, completeCommand(command)]),
    ),
    ...tree.tables(description.spaces ?? { [start.space]: { totalBytes: 1e12, freeBytes: 5e11 } }),
    inventory: description.inventory ? withMessage(description.inventory) : null,
  };
}

/** Names of Windows variables differ by more than their case. */
function mergedEnv(platform: Platform, base: Table<string>, over: Table<string>): Table<string> {
  if (platform !== "win32") return { ...base, ...over };
  const replaced = new Set(Object.keys(over).map((name) => name.toLowerCase()));
  const kept = Object.entries(base).filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...over };
}

function homeEnv(identity: HostIdentity): Readonly<Record<string, string>> {
  return identity.platform === "win32" ? { USERPROFILE: identity.home } : { HOME: identity.home };
}

export function present<T>(table: Table<T> | undefined): [string, T][] {
  return Object.entries(table ?? {}).filter((entry): entry is [string, T] => entry[1] !== null);
}

export function textOf(text: Text): string {
  return typeof text === "string" ? text : text.map((line) => `${line}\n`).join("");
}

function completeCommand(command: Text | ShortCommand): RunResult {
  const given: ShortCommand = typeof command === "string" || isLines(command) ? { stdout: command } : command;
  const outcome = given.outcome ?? "ended";
  return {
    outcome,
    exitCode: given.exitCode ?? (outcome === "ended" && !given.signal ? 0 : null),
    signal: given.signal ?? null,
    stdout: textOf(given.stdout ?? ""),
    stderr: textOf(given.stderr ?? ""),
    truncated: given.truncated ?? false,
    durationMs: given.durationMs ?? 1,
  };
}

export function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

const troubleMessages: Readonly<Record<Trouble, string>> = {
  missing: "no such file or folder",
  denied: "permission denied",
  timeout: "no answer in time",
  "too-large": "too large",
  failed: "input/output error",
};

export function withMessage<T extends object>(entry: T | ShortTrouble): T | RecordedTrouble {
  return isTrouble(entry)
    ? { trouble: entry.trouble, message: entry.message ?? troubleMessages[entry.trouble] }
    : entry;
}

export function isTrouble(entry: unknown): entry is ShortTrouble {
  return isTable(entry) && "trouble" in entry;
}
