import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules", ".cache", "envdoctor", "tfjs");

export interface LinkedTfjs {
  /** A project whose node_modules hold the linked tfjs-node-gpu: the working folder of a run. */
  readonly project: string;
  readonly package: string;
  /** A Python with tensorflow-cpu. */
  readonly python: string;
}

export const linkScript = join(root, "scripts", "tfjs", "link.mjs");

/** Installing TensorFlow from the network and building the binding. */
const longestMs = 900_000;
let told: LinkedTfjs | null | undefined;

/**
 * tfjs-node-gpu linked against the library of a tensorflow-cpu wheel, made once under node_modules/.cache; null, with
 * the reason printed, where it cannot be had. Test files may ask at the same time: the first one makes it.
 */
export function linkedTfjs(): LinkedTfjs | null {
  if (told === undefined) told = make();
  return told;
}

function make(): LinkedTfjs | null {
  const python = join(cache, "venv", "bin", "python");
  const linked = { project: cache, package: join(cache, "node_modules", "@tensorflow", "tfjs-node-gpu"), python };
  const complete = join(cache, "complete");
  if (existsSync(complete)) return linked;
  if (process.platform !== "linux") return notRun("it is linked on Linux only");
  const lock = `${cache}.lock`;
  mkdirSync(dirname(cache), { recursive: true });
  if (!takeLock(lock)) {
    waitWhile(lock, complete);
    return existsSync(complete) ? linked : notRun("another test file could not make it");
  }
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  try {
    run("python3", ["-m", "venv", join(cache, "venv")]);
    const quick = ["--retries", "0", "--timeout", "20", "--disable-pip-version-check", "-q"];
    run(python, ["-m", "pip", "install", ...quick, "tensorflow-cpu"]);
    writeFileSync(
      join(cache, "package.json"),
      JSON.stringify({ private: true, dependencies: { "@tensorflow/tfjs-node-gpu": "4.22.0" } }),
    );
    run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--prefix", cache]);
    run(process.execPath, [linkScript, "--package", linked.package, "--tensorflow", python]);
    writeFileSync(complete, "");
    return linked;
  } catch (error) {
    const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    return notRun(text.trim().split("\n").slice(-3).join(" "));
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // One that died leaves a lock that is old.
    if (lockAge(lock) < longestMs) return false;
    rmSync(lock, { recursive: true, force: true });
    return takeLock(lock);
  }
}

function waitWhile(lock: string, complete: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(complete) && lockAge(lock) < longestMs) Atomics.wait(pause, 0, 0, 500);
}

/** Milliseconds since it was taken; Infinity where nobody holds it. */
function lockAge(lock: string): number {
  const held = statSync(lock, { throwIfNoEntry: false });
  return held === undefined ? Number.POSITIVE_INFINITY : Date.now() - held.mtimeMs;
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: "pipe", timeout: 600_000, cwd: cache });
}

function notRun(reason: string): null {
  console.warn(`NOT RUN with tfjs-node-gpu linked against TensorFlow: ${reason}`);
  return null;
}
