import type { Catalogue } from "../../src/diagnosis/diagnose.ts";
import { containerCauses } from "./container.ts";
import { driverCauses } from "./driver.ts";
import { frameworkCauses } from "./frameworks.ts";
import { machineCauses } from "./machine.ts";
import { vmCauses } from "./vm.ts";
import { workerCauses } from "./workers.ts";
import { wslCauses } from "./wsl.ts";

/** Every root cause by its id; an id of the vocabulary without a cause does not compile. */
export const catalogue: Catalogue = {
  ...machineCauses,
  ...wslCauses,
  ...vmCauses,
  ...driverCauses,
  ...containerCauses,
  ...frameworkCauses,
  ...workerCauses,
};
