import type { NvmlFailure, NvmlGpu } from "../facts/facts.ts";
import { computeCapabilityByName, gpuByPciId } from "../facts/gpu-table.ts";
import { failureOf, type Line, numberOf, textOf } from "./line.ts";
import { asked, type ReadingName } from "./readings.ts";

const mebibyte = 2 ** 20;

/** Codes that say that the card itself is in trouble, whatever was asked: power, infoROM, lost, reset. */
const troubles = new Set([15, 16, 8, 14]);

/** Card `index` by the lines that the program printed of it. */
export function cardOf(index: number, lines: readonly Line[]): NvmlGpu {
  const answers = new Map(lines.map((line) => [line["reading"], line]));
  const get = (name: ReadingName): unknown => answers.get(name)?.["value"];
  const one = (name: ReadingName): number | null => numberOf(get(name));
  const list = (name: ReadingName, length: number): (number | null)[] => listOf(get(name), length);
  const [total = null, free = null] = list("memory", 3);
  const [gpu, memory] = list("utilisation", 2);
  const name = textOf(get("name"));
  const [domain, bus, device, ids] = list("pci", 4);
  const pciId = pciIdOf(ids);
  return {
    index,
    failure: failureOf(lines.find((line) => "call" in line) ?? {}) ?? troubleIn(lines),
    name,
    uuid: /^GPU-[0-9a-f-]{8,60}$/i.exec(textOf(get("uuid")) ?? "")?.[0] ?? null,
    pciId,
    address: addressOf(domain, bus, device),
    computeCapability: capabilityOf(list("computeCapability", 2)) ?? derivedCapability(pciId, name),
    memoryMiB: mebibytes(total),
    freeMiB: mebibytes(free),
    mig: flag(list("migMode", 2)[0]),
    migDevices: one("migDevices"),
    computeMode: wordOf(["default", "exclusive-thread", "prohibited", "exclusive-process"], one("computeMode")),
    driverModel: wordOf(["WDDM", "TCC", "MCDM"], list("driverModel", 2)[0]),
    persistence: flag(one("persistence")),
    performanceState: upTo(15, one("performanceState")),
    utilisation:
      upTo(100, gpu) === null || upTo(100, memory) === null ? null : { gpu: Number(gpu), memory: Number(memory) },
    clocksMHz: {
      sm: upTo(100_000, one("smClock")),
      memory: upTo(100_000, one("memoryClock")),
      maxSm: upTo(100_000, one("maxSmClock")),
      maxMemory: upTo(100_000, one("maxMemoryClock")),
    },
    slowdowns: slowdownsOf(one("throttleReasons")),
    powerW: { draw: watts(one("powerUsage")), limit: watts(one("powerLimit")) },
    temperatureC: upTo(200, one("temperature")),
    slowdownTemperatureC: upTo(200, one("slowdownTemperature")),
    pcie: {
      generation: link(one("pcieGeneration")),
      maxGeneration: link(one("maxPcieGeneration")),
      width: link(one("pcieWidth")),
      maxWidth: link(one("maxPcieWidth")),
    },
    ecc: flag(list("eccMode", 2)[0]),
    uncorrected: { volatile: one("uncorrectedVolatile"), aggregate: one("uncorrectedAggregate") },
    remappedRows: remappedRows(list("remappedRows", 4)),
    retiredPages: retiredPages(list("retiredPages", 2), one("retirementPending")),
    processes: processesOf(get("processes")),
  };
}

function troubleIn(lines: readonly Line[]): NvmlFailure | null {
  for (const line of lines) {
    const code = numberOf(line["code"]);
    const reading = textOf(line["reading"]);
    if (code !== null && reading !== null && troubles.has(code)) return { call: symbolOf(reading), code };
  }
  return null;
}

function symbolOf(name: string): string {
  return asked.find(([reading]) => reading === name)?.[1] ?? name;
}

function listOf(value: unknown, length: number): (number | null)[] {
  return Array.isArray(value) && value.length === length ? value.map(numberOf) : [];
}

function upTo(most: number, value: number | null | undefined): number | null {
  return value === null || value === undefined || value > most ? null : value;
}

const link = (value: number | null): number | null => (value === 0 ? null : upTo(32, value));
const watts = (milliwatts: number | null): number | null =>
  upTo(100_000, milliwatts === null ? null : Math.round(milliwatts / 1000));

function mebibytes(bytes: number | null): number | null {
  return bytes === null ? null : Math.floor(bytes / mebibyte);
}

function flag(value: number | null | undefined): boolean | null {
  return value === 0 ? false : value === 1 ? true : null;
}

function wordOf<Word extends string>(words: readonly Word[], at: number | null | undefined): Word | null {
  return at === null || at === undefined ? null : (words[at] ?? null);
}

/** The device id in the upper half of the word, the vendor id in the lower. */
function pciIdOf(ids: number | null | undefined): string | null {
  const text = ids ? ids.toString(16).padStart(8, "0") : "";
  return /^[0-9a-f]{4}10de$/.test(text) ? `10de:${text.slice(0, 4)}` : null;
}

function addressOf(domain?: number | null, bus?: number | null, device?: number | null): string | null {
  if (upTo(0xffff_ffff, domain) === null || upTo(255, bus) === null || upTo(31, device) === null) return null;
  const [a, b, c] = [domain, bus, device].map((part) => Number(part).toString(16));
  return `${a?.padStart(4, "0")}:${b?.padStart(2, "0")}:${c?.padStart(2, "0")}.0`;
}

function capabilityOf([major, minor]: readonly (number | null)[]): string | null {
  return upTo(99, major) === null || upTo(9, minor) === null || major === 0 ? null : `${major}.${minor}`;
}

function derivedCapability(pciId: string | null, name: string | null): string | null {
  const byId = pciId === null ? null : gpuByPciId(pciId).computeCapability;
  return byId ?? (name === null ? null : computeCapabilityByName(name));
}

/** Idle clocks, clocks that somebody set, and the power cap are everyday; these mean heat or power trouble. */
const slowing = [
  [0x08, "hw_slowdown"],
  [0x40, "hw_thermal_slowdown"],
  [0x80, "hw_power_brake_slowdown"],
  [0x20, "sw_thermal_slowdown"],
] as const;

/** Source: https://docs.nvidia.com/deploy/nvml-api/group__nvmlClocksEventReasons.html */
function slowdownsOf(reasons: number | null): readonly string[] | null {
  // More bits than there are reasons are no reasons.
  if (reasons === null || reasons > 0xffff) return null;
  return slowing.filter(([bit]) => (reasons & bit) !== 0).map(([, name]) => name);
}

function remappedRows([corrected, uncorrected, pending, failed]: readonly (number | null)[]): NvmlGpu["remappedRows"] {
  const [waits, spent] = [flag(pending), flag(failed)];
  if (waits === null || spent === null) return null;
  return { corrected: corrected ?? 0, uncorrected: uncorrected ?? 0, pending: waits, failed: spent };
}

function retiredPages(counts: readonly (number | null)[], pending: number | null): NvmlGpu["retiredPages"] {
  const [doubleBit = null, singleBit = null] = counts.map((count) => upTo(10_000, count));
  return doubleBit === null || singleBit === null ? null : { doubleBit, singleBit, pending: flag(pending) };
}

function processesOf(value: unknown): NvmlGpu["processes"] {
  if (!Array.isArray(value)) return null;
  return value.slice(0, 128).flatMap((process: unknown) => {
    const [pid, bytes] = Array.isArray(process) ? process.map(numberOf) : [];
    return pid ? [{ pid, usedMiB: mebibytes(bytes ?? null) }] : [];
  });
}
