import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

let told: LinkedTfjs | null | undefined;

/**
 * tfjs-node-gpu linked against the library of a tensorflow-cpu wheel, made once under node_modules/.cache; null, with
 * the reason printed, where it cannot be had. Asked for by one test file only.
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
  }
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: "pipe", timeout: 600_000, cwd: cache });
}

function notRun(reason: string): null {
  console.warn(`NOT RUN with tfjs-node-gpu linked against TensorFlow: ${reason}`);
  return null;
}
