import type { Explanation } from "../paste/explain.ts";
import type { Language } from "../text/message.ts";
import { clean, explainedCause, type ReportedCause } from "./check-report.ts";
import { type MachinePicture, machinePicture } from "./machine.ts";

interface ExplainedCause extends Omit<ReportedCause, "evidence" | "findings"> {
  /** 1-based lines of the text; null where a fact of this machine is the evidence (--here). */
  readonly evidence: readonly { readonly line: number | null; readonly excerpt: string }[];
}

export type CauseIdentity = Pick<ExplainedCause, "id" | "title" | "confidence" | "harmless">;

/** `explain --json`. */
export interface ExplainReport extends Omit<MachinePicture, "unknown"> {
  readonly schemaVersion: 1;
  readonly kind: "explain";
  readonly causes: readonly ExplainedCause[];
  /** What would tell the first causes apart. */
  readonly questions: readonly string[];
}

export function explainReport({ causes, questions, facts }: Explanation, language: Language): ExplainReport {
  const { unknown: _, ...picture } = machinePicture(facts);
  return {
    schemaVersion: 1,
    kind: "explain",
    causes: causes.map(({ cause, confidence, evidence, fix }) => ({
      ...explainedCause(cause, fix, language),
      confidence,
      evidence: evidence.map((one) => ({ line: one.line ?? null, excerpt: clean(one, language).excerpt })),
    })),
    questions: questions.map((question) => question[language]),
    ...picture,
  };
}
