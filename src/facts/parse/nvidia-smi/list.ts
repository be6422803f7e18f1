import type { SmiGpu } from "../../facts.ts";
import { gpuOf, maxGpus, type SmiReading } from "./reading.ts";

/** Reads `nvidia-smi -L`: "GPU 0: NVIDIA GeForce RTX 4090 (UUID: GPU-…)". MIG devices below a card are not cards. */
export function parseList(text: string): SmiReading {
  const gpus: SmiGpu[] = [];
  for (const line of text.split("\n")) {
    const uuid = line.length < 400 ? line.indexOf(" (UUID: GPU-") : -1;
    const start = /^\s{0,12}GPU (\d{1,4}): /.exec(line);
    if (uuid < 0 || !start || gpus.length >= maxGpus) continue;
    const gpu = gpuOf({ index: start[1], name: line.slice(start[0].length, uuid) });
    if (gpu) gpus.push(gpu);
  }
  return { driverVersion: null, smiVersion: null, cudaVersion: null, attached: null, gpus };
}
