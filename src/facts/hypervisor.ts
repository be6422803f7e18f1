import type { Answer, Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { absent, type Fact, unknown } from "./fact.ts";
import type { HypervisorFacts } from "./facts.ts";
import { namesOf, textOf } from "./parse/answers.ts";
import { cpuFlagOf, hypervisorOf } from "./parse/hypervisor.ts";
import { type Dmi, dmiFields } from "./parse/hypervisor-signs.ts";
import { parseMountinfo } from "./parse/mountinfo.ts";
import type { Probe } from "./probe.ts";

const texts = {
  wsl1: message("WSL1 shows nothing of the machine", "WSL1 看不到机器本身"),
  noBoard: message("the system board could not be asked: {why}", "无法查询主板信息：{why}"),
};

/** The hypervisor this machine runs on, by files alone: systemd-detect-virt is fooled by a stray /.dockerenv. */
export const hypervisorProbe: Probe<"hypervisor", "wsl"> = {
  subject: "hypervisor",
  needs: ["wsl"],
  async look(host, _, { wsl }) {
    if (wsl.state === "value") {
      return wsl.value.version === 2 ? absent(...(wsl.evidence ?? [])) : unknown(texts.wsl1());
    }
    return host.identity.platform === "linux" ? linuxHypervisor(host) : inventoryHypervisor(host);
  },
};

/** The flags of the first processor stand within this; the whole file is long and slow on a big machine. */
const cpuinfoBytes = 8192;
/** A big server has hundreds of PCI devices; those of a hypervisor come first. */
const mostDevices = 64;

async function linuxHypervisor(host: Host): Promise<Fact<HypervisorFacts>> {
  const read = (path: string) => host.readFile(path, { maxBytes: 65_536 });
  const [dmi, cpuinfo, facp, vmbus, pciVendors, mountinfo, ...files] = await Promise.all([
    readDmi(host),
    host.readBytes("/proc/cpuinfo", cpuinfoBytes),
    host.readBytes("/sys/firmware/acpi/tables/FACP", 16),
    host.listFolder("/sys/bus/vmbus/devices"),
    readPciVendors(host),
    host.readFile("/proc/self/mountinfo"),
    read("/proc/cmdline"),
    read("/sys/hypervisor/type"),
    read("/proc/xen/capabilities"),
    read("/proc/device-tree/hypervisor/compatible"),
    read("/proc/device-tree/compatible"),
    read("/sys/devices/system/clocksource/clocksource0/available_clocksource"),
  ]);
  const [cmdline, sysHypervisor, xenCapabilities, treeHypervisor, tree, clocks] = files.map(textOf);
  return hypervisorOf({
    dmi,
    arch: host.identity.arch,
    kernel: host.identity.release,
    cpuFlag: cpuFlagOf(latin(cpuinfo)),
    cmdline,
    sysHypervisor,
    xenCapabilities,
    deviceTree: [treeHypervisor, tree].filter(Boolean).join("\0"),
    acpiMaker: latin(facp).slice(10, 16).trim(),
    clocks,
    hasVmbus: namesOf(vmbus).length > 0,
    pciVendors,
    // Shared folders exist in Workstation, Fusion and Player only, never on ESXi.
    hasSharedFolders: parseMountinfo(textOf(mountinfo)).some(({ type }) => /^(?:fuse\.)?vmhgfs/.test(type)),
  });
}

function latin(bytes: Answer<Uint8Array>): string {
  return bytes.ok ? new TextDecoder("latin1").decode(bytes.value) : "";
}

async function readDmi(host: Host): Promise<Dmi> {
  const answers = await Promise.all(dmiFields.map((field) => host.readFile(`/sys/class/dmi/id/${field}`)));
  return Object.fromEntries(dmiFields.map((field, at) => [field, textOf(answers[at] ?? noAnswer).trim()]));
}

const noAnswer: Answer<string> = { ok: false, trouble: "missing", message: "" };

async function readPciVendors(host: Host): Promise<string[]> {
  const devices = namesOf(await host.listFolder("/sys/bus/pci/devices")).slice(0, mostDevices);
  const answers = await Promise.all(devices.map((name) => host.readFile(`/sys/bus/pci/devices/${name}/vendor`)));
  return answers.map((answer) => textOf(answer).trim().replace(/^0x/, "").toLowerCase());
}

/** Windows and macOS. HypervisorPresent is no sign: it is also set on a host that has Hyper-V switched on. */
async function inventoryHypervisor(host: Host): Promise<Fact<HypervisorFacts>> {
  const inventory = await host.inventory();
  if (!inventory.ok) return unknown(texts.noBoard({ why: inventory.message }));
  const { manufacturer, model } = inventory.value.system;
  const dmi = { sys_vendor: manufacturer.trim(), product_name: model.trim() };
  return hypervisorOf({ dmi, arch: host.identity.arch, kernel: host.identity.release, cpuFlag: null, pciVendors: [] });
}
