import type { CauseId } from "../../../checks/causes/ids.ts";
import type { Clue } from "../../diagnosis/cause.ts";
import { containerClues } from "./container.ts";
import { driverClues } from "./driver.ts";
import { frameworkClues } from "./frameworks.ts";
import { machineClues } from "./machine.ts";
import { vmClues } from "./vm.ts";
import { workerClues } from "./workers.ts";
import { wslClues } from "./wsl.ts";

export const allClues: Partial<Record<CauseId, readonly Clue[]>> = {
  ...machineClues,
  ...wslClues,
  ...vmClues,
  ...driverClues,
  ...containerClues,
  ...frameworkClues,
  ...workerClues,
};
