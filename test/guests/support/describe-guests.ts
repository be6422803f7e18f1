import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { debianKernel, type Flavour, type Kernel } from "./kernel.ts";

/** Tests in guests, two at a time; where none can be booted it is said why, and they count as skipped. */
export function describeGuests(name: string, flavour: Flavour, tests: (kernel: Kernel) => void): void {
  const found = guestKernel(flavour);
  if (typeof found === "string") {
    console.warn(`NOT RUN: ${name}: ${found}`);
    test.skip(`${name}: ${found}`, () => {});
    return;
  }
  describe.concurrent(name, () => tests(found));
}

function guestKernel(flavour: Flavour): Kernel | string {
  const needed = ["qemu-system-x86_64", "busybox", "ldd", "apt-get", "dpkg-deb"];
  const folders = (process.env.PATH ?? "").split(":");
  const missing = needed.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  try {
    return debianKernel(flavour);
  } catch (error) {
    return `no kernel of Debian: ${error instanceof Error ? error.message : error}`;
  }
}
