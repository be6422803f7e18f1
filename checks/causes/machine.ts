import { machineCardCauses } from "./machine-cards.ts";
import { machineFaultCauses } from "./machine-faults.ts";
import { machineKindCauses } from "./machine-kind.ts";

export const machineCauses = { ...machineKindCauses, ...machineFaultCauses, ...machineCardCauses } as const;
