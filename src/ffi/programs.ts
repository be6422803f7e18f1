import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Programs that call the driver's libraries. Each is an entry of scripts/build.mjs and runs in a process of its own under
 * a deadline (`host.run`, `streamProgram`), because a driver can hang for good or crash the process that asks it.
 */
const files = { cuda: "driver-cuda.mjs", nvml: "driver-nvml.cjs" } as const;

/**
 * The program's path, looked for as far up as the package goes: the bundle and the source lie at different depths.
 * Undefined in the single-file build, which comes without it.
 */
export function driverProgram(name: keyof typeof files): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const path of [join(folder, files[name]), join(folder, "dist", files[name])]) {
      if (existsSync(path)) return path;
    }
    if (existsSync(join(folder, "package.json")) || dirname(folder) === folder) return undefined;
  }
}
