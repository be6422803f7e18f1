import { openLibrary } from "../ffi/library.ts";

const noNewPrivileges = 38;
const nobody = 65_534;

/**
 * NVML makes device nodes where it may, and starts the setuid nvidia-modprobe, which loads the driver's module. A look
 * must not: setuid programs no longer get their rights from this process, and `nothing` takes root's own from it, for a
 * machine on which no driver is at work and root's rights could only change it. Returns why not, where it failed.
 */
export function becomeHarmless(nothing: boolean): string | undefined {
  if (process.platform !== "linux") return undefined;
  const libc = openLibrary(["libc.so.6", `libc.musl-${process.arch === "x64" ? "x86_64" : "aarch64"}.so.1`]);
  const prctl = libc.ok ? libc.library.find("prctl", ["int", ...Array(4).fill("uint64_t")]) : undefined;
  const closed = prctl?.(noNewPrivileges, 1n, 0n, 0n, 0n) === 0;
  if (!nothing) return undefined;
  if (!closed) return libc.ok ? "prctl is refused" : libc.reason;
  try {
    if (process.getuid?.() === 0) dropRoot();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}

function dropRoot(): void {
  process.setgroups?.([]);
  process.setgid?.(nobody);
  process.setuid?.(nobody);
}
