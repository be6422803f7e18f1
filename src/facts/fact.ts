import { message, type Said } from "../text/message.ts";

/**
 * A fact says what was seen and how it is known: a value, absent, or unknown with the reason. Facts are plain data, so
 * a live machine, a snapshot and a pasted text give the same kind of thing.
 */
export interface Evidence {
  /** The command or file that was looked at, as a person would type it. */
  readonly source: string;
  /** The telling part of what it said, one or a few lines. */
  readonly excerpt: string;
  /** The excerpt in words of our own, where it is none of the machine; `excerpt` is the English of it. */
  readonly said?: Said;
  /** 1-based line of a pasted text, where the evidence is one. */
  readonly line?: number;
}

/** Evidence that is told in our own words. */
export function toldEvidence(source: string, said: Said): Evidence {
  return { source, excerpt: said.en, said };
}

export type Fact<T> =
  | { readonly state: "value"; readonly value: T; readonly evidence?: readonly Evidence[] }
  | { readonly state: "absent"; readonly evidence?: readonly Evidence[] }
  | { readonly state: "unknown"; readonly reason: Said; readonly evidence?: readonly Evidence[] };

export function value<T>(of: T, ...evidence: Evidence[]): Fact<T> {
  return evidence.length > 0 ? { state: "value", value: of, evidence } : { state: "value", value: of };
}

export function absent(...evidence: Evidence[]): Fact<never> {
  return evidence.length > 0 ? { state: "absent", evidence } : { state: "absent" };
}

export function unknown(reason: Said, ...evidence: Evidence[]): Fact<never> {
  return evidence.length > 0 ? { state: "unknown", reason, evidence } : { state: "unknown", reason };
}

/** The value, or undefined where it is absent or unknown. */
export function known<T>(fact: Fact<T>): T | undefined {
  return fact.state === "value" ? fact.value : undefined;
}

export function evidenceOf(...facts: readonly Fact<unknown>[]): Evidence[] {
  return facts.flatMap((fact) => fact.evidence ?? []);
}

/** Why the first unknown one of these facts is unknown, or undefined where all are known. */
export function whyUnknown(...facts: readonly Fact<unknown>[]): Said | undefined {
  for (const fact of facts) if (fact.state === "unknown") return fact.reason;
  return undefined;
}

/** Reason of the facts that a pasted text leaves out. */
export const notTold = message("the text does not tell", "文本中没有说明")();

/** Was this looked at in vain? What a pasted text leaves out was not looked at. */
export function hidden(fact: Fact<unknown>): fact is Extract<Fact<unknown>, { readonly state: "unknown" }> {
  return fact.state === "unknown" && fact.reason.en !== notTold.en;
}

export function mapFact<T, U>(fact: Fact<T>, change: (of: T) => U): Fact<U> {
  return fact.state === "value" ? { ...fact, value: change(fact.value) } : fact;
}
