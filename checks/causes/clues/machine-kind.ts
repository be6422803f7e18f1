import { machineUseClues } from "./machine-use.ts";
import { machineVendorClues } from "./machine-vendor.ts";

/** Texts that betray the causes of ../machine-kind.ts. */
export const machineKindClues = {
  ...machineVendorClues,
  ...machineUseClues,
};
