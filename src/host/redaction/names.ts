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
    const everywhere = searcher(this.everywhere);
    const homes = homeSearcher(this.homes);
    return (text) => withSpans(withSpans(text, homes), everywhere);
  }
}

/** A part of a text and what comes in its place. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

/** `lower` is the text in lower case, of the same length. */
type Search = (lower: string) => Span[];

function withSpans(text: string, search: Search): string {
  const lower = lowered(text);
  let result = "";
  let from = 0;
  for (const span of search(lower).sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (span.from < from) continue;
    result += text.slice(from, span.from) + span.replacement;
    from = span.to;
  }
  return from === 0 ? text : result + text.slice(from);
}

/** A few letters have two in lower case: those stay, so that places in both texts agree. */
function lowered(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return text.replace(/[^\x00-\x7f]|[A-Z]/g, (unit) => {
    const small = unit.toLowerCase();
    return small.length === unit.length ? small : unit;
  });
}

/** ASCII names as whole words, others anywhere, since Chinese has no blanks between words. */
function searcher(names: ReadonlyMap<string, string>): Search {
  const wanted = [...names].map(([name, replacement]) => {
    const ascii = /^[\x00-\x7f]*$/.test(name);
    return {
      name,
      replacement,
      startsWord: ascii && /^[a-z0-9]/.test(name),
      endsWord: ascii && /[a-z0-9]$/.test(name),
    };
  });
  return (lower) => {
    const spans: Span[] = [];
    for (const { name, replacement, startsWord, endsWord } of wanted) {
      for (let from = lower.indexOf(name); from >= 0; from = lower.indexOf(name, from + 1)) {
        const to = from + name.length;
        if (startsWord && isWordAt(lower, from - 1)) continue;
        if (endsWord && isWordAt(lower, to)) continue;
        spans.push({ from, to, replacement });
      }
    }
    return spans;
  };
}

const homeFolder = /[\\/](?:home|users)[\\/]{1,2}/g;
const pathEnds = /[\\/\s\0:;"'<>,)\]}|&]/;

/** The folder below /home or Users, whole. */
function homeSearcher(names: ReadonlyMap<string, string>): Search {
  const longestFirst = [...names].sort(([a], [b]) => b.length - a.length);
  return (lower) => {
    const spans: Span[] = [];
    for (const { 0: parent, index } of lower.matchAll(homeFolder)) {
      const from = index + parent.length;
      const found = longestFirst.find(([name]) => {
        const end = from + name.length;
        return lower.startsWith(name, from) && (end === lower.length || pathEnds.test(lower.charAt(end)));
      });
      if (found) spans.push({ from, to: from + found[0].length, replacement: found[1] });
    }
    return spans;
  };
}

function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return false;
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
  return /[\p{L}\p{N}]/u.test(text.charAt(at));
}

/** The name as it is, as macOS decomposes it, and as it is written in URLs, mount tables, shells, XML and source code. */
function spellings(name: string, placeholder: string): [string, string][] {
  const names = new Set([name, name.normalize("NFC"), name.normalize("NFD")]);
  return [...names].flatMap((spelt) =>
    writings.map((write): [string, string] => [lowered(write(spelt)), write(placeholder)]),
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
