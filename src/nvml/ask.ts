import type { Library } from "../ffi/library.ts";
import { codes } from "./codes.ts";
import { readList } from "./lists.ts";
import { call, longAt, scratch, textIn } from "./native.ts";
import { listNames, type Reading, readings } from "./readings.ts";

export type Emit = (line: Readonly<Record<string, unknown>>) => void;

/** No machine has more cards: what says so is nonsense. */
const maxGpus = 256;
const textLength = 96;

/** Asks NVML all there is to ask and tells each answer as it comes, because the next call may hang or crash. */
export function ask(library: Library, emit: Emit): void {
  const init = call(library, ["nvmlInit_v2", "nvmlInit"], [], []);
  emit({ call: init.symbol, code: init.code });
  if (init.code !== codes.success) return;
  askSystem(library, emit);
  const memory = scratch();
  const count = call(library, ["nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"], ["void *"], [memory]);
  const cards = memory.readUInt32LE();
  emit(count.code === codes.success ? { system: "gpuCount", value: cards } : { call: count.symbol, code: count.code });
  if (count.code !== codes.success || cards > maxGpus) return;
  for (let gpu = 0; gpu < cards; gpu++) askCard(library, emit, gpu);
  emit({ done: true });
  call(library, ["nvmlShutdown"], [], []);
}

function askSystem(library: Library, emit: Emit): void {
  for (const [system, symbol] of [
    ["driverVersion", "nvmlSystemGetDriverVersion"],
    ["nvmlVersion", "nvmlSystemGetNVMLVersion"],
  ] as const) {
    const memory = scratch();
    const { code } = call(library, [symbol], ["void *", "uint32_t"], [memory, textLength]);
    emit(code === codes.success ? { system, value: textIn(memory, textLength) } : { system, code });
  }
  const memory = scratch();
  const { code } = call(
    library,
    ["nvmlSystemGetCudaDriverVersion_v2", "nvmlSystemGetCudaDriverVersion"],
    ["void *"],
    [memory],
  );
  const system = "cudaVersion";
  emit(code === codes.success ? { system, value: memory.readInt32LE() } : { system, code });
}

function askCard(library: Library, emit: Emit, gpu: number): void {
  const memory = scratch();
  const symbols = ["nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"] as const;
  const { code, symbol } = call(library, symbols, ["uint32_t", "void *"], [gpu, memory]);
  emit({ gpu, call: symbol, code });
  if (code !== codes.success) return;
  const handle = memory.readBigUInt64LE();
  for (const reading of readings) emit({ gpu, reading: reading.name, ...read(library, handle, reading) });
  for (const reading of listNames) emit({ gpu, reading, ...readList(library, handle, reading) });
}

export type Answer = { readonly value: unknown } | { readonly code: number };

function read(library: Library, handle: bigint, { symbols, given = [], out }: Reading): Answer {
  const memories = out.map(() => scratch());
  const parameters = ["uint64_t", ...given.map(() => "uint32_t")];
  const values = [handle, ...given];
  const more = out.flatMap((kind, at) => {
    const memory = memories[at] ?? scratch();
    return kind === "text" ? [memory, textLength] : [memory];
  });
  for (const value of more) parameters.push(typeof value === "number" ? "uint32_t" : "void *");
  const { code } = call(library, symbols, parameters, [...values, ...more]);
  if (code !== codes.success) return { code };
  const told = out.flatMap((kind, at) => written(memories[at] ?? scratch(), kind));
  return { value: told.length === 1 ? told[0] : told };
}

function written(memory: Buffer, kind: Reading["out"][number]): (string | number | null)[] {
  if (kind === "text") return [textIn(memory, textLength)];
  const { of, count, offset = 0 } = typeof kind === "string" ? { of: kind, count: 1 } : kind;
  return Array.from({ length: count }, (_, at) =>
    of === "u32" ? memory.readUInt32LE(offset + 4 * at) : longAt(memory, offset + 8 * at),
  );
}
