#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

/** What src/cli.ts exports. */
interface Program {
  readonly main: (given: readonly string[]) => Promise<void>;
}

/**
 * The program that users start, built as CommonJS, for which Node sets up less than for a module. `check`, the command
 * that runs before every job, is loaded as one file with its compiled code beside it where the build could make that
 * (scripts/build/check-bundle.mjs): half of its time would go into reading some forty modules and compiling them anew.
 * Every other command is loaded in parts.
 */
async function start(given: readonly string[]): Promise<void> {
  const { main } = given[0] === "check" ? load(join(__dirname, "check.cjs")) : await import("./cli.ts");
  await main(given);
}

function load(file: string): Program {
  // The build writes ASCII. V8 itself refuses a cache of another version, other flags or another source.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, "latin1")}\n})`;
  const script = new Script(source, { filename: file, cachedData: compiled(`${file}.cache`) });
  // Code out of a cache has forgotten how to import; its parts stand beside this file, too.
  const importPart = (name: string) => import(name);
  const module = { exports: {} as Program, importPart };
  script.runInThisContext()(module.exports, require, module, file, dirname(file));
  return module.exports;
}

function compiled(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

start(process.argv.slice(2));
