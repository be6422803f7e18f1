/**
 * The form in which a snapshot is written. What a recording repeats is said once: nearly all that is asked of a machine
 * is not there, links mostly lead nowhere else, and most programs end well. What it says first is for people: what is
 * in it, and what was taken out.
 */
import type { FileStat, RunResult } from "./host.ts";
import type { RecordedTrouble, Recording } from "./recording.ts";

/** Version 1 was the bare recording. */
export const newestSnapshot = 2;

/** For whoever is handed the file, before the rest of it. */
export interface Manifest {
  readonly about: string;
  /** Questions by kind. */
  readonly asked: Readonly<
    Record<"commands" | "files" | "folders" | "stats" | "links" | "spaces" | "variables", number>
  >;
  /** Programs that ran, files and variables whose content is here. */
  readonly commands: readonly string[];
  readonly files: readonly string[];
  readonly variables: readonly string[];
  /** How many different ones of a kind were replaced by placeholders or left out: {"user": 1, "environment": 26}. */
  readonly removed: Readonly<Record<string, number>>;
}

type Tables = "files" | "folders" | "stats" | "realPaths" | "spaces";

/** One reason why many questions got no answer. */
interface Refusals {
  readonly table: Tables;
  readonly trouble: RecordedTrouble["trouble"];
  /** The message in the parts between which the path stands that was asked for. */
  readonly message: readonly string[];
  readonly paths: readonly string[];
}

/** What is left out is as of a program that ended with 0 and printed nothing more. */
type ShortRun = Partial<RunResult>;

export interface SnapshotFile extends Omit<Recording, "schemaVersion" | "redacted" | "commands" | "stats"> {
  readonly schemaVersion: typeof newestSnapshot;
  readonly manifest: Manifest;
  readonly commands: Readonly<Record<string, ShortRun>>;
  /** Kind, permission bits, owner and group, size, what this process may, and the numbers of a device. */
  readonly stats: Readonly<Record<string, string | RecordedTrouble>>;
  readonly refusals: readonly Refusals[];
  /** Paths that lead to themselves. */
  readonly noLinks: readonly string[];
}

const usual: RunResult = {
  outcome: "ended",
  exitCode: 0,
  signal: null,
  stdout: "",
  stderr: "",
  truncated: false,
  durationMs: 0,
};
const notStarted: Partial<RunResult> = { exitCode: null };

export function packed(recording: Recording): SnapshotFile {
  const {
    schemaVersion: _,
    kind,
    tool,
    recordedAt,
    identity,
    env,
    look,
    redacted = {},
    inventory,
    ...tables
  } = recording;
  const refusals = new Map<string, Refusals & { readonly paths: string[] }>();
  const answered = <T>(table: Tables, entries: Readonly<Record<string, T | RecordedTrouble>>): Record<string, T> => {
    const left: [string, T][] = [];
    for (const [path, entry] of Object.entries(entries)) {
      if (!isTrouble(entry)) {
        left.push([path, entry]);
        continue;
      }
      const message = entry.message.split(path);
      const key = JSON.stringify([table, entry.trouble, message]);
      const known = refusals.get(key) ?? { table, trouble: entry.trouble, message, paths: [] };
      known.paths.push(path);
      refusals.set(key, known);
    }
    return Object.fromEntries(left);
  };
  const links = Object.entries(answered("realPaths", tables.realPaths));
  const files = answered("files", tables.files);
  return {
    schemaVersion: newestSnapshot,
    kind,
    manifest: {
      about:
        "What envdoctor asked this machine, and the answers, with names, addresses and secrets taken out. `envdoctor check --from FILE` diagnoses it on any machine.",
      asked: {
        commands: Object.keys(tables.commands).length,
        files: Object.keys(tables.files).length,
        folders: Object.keys(tables.folders).length,
        stats: Object.keys(tables.stats).length,
        links: Object.keys(tables.realPaths).length,
        spaces: Object.keys(tables.spaces).length,
        variables: Object.keys(env).length,
      },
      commands: Object.keys(tables.commands).filter((key) => tables.commands[key]?.outcome !== "missing"),
      files: Object.keys(files),
      variables: Object.keys(env),
      removed: redacted,
    },
    tool,
    recordedAt,
    ...(look && { look }),
    identity,
    env,
    commands: mapped(tables.commands, shortRun),
    inventory,
    files,
    folders: answered("folders", tables.folders),
    stats: mapped(answered("stats", tables.stats), shortStat),
    realPaths: Object.fromEntries(links.filter(([path, target]) => path !== target)),
    spaces: answered("spaces", tables.spaces),
    noLinks: links.filter(([path, target]) => path === target).map(([path]) => path),
    refusals: [...refusals.values()],
  };
}

export function unpacked(file: SnapshotFile): Recording {
  const { manifest, noLinks, refusals, schemaVersion: _, commands, stats, ...rest } = file;
  const entries = <T>(table: Tables, known: Readonly<Record<string, T>>): Record<string, T | RecordedTrouble> => {
    const refused = refusals.filter((each) => each.table === table).flatMap(troublesOf);
    return Object.fromEntries([...Object.entries(known), ...refused]);
  };
  return {
    ...rest,
    schemaVersion: 1,
    commands: mapped(commands, longRun),
    files: entries("files", rest.files),
    folders: entries("folders", rest.folders),
    stats: entries(
      "stats",
      mapped(stats, (stat) => (typeof stat === "string" ? longStat(stat) : stat)),
    ),
    realPaths: entries("realPaths", {
      ...rest.realPaths,
      ...Object.fromEntries(noLinks.map((path): [string, string] => [path, path])),
    }),
    spaces: entries("spaces", rest.spaces),
    redacted: manifest.removed,
  };
}

function troublesOf({ trouble, message, paths }: Refusals): [string, RecordedTrouble][] {
  return paths.map((path) => [path, { trouble, message: message.join(path) }]);
}

function mapped<T, U>(table: Readonly<Record<string, T>>, change: (entry: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(table).map(([key, entry]) => [key, change(entry)]));
}

/** What a program did not say is as usual; a program that never ran has no exit code. */
function base(outcome: RunResult["outcome"]): RunResult {
  return outcome === "ended" ? usual : { ...usual, ...notStarted, outcome };
}

function shortRun(run: RunResult): ShortRun {
  const otherwise = base(run.outcome);
  const fields = Object.entries(run).filter(
    ([name, value]) => value !== Reflect.get(otherwise, name) || (name === "outcome" && value !== "ended"),
  );
  return Object.fromEntries(fields);
}

function longRun(run: ShortRun): RunResult {
  return { ...base(run.outcome ?? "ended"), ...run };
}

function shortStat({ kind, mode, uid, gid, size, device, readable, writable }: FileStat): string {
  const may = `${readable ? "r" : "-"}${writable ? "w" : "-"}`;
  return [kind, mode.toString(8), `${uid}:${gid}`, size, may, ...(device === null ? [] : [device])].join(" ");
}

export const shortStatForm =
  /^(file|folder|char|block|fifo|socket|other) ([0-7]{1,5}) (\d{1,12}):(\d{1,12}) (\d{1,17}) ([r-])([w-])(?: (\d{1,9}:\d{1,9}))?$/;

function longStat(text: string): FileStat {
  const [, kind = "other", mode = "0", uid = "0", gid = "0", size = "0", reads, writes, device = null] =
    shortStatForm.exec(text) ?? [];
  return {
    kind: kind as FileStat["kind"],
    mode: Number.parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    device,
    readable: reads === "r",
    writable: writes === "w",
  };
}

function isTrouble(entry: unknown): entry is RecordedTrouble {
  return typeof entry === "object" && entry !== null && "trouble" in entry;
}

/** One line for each entry, so that the file can be read and compared by people, and the manifest first. */
export function snapshotText(file: SnapshotFile): string {
  const parts = Object.entries(file).map(([name, value]) => `${JSON.stringify(name)}: ${entryLines(name, value)}`);
  return `{\n${parts.join(",\n")}\n}\n`;
}

function entryLines(name: string, value: unknown): string {
  if (name === "manifest") return JSON.stringify(value, null, 2);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const lines = Array.isArray(value)
    ? value.map((each) => JSON.stringify(each))
    : Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${JSON.stringify(entry)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.map((line) => `  ${line}`).join(",\n")}\n${close}`;
}
