/** Where the names stand that `names.ts` takes out. */
import { decodeFile } from "../decode.ts";
import { commandWords, type Recording } from "../recording.ts";
import { secretValues } from "./credentials.ts";
import type { Names } from "./names.ts";
import { mapStrings } from "./strings.ts";

export interface KnownNames {
  readonly users?: readonly string[];
  readonly hosts?: readonly string[];
}

export function collectNames(recording: Recording, known: KnownNames, names: Names): void {
  const said = { paths: paths(recording), texts: texts(recording) };
  collectUsers(recording, said, known, names);
  collectHosts(recording, said, known, names);
  collectSerials(recording, said, names);
  for (const secret of secretValues(recording.env)) names.add("password", secret);
}

/** All that is a path by its place, and all that programs, files and the host itself say. */
interface Words {
  readonly paths: readonly string[];
  readonly texts: readonly string[];
}

function collectUsers(recording: Recording, said: Words, known: KnownNames, names: Names): void {
  const { identity, env } = recording;
  for (const path of [identity.home, env.HOME, env.USERPROFILE]) {
    const name = path?.split(/[\\/]/).filter(Boolean).at(-1);
    if (name !== undefined && !/^[a-z]:$/i.test(name)) names.add("user", name);
  }
  const variables = ["USER", "LOGNAME", "USERNAME", "SUDO_USER"].map((name) => env[name]);
  for (const name of [...(known.users ?? []), ...variables]) if (name) names.add("user", name);
  for (const path of said.paths) {
    const name = /^(?:[a-z]:|\/mnt\/[a-z])?[\\/](?:home|Users)[\\/]([^\\/]{1,128})/i.exec(path)?.[1];
    if (name !== undefined) names.add("user", name);
  }
  for (const [folder, listed] of Object.entries(recording.folders)) {
    if (!(/(?:^|[\\/])(?:home|Users)[\\/]?$/i.test(folder) && Array.isArray(listed))) continue;
    for (const name of listed) names.add("user", String(name));
  }
  for (const text of said.texts) {
    for (const [, name] of text.matchAll(/[\\/](?:home|Users)[\\/]{1,2}([^\\/\s:;"'<>,)|%]{1,64})/gi)) {
      if (name !== undefined) names.add("user", name);
    }
  }
}

/** All that is a path by its place, where a blank belongs to the name. */
function paths({ identity, env, commands, ...tables }: Recording): string[] {
  const keys = [tables.files, tables.folders, tables.stats, tables.realPaths, tables.spaces].flatMap(Object.keys);
  const targets = Object.values(tables.realPaths).filter((target) => typeof target === "string");
  const separator = identity.platform === "win32" ? ";" : ":";
  const listed = Object.values(env).flatMap((value) => value.split(separator));
  const asked = Object.values(tables.look ?? {});
  const words = Object.keys(commands).flatMap(commandWords);
  return [identity.cwd, identity.home, identity.node.execPath, ...asked, ...keys, ...targets, ...listed, ...words];
}

/** All that programs and files say, and what was said of those that said nothing. */
function texts({ env, commands, inventory, ...tables }: Recording): string[] {
  const outputs = Object.values(commands).flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const entries = [tables.files, tables.folders, tables.stats, tables.realPaths, tables.spaces].flatMap(
    (table): unknown[] => Object.values(table),
  );
  const told: string[] = [];
  const say = (text: string): string => {
    told.push(text);
    return text;
  };
  for (const entry of [...entries, inventory]) mapStrings(isBytes(entry) ? decodeFile(bytesOf(entry)) : entry, say);
  return [...outputs, ...told, ...Object.values(env)];
}

function isBytes(entry: unknown): entry is { readonly base64: string } {
  return typeof entry === "object" && entry !== null && "base64" in entry;
}

function bytesOf({ base64 }: { readonly base64: string }): Buffer {
  return Buffer.from(base64, "base64");
}

function collectHosts(recording: Recording, said: Words, known: KnownNames, names: Names): void {
  const { env, files, commands } = recording;
  const variables = ["HOSTNAME", "COMPUTERNAME", "HOST", "NAME", "USERDOMAIN", "USERDNSDOMAIN", "LOGONSERVER"]
    .map((name) => env[name]?.replace(/^\\\\/, ""))
    .filter((name) => name !== undefined);
  const told = ["/etc/hostname", "/proc/sys/kernel/hostname"].map((path) => files[path]);
  const asked = ["hostname", "hostname -f", "hostname -s", "uname -n"].map((key) => commands[key]?.stdout);
  const uname = /^(?:Linux|Darwin) (\S{1,255}) /.exec(commands["uname -a"]?.stdout ?? "")?.[1];
  for (const name of [...(known.hosts ?? []), ...variables, ...told, ...asked, uname, ...servers(recording, said)]) {
    if (typeof name === "string" && name.trim() !== "" && name.length < 256) addHost(name.trim(), names);
  }
}

/** \\server\share, also as mount tables and JSON write it; //server/share and server:/export as what is mounted. */
const uncServer = /(?:^|[\s"'=(,;])(?:\\{2,4}|(?:\\134){2})([A-Za-z0-9][\w.-]{0,253})(?=\\)/g;
const mounted = /(?:^| - )\S{1,64} (?:\/\/([^\s/]{1,255})\/|([A-Za-z][\w.-]{0,254}):\/)/;
/** What Windows and WSL put where a server's name would stand. */
const noServer = /^(?:wsl\$|wsl\.localhost|localhost|globalroot|unc|pipe)$/i;

function servers(recording: Recording, said: Words): string[] {
  const unc = [...said.paths, ...said.texts].flatMap((text) =>
    [...text.matchAll(uncServer)].map(([, server]) => server),
  );
  const tables = Object.entries(recording.files).flatMap(([path, content]) =>
    /\/(?:mounts|mountinfo|fstab)$/.test(path) && typeof content === "string" ? content.split("\n") : [],
  );
  const shares = tables.map((line) => {
    const found = mounted.exec(line) ?? /^(?:\/\/([^\s/]{1,255})\/|([A-Za-z][\w.-]{0,254}):\/)/.exec(line);
    return found?.[1] ?? found?.[2];
  });
  return [...unc, ...shares].filter(
    (server) => server !== undefined && !noServer.test(server) && !/^[\d.:]*$/.test(server),
  ) as string[];
}

/** The full name with its domain, and the first label alone. */
function addHost(name: string, names: Names): void {
  names.add("host", name);
  const label = name.split(".")[0];
  if (label !== undefined && label !== name) names.add("host", label);
}

const serialFields = [
  /(?<![a-z])serial(?:[ _-]?(?:number|num|no|short))?"?[ \t]{0,60}[:=][ \t]{0,8}"?([\w./-]{4,64})/gi,
  /<[a-z_]{0,40}serial[a-z_]{0,20}>([^<]{4,64})</gi,
  // The per-device identifier of a card.
  /\bGPU PDI[ \t]{0,60}:[ \t]{0,8}(0x[0-9a-f]{8,32})/gi,
  /<gpu_pdi>(0x[0-9a-f]{8,32})</gi,
];
const serialFile = /(?:_serial|\/serial|\/serial_number|\/machine-id)$/;

function collectSerials(recording: Recording, said: Words, names: Names): void {
  for (const text of [...said.paths, ...said.texts]) {
    if (!/serial|pdi/i.test(text)) continue;
    for (const field of serialFields) for (const [, serial] of text.matchAll(field)) addSerial(serial, names);
  }
  for (const [path, content] of Object.entries(recording.files)) {
    if (serialFile.test(path) && typeof content === "string") addSerial(content.trim(), names);
  }
}

/** Firmware fills the field with words where there is no number. */
function addSerial(serial: string | undefined, names: Names): void {
  if (serial !== undefined && serial.length >= 4 && /\d/.test(serial) && !/\n/.test(serial))
    names.add("serial", serial);
}
