/** Real outputs to mutate: what the test machines said, the texts that people pasted, the scripts of the lint. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "../../src/host/recording.ts";
import { machineNames, machineRecording } from "../support/machine.ts";

const tests = join(import.meta.dirname, "..");

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export const recordings = once((): readonly Recording[] => machineNames().map(machineRecording));

/** What commands whose words begin like this printed. */
export function outputs(...commands: readonly string[]): () => readonly string[] {
  return once(() =>
    distinct(
      recordings().flatMap((recording) =>
        Object.entries(recording.commands).flatMap(([key, { stdout, stderr }]) =>
          commands.some((command) => key.includes(command)) ? [stdout, stderr] : [],
        ),
      ),
    ),
  );
}

/** Files whose path ends like this. */
export function files(...ends: readonly string[]): () => readonly string[] {
  return once(() =>
    distinct(
      recordings().flatMap((recording) =>
        Object.entries(recording.files).flatMap(([path, content]) =>
          typeof content === "string" && ends.some((end) => path.endsWith(end)) ? [content] : [],
        ),
      ),
    ),
  );
}

/** All files below a folder of test/. */
export function below(folder: string): () => readonly string[] {
  return once(() => distinct(walk(join(tests, folder))));
}

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [readFileSync(path, "utf8")];
  });
}

function distinct(texts: readonly string[]): readonly string[] {
  const some = [...new Set(texts)].filter((text) => text !== "" && text.length <= 65_536);
  return some.length > 0 ? some : [""];
}
