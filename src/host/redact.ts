import { decodeFile } from "./decode.ts";
import type { RunResult } from "./host.ts";
import { commandKey, commandWords, type RecordedTrouble, type Recording } from "./recording.ts";
import { collectNames, type KnownNames } from "./redaction/collect.ts";
import { isKept, namesAddress, namesSecret } from "./redaction/environment.ts";
import { Names } from "./redaction/names.ts";
import { withoutShapes } from "./redaction/patterns.ts";
import { Tally } from "./redaction/tally.ts";

export type { KnownNames } from "./redaction/collect.ts";

type Clean = (text: string) => string;

/**
 * A recording that may leave its machine: names of users and hosts, addresses, serial numbers, UUIDs and credentials
 * become placeholders, and variables the diagnosis does not read are left out. One secret becomes one placeholder
 * wherever it stands, keys of questions included, so that a replay finds its entries and comes to the same diagnosis.
 * `known` adds names that the caller knows from elsewhere.
 */
export function redact(recording: Recording, known: KnownNames = {}): Recording {
  const tally = new Tally();
  const names = new Names(tally);
  collectNames(recording, known, names);
  const withoutNames = names.replacer();
  const clean: Clean = (text) => withoutNames(withoutShapes(text, tally));
  const { identity } = recording;
  const cleaned = {
    ...recording,
    identity: {
      ...identity,
      cwd: clean(identity.cwd),
      home: clean(identity.home),
      node: { ...identity.node, execPath: clean(identity.node.execPath) },
    },
    env: cleanEnvironment(recording.env, tally, withoutNames),
    commands: mapTable(
      recording.commands,
      (key) => cleanCommand(key, clean),
      (run) => cleanRun(run, clean),
    ),
    files: mapTable(recording.files, clean, (content) => cleanContent(content, clean)),
    folders: mapTable(recording.folders, clean, (names) =>
      isTrouble(names) ? cleanTrouble(names, clean) : names.map(clean).sort(),
    ),
    stats: mapTable(recording.stats, clean, (stat) => cleanTrouble(stat, clean)),
    realPaths: mapTable(recording.realPaths, clean, (path) =>
      typeof path === "string" ? clean(path) : cleanTrouble(path, clean),
    ),
    spaces: mapTable(recording.spaces, clean, (space) => cleanTrouble(space, clean)),
    inventory:
      recording.inventory && isTrouble(recording.inventory)
        ? cleanTrouble(recording.inventory, clean)
        : recording.inventory,
  };
  const look = recording.look && {
    ...recording.look,
    ...(recording.look.python !== undefined && { python: clean(recording.look.python) }),
    ...(recording.look.data !== undefined && { data: clean(recording.look.data) }),
  };
  return { ...cleaned, ...(look && { look }), redacted: tally.counts() };
}

function mapTable<T>(
  table: Readonly<Record<string, T>>,
  key: Clean,
  entry: (entry: T) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [key(name), entry(value)]));
}

function cleanEnvironment(
  env: Readonly<Record<string, string>>,
  tally: Tally,
  withoutNames: Clean,
): Readonly<Record<string, string>> {
  const result: [string, string][] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!isKept(name)) tally.placeholder("environment", name, String);
    else if (namesSecret(name)) result.push([name, "redacted"]);
    else result.push([name, withoutNames(withoutShapes(value, tally, namesAddress(name)))]);
  }
  return Object.fromEntries(result);
}

/** Word by word, since the key quotes words with blanks. */
function cleanCommand(key: string, clean: Clean): string {
  return commandKey(commandWords(key).map(clean));
}

function cleanRun(run: RunResult, clean: Clean): RunResult {
  return { ...run, stdout: clean(run.stdout), stderr: clean(run.stderr) };
}

type Content = Recording["files"][string];

function cleanContent(content: Content, clean: Clean): Content {
  if (typeof content === "string") return clean(content);
  return isTrouble(content) ? cleanTrouble(content, clean) : { base64: cleanBytes(content.base64, clean) };
}

/** In its own encoding; bytes that hold no secret stay as they are to the last bit. */
function cleanBytes(base64: string, clean: Clean): string {
  const bytes = Buffer.from(base64, "base64");
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = utf16 ? decodeFile(bytes) : bytes.toString("utf8");
  const isText = utf16 || Buffer.from(text, "utf8").equals(bytes);
  const before = isText ? text : bytes.toString("latin1");
  const after = clean(before);
  if (after === before) return base64;
  if (utf16) return Buffer.from(`\ufeff${after}`, "utf16le").toString("base64");
  return Buffer.from(after, isText ? "utf8" : "latin1").toString("base64");
}

function isTrouble(entry: unknown): entry is RecordedTrouble {
  return typeof entry === "object" && entry !== null && "trouble" in entry;
}

function cleanTrouble<T>(entry: T, clean: Clean): T {
  return isTrouble(entry) ? { ...entry, message: clean(entry.message) } : entry;
}
