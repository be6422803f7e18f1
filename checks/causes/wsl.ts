import { wslGpuCauses } from "./wsl-gpu.ts";
import { wslLimitCauses } from "./wsl-limits.ts";

export const wslCauses = { ...wslGpuCauses, ...wslLimitCauses } as const;
