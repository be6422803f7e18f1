import { workersSpawnClues } from "./workers-spawn.ts";
import { workersSpeedClues } from "./workers-speed.ts";

/** Texts that betray the causes of ../workers-start.ts. */
export const workersStartClues = {
  ...workersSpawnClues,
  ...workersSpeedClues,
};
