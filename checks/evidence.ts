import { type Evidence, evidenceOf, type Fact } from "../src/facts/fact.ts";

/** What the probes saw, or else `otherwise`: what a person would look at, for facts that carry no evidence. */
export function evidenceOr(otherwise: Evidence, ...facts: readonly Fact<unknown>[]): readonly Evidence[] {
  const seen = evidenceOf(...facts);
  return seen.length > 0 ? seen : [otherwise];
}
