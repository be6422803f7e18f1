import { limitCauses } from "./workers-limits.ts";
import { startCauses } from "./workers-start.ts";

export const workerCauses = { ...startCauses, ...limitCauses };
