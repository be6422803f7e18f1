/** The part of the CUDA driver API that is used: https://docs.nvidia.com/cuda/cuda-driver-api/index.html */
import type { Library, NativeFunction, NativeValue } from "../ffi/library.ts";

/**
 * Parameters by the name of the exported symbol, in C. Handles and addresses of the card are 64-bit numbers; `void *` is
 * memory of this process.
 */
const signatures = {
  cuInit: ["uint32_t"],
  cuDriverGetVersion: ["void *"],
  cuGetErrorName: ["int", "void *"],
  cuDeviceGetCount: ["void *"],
  cuDeviceGet: ["void *", "int"],
  cuDeviceGetName: ["void *", "int", "int"],
  cuDeviceGetAttribute: ["void *", "int", "int"],
  cuDeviceTotalMem_v2: ["void *", "int"],
  cuCtxCreate_v2: ["void *", "uint32_t", "int"],
  cuCtxDestroy_v2: ["uint64_t"],
  cuCtxSynchronize: [],
  cuModuleLoadDataEx: ["void *", "str", "uint32_t", "void *", "void *"],
  cuModuleGetFunction: ["void *", "uint64_t", "str"],
  cuModuleUnload: ["uint64_t"],
  cuMemGetInfo_v2: ["void *", "void *"],
  cuMemAlloc_v2: ["void *", "size_t"],
  cuMemFree_v2: ["uint64_t"],
  cuPointerGetAttribute: ["void *", "int", "uint64_t"],
  cuMemAllocHost_v2: ["void *", "size_t"],
  cuMemFreeHost: ["uint64_t"],
  cuMemcpyHtoD_v2: ["uint64_t", "void *", "size_t"],
  cuMemcpyDtoH_v2: ["void *", "uint64_t", "size_t"],
  cuLaunchKernel: [
    "uint64_t",
    ...Array.from({ length: 7 }, () => "uint32_t"),
    "uint64_t", // stream
    "uint64_t", // kernelParams
    "uint64_t", // extra
  ],
} as const satisfies Record<string, readonly string[]>;

export type DriverCall = keyof typeof signatures;

/** A call that the driver refused. */
export class DriverError extends Error {
  constructor(
    readonly call: string,
    /** CUresult; null where the library has no such function. */
    readonly code: number | null,
    /** CUDA_ERROR_…; null where the driver itself has no name for it. */
    readonly codeName: string | null,
  ) {
    super(code === null ? `${call} is missing in this driver` : `${call} returned ${code} ${codeName ?? ""}`.trim());
  }
}

/** CU_DEVICE_ATTRIBUTE_INTEGRATED, _COMPUTE_CAPABILITY_MAJOR and _MINOR. */
const attributes = { integrated: 18, major: 75, minor: 76 } as const;
/** CU_POINTER_ATTRIBUTE_MEMORY_TYPE, and CU_MEMORYTYPE_DEVICE of its answers. */
const memoryType = 2;
const onDevice = 2;

/** Calls by name, each of which throws a DriverError where it does not succeed. */
export class Driver {
  private readonly found = new Map<DriverCall, NativeFunction>();

  constructor(readonly library: Library) {}

  call(name: DriverCall, ...values: NativeValue[]): void {
    const code = this.symbol(name)(...values);
    if (code !== 0) throw new DriverError(name, code, this.nameOf(code));
  }

  /** Calls a function that is given a place for a 32-bit number first. */
  int(name: DriverCall, ...rest: NativeValue[]): number {
    const place = new Int32Array(1);
    this.call(name, place, ...rest);
    return place[0] ?? 0;
  }

  /** Calls a function that is given a place for a handle, an address or a size first. */
  word(name: DriverCall, ...rest: NativeValue[]): bigint {
    const place = new BigUint64Array(1);
    this.call(name, place, ...rest);
    return place[0] ?? 0n;
  }

  /** "13.0" of 13000: the newest CUDA that this driver serves. */
  version(): string {
    const version = this.int("cuDriverGetVersion");
    return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
  }

  deviceName(device: number): string {
    const bytes = Buffer.alloc(256);
    this.call("cuDeviceGetName", bytes, bytes.length - 1, device);
    const end = bytes.indexOf(0);
    return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
  }

  /** "8.9" */
  computeCapability(device: number): string {
    return `${this.attribute("major", device)}.${this.attribute("minor", device)}`;
  }

  /** Is its memory that of the whole system? */
  isIntegrated(device: number): boolean {
    return this.attribute("integrated", device) !== 0;
  }

  private attribute(which: keyof typeof attributes, device: number): number {
    return this.int("cuDeviceGetAttribute", attributes[which], device);
  }

  /** Bytes of the card's memory. */
  totalMemory(device: number): number {
    return Number(this.word("cuDeviceTotalMem_v2", device));
  }

  /** Does the driver say that this address lies in the memory of a card? */
  isOnDevice(address: bigint): boolean {
    return this.int("cuPointerGetAttribute", memoryType, address) === onDevice;
  }

  private symbol(name: DriverCall): NativeFunction {
    const known = this.found.get(name);
    if (known !== undefined) return known;
    const found = this.library.find(name, signatures[name]);
    if (found === undefined) throw new DriverError(name, null, null);
    this.found.set(name, found);
    return found;
  }

  private nameOf(code: number): string | null {
    try {
      const place = new BigUint64Array(1);
      if (this.symbol("cuGetErrorName")(code, place) !== 0) return null;
      const address = place[0] ?? 0n;
      return address === 0n ? null : this.library.text(address);
    } catch {
      return null;
    }
  }
}
