import type { Demand, Judged, Judgement, Waiver } from "../preflight/gate.ts";
import { printRequirement } from "../preflight/requirement.ts";
import type { Language, Said } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { type Checked, type CheckReport, checkReport } from "./check-report.ts";

export interface ReportedRequirement {
  /** As it can be written in --require. */
  readonly require: string;
  readonly status: Judged["status"];
  readonly found: string | null;
  /** null where it holds. */
  readonly reason: string | null;
  /** warn: it is told, and refuses nothing. */
  readonly severity: Demand["severity"];
  readonly optional: boolean;
  /** Why the policy asks for it. */
  readonly because: string | null;
  readonly waiver: Waiver | null;
}

interface ReportedProblem {
  readonly cause: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly severity: "fail" | "warn";
}

/** `preflight --json`. The shape is fixed: a change raises schemaVersion. */
export interface PreflightReport {
  readonly schemaVersion: 1;
  readonly kind: "preflight";
  readonly tool: CheckReport["tool"];
  readonly startedAt: string;
  readonly durationMs: number;
  readonly allowed: boolean;
  /** null: no command was given. Its words are left out, for they may hold secrets. */
  readonly command: {
    readonly program: string;
    /** null: it cannot be told which. */
    readonly python: string | null;
    readonly script: string | null;
    readonly cwd: string;
    readonly visibleDevices: string | null;
    /** What could not be judged. */
    readonly notes: readonly string[];
  } | null;
  readonly requirements: readonly ReportedRequirement[];
  /** What lint found in the command's script; null where there is none or it was not read. */
  readonly lint: { readonly path: string; readonly problems: readonly ReportedProblem[] } | null;
  /** What the training proof of --prove came to. */
  readonly proof: { readonly success: boolean; readonly gpuProven: boolean; readonly summary: string } | null;
  readonly check: CheckReport;
}

/** What the report is made of; the words of people in every language. */
export interface GateRun extends Checked {
  readonly judgement: Judgement;
  readonly command:
    | (Omit<NonNullable<PreflightReport["command"]>, "notes"> & { readonly notes: readonly Said[] })
    | null;
  readonly lint: { readonly path: string; readonly problems: readonly LintProblem[] } | null;
  readonly proof: { readonly success: boolean; readonly gpuProven: boolean; readonly summary: Said } | null;
}

interface LintProblem extends Omit<ReportedProblem, "message"> {
  readonly message: Said;
}

export function preflightReport(run: GateRun, language: Language): PreflightReport {
  const check = checkReport(run, language);
  const say = (words: Said): string => plainText(words[language]);
  return {
    schemaVersion: 1,
    kind: "preflight",
    tool: check.tool,
    startedAt: check.startedAt,
    durationMs: check.durationMs,
    allowed: run.judgement.allowed,
    command: run.command && { ...run.command, notes: run.command.notes.map(say) },
    requirements: run.judgement.demands.map((judged) => requirement(judged, say)),
    lint: run.lint && {
      path: plainText(run.lint.path),
      problems: run.lint.problems.map(({ cause, line, column, message, severity }) => ({
        cause,
        line,
        column,
        message: say(message),
        severity,
      })),
    },
    proof: run.proof && { ...run.proof, summary: say(run.proof.summary) },
    check,
  };
}

function requirement(judged: Judged, say: (words: Said) => string): ReportedRequirement {
  const { demand, status, found, reason, waiver } = judged;
  return {
    require: printRequirement(demand.requirement),
    status,
    found: found === null ? null : plainText(found),
    reason: reason && say(reason),
    severity: demand.severity,
    optional: demand.requirement.optional,
    because: demand.because === null ? null : plainText(demand.because),
    waiver,
  };
}

/** Does it keep the command from being started? */
export function refusesBy({ status, severity, optional }: ReportedRequirement): boolean {
  return severity === "fail" && (status === "fail" || (status === "unknown" && !optional));
}
