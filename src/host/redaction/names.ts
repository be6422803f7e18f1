/** Names that have no shape of their own (users, hosts, serial numbers): found by where they stand, replaced everywhere. */
import type { SecretKind, Tally } from "./tally.ts";

/** Accounts and folders that every machine of a kind has: they identify nobody. */
const common = new Set(
  `root user users username ubuntu debian fedora centos admin administrator guest nobody runner vscode jovyan vagrant
   codespace ec2-user azureuser linuxbrew public default shared all home localhost localdomain workspace systemprofile
   docker-desktop docker node_modules`.split(/\s+/),
);

/**
 * Words that mean something to the diagnosis. A person of such a name is taken out of paths of home folders only: a
 * "max" everywhere else would spoil what programs say.
 */
const meaningful = new Set(
  `gpu cpu cuda nvidia amd intel apple microsoft vmware virtualbox oracle qemu kvm xen linux windows darwin kernel driver
   drivers device devices python python3 conda torch pytorch tensorflow jax keras train training test tests data dataset
   model models name version none null true false unknown default disabled enabled required optional standard max min
   mean mode type path file files lib lib64 bin sbin usr etc var opt tmp dev proc sys run mnt boot local share src build
   work project projects app apps program programs node npm server client host dell lenovo asus tesla ada pascal volta
   turing hopper ampere maxwell kepler docker podman system service error fail failed warning info memory total free
   used process power fan temp auto world base env envs venv sandbox game games mail news install package packages`.split(
    /\s+/,
  ),
);

export type Reach = "everywhere" | "home-folders";

/** How far a name may be replaced, or null for one that identifies nobody. */
export function reachOf(name: string): Reach | null {
  const lower = name.toLowerCase();
  if (lower.trim() === "" || lower === "." || lower === ".." || common.has(lower)) return null;
  const tooShort = /^[\x00-\x7f]{1,2}$/.test(lower) || /^[\d.]{1,8}$/.test(lower);
  return meaningful.has(lower) || tooShort ? "home-folders" : "everywhere";
}

/** A user's placeholder keeps what can break a program: a blank, a character outside ASCII. */
function userPlaceholder(name: string): (number: number) => string {
  const stem = /[^\x00-\x7f]/.test(name) ? "usér" : "user";
  return (number) => (name.includes(" ") ? `${stem} ${number}` : `${stem}${number}`);
}

const makers: Readonly<Record<"user" | "host" | "serial" | "password", (name: string) => (number: number) => string>> =
  {
    user: userPlaceholder,
    host: () => (number) => `host${number}`,
    serial: () => (number) => `serial-${number}`,
    password: () => (number) => `redacted-password-${number}`,
  };

/** Collects names first; `replacer` then gives the function that takes them out of a text. */
export class Names {
  private readonly everywhere = new Map<string, string>();
  private readonly homes = new Map<string, string>();

  constructor(private readonly tally: Tally) {}

  add(kind: keyof typeof makers & SecretKind, name: string): void {
    const lower = name.toLowerCase();
    if (this.everywhere.has(lower) || this.homes.has(lower)) return;
    const reach = reachOf(name);
    if (reach === null || (reach === "home-folders" && kind !== "user")) return;
    const placeholder = this.tally.placeholder(kind, lower, makers[kind](name));
    const table = reach === "everywhere" ? this.everywhere : this.homes;
    for (const [spelt, replaced] of spellings(name, placeholder)) {
      // Two ways of writing may agree in the name and differ in the placeholder: the commoner one, which is first, counts.
      if (!table.has(spelt)) table.set(spelt, replaced);
      if (kind === "user" && !this.homes.has(spelt)) this.homes.set(spelt, replaced);
    }
  }

  replacer(): (text: string) => string {
    const anywhere = alternatives(this.everywhere.keys());
    const inHomes = alternatives(this.homes.keys());
    const everywhere = anywhere === null ? null : new RegExp(anywhere, "giu");
    const homes =
      inHomes === null
        ? null
        : new RegExp(`([\\\\/](?:home|Users)[\\\\/]{1,2})(${inHomes})(?=[\\\\/\\s\\0:;"'<>,)\\]}|&]|$)`, "giu");
    const mayHold = prefilter([...this.everywhere.keys()]);
    return (text) => {
      const inside =
        homes && homeFolder.test(text)
          ? text.replace(homes, (_, before: string, name: string) => before + placeholderOf(this.homes, name))
          : text;
      return everywhere && mayHold(inside)
        ? inside.replace(everywhere, (name) => placeholderOf(this.everywhere, name))
        : inside;
    };
  }
}

const homeFolder = /[\\/](?:home|users)[\\/]/i;

/** Most texts hold no name, and a plain search tells much sooner than the expression does. */
function prefilter(names: readonly string[]): (text: string) => boolean {
  const plain = [...new Set(names.map((name) => name.toLowerCase()))];
  return (text) => {
    // Beyond ASCII, folding case is the expression's business.
    if (/[^\x00-\x7f]/.test(text)) return true;
    const lower = text.toLowerCase();
    return plain.some((name) => lower.includes(name));
  };
}

function placeholderOf(table: ReadonlyMap<string, string>, name: string): string {
  return table.get(name) ?? table.get(name.toLowerCase()) ?? name;
}

/** The name as it is, as macOS decomposes it, and as it is written in URLs, mount tables, shells, XML and source code. */
function spellings(name: string, placeholder: string): [string, string][] {
  const names = new Set([name, name.normalize("NFC"), name.normalize("NFD")]);
  return [...names].flatMap((spelt) =>
    writings.flatMap((write): [string, string][] => [
      [write(spelt), write(placeholder)],
      [write(spelt).toLowerCase(), write(placeholder)],
    ]),
  );
}

const writings: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeSafely,
  // JSON and Python source that escape what is not ASCII.
  (text) => text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`),
  (text) =>
    text.replace(/[^\x00-\x7f]/g, (unit) => {
      const code = unit.charCodeAt(0);
      return code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
    }),
  // The bytes of what is not ASCII: Python's bytes, the kernel's log, names of systemd's units.
  (text) => bytewise(text, /[^\x00-\x7f]/gu, (byte) => `\\x${hex(byte, 2)}`),
  (text) => bytewise(text, /[^\x21-\x7e]/gu, (byte) => `\\x${hex(byte, 2)}`),
  // /proc/self/mounts writes a blank as \040, `ls -b` and git every byte beyond ASCII so.
  (text) => text.replaceAll(" ", "\\040"),
  (text) => bytewise(text, /[^\x21-\x7e]/gu, (byte) => `\\${byte.toString(8).padStart(3, "0")}`),
  (text) => text.replaceAll(" ", "\\ "),
  (text) => text.replaceAll("&", "&amp;").replaceAll("'", "&apos;").replaceAll("<", "&lt;"),
  (text) => text.replaceAll("&", "&amp;").replaceAll("'", "&#39;").replaceAll("<", "&lt;"),
];

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}

function bytewise(text: string, which: RegExp, write: (byte: number) => string): string {
  return text.replace(which, (character) => [...Buffer.from(character)].map(write).join(""));
}

/** Half a surrogate pair cannot be encoded. */
function encodeSafely(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Longest first; ASCII names as whole words, others anywhere, since Chinese has no blanks between words. */
function alternatives(names: Iterable<string>): string | null {
  const sorted = [...names].sort((a, b) => b.length - a.length);
  const patterns = sorted.map((name) => {
    const escaped = name.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&");
    if (/[^\x00-\x7f]/.test(name)) return escaped;
    return `${/^[a-z0-9]/i.test(name) ? "(?<![\\p{L}\\p{N}])" : ""}${escaped}${/[a-z0-9]$/i.test(name) ? "(?![\\p{L}\\p{N}])" : ""}`;
  });
  return patterns.length > 0 ? patterns.join("|") : null;
}
