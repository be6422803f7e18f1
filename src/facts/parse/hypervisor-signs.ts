/** Signs of hypervisors as tables; the rules stand in a deliberate order, as in systemd's src/basic/virt.c. */
import type { HypervisorVendor } from "../facts.ts";

/** Files of /sys/class/dmi/id that any user may read. */
export const dmiFields = [
  "sys_vendor",
  "product_name",
  "product_version",
  "board_vendor",
  "board_name",
  "bios_vendor",
  "bios_version",
  "chassis_asset_tag",
] as const;
export type DmiField = (typeof dmiFields)[number];
export type Dmi = Readonly<Partial<Record<DmiField, string>>>;

interface DmiRule {
  readonly vendor: HypervisorVendor;
  /** All must match. */
  readonly match: Readonly<Partial<Record<DmiField, RegExp>>>;
  /** The maker also sells whole machines under this name: believed only where the processor says it is virtual. */
  readonly alsoMetal?: true;
  /** QEMU with or without KVM: the clock tells which. */
  readonly emulator?: true;
}

/** The first rule that matches counts. */
export const dmiRules: readonly DmiRule[] = [
  // Azure is Hyper-V with a tag: https://learn.microsoft.com/azure/virtual-machines/ (the same tag on every VM).
  { vendor: "azure", match: { chassis_asset_tag: /^7783-7084-3265-9085-8269-3286-77$/ } },
  // Surface devices carry Microsoft's name too, hence the product.
  { vendor: "hyperv", match: { sys_vendor: /^Microsoft Corporation/, product_name: /^Virtual Machine/ } },
  { vendor: "hyperv", match: { product_version: /^Hyper-V/ } },
  { vendor: "amazon", match: { sys_vendor: /^Amazon EC2/ }, alsoMetal: true },
  { vendor: "google", match: { product_name: /^Google Compute Engine/ }, alsoMetal: true },
  // VirtualBox before VMware and KVM: its guests show VMware's display adapter and KVM's CPUID name.
  { vendor: "virtualbox", match: { product_name: /^VirtualBox/ } },
  { vendor: "virtualbox", match: { sys_vendor: /^innotek GmbH/ } },
  // Oracle builds servers as well, so its name on the board is no sign without the product.
  { vendor: "virtualbox", match: { board_vendor: /^Oracle Corporation/, board_name: /^VirtualBox/ } },
  { vendor: "vmware", match: { product_name: /^VMware/ } },
  { vendor: "vmware", match: { sys_vendor: /^(?:VMware|VMW)/ } },
  // Parallels shows KVM's CPUID leaf.
  { vendor: "parallels", match: { sys_vendor: /^Parallels/ } },
  { vendor: "parallels", match: { product_name: /^Parallels/ } },
  // The older instance types of EC2 are Xen's guests: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html
  { vendor: "amazon", match: { sys_vendor: /^Xen/, bios_version: /\.amazon$/ } },
  { vendor: "xen", match: { sys_vendor: /^Xen/ } },
  { vendor: "xen", match: { bios_vendor: /^Xen/ } },
  { vendor: "bhyve", match: { sys_vendor: /^(?:BHYVE|FreeBSD)/, product_name: /^BHYVE/ } },
  { vendor: "bhyve", match: { bios_vendor: /^BHYVE/ } },
  // Nutanix sells its servers under the same vendor name.
  { vendor: "nutanix", match: { sys_vendor: /^Nutanix/, product_name: /^AHV/ } },
  { vendor: "apple", match: { product_name: /^(?:Apple Virtualization|VirtualMac)/ } },
  { vendor: "kvm", match: { product_name: /^(?:KVM|RHEV|oVirt|OpenStack|KubeVirt|cloud-hypervisor|crosvm)/i } },
  { vendor: "kvm", match: { sys_vendor: /^(?:KubeVirt|OpenStack|oVirt|Cloud Hypervisor)/ } },
  { vendor: "kvm", match: { sys_vendor: /^QEMU/ }, emulator: true },
  { vendor: "kvm", match: { product_name: /^Standard PC \(/ }, emulator: true },
  { vendor: "kvm", match: { product_name: /^QEMU/ }, emulator: true },
  { vendor: "kvm", match: { product_name: /^(?:Droplet|vServer|Alibaba Cloud ECS|CVM)/ }, alsoMetal: true },
];

/** PCI vendor ids of devices that only a hypervisor makes, and how much one proves. */
export const pciVendors: Readonly<Record<string, { vendor: HypervisorVendor; says: string; weight: number }>> = {
  "80ee": { vendor: "virtualbox", says: "VirtualBox's guest device", weight: 0.8 },
  "1ab8": { vendor: "parallels", says: "a device of Parallels", weight: 0.8 },
  "5853": { vendor: "xen", says: "Xen's platform device", weight: 0.6 },
  // QEMU's and VirtualBox's SVGA adapters carry VMware's id as well.
  "15ad": { vendor: "vmware", says: "a device with VMware's id", weight: 0.3 },
  "1414": { vendor: "hyperv", says: "a device of Hyper-V", weight: 0.5 },
  "1b36": { vendor: "kvm", says: "a device of QEMU", weight: 0.4 },
  // Most hypervisors offer virtio devices, and some network cards of bare-metal clouds do too.
  "1af4": { vendor: "kvm", says: "a virtio device", weight: 0.2 },
};

/** OEM ids in the ACPI tables that hypervisors write themselves (only root may read these). */
export const acpiMakers: Readonly<Record<string, HypervisorVendor>> = {
  FIRECK: "firecracker",
  BOCHS: "kvm",
  VBOX: "virtualbox",
  VRTUAL: "hyperv",
  Xen: "xen",
  PRLS: "parallels",
  BHYVE: "bhyve",
};

/** /proc/device-tree/hypervisor/compatible and /proc/device-tree/compatible, on machines without SMBIOS. */
export const deviceTrees: readonly { vendor: HypervisorVendor; match: RegExp; weight: number }[] = [
  { vendor: "xen", match: /\bxen\b/, weight: 0.9 },
  { vendor: "vmware", match: /vmware/, weight: 0.9 },
  { vendor: "kvm", match: /linux,kvm|linux,dummy-virt|qemu,/, weight: 0.8 },
];
