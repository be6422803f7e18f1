import { driverModuleCauses } from "./driver-module.ts";
import { driverRunCauses } from "./driver-run.ts";

export const driverCauses = { ...driverModuleCauses, ...driverRunCauses } as const;
