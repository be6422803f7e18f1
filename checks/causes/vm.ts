import { vmPassthroughCauses } from "./vm-passthrough.ts";
import { vmVirtualGpuCauses } from "./vm-virtual-gpu.ts";

export const vmCauses = { ...vmVirtualGpuCauses, ...vmPassthroughCauses } as const;
