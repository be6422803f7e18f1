/** What Linux shows of PCI devices below /sys/bus/pci/devices/<address>. */

const memory = 0x200n;
/** The kernel found no room for this region. Source: include/linux/ioport.h, IORESOURCE_UNSET. */
const unset = 0x2000_0000n;
const standardRegions = 6;

/**
 * Sizes in bytes of the memory regions (BARs) in a `resource` file, whose lines are "start end flags" in hex: 0 for a
 * region that the device asks for and that got no address. Lines of zeroes are regions that the device does not have,
 * or that many kernels have given up (drivers/pci/setup-bus.c, reset_resource): what tells them apart are the
 * registers in the device's configuration space, where they were to be read.
 */
export function parseRegions(resource: string, configuration?: Uint8Array): number[] {
  const sizes: number[] = [];
  const asked = wideRegions(configuration);
  for (const [at, line] of resource.split("\n").slice(0, standardRegions).entries()) {
    const [start, end, flags] = line.trim().split(/\s+/).map(parsedNumber);
    if (start === undefined || end === undefined || flags === undefined) continue;
    if (flags === 0n && end === 0n && asked.has(at)) sizes.push(0);
    if ((flags & memory) === 0n) continue;
    const assigned = start !== 0n && (flags & unset) === 0n;
    sizes.push(assigned ? Number(end - start + 1n) : 0);
  }
  return sizes;
}

const firstRegister = 0x10;
/** Bit 0: I/O; bits 1 and 2: 64 bits wide, so that the next register is the upper half. */
const kindBits = 0b111;
const wideMemory = 0b100;

/** Regions of 64 bits: their registers say so even without an address, while those of 32 bits may be plain zero. */
function wideRegions(configuration: Uint8Array | undefined): ReadonlySet<number> {
  const wide = new Set<number>();
  for (let at = 0; at < standardRegions; at++) {
    if (((configuration?.[firstRegister + 4 * at] ?? 0) & kindBits) !== wideMemory) continue;
    wide.add(at);
    at++;
  }
  return wide;
}

function parsedNumber(text: string): bigint | undefined {
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : undefined;
}

export type DeviceClass = "gpu" | "bridge" | "other";

/**
 * Class of a `class` file such as "0x030200": 03 display, 12 accelerator; 0680 is where NVSwitches are. null where the
 * text is none.
 */
export function deviceClass(text: string): DeviceClass | null {
  const code = /^\s*0x([0-9a-f]{6})\s*$/i.exec(text)?.[1];
  if (code === undefined) return null;
  if (code.startsWith("03") || code.startsWith("12")) return "gpu";
  return code.startsWith("0680") ? "bridge" : "other";
}

/** "10de:2684" of the files `vendor` ("0x10de") and `device`; null where they are not understood. */
export function pciIdOf(vendor: string, device: string): string | null {
  const ids = [vendor, device].map((text) => /^\s*0x([0-9a-f]{4})\s*$/i.exec(text)?.[1]?.toLowerCase());
  return ids[0] === undefined || ids[1] === undefined ? null : `${ids[0]}:${ids[1]}`;
}

/** "10de:2684" of a Windows device id such as "PCI\VEN_10DE&DEV_2684&SUBSYS_…". */
export function pciIdOfPnp(pnpId: string): string | null {
  const ids = /VEN_([0-9a-f]{4})&DEV_([0-9a-f]{4})/i.exec(pnpId);
  return ids ? `${ids[1]}:${ids[2]}`.toLowerCase() : null;
}

/** Device name in a line of `lspci -mm`: the third quoted word, without the chip where a product is in brackets. */
export function lspciName(line: string): string | null {
  const words = [...line.slice(0, 1000).matchAll(/"([^"]*)"/g)].map((word) => word[1] ?? "");
  const name = words[2]?.trim() ?? "";
  if (name === "" || /^Device [0-9a-f]{4}$/i.test(name)) return null;
  return /\[([^\]]+)\]$/.exec(name)?.[1] ?? name;
}
