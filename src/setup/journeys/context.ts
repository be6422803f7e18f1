import type { DiagnosedCause, Diagnosis } from "../../diagnosis/diagnose.ts";
import type { Facts } from "../../facts/facts.ts";
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
