import type { SmiGpu } from "../../facts.ts";
import { cudaVersionOf, driverVersionOf, gpuOf, maxGpus, type SmiReading } from "./reading.ts";

/**
 * Reads `nvidia-smi -q -x`. The report is flat and fixed, and a killed run leaves a truncated one that an XML parser
 * would reject as a whole, so elements are looked up by name, each within its card.
 */
export function parseXml(text: string): SmiReading {
  const starts = positionsOf(text, "<gpu id=");
  const head = text.slice(0, starts[0] ?? text.length);
  const attached = element(head, "attached_gpus");
  return {
    driverVersion: driverVersionOf(element(head, "driver_version")) ?? driverVersionOf(element(head, "kmd_version")),
    smiVersion: null,
    cudaVersion: cudaVersionOf(element(head, "cuda_version")) ?? cudaVersionOf(element(head, "cuda_umd_version")),
    attached: attached !== undefined && /^\d{1,4}$/.test(attached) ? Number(attached) : null,
    gpus: starts.map((start, index) => card(text.slice(start, starts[index + 1]), index)).filter((gpu) => gpu !== null),
  };
}

function card(block: string, index: number): SmiGpu | null {
  const own = without(upTo(block, "<processes>"), "mig_devices");
  const memory = element(own, "fb_memory_usage") ?? "";
  return gpuOf({
    index: String(index),
    name: element(own, "product_name"),
    deviceId: element(own, "pci_device_id"),
    memory: element(memory, "total"),
    used: element(memory, "used"),
    computeCapability: element(own, "compute_cap") ?? element(own, "cuda_compute_capability"),
    mig: element(own, "current_mig"),
    driverModel: element(own, "current_dm") ?? element(own, "driver_model_current"),
    rest: own,
  });
}

function upTo(text: string, word: string): string {
  const at = text.indexOf(word);
  return at < 0 ? text : text.slice(0, at);
}

/** The block without an element that repeats names of the card's own elements. */
function without(block: string, name: string): string {
  const start = block.indexOf(`<${name}>`);
  if (start < 0) return block;
  const end = block.indexOf(`</${name}>`, start);
  return end < 0 ? block.slice(0, start) : block.slice(0, start) + block.slice(end);
}

function positionsOf(text: string, word: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(word); at >= 0 && found.length < maxGpus; at = text.indexOf(word, at + word.length))
    found.push(at);
  return found;
}

function element(text: string, name: string): string | undefined {
  const start = text.indexOf(`<${name}>`);
  if (start < 0) return undefined;
  const from = start + name.length + 2;
  const end = text.indexOf(`</${name}>`, from);
  return end < 0 ? undefined : decoded(text.slice(from, end)).trim();
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

function decoded(text: string): string {
  return text.includes("&") ? text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities[entity] ?? entity) : text;
}
