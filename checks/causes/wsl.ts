import { wslGpuCauses } from "./wsl-gpu.ts";
import { wslLibraryCauses } from "./wsl-libraries.ts";
import { wslLimitCauses } from "./wsl-limits.ts";

export const wslCauses = { ...wslGpuCauses, ...wslLibraryCauses, ...wslLimitCauses } as const;
