import type { Adapter, GpuVendor, SmiGpu } from "../facts/facts.ts";

/** Vendors whose adapters are GPUs that something trains on; virtual displays are not listed as GPUs. */
export const gpuVendorsThatTrain: ReadonlySet<GpuVendor> = new Set(["nvidia", "amd", "intel", "apple"]);

/** Is the card that nvidia-smi lists this adapter of the bus? By PCI id where both tell it, else by name. */
export function sameDevice(adapter: Adapter, card: SmiGpu): boolean {
  if (adapter.pciId !== null && card.pciId !== null) return adapter.pciId === card.pciId;
  if (adapter.name !== null && card.name !== null)
    return card.name.includes(adapter.name) || adapter.name.includes(card.name);
  return true;
}
