#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

/** What src/cli.ts exports. */
interface Program {
  readonly main: (given: readonly string[]) => Promise<void>;
}

/**
 * The program that users start, built as CommonJS, for which Node sets up less than for a module. `check`, the command
 * that runs before every job, is loaded as two files with their compiled code beside them where the build could make
 * that (scripts/build/check-bundle.mjs): half of its time would go into reading some forty modules and compiling them
 * anew. Every other command is loaded in parts.
 */
async function start(given: readonly string[]): Promise<void> {
  const { main } = given[0] === "check" ? (load("check.cjs") as Program) : await import("./cli.ts");
  await main(given);
}

const loaded = new Map<string, unknown>();

/** What a file that stands beside this one exports. */
function load(name: string): unknown {
  if (loaded.has(name)) return loaded.get(name);
  const file = join(__dirname, name);
  // The build writes ASCII. V8 itself refuses a cache of another version, other flags or another source.
  const script = new Script(readFileSync(file, "latin1"), { filename: file, cachedData: compiled(`${file}.cache`) });
  const module = { exports: {}, importPart };
  script.runInThisContext()(module.exports, require, module, file, __dirname);
  loaded.set(name, module.exports);
  return module.exports;
}

/** Code out of a cache has forgotten how to import. */
async function importPart(name: string): Promise<unknown> {
  return name.endsWith(".cjs") ? load(name) : import(name);
}

function compiled(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

start(process.argv.slice(2));
