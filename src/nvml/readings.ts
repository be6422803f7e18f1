/**
 * What NVML is asked about one card: functions that write numbers or a text behind the handle of the card. Only those
 * whose memory layout never changed are used; a library that lacks one leaves its reading out.
 * Source: https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html
 */
export interface Reading {
  readonly name: string;
  /** The first one that the library has is called. */
  readonly symbols: readonly [string, ...string[]];
  /** Numbers between the handle and what is written: which clock, which sensor, which counter. */
  readonly given?: readonly number[];
  /** A pointer for each; a structure of numbers is one pointer, and a text is followed by its length. */
  readonly out: readonly ("u32" | "u64" | "text" | Structure)[];
}

interface Structure {
  readonly of: "u32" | "u64";
  readonly count: number;
  /** Bytes before the first number. */
  readonly offset?: number;
}

type Symbols = Reading["symbols"];

const number = <Name extends string>(name: Name, symbol: string, ...given: readonly number[]) =>
  ({ name, symbols: [symbol] as Symbols, given, out: ["u32"] }) as const;
const pair = <Name extends string>(name: Name, symbol: string) =>
  ({ name, symbols: [symbol] as Symbols, out: ["u32", "u32"] }) as const;
const long = <Name extends string>(name: Name, symbols: Symbols, ...given: readonly number[]) =>
  ({ name, symbols, given, out: ["u64"] }) as const;

const clock = { sm: 1, memory: 2 };
const uncorrected = 1;
const counter = { volatile: 0, aggregate: 1 };
const sensorOfGpu = 0;
const slowdownThreshold = 1;

const table = [
  { name: "name", symbols: ["nvmlDeviceGetName"], out: ["text"] },
  { name: "uuid", symbols: ["nvmlDeviceGetUUID"], out: ["text"] },
  // nvmlPciInfo_t: an old form of the address in 16 bytes, then domain, bus, device, device and vendor id.
  {
    name: "pci",
    symbols: ["nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2"],
    out: [{ of: "u32", count: 4, offset: 16 }],
  },
  pair("computeCapability", "nvmlDeviceGetCudaComputeCapability"),
  // nvmlMemory_t: total, free, used.
  { name: "memory", symbols: ["nvmlDeviceGetMemoryInfo"], out: [{ of: "u64", count: 3 }] },
  pair("migMode", "nvmlDeviceGetMigMode"),
  number("computeMode", "nvmlDeviceGetComputeMode"),
  pair("driverModel", "nvmlDeviceGetDriverModel"),
  number("persistence", "nvmlDeviceGetPersistenceMode"),
  number("performanceState", "nvmlDeviceGetPerformanceState"),
  // nvmlUtilization_t: gpu, memory.
  { name: "utilisation", symbols: ["nvmlDeviceGetUtilizationRates"], out: [{ of: "u32", count: 2 }] },
  number("smClock", "nvmlDeviceGetClockInfo", clock.sm),
  number("memoryClock", "nvmlDeviceGetClockInfo", clock.memory),
  number("maxSmClock", "nvmlDeviceGetMaxClockInfo", clock.sm),
  number("maxMemoryClock", "nvmlDeviceGetMaxClockInfo", clock.memory),
  long("throttleReasons", ["nvmlDeviceGetCurrentClocksThrottleReasons", "nvmlDeviceGetCurrentClocksEventReasons"]),
  number("powerUsage", "nvmlDeviceGetPowerUsage"),
  number("powerLimit", "nvmlDeviceGetEnforcedPowerLimit"),
  number("temperature", "nvmlDeviceGetTemperature", sensorOfGpu),
  number("slowdownTemperature", "nvmlDeviceGetTemperatureThreshold", slowdownThreshold),
  number("pcieGeneration", "nvmlDeviceGetCurrPcieLinkGeneration"),
  number("maxPcieGeneration", "nvmlDeviceGetMaxPcieLinkGeneration"),
  number("pcieWidth", "nvmlDeviceGetCurrPcieLinkWidth"),
  number("maxPcieWidth", "nvmlDeviceGetMaxPcieLinkWidth"),
  pair("eccMode", "nvmlDeviceGetEccMode"),
  long("uncorrectedVolatile", ["nvmlDeviceGetTotalEccErrors"], uncorrected, counter.volatile),
  long("uncorrectedAggregate", ["nvmlDeviceGetTotalEccErrors"], uncorrected, counter.aggregate),
  // Corrected, uncorrected, pending, failure.
  { name: "remappedRows", symbols: ["nvmlDeviceGetRemappedRows"], out: ["u32", "u32", "u32", "u32"] },
  number("retirementPending", "nvmlDeviceGetRetiredPagesPendingStatus"),
] as const satisfies readonly Reading[];

/** Lists and counts, each with the first function that it takes: `lists.ts`. */
const listSymbols = {
  retiredPages: "nvmlDeviceGetRetiredPages",
  processes: "nvmlDeviceGetComputeRunningProcesses",
  migDevices: "nvmlDeviceGetMaxMigDeviceCount",
} as const;

export type ListName = keyof typeof listSymbols;
export type ReadingName = (typeof table)[number]["name"] | ListName;

export const listNames = Object.keys(listSymbols) as ListName[];

export const readings: readonly Reading[] = table;

/** Every reading and its function, in the order in which a card is asked: tells at which one it stopped answering. */
export const asked: readonly (readonly [name: string, symbol: string])[] = [
  ...readings.map(({ name, symbols }) => [name, symbols[0]] as const),
  ...Object.entries(listSymbols),
];
