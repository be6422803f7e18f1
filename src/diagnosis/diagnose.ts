import type { CauseId } from "../../checks/causes/ids.ts";
import type { Evidence } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { message } from "../text/message.ts";
import type { Cause, Remedy } from "./cause.ts";
import { type Check, type Finding, layers, type Outcome } from "./check.ts";
import { judgeVerdict, type Verdict } from "./verdict.ts";

const texts = {
  broken: message("the check itself failed: {why}", "检查本身出错：{why}"),
};

/** A root cause as it stands on this machine. */
export interface DiagnosedCause {
  readonly cause: Cause;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** Ids of the findings that it explains. */
  readonly findings: readonly string[];
  readonly fix: readonly Remedy[];
}

export interface Diagnosis {
  readonly verdict: Verdict;
  readonly causes: readonly DiagnosedCause[];
  readonly findings: readonly Finding[];
}

export type Catalogue = Readonly<Record<CauseId, Cause>>;

/**
 * Runs the checks over the facts, in the order given, and folds what they suspect into root causes. A check that does
 * not apply is skipped; one whose prerequisite failed is skipped and blocked by it; one that throws is `unknown`, and
 * the others still run.
 */
export function diagnose(facts: Facts, checks: readonly Check[], catalogue: Catalogue): Diagnosis {
  const findings = runChecks(facts, checks);
  const causes = rootCauses(facts, findings, catalogue);
  return { verdict: judgeVerdict(findings, causes), causes, findings };
}

export function runChecks(facts: Facts, checks: readonly Check[]): Finding[] {
  const done = new Map<string, Finding>();
  for (const check of checks) {
    const began = performance.now();
    const blockedBy = check.after.map((id) => blocker(done.get(id))).find((id) => id !== null) ?? null;
    const finding = judged(check, facts, blockedBy);
    done.set(check.id, { ...finding, durationMs: Math.round((performance.now() - began) * 100) / 100 });
  }
  return [...done.values()];
}

/** The failed check at the root of this finding, or null where the finding stops nobody. */
function blocker(finding: Finding | undefined): string | null {
  if (finding === undefined) return null;
  return finding.status === "fail" ? finding.id : finding.blockedBy;
}

function judged(check: Check, facts: Facts, blockedBy: string | null): Finding {
  try {
    if (check.appliesTo && !check.appliesTo(facts)) return skipped(check, null);
    if (blockedBy !== null) return skipped(check, blockedBy);
    return found(check, check.judge(facts));
  } catch (error) {
    // A broken check is a finding of its own and must never read as green.
    const reason = texts.broken({ why: error instanceof Error ? error.message : String(error) });
    return found(check, { status: "unknown", reason });
  }
}

function blank(check: Check): Omit<Finding, "status"> {
  const { id, layer, impact, title } = check;
  return {
    id,
    layer,
    impact,
    title,
    detail: null,
    found: null,
    wanted: null,
    evidence: [],
    suspicions: [],
    blockedBy: null,
    durationMs: 0,
  };
}

function skipped(check: Check, blockedBy: string | null): Finding {
  return { ...blank(check), status: "skipped", blockedBy };
}

function found(check: Check, outcome: Outcome): Finding {
  const evidence = distinct(outcome.evidence ?? []);
  switch (outcome.status) {
    case "pass":
      return { ...blank(check), status: "pass", found: outcome.found, detail: outcome.detail ?? null, evidence };
    case "unknown":
      return { ...blank(check), status: "unknown", detail: outcome.reason, evidence };
    default: {
      const { status, found: seen, wanted, detail, suspicions } = outcome;
      return { ...blank(check), status, found: seen, wanted, detail, suspicions, evidence };
    }
  }
}

function rootCauses(facts: Facts, findings: readonly Finding[], catalogue: Catalogue): DiagnosedCause[] {
  const byId = new Map<CauseId, { confidence: number; evidence: Evidence[]; findings: Finding[] }>();
  for (const finding of findings) {
    for (const { cause, confidence, evidence } of finding.suspicions) {
      const entry = byId.get(cause) ?? { confidence: 0, evidence: [], findings: [] };
      // Checks that suspect the same cause look at the same fault: the surest one counts, they do not add up.
      entry.confidence = Math.max(entry.confidence, confidence);
      entry.evidence = distinct([...entry.evidence, ...evidence]);
      if (!entry.findings.includes(finding)) entry.findings.push(finding);
      byId.set(cause, entry);
    }
  }
  return [...byId]
    .map(([id, entry]) => ({
      cause: catalogue[id],
      confidence: entry.confidence,
      evidence: entry.evidence,
      findings: entry.findings.map((f) => f.id),
      fix: catalogue[id].harmless ? [] : catalogue[id].remedies(facts),
      rank: rank(entry.findings, entry.confidence, catalogue[id]),
    }))
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ rank: _, ...cause }) => cause);
}

/** Worst first: what fails before what warns, what stops the GPU before what slows it, lower layers before upper ones. */
function rank(findings: readonly Finding[], confidence: number, cause: Cause): readonly number[] {
  const severity = Math.min(...findings.map((f) => (f.status === "fail" ? 0 : 1)));
  const impacts = ["training", "gpu", "speed", "none"];
  const impact = Math.min(...findings.map((f) => Math.max(1, impacts.indexOf(f.impact))));
  const layer = Math.min(...findings.map((f) => layers.indexOf(f.layer)));
  return [cause.harmless ? 1 : 0, severity, impact, layer, -confidence];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [i, left] of a.entries()) {
    const difference = left - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function distinct(evidence: readonly Evidence[]): Evidence[] {
  const same = (a: Evidence, b: Evidence): boolean => a.source === b.source && a.excerpt === b.excerpt;
  return evidence.filter((one, at) => evidence.findIndex((other) => same(one, other)) === at);
}
