import type { CauseId } from "../../checks/causes/ids.ts";
import type { Cause } from "../diagnosis/cause.ts";
import { nextStep } from "../diagnosis/next-step.ts";
import { type Language, type Said, verbatim } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { version } from "../version.ts";
import type { Certainty } from "./certainty.ts";
import { type Change, changesBetween, roleOf, type Value } from "./changes.ts";
import { type Diagnose, type Moment, type Reason, reasonsFor } from "./explain.ts";
import type { ReadReport } from "./report-schema.ts";
import type { Side } from "./side.ts";

type Status = ReadReport["findings"][number]["status"];

export interface ReportedChange {
  /** `kernel`, `env.LD_LIBRARY_PATH`: the same for the same thing in every report. */
  readonly id: string;
  readonly title: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Which of the two could not be told: null above then means unknown, not absent. */
  readonly unknown: readonly ("before" | "after")[];
  /** worse: it brought a cause, or there is less of something; better: the other way round. */
  readonly direction: "worse" | "better" | "neutral";
  /** Causes that it brought, and such as went away with it. */
  readonly explains: readonly string[];
}

interface ReportedReason {
  readonly change: string;
  readonly certainty: Certainty;
}

export interface ReportedTurn {
  readonly id: string;
  readonly title: string;
  readonly because: readonly ReportedReason[];
}

export interface FindingTurn {
  readonly id: string;
  readonly title: string;
  readonly before: Status;
  readonly after: Status;
  readonly found: string | null;
}

interface ReportedSide {
  readonly file: string | null;
  readonly source: Side["source"];
  readonly at: string;
  readonly tool: string;
  readonly status: ReadReport["verdict"]["status"];
  readonly gpuTraining: ReadReport["verdict"]["gpuTraining"];
}

/** `diff --json`, and `since` of `check --json`. The shape is fixed: a change raises schemaVersion. */
export interface DiffReport {
  readonly schemaVersion: 1;
  readonly kind: "diff";
  readonly tool: { readonly name: "envdoctor"; readonly version: string };
  readonly old: ReportedSide;
  readonly new: ReportedSide;
  /** worse: a new cause, failure or warning, or a worse verdict, whatever else got better. */
  readonly outcome: "worse" | "better" | "changed" | "same";
  /** true: facts were compared and causes tried out; false: one of the two is a report, which tells less. */
  readonly thorough: boolean;
  readonly changes: readonly ReportedChange[];
  readonly causes: {
    readonly appeared: readonly ReportedTurn[];
    readonly gone: readonly ReportedTurn[];
    readonly stayed: readonly { readonly id: string; readonly title: string }[];
  };
  readonly findings: { readonly worse: readonly FindingTurn[]; readonly better: readonly FindingTurn[] };
  /** What mends the first new cause, else what the report of the new side asks for. */
  readonly next: string | null;
}

export interface Knowledge {
  readonly diagnose: Diagnose;
  readonly catalogue: Readonly<Record<CauseId, Cause>>;
  /** Titles of checks by id. */
  readonly titles: ReadonlyMap<string, Said>;
}

export function compare(old: Side, now: Side, knowledge: Knowledge, language: Language): DiffReport {
  const changes = changesBetween(old, now);
  const appeared = newCauses(now.report, old.report);
  const gone = newCauses(old.report, now.report);
  const brought = turnsOf(appeared, changes, momentOf(now), momentOf(old), knowledge.diagnose);
  const ended = turnsOf(gone, changes, momentOf(old), momentOf(now), knowledge.diagnose);
  const title = ({ id, title }: { id: string; title: string }): string =>
    Object.hasOwn(knowledge.catalogue, id) ? knowledge.catalogue[id as CauseId].title[language] : plainText(title);
  const reported = (turns: ReadonlyMap<Listed, Reason[]>): ReportedTurn[] =>
    [...turns].map(([cause, reasons]) => ({
      id: cause.id,
      title: title(cause),
      because: reasons.map(({ change, certainty }) => ({ change: idOf(change), certainty })),
    }));
  const findings = turnedFindings(old.report, now.report, (id, otherwise) => {
    return knowledge.titles.get(id)?.[language] ?? otherwise;
  });
  const shown = mostTellingFirst(changes, brought, ended).map((change) =>
    reportedChange(change, brought, ended, language),
  );
  return {
    schemaVersion: 1,
    kind: "diff",
    tool: { name: "envdoctor", version },
    old: sideOf(old),
    new: sideOf(now),
    outcome: outcomeOf(shown, appeared, gone, findings, old.report, now.report),
    thorough: old.seen !== null && now.seen !== null,
    changes: shown,
    causes: {
      appeared: reported(brought),
      gone: reported(ended),
      stayed: real(now.report)
        .filter(({ id }) => !appeared.some((cause) => cause.id === id))
        .map((cause) => ({ id: cause.id, title: title(cause) })),
    },
    findings,
    next: (appeared[0] && firstStep(appeared[0])) ?? now.report.verdict.next,
  };
}

type Listed = ReadReport["causes"][number];

const real = ({ causes }: ReadReport): Listed[] => causes.filter(({ harmless }) => !harmless);

function newCauses(now: ReadReport, before: ReadReport): Listed[] {
  return real(now).filter(({ id }) => !before.causes.some((cause) => cause.id === id));
}

function firstStep({ fix }: Listed): string | null {
  const first = fix[0];
  if (first === undefined) return null;
  const { title, commands, where } = first;
  const place = where === "windows" || where === "any" ? where : "linux";
  return nextStep([{ title: verbatim(title), commands, where: place, needs: [] }])?.en ?? null;
}

function momentOf({ report, seen }: Side): Moment {
  return { report, facts: seen?.facts ?? null };
}

function turnsOf(
  causes: readonly Listed[],
  changes: readonly Change[],
  now: Moment,
  before: Moment,
  diagnose: Diagnose,
): Map<Listed, Reason[]> {
  return new Map(causes.map((cause) => [cause, reasonsFor(cause.id, changes, now, before, diagnose)]));
}

function idOf({ trait, keys }: Change): string {
  const names = keys.join(",");
  return names === "" ? trait.id : `${trait.id}.${names}`;
}

/** What explains a cause, then what people do, then what follows from it; what is always in motion only where it explains. */
function mostTellingFirst(
  changes: readonly Change[],
  brought: ReadonlyMap<unknown, Reason[]>,
  ended: ReadonlyMap<unknown, Reason[]>,
): Change[] {
  const explaining = (turns: ReadonlyMap<unknown, Reason[]>) =>
    new Set([...turns.values()].flat().map(({ change }) => change));
  const [bringing, ending] = [explaining(brought), explaining(ended)];
  const rank = (change: Change): number => {
    const role = roleOf(change) === "act" ? 0 : 1;
    if (bringing.has(change)) return role;
    return ending.has(change) ? 2 + role : 4 + role;
  };
  return changes
    .filter((change) => change.trait.role !== "quiet" || bringing.has(change) || ending.has(change))
    .sort((a, b) => rank(a) - rank(b));
}

function reportedChange(
  change: Change,
  brought: ReadonlyMap<Listed, Reason[]>,
  ended: ReadonlyMap<Listed, Reason[]>,
  language: Language,
): ReportedChange {
  const { trait, keys, before, after } = change;
  const names = keys.join(", ");
  const explainedBy = (turns: ReadonlyMap<Listed, Reason[]>): string[] =>
    [...turns].filter(([, reasons]) => reasons.some((reason) => reason.change === change)).map(([{ id }]) => id);
  const [bad, good] = [explainedBy(brought), explainedBy(ended)];
  return {
    id: idOf(change),
    title: names === "" ? trait.title[language] : `${trait.title[language]} ${plainText(names)}`,
    before: textOf(before),
    after: textOf(after),
    unknown: [...(before === "unknown" ? ["before" as const] : []), ...(after === "unknown" ? ["after" as const] : [])],
    direction: bad.length > 0 ? "worse" : good.length > 0 ? "better" : byNumber(change),
    explains: [...bad, ...good],
  };
}

function textOf(value: Value): string | null {
  return value === null || value === "unknown" ? null : plainText(value.text);
}

function byNumber({ trait, before, after }: Change): ReportedChange["direction"] {
  const [was, is] = [Number(textOf(before) ?? Number.NaN), Number(textOf(after) ?? Number.NaN)];
  if (trait.better !== "more" || Number.isNaN(was) || Number.isNaN(is)) return "neutral";
  return is > was ? "better" : "worse";
}

/** How bad a status is; what does not apply or cannot be told is neither better nor worse than what passes. */
const severity: Readonly<Record<Status, number>> = { pass: 0, skipped: 0, unknown: 0, warn: 1, fail: 2 };

function turnedFindings(
  old: ReadReport,
  now: ReadReport,
  titleOf: (id: string, otherwise: string) => string,
): DiffReport["findings"] {
  const turns = now.findings.flatMap((finding): FindingTurn[] => {
    const before = old.findings.find(({ id }) => id === finding.id);
    if (before === undefined || before.status === finding.status) return [];
    const { id, status, title, found } = finding;
    const seen = found === null ? null : plainText(found);
    return [{ id, title: plainText(titleOf(id, title)), before: before.status, after: status, found: seen }];
  });
  return {
    worse: turns.filter(({ before, after }) => severity[after] > severity[before]),
    better: turns.filter(({ before, after }) => severity[after] < severity[before] && after === "pass"),
  };
}

const verdicts = ["ready", "degraded", "not-ready"] as const;

function outcomeOf(
  changes: readonly ReportedChange[],
  appeared: readonly Listed[],
  gone: readonly Listed[],
  { worse, better }: DiffReport["findings"],
  old: ReadReport,
  now: ReadReport,
): DiffReport["outcome"] {
  const fall = verdicts.indexOf(now.verdict.status) - verdicts.indexOf(old.verdict.status);
  if (appeared.length > 0 || worse.length > 0 || fall > 0) return "worse";
  if (gone.length > 0 || better.length > 0 || fall < 0) return "better";
  return changes.length > 0 ? "changed" : "same";
}

function sideOf({ file, source, at, report }: Side): ReportedSide {
  const { status, gpuTraining } = report.verdict;
  return { file, source, at, tool: report.tool.version, status, gpuTraining };
}
