import type { CauseId } from "../../checks/causes/ids.ts";
import type { Evidence } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { type Said, verbatim } from "../text/message.ts";
import type { Suspicion } from "./cause.ts";

/** The order in which a machine is looked through: what fails on one layer explains what fails above it. */
export const layers = [
  "machine",
  "bus",
  "kernel-module",
  "device-nodes",
  "driver-api",
  "libraries",
  "frameworks",
  "workers",
] as const;
type Layer = (typeof layers)[number];

/**
 * What a failure of the check costs. training: nothing trains at all; gpu: no training on the GPU; speed: it trains,
 * but slower than it could; none: a fact worth knowing.
 */
type Impact = "training" | "gpu" | "speed" | "none";

/** Judges facts and never looks: a pure function. */
export interface Check {
  readonly id: string;
  readonly layer: Layer;
  readonly impact: Impact;
  /** Ids of checks whose failure makes this one moot. */
  readonly after: readonly string[];
  readonly title: Said;
  /** Whether the question makes sense on this machine; where left out, always. */
  readonly appliesTo?: (facts: Facts) => boolean;
  readonly judge: (facts: Facts) => Outcome;
}

export type Outcome =
  | { readonly status: "pass"; readonly found: Said; readonly detail?: Said; readonly evidence?: readonly Evidence[] }
  | {
      readonly status: "warn" | "fail";
      readonly found: Said;
      readonly wanted: Said;
      /** One sentence: what is wrong here. */
      readonly detail: Said;
      readonly suspicions: readonly Suspicion[];
      readonly evidence?: readonly Evidence[];
    }
  | { readonly status: "unknown"; readonly reason: Said; readonly evidence?: readonly Evidence[] };

export function check(of: Check): Check {
  return of;
}

type Words = Said | string;
const said = (words: Words): Said => (typeof words === "string" ? verbatim(words) : words);

export function pass(found: Words, more: { detail?: Said; evidence?: readonly Evidence[] } = {}): Outcome {
  return { status: "pass", found: said(found), ...more };
}

interface Trouble {
  readonly found: Words;
  readonly wanted: Words;
  readonly detail: Said;
  readonly suspicions: readonly Suspicion[];
  readonly evidence?: readonly Evidence[];
}

export function fail(trouble: Trouble): Outcome {
  return { status: "fail", ...trouble, found: said(trouble.found), wanted: said(trouble.wanted) };
}

export function warn(trouble: Trouble): Outcome {
  return { status: "warn", ...trouble, found: said(trouble.found), wanted: said(trouble.wanted) };
}

/** The facts do not allow a judgement; `reason` is the probe's, or the check's own. */
export function cannotTell(reason: Said, evidence?: readonly Evidence[]): Outcome {
  return evidence ? { status: "unknown", reason, evidence } : { status: "unknown", reason };
}

export function suspect(cause: CauseId, confidence: number, ...evidence: readonly Evidence[]): Suspicion {
  return { cause, confidence, evidence };
}

/** What became of one check on one machine. */
export interface Finding {
  readonly id: string;
  readonly layer: Layer;
  readonly impact: Impact;
  readonly status: "pass" | "warn" | "fail" | "skipped" | "unknown";
  readonly title: Said;
  readonly detail: Said | null;
  readonly found: Said | null;
  readonly wanted: Said | null;
  readonly evidence: readonly Evidence[];
  readonly suspicions: readonly Suspicion[];
  /** Id of the check whose failure made this one moot. null on a skipped one: it does not apply to this machine. */
  readonly blockedBy: string | null;
  readonly durationMs: number;
}
