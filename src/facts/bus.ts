import { basename } from "node:path/posix";
import type { Answer, Host, Inventory } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { absent, type Fact, toldEvidence, unknown, value } from "./fact.ts";
import type { Adapter, BusFacts, GpuVendor } from "./facts.ts";
import { gpuByDeviceTree, gpuByPciId, vendorByPciId } from "./gpu-table.ts";
import { evidence, textOf, whyNot } from "./parse/answers.ts";
import { type DeviceClass, deviceClass, lspciName, parseRegions, pciIdOf, pciIdOfPnp } from "./parse/pci.ts";
import type { Probe } from "./probe.ts";

const texts = {
  noCards: message("{devices} devices; display or compute: none", "{devices} 个设备；显示或计算设备：无"),
  cards: message("{devices} devices; display or compute: {names}", "{devices} 个设备；显示或计算设备：{names}"),
  nameless: message("{path}: vendor and device are not told", "{path}：没有厂商号和设备号"),
  noAdapter: message("the system inventory names no display adapter at all", "系统清单中没有任何显示适配器"),
  integrated: message("the GPU is part of the processor", "GPU 集成在处理器中"),
  linuxOnly: message("looked for on Linux only", "仅在 Linux 上查看"),
  untold: message("the system inventory does not tell it", "系统清单中没有说明"),
};

const devicesFolder = "/sys/bus/pci/devices";
const deviceTree = "/proc/device-tree/compatible";
/** As much of a device's configuration space as any user may read. */
const headerBytes = 64;

/** GPUs by what the system shows of its hardware; no driver, and no program such as lspci, is needed for it. */
export const busProbe: Probe<"bus"> = {
  subject: "bus",
  needs: [],
  look: async (host) => (host.identity.platform === "linux" ? lookAtSysfs(host) : lookAtInventory(host)),
};

async function lookAtSysfs(host: Host): Promise<BusFacts> {
  const [listing, onChip] = await Promise.all([host.listFolder(devicesFolder), gpuOnChip(host)]);
  if (!listing.ok) return withoutPci(host, listing, onChip);
  const devices = await Promise.all(listing.value.map((address) => deviceAt(host, address)));
  const adapters = await Promise.all(
    devices.filter(({ kind }) => kind === "gpu").map(({ address }) => adapterAt(host, address)),
  );
  const bridges = await Promise.all(
    devices.filter(({ kind }) => kind === "bridge").map(({ address }) => idAt(host, address)),
  );
  const all = [...adapters, ...onChip];
  const untold = untoldDevice(devices, adapters);
  const names = adapters.map(({ pciId, address }) => plainText(`${pciId ?? "?"} at ${address}`)).join(", ");
  const seen = toldEvidence(
    devicesFolder,
    names === "" ? texts.noCards({ devices: devices.length }) : texts.cards({ devices: devices.length, names }),
  );
  return {
    adapters: untold ?? (all.length > 0 ? value(all, seen) : absent(seen)),
    nvswitches: untold ?? value(bridges.filter((id) => id?.startsWith("10de:")).length),
  };
}

interface Device {
  readonly address: string;
  readonly kind: DeviceClass | null;
  /** Why it cannot be told what this is; null for one that was unplugged meanwhile. */
  readonly why: Said | null;
}

async function deviceAt(host: Host, address: string): Promise<Device> {
  const path = `${devicesFolder}/${address}/class`;
  const read = await host.readFile(path);
  const kind = deviceClass(textOf(read));
  const gone = !read.ok && read.trouble === "missing";
  return { address, kind, why: kind === null && !gone ? whyNot(path, read) : null };
}

/** A device that does not tell what it is may be the very card. */
function untoldDevice(devices: readonly Device[], adapters: readonly Adapter[]): Fact<never> | null {
  const why = devices.find((device) => device.why !== null)?.why;
  if (why) return unknown(why);
  const nameless = adapters.find(({ pciId }) => pciId === null);
  return nameless ? unknown(texts.nameless({ path: `${devicesFolder}/${nameless.address ?? ""}` })) : null;
}

/** A kernel without PCI shows its other buses; where none is shown, sysfs is hidden and nothing is known. */
async function withoutPci(host: Host, listing: Answer<unknown>, onChip: readonly Adapter[]): Promise<BusFacts> {
  const buses = await host.listFolder("/sys/bus");
  const noBus = !listing.ok && listing.trouble === "missing" && buses.ok && buses.value.length > 0;
  const why = unknown(whyNot(devicesFolder, listing));
  const none = absent(evidence("/sys/bus", "no pci"));
  return {
    adapters: onChip.length > 0 ? value(onChip) : noBus ? none : why,
    nvswitches: noBus ? value(0) : why,
  };
}

async function adapterAt(host: Host, address: string): Promise<Adapter> {
  const folder = `${devicesFolder}/${address}`;
  const [pciId, driver] = await Promise.all([idAt(host, address), boundDriver(host, folder)]);
  const model = pciId === null ? undefined : gpuByPciId(pciId);
  const vendor = pciId === null ? "other" : vendorByPciId(pciId);
  return {
    vendor,
    name: model?.name ?? (await nameByLspci(host, vendor, address)),
    pciId,
    address,
    driver,
    bars: await regions(host, folder, vendor),
    architecture: model?.architecture ?? null,
    computeCapability: model?.computeCapability ?? null,
  };
}

/** Every NVIDIA card has its registers, its memory and a window into that. */
const leastRegions = 3;

/** A look into the configuration space wakes a sleeping card, so it is kept for one that shows less than a card has. */
async function regions(host: Host, folder: string, vendor: GpuVendor): Promise<Adapter["bars"]> {
  const resource = await host.readFile(`${folder}/resource`);
  if (!resource.ok) return unknown(whyNot(`${folder}/resource`, resource));
  const shown = parseRegions(resource.value);
  if (shown.length >= leastRegions || vendor !== "nvidia") return value(shown);
  const configuration = await host.readBytes(`${folder}/config`, headerBytes);
  const gone = !configuration.ok && configuration.trouble === "missing";
  if (!gone && !(configuration.ok && isOfNvidia(configuration.value)))
    return unknown(whyNot(`${folder}/config`, configuration));
  return value(parseRegions(resource.value, configuration.ok ? configuration.value : undefined));
}

/** A whole header that begins with the vendor's number, 10de. */
function isOfNvidia(header: Uint8Array): boolean {
  return header.length === headerBytes && header[0] === 0xde && header[1] === 0x10;
}

async function idAt(host: Host, address: string): Promise<string | null> {
  const [vendor, device] = await Promise.all([
    host.readFile(`${devicesFolder}/${address}/vendor`),
    host.readFile(`${devicesFolder}/${address}/device`),
  ]);
  return pciIdOf(textOf(vendor), textOf(device));
}

async function boundDriver(host: Host, folder: string): Promise<Fact<string>> {
  const link = await host.realPath(`${folder}/driver`);
  if (link.ok) return value(basename(link.value), evidence(`readlink ${folder}/driver`, link.value));
  return link.trouble === "missing" ? absent() : unknown(whyNot(`${folder}/driver`, link));
}

/** Newer cards than our table are in the lists of the system; one short call, and only where such a card is there. */
async function nameByLspci(host: Host, vendor: GpuVendor, address: string): Promise<string | null> {
  if (vendor !== "nvidia" && vendor !== "amd") return null;
  const { outcome, stdout } = await host.run(["lspci", "-mm", "-s", address]);
  return outcome === "ended" ? lspciName(stdout) : null;
}

/** The GPU of a Jetson is no PCI device. */
async function gpuOnChip(host: Host): Promise<readonly Adapter[]> {
  if (host.identity.arch !== "arm64") return [];
  const model = gpuByDeviceTree(textOf(await host.readFile(deviceTree)));
  if (!model) return [];
  const untold = unknown(texts.integrated());
  return [{ ...model, vendor: "nvidia", pciId: null, address: null, driver: untold, bars: untold }];
}

async function lookAtInventory(host: Host): Promise<BusFacts> {
  const inventory = await host.inventory();
  const nvswitches = unknown(texts.linuxOnly());
  if (!inventory.ok) return { adapters: unknown(whyNot("system inventory", inventory)), nvswitches };
  const adapters = inventory.value.controllers.map(adapterOf);
  // Where its helpers fail, the inventory is empty rather than an error; every Windows has a display adapter.
  if (adapters.length === 0 && host.identity.platform === "win32")
    return { adapters: unknown(texts.noAdapter()), nvswitches };
  const seen = evidence("system inventory", adapters.map(({ name }) => name ?? "?").join(", ") || "no display adapter");
  return { adapters: adapters.length > 0 ? value(adapters, seen) : absent(seen), nvswitches };
}

function adapterOf({ vendor, model, pnpId }: Inventory["controllers"][number]): Adapter {
  const pciId = pnpId === null ? null : pciIdOfPnp(pnpId);
  const known = pciId === null ? undefined : gpuByPciId(pciId);
  const untold = unknown(texts.untold());
  return {
    vendor: pciId === null ? vendorByName(`${vendor} ${model}`) : vendorByPciId(pciId),
    name: model.trim() || (known?.name ?? null),
    pciId,
    address: null,
    driver: untold,
    bars: untold,
    architecture: known?.architecture ?? null,
    computeCapability: known?.computeCapability ?? null,
  };
}

const vendorNames: readonly (readonly [GpuVendor, RegExp])[] = [
  ["nvidia", /nvidia|geforce|quadro/i],
  ["amd", /\bamd\b|\bati\b|radeon|advanced micro/i],
  ["intel", /intel/i],
  ["apple", /apple/i],
  ["vmware", /vmware/i],
  ["virtualbox", /virtualbox/i],
  ["qemu", /qemu|qxl|virtio|red hat/i],
  ["microsoft", /microsoft/i],
];

function vendorByName(text: string): GpuVendor {
  return vendorNames.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
}
