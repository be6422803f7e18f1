import type { Fact } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Said } from "../text/message.ts";
import type { Side } from "./side.ts";

/** What one trait of a machine looks like: named values, none of them where it is not there. */
export type Look =
  | { readonly known: true; readonly values: ReadonlyMap<string, string> }
  | { readonly known: false }
  /** This side does not tell, by its nature: there is nothing to compare. */
  | null;

/** Path of a fact below `Facts`: "driver.built". */
export type FactPath = string;

export interface Trait {
  readonly id: string;
  readonly title: Said;
  /**
   * act: something that somebody or an update does; state: what follows on the machine; quiet: what is always in
   * motion and is told only where it explains something.
   */
  readonly role: "act" | "state" | "quiet";
  readonly read: (side: Side) => Look;
  /** The facts that it is read from. */
  readonly rests: readonly FactPath[] | ((key: string) => readonly FactPath[]);
  /** Other facts that change with it. */
  readonly upsets?: readonly FactPath[] | ((key: string) => readonly FactPath[]);
  /** Facts in which this trait, or the value `key` of it, is as it was. Default: `rests` taken over from there. */
  readonly revert?: (facts: Facts, before: Facts, key: string) => Facts;
  /** Checks that a change may turn, as far as reports alone can tell. */
  readonly checks: readonly string[];
  /** An act only where both sides have a value. */
  readonly silentIsState?: true;
  /** Of numbers: what is better. */
  readonly better?: "more";
  /** Numbers that differ by less than this share are the same. */
  readonly tolerance?: number;
}

export const nothing: Look = { known: true, values: new Map() };

export function one(text: string | number | null): Look {
  return text === null ? nothing : { known: true, values: new Map([["", String(text)]]) };
}

export function many(entries: Iterable<readonly [string, string]>): Look {
  return { known: true, values: new Map(entries) };
}

/** null with a reason in the report is not known, without one it is not there. */
export function told({ report }: Side, path: string, value: string | number | null): Look {
  if (value !== null) return one(value);
  return Object.hasOwn(report.unknown, path) ? { known: false } : nothing;
}

/** An older snapshot lacks questions that were added later: that says nothing of the machine. */
const neverAsked = /not in the snapshot|not looked at|: failed$/;

/** A trait that only a snapshot tells. */
export function ofFact<T>(pick: (facts: Facts) => Fact<T> | undefined, show: (value: T) => Look): Trait["read"] {
  return ({ seen }) => {
    const fact = seen === null ? undefined : pick(seen.facts);
    if (fact === undefined) return null;
    if (fact.state === "unknown") return neverAsked.test(fact.reason.en) ? null : { known: false };
    return fact.state === "absent" ? nothing : show(fact.value);
  };
}

/** A trait that is one fact, and follows from others. */
export function state(
  id: string,
  title: Trait["title"],
  path: string,
  read: Trait["read"],
  checks: readonly string[],
): Trait {
  return { id, title, role: "state", read, rests: [path], checks };
}

export function yesNo(value: boolean): Look {
  return one(value ? "yes" : "no");
}

export function listed(names: readonly string[]): Look {
  return names.length === 0 ? nothing : one([...names].sort().join(", "));
}
