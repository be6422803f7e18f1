import { known } from "../../facts/fact.ts";
import type { ContainerKind, HypervisorVendor } from "../../facts/facts.ts";
import { at, factOf, group, type Reader } from "./told.ts";

/** Signs of the guest itself, not of a name dropped in passing. */
const hypervisors: readonly (readonly [HypervisorVendor, RegExp])[] = [
  [
    "vmware",
    /VMware(?:, Inc\.|\d+,\d| Virtual Platform| SVGA)|SVGA II Adapter|\bvmwgfx\b|hypervisor(?: vendor)?: ?VMware/i,
  ],
  [
    "virtualbox",
    /innotek GmbH|VirtualBox Graphics Adapter|\bvboxvideo\b|hypervisor(?: vendor)?: ?virtualbox|80ee:beef/i,
  ],
  ["hyperv", /Hypervisor vendor: ?Microsoft|Hyper-V UEFI|hyperv_(?:fb|drm)|Microsoft Hyper-V: /],
  ["xen", /Hypervisor vendor: ?Xen|Xen HVM domU/i],
  ["parallels", /Parallels Virtual Platform|Parallels Software/i],
  [
    "kvm",
    /Hypervisor vendor: ?KVM|Standard PC \((?:Q35|i440FX)|\bQEMU (?:Standard PC|Virtual)|hypervisor: ?(?:Proxmox|kvm|qemu)/i,
  ],
];
const containers: readonly (readonly [ContainerKind, RegExp])[] = [
  ["kubernetes", /KUBERNETES_SERVICE_HOST|kubepods|\/var\/run\/secrets\/kubernetes/],
  ["docker", /\/\.dockerenv|^root@[0-9a-f]{12}:|\/docker\/[0-9a-f]{12}/m],
  ["podman", /\/run\/\.containerenv|container=podman/],
  ["apptainer", /\bApptainer>|\bSingularity>/],
];

/** Hypervisor and container around what the text comes from. */
export const readSurroundings: Reader = (text, told) => {
  if (known(told.wsl) === undefined) {
    for (const [vendor, pattern] of hypervisors) {
      if (!text.has(pattern)) continue;
      const evidence = at(text, pattern, "text");
      const signals = evidence.map(({ source, excerpt }) => ({ says: vendor, source, excerpt, weight: 0.9 }));
      told.hypervisor = factOf({ vendor, product: null, edition: null, signals }, evidence);
      break;
    }
  }
  for (const [kind, pattern] of containers) {
    if (!text.has(pattern)) continue;
    const evidence = at(text, pattern, "text");
    const signals = evidence.map(({ source, excerpt }) => ({ says: kind, source, excerpt, weight: 0.8 }));
    told.containers = factOf([{ kind, confidence: 0.8, signals }], evidence);
    break;
  }
};

/** Processors, memory, shared memory and open files as `nproc`, `free`, `df`, `ulimit -n` and issue forms tell them. */
export const readLimits: Reader = (text, told) => {
  const { limits } = told;
  const affinity = group(text, /^(?:affinity cpus|nproc)\W{1,4}(\d{1,4})\b/im);
  if (affinity) limits.affinityCpus = factOf(Number(affinity), []);
  const cpus = group(text, /^(?:cpu(?:s| count|\(s\))|.{0,10}cpu_count\(\))\W{1,12}(\d{1,4})$/im);
  if (cpus) limits.hostCpus = factOf(Number(cpus), []);
  const memory =
    group(text, /^(?:ram(?: gb)?|memory)(?: ?: ?| )(\d{1,4}) ?(?:GB|GiB|G)?$/im) ??
    group(text, /^Mem: +(\d{1,4})Gi?\b/m);
  if (memory) limits.hostMemoryMiB = factOf(Number(memory) * 1024, []);
  const files = group(text, /^(?:nofile|open files[^\n]{0,20}|ulimit -n)\W{1,8}(\d{3,8})$/im);
  if (files)
    limits.openFiles = factOf(
      { soft: Number(files), hard: Number(files) },
      at(text, /nofile|open files|ulimit -n/i, "ulimit -n"),
    );
  const shm = group(text, /^(?:shm|tmpfs) +(\d{1,6})(?:\.0)?M .{0,40}\/dev\/shm/m);
  if (shm)
    limits.shm = factOf({ totalMiB: Number(shm), freeMiB: Number(shm) }, at(text, /\/dev\/shm/, "df -h /dev/shm"));
};
