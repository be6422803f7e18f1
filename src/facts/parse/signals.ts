import type { Evidence } from "../fact.ts";
import type { Signal } from "../facts.ts";

/**
 * What several independent signals prove together, 0…1: the chance that not all of them mislead (noisy-or). Two weak
 * ones strengthen each other, and none can take away what another one proves.
 */
export function combinedWeight(signals: readonly Signal[]): number {
  return 1 - signals.reduce((doubt, { weight }) => doubt * (1 - weight), 1);
}

export function signalEvidence(signals: readonly Signal[]): Evidence[] {
  return signals.map(({ source, excerpt }) => ({ source, excerpt }));
}
