import { driverTraits } from "./driver-traits.ts";
import { reportTraits } from "./report-traits.ts";
import type { Side } from "./side.ts";
import { snapshotTraits } from "./snapshot-traits.ts";
import type { Look, Trait } from "./trait.ts";

/** A value as it was and as it is. null: not there; `unknown`: it could not be told. */
export type Value = { readonly text: string } | "unknown" | null;

export interface Change {
  readonly trait: Trait;
  /** Which values of a trait that has several: names of variables, packages …; else "" alone. */
  readonly keys: readonly string[];
  readonly before: Value;
  readonly after: Value;
}

/** What differs, in the order of the traits: from what people do to what follows from it. */
export function changesBetween(old: Side, now: Side): Change[] {
  const changes = [...reportTraits, ...driverTraits, ...snapshotTraits].flatMap((trait) =>
    changesOf(trait, fromHome(trait.read(old), old), fromHome(trait.read(now), now)),
  );
  const ofRole = (role: Trait["role"]) => changes.filter((change) => roleOf(change) === role);
  return [...ofRole("act"), ...ofRole("state"), ...ofRole("quiet")];
}

/** A driver that answers with another version was changed; one that does not answer any more need not have been. */
export function roleOf({ trait, before, after }: Change): Trait["role"] {
  const both = [before, after].every((value) => value !== null && value !== "unknown");
  return trait.role === "act" && trait.silentIsState && !both ? "state" : trait.role;
}

/** Paths as seen from home: that it is somebody else who looks is no change of the machine. */
function fromHome(look: Look, { seen }: Side): Look {
  if (look === null || !look.known || seen === null || seen.home.length < 4) return look;
  const short = (text: string): string => text.replaceAll(seen.home, "~");
  return { known: true, values: new Map([...look.values].map(([key, value]) => [short(key), short(value)])) };
}

function changesOf(trait: Trait, old: Look, now: Look): Change[] {
  if (old === null || now === null) return [];
  if (!old.known || !now.known) {
    const [before, after] = [together(old), together(now)];
    // Of what was not there and cannot be told now, nothing is known to have changed.
    return before === after || before === null || after === null ? [] : [{ trait, keys: [""], before, after }];
  }
  const groups = new Map<string, Change & { readonly keys: string[] }>();
  for (const key of new Set([...old.values.keys(), ...now.values.keys()])) {
    const [before, after] = [old.values.get(key), now.values.get(key)];
    if (same(before, after, trait)) continue;
    // Six packages that went from one version to another are one change.
    const step = JSON.stringify([before, after]);
    const group = groups.get(step) ?? { trait, keys: [], before: given(before), after: given(after) };
    group.keys.push(key);
    groups.set(step, group);
  }
  return [...groups.values()];
}

function together(look: NonNullable<Look>): Value {
  if (!look.known) return "unknown";
  const values = [...look.values].map(([name, value]) => [name, value].filter((part) => part !== "").join(" "));
  return values.length === 0 ? null : { text: values.join(", ") };
}

function given(text: string | undefined): Value {
  return text === undefined ? null : { text };
}

function same(before: string | undefined, after: string | undefined, { tolerance = 0 }: Trait): boolean {
  if (before === undefined || after === undefined) return before === after;
  if (tolerance > 0 && Number.isFinite(Number(before)) && Number.isFinite(Number(after))) {
    return Math.abs(Number(before) - Number(after)) <= tolerance * Math.max(Number(before), Number(after));
  }
  return withoutNumbers(before) === withoutNumbers(after);
}

/** Placeholders are numbered in the order in which a snapshot met them: another order is no change of the machine. */
function withoutNumbers(text: string): string {
  return text
    .replace(/\b(us[eé]r|host) ?\d+\b/gu, "$1#")
    .replace(/\b(redacted-[a-z]+|serial|mail)-?\d+\b/g, "$1#")
    .replace(/\b198\.(?:18|19)\.\d{1,3}\.\d{1,3}\b/g, "198.18.#")
    .replace(/\b[0-9a-f]{8}-0000-0000-0000-0{12}\b/g, "uuid#");
}
