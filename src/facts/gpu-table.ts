import table from "../../checks/data/gpus.json" with { type: "json" };
import type { GpuVendor } from "./facts.ts";

/** What the tables tell of a card; null where they do not know it. Source: checks/data/gpus.json. */
export interface GpuModel {
  readonly name: string | null;
  /** "ada" */
  readonly architecture: string | null;
  /** "8.9" */
  readonly computeCapability: string | null;
}

type Entries<T> = Readonly<Record<string, T | undefined>>;

const vendors: Entries<string> = table.vendors;
const adapterVendors: Entries<string> = table.adapterVendors;
const adapterNames: Entries<string> = table.adapterNames;
const nvidiaNames: Entries<string> = table.nvidiaNames;
const tegraChips: Entries<GpuModel> = table.tegra;
const nothing: GpuModel = { name: null, architecture: null, computeCapability: null };

/** The model behind a PCI id such as "10de:2684", lower case. */
export function gpuByPciId(pciId: string): GpuModel {
  const [vendor, device] = pciId.split(":");
  const name = adapterNames[pciId] ?? null;
  if (vendor !== "10de" || device === undefined || !/^[0-9a-f]{4}$/.test(device)) return { ...nothing, name };
  const range = table.nvidiaRanges.find(({ from, to }) => from <= device && device <= to);
  return {
    name: nvidiaNames[device] ?? null,
    architecture: range?.architecture ?? null,
    computeCapability: range?.computeCapability ?? null,
  };
}

/** Vendor of an adapter by its PCI id; ids of emulated cards count as those of the hypervisor that emulates them. */
export function vendorByPciId(pciId: string): GpuVendor {
  return (adapterVendors[pciId] ?? vendors[pciId.slice(0, 4)] ?? "other") as GpuVendor;
}

/** The GPU inside an NVIDIA system on chip, by the text of /proc/device-tree/compatible (entries ended by NUL). */
export function gpuByDeviceTree(compatible: string): GpuModel | null {
  for (const entry of compatible.split("\0")) {
    const chip = tegraChips[entry.trim()];
    if (chip) return chip;
  }
  return null;
}

/**
 * Compute capability by product name, as nvidia-smi and frameworks print it: "NVIDIA GeForce RTX 4090", "Tesla T4",
 * "GRID T4-16Q". A name that ends in "..." was cut off by nvidia-smi: it counts only where every card it may mean agrees.
 */
export function computeCapabilityByName(name: string): string | null {
  const plain = name
    .trim()
    .replace(/^NVIDIA /i, "")
    .replace(/^GRID /, "");
  if (plain.endsWith("...")) return commonCapability(plain.slice(0, -3).trimEnd());
  return capabilitiesByName().get(plain.toLowerCase()) ?? capabilityByPattern(plain);
}

function capabilityByPattern(name: string): string | null {
  const hit = table.namePatterns.find(({ pattern }) => new RegExp(pattern, "i").test(name));
  return hit?.computeCapability ?? null;
}

function commonCapability(start: string): string | null {
  if (start.length < 6) return null;
  const possible = new Set<string | null>();
  for (const [name, capability] of capabilitiesByName()) {
    if (name.startsWith(start.toLowerCase())) possible.add(capability);
  }
  const [only] = possible;
  return possible.size === 1 ? (only ?? null) : null;
}

let byName: ReadonlyMap<string, string | null> | undefined;

/** Lower-case names of the table; null where one name stands for cards of different capability. */
function capabilitiesByName(): ReadonlyMap<string, string | null> {
  byName ??= Object.entries(table.nvidiaNames).reduce((map, [device, name]) => {
    const capability = gpuByPciId(`10de:${device}`).computeCapability;
    const key = name.toLowerCase();
    return map.set(key, map.has(key) && map.get(key) !== capability ? null : capability);
  }, new Map<string, string | null>());
  return byName;
}
