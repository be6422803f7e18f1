import type { Fact } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";

/**
 * What the text tells, completed by what was seen on the machine. Where both know something the text counts: it tells
 * of the moment in which it went wrong.
 */
export function mergeFacts(told: Facts, seen: Facts): Facts {
  return merged(told, seen) as Facts;
}

type Tree = Fact<unknown> | { readonly [key: string]: Tree };

function merged(told: unknown, seen: unknown): unknown {
  if (isFact(told)) return told.state === "unknown" && isFact(seen) ? seen : told;
  const both = { ...(seen as Record<string, Tree>) };
  for (const [key, value] of Object.entries(told as Record<string, Tree>)) {
    both[key] = merged(value, both[key]) as Tree;
  }
  return both;
}

function isFact(of: unknown): of is Fact<unknown> {
  return typeof of === "object" && of !== null && "state" in of;
}
