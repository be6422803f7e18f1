import type { NativeMemory } from "../ffi/library.ts";
import { type Driver, DriverError } from "./driver.ts";

/** Threads of a block; the kernels make no use of blocks. */
const blockSize = 128;
const mostParameters = 16;

/** An argument of a kernel: an address or a 64-bit number, an int, or a float. */
type KernelValue = bigint | number | { readonly float: number };

/** One card in use: its context, the kernels, and all that was allocated, which `close` gives back in any case. */
export class Card {
  private context: bigint | null = null;
  private module: bigint | null = null;
  private readonly kernels = new Map<string, bigint>();
  private readonly memory = new Map<bigint, number>();
  private readonly hostMemory = new Set<bigint>();
  private readonly parameters: NativeMemory;
  private readonly parameterList: NativeMemory;
  /** Bytes in use, and the most that was. */
  inUse = 0;
  peak = 0;

  constructor(
    readonly driver: Driver,
    readonly device: number,
  ) {
    this.parameters = driver.library.allocate(8 * mostParameters);
    this.parameterList = driver.library.allocate(8 * mostParameters);
    for (let i = 0; i < mostParameters; i++) {
      this.parameterList.view.setBigUint64(8 * i, this.parameters.address + BigInt(8 * i), true);
    }
  }

  open(): void {
    this.context = this.driver.word("cuCtxCreate_v2", 0, this.device);
  }

  /** Has the driver compile a PTX text for this card. */
  load(ptx: string): void {
    this.module = this.driver.word("cuModuleLoadDataEx", ptx, 0, null, null);
  }

  /** Address of `bytes` on the card. */
  allocate(bytes: number): bigint {
    const address = this.driver.word("cuMemAlloc_v2", BigInt(bytes));
    this.memory.set(address, bytes);
    this.inUse += bytes;
    this.peak = Math.max(this.peak, this.inUse);
    return address;
  }

  free(address: bigint): void {
    const bytes = this.memory.get(address);
    if (bytes === undefined) return;
    this.memory.delete(address);
    this.inUse -= bytes;
    this.driver.call("cuMemFree_v2", address);
  }

  /** A copy of these numbers on the card. */
  upload(data: Float32Array | Int32Array | BigUint64Array): bigint {
    const address = this.allocate(data.byteLength);
    this.write(address, data);
    return address;
  }

  write(address: bigint, data: ArrayBufferView): void {
    this.driver.call("cuMemcpyHtoD_v2", address, data, data.byteLength);
  }

  /** Waits for the kernels before it. */
  read(address: bigint, into: ArrayBufferView): void {
    this.driver.call("cuMemcpyDtoH_v2", into, address, into.byteLength);
  }

  /** Address of page-locked memory of this process, which the card reads by itself. */
  allocatePinned(bytes: number): bigint {
    const address = this.driver.word("cuMemAllocHost_v2", bytes);
    this.hostMemory.add(address);
    return address;
  }

  freePinned(address: bigint): void {
    if (this.hostMemory.delete(address)) this.driver.call("cuMemFreeHost", address);
  }

  /** Free and all bytes on the card. */
  memoryInfo(): { readonly free: number; readonly total: number } {
    const [free, total] = [new BigUint64Array(1), new BigUint64Array(1)];
    this.driver.call("cuMemGetInfo_v2", free, total);
    return { free: Number(free[0] ?? 0n), total: Number(total[0] ?? 0n) };
  }

  /** Starts a kernel with at least so many threads, and does not wait for it. */
  launch(kernel: string, threads: number, ...values: readonly KernelValue[]): void {
    for (const [i, value] of values.entries()) this.setParameter(8 * i, value);
    const blocks = Math.ceil(threads / blockSize);
    const list = this.parameterList.address;
    this.driver.call("cuLaunchKernel", this.kernel(kernel), blocks, 1, 1, blockSize, 1, 1, 0, 0n, list, 0n);
  }

  wait(): void {
    this.driver.call("cuCtxSynchronize");
  }

  /** Gives everything back, as far as a card that fails lets it; the first call that failed, or null. */
  close(): DriverError | null {
    let first: DriverError | null = null;
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        first ??= error;
      }
    };
    for (const address of [...this.memory.keys()]) attempt(() => this.free(address));
    for (const address of [...this.hostMemory]) attempt(() => this.freePinned(address));
    const { module, context } = this;
    [this.module, this.context] = [null, null];
    if (module !== null) attempt(() => this.driver.call("cuModuleUnload", module));
    if (context !== null) attempt(() => this.driver.call("cuCtxDestroy_v2", context));
    return first;
  }

  private kernel(name: string): bigint {
    const known = this.kernels.get(name);
    if (known !== undefined) return known;
    const found = this.driver.word("cuModuleGetFunction", this.module ?? 0n, name);
    this.kernels.set(name, found);
    return found;
  }

  private setParameter(at: number, value: KernelValue): void {
    const { view } = this.parameters;
    if (typeof value === "bigint") view.setBigUint64(at, value, true);
    else if (typeof value === "number") view.setInt32(at, value, true);
    else view.setFloat32(at, value.float, true);
  }
}
