#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";

/** What src/cli.ts exports. */
interface Program {
  readonly main: (given: readonly string[]) => Promise<void>;
}

/**
 * The program that users start. `check`, the command that runs before every job, is loaded as one file with its
 * compiled code beside it where the build could make that (scripts/build/check-bundle.mjs): half of its time would
 * go into reading some forty modules and compiling them anew. Every other command is loaded in parts.
 */
const given = process.argv.slice(2);
const bundle = fileURLToPath(new URL("./check.cjs", import.meta.url));
const { main } = given[0] === "check" && existsSync(bundle) ? load(bundle) : await import("./cli.ts");
await main(given);

function load(file: string): Program {
  const require = createRequire(file);
  const cache = `${file}.cache`;
  if (!existsSync(cache)) return require(file);
  // The build writes ASCII. V8 itself refuses a cache of another version, other flags or another source.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, "latin1")}\n})`;
  const script = new Script(source, { filename: file, cachedData: readFileSync(cache) });
  // Code out of a cache has forgotten how to import.
  const importPart = (name: string) => import(new URL(name, pathToFileURL(file)).href);
  const module = { exports: {} as Program, importPart };
  script.runInThisContext()(module.exports, require, module, file, dirname(file));
  return module.exports;
}
