/** Names that have no shape of their own (users, hosts, serial numbers): found by where they stand, replaced everywhere. */
import type { SecretKind, Tally } from "./tally.ts";

/** Accounts and folders that every machine of a kind has: they identify nobody. */
const common = new Set(
  `root user users username ubuntu debian fedora centos admin administrator guest nobody runner vscode jovyan vagrant
   codespace ec2-user azureuser linuxbrew public default shared all home localhost localdomain workspace systemprofile
   docker-desktop docker`.split(/\s+/),
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
      if (!table.has(spelt)) table.set(spelt, replaced);
      if (kind === "user") this.homes.set(spelt, replaced);
    }
  }

  replacer(): (text: string) => string {
    const anywhere = alternatives(this.everywhere.keys());
    const inHomes = alternatives(this.homes.keys());
    return (text) => {
      let rest = text;
      if (inHomes !== null) {
        const homes = new RegExp(`([\\\\/](?:home|Users)[\\\\/]{1,2})(${inHomes})(?=[\\\\/\\s:;"'<>,)]|$)`, "giu");
        rest = rest.replace(homes, (_, before: string, name: string) => before + placeholderOf(this.homes, name));
      }
      return anywhere === null
        ? rest
        : rest.replace(new RegExp(anywhere, "giu"), (name) => placeholderOf(this.everywhere, name));
    };
  }
}

function placeholderOf(table: ReadonlyMap<string, string>, name: string): string {
  return table.get(name) ?? table.get(name.toLowerCase()) ?? name;
}

/** The name as it is, in URLs, in JSON or Python source that escapes what is not ASCII, and as macOS decomposes it. */
function spellings(name: string, placeholder: string): [string, string][] {
  const forms = [(text: string) => text, encodeSafely, escapeNonAscii];
  const names = [name, name.normalize("NFC"), name.normalize("NFD")];
  return names.flatMap((spelt) =>
    forms.flatMap((form): [string, string][] => [
      [form(spelt), form(placeholder)],
      [form(spelt).toLowerCase(), form(placeholder)],
    ]),
  );
}

/** Half a surrogate pair cannot be encoded. */
function encodeSafely(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeNonAscii(text: string): string {
  return text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
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
