import { wslHarmlessClues } from "./wsl-harmless.ts";
import { wslMemoryClues } from "./wsl-memory.ts";

/** Texts that betray the causes of ../wsl-limits.ts. */
export const wslLimitsClues = {
  ...wslHarmlessClues,
  ...wslMemoryClues,
};
