import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let found: string | undefined;

/**
 * The folder of the Python programs that come with the package, absolute. It is looked for upwards, because the bundle
 * and the source lie at different depths.
 */
export function scriptsFolder(): string {
  found ??= lookUpwards(dirname(fileURLToPath(import.meta.url)));
  return found;
}

function lookUpwards(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const here = join(folder, "scripts", "python");
    if (existsSync(here)) return here;
    if (dirname(folder) === folder) return join(from, "scripts", "python");
  }
}

/** One of the package's Python programs by file name, as an absolute path: what a probe puts into argv. */
export function pythonScript(name: string): string {
  return join(scriptsFolder(), name);
}

/** Turns a path below the scripts folder into its form in a recording, `{scripts}/name.py`; other words stay. */
export function withoutScriptsFolder(argv: readonly string[], folder: string): string[] {
  return argv.map((word) => {
    if (!word.startsWith(folder) || !/^[\\/]/.test(word.slice(folder.length))) return word;
    return `{scripts}${word.slice(folder.length).replaceAll("\\", "/")}`;
  });
}
