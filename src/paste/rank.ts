import type { CauseId } from "../../checks/causes/ids.ts";
import type { Cause, Suspicion } from "../diagnosis/cause.ts";
import type { Evidence } from "../facts/fact.ts";
import type { Finding } from "./clues.ts";

/** A cause and what speaks for it, most likely first. */
export interface RankedCause {
  readonly id: CauseId;
  /** 0…1 */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
}

type Harmless = (id: CauseId) => Cause["harmless"];

/** Nothing is certain from a text alone: its writer may have left out the line that says otherwise. */
const ceiling = 0.97;
/** What is less likely than this is not named at all. */
const floor = 0.2;
/** From here on something is really broken, and a harmless oddity beside it is not worth a word before it. */
const serious = 0.35;
/** Unless the text is so much surer of the oddity that the fault is a guess beside it. */
const surer = 0.3;
const mostEvidence = 4;
/** What only the facts suspect, and no word of the text complains of, may be so and yet not be what the text is about. */
const uncalled = { trouble: 0.75, calm: 0.4 };

/**
 * Weighs clues and the suspicions of checks. Clues of one cause on different lines are independent witnesses (noisy-or);
 * on the same line they are one witness, and the best of them counts. What a clue rules out loses as much as the clue is
 * sure. `trouble`: the text complains of something.
 */
export function rankCauses(
  findings: readonly Finding[],
  suspicions: readonly Suspicion[],
  harmless: Harmless,
  trouble: boolean,
): RankedCause[] {
  const ids = new Set([...findings.map((f) => f.cause), ...suspicions.map((s) => s.cause)]);
  const share = (id: CauseId): number =>
    harmless(id) || findings.some((f) => f.cause === id) ? 1 : trouble ? uncalled.trouble : uncalled.calm;
  const ranked = [...ids]
    .map((id) => weigh(id, findings, suspicions, share(id)))
    .filter((cause) => cause.confidence >= floor)
    .sort((a, b) => b.confidence - a.confidence);
  const worst = ranked.find((cause) => !harmless(cause.id));
  if (worst === undefined || worst.confidence < serious) return ranked;
  // "It works" cannot be the answer beside a fault; any other harmless oddity is explained after it.
  const faults = ranked.filter((cause) => !harmless(cause.id));
  const oddities = ranked.filter((cause) => harmless(cause.id) && cause.id !== "healthy-gpu");
  const [oddity] = oddities;
  return !trouble && oddity && oddity.confidence - worst.confidence >= surer
    ? [...oddities, ...faults]
    : [...faults, ...oddities];
}

function weigh(
  id: CauseId,
  findings: readonly Finding[],
  suspicions: readonly Suspicion[],
  share: number,
): RankedCause {
  const own = findings.filter((f) => f.cause === id).sort((a, b) => b.clue.weight - a.clue.weight);
  const byLine = new Map<number, number>();
  for (const { clue, place } of own) byLine.set(place.line, Math.max(byLine.get(place.line) ?? 0, clue.weight));
  const judged = suspicions.filter((s) => s.cause === id);
  const weights = [...byLine.values(), share * Math.max(0, ...judged.map((s) => s.confidence))];
  let confidence = 1 - weights.reduce((doubt, weight) => doubt * (1 - weight), 1);
  for (const { cause, clue } of findings) {
    if (cause !== id && clue.rulesOut?.includes(id)) confidence *= 1 - clue.weight;
  }
  const evidence: Evidence[] = own.map(({ place }) => ({ source: "text", excerpt: place.excerpt, line: place.line }));
  evidence.push(...judged.flatMap((s) => s.evidence));
  return { id, confidence: Math.min(ceiling, Math.round(confidence * 100) / 100), evidence: distinct(evidence) };
}

function distinct(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<string>();
  return evidence
    .filter((one) => {
      const key = one.line === undefined ? `${one.source}\n${one.excerpt}` : String(one.line);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, mostEvidence);
}
