import type { Comparison, Deviation, Oddity } from "../fleet/compare.ts";
import type { Attendance } from "../fleet/expect.ts";
import type { Gathered, Unreadable } from "../fleet/gather.ts";
import { byName, foldNames } from "../fleet/names.ts";
import type { Problem } from "../fleet/table.ts";
import type { Language } from "../text/message.ts";

export interface Fleet {
  readonly gathered: Gathered;
  readonly comparison: Comparison;
  /** null where no list of expected machines was given. */
  readonly attendance: Attendance | null;
  readonly version: string;
}

type Value = string | number;

export interface ReportedOddity {
  /** Folded names, as Slurm and ClusterShell take them. */
  readonly nodes: string;
  readonly machines: readonly string[];
  readonly status: "sick" | "odd";
  /** 1-based number in `kinds`. */
  readonly kind: number;
  readonly causes: readonly { readonly id: string; readonly title: string }[];
  readonly deviations: readonly Deviation[];
  readonly findings: readonly Problem[];
}

/** `fleet --json`. The shape is fixed: a change raises schemaVersion. */
export interface FleetReport {
  readonly schemaVersion: 1;
  readonly kind: "fleet";
  readonly tool: { readonly name: "envdoctor"; readonly version: string };
  readonly counts: {
    readonly machines: number;
    readonly alike: number;
    readonly odd: number;
    readonly sick: number;
    /** null where no list of expected machines was given. */
    readonly missing: number | null;
    readonly unreadable: number;
  };
  readonly oddities: readonly ReportedOddity[];
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly unreadable: readonly {
    readonly file: string;
    readonly line: number | null;
    readonly machine: string;
    readonly reason: string;
  }[];
  readonly replaced: readonly string[];
  readonly causes: readonly {
    readonly id: string;
    readonly title: string;
    readonly machines: number;
    readonly nodes: string;
  }[];
  readonly kinds: readonly {
    readonly machines: number;
    readonly usual: Readonly<Record<string, Value>>;
    readonly differs: readonly {
      readonly feature: string;
      readonly values: readonly { readonly value: Value; readonly machines: number }[];
    }[];
    readonly shared: readonly (Problem & { readonly machines: number })[];
  }[];
}

/** `language` is that of the reasons; machine formats carry English. */
export function fleetReport({ gathered, comparison, attendance, version }: Fleet, language: Language): FleetReport {
  const { names, unreadable, replaced } = gathered;
  const named = (rows: readonly number[]): string[] => rows.map((row) => names[row] ?? "").sort(byName);
  return {
    schemaVersion: 1,
    kind: "fleet",
    tool: { name: "envdoctor", version },
    counts: {
      machines: names.length,
      ...comparison.counts,
      missing: attendance?.missing.length ?? null,
      unreadable: unreadable.length,
    },
    oddities: comparison.oddities.map((oddity) => reported(oddity, named(oddity.rows))),
    missing: attendance?.missing ?? [],
    unexpected: attendance?.unexpected ?? [],
    unreadable: unreadable.map((entry) => reportedUnreadable(entry, language)),
    replaced: replaced.map(({ file }) => file),
    causes: comparison.causes.map(({ cause, rows }) => ({
      ...cause,
      machines: rows.length,
      nodes: foldNames(named(rows)),
    })),
    kinds: comparison.kinds.map(({ machines, usual, splits, shared }) => ({
      machines,
      usual,
      differs: splits,
      shared: shared.map(({ problem, machines: having }) => ({ ...problem, machines: having })),
    })),
  };
}

function reported({ kind, sick, causes, deviations, problems }: Oddity, machines: readonly string[]): ReportedOddity {
  return {
    nodes: foldNames(machines),
    machines,
    status: sick ? "sick" : "odd",
    kind: kind + 1,
    causes,
    deviations,
    findings: problems,
  };
}

function reportedUnreadable(
  { file, line, name, reason }: Unreadable,
  language: Language,
): FleetReport["unreadable"][number] {
  return { file, line, machine: name, reason: reason[language] };
}

/** All healthy and alike, nobody missing, nothing broken. */
export function isUniform({ counts, kinds }: FleetReport): boolean {
  const { alike, machines, missing, unreadable } = counts;
  return alike === machines && (missing ?? 0) === 0 && unreadable === 0 && kinds.every((k) => k.differs.length === 0);
}
