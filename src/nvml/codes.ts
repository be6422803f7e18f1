/** The nvmlReturn_t that the program looks for. */
export const codes = { success: 0, insufficientSize: 7, functionNotFound: 13 } as const;

/**
 * What NVML's return codes say, in its own words (nvmlErrorString), as nvidia-smi prints them too.
 * Source: https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html
 */
const words: Readonly<Record<number, string>> = {
  0: "Success",
  1: "Uninitialized",
  2: "Invalid Argument",
  3: "Not Supported",
  4: "Insufficient Permissions",
  5: "Already Initialized",
  6: "Not Found",
  7: "Insufficient Size",
  8: "Insufficient External Power",
  9: "Driver Not Loaded",
  10: "Timeout",
  11: "Interrupt Request Issue",
  12: "NVML Shared Library Not Found",
  13: "Function Not Found",
  14: "Corrupted infoROM",
  15: "GPU is lost",
  16: "GPU requires reset",
  17: "GPU access blocked by the operating system",
  18: "Driver/library version mismatch",
  19: "In use by another client",
  20: "Insufficient Memory",
  21: "No data",
  22: "vGPU ECC not supported",
  23: "Insufficient Resources",
  24: "Invalid Frequency",
  25: "Argument version mismatch",
  26: "Requested functionality has been deprecated",
  27: "System is not in ready state",
  28: "GPU Not Found",
  29: "Invalid State",
  30: "Reset Type Not Supported",
  999: "Unknown Error",
};

export const nvmlCodes = Object.keys(words).map(Number);

/** "Driver Not Loaded (NVML error 9)" */
export function nvmlWords(code: number): string {
  return `${words[code] ?? "Undocumented error"} (NVML error ${code})`;
}
