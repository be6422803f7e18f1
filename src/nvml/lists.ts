import type { Library } from "../ffi/library.ts";
import type { Answer } from "./ask.ts";
import { codes } from "./codes.ts";
import { call, longAt, scratch } from "./native.ts";
import type { ListName } from "./readings.ts";

const maxProcesses = 128;
/** nvmlProcessInfo_v1_t: process id, then memory at 8. The newer forms changed their length within one version. */
const processBytes = 16;
const widestProcessBytes = 64;
const maxMigDevices = 64;
const doubleBitErrors = 1;
const severalSingleBitErrors = 0;
/** Whoever may not use a slice does not know that it is there. */
const noPermission = 4;

export function readList(library: Library, handle: bigint, name: ListName): Answer {
  return lists[name](library, handle);
}

const lists = { retiredPages, processes, migDevices };

/** Double-bit, then single-bit. Room for no address: the library says how many there are. */
function retiredPages(library: Library, handle: bigint): Answer {
  const counts: number[] = [];
  for (const cause of [doubleBitErrors, severalSingleBitErrors]) {
    const count = scratch();
    const parameters = ["uint64_t", "uint32_t", "void *", "void *"];
    const { code } = call(library, ["nvmlDeviceGetRetiredPages"], parameters, [handle, cause, count, scratch()]);
    if (code !== codes.success && code !== codes.insufficientSize) return { code };
    counts.push(count.readUInt32LE());
  }
  return { value: counts };
}

/** Process ids and bytes of those that compute; null: not told how much. */
function processes(library: Library, handle: bigint): Answer {
  const count = scratch();
  count.writeUInt32LE(maxProcesses);
  const infos = scratch(maxProcesses * widestProcessBytes);
  const parameters = ["uint64_t", "void *", "void *"];
  const { code } = call(library, ["nvmlDeviceGetComputeRunningProcesses"], parameters, [handle, count, infos]);
  if (code !== codes.success) return { code };
  const told = Math.min(count.readUInt32LE(), maxProcesses);
  const value = Array.from({ length: told }, (_, at) => [
    infos.readUInt32LE(at * processBytes),
    longAt(infos, at * processBytes + 8),
  ]);
  return { value };
}

/** How many slices there are of a card that is divided. */
function migDevices(library: Library, handle: bigint): Answer {
  const memory = scratch();
  const { code } = call(library, ["nvmlDeviceGetMaxMigDeviceCount"], ["uint64_t", "void *"], [handle, memory]);
  if (code !== codes.success) return { code };
  let value = 0;
  for (let at = 0; at < Math.min(memory.readUInt32LE(), maxMigDevices); at++) {
    const parameters = ["uint64_t", "uint32_t", "void *"];
    const device = call(library, ["nvmlDeviceGetMigDeviceHandleByIndex"], parameters, [handle, at, scratch()]);
    if (device.code === noPermission) return { code: device.code };
    if (device.code === codes.success) value++;
  }
  return { value };
}
