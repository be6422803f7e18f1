import { features } from "./features.ts";
import { classesOf, isRare, type Kind, kindsOf } from "./kinds.ts";
import type { NamedCause, Problem, Table } from "./table.ts";

type Value = string | number;

/** Something in which a machine is not as the others of its kind. */
export interface Deviation {
  readonly feature: string;
  readonly found: Value;
  readonly usual: Value;
}

/** Machines of one kind that are odd in the same way. */
export interface Oddity {
  readonly kind: number;
  readonly rows: readonly number[];
  /** Something is broken there, and it is not the same everywhere. */
  readonly sick: boolean;
  readonly deviations: readonly Deviation[];
  /** Root causes that most machines of the kind do not have. */
  readonly causes: readonly NamedCause[];
  /** Findings that most machines of the kind do not have; words of the first machine. */
  readonly problems: readonly Problem[];
}

/** A property with several values, none of which is an exception. */
interface Split {
  readonly feature: string;
  readonly values: readonly { readonly value: Value; readonly machines: number }[];
}

interface KindSummary {
  readonly machines: number;
  /** By feature id, what most machines have. */
  readonly usual: Readonly<Record<string, Value>>;
  readonly splits: readonly Split[];
  /** Findings that are no exception among these machines. */
  readonly shared: readonly { readonly problem: Problem; readonly machines: number }[];
}

export interface Comparison {
  readonly kinds: readonly KindSummary[];
  /** Sick ones first, then those of most machines. */
  readonly oddities: readonly Oddity[];
  /** Machines by root cause, harmless ones left out; most machines first. */
  readonly causes: readonly { readonly cause: NamedCause; readonly rows: readonly number[] }[];
  /** Each machine counts once: sick (a check failed), odd, or alike. */
  readonly counts: { readonly alike: number; readonly odd: number; readonly sick: number };
}

/** Finds what is usual among machines of one kind, and which of them are odd. Linear in the number of machines. */
export function compare(table: Table): Comparison {
  const classes = table.dictionaries.map((dictionary, f) => classesOf(dictionary, features[f]?.tolerance ?? 0));
  const kinds = kindsOf(table, classes).map((kind) => new KindView(table, classes, kind));
  const counts = { alike: 0, odd: 0, sick: 0 };
  const oddities = kinds.flatMap((kind, k) => oddOnes(kind, k, table, counts));
  return {
    kinds: kinds.map((kind) => kind.summary()),
    oddities: oddities.sort((a, b) => Number(b.sick) - Number(a.sick) || b.rows.length - a.rows.length),
    causes: countCauses(table),
    counts,
  };
}

function oddOnes(
  kind: KindView,
  k: number,
  table: Table,
  counts: { alike: number; odd: number; sick: number },
): Oddity[] {
  const oddities = new Map<string, Oddity & { rows: number[] }>();
  for (const row of kind.rows) {
    const own = kind.oddityOf(row);
    const sick = table.notReady[row] === true;
    if (sick) counts.sick++;
    else if (own === null) counts.alike++;
    else counts.odd++;
    if (own === null) continue;
    const before = oddities.get(own.key);
    if (before) before.rows.push(row);
    else oddities.set(own.key, { ...own.oddity, kind: k, rows: [row], sick: own.sick });
  }
  return [...oddities.values()];
}

function countCauses(table: Table): Comparison["causes"] {
  const rows = new Map<string, { readonly cause: NamedCause; readonly rows: number[] }>();
  table.causesOf.forEach((number, row) => {
    for (const cause of table.causes.at(number)) {
      const counted = rows.get(cause.id) ?? { cause, rows: [] };
      counted.rows.push(row);
      rows.set(cause.id, counted);
    }
  });
  return [...rows.values()].sort((a, b) => b.rows.length - a.rows.length || (a.cause.id < b.cause.id ? -1 : 1));
}

/** What is usual among the machines of one kind. */
class KindView {
  readonly rows: readonly number[];
  private readonly usual: readonly (number | null)[];
  private readonly countsByFeature: readonly ReadonlyMap<number, number>[];
  private readonly problemCounts: ReadonlyMap<string, { readonly problem: Problem; machines: number }>;
  private readonly causeCounts: ReadonlyMap<string, number>;

  constructor(
    private readonly table: Table,
    private readonly classes: readonly (readonly number[])[],
    kind: Kind,
  ) {
    this.rows = kind.rows;
    this.countsByFeature = features.map((_, f) => tally(kind.rows, (row) => [this.classAt(f, row)]));
    this.usual = features.map((_, f) => kind.classes[f] ?? mostFrequent(this.countsByFeature[f] ?? new Map()));
    const problems = new Map<string, { readonly problem: Problem; machines: number }>();
    for (const row of kind.rows) {
      for (const problem of table.problems.at(table.problemsOf[row] ?? 0)) {
        const counted = problems.get(keyOf(problem));
        if (counted) counted.machines++;
        else problems.set(keyOf(problem), { problem, machines: 1 });
      }
    }
    this.problemCounts = problems;
    this.causeCounts = tally(kind.rows, (row) => table.causes.at(table.causesOf[row] ?? 0).map((c) => c.id));
  }

  /** null where the machine is as most of its kind are. */
  oddityOf(
    row: number,
  ): { key: string; sick: boolean; oddity: Pick<Oddity, "deviations" | "causes" | "problems"> } | null {
    const deviations = features.flatMap((feature, f) => this.deviation(feature.id, f, row));
    const all = this.table.problems.at(this.table.problemsOf[row] ?? 0);
    const problems = all.filter((problem) => this.isOwn(problem));
    const causes = this.table.causes
      .at(this.table.causesOf[row] ?? 0)
      .filter(({ id }) => !this.isShared(this.causeCounts.get(id) ?? 0));
    if (deviations.length === 0 && problems.length === 0) return null;
    const key = JSON.stringify([deviations, problems.map(keyOf), causes.map((c) => c.id)]);
    return { key, sick: problems.some((p) => p.status === "fail"), oddity: { deviations, causes, problems } };
  }

  summary(): KindSummary {
    const usual: Record<string, Value> = {};
    const splits: Split[] = [];
    features.forEach((feature, f) => {
      const own = this.usual[f];
      if (own === null || own === undefined) return;
      usual[feature.id] = this.valueOf(f, own);
      const most = this.countOf(f, own);
      const beside = [...(this.countsByFeature[f] ?? [])].filter(([c, n]) => c !== own && !isRare(n, most));
      if (feature.part === "hardware" || beside.length === 0) return;
      const values = [[own, most] as const, ...beside].map(([c, machines]) => ({
        value: this.valueOf(f, c),
        machines,
      }));
      splits.push({ feature: feature.id, values: values.sort((a, b) => b.machines - a.machines) });
    });
    const shared = [...this.problemCounts.values()].filter(
      ({ problem, machines }) => !this.isException(problem, machines),
    );
    return { machines: this.rows.length, usual, splits, shared: shared.sort((a, b) => b.machines - a.machines) };
  }

  private deviation(feature: string, f: number, row: number): Deviation[] {
    const own = this.classAt(f, row);
    const usual = this.usual[f] ?? own;
    if (own === usual) return [];
    // Hardware decided the kind: what differs from it there was found to be an exception.
    if (features[f]?.part === "software" && !isRare(this.countOf(f, own), this.countOf(f, usual))) return [];
    return [{ feature, found: this.valueOf(f, own), usual: this.valueOf(f, usual) }];
  }

  /** A failure is one's own unless most have it, anything less where it is rare. */
  private isOwn(problem: Problem): boolean {
    return this.isException(problem, this.problemCounts.get(keyOf(problem))?.machines ?? 0);
  }

  private isException({ status }: Problem, machines: number): boolean {
    const others = this.rows.length - machines;
    return status === "fail" ? !this.isShared(machines) : isRare(machines, others);
  }

  private isShared(machines: number): boolean {
    return machines * 2 > this.rows.length;
  }

  private classAt(f: number, row: number): number {
    return this.classes[f]?.[this.table.columns[f]?.[row] ?? 0] ?? 0;
  }

  private countOf(f: number, ofClass: number): number {
    return this.countsByFeature[f]?.get(ofClass) ?? 0;
  }

  /** The class is numbered after one of its values. */
  private valueOf(f: number, ofClass: number): Value {
    return this.table.dictionaries[f]?.at(ofClass) ?? "";
  }
}

const keyOf = ({ id, status }: Problem): string => `${status} ${id}`;

function tally<T>(rows: readonly number[], read: (row: number) => readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const row of rows) for (const value of read(row)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Of equally frequent ones the first that was read. */
function mostFrequent(counts: ReadonlyMap<number, number>): number | null {
  let most: number | null = null;
  for (const [value, count] of counts) if (most === null || count > (counts.get(most) ?? 0)) most = value;
  return most;
}
