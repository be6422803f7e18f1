import type { Expected } from "./expected.ts";
import type { Machine } from "./guest.ts";
import { acpiBy, board, devices, metal, virtual } from "./hardware.ts";

interface Row extends Expected {
  readonly machine: Machine;
}

const noCard = { verdict: "degraded no", fail: "gpu.present", warn: "frameworks.installed" } as const;
/** The hypervisor shows a display of its own and no card. */
const noGpu = { ...noCard, causes: "vm-no-gpu framework-not-installed" } as const;
const noHardware = { ...noCard, causes: "no-nvidia-gpu-hardware framework-not-installed" } as const;
const noDriver = {
  verdict: "not-ready no",
  causes: "driver-not-installed framework-not-installed",
  fail: "driver.installed frameworks.installed",
} as const;

/** A region of 1 GiB at a multiple of 1 GiB: no such place is free below 4 GiB. */
const cardWithoutRoom = {
  ...devices.rtx4090,
  bars: [0x0100_0000, 0x4000_0000, 0, 0x0200_0000],
  missedByFirmware: true,
};

const nothingAbove4GiB = ["-global", "q35-pcihost.pci-hole64-size=0", "-global", "q35-pcihost.x-pci-hole64-fix=off"];

export const guests: Readonly<Record<string, Row>> = {
  "QEMU without KVM": {
    machine: { devices: ["VGA", "virtio-net-pci"] },
    hypervisor: "qemu",
    ...noGpu,
  },
  "the old PC of QEMU, with Spice's adapter": {
    machine: { type: "pc", devices: ["qxl-vga"] },
    hypervisor: "qemu",
    ...noGpu,
  },
  "OpenStack Nova": {
    machine: {
      devices: ["virtio-vga"],
      smbios: board({ system: ["OpenStack Foundation", "OpenStack Nova", "25.2.1"] }),
    },
    hypervisor: "kvm",
    ...noGpu,
  },
  "RHEL's KVM": {
    machine: { devices: ["virtio-vga"], smbios: board({ bios: ["SeaBIOS", "1.11.0"], system: ["Red Hat", "KVM"] }) },
    hypervisor: "kvm",
    ...noGpu,
  },
  "VMware Workstation": {
    machine: {
      ...virtual("PTLTD", "pc"),
      devices: ["vmware-svga", "pvscsi", "vmxnet3"],
      smbios: board({
        bios: ["Phoenix Technologies LTD", "6.00"],
        system: ["VMware, Inc.", "VMware20,1", "None"],
        board: ["Intel Corporation", "440BX Desktop Reference Platform"],
        asset: "No Asset Tag",
      }),
    },
    hypervisor: "vmware",
    ...noGpu,
  },
  "VMware with a card handed in": {
    machine: {
      ...virtual("VMWARE"),
      devices: ["vmware-svga", "vmxnet3"],
      pci: [devices.teslaT4],
      smbios: board({ bios: ["VMware, Inc.", "VMW201.00V.21805430"], system: ["VMware, Inc.", "VMware20,1"] }),
    },
    hypervisor: "vmware",
    ...noDriver,
  },
  "VirtualBox, with VMware's adapter": {
    machine: {
      ...virtual("VBOX", "pc"),
      devices: ["vmware-svga"],
      pci: [devices.virtualboxGuest],
      smbios: board({
        bios: ["innotek GmbH", "VirtualBox"],
        system: ["innotek GmbH", "VirtualBox", "1.2"],
        board: ["Oracle Corporation", "VirtualBox"],
      }),
    },
    hypervisor: "virtualbox",
    ...noGpu,
  },
  "VirtualBox that hides behind a ThinkPad's strings": {
    machine: {
      ...virtual("LENOVO"),
      pci: [devices.virtualboxVga, devices.virtualboxGuest],
      smbios: board({ system: ["LENOVO", "20XW0026US", "ThinkPad X1 Carbon Gen 9"] }),
    },
    hypervisor: "virtualbox",
    ...noGpu,
  },
  "Hyper-V": {
    machine: {
      ...virtual("VRTUAL", "pc"),
      pci: [devices.hypervVga],
      smbios: board({
        bios: ["American Megatrends Inc.", "090008"],
        system: ["Microsoft Corporation", "Virtual Machine", "7.0"],
        board: ["Microsoft Corporation", "Virtual Machine"],
      }),
    },
    hypervisor: "hyperv",
    ...noGpu,
  },
  Azure: {
    machine: {
      ...virtual("VRTUAL"),
      smbios: board({
        bios: ["Microsoft Corporation", "Hyper-V UEFI Release v4.1"],
        system: ["Microsoft Corporation", "Virtual Machine", "Hyper-V UEFI Release v4.1"],
        asset: "7783-7084-3265-9085-8269-3286-77",
      }),
    },
    hypervisor: "azure",
    ...noHardware,
  },
  "Xen's HVM": {
    machine: {
      ...virtual("Xen", "pc"),
      pci: [devices.xenPlatform, devices.cirrus],
      smbios: board({ bios: ["Xen", "4.17.2"], system: ["Xen", "HVM domU", "4.17.2"] }),
    },
    hypervisor: "xen",
    ...noGpu,
  },
  "EC2 of the Xen years": {
    machine: {
      ...virtual("Xen", "pc"),
      pci: [devices.xenPlatform, devices.cirrus],
      smbios: board({ bios: ["Xen", "4.11.amazon"], system: ["Xen", "HVM domU", "4.11.amazon"] }),
    },
    hypervisor: "amazon",
    ...noHardware,
  },
  "EC2 of the Nitro years": {
    machine: {
      ...virtual("AMAZON"),
      pci: [devices.amazonVga],
      smbios: board({ bios: ["Amazon EC2", "1.0"], system: ["Amazon EC2", "m5.large"], board: ["Amazon EC2", ""] }),
    },
    hypervisor: "amazon",
    ...noHardware,
  },
  "EC2 with a card": {
    machine: {
      ...virtual("AMAZON"),
      pci: [devices.amazonVga, devices.teslaT4],
      smbios: board({ bios: ["Amazon EC2", "1.0"], system: ["Amazon EC2", "g4dn.xlarge"] }),
    },
    hypervisor: "amazon",
    ...noDriver,
  },
  "Google Compute Engine": {
    machine: {
      ...virtual("Google"),
      devices: ["virtio-net-pci"],
      smbios: board({ bios: ["Google", "Google"], system: ["Google", "Google Compute Engine"] }),
    },
    hypervisor: "google",
    ...noHardware,
  },
  "Nutanix AHV": {
    machine: { devices: ["virtio-vga"], smbios: board({ system: ["Nutanix", "AHV"] }) },
    hypervisor: "nutanix",
    ...noGpu,
  },
  "Parallels Desktop": {
    machine: {
      ...virtual("PRLS"),
      pci: [devices.parallelsVga, devices.parallelsTools],
      smbios: board({
        bios: ["Parallels International GmbH.", "20.1.0 (55732)"],
        system: ["Parallels International GmbH.", "Parallels ARM Virtual Machine"],
      }),
    },
    hypervisor: "parallels",
    ...noGpu,
  },
  bhyve: {
    machine: {
      ...virtual("BHYVE"),
      pci: [devices.bhyveFramebuffer],
      smbios: board({ bios: ["BHYVE", "14.0"], system: ["FreeBSD", "BHYVE", "1.0"], board: ["FreeBSD", "BHYVE"] }),
    },
    hypervisor: "bhyve",
    ...noGpu,
  },
  "Oracle Cloud": {
    machine: {
      devices: ["VGA"],
      smbios: board({ system: ["QEMU", "Standard PC (i440FX + PIIX, 1996)"], asset: "OracleCloud.com" }),
    },
    hypervisor: "qemu",
    ...noGpu,
  },
  Hetzner: {
    machine: { ...virtual("BOCHS"), devices: ["virtio-vga"], smbios: board({ system: ["Hetzner", "vServer"] }) },
    hypervisor: "kvm",
    ...noGpu,
  },
  "Firecracker: no PCI, no ACPI, no SMBIOS": {
    machine: {
      type: "microvm,acpi=off,rtc=on",
      boot: "reboot=k panic=1 pci=off",
    },
    hypervisor: "firecracker",
    ...noHardware,
  },
  "Proxmox with a card handed in": {
    machine: { devices: ["VGA", "virtio-net-pci"], pci: [devices.rtx4090] },
    hypervisor: "qemu",
    ...noDriver,
  },
  "Proxmox that hides itself from the card's driver": {
    machine: { cpu: "max,hypervisor=off", devices: ["virtio-net-pci"], pci: [devices.rtx4090] },
    hypervisor: "qemu",
    ...noDriver,
  },
  "a hypervisor that names itself nowhere": {
    machine: { ...virtual("ALASKA"), smbios: board({ system: ["ASUS", "System Product Name"] }) },
    hypervisor: "other",
    ...noHardware,
  },
  "a desktop with a card": {
    machine: {
      ...metal,
      pci: [devices.intelUhd, devices.rtx4090],
      smbios: board({
        bios: ["American Megatrends Inc.", "1402"],
        system: ["ASUS", "System Product Name", "System Version"],
        board: ["ASUSTeK COMPUTER INC.", "ROG STRIX Z790-E GAMING WIFI"],
        asset: "Default string",
      }),
    },
    hypervisor: null,
    ...noDriver,
  },
  "a desktop whose firmware left the card without addresses": {
    machine: {
      ...metal,
      pci: [cardWithoutRoom],
      options: nothingAbove4GiB,
      smbios: board({ system: ["Micro-Star International Co., Ltd.", "MS-7E07"] }),
    },
    hypervisor: null,
    verdict: "not-ready no",
    causes: "bios-above-4g-decoding-disabled driver-not-installed framework-not-installed",
    fail: "gpu.bars driver.installed frameworks.installed",
  },
  "Proxmox whose guest has no room for the card's memory": {
    machine: { devices: ["virtio-net-pci"], pci: [cardWithoutRoom], options: nothingAbove4GiB },
    hypervisor: "qemu",
    verdict: "not-ready no",
    causes: "vm-passthrough-mmio-too-small driver-not-installed framework-not-installed",
    fail: "gpu.bars driver.installed frameworks.installed",
  },
  "a laptop with Intel's graphics": {
    machine: {
      ...metal,
      pci: [devices.intelUhd],
      smbios: board({ system: ["Microsoft Corporation", "Surface Laptop 5"] }),
    },
    hypervisor: null,
    ...noHardware,
  },
  "a server with its console's adapter": {
    machine: {
      ...metal,
      pci: [devices.matrox],
      smbios: board({ system: ["Nutanix", "NX-3060-G7"], board: ["Supermicro", "X11DPT-B"] }),
    },
    hypervisor: null,
    ...noHardware,
  },
  "a server of Oracle": {
    machine: { ...metal, smbios: board({ system: ["Oracle Corporation", "ORACLE SERVER X8-2"] }) },
    hypervisor: null,
    ...noHardware,
  },
  "EC2 without a hypervisor": {
    machine: { ...metal, type: `q35,${acpiBy("AMAZON")}`, smbios: board({ system: ["Amazon EC2", "c5.metal"] }) },
    hypervisor: null,
    ...noHardware,
  },
  "a desktop with AMD's card": {
    machine: {
      ...metal,
      pci: [devices.radeon7900],
      smbios: board({ system: ["Gigabyte Technology Co., Ltd.", "X670E"] }),
    },
    hypervisor: null,
    verdict: "degraded no",
    causes: "amd-rocm-present framework-not-installed",
    fail: "gpu.present",
    warn: "frameworks.installed",
  },
};
