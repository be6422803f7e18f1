import { expect, test } from "vitest";
import { absent, type Fact, value } from "../../src/facts/fact.ts";
import type { HypervisorVendor, WslFacts } from "../../src/facts/facts.ts";
import { hypervisorProbe } from "../../src/facts/hypervisor.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";
import { unknown } from "../support/unknown.ts";

const look = (description: Description, wsl: Fact<WslFacts> = absent()) =>
  hypervisorProbe.look(composed(description), {}, { wsl });

const virtualCpu = "processor\t: 0\nflags\t\t: fpu vme rdrand hypervisor lahf_lm\nbugs\t: none\n";
const realCpu = "processor\t: 0\nflags\t\t: fpu vme rdrand lahf_lm\n";

interface Machine {
  readonly dmi?: Readonly<Record<string, string>>;
  readonly cpu?: string | null;
  readonly pci?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  readonly identity?: Description["identity"];
}

/** A machine by its SMBIOS strings, the flags of its processor and the vendor ids of its PCI devices. */
function described({
  dmi = {},
  cpu = virtualCpu,
  pci = [],
  files = {},
  folders = {},
  identity = {},
}: Machine): Description {
  const dmiFiles = Object.entries(dmi).map(([field, text]) => [`/sys/class/dmi/id/${field}`, `${text}\n`]);
  const pciFiles = pci.map((id, at) => [
    `/sys/bus/pci/devices/0000:00:${String(at).padStart(2, "0")}.0/vendor`,
    `0x${id}\n`,
  ]);
  const cpuinfo = cpu === null ? {} : { "/proc/cpuinfo": cpu };
  return { identity, folders, files: { ...cpuinfo, ...Object.fromEntries([...dmiFiles, ...pciFiles]), ...files } };
}

const azureTag = "7783-7084-3265-9085-8269-3286-77";
const clock = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
const facp = (maker: string) => `FACP....${"\u0006"}f${maker.padEnd(6)}TABLE`;

const cases: readonly (Machine & {
  name: string;
  vendor: HypervisorVendor | "absent" | "unknown";
  product?: string;
})[] = [
  {
    name: "Debian on bare metal",
    dmi: { sys_vendor: "ASUSTeK COMPUTER INC.", product_name: "ROG STRIX X670E" },
    cpu: realCpu,
    pci: ["1022", "10de"],
    vendor: "absent",
  },
  {
    name: "VMware Workstation",
    dmi: { sys_vendor: "VMware, Inc.", product_name: "VMware20,1", bios_vendor: "VMware, Inc." },
    pci: ["15ad", "8086"],
    vendor: "vmware",
    product: "VMware20,1",
  },
  {
    name: "VirtualBox, with VMware's display adapter and KVM's clock",
    dmi: { sys_vendor: "innotek GmbH", product_name: "VirtualBox", board_vendor: "Oracle Corporation" },
    pci: ["8086", "15ad", "80ee"],
    files: { [clock]: "kvm-clock tsc acpi_pm\n" },
    vendor: "virtualbox",
    product: "VirtualBox",
  },
  {
    name: "a server that Oracle built",
    dmi: { sys_vendor: "Oracle Corporation", product_name: "ORACLE SERVER X9-2", board_vendor: "Oracle Corporation" },
    cpu: realCpu,
    vendor: "absent",
  },
  {
    name: "Proxmox",
    dmi: {
      sys_vendor: "QEMU",
      product_name: "Standard PC (Q35 + ICH9, 2009)",
      bios_vendor: "Proxmox distribution of EDK II",
    },
    pci: ["8086", "1af4", "1b36", "10de"],
    vendor: "kvm",
    product: "Standard PC (Q35 + ICH9, 2009)",
  },
  {
    name: "QEMU without KVM",
    dmi: { sys_vendor: "QEMU", product_name: "Standard PC (i440FX + PIIX, 1996)" },
    files: { [clock]: "tsc hpet acpi_pm\n" },
    pci: ["1234"],
    vendor: "qemu",
  },
  {
    name: "QEMU that hides the hypervisor bit",
    dmi: { sys_vendor: "QEMU", product_name: "Standard PC (Q35 + ICH9, 2009)" },
    cpu: realCpu,
    vendor: "kvm",
  },
  {
    name: "Firecracker by its kernel",
    identity: { release: "6.18.44-fc-v509" },
    pci: ["8086", "1af4"],
    files: { "/.dockerenv": "", [clock]: "tsc kvm-clock\n" },
    vendor: "firecracker",
  },
  {
    name: "Firecracker by its boot line",
    identity: { release: "5.10.225" },
    files: {
      "/proc/cmdline": "console=ttyS0 reboot=k panic=1 pci=off root=/dev/vda rw virtio_mmio.device=4K@0xd0000000:5\n",
    },
    vendor: "firecracker",
  },
  {
    name: "Firecracker by its ACPI tables",
    files: { "/sys/firmware/acpi/tables/FACP": facp("FIRECK"), [clock]: "kvm-clock\n" },
    vendor: "firecracker",
  },
  {
    name: "EC2 Nitro",
    dmi: { sys_vendor: "Amazon EC2", product_name: "g5.xlarge", bios_vendor: "Amazon EC2" },
    pci: ["1d0f", "10de"],
    vendor: "amazon",
    product: "g5.xlarge",
  },
  {
    name: "EC2 metal",
    dmi: { sys_vendor: "Amazon EC2", product_name: "p4d.metal" },
    cpu: realCpu,
    pci: ["1d0f"],
    vendor: "absent",
  },
  {
    name: "EC2 metal on Graviton, where no flag tells",
    dmi: { sys_vendor: "Amazon EC2", product_name: "m7g.metal" },
    cpu: null,
    identity: { arch: "arm64" },
    vendor: "absent",
  },
  {
    name: "EC2 of the Xen days",
    dmi: { sys_vendor: "Xen", product_name: "HVM domU", bios_version: "4.11.amazon" },
    files: { "/sys/hypervisor/type": "xen\n" },
    vendor: "amazon",
  },
  {
    name: "Azure",
    dmi: { sys_vendor: "Microsoft Corporation", product_name: "Virtual Machine", chassis_asset_tag: azureTag },
    vendor: "azure",
  },
  {
    name: "Hyper-V",
    dmi: { sys_vendor: "Microsoft Corporation", product_name: "Virtual Machine", chassis_asset_tag: "0000-1111" },
    vendor: "hyperv",
  },
  {
    name: "Hyper-V with a partitioned GPU",
    dmi: { sys_vendor: "Microsoft Corporation", product_name: "Virtual Machine" },
    pci: ["1414"],
    folders: { "/sys/bus/vmbus/devices": ["00000000-0000-8899-0000-000000000000"], "/dev": ["dxg"] },
    vendor: "hyperv",
  },
  {
    name: "a Surface",
    dmi: { sys_vendor: "Microsoft Corporation", product_name: "Surface Laptop Studio" },
    cpu: realCpu,
    vendor: "absent",
  },
  {
    name: "Google Compute Engine",
    dmi: { sys_vendor: "Google", product_name: "Google Compute Engine" },
    pci: ["1af4"],
    vendor: "google",
  },
  { name: "a Chromebook", dmi: { sys_vendor: "Google", product_name: "Eve" }, cpu: realCpu, vendor: "absent" },
  { name: "Xen, paravirtual, without SMBIOS", files: { "/sys/hypervisor/type": "xen\n" }, vendor: "xen" },
  {
    name: "the first domain of Xen",
    dmi: { sys_vendor: "Dell Inc.", product_name: "PowerEdge R750" },
    files: { "/sys/hypervisor/type": "xen\n", "/proc/xen/capabilities": "control_d\n" },
    vendor: "absent",
  },
  {
    name: "Parallels",
    dmi: { sys_vendor: "Parallels International GmbH.", product_name: "Parallels ARM Virtual Machine" },
    cpu: null,
    identity: { arch: "arm64" },
    vendor: "parallels",
  },
  {
    name: "bhyve",
    dmi: { sys_vendor: "FreeBSD", product_name: "BHYVE", bios_vendor: "BHYVE" },
    pci: ["1af4"],
    vendor: "bhyve",
  },
  {
    name: "Nutanix AHV",
    dmi: { sys_vendor: "Nutanix", product_name: "AHV" },
    pci: ["1af4", "1b36"],
    vendor: "nutanix",
  },
  {
    name: "a server that Nutanix built",
    dmi: { sys_vendor: "Nutanix", product_name: "NX-3060-G7" },
    cpu: realCpu,
    vendor: "absent",
  },
  {
    name: "Apple Virtualization",
    dmi: { sys_vendor: "Apple Inc.", product_name: "Apple Virtualization Generic Platform" },
    cpu: null,
    identity: { arch: "arm64" },
    vendor: "apple",
  },
  {
    name: "a Mac with Linux",
    dmi: { sys_vendor: "Apple Inc.", product_name: "MacBookPro15,1" },
    cpu: realCpu,
    pci: ["106b"],
    vendor: "absent",
  },
  { name: "OpenStack", dmi: { sys_vendor: "OpenStack Foundation", product_name: "OpenStack Nova" }, vendor: "kvm" },
  {
    name: "QEMU on arm64 by its device tree",
    cpu: null,
    identity: { arch: "arm64" },
    files: { "/proc/device-tree/compatible": "linux,dummy-virt\0" },
    vendor: "kvm",
  },
  {
    name: "an arm64 board",
    cpu: null,
    identity: { arch: "arm64" },
    files: { "/proc/device-tree/compatible": "nvidia,p3737-0000+p3701-0005\0nvidia,tegra234\0" },
    vendor: "absent",
  },
  {
    name: "bare metal with a virtio network card",
    dmi: { sys_vendor: "Supermicro", product_name: "SYS-420GP" },
    cpu: realCpu,
    pci: ["1af4", "1b36", "10de"],
    vendor: "absent",
  },
  { name: "nothing but the flag", vendor: "other" },
  { name: "nothing at all", cpu: null, vendor: "unknown" },
  { name: "flags that are cut off", cpu: "processor\t: 0\nvendor_id\t: GenuineIntel\n", vendor: "unknown" },
];

test.each(cases)("$name", async ({ vendor, product, ...machine }) => {
  const fact = await look(described(machine));
  if (vendor === "absent" || vendor === "unknown") return expect(fact.state).toBe(vendor);
  expect(fact).toMatchObject({ value: { vendor, ...(product === undefined ? {} : { product }) } });
});

test("every signal says where it was seen, and none weighs all", async () => {
  const fact = await look(described({ dmi: { sys_vendor: "VMware, Inc.", product_name: "VMware7,1" }, pci: ["15ad"] }));
  if (fact.state !== "value") throw new Error("no hypervisor");
  expect(fact.value.signals.map(({ source, excerpt }) => `${source}: ${excerpt}`)).toEqual([
    "/sys/class/dmi/id/product_name: VMware7,1",
    "/sys/bus/pci/devices/*/vendor: 0x15ad",
    "/proc/cpuinfo: flags: … hypervisor …",
  ]);
  for (const { weight } of fact.value.signals) expect(weight).toBeLessThan(1);
});

test("shared folders tell VMware's desktop products; otherwise the edition is not known", async () => {
  const vmware = { dmi: { sys_vendor: "VMware, Inc.", product_name: "VMware20,1" } };
  const shared = { "/proc/self/mountinfo": "40 22 0:45 / /mnt/hgfs rw - fuse.vmhgfs-fuse vmhgfs-fuse rw\n" };
  expect(await look(described({ ...vmware, files: shared }))).toMatchObject({ value: { edition: "desktop" } });
  expect(await look(described(vmware))).toMatchObject({ value: { edition: null } });
});

const wslOf = (version: 1 | 2): Fact<WslFacts> => {
  const nothing = unknown("not looked at");
  const facts = { package: nothing, distro: nothing, interop: nothing, customKernel: nothing, windowsBuild: nothing };
  return value({ version, ...facts, conf: nothing, config: nothing });
};

test("the Hyper-V below WSL2 is told by the WSL fact; WSL1 shows the flags of Windows' own processor", async () => {
  expect((await look(described({}), wslOf(2))).state).toBe("absent");
  expect((await look(described({}), wslOf(1))).state).toBe("unknown");
});

const windows = (manufacturer: string, model: string, virtual: boolean | null): Description => ({
  identity: { platform: "win32" },
  inventory: {
    controllers: [],
    system: { manufacturer, model, virtual },
    os: { distro: "Microsoft Windows 11 Pro", release: "10.0.22631", build: "22631" },
  },
});

test.each([
  {
    name: "VMware guest",
    machine: windows("VMware, Inc.", "VMware20,1", true),
    expected: { value: { vendor: "vmware" } },
  },
  {
    name: "Hyper-V guest",
    machine: windows("Microsoft Corporation", "Virtual Machine", true),
    expected: { value: { vendor: "hyperv" } },
  },
  { name: "host with Hyper-V switched on", machine: windows("LENOVO", "21HM", true), expected: { state: "absent" } },
  {
    name: "Mac guest",
    machine: { ...windows("Apple Inc.", "VirtualMac2,1", null), identity: { platform: "darwin" as const } },
    expected: { value: { vendor: "apple" } },
  },
  {
    name: "no inventory",
    machine: { identity: { platform: "win32" as const }, inventory: { trouble: "timeout" as const } },
    expected: { state: "unknown" },
  },
])("Windows and macOS: $name", async ({ machine, expected }) => {
  expect(await look(machine)).toMatchObject(expected);
});
