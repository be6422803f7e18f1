import type { SmiGpu } from "../../facts.ts";
import { cudaVersionOf, driverVersionOf, gpuOf, maxGpus, type SmiReading } from "./reading.ts";

const maxDepth = 8;

/** Reads the text of `nvidia-smi -q`: "Key : value" lines, whose sections are told by their indentation. */
export function parseLog(text: string): SmiReading {
  const [head = [], ...cards] = splitCards(text.split("\n"));
  const keys = keysOf(head);
  const attached = keys.get("Attached GPUs");
  return {
    driverVersion: driverVersionOf(keys.get("Driver Version")) ?? driverVersionOf(keys.get("KMD Version")),
    smiVersion: null,
    cudaVersion: cudaVersionOf(keys.get("CUDA Version")) ?? cudaVersionOf(keys.get("CUDA UMD Version")),
    attached: attached !== undefined && /^\d{1,4}$/.test(attached) ? Number(attached) : null,
    gpus: cards.map((lines, index) => card(keysOf(lines), index)).filter((gpu) => gpu !== null),
  };
}

function splitCards(lines: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (/^GPU [0-9A-Fa-f]{4,8}:/.test(line) && parts.length <= maxGpus) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

/** Values by their path of section names, "FB Memory Usage/Total"; the first one of a path counts. */
function keysOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const sections: { readonly name: string; readonly indent: number }[] = [];
  for (const line of lines) {
    const text = line.trim();
    if (text === "" || /^GPU [0-9A-Fa-f]{4,8}:/.test(text)) continue;
    const indent = line.length - line.trimStart().length;
    while ((sections.at(-1)?.indent ?? -1) >= indent) sections.pop();
    const colon = text.indexOf(" : ");
    if (colon < 0) {
      if (sections.length < maxDepth) sections.push({ name: text, indent });
      continue;
    }
    const path = [...sections.map(({ name }) => name), text.slice(0, colon).trim()].join("/");
    if (!found.has(path)) found.set(path, text.slice(colon + 3).trim());
  }
  return found;
}

function card(all: ReadonlyMap<string, string>, index: number): SmiGpu | null {
  return gpuOf({
    index: String(index),
    name: all.get("Product Name"),
    deviceId: all.get("PCI/Device Id"),
    memory: all.get("FB Memory Usage/Total"),
    used: all.get("FB Memory Usage/Used"),
    computeCapability: all.get("CUDA Compute Capability") ?? all.get("Compute Capability"),
    mig: all.get("MIG Mode/Current"),
    driverModel: all.get("Driver Model/Current"),
    rest: [...all.values()].join("\n"),
  });
}
