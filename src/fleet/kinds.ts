import { features, noneValue, unknownValue } from "./features.ts";
import type { Dictionary, Table } from "./table.ts";

/** Machines with the same hardware, among them those that are like it but for a loss or a rarity. */
export interface Kind {
  readonly rows: number[];
  /** Rows whose hardware is exactly that of the kind. */
  readonly exact: number;
  /** By feature: the class that makes the kind; null where software is compared. */
  readonly classes: readonly (number | null)[];
}

interface Hardware {
  readonly classes: readonly number[];
  readonly rows: number[];
}

const hardware = features.flatMap((feature, f) => (feature.part === "hardware" ? [{ feature, f }] : []));

/** With more kinds than this, the hardware is not what tells machines apart, and the rest joins the nearest kind. */
const mostKinds = 200;

/**
 * For each value of a feature the number of its class: values that are the same but for the tolerance. Sorted numbers
 * are cut where the gap to the next is larger than it, so that no fixed border runs through the middle of like machines.
 */
export function classesOf(dictionary: Dictionary<string | number>, tolerance: number): readonly number[] {
  if (tolerance === 0) return dictionary.values.map((_, i) => i);
  const classes: number[] = dictionary.values.map((_, i) => i);
  const numbers = dictionary.values.flatMap((value, i) => (typeof value === "number" ? [{ value, i }] : []));
  numbers.sort((a, b) => a.value - b.value);
  numbers.forEach(({ value, i }, at) => {
    const before = numbers[at - 1];
    if (before && value - before.value <= tolerance * before.value) classes[i] = classes[before.i] ?? i;
  });
  return classes;
}

/** Few enough beside the usual ones to be an exception. */
export function isRare(count: number, usual: number): boolean {
  return count === 1 ? usual >= 2 : count * 3 <= usual;
}

/** Another model, or more of something, may well be another kind of machine, however few there are. */
const rarestKind = 100;

/**
 * Sorts the rows into kinds of hardware. A small set that only lacks something of a larger kind (a card fell off, memory
 * is gone, the driver no longer tells) is compared with that kind, and so is a set that is a rarity in every way.
 */
export function kindsOf(table: Table, classes: readonly (readonly number[])[]): Kind[] {
  const kinds: (Kind & { readonly hardware: Hardware })[] = [];
  for (const set of hardwareSets(table, classes)) {
    const nearest = nearestKind(set, kinds);
    if (nearest !== undefined && belongsTo(set, nearest, table, kinds.length)) {
      for (const row of set.rows) nearest.rows.push(row);
      continue;
    }
    const own = features.map((_, f) => {
      const at = hardware.findIndex((h) => h.f === f);
      return at < 0 ? null : (set.classes[at] ?? null);
    });
    kinds.push({ rows: [...set.rows], exact: set.rows.length, classes: own, hardware: set });
  }
  return kinds;
}

/** Those of which all is known first, of these the largest, of equal ones the first that was read. */
function hardwareSets(table: Table, classes: readonly (readonly number[])[]): Hardware[] {
  const sets = new Map<string, Hardware>();
  for (let row = 0; row < table.size; row++) {
    const own = hardware.map(({ f }) => classes[f]?.[table.columns[f]?.[row] ?? 0] ?? 0);
    const key = own.join();
    const set = sets.get(key);
    if (set) set.rows.push(row);
    else sets.set(key, { classes: own, rows: [row] });
  }
  const unknowns = ({ classes: own }: Hardware): number =>
    hardware.filter(({ f }, h) => table.dictionaries[f]?.values[own[h] ?? 0] === unknownValue).length;
  return [...sets.values()]
    .map((set) => ({ set, unknown: unknowns(set) }))
    .sort((a, b) => a.unknown - b.unknown || b.set.rows.length - a.set.rows.length)
    .map(({ set }) => set);
}

function nearestKind<K extends { readonly hardware: Hardware }>(set: Hardware, kinds: readonly K[]): K | undefined {
  let nearest: K | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const kind of kinds) {
    let distance = 0;
    hardware.forEach(({ feature }, h) => {
      if (set.classes[h] !== kind.hardware.classes[h]) distance += feature.weight ?? 1;
    });
    // Kinds come largest first, so that of equally near ones the largest is taken.
    if (distance < least) [nearest, least] = [kind, distance];
  }
  return nearest;
}

function belongsTo(
  set: Hardware,
  kind: { readonly hardware: Hardware; readonly exact: number },
  table: Table,
  kinds: number,
): boolean {
  if (kinds >= mostKinds) return true;
  const count = set.rows.length;
  const differences = hardware.flatMap(({ feature, f }, h): Difference[] => {
    const [mine = 0, usual = 0] = [set.classes[h], kind.hardware.classes[h]];
    const have = table.dictionaries[f]?.values[mine];
    const want = table.dictionaries[f]?.values[usual];
    return mine === usual ? [] : [differenceOf(have, want, feature.loss === true)];
  });
  // What is not known makes no kind, however often it is not known.
  if (differences.every((difference) => difference === "unknown")) return true;
  if (count === 1 && kind.exact >= 2) return true;
  return differences.includes("other") ? count * rarestKind <= kind.exact : isRare(count, kind.exact);
}

type Difference = "unknown" | "lost" | "other";

function differenceOf(have: string | number | undefined, want: string | number | undefined, loss: boolean): Difference {
  if (have === unknownValue) return "unknown";
  if (have === noneValue) return "lost";
  return loss && typeof have === "number" && typeof want === "number" && have < want ? "lost" : "other";
}
