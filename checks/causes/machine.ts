import { machineFaultCauses } from "./machine-faults.ts";
import { machineKindCauses } from "./machine-kind.ts";

export const machineCauses = { ...machineKindCauses, ...machineFaultCauses } as const;
