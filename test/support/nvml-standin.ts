import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const source = join(import.meta.dirname, "nvml-standin", "nvml.c");

interface Standin {
  /** A folder for LD_LIBRARY_PATH, with libnvidia-ml.so.1 in it; any user may read it. */
  readonly folder: string;
}

/**
 * Builds the stand-in for libnvidia-ml, once for each version of its source. `old`: as drivers before R410 have it, with
 * fewer functions. Returns why not, where there is no compiler.
 */
export function nvmlStandin(old = false): Standin | { readonly reason: string } {
  if (process.platform !== "linux") return { reason: "the stand-in for NVML is built on Linux only" };
  const flags = old ? ["-DOLD"] : [];
  const digest = createHash("sha256").update(readFileSync(source)).update(flags.join()).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `envdoctor-nvml-standin-${digest}`);
  const library = join(folder, "libnvidia-ml.so.1");
  if (existsSync(library)) return { folder };
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const made = `${library}.${process.pid}`;
  try {
    execFileSync("gcc", ["-shared", "-fPIC", "-O2", ...flags, "-o", made, source], { stdio: "pipe" });
  } catch (error) {
    return { reason: `gcc: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}` };
  }
  renameSync(made, library);
  return { folder };
}
