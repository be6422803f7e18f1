import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { nvidiaCard } from "./words.ts";

/** Texts that betray the causes of ../vm-passthrough.ts. */
export const vmPassthroughClues = {
  "vm-passthrough-hypervisor-visible": [
    {
      pattern: /\bcode ?-?43\b|\berror (?:code )?43\b|代码 ?43|コード ?43/i,
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues",
      rulesOut: ["gpu-rm-init-failed"],
    },
    {
      pattern:
        /kvm=off|hidden state=['"]on|<hidden|hv_vendor_id|vendor_id state=|hypervisor\.cpuid\.v0|hide (?:the )?(?:kvm|hypervisor)/i,
      together: /nvidia|geforce|gtx|rtx/i,
      weight: 0.6,
      source: "https://wiki.archlinux.org/title/PCI_passthrough_via_OVMF",
    },
    {
      pattern: /Unable to determine the device handle for (?:GPU|gpu)/,
      on: ["vm"],
      together: /GeForce|GTX|RTX ?[2-5]0\d0|Titan/i,
      weight: 0.6,
      source: "https://github.com/NVIDIA/nvidia-docker/issues/1018",
    },
    {
      pattern: /No devices were found|RmInitAdapter failed/i,
      on: ["vm"],
      together: /GeForce|GTX|RTX/i,
      weight: 0.3,
      source: "https://github.com/clayfreeman/gpu-passthrough",
    },
  ],
  "vm-passthrough-mmio-too-small": [
    {
      pattern: /BAR\d? (?:is )?0M @ 0x0|PCI I\/O region assigned to your NVIDIA device is invalid/,
      on: ["vm"],
      weight: 0.92,
      source: "https://github.com/NVIDIA/gpu-operator/issues/492",
      rulesOut: ["gpu-rm-init-failed", "vm-passthrough-gpu-init-failed", "kernel-module-missing"],
    },
    {
      pattern: /BAR\d? (?:is )?0M @ 0x0|PCI I\/O region assigned to your NVIDIA device is invalid/,
      weight: 0.5,
      source: "https://github.com/NVIDIA/gpu-operator/issues/492",
    },
    {
      pattern:
        /64bitMMIO(?:SizeGB)?|use64bitMMIO|X-PciMmio64Mb|host-phys-bits|pci-hole64|OVMF.{0,40}Mmio64|Set-VM.{0,60}MemoryMappedIoSpace/i,
      weight: 0.6,
      source: "https://knowledge.broadcom.com/external/article/323402",
    },
    {
      pattern:
        /BAR \d(?: \[mem[^\]]{0,60}\])?: (?:no space for|failed to assign|can't assign)|insufficient.{0,20}MMIO|MMIO (?:space|window).{0,40}(?:too small|insufficient|not enough)/i,
      on: ["vm"],
      together: /nvidia|10de|gpu/i,
      weight: 0.85,
      source: "https://github.com/torvalds/linux/blob/master/drivers/pci/setup-res.c",
    },
    {
      pattern:
        /(?:invalid|bad|wrong)[^\n]{0,12}PCI I\/O region|PCI I\/O region[^\n]{0,40}invalid|(?:large|64[- ]?bit|big) BARs?[^\n]{0,60}(?:fail|not|too (?:small|large)|unable|invalid)|BARs?[^\n]{0,30}not (?:be )?(?:mapped|assigned|fit)/i,
      on: ["vm"],
      weight: 0.85,
      rulesOut: ["vm-passthrough-gpu-init-failed", "kernel-module-missing"],
      source: "https://github.com/kubevirt/kubevirt/issues/11093",
    },
    {
      pattern:
        /(?:fail\w*|cannot|unable)[^\n]{0,40}(?:alloc\w*|mov\w*|map\w*|assign\w*)[^\n]{0,24}(?:MMIO|device BAR|BARs?\b)/i,
      together: /nvidia|10de|gpu/i,
      on: ["vm"],
      weight: 0.85,
      source: "https://github.com/cloud-hypervisor/cloud-hypervisor/issues/6147",
    },
    {
      pattern: /fail\w* (?:moving|alloc\w*|mapp?\w*)[^\n]{0,20}(?:device BAR|new MMIO range|MMIO)/i,
      together: /nvidia|10de|gpu|vfio/i,
      weight: 0.75,
      source: "https://github.com/cloud-hypervisor/cloud-hypervisor/issues/6147",
    },
  ],
  "vm-passthrough-gpu-init-failed": [
    {
      pattern:
        /RmInitAdapter failed|rm_init_adapter failed|RmInitAdapter: Cannot|Cannot initialize GSP firmware|GFW_BOOT/i,
      on: ["vm"],
      weight: 0.88,
      source: "https://github.com/NVIDIA/cuda-samples/issues/104",
    },
    {
      pattern: /No devices were found|Unable to determine the device handle/i,
      on: ["vm"],
      weight: 0.5,
      source: "https://github.com/NVIDIA/kubevirt-gpu-device-plugin/issues/2",
    },
    {
      pattern: /couldn't communicate|probe of [\da-f:.]{7,12} failed|NVIDIA probe routine failed/,
      on: ["vm"],
      together: nvidiaCard,
      weight: 0.4,
      source: "https://github.com/NVIDIA/cuda-samples/issues/104",
    },
    {
      pattern:
        /vfio.{0,80}(?:reset|unable to power on|Invalid PCI ROM|failed to setup)|not ready \d+ms after (?:FLR|bus reset)|Unknown PCI header type/i,
      together: /nvidia|10de|gpu/i,
      weight: 0.6,
      source: "https://wiki.archlinux.org/title/PCI_passthrough_via_OVMF",
    },
  ],
  "vm-passthrough-pcie-atomics": [
    {
      pattern:
        /PCI rejects atomics|PCI(?:E|e)? ?atomics? (?:ops? )?(?:is |are )?(?:not (?:supported|available|enabled)|missing|required|unsupported)|(?:no|without|lacks?|missing|requires?) PCI(?:E|e) ?atomics?|AtomicOps?.{0,40}(?:not|fail|disabled)/i,
      weight: 0.9,
      source: "https://github.com/torvalds/linux/blob/master/drivers/gpu/drm/amd/amdkfd/kfd_device.c",
      rulesOut: ["amd-rocm-present"],
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
