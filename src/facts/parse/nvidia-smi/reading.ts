import type { SmiGpu, SmiReport } from "../../facts.ts";
import { computeCapabilityByName, gpuByPciId } from "../../gpu-table.ts";

/** What one form of nvidia-smi's output tells, whatever the run came to. */
export interface SmiReading extends Pick<SmiReport, "driverVersion" | "smiVersion" | "cudaVersion" | "gpus"> {
  /** Number of cards that it says it sees, null where it does not say. */
  readonly attached: number | null;
}

/** The cells of one card as printed; what a form does not have is left out. */
export interface RawGpu {
  readonly index?: string;
  readonly name?: string;
  /** "268410DE" or "0x268410DE": device id before vendor id. */
  readonly deviceId?: string;
  readonly memory?: string;
  readonly used?: string;
  readonly computeCapability?: string;
  readonly mig?: string;
  readonly driverModel?: string;
  /** Every other text in which a fault may stand. */
  readonly rest?: string;
}

/** No machine has more cards; a text that lists more is nonsense and is cut here. */
export const maxGpus = 1024;

const faults = /ERR!|\[?Unknown Error\]?|\[?GPU requires reset\]?|\[?GPU is lost\]?/;

/** null where the cells name no card at all; a card whose every cell is a fault is still one. */
export function gpuOf(raw: RawGpu): SmiGpu | null {
  const name = nameOf(raw.name);
  const pciId = pciIdOf(raw.deviceId);
  const trouble = troubleOf(raw);
  if (name === null && pciId === null && trouble === null) return null;
  const told = raw.computeCapability?.trim() ?? "";
  return {
    index: wholeNumber(raw.index),
    name,
    pciId,
    memoryMiB: mebibytes(raw.memory),
    usedMiB: mebibytes(raw.used),
    computeCapability: /^\d{1,2}\.\d$/.test(told) ? told : derivedCapability(pciId, name),
    mig: raw.mig?.startsWith("Enabled") ? true : raw.mig?.startsWith("Disabled") ? false : null,
    driverModel: driverModelOf(raw.driverModel),
    trouble,
  };
}

/** null where the text is no version number: "N/A", "Not Found", "[Deprecated; …]". */
export function driverVersionOf(text: string | undefined): string | null {
  return /^\s*(\d{2,4}(?:\.\d{1,4}){1,3})\b/.exec(text ?? "")?.[1] ?? null;
}

export function cudaVersionOf(text: string | undefined): string | null {
  return /^\s*(\d{1,2}\.\d{1,2})\b/.exec(text ?? "")?.[1] ?? null;
}

function nameOf(text: string | undefined): string | null {
  const name = text?.trim() ?? "";
  if (name === "" || name.length > 200 || faults.test(name)) return null;
  return /^\[?(N\/A|Not Supported|Not Found|None)\]?$/i.test(name) ? null : name;
}

function pciIdOf(text: string | undefined): string | null {
  const id = /^\s*(?:0x)?([0-9a-f]{4})([0-9a-f]{4})\s*$/i.exec(text ?? "");
  return id ? `${id[2]}:${id[1]}`.toLowerCase() : null;
}

function derivedCapability(pciId: string | null, name: string | null): string | null {
  const byId = pciId === null ? null : gpuByPciId(pciId).computeCapability;
  return byId ?? (name === null ? null : computeCapabilityByName(name));
}

function wholeNumber(text: string | undefined): number | null {
  return /^\s*\d{1,4}\s*$/.test(text ?? "") ? Number(text) : null;
}

function mebibytes(text: string | undefined): number | null {
  const size = /^\s*(\d{1,9})\s*(MiB|MB)?\s*$/.exec(text ?? "");
  return size ? Number(size[1]) : null;
}

function driverModelOf(text: string | undefined): SmiGpu["driverModel"] {
  const model = text?.trim().toUpperCase();
  return model === "WDDM" || model === "TCC" || model === "MCDM" ? model : null;
}

function troubleOf({ name, memory, used, mig, rest }: RawGpu): string | null {
  for (const cell of [name, memory, used, mig, rest]) {
    const fault = faults.exec(cell ?? "");
    if (fault) return fault[0];
  }
  return null;
}
