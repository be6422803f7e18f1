import { message } from "../../text/message.ts";
import { excerpt } from "../../text/plain.ts";
import { absent, type Evidence, type Fact, toldEvidence, unknown, value } from "../fact.ts";
import type { HypervisorFacts, HypervisorVendor, Signal } from "../facts.ts";
import {
  acpiMakers,
  type Dmi,
  type DmiField,
  deviceTrees,
  dmiFields,
  dmiRules,
  pciVendors,
} from "./hypervisor-signs.ts";
import { combinedWeight, signalEvidence } from "./signals.ts";

const texts = {
  noFlag: message("flags without hypervisor", "flags 中没有 hypervisor"),
  nothing: message("the machine shows neither SMBIOS nor processor flags", "机器既没有 SMBIOS 信息，也没有处理器标志"),
};

/** What a machine shows of its hypervisor; a field is left out where it was not to be read. */
export interface Shown {
  /** SMBIOS strings of /sys/class/dmi/id, or manufacturer and model of Windows and macOS. */
  readonly dmi: Dmi;
  /** "x64" … : elsewhere processors have no flag that tells. */
  readonly arch: string;
  readonly kernel: string;
  /** `hypervisor` among the flags of /proc/cpuinfo. */
  readonly cpuFlag: boolean | null;
  readonly cmdline?: string;
  /** /sys/hypervisor/type */
  readonly sysHypervisor?: string;
  /** /proc/xen/capabilities */
  readonly xenCapabilities?: string;
  readonly deviceTree?: string;
  /** OEM id of the FACP table. */
  readonly acpiMaker?: string;
  readonly clocks?: string;
  readonly hasVmbus?: boolean;
  /** PCI vendor ids, "1af4". */
  readonly pciVendors: readonly string[];
  readonly hasSharedFolders?: boolean;
}

interface VendorSignal extends Signal {
  /** null: says that there is a hypervisor, not whose. */
  readonly vendor: HypervisorVendor | null;
}

/** Together the signals must prove this much: PCI ids alone, which bare-metal clouds show too, do not. */
const threshold = 0.7;

/** The hypervisor by all that is shown; absent on bare metal, unknown where nothing could be read. */
export function hypervisorOf(shown: Shown): Fact<HypervisorFacts> {
  // The first domain of Xen is virtual by its processor, but owns the real hardware.
  const capabilities = shown.xenCapabilities?.includes("control_d");
  if (capabilities) return absent({ source: "/proc/xen/capabilities", excerpt: "control_d" });
  const signals = signalsOf(shown);
  const plain = signals.map(({ vendor: _, ...signal }) => signal);
  if (combinedWeight(plain) >= threshold) {
    const vendor = heaviest(signals);
    const product = shown.dmi.product_name || null;
    const edition = vendor === "vmware" && shown.hasSharedFolders ? "desktop" : null;
    return value({ vendor, product, edition, signals: plain }, ...signalEvidence(plain));
  }
  const metal = metalEvidence(shown);
  return metal.length > 0 ? absent(...metal, ...signalEvidence(plain)) : unknown(texts.nothing());
}

function metalEvidence({ cpuFlag, dmi, deviceTree }: Shown): Evidence[] {
  const seen: Evidence[] = [];
  if (cpuFlag === false) seen.push(toldEvidence("/proc/cpuinfo", texts.noFlag()));
  const product = [dmi.sys_vendor, dmi.product_name].filter(Boolean).join(" ");
  if (product !== "") seen.push({ source: "/sys/class/dmi/id/product_name", excerpt: product });
  if (deviceTree)
    seen.push({ source: "/proc/device-tree/compatible", excerpt: excerpt(deviceTree.replaceAll("\0", " ")) });
  return seen;
}

function signalsOf(shown: Shown): VendorSignal[] {
  return [
    ...dmiSignals(shown),
    ...kernelSignals(shown),
    ...deviceSignals(shown),
    ...(shown.cpuFlag ? [flagSignal] : []),
  ];
}

/** Bare metal always shows 0 in this bit, which is reserved for hypervisors. */
const flagSignal: VendorSignal = {
  vendor: null,
  says: "the processor is virtual",
  source: "/proc/cpuinfo",
  excerpt: "flags: … hypervisor …",
  weight: 0.9,
};

function dmiSignals({ dmi, cpuFlag, arch, clocks }: Shown): VendorSignal[] {
  const rule = dmiRules.find(({ match }) => dmiFields.every((field) => match[field]?.test(dmi[field] ?? "") ?? true));
  if (rule === undefined) return [];
  if (rule.alsoMetal && (cpuFlag === false || /\.metal\b|metal-/.test(dmi.product_name ?? ""))) return [];
  const emulated = rule.emulator && arch === "x64" && !!clocks && !/kvm|hyperv/.test(clocks);
  const field = matchedField(rule.match);
  const source = `/sys/class/dmi/id/${field}`;
  return [
    {
      vendor: emulated ? "qemu" : rule.vendor,
      says: "the firmware names it",
      source,
      excerpt: excerpt(dmi[field] ?? "", 1),
      weight: 0.95,
    },
  ];
}

function matchedField(match: Readonly<Partial<Record<DmiField, RegExp>>>): DmiField {
  return match.product_name
    ? "product_name"
    : (dmiFields.find((field) => match[field] !== undefined) ?? "product_name");
}

function kernelSignals(shown: Shown): VendorSignal[] {
  const found: VendorSignal[] = [];
  const add = (vendor: HypervisorVendor, weight: number, says: string, source: string, seen: string) =>
    found.push({ vendor, says, source, excerpt: excerpt(seen, 1), weight });
  const maker = acpiMakers[shown.acpiMaker ?? ""];
  if (maker) add(maker, 0.9, "the ACPI tables name it", "/sys/firmware/acpi/tables/FACP", shown.acpiMaker ?? "");
  if (/^\d[\d.]*-fc\b|firecracker/i.test(shown.kernel)) {
    add("firecracker", 0.8, "a kernel built for Firecracker", "uname -r", shown.kernel);
  }
  const boot = firecrackerBoot(shown.cmdline ?? "");
  if (boot) add("firecracker", boot.weight, "the boot line of Firecracker", "/proc/cmdline", boot.words);
  if (/\bxen\b/.test(shown.sysHypervisor ?? ""))
    add("xen", 0.9, "the kernel runs on Xen", "/sys/hypervisor/type", "xen");
  for (const { vendor, match, weight } of deviceTrees) {
    const word = match.exec(shown.deviceTree ?? "")?.[0];
    if (word) add(vendor, weight, "the device tree names it", "/proc/device-tree", word);
  }
  const clock = /kvm-clock|hyperv_clocksource\w*/.exec(shown.clocks ?? "")?.[0];
  // VirtualBox, Parallels and Firecracker offer KVM's clock, KVM with Windows enlightenments Hyper-V's.
  const source = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
  if (clock) add(clock === "kvm-clock" ? "kvm" : "hyperv", 0.4, "a clock of the hypervisor", source, clock);
  return found;
}

/** Firecracker has neither SMBIOS nor a boot loader: its users pass the kernel line of its guide, or its name. */
function firecrackerBoot(cmdline: string): { words: string; weight: number } | null {
  const named = cmdline.split(/\s+/).find((word) => /firecracker/i.test(word));
  if (named !== undefined) return { words: named, weight: 0.6 };
  const guide = /\breboot=k panic=1\b/.exec(cmdline)?.[0];
  return guide && /\bpci=off\b|\bvirtio_mmio\.device=/.test(cmdline) ? { words: guide, weight: 0.5 } : null;
}

function deviceSignals({ pciVendors: ids, hasVmbus }: Shown): VendorSignal[] {
  const found: VendorSignal[] = [];
  for (const [id, { vendor, says, weight }] of Object.entries(pciVendors)) {
    if (!ids.includes(id)) continue;
    found.push({ vendor, says, source: "/sys/bus/pci/devices/*/vendor", excerpt: `0x${id}`, weight });
  }
  if (hasVmbus) {
    const source = "/sys/bus/vmbus/devices";
    found.push({ vendor: "hyperv", says: "Hyper-V's device bus", source, excerpt: "VMBus devices", weight: 0.6 });
  }
  return found;
}

function heaviest(signals: readonly VendorSignal[]): HypervisorVendor {
  const named = [...new Set(signals.flatMap(({ vendor }) => vendor ?? []))];
  const weighed = named.map((vendor) => ({
    vendor,
    weight: combinedWeight(signals.filter((signal) => signal.vendor === vendor)),
  }));
  return weighed.sort((a, b) => b.weight - a.weight)[0]?.vendor ?? "other";
}

/** `hypervisor` among the flags of the first processor; null where the text shows no flags (arm64, cut off). */
export function cpuFlagOf(cpuinfo: string): boolean | null {
  const flags = /^flags[ \t]*:(.*)$/m.exec(cpuinfo)?.[1];
  return flags === undefined ? null : /\shypervisor(?:\s|$)/.test(flags);
}
