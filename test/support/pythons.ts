import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../../node_modules/.cache/envdoctor", import.meta.url));
let told: string | null | undefined;

/**
 * A Python with PyTorch's CPU build (and numpy), made once under node_modules/.cache; null, with the reason printed,
 * where it cannot be had. Test files may ask at the same time: the folder is moved into place when it is whole.
 */
export function torchPython(): string | null {
  if (told === undefined) told = findTorch();
  return told;
}

function findTorch(): string | null {
  const folder = join(cache, "torch-venv");
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  const lock = join(cache, "torch-venv.lock");
  mkdirSync(cache, { recursive: true });
  if (!takeLock(lock)) return waitFor(python, lock);
  const failures: string[] = [];
  try {
    // The wheels that are at hand may be for one Python only.
    for (const base of ["python3", ...pythons().map(({ path }) => path)]) {
      try {
        makeVenv(base, `${folder}.making`);
        // A venv knows its folder only through pyvenv.cfg and the scripts, which nobody calls here.
        renameSync(`${folder}.making`, folder);
        return python;
      } catch (error) {
        failures.push(`${base}: ${firstLine(error)}`);
      }
    }
    console.warn(`NOT RUN with PyTorch: it could not be installed: ${failures.join("; ")}`);
    return null;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function makeVenv(base: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  execFileSync(base, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"], { stdio: "pipe" });
  execFileSync(base, ["-m", "venv", folder], { stdio: "pipe" });
  const index = process.platform === "linux" ? ["--extra-index-url", "https://download.pytorch.org/whl/cpu"] : [];
  const quick = ["--retries", "0", "--timeout", "20", "--disable-pip-version-check", "-q"];
  const install = (more: string[]): Buffer =>
    execFileSync(join(folder, "bin", "python"), ["-m", "pip", "install", ...quick, ...more], {
      stdio: "pipe",
      timeout: 900_000,
    });
  try {
    install(["torch==2.13.0+cpu", "numpy"]);
  } catch {
    install([...index, "torch", "numpy"]);
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

/** Another test file is making it; one that died leaves a lock that is old. */
function waitFor(python: string, lock: string): string | null {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (existsSync(lock) && Date.now() - statSync(lock, { throwIfNoEntry: true }).mtimeMs < 900_000) {
    Atomics.wait(pause, 0, 0, 500);
    if (existsSync(python)) return python;
  }
  return existsSync(python) ? python : null;
}

export interface InstalledPython {
  /** "3.8" */
  readonly version: string;
  readonly path: string;
}

/** CPython 3.8 and newer of pyenv, oldest first, one for each minor version. */
export function pythons(): InstalledPython[] {
  const versions = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  if (!existsSync(versions)) return [];
  const found = new Map<number, string>();
  for (const name of readdirSync(versions)) {
    const minor = Number(/^3\.(\d+)\.\d+$/.exec(name)?.[1]);
    const path = join(versions, name, "bin", "python");
    if (minor >= 8 && existsSync(path)) found.set(minor, path);
  }
  return [...found].sort(([a], [b]) => a - b).map(([minor, path]) => ({ version: `3.${minor}`, path }));
}

function firstLine(error: unknown): string {
  const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return text.trim().split("\n").slice(-1)[0] ?? text;
}
