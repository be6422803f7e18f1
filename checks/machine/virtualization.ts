import { cannotTell, check, pass } from "../../src/diagnosis/check.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import type { HypervisorVendor, Signal } from "../../src/facts/facts.ts";
import { message, type Said, verbatim } from "../../src/text/message.ts";
import { inWsl, inWsl2 } from "../situation.ts";

const texts = {
  title: message("Virtualization", "虚拟化"),
  bareMetal: message("bare metal", "物理机"),
  wsl2: message("WSL2 in Hyper-V", "Hyper-V 中的 WSL2"),
  wsl1: message("WSL1, no virtual machine", "WSL1，不是虚拟机"),
  guest: message("{vendor} guest", "{vendor} 虚拟机"),
  guestOf: message("{vendor} guest ({product})", "{vendor} 虚拟机（{product}）"),
  other: message("virtual machine of an unnamed hypervisor", "虚拟机（未知虚拟化平台）"),
};

const vendors: Readonly<Record<HypervisorVendor, string>> = {
  vmware: "VMware",
  virtualbox: "VirtualBox",
  hyperv: "Hyper-V",
  kvm: "KVM",
  qemu: "QEMU",
  firecracker: "Firecracker",
  xen: "Xen",
  parallels: "Parallels",
  bhyve: "bhyve",
  apple: "Apple Virtualization",
  nutanix: "Nutanix AHV",
  amazon: "Amazon EC2",
  google: "Google Compute Engine",
  azure: "Microsoft Azure",
  other: "",
};

export default check({
  id: "machine.virtualization",
  layer: "machine",
  impact: "none",
  after: [],
  title: texts.title(),
  judge(facts) {
    if (inWsl(facts)) return pass(inWsl2(facts) ? texts.wsl2() : texts.wsl1());
    if (facts.hypervisor.state === "unknown") return cannotTell(facts.hypervisor.reason, facts.hypervisor.evidence);
    const hypervisor = known(facts.hypervisor);
    if (!hypervisor) return pass(texts.bareMetal());
    return pass(name(hypervisor.vendor, hypervisor.product), { evidence: bySignals(hypervisor.signals) });
  },
});

function name(vendor: HypervisorVendor, product: string | null): Said {
  if (vendor === "other") return product ? verbatim(product) : texts.other();
  const called = vendors[vendor];
  return product ? texts.guestOf({ vendor: called, product }) : texts.guest({ vendor: called });
}

/** The signals that weigh most, as evidence. */
export function bySignals(signals: readonly Signal[]): Evidence[] {
  return [...signals]
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 3)
    .map(({ source, excerpt }) => ({ source, excerpt }));
}
