import { byName } from "./names.ts";

export interface Attendance {
  /** Expected machines of which there is not even a broken report. */
  readonly missing: readonly string[];
  /** Machines that sent a report and stand on no list. */
  readonly unexpected: readonly string[];
}

/** Who of the expected machines sent nothing. A name matches with its domain or without where that is unambiguous. */
export function attendance(
  expected: readonly string[],
  present: readonly string[],
  broken: readonly string[],
): Attendance {
  const known = namesAndShort([...present, ...broken]);
  const wanted = namesAndShort(expected);
  const missing = expected.filter((name) => !known.has(name) && !known.has(short(name)));
  const unexpected = present.filter((name) => !wanted.has(name) && !wanted.has(short(name)));
  return { missing: missing.sort(byName), unexpected: unexpected.sort(byName) };
}

const short = (name: string): string => (/^[\d.]+$/.test(name) ? name : name.replace(/\..*/, ""));

/** All names, and the short form of those that share it with no other. */
function namesAndShort(names: readonly string[]): Set<string> {
  const all = new Set(names);
  const owners = new Map<string, number>();
  for (const name of all) owners.set(short(name), (owners.get(short(name)) ?? 0) + 1);
  for (const [name, owned] of owners) if (owned === 1) all.add(name);
  return all;
}
