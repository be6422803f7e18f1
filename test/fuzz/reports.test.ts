/** What a machine says reaches every report as text, and never as an escape sequence, markup, a link or a metric. */
import fc from "fast-check";
import { test } from "vitest";
import type { Recording } from "../../src/host/recording.ts";
import { leaks } from "./formats.ts";
import { hostileMachine } from "./hostile.ts";

test("no format lets through what a machine says", { timeout: 300_000 }, async () => {
  const property = fc.asyncProperty(hostileMachine, async (recording) => {
    const found = await leaks(recording);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
  await fc.assert(property, { numRuns: 60, seed: 20_260_701, reporter: brief });
});

/** The whole recording would be hundreds of lines. */
function brief({ failed, seed, counterexamplePath, errorInstance }: fc.RunDetails<[Recording]>): void {
  if (failed) throw new Error(`seed ${seed}, path ${counterexamplePath}: ${String(errorInstance)}`);
}
