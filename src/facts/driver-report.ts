import { nvmlWords } from "../nvml/codes.ts";
import { type Fact, known, value } from "./fact.ts";
import type { Facts, NvmlGpu, NvmlReport, SmiGpu, SmiReport } from "./facts.ts";

type Outcome = SmiReport["outcome"];

/**
 * What the driver says of itself and its cards: nvidia-smi's word, and NVML's where nvidia-smi is missing, was not
 * asked, hangs, crashes or talks nonsense.
 */
export function driverReport({ driver, nvml }: Pick<Facts, "driver" | "nvml">): Fact<SmiReport> {
  const said = known(driver.smi);
  if (said && !isMute(said)) return driver.smi;
  const report = known(nvml);
  const told = report && asReport(report);
  return told ? value(told, ...(nvml.evidence ?? [])) : driver.smi;
}

/** It was asked, and what it said tells nothing. */
export function isMute({ outcome }: SmiReport): boolean {
  return outcome === "timeout" || outcome === "crashed" || outcome === "unreadable";
}

/** NVML's report in the terms of nvidia-smi's; null where it tells nothing of how the driver is. */
export function asReport(report: NvmlReport): SmiReport | null {
  const failed = nvmlOutcome(report);
  if (failed === null) return null;
  const code = report.failure?.code ?? report.gpus.find(({ failure }) => failure)?.failure?.code;
  const { driverVersion, cudaVersion } = report;
  return {
    path: null,
    outcome: failed,
    exitCode: null,
    message: failed === "ok" ? null : code === undefined ? "NVML counts no card" : `NVML: ${nvmlWords(code)}`,
    driverVersion,
    smiVersion: null,
    cudaVersion,
    gpus: usableCards(report).map(asCard),
  };
}

/** Codes of nvmlInit and of handles that say what nvidia-smi says in words. */
const outcomes: Readonly<Record<number, Outcome>> = {
  4: "permission",
  9: "no-driver",
  12: "no-library",
  15: "lost",
  17: "blocked",
  18: "mismatch",
  999: "nvml-unknown",
};

/** null: it hung, crashed, or failed in a way that says nothing of the driver. */
function nvmlOutcome(report: NvmlReport): Outcome | null {
  if (report.failure) return outcomes[report.failure.code] ?? null;
  if (report.outcome !== "ok") return null;
  if (report.gpuCount === 0) return "no-devices";
  const troubled = report.gpus.map(({ failure }) => failure?.code);
  if (troubled.every((code) => code === forbidden)) return "permission";
  // nvidia-smi calls this "Unable to determine the device handle", which is what a lost card gives.
  const unheld = report.gpus.every(({ failure }) => failure?.call.startsWith("nvmlDeviceGetHandle"));
  if (unheld && troubled.every(isLost)) return "lost";
  return unheld && !troubled.some(isTrouble) ? null : "ok";
}

const forbidden = 4;
const isLost = (code: number | undefined): boolean => code === 15 || code === 999;
/** Of the card itself: too little power, lost, needs a reset. */
const isTrouble = (code: number | undefined): boolean => code === 8 || code === 15 || code === 16;

/** Cards that this process may not use, by cgroup or device node, are none of its. */
export function usableCards({ gpus }: NvmlReport): readonly NvmlGpu[] {
  return gpus.filter(({ failure }) => failure?.code !== forbidden);
}

function asCard(gpu: NvmlGpu): SmiGpu {
  const { index, name, pciId, memoryMiB, freeMiB, computeCapability, mig, driverModel, failure, uuid } = gpu;
  return {
    index,
    name,
    pciId,
    memoryMiB,
    usedMiB: memoryMiB === null || freeMiB === null ? null : Math.max(0, memoryMiB - freeMiB),
    computeCapability,
    mig,
    driverModel,
    trouble: failure ? nvmlWords(failure.code) : null,
    now: {
      uuid,
      freeMiB,
      temperatureC: gpu.temperatureC,
      slowdowns: gpu.slowdowns,
      uncorrectedErrors: gpu.uncorrected.volatile,
      computeProcesses: gpu.processes?.length ?? null,
    },
  };
}
