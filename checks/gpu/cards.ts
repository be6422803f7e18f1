import { isMute, usableCards } from "../../src/facts/driver-report.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import type { Facts, NvmlGpu } from "../../src/facts/facts.ts";

/** The cards as NVML tells of them; empty where it was not asked or tells nothing. */
export function nvmlCards({ nvml }: Facts): readonly NvmlGpu[] {
  const report = known(nvml);
  return report ? usableCards(report) : [];
}

/** "card 1", for a machine with several; empty for the only one. */
export function cardLabel({ index }: { readonly index: number | null }, all: readonly unknown[]): string {
  return all.length > 1 && index !== null ? ` (GPU ${index})` : "";
}

/** A reading of NVML as evidence: the function and what it said. */
export function nvmlEvidence({ index }: NvmlGpu, call: string, says: string): Evidence {
  return { source: `NVML ${call}, GPU ${index}`, excerpt: says };
}

/** Does nvidia-smi tell of the cards? */
export function smiTells({ driver }: Facts): boolean {
  const said = known(driver.smi);
  return said !== undefined && !isMute(said);
}
