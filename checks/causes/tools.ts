import type { Need, Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, PythonFacts } from "../../src/facts/facts.ts";
import type { Said } from "../../src/text/message.ts";

/** What remedies of several groups need: the parts of a machine that decide how a command is spelled. */

interface RemedyParts {
  readonly title: Said;
  /** Left out where it is done by hand. */
  readonly commands?: readonly string[];
  readonly where: Remedy["where"];
  readonly needs?: readonly Need[];
}

/** A remedy that needs sudo exactly where one of its commands says so. */
export function remedy({ title, commands = [], where, needs = [] }: RemedyParts): Remedy {
  const sudo: Need[] = commands.some((line) => /(^|\| )sudo /.test(line)) ? ["sudo"] : [];
  return { title, commands, where, needs: [...sudo, ...needs] };
}

export type Os = "linux" | "windows" | "macos";

/** System of the interpreter that matters: a Windows Python called from WSL is a Windows one. null: not known. */
export function osOf(facts: Facts): Os | null {
  const python = activePython(facts);
  const platform = (python && known(python.platform)) ?? known(facts.system.platform);
  if (platform === "win32") return "windows";
  if (platform === "darwin") return "macos";
  if (platform === "linux" || known(facts.wsl) !== undefined) return "linux";
  return null;
}

/** The interpreter that a bare `python` starts, else the first one found. */
export function activePython(facts: Facts): PythonFacts | undefined {
  const pythons = known(facts.pythons) ?? [];
  return pythons.find((python) => python.active) ?? pythons[0];
}

export function inContainer(facts: Facts): boolean {
  return (known(facts.containers) ?? []).length > 0;
}

/** ID and ID_LIKE of /etc/os-release of the system at hand; inside a container that is not the host's. */
export function distroFamily(facts: Facts): "debian" | "fedora" | "suse" | "arch" | null {
  const os = known(facts.system.os);
  const ids = os ? [os.id, ...os.like] : [];
  const any = (...names: string[]): boolean => ids.some((id) => names.includes(id));
  if (any("debian", "ubuntu")) return "debian";
  if (any("fedora", "rhel", "centos", "amzn")) return "fedora";
  if (any("suse", "opensuse", "sles", "opensuse-leap", "opensuse-tumbleweed")) return "suse";
  return any("arch") ? "arch" : null;
}

/** The path as one word of the shell that reads it; PowerShell starts a quoted path with `&`. */
export function programWord(path: string, os: Os | null): string {
  if (os === "windows") return /^[\w.:\\/-]+$/.test(path) ? path : `& '${path.replaceAll("'", "''")}'`;
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The same path as an argument. */
export function argumentWord(path: string, os: Os | null): string {
  return programWord(path, os).replace(/^& /, "");
}

/** How the interpreter is called on a command line. */
export function pythonWord(facts: Facts): string {
  const python = activePython(facts);
  const os = osOf(facts);
  if (python) return programWord(python.path, os);
  return os === "windows" || os === null ? "python" : "python3";
}

/** Shell prefix that is needed only where this process is not root already. */
export function asRoot(facts: Facts, command: string): string {
  return known(facts.system.root) === true ? command : `sudo ${command}`;
}
