/** Which driver the NVIDIA cards of a machine need. */
import { driverReport } from "../../src/facts/driver-report.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import drivers from "../data/drivers.json" with { type: "json" };

type Architecture = (typeof drivers.architectures.rows)[number];

/** Driver line: open modules for Turing and newer, the last branch of the older cards otherwise. */
export type Line = "open" | "r580" | "r470";

const namePatterns: ReadonlyArray<readonly [string, RegExp]> = [
  ["blackwell", /\bRTX (?:50[5-9]0|PRO \d{4})|\bG?B[123]00\b|\bGB10\b/i],
  ["hopper", /\bG?H[1-2]00\b|\bH800\b|\bH20\b/],
  ["ada", /\bRTX 40[5-9]0|\bL4\b|\bL40S?\b|\bRTX \d000 Ada/i],
  ["ampere", /\bRTX 30[5-9]0|\bA(?:2|10|10G|16|30|40|100|800)\b|\bRTX A\d{4}/i],
  ["turing", /\bRTX 20[6-8]0|\bGTX 16[3-6]0|\bT4\b|\bTITAN RTX|\bQuadro RTX/i],
  ["volta", /\bV100|\bTITAN V\b/i],
  ["pascal", /\bGTX 10[5-8]0|\bGT 10[13]0|\bP(?:4|40|100)\b|\bTITAN Xp?\b|\bQuadro P\d/i],
  ["maxwell", /\bGTX (?:9[5-8]0|750)|\bM(?:4|40|60)\b|\bQuadro M\d/i],
  ["kepler", /\bK(?:20|40|80)\b|\bGTX (?:6[5-9]0|7[678]0)/i],
];

/** Row of the driver table for a card, by what is known best. null: not in the table. */
function architectureOf(card: {
  readonly computeCapability: string | null;
  readonly architecture?: string | null;
  readonly name: string | null;
}): Architecture | null {
  const { computeCapability, architecture, name } = card;
  const named = namePatterns.find(([, pattern]) => name !== null && pattern.test(name))?.[0];
  const rows = drivers.architectures.rows;
  return (
    rows.find((row) => computeCapability !== null && row.computeCapabilities.includes(computeCapability)) ??
    rows.find((row) => architecture?.toLowerCase().startsWith(row.architecture)) ??
    rows.find((row) => row.architecture === named) ??
    null
  );
}

export interface Card {
  readonly name: string | null;
  /** null: not in the table. */
  readonly architecture: Architecture | null;
}

/** The NVIDIA cards of the machine. null: nobody could look. */
export function nvidiaCards(facts: Facts): readonly Card[] | null {
  const { adapters } = facts.bus;
  const listed = known(driverReport(facts))?.gpus ?? [];
  if (listed.length > 0) return listed.map((gpu) => ({ name: gpu.name, architecture: architectureOf(gpu) }));
  if (adapters.state === "absent") return [];
  const seen = known(adapters)?.filter((adapter) => adapter.vendor === "nvidia");
  if (seen === undefined) return null;
  return seen.map((adapter) => ({ name: adapter.name, architecture: architectureOf(adapter) }));
}

/** null: no card is known by its architecture. Among several cards the newest decides. */
export function lineFor(facts: Facts): Line | null {
  const rows = (nvidiaCards(facts) ?? []).flatMap((card) => card.architecture ?? []);
  if (rows.length === 0) return null;
  if (rows.some((row) => row.modules.includes("open"))) return "open";
  return rows.some((row) => row.lastBranch === 580) ? "r580" : "r470";
}

/** Lowest driver branch that knows every card here, and is not below what the caller needs. */
export function branchWanted(facts: Facts, atLeast: number): number {
  const rows = (nvidiaCards(facts) ?? []).flatMap((card) => card.architecture ?? []);
  return Math.max(atLeast, ...rows.map((row) => row.firstBranch));
}
