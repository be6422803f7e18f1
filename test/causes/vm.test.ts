import { describe, expect, test } from "vitest";
import { vmCauses } from "../../checks/causes/vm.ts";
import { value } from "../../src/facts/fact.ts";
import type { HypervisorFacts, HypervisorVendor } from "../../src/facts/facts.ts";
import { flip } from "../support/check-tester.ts";
import { adapter, hypervisor, smi, smiGpu } from "../support/facts.ts";
import { commandsOf, debian12, describeRules, titlesOf, unknownMachine } from "./rules.ts";

describeRules(vmCauses);

const guest = (vendor: HypervisorVendor, over: Partial<HypervisorFacts> = {}) =>
  flip(debian12(), { hypervisor: value(hypervisor(vendor, over)) });

describe("vm-no-gpu", () => {
  const noGpu = vmCauses["vm-no-gpu"];

  test("is a lack of hardware, never a driver to install", () => {
    expect(noGpu.hardware).toBe(true);
    expect(commandsOf(noGpu, guest("virtualbox")).join("\n")).not.toMatch(/nvidia/);
  });

  test.each([
    ["VirtualBox", guest("virtualbox"), { wsl2: true, addCard: false, cloud: false }],
    ["VMware Workstation", guest("vmware", { edition: "desktop" }), { wsl2: true, addCard: false, cloud: false }],
    ["some VMware", guest("vmware"), { wsl2: true, addCard: true, cloud: false }],
    ["ESXi", guest("vmware", { edition: "server" }), { wsl2: false, addCard: true, cloud: false }],
    ["KVM", guest("kvm"), { wsl2: false, addCard: true, cloud: false }],
    ["Hyper-V", guest("hyperv"), { wsl2: true, addCard: true, cloud: false }],
    ["AWS", guest("amazon"), { wsl2: false, addCard: false, cloud: true }],
    ["nothing known", unknownMachine, { wsl2: true, addCard: true, cloud: false }],
  ])("%s: says what can be done", (_, facts, wanted) => {
    const titles = titlesOf(noGpu, facts);
    expect(titles.split("\n")[0]).toContain("CPU");
    expect(titles.includes("WSL2")).toBe(wanted.wsl2);
    expect(titles.includes("hand it to this guest")).toBe(wanted.addCard);
    expect(titles.includes("instance type")).toBe(wanted.cloud);
  });
});

test.each([
  ["kvm", "kvm=off", "hypervisor.cpuid.v0"],
  ["vmware", "hypervisor.cpuid.v0", "kvm=off"],
] as const)("on %s the hypervisor is hidden with %s", (vendor, wanted, other) => {
  const titles = titlesOf(vmCauses["vm-passthrough-hypervisor-visible"], guest(vendor));
  expect(titles).toContain(wanted);
  expect(titles).not.toContain(other);
});

describe("vm-passthrough-mmio-too-small", () => {
  const mmio = vmCauses["vm-passthrough-mmio-too-small"];

  test.each([
    ["VMware", guest("vmware"), 'pciPassthru.64bitMMIOSizeGB = "128"', "X-PciMmio64Mb"],
    ["KVM", guest("kvm"), "X-PciMmio64Mb,string=131072", "pciPassthru"],
    ["Hyper-V", guest("hyperv"), "PowerShell", "pciPassthru"],
  ])("%s: names this hypervisor's own setting", (_, facts, wanted, other) => {
    expect(titlesOf(mmio, facts)).toContain(wanted);
    expect(titlesOf(mmio, facts)).not.toContain(other);
  });

  test("is as large as the cards ask for, twice over", () => {
    const eightyGiB = adapter({ bars: value([2 ** 24, 80 * 2 ** 30, 2 ** 25]) });
    const facts = flip(guest("vmware"), { bus: { adapters: value([eightyGiB, eightyGiB]) } });
    expect(titlesOf(mmio, facts)).toContain('64bitMMIOSizeGB = "512"');
  });

  test("Hyper-V is told by PowerShell", () => {
    expect(commandsOf(mmio, guest("hyperv"))).toContain("Set-VM GUEST -HighMemoryMappedIoSpace 128GB");
  });
});

test("the vGPU profile is named after the one that is there", () => {
  const facts = flip(guest("kvm"), { driver: { smi: value(smi({ gpus: [smiGpu({ name: "GRID P4-8A" })] })) } });
  expect(titlesOf(vmCauses["vgpu-profile-no-compute"], facts)).toContain("P4-8Q");
  expect(titlesOf(vmCauses["vgpu-profile-no-compute"], unknownMachine)).toContain("A40-8Q");
});
