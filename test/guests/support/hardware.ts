import type { Machine } from "./guest.ts";
import type { PciDevice } from "./remote-pci.ts";

const vga = 0x030000;
const controller3d = 0x030200;
const system = 0x088000;

/** Registers, memory, and a window into memory. */
const nvidiaBars = { bars: [0x0100_0000, 0x1000_0000, 0, 0x0200_0000], wide: [1, 3] };

/** Cards and the devices of hypervisors that QEMU has no model of. Ids: https://pci-ids.ucw.cz */
export const devices = {
  rtx4090: { vendor: 0x10de, device: 0x2684, class: vga, ...nvidiaBars },
  teslaT4: { vendor: 0x10de, device: 0x1eb8, class: controller3d, ...nvidiaBars },
  radeon7900: { vendor: 0x1002, device: 0x744c, class: vga, bars: [0x1000_0000, 0, 0x0020_0000, 0, 0, 0x0010_0000] },
  intelUhd: { vendor: 0x8086, device: 0x4680, class: vga, bars: [0x0100_0000, 0, 0x1000_0000] },
  matrox: { vendor: 0x102b, device: 0x0536, class: vga, bars: [0x0100_0000, 0x4000] },
  virtualboxGuest: { vendor: 0x80ee, device: 0xcafe, class: system, bars: [0, 0x0040_0000, 0x4000] },
  virtualboxVga: { vendor: 0x80ee, device: 0xbeef, class: vga, bars: [0x0100_0000] },
  hypervVga: { vendor: 0x1414, device: 0x5353, class: vga, bars: [0x0400_0000] },
  xenPlatform: { vendor: 0x5853, device: 0x0001, class: 0xff8000, bars: [0, 0x0100_0000] },
  cirrus: { vendor: 0x1013, device: 0x00b8, class: vga, bars: [0x0200_0000, 0x1000] },
  parallelsVga: { vendor: 0x1ab8, device: 0x4005, class: vga, bars: [0, 0x0200_0000] },
  parallelsTools: { vendor: 0x1ab8, device: 0x4000, class: 0xff0000, bars: [0, 0x1000] },
  amazonVga: { vendor: 0x1d0f, device: 0x1111, class: vga, bars: [0x0040_0000] },
  bhyveFramebuffer: { vendor: 0xfb5d, device: 0x40fb, class: vga, bars: [0x1000, 0x0100_0000] },
} satisfies Readonly<Record<string, PciDevice>>;

/** The strings of a machine's firmware (SMBIOS types 0 to 3). */
export function board(of: {
  readonly bios?: readonly [vendor: string, version: string];
  readonly system: readonly [vendor: string, product: string, version?: string];
  readonly board?: readonly [vendor: string, product: string];
  readonly asset?: string;
}): string[] {
  const fields = (type: number, values: Readonly<Record<string, string | undefined>>): string[] => {
    const given = Object.entries(values).flatMap(([key, text]) =>
      text ? [`${key}=${text.replaceAll(",", ",,")}`] : [],
    );
    return given.length > 0 ? [`${type},${given.join(",")}`] : [];
  };
  return [
    ...fields(0, { vendor: of.bios?.[0], version: of.bios?.[1] }),
    ...fields(1, { manufacturer: of.system[0], product: of.system[1], version: of.system[2] }),
    ...fields(2, { manufacturer: of.board?.[0], product: of.board?.[1] }),
    ...fields(3, { manufacturer: of.system[0], asset: of.asset }),
  ];
}

/** The tables of ACPI carry the maker's name too; QEMU's own is BOCHS. */
export const acpiBy = (maker: string): string => `x-oem-id=${maker},x-oem-table-id=${maker}`;

/** No processor flag, and the ACPI tables of a board maker: as on a machine of metal. */
export const metal = { type: `q35,${acpiBy("ALASKA")}`, cpu: "max,hypervisor=off" } satisfies Machine;

/** A hypervisor that names itself in SMBIOS and ACPI alone: TCG's own name in the processor's leaves is taken out. */
export const virtual = (maker: string, type = "q35"): Machine => ({
  type: `${type},${acpiBy(maker)}`,
  cpu: "max,tcg-cpuid=off",
});

/** A desktop without a card. */
export const desktop: Machine = {
  ...metal,
  smbios: board({ bios: ["American Megatrends Inc.", "1402"], system: ["ASUS", "System Product Name"] }),
};
