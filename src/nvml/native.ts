import type { Library, NativeValue } from "../ffi/library.ts";
import { codes } from "./codes.ts";

export type Called = { readonly code: number; readonly symbol: string };

/** Calls the first of these functions that the library has. */
export function call(
  library: Library,
  symbols: readonly [string, ...string[]],
  parameters: readonly string[],
  values: readonly NativeValue[],
): Called {
  for (const symbol of symbols) {
    const native = library.find(symbol, parameters);
    if (native !== undefined) return { code: native(...values), symbol };
  }
  return { code: codes.functionNotFound, symbol: symbols[0] };
}

/**
 * Memory for NVML to write into: far longer than any of its structures, because a library of another version, or a
 * broken one, may write more than was agreed.
 */
export function scratch(bytes = 4096): Buffer {
  return Buffer.alloc(bytes);
}

/** The text up to its end, or to the length that was agreed where the library set none. */
export function textIn(memory: Buffer, length: number): string {
  const end = memory.subarray(0, length).indexOf(0);
  return memory.toString("utf8", 0, end < 0 ? length : end);
}

/** null: NVML_VALUE_NOT_AVAILABLE, or more than a double holds. */
export function longAt(memory: Buffer, offset: number): number | null {
  const long = memory.readBigUInt64LE(offset);
  return long <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(long) : null;
}
