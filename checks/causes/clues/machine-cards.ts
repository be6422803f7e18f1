import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

const smi = "https://docs.nvidia.com/deploy/nvidia-smi/index.html";

/** Texts that betray the causes of ../machine-cards.ts. */
export const machineCardsClues = {
  "gpu-overheating": [
    { pattern: /(?:HW|SW) Thermal Slowdown\s{0,30}: Active/, weight: 0.9, source: smi },
    { pattern: /clocks_(?:event|throttle)_reasons?_[hs]w_thermal_slowdown>Active/, weight: 0.9, source: smi },
    {
      pattern: /nvidia|cuda|\bGPU\b/i,
      together: /thermal throttl(?:ing|ed)|过热降频|温度过高.{0,20}降频/i,
      weight: 0.7,
      source: smi,
    },
  ],
  "gpu-power-insufficient": [
    { pattern: /HW Power Brake(?: Slowdown)?\s{0,30}: Active/, weight: 0.9, source: smi },
    { pattern: /clocks_(?:event|throttle)_reasons?_hw_power_brake_slowdown>Active/, weight: 0.9, source: smi },
    {
      pattern: /Insufficient External Power|GPU does not have the necessary power cables connected/i,
      weight: 0.95,
      source: "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
    },
  ],
  "gpu-memory-failing": [
    { pattern: /Remapping Failure Occurred\s{0,30}: Yes/, weight: 0.95, source: smi },
    {
      pattern: /\bXid\b.{0,60}?[: ](?:48|63|64|94|95)\b/,
      weight: 0.85,
      source: "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
    },
    {
      pattern: /uncorrectable ECC error encountered|CUDA_ERROR_ECC_UNCORRECTABLE|cudaErrorECCUncorrectable/,
      weight: 0.93,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
  "gpu-compute-mode": [
    { pattern: /Compute Mode\s{0,30}: Prohibited/, weight: 0.93, source: smi },
    {
      pattern: /all CUDA-capable devices are busy or unavailable/,
      weight: 0.6,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern: /all CUDA-capable devices are busy or unavailable/,
      together: /Exclusive_Process|E\. Process|Prohibited/,
      weight: 0.9,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
  "mig-without-slices": [
    {
      pattern: /No MIG devices found/,
      weight: 0.93,
      source: "https://docs.nvidia.com/datacenter/tesla/mig-user-guide/index.html",
    },
  ],
  "pcie-link-degraded": [
    {
      pattern: /LnkSta:\s{0,4}Speed [^\n]{0,40}Width x\d{1,2} \(downgraded\)/,
      together: /nvidia/i,
      weight: 0.75,
      source: "https://github.com/pciutils/pciutils/blob/master/ls-caps.c",
    },
    {
      pattern: /limited by \d{1,2}\.\d GT\/s PCIe x(?:1|2|4|8) link at/,
      together: /nvidia|NVRM/i,
      weight: 0.6,
      source: "https://github.com/torvalds/linux/blob/master/drivers/pci/pci.c",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
