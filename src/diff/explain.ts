import type { Diagnosis } from "../diagnosis/diagnose.ts";
import type { Facts } from "../facts/facts.ts";
import type { Certainty } from "./certainty.ts";
import { type Change, roleOf } from "./changes.ts";
import type { ReadReport } from "./report-schema.ts";
import type { FactPath, Trait } from "./trait.ts";

export type Diagnose = (facts: Facts) => Diagnosis;

export interface Reason {
  readonly change: Change;
  readonly certainty: Certainty;
}

export interface Moment {
  readonly report: ReadReport;
  readonly facts: Facts | null;
}

/**
 * What changes brought a cause that `now` has and `before` had not. Checks are pure functions of facts, so it can be
 * tried: take the facts of now, set one thing back to what it was, and judge again. With reports alone, only the
 * checks tell what they look at.
 */
export function reasonsFor(
  cause: string,
  changes: readonly Change[],
  now: Moment,
  before: Moment,
  diagnose: Diagnose,
): Reason[] {
  const checks = now.report.causes.find(({ id }) => id === cause)?.findings ?? [];
  const { facts } = now;
  const was = before.facts;
  if (facts === null || was === null) return possible(changes, checks);
  const goneWithout = (undone: readonly Change[], more: readonly FactPath[] = []): boolean => {
    const tried = undone.reduce((rest, change) => setBack(change, rest, was), facts);
    return !diagnose(takeOver(tried, was, more)).causes.some((each) => each.cause.id === cause);
  };
  const certain = distinct(changes.filter((change) => goneWithout([change])));
  const sure = certain.map((change): Reason => ({ change, certainty: "certain" }));
  if (certain.some((change) => roleOf(change) === "act")) return sure;
  const roots = changes.filter(
    (change) => roleOf(change) === "act" && upsetBy(change).length > 0 && goneWithout([change], upsetBy(change)),
  );
  if (roots.length > 0) {
    const followers = changes.filter((change) => !certain.includes(change) && followsFrom(change, roots, checks));
    return [
      ...roots.map((change): Reason => ({ change, certainty: "likely" })),
      ...sure,
      ...followers.map((change): Reason => ({ change, certainty: "follows" })),
    ];
  }
  const looked = possible(changes, checks).filter(({ change }) => !certain.includes(change));
  if (sure.length > 0) return [...sure, ...looked.filter(({ change }) => roleOf(change) === "state")];
  const jointly = fewest(changes, goneWithout);
  return jointly.length > 0 ? jointly.map((change): Reason => ({ change, certainty: "together" })) : looked;
}

/** Of changes that are read from the same facts, the first tells enough. */
function distinct(changes: readonly Change[]): Change[] {
  const seen = new Set<string>();
  return changes.filter((change) => {
    if (change.trait.revert) return true;
    const paths = restsOf(change).join();
    return !seen.has(paths) && seen.add(paths);
  });
}

function followsFrom(change: Change, roots: readonly Change[], checks: readonly string[]): boolean {
  const upset = roots.flatMap(upsetBy);
  return (
    roleOf(change) === "state" &&
    change.trait.checks.some((check) => checks.includes(check)) &&
    restsOf(change).some((path) => upset.includes(path))
  );
}

/** No more changes than it takes, the least telling ones left out first. */
function fewest(changes: readonly Change[], gone: (undone: readonly Change[]) => boolean): Change[] {
  if (!gone(changes)) return [];
  return [...changes].reverse().reduce<Change[]>(
    (kept, change) => {
      const fewer = kept.filter((each) => each !== change);
      return gone(fewer) ? fewer : kept;
    },
    [...changes],
  );
}

/** Only what the report says: the checks of the cause, and the traits these look at. */
function possible(changes: readonly Change[], checks: readonly string[]): Reason[] {
  return changes
    .filter(({ trait }) => trait.role !== "quiet" && trait.checks.some((check) => checks.includes(check)))
    .map((change) => ({ change, certainty: "possible" }));
}

function setBack({ trait, keys }: Change, now: Facts, before: Facts): Facts {
  const { revert } = trait;
  if (revert) return keys.reduce((facts, key) => revert(facts, before, key), now);
  return takeOver(now, before, pathsOf(trait.rests, keys));
}

const restsOf = ({ trait, keys }: Change): readonly FactPath[] => pathsOf(trait.rests, keys);
const upsetBy = ({ trait, keys }: Change): readonly FactPath[] => pathsOf(trait.upsets ?? [], keys);

function pathsOf(paths: Trait["rests"], keys: readonly string[]): readonly FactPath[] {
  return typeof paths === "function" ? keys.flatMap(paths) : paths;
}

/** `facts` with these facts as they are in `from`. */
function takeOver(facts: Facts, from: Facts, paths: readonly FactPath[]): Facts {
  return paths.reduce<Facts>((rest, path) => withFact(rest, from, path.split(".")), facts);
}

function withFact<T>(of: T, from: T, [name, ...rest]: readonly string[]): T {
  if (name === undefined) return from;
  if (!isTable(of) || !isTable(from) || !(name in from)) return of;
  return { ...of, [name]: withFact(of[name], from[name], rest) };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
