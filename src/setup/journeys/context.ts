import type { DiagnosedCause, Diagnosis } from "../../diagnosis/diagnose.ts";
import type { Facts } from "../../facts/facts.ts";
import type { Step } from "../step.ts";
import { stepsOfCause } from "../steps.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Target } from "../target.ts";

/** What a plan is made from. */
export interface Context {
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
  readonly surroundings: Surroundings;
  readonly target: Target;
}

/** Causes of these groups that are real, in the order of the diagnosis. */
export function causesOf(
  { diagnosis }: Context,
  ...groups: readonly DiagnosedCause["cause"]["group"][]
): DiagnosedCause[] {
  return diagnosis.causes.filter(({ cause }) => !cause.harmless && groups.includes(cause.group));
}

/** Nothing fails by it; it costs speed, or is merely worth knowing. */
export function isAdvice({ diagnosis }: Context, { findings }: DiagnosedCause): boolean {
  const own = diagnosis.findings.filter(({ id }) => findings.includes(id));
  return own.every(({ status, impact }) => status !== "fail" && (impact === "speed" || impact === "none"));
}

/** The steps that mend the causes of these groups. */
export function mend(context: Context, groups: readonly DiagnosedCause["cause"]["group"][], advice = false): Step[] {
  return causesOf(context, ...groups).flatMap((cause) =>
    stepsOfCause(context.facts, cause, advice || isAdvice(context, cause)),
  );
}
