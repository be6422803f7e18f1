import { readdirSync, readFileSync } from "node:fs";
import type { CauseId } from "../../checks/causes/ids.ts";
import truth from "./truth.json" with { type: "json" };

/** A problem that a script has, as `#! cause-id` at the end of its line says. */
export interface Expected {
  readonly line: number;
  readonly cause: CauseId;
}

export interface Script {
  readonly name: string;
  readonly text: string;
  readonly expected: readonly Expected[];
}

/** What a script did when it was run (scripts/lint-truth/measure.mjs). */
export interface Truth {
  readonly status: "ok" | "failed" | "cannot-run";
  readonly cause?: string | null;
  /** The line in <module> that the refused worker was at; null where the traceback does not say. */
  readonly line?: number | null;
  readonly reason?: string;
  /** Lines that make a loader which started its workers more than once. */
  readonly restarted: readonly number[];
  /** Lines whose loaders, one or several, started workers more than once. */
  readonly respawned: readonly number[];
}

const folder = new URL("scripts/", import.meta.url);

export const scripts: readonly Script[] = readdirSync(folder)
  .filter((name) => name.endsWith(".py"))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const expected = text.split("\n").flatMap((line, i) => {
      const marked = /#! ([\w-]+)$/.exec(line)?.[1];
      return marked === undefined ? [] : [{ line: i + 1, cause: marked as CauseId }];
    });
    return { name, text, expected };
  });

export const measured: Readonly<Record<"spawn" | "fork", Readonly<Record<string, Truth>>>> = {
  spawn: truth.spawn as Record<string, Truth>,
  fork: truth.fork as Record<string, Truth>,
};
