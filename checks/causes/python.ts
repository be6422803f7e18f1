/** The Python that runs: how it is called, and how something is installed into it. */
import { known } from "../../src/facts/fact.ts";
import type { Facts, FrameworkName, PythonFacts } from "../../src/facts/facts.ts";
import { activePython, inContainer } from "../situation.ts";
import { familyOf, type Where } from "./remedies.ts";

export type Os = "linux" | "windows" | "macos";

/** System of the interpreter that matters: a Windows Python called from WSL is a Windows one. null: not known. */
export function pythonOs(facts: Facts): Os | null {
  const python = activePython(facts);
  const platform = (python && known(python.platform)) ?? known(facts.system.platform);
  if (platform === "win32") return "windows";
  if (platform === "darwin") return "macos";
  return platform === "linux" || known(facts.wsl) !== undefined ? "linux" : null;
}

/** Where the commands for that interpreter are typed. */
export function pythonWhere(facts: Facts): Where {
  return pythonOs(facts) ?? "any";
}

/** A path as one argument of the shell that reads it: PowerShell on Windows, else a POSIX shell. */
export function quoted(path: string, os: Os | null): string {
  if (os === "windows") return /^[\w.:\\/~-]+$/.test(path) ? path : `'${path.replaceAll("'", "''")}'`;
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** A path as the program that a line starts: PowerShell starts a quoted one only after `&`. */
export function callable(path: string, os: Os | null): string {
  const word = quoted(path, os);
  return os === "windows" && word.startsWith("'") ? `& ${word}` : word;
}

/** How the interpreter is called. */
function pythonCommand(facts: Facts): string {
  const os = pythonOs(facts);
  const python = activePython(facts);
  if (!python) return os === "linux" || os === "macos" ? "python3" : "python";
  return callable(python.path, os);
}

const venv = "~/.venvs/training";

/** A Python of the distribution, where pip refuses to install (PEP 668) or would mix with system packages. */
function managedBySystem(facts: Facts): boolean {
  const python = activePython(facts);
  const own = python === undefined || python.environment === "system";
  return own && pythonOs(facts) === "linux" && !inContainer(facts);
}

/** Lines that make an environment beside a Python that belongs to the system. */
function freshEnvironment(facts: Facts): string[] {
  const family = familyOf(facts);
  const needsPackage = family === "debian" || family === "ubuntu";
  const create = `${pythonCommand(facts)} -m venv ${venv}`;
  return needsPackage ? ["sudo apt-get install -y python3-venv", create] : [create];
}

interface Install {
  readonly requirements: readonly string[];
  readonly index?: string | null;
  /** Replaces a build of the same version that pip would take for installed. */
  readonly replace?: boolean;
  readonly upgrade?: boolean;
}

/** Lines that install into the active Python; for one of the system, into a new environment beside it. */
export function pipInstall(facts: Facts, { requirements, index = null, replace, upgrade }: Install): string[] {
  const what = requirements.map(quotedRequirement).join(" ");
  const from = index === null ? "" : ` --index-url ${index}`;
  if (managedBySystem(facts)) {
    return [...freshEnvironment(facts), `${venv}/bin/python -m pip install ${what}${from}`];
  }
  const python = activePython(facts);
  if (python?.environment === "uv") {
    const flags = replace ? " --reinstall" : upgrade ? " --upgrade" : "";
    return [`uv pip install --python ${quoted(python.path, pythonOs(facts))}${flags} ${what}${from}`];
  }
  const flags = replace ? " --force-reinstall" : upgrade ? " --upgrade" : "";
  return [`${pythonCommand(facts)} -m pip install${flags} ${what}${from}`];
}

/** Line that removes packages from the active Python. */
export function pipUninstall(facts: Facts, packages: readonly string[]): string[] {
  const python = activePython(facts);
  const what = packages.join(" ");
  if (python?.environment === "uv") {
    return [`uv pip uninstall --python ${quoted(python.path, pythonOs(facts))} ${what}`];
  }
  return [`${pythonCommand(facts)} -m pip uninstall -y ${what}`];
}

/** Brackets, stars and comparisons mean something to shells. */
export function quotedRequirement(requirement: string): string {
  return /^[\w.=-]+$/.test(requirement) ? requirement : `"${requirement}"`;
}

/** Frameworks of the active Python that were built without CUDA, else of any Python. */
export function cpuOnlyFrameworks(facts: Facts): readonly FrameworkName[] {
  const cpuOnly = (python: PythonFacts): FrameworkName[] =>
    (known(python.frameworks) ?? []).flatMap((framework) =>
      framework.cudaBuild.state === "value" && framework.cudaBuild.value === null && framework.hipBuild === null
        ? [framework.name]
        : [],
    );
  const active = activePython(facts);
  const found = active ? cpuOnly(active) : [];
  return found.length > 0 ? found : (known(facts.pythons) ?? []).flatMap(cpuOnly);
}

/** Frameworks of the active Python, without repeats. */
export function frameworksHere(facts: Facts): readonly FrameworkName[] {
  const python = activePython(facts);
  return [...new Set((python ? (known(python.frameworks) ?? []) : []).map(({ name }) => name))];
}
