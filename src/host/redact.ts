import { gpuLines } from "../facts/parse/kernel-log.ts";
import { decodeFile } from "./decode.ts";
import type { HostIdentity, RunResult } from "./host.ts";
import { commandKey, commandWords, type RecordedTrouble, type Recording } from "./recording.ts";
import { collectNames, type KnownNames } from "./redaction/collect.ts";
import { isKept, namesAddress, namesSecret } from "./redaction/environment.ts";
import { Names } from "./redaction/names.ts";
import { withoutShapes } from "./redaction/patterns.ts";
import { mapStrings } from "./redaction/strings.ts";
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
  const withoutNames = namesOf(recording, known, tally);
  const clean = remembered((text) => withoutNames(withoutShapes(text, tally)));
  const { env, commands, files, folders, stats, realPaths, spaces, inventory, look } = recording;
  return {
    ...recording,
    identity: cleanIdentity(recording.identity, clean),
    env: cleanEnvironment(env, tally, withoutNames),
    commands: mapTable(
      commands,
      (key) => cleanCommand(key, clean),
      (run, key) => mapStrings(withoutOtherNews(key, run), clean),
    ),
    files: mapTable(files, clean, (content, path) =>
      /\/environ$/.test(path) && typeof content === "string"
        ? cleanEnviron(content, tally, withoutNames)
        : cleanContent(content, clean),
    ),
    folders: mapTable(folders, clean, (names) =>
      isTrouble(names) ? mapStrings(names, clean) : names.map(clean).sort(),
    ),
    stats: mapTable(stats, clean, (stat) => mapStrings(stat, clean)),
    realPaths: mapTable(realPaths, clean, (path) => mapStrings(path, clean)),
    spaces: mapTable(spaces, clean, (space) => mapStrings(space, clean)),
    inventory: mapStrings(inventory, clean),
    ...(look && { look: mapStrings(look, clean) }),
    redacted: tally.counts(),
  };
}

/** What a recording gives away of people and machines, taken out of anything else that was made of the same machine. */
export function redactorFor(recording: Recording, known: KnownNames = {}): <T>(of: T) => T {
  const tally = new Tally();
  const withoutNames = namesOf(recording, known, tally);
  const clean = remembered((text) => withoutNames(withoutShapes(text, tally)));
  return (of) => mapStrings(of, clean);
}

/** One path is asked about in several ways. */
function remembered(clean: Clean): Clean {
  const known = new Map<string, string>();
  return (text) => {
    const cleaned = known.get(text) ?? clean(text);
    known.set(text, cleaned);
    return cleaned;
  };
}

function namesOf(recording: Recording, known: KnownNames, tally: Tally): Clean {
  const names = new Names(tally);
  collectNames(recording, known, names);
  return names.replacer();
}

/** Platform and architecture are words of the runtime; a kernel of one's own may bear one's name, in its paths as well. */
function cleanIdentity(identity: HostIdentity, clean: Clean): HostIdentity {
  const { release, cwd, home, node } = identity;
  return {
    ...identity,
    ...{ release: clean(release), cwd: clean(cwd), home: clean(home) },
    node: { ...node, execPath: clean(node.execPath) },
  };
}

function mapTable<T>(
  table: Readonly<Record<string, T>>,
  key: Clean,
  entry: (entry: T, name: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [key(name), entry(value, name)]));
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

/** The environment of another process is one, too. */
function cleanEnviron(text: string, tally: Tally, withoutNames: Clean): string {
  const variables = text.split("\0").flatMap((each): [string, string][] => {
    const at = each.indexOf("=");
    return at > 0 ? [[each.slice(0, at), each.slice(at + 1)]] : [];
  });
  const cleaned = cleanEnvironment(Object.fromEntries(variables), tally, withoutNames);
  return Object.entries(cleaned)
    .map(([name, value]) => `${name}=${value}\0`)
    .join("");
}

/** Of the kernel's log only what the diagnosis reads, and a line as a sign that it could be read. */
function withoutOtherNews(key: string, run: RunResult): RunResult {
  if (!/^(?:dmesg|journalctl -k)\b/.test(key)) return run;
  const kept = gpuLines(run.stdout);
  const lines = kept.length > 0 ? kept : run.stdout.trim().split("\n", 1);
  return { ...run, stdout: run.stdout.trim() === "" ? run.stdout : lines.join("\n") };
}

/** Word by word, since the key quotes words with blanks. */
function cleanCommand(key: string, clean: Clean): string {
  return commandKey(commandWords(key).map(clean));
}

type Content = Recording["files"][string];

function cleanContent(content: Content, clean: Clean): Content {
  if (typeof content === "string") return clean(content);
  return isTrouble(content) ? mapStrings(content, clean) : { base64: cleanBytes(content.base64, clean) };
}

/** In its own encoding; bytes that hold no secret stay as they are to the last bit. */
function cleanBytes(base64: string, clean: Clean): string {
  const bytes = Buffer.from(base64, "base64");
  const bigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  const utf16 = bigEndian || (bytes[0] === 0xff && bytes[1] === 0xfe);
  const text = utf16 ? decodeFile(bytes) : bytes.toString("utf8");
  const isText = utf16 || Buffer.from(text, "utf8").equals(bytes);
  const before = isText ? text : bytes.toString("latin1");
  const after = clean(before);
  if (after === before) return base64;
  if (utf16) {
    const encoded = Buffer.from(`\ufeff${after}`, "utf16le");
    return (bigEndian ? encoded.swap16() : encoded).toString("base64");
  }
  return Buffer.from(after, isText ? "utf8" : "latin1").toString("base64");
}

function isTrouble(entry: unknown): entry is RecordedTrouble {
  return typeof entry === "object" && entry !== null && "trouble" in entry;
}
