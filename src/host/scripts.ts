import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Programs by file name in the single-file build, which has no folder beside it; elsewhere not defined. */
declare const EMBEDDED_SCRIPTS: Readonly<Record<string, string>> | undefined;

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

/**
 * Arguments for an interpreter as they are passed on: in the single-file build the path of a program becomes `-c` and
 * its text. Unlike a path, `-c` would put the working folder first on sys.path.
 */
export function withEmbeddedScripts(args: readonly string[]): readonly string[] {
  if (typeof EMBEDDED_SCRIPTS === "undefined") return args;
  const programs = Object.entries(EMBEDDED_SCRIPTS).map(([name, text]) => ({ path: pythonScript(name), text }));
  return args.flatMap((word) => {
    const program = programs.find(({ path }) => path === word);
    return program === undefined
      ? [word]
      : ["-c", `import sys\nif sys.path[:1] == [""]: del sys.path[0]\n${program.text}`];
  });
}
