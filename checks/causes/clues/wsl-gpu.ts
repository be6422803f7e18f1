import { wslDeviceClues } from "./wsl-device.ts";
import { wslVersionsClues } from "./wsl-versions.ts";

/** Texts that betray the causes of ../wsl-gpu.ts. */
export const wslGpuClues = {
  ...wslVersionsClues,
  ...wslDeviceClues,
};
