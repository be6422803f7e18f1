import { message, type Said } from "../text/message.ts";
import { excerpt } from "../text/plain.ts";
import { features } from "./features.ts";
import type { MachineReport } from "./report-schema.ts";

/** A finding that is no pass, with what was found; the unit of what is wrong with a machine. */
export interface Problem {
  readonly id: string;
  readonly status: "warn" | "fail" | "unknown";
  readonly title: string;
  readonly found: string | null;
  readonly wanted: string | null;
  readonly detail: string | null;
}

export interface NamedCause {
  readonly id: string;
  readonly title: string;
}

/** Where a report came from. */
export interface Origin {
  readonly file: string;
  /** The name that the report or its label gives; null where only the file has a name. */
  readonly host: string | null;
  /** Name by the file: its base name, and what tells apart several reports within it. */
  readonly base: string;
}

/** Each different value once, by number. */
export class Dictionary<T> {
  readonly values: T[] = [];
  private readonly numbers = new Map<T | string, number>();

  /** `key` stands for values that are no primitives. */
  number(value: T, key: T | string = value): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.values.length);
    return this.values.push(value) - 1;
  }

  at(number: number): T {
    const value = this.values[number];
    if (value === undefined) throw new RangeError(`no value ${number}`);
    return value;
  }
}

const texts = {
  twice: message("an older report of {host}, which another one replaces", "{host} 的旧报告，已被更新的报告取代"),
};

/**
 * All reports by columns of numbers: a fleet has few different values, so that a machine takes some hundred bytes
 * however long its report was.
 */
export class Table {
  /** By feature, then by row: numbers in `dictionaries`. */
  readonly columns: readonly number[][] = features.map(() => []);
  readonly dictionaries: readonly Dictionary<string | number>[] = features.map(() => new Dictionary());
  readonly problems = new Dictionary<readonly Problem[]>();
  readonly causes = new Dictionary<readonly NamedCause[]>();
  readonly problemsOf: number[] = [];
  readonly causesOf: number[] = [];
  readonly notReady: boolean[] = [];
  private readonly origins: Origin[] = [];
  private readonly startedAt: string[] = [];
  private readonly rowOfHost = new Map<string, number>();

  get size(): number {
    return this.origins.length;
  }

  /** Takes a report in. Of two reports of one named host the later one stays; the note says that the other went. */
  add(report: MachineReport, origin: Origin): { readonly file: string; readonly note: Said } | null {
    const { host } = origin;
    const before = host === null ? undefined : this.rowOfHost.get(host);
    if (host === null || before === undefined) {
      const row = this.size;
      if (host !== null) this.rowOfHost.set(host, row);
      this.set(row, report, origin);
      return null;
    }
    const older = this.origins[before]?.file ?? "";
    const note = texts.twice({ host });
    if (report.startedAt < (this.startedAt[before] ?? "")) return { file: origin.file, note };
    this.set(before, report, origin);
    return { file: older, note };
  }

  private set(row: number, report: MachineReport, origin: Origin): void {
    features.forEach((feature, f) => {
      const value = feature.read(report);
      const shown = typeof value === "string" ? excerpt(value, 1, 200) : Math.round(value);
      const column = this.columns[f];
      const dictionary = this.dictionaries[f];
      if (column && dictionary) column[row] = dictionary.number(shown);
    });
    const problems = problemsIn(report);
    const causes = report.causes.filter((c) => c.harmless !== true).map(({ id, title }) => clean({ id, title }));
    this.problemsOf[row] = this.problems.number(problems, JSON.stringify(problems));
    this.causesOf[row] = this.causes.number(causes, causes.map((c) => c.id).join(" "));
    this.notReady[row] = report.verdict.status === "not-ready" || problems.some((p) => p.status === "fail");
    this.origins[row] = origin;
    this.startedAt[row] = report.startedAt.slice(0, 32);
  }

  /** Names by row. Files of one base name in several folders are told apart by the folder. */
  names(): string[] {
    const times = new Map<string, number>();
    for (const { host, base } of this.origins) {
      const name = host ?? base;
      times.set(name, (times.get(name) ?? 0) + 1);
    }
    return this.origins.map(({ host, base, file }) => host ?? (times.get(base) === 1 ? base : file));
  }
}

function problemsIn({ findings }: MachineReport): Problem[] {
  const problems: Problem[] = [];
  for (const { id, status, title, found, wanted, detail } of findings) {
    if (status === "pass" || status === "skipped") continue;
    const [seen, want, why] = [found, wanted, detail].map((text) => (text === null ? null : excerpt(text, 1, 160)));
    problems.push({
      ...clean({ id, title }),
      status,
      found: seen ?? null,
      wanted: want ?? null,
      detail: why ?? null,
    });
  }
  return problems;
}

const clean = ({ id, title }: NamedCause): NamedCause => ({ id: excerpt(id, 1, 100), title: excerpt(title, 1, 200) });
