import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray the causes of ../machine-faults.ts. */
export const machineFaultsClues = {
  "gpu-fallen-off-bus": [
    {
      pattern: /fallen off the bus/i,
      weight: 0.95,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/src/nvidia/arch/nvalloc/unix/src/osinit.c",
      rulesOut: ["gpu-rm-init-failed", "vm-passthrough-gpu-init-failed", "kernel-module-missing"],
    },
    {
      pattern: /\bXid\b.{0,60}?[: ]79\b/i,
      weight: 0.95,
      source: "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
    },
    {
      pattern: /GPU is lost/i,
      weight: 0.93,
      source: "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
      rulesOut: ["driver-not-installed"],
    },
    {
      pattern: /Unable to determine the device handle for (?:GPU|gpu)/,
      weight: 0.7,
      notOn: ["vm"],
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/259",
    },
    {
      pattern: /Unable to determine the device handle for (?:GPU|gpu)/,
      weight: 0.45,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/259",
    },
    {
      pattern: /GPU requires reset|\[GPU requires reset\]/i,
      weight: 0.5,
      source: "https://docs.nvidia.com/deploy/xid-errors/",
    },
    {
      pattern: /(?:NVRM|nvidia).{0,80}(?:GPU has been lost|GPU lost|GPU_IS_LOST|NV_ERR_GPU_IS_LOST)/,
      weight: 0.9,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules",
    },
    {
      pattern: /pcieport .{0,80}(?:Link Down|Card not present|DPC: containment event)/i,
      together: /nvidia|NVRM/i,
      weight: 0.6,
      source: "https://docs.kernel.org/PCI/pcieaer-howto.html",
    },
    {
      pattern: /CUDA_ERROR_(?:DEVICE_UNAVAILABLE|HARDWARE_STACK_ERROR)|cudaErrorHardwareStackError/,
      weight: 0.3,
      source: "https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html",
    },
    {
      pattern:
        /\b(?:GPUs?|cards?)\b[^\n]{0,30}(?:disappear\w*|vanish\w*|dropp?(?:s|ed|ing)? (?:off|out)|falls? off|fell off|lost from)(?![^\n]{0,30}docker)|掉卡|(?:GPU|显卡)[^\n]{0,6}(?:掉线|掉了|丢失)/i,
      together: /nvidia|NVRM|xid|cuda/i,
      notOn: ["container", "wsl"],
      weight: 0.6,
      source: "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
    },
  ],
  "gpu-rm-init-failed": [
    {
      pattern: /RmInitAdapter failed|RmInitAdapter: Cannot|rm_init_adapter failed/,
      notOn: ["vm"],
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv.c",
    },
    {
      pattern:
        /Cannot initialize GSP firmware|failed to wait for GFW_BOOT|GSP-CrashCat|_kgsp\w{0,40}:|kgspInitRm|kgspBootstrap|Timeout .{0,40}(?:RPC|waiting for).{0,40}GSP|GSP RPC timeout|gspfw|gsp_\w{2,4}\.bin/i,
      notOn: ["vm"],
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/446",
    },
    {
      pattern: /\bXid\b.{0,60}?[: ](?:61|62|119|120|143)\b/,
      weight: 0.7,
      source: "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
    },
    {
      pattern: /No devices were found/i,
      notOn: ["wsl", "vm"],
      weight: 0.45,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/789",
    },
    {
      pattern:
        /NVRM: .{0,60}(?:failed to copy vbios|Failed to (?:load|read) (?:the )?(?:VBIOS|EEPROM)|VBIOS (?:image )?(?:not|invalid))/i,
      weight: 0.75,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules",
    },
    {
      pattern: /nvidia-modeset: ERROR: GPU:\d: (?:Failed|Error)/i,
      weight: 0.4,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules",
    },
    {
      pattern:
        /Failed to allocate NvKmsKapiDevice|Failed to allocate NVIDIA DRM device|NVRM: [^\n]{0,80}(?:failed to (?:load|read) firmware|request_firmware|Failed to initialize the GPU|Failed to enable MSI)|(?:NVIDIA )?probe routine failed|nvidia: probe of [\da-f:.]{7,12} failed/i,
      notOn: ["vm"],
      weight: 0.6,
      unless: /already bound|nouveau|ignore this GPU|Legacy drivers|BAR\d? (?:is )?0M/i,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv-pci.c",
    },
  ],
  "bios-above-4g-decoding-disabled": [
    {
      pattern:
        /(?:Above 4G|Resizable BAR|ReBAR|4G decoding).{0,40}(?:disabled|off|deactivated|not enabled)|(?:disabled|off|deactivated|enabl\w+).{0,40}(?:Above 4G|Resizable BAR|4G decoding)/i,
      together: /No devices were found|RmInitAdapter|NVRM|couldn't communicate/,
      notOn: ["vm"],
      weight: 0.85,
      rulesOut: ["gpu-rm-init-failed"],
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    },
    {
      pattern: /BAR\d? (?:is )?0M @ 0x0|PCI I\/O region assigned to your NVIDIA device is invalid/,
      notOn: ["vm"],
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv-pci.c",
      rulesOut: ["gpu-rm-init-failed", "kernel-module-missing"],
    },
    {
      pattern: /Above 4G (?:Decoding|memory)|Above 4GB (?:MMIO|decoding)|4G decoding/i,
      weight: 0.7,
      notOn: ["vm"],
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    },
    {
      pattern: /Resizable BAR|\bReBAR\b/i,
      together: /No devices were found|RmInitAdapter|disabled|couldn't communicate/i,
      notOn: ["vm"],
      weight: 0.6,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    },
    {
      pattern: /BAR \d(?: \[mem[^\]]{0,60}\])?: (?:no space for|failed to assign|can't assign)/i,
      together: /nvidia|NVRM|10de/i,
      notOn: ["vm"],
      weight: 0.75,
      source: "https://github.com/torvalds/linux/blob/master/drivers/pci/setup-res.c",
    },
    {
      pattern:
        /(?:can't claim BAR|not claimed|resource allocation (?:failure|error)|insufficient (?:PCI )?(?:resources|MMIO)|PCI Resource (?:Error|exhausted|allocation))/i,
      together: /nvidia|gpu/i,
      notOn: ["vm"],
      weight: 0.5,
      source: "https://github.com/torvalds/linux/blob/master/drivers/pci/setup-res.c",
    },
    {
      pattern:
        /BAR \d{1,2}(?: \[mem[^\]]{0,60}\])?: (?:no space for|failed to assign|can't assign) \[mem size 0x[0-9a-f]{9,12} 64bit pref\]|\[mem size 0x[0-9a-f]{9,12} 64bit pref\]: can't assign; no space/i,
      notOn: ["vm"],
      weight: 0.7,
      source: "https://github.com/torvalds/linux/blob/master/drivers/pci/setup-bus.c",
    },
  ],
  "prime-profile-not-nvidia": [
    {
      pattern:
        /prime-select (?:query|-q)\s{1,4}(?:intel|on-demand|amd)|(?:prime|graphics|gpu)[ -]?(?:profile|mode|select)\w*: ?(?:intel|integrated|on-demand|power-?saving)/i,
      weight: 0.8,
      source: "https://github.com/canonical/ubuntu-drivers-common/blob/master/share/hybrid/prime-select",
      rulesOut: ["driver-not-installed"],
    },
    {
      pattern:
        /prime-select (?:intel|nvidia)|optimus-manager|envycontrol|supergfxctl|system76-power graphics|bbswitch|bumblebee/i,
      together:
        /couldn't communicate|No devices were found|not (?:detected|found)|is_available|off the bus|No such device/i,
      weight: 0.6,
      source: "https://wiki.archlinux.org/title/NVIDIA_Optimus",
    },
    {
      pattern: /blacklist-nvidia\.conf|alias nvidia(?:-\w+|_\w+)? off|blacklist nvidia\b/,
      rulesOut: ["kernel-module-missing", "driver-not-installed"],
      weight: 0.75,
      source: "https://github.com/canonical/ubuntu-drivers-common/blob/master/share/hybrid/prime-select",
    },
    {
      pattern: /50-remove-nvidia\.rules|80-nvidia-pm\.rules|ATTR\{remove\}="1"/,
      together: /nvidia|10de/i,
      weight: 0.8,
      source: "https://github.com/bayasdev/envycontrol",
    },
    {
      pattern: /bbswitch: disabling discrete graphics|\bDIS:.{0,20}DynOff|vga_switcheroo/,
      weight: 0.6,
      source: "https://github.com/Bumblebee-Project/bbswitch",
    },
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.2,
      notOn: ["wsl", "vm", "container"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /envycontrol|supergfx(?:ctl|d)?|optimus-manager|prime-select|system76-power|nvidia-prime/i,
      together:
        /could not find (?:an? )?nvidia|hybrid mode first|no nvidia|integrated mode|(?:mode|graphics):? integrated|--get\s{1,4}integrated|not (?:detected|found)|disappear/i,
      weight: 0.75,
      source: "https://github.com/bayasdev/envycontrol",
      rulesOut: ["driver-not-installed"],
    },
    {
      pattern:
        /Cannot access secondary GPU|could not enable discrete graphics card|discrete GPU (?:is )?(?:powered )?off|(?:Eco|iGPU|integrated|UMA)[ -](?:only )?mode/i,
      together: /nvidia/i,
      weight: 0.65,
      notOn: ["wsl", "container"],
      source: "https://wiki.archlinux.org/title/NVIDIA_Optimus",
    },
    {
      pattern:
        /(?:envycontrol|supergfxctl|prime-select|optimus-manager|system76-power)[^\n]{0,30}\b(?:integrated|intel|igpu)\b/i,
      together: /nvidia/i,
      weight: 0.82,
      rulesOut: ["driver-not-installed", "no-nvidia-gpu-hardware", "kernel-module-missing"],
      source: "https://github.com/bayasdev/envycontrol",
    },
    {
      pattern: /prime-select|suse-prime|optimus-manager|bbswitch|envycontrol|supergfxctl/i,
      together:
        /no (?:nvidia )?drivers? (?:detected|loaded|found)|nvidia card (?:not found|will be switched off|could not be detected)|switch(?:ed)? off nvidia/i,
      weight: 0.75,
      rulesOut: ["driver-not-installed", "kernel-module-missing"],
      source: "https://github.com/openSUSE/SUSEPrime/issues/94",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
