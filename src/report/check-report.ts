import type { Cause, Remedy } from "../diagnosis/cause.ts";
import type { Finding } from "../diagnosis/check.ts";
import type { DiagnosedCause, Diagnosis } from "../diagnosis/diagnose.ts";
import type { Evidence } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Language } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { type MachinePicture, machinePicture } from "./machine.ts";

export interface Checked {
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
  readonly version: string;
  readonly startedAt: Date;
  readonly durationMs: number;
}

interface ReportedFix {
  readonly title: string;
  readonly commands: readonly string[];
  readonly where: string;
  readonly needs: readonly string[];
}

export interface ReportedCause {
  readonly id: string;
  readonly title: string;
  readonly confidence: number;
  readonly harmless: boolean;
  readonly explanation: string;
  readonly evidence: readonly Evidence[];
  readonly findings: readonly string[];
  readonly fix: readonly ReportedFix[];
  readonly references: readonly string[];
}

export interface ReportedFinding {
  readonly id: string;
  readonly status: Finding["status"];
  readonly title: string;
  readonly detail: string | null;
  readonly found: string | null;
  readonly wanted: string | null;
  readonly evidence: readonly Evidence[];
  readonly causes: readonly string[];
  readonly blockedBy: string | null;
  readonly durationMs: number;
}

/** `check --json`. The shape is fixed: a change raises schemaVersion. */
export interface CheckReport extends MachinePicture {
  readonly schemaVersion: 1;
  readonly kind: "check";
  readonly tool: { readonly name: "envdoctor"; readonly version: string };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly verdict: {
    readonly status: "ready" | "degraded" | "not-ready";
    readonly gpuTraining: "yes" | "no" | "unknown";
    readonly summary: string;
    readonly next: string | null;
  };
  readonly causes: readonly ReportedCause[];
  readonly findings: readonly ReportedFinding[];
}

export function checkReport(checked: Checked, language: Language): CheckReport {
  const { diagnosis } = checked;
  const { status, gpuTraining, summary, next } = diagnosis.verdict;
  const picture = machinePicture(checked.facts);
  return {
    schemaVersion: 1,
    kind: "check",
    tool: { name: "envdoctor", version: checked.version },
    startedAt: checked.startedAt.toISOString(),
    durationMs: Math.round(checked.durationMs),
    verdict: { status, gpuTraining, summary: summary[language], next: next?.[language] ?? null },
    ...picture,
    causes: diagnosis.causes.map((c) => reportedCause(c, language)),
    findings: diagnosis.findings.map((f) => reportedFinding(f, language)),
  };
}

function reportedCause(
  { cause, confidence, evidence, findings, fix }: DiagnosedCause,
  language: Language,
): ReportedCause {
  return {
    ...explainedCause(cause, fix, language),
    confidence: round(confidence),
    evidence: evidence.map((one) => clean(one, language)),
    findings,
  };
}

/** What the catalogue says of a cause, in one language. */
export function explainedCause(
  cause: Cause,
  fix: readonly Remedy[],
  language: Language,
): Omit<ReportedCause, "confidence" | "evidence" | "findings"> {
  return {
    id: cause.id,
    title: cause.title[language],
    harmless: cause.harmless ?? false,
    explanation: cause.explanation[language],
    fix: fix.map(({ title, commands, where, needs }) => ({ title: title[language], commands, where, needs })),
    references: cause.references,
  };
}

function reportedFinding(finding: Finding, language: Language): ReportedFinding {
  const { id, status, title, detail, found, wanted, evidence, suspicions, blockedBy, durationMs } = finding;
  return {
    id,
    status,
    title: title[language],
    detail: say(detail?.[language]),
    found: say(found?.[language]),
    wanted: say(wanted?.[language]),
    evidence: evidence.map((one) => clean(one, language)),
    causes: [...new Set(suspicions.map((s) => s.cause))],
    blockedBy,
    durationMs,
  };
}

/** Words of a probed machine may hold terminal escapes; none leaves the program. */
const say = (text: string | undefined): string | null => (text === undefined ? null : plainText(text));
export const clean = ({ said, ...evidence }: Evidence, language: Language): Evidence => ({
  ...evidence,
  source: plainText(evidence.source),
  excerpt: plainText(said?.[language] ?? evidence.excerpt),
});
const round = (share: number): number => Math.round(share * 100) / 100;
