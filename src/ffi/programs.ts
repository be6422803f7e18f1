import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Programs that call the driver's libraries. Each is an entry of scripts/build.mjs and runs in a process of its own under
 * a deadline (`host.run`, `streamProgram`), because a driver can hang for good or crash the process that asks it.
 */
type ProgramName = "cuda" | "nvml";

/**
 * The program's path, looked for as far up as the package goes: the bundle and the source lie at different depths.
 * Undefined in the single-file build, which comes without it.
 */
export function driverProgram(name: ProgramName): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const path of [join(folder, `driver-${name}.mjs`), join(folder, "dist", `driver-${name}.mjs`)]) {
      if (existsSync(path)) return path;
    }
    if (existsSync(join(folder, "package.json")) || dirname(folder) === folder) return undefined;
  }
}
