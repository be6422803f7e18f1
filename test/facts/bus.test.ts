import { describe, expect, it } from "vitest";
import { busProbe } from "../../src/facts/bus.ts";
import type { BusFacts } from "../../src/facts/facts.ts";
import { computeCapabilityByName, gpuByPciId } from "../../src/facts/gpu-table.ts";
import { deviceClass, lspciName, parseRegions, pciIdOfPnp } from "../../src/facts/parse/pci.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const look = (description: Description): Promise<BusFacts> => busProbe.look(composed(description), {}, {});

const zero = "0x0000000000000000 0x0000000000000000 0x0000000000000000";
/** A card as firmware sets it up: 16 MiB, 32 GiB (64-bit, so it takes two lines), 32 MiB, I/O ports. */
const assigned = [
  "0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200",
  "0x0000006000000000 0x00000067ffffffff 0x000000000014220c",
  zero,
  "0x0000006800000000 0x0000006801ffffff 0x000000000014220c",
  zero,
  "0x000000000000e000 0x000000000000e07f 0x0000000000040101",
  "0x00000000f7000000 0x00000000f707ffff 0x0000000000046200",
];
/** The same in a guest without room for 64-bit regions. */
const squeezed = [
  assigned[0] ?? "",
  "0x0000000000000000 0x00000007ffffffff 0x000000002014220c",
  zero,
  "0x0000000000000000 0x0000000001ffffff 0x000000002014220c",
  zero,
];

function card(
  address: string,
  id: string,
  driver: string | null,
  more: { class?: string; resource?: string[] } = {},
): Description {
  const folder = `/sys/bus/pci/devices/${address}`;
  const [vendor, device] = id.split(":");
  return {
    files: {
      [`${folder}/class`]: `${more.class ?? "0x030000"}\n`,
      [`${folder}/vendor`]: `0x${vendor}\n`,
      [`${folder}/device`]: `0x${device}\n`,
      [`${folder}/resource`]: more.resource ?? assigned,
    },
    realPaths: driver === null ? {} : { [`${folder}/driver`]: `/sys/bus/pci/drivers/${driver}` },
  };
}

function machineWith(...cards: readonly Description[]): Description {
  return {
    files: Object.assign({}, ...cards.map(({ files }) => files)),
    realPaths: Object.assign({}, ...cards.map(({ realPaths }) => realPaths)),
  };
}

describe("display adapters on PCI", () => {
  it("tells a card, its chip and who drives it, without lspci", async () => {
    const { adapters, nvswitches } = await look(machineWith(card("0000:01:00.0", "10de:2684", "nvidia")));
    expect(adapters).toMatchObject({
      state: "value",
      value: [
        {
          vendor: "nvidia",
          name: "GeForce RTX 4090",
          pciId: "10de:2684",
          address: "0000:01:00.0",
          driver: { state: "value", value: "nvidia" },
          bars: { state: "value", value: [2 ** 24, 2 ** 35, 2 ** 25] },
          architecture: "ada",
          computeCapability: "8.9",
        },
      ],
    });
    expect(nvswitches).toEqual({ state: "value", value: 0 });
  });

  it("shows regions that got no address as 0", async () => {
    const { adapters } = await look(
      machineWith(card("0000:06:10.0", "10de:20b5", null, { class: "0x030200", resource: squeezed })),
    );
    expect(adapters).toMatchObject({ value: [{ driver: { state: "absent" }, bars: { value: [2 ** 24, 0, 0] } }] });
  });

  it("counts NVSwitches and takes no audio function for a card", async () => {
    const { adapters, nvswitches } = await look(
      machineWith(
        card("0000:07:00.0", "10de:2330", "nvidia", { class: "0x030200" }),
        card("0000:c1:00.0", "10de:22a3", null, { class: "0x068000" }),
        card("0000:c2:00.0", "10de:22a3", null, { class: "0x068000" }),
        card("0000:00:1f.0", "8086:1234", null, { class: "0x068000" }),
        card("0000:01:00.1", "10de:22ba", null, { class: "0x040300" }),
      ),
    );
    expect(adapters).toMatchObject({ value: [{ name: "H100 SXM5 80GB" }] });
    expect(nvswitches).toEqual({ state: "value", value: 2 });
  });

  it.each([
    ["1414:008e", "microsoft"],
    ["15ad:0405", "vmware"],
    ["80ee:beef", "virtualbox"],
    ["1234:1111", "qemu"],
    ["1af4:1050", "qemu"],
    ["1013:00b8", "qemu"],
    ["1002:73bf", "amd"],
    ["8086:a780", "intel"],
    ["1a03:2000", "other"],
  ])("takes %s for one of %s", async (id, vendor) => {
    const { adapters } = await look(machineWith(card("0000:00:02.0", id, null)));
    expect(adapters).toMatchObject({ value: [{ vendor, pciId: id, computeCapability: null }] });
  });

  it("asks lspci for the name of a card that the table does not know, and guesses nothing else", async () => {
    const { adapters } = await look({
      ...machineWith(card("0000:01:00.0", "10de:3fff", null)),
      commands: {
        "lspci -mm -s 0000:01:00.0":
          '01:00.0 "VGA compatible controller" "NVIDIA Corporation" "GX900 [GeForce RTX 9090]" -ra1 "" ""\n',
      },
    });
    expect(adapters).toMatchObject({
      value: [{ name: "GeForce RTX 9090", architecture: null, computeCapability: null }],
    });
  });

  it.each<[string, Description, string]>([
    [
      "a bus without display adapters",
      machineWith(card("0000:00:03.0", "1af4:1041", null, { class: "0x020000" })),
      "absent",
    ],
    ["a kernel without PCI", { folders: { "/sys/bus": ["cpu", "platform"] } }, "absent"],
    ["a hidden sysfs", {}, "unknown"],
    [
      "a bus that may not be read",
      { folders: { "/sys/bus": ["pci"], "/sys/bus/pci/devices": { trouble: "denied" } } },
      "unknown",
    ],
  ])("calls %s what it is", async (_name, description, state) => {
    expect((await look(description)).adapters.state).toBe(state);
  });

  it("finds the GPU of a Jetson, which is on no bus", async () => {
    const { adapters } = await look({
      identity: { arch: "arm64" },
      files: { "/proc/device-tree/compatible": "nvidia,p3768-0000+p3767-0005\0nvidia,p3767-0005\0nvidia,tegra234\0" },
      folders: { "/sys/bus/pci/devices": [] },
    });
    expect(adapters).toMatchObject({ value: [{ vendor: "nvidia", name: "Orin", computeCapability: "8.7" }] });
  });
});

describe("display adapters of the inventory", () => {
  const system = { manufacturer: "", model: "", virtual: false };
  const os = { distro: "", release: "", build: "" };
  const controller = { vramMiB: null, driverVersion: null };

  it("reads Windows' device ids", async () => {
    const pnpId = "PCI\\VEN_10DE&DEV_2684&SUBSYS_889D1043&REV_A1\\4&2283F625&0&0019";
    const { adapters, nvswitches } = await look({
      identity: { platform: "win32" },
      inventory: {
        controllers: [
          { ...controller, vendor: "NVIDIA", model: "NVIDIA GeForce RTX 4090", pnpId },
          { ...controller, vendor: "", model: "Microsoft Basic Display Adapter", pnpId: "ROOT\\BASICDISPLAY\\0000" },
        ],
        system,
        os,
      },
    });
    expect(adapters).toMatchObject({
      value: [
        {
          vendor: "nvidia",
          name: "NVIDIA GeForce RTX 4090",
          pciId: "10de:2684",
          computeCapability: "8.9",
          driver: { state: "unknown" },
        },
        { vendor: "microsoft", pciId: null },
      ],
    });
    expect(nvswitches.state).toBe("unknown");
  });

  it("knows Apple's own", async () => {
    const { adapters } = await look({
      identity: { platform: "darwin" },
      inventory: { controllers: [{ ...controller, vendor: "Apple", model: "Apple M3 Pro", pnpId: null }], system, os },
    });
    expect(adapters).toMatchObject({ value: [{ vendor: "apple", name: "Apple M3 Pro" }] });
  });

  it("does not take silence for an empty machine", async () => {
    expect((await look({ identity: { platform: "win32" } })).adapters.state).toBe("unknown");
  });
});

describe("the table of cards", () => {
  it.each([
    ["10de:1b80", "GeForce GTX 1080", "6.1"],
    ["10de:1380", "GeForce GTX 750 Ti", "5.0"],
    ["10de:17c8", "GeForce GTX 980 Ti", "5.2"],
    ["10de:102d", "Tesla K80", "3.7"],
    ["10de:15f8", "Tesla P100 PCIe 16GB", "6.0"],
    ["10de:1db6", "Tesla V100 PCIe 32GB", "7.0"],
    ["10de:1eb8", "Tesla T4", "7.5"],
    ["10de:2182", "GeForce GTX 1660 Ti", "7.5"],
    ["10de:20b2", "A100 SXM4 80GB", "8.0"],
    ["10de:2236", "A10", "8.6"],
    ["10de:2204", "GeForce RTX 3090", "8.6"],
    ["10de:25a9", "GeForce RTX 2050", "8.6"],
    ["10de:28a3", "GeForce RTX 3050 A Laptop GPU", "8.9"],
    ["10de:27b8", "L4", "8.9"],
    ["10de:26b9", "L40S", "8.9"],
    ["10de:2335", "H200 SXM 141GB", "9.0"],
    ["10de:2901", "B200", "10.0"],
    ["10de:3182", "B300 SXM6 AC", "10.3"],
    ["10de:2b85", "GeForce RTX 5090", "12.0"],
    ["10de:2f04", "GeForce RTX 5070", "12.0"],
    ["10de:2e12", "GB10", "12.1"],
    ["10de:ffff", null, null],
    ["10de:22ba", null, null],
    ["1002:73bf", null, null],
    ["nonsense", null, null],
  ])("knows %s", (id, name, computeCapability) => {
    expect(gpuByPciId(id)).toMatchObject({ name, computeCapability });
  });

  it.each([
    ["NVIDIA GeForce RTX 4090", "8.9"],
    ["NVIDIA GeForce RTX 4060 Laptop GPU", "8.9"],
    ["NVIDIA GeForce RTX 3050 Laptop GPU", "8.6"],
    ["NVIDIA GeForce RTX 3050 A Laptop GPU", "8.9"],
    ["NVIDIA GeForce RTX 2050", "8.6"],
    ["NVIDIA GeForce RTX 5090 Laptop GPU", "12.0"],
    ["NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "12.0"],
    ["NVIDIA RTX 6000 Ada Generation", "8.9"],
    ["NVIDIA RTX A6000", "8.6"],
    ["NVIDIA A100-SXM4-80GB", "8.0"],
    ["NVIDIA A10G", "8.6"],
    ["NVIDIA H100 80GB HBM3", "9.0"],
    ["NVIDIA GH200 480GB", "9.0"],
    ["NVIDIA B200", "10.0"],
    ["NVIDIA GB10", "12.1"],
    ["NVIDIA TITAN V", "7.0"],
    ["TITAN X (Pascal)", "6.1"],
    ["GeForce GTX TITAN X", "5.2"],
    ["Tesla P100-PCIE-16GB", "6.0"],
    ["Tesla V100-SXM2-32GB", "7.0"],
    ["Tesla K80", "3.7"],
    ["GRID T4-16Q", "7.5"],
    ["GRID P4-8A", "6.1"],
    ["NVIDIA A40-48Q", "8.6"],
    ["NVIDIA GeForce GTX 108...", "6.1"],
    ["GeForce RTX 208...", "7.5"],
    ["NVIDIA GeForce ...", null],
    ["NVIDIA GeForce RTX 3050 ...", null],
    ["GeForce GTX 860M", null],
    ["AMD Radeon RX 6800", null],
    ["", null],
  ])("derives the compute capability of %s", (name, computeCapability) => {
    expect(computeCapabilityByName(name)).toBe(computeCapability);
  });
});

describe("PCI texts", () => {
  it.each([
    ["0x030000\n", "gpu"],
    ["0x030200\n", "gpu"],
    ["0x120000\n", "gpu"],
    ["0x068000\n", "bridge"],
    ["0x040300\n", "other"],
    ["garbage", null],
  ])("sorts class %j", (text, kind) => {
    expect(deviceClass(text)).toBe(kind);
  });

  it("tells regions that the kernel gave up from those that the device does not have", () => {
    const zeroes = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
    const registers = (...values: number[]): Uint8Array => {
      const space = Buffer.alloc(64);
      for (const [at, value] of values.entries()) space.writeUInt32LE(value, 0x10 + 4 * at);
      return space;
    };
    expect(parseRegions(zeroes.repeat(6), registers(0, 0xc, 0, 0xc))).toEqual([0, 0]);
    // The upper half of an address is no region, nor are ports.
    expect(parseRegions(zeroes.repeat(6), registers(0xc, 0x4, 0x1))).toEqual([0]);
    expect(parseRegions(zeroes.repeat(6), registers())).toEqual([]);
    expect(parseRegions(zeroes.repeat(6))).toEqual([]);
  });

  it("reads regions out of nonsense", () => {
    expect(parseRegions("")).toEqual([]);
    expect(parseRegions("", new Uint8Array())).toEqual([]);
    expect(parseRegions("0x1 0x2\nhello world there\n0xzz 0x1 0x200\n")).toEqual([]);
  });

  it("reads ids and names", () => {
    expect(pciIdOfPnp("ROOT\\BASICDISPLAY\\0000")).toBeNull();
    expect(lspciName('01:00.0 "VGA" "NVIDIA Corporation" "Device 2b85" -ra1')).toBeNull();
    expect(lspciName("")).toBeNull();
  });
});
