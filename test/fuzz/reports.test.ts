/** What a machine says reaches every report as text, and never as an escape sequence, markup, a link or a metric. */
import fc from "fast-check";
import { test } from "vitest";
import { below, recordings } from "./corpus.ts";
import { documentOf, leaks, leaksOfDocuments, leaksOfText, leaksOfTwo } from "./formats.ts";
import { hostileMachine, spoilt } from "./hostile.ts";
import { textsLike } from "./inputs.ts";

type Failure = Pick<fc.RunDetails<unknown>, "failed" | "seed" | "counterexamplePath" | "errorInstance">;

test("no format lets through what a machine says", { timeout: 300_000 }, async () => {
  const property = fc.asyncProperty(hostileMachine, async (recording) => {
    const found = await leaks(recording);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
  await fc.assert(property, { numRuns: 60, seed: 20_260_701, reporter: brief });
});

test("explain lets through nothing of a pasted text", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(textsLike(below("texts")), (text) => {
      const found = leaksOfText(text);
      if (found.length > 0) throw new Error(found.join("\n"));
    }),
    { numRuns: 150, seed: 20_260_701 },
  );
});

test("diff lets through nothing of two machines", { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(hostileMachine, hostileMachine, async (one, other) => {
    const found = await leaksOfTwo(one, other);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
  await fc.assert(property, { numRuns: 20, seed: 20_260_701, reporter: brief });
});

test("fleet lets through nothing of its reports", { timeout: 120_000 }, async () => {
  const documents = await Promise.all(recordings().slice(0, 4).map(documentOf));
  const property = fc.asyncProperty(spoilt(documents), async (hostile) => {
    const found = await leaksOfDocuments(hostile);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
  await fc.assert(property, { numRuns: 40, seed: 20_260_701, reporter: brief });
});

/** The whole recording would be hundreds of lines. */
function brief({ failed, seed, counterexamplePath, errorInstance }: Failure): void {
  if (failed) throw new Error(`seed ${seed}, path ${counterexamplePath}: ${String(errorInstance)}`);
}
