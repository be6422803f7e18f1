import type { CardNow, SmiGpu } from "../../facts.ts";
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
  const gpu = gpuOf({
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
  return gpu && { ...gpu, now: cardNow(own, block) };
}

function cardNow(own: string, block: string): CardNow {
  const temperature = element(element(own, "temperature") ?? "", "gpu_temp");
  return {
    uuid: /^GPU-[0-9a-f-]{8,60}$/i.exec(element(own, "uuid") ?? "")?.[0] ?? null,
    freeMiB: number(/^(\d{1,9}) MiB$/, element(element(own, "fb_memory_usage") ?? "", "free")),
    temperatureC: number(/^(\d{1,3}) C$/, temperature),
    slowdowns: slowdowns(element(own, "clocks_event_reasons") ?? element(own, "clocks_throttle_reasons")),
    uncorrectedErrors: uncorrectedErrors(element(element(own, "ecc_errors") ?? "", "volatile")),
    computeProcesses: computeProcesses(element(block, "processes")),
  };
}

function number(form: RegExp, text: string | undefined): number | null {
  const found = form.exec(text ?? "")?.[1];
  return found === undefined ? null : Number(found);
}

/** Idle clocks and the power cap are everyday; these mean heat or power trouble. Source: nvidia-smi(1), Clocks Event Reasons. */
const slowing = ["hw_slowdown", "hw_thermal_slowdown", "hw_power_brake_slowdown", "sw_thermal_slowdown"];

function slowdowns(reasons: string | undefined): readonly string[] | null {
  if (reasons === undefined) return null;
  const told = slowing.map((name) => ({
    name,
    says: element(reasons, `clocks_event_reason_${name}`) ?? element(reasons, `clocks_throttle_reason_${name}`),
  }));
  if (!told.some(({ says }) => says === "Active" || says === "Not Active")) return null;
  return told.filter(({ says }) => says === "Active").map(({ name }) => name);
}

/** Cards up to Volta count double-bit errors, later ones uncorrectable errors by the memory they hit. */
const uncorrectable = [
  "sram_uncorrectable",
  "sram_uncorrectable_parity",
  "sram_uncorrectable_secded",
  "dram_uncorrectable",
];

function uncorrectedErrors(volatile: string | undefined): number | null {
  const total = element(element(volatile ?? "", "double_bit") ?? "", "total");
  const counts = [total, ...uncorrectable.map((name) => element(volatile ?? "", name))];
  const told = counts.flatMap((count) => (/^\d{1,12}$/.test(count ?? "") ? Number(count) : []));
  return told.length === 0 ? null : told.reduce((sum, count) => sum + count, 0);
}

/** null where the list is not given, or the report was cut off inside it. */
function computeProcesses(list: string | undefined): number | null {
  if (list === undefined || list === "N/A") return null;
  return positionsOf(list, "<type>").filter((at) => element(list.slice(at, at + 40), "type")?.includes("C")).length;
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
