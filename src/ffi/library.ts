/**
 * The driver's libraries by foreign function calls. Only programs that run in a process of their own (`programs.ts`) may
 * use this: a call can hang or crash, and takes its process with it.
 */
import { createRequire } from "node:module";
import { plainText } from "../text/plain.ts";

type Koffi = typeof import("koffi");

/** What a C function takes: numbers, 64-bit numbers and addresses, strings, memory to read or to write into. */
export type NativeValue = number | bigint | string | ArrayBufferView | null;

/** A C function that returns an int, such as CUresult or nvmlReturn_t. */
export type NativeFunction = (...values: NativeValue[]) => number;

/** Memory outside of the JavaScript heap, which no garbage collection moves. It lives as long as the process. */
export interface NativeMemory {
  readonly address: bigint;
  readonly view: DataView;
}

export interface Library {
  /** The name or path that was given to the loader. */
  readonly name: string;
  /**
   * The function of that name; undefined where the library has none. `parameters` are C types in koffi's words
   * ("int", "uint32_t", "uint64_t", "size_t", "str", "void *"): https://koffi.dev/primitives
   */
  find(symbol: string, parameters: readonly string[]): NativeFunction | undefined;
  allocate(bytes: number): NativeMemory;
  /** The C string at an address that the library returned. */
  text(address: bigint): string;
}

export type Opened =
  | { readonly ok: true; readonly library: Library }
  /** ffi: koffi itself is not here or does not load. library: no library of these names loads. */
  | { readonly ok: false; readonly missing: "ffi" | "library"; readonly reason: string };

/** Opens the first of these names that the system's loader takes. Never throws. */
export function openLibrary(names: readonly string[]): Opened {
  const loaded = loadKoffi();
  if ("reason" in loaded) return { ok: false, missing: "ffi", ...loaded };
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return { ok: true, library: libraryOf(loaded.koffi, name) };
    } catch (error) {
      reasons.push(`${name}: ${wordsOf(error)}`);
    }
  }
  return { ok: false, missing: "library", reason: reasons.join("; ") };
}

/** koffi is an optional dependency with a prebuilt binary for each platform, so it can be missing. */
function loadKoffi(): { readonly koffi: Koffi } | { readonly reason: string } {
  try {
    return { koffi: createRequire(import.meta.url)("koffi") };
  } catch (error) {
    return { reason: `koffi: ${wordsOf(error)}` };
  }
}

function libraryOf(koffi: Koffi, name: string): Library {
  const handle = koffi.load(name);
  return {
    name,
    find(symbol, parameters) {
      try {
        return handle.func(symbol, "int", [...parameters]);
      } catch {
        return undefined;
      }
    },
    allocate(bytes) {
      const address: bigint = koffi.alloc("uint8_t", bytes);
      return { address, view: new DataView(koffi.view(address, bytes)) };
    },
    text: (address) => koffi.decode.string(address),
  };
}

function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return plainText(text.split("\n")[0] ?? "")
    .replace("Failed to load shared library: ", "")
    .slice(0, 300);
}
