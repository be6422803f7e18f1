import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray kernel-module-missing, nouveau-conflict. */
export const driverLoadingClues = {
  "kernel-module-missing": [
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.45,
      notOn: ["wsl", "wsl1"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern:
        /modprobe: FATAL: (?:Module )?nvidia[\w-]* not found|(?:Module )?nvidia[\w-]* not found in directory|could not find module by name '?nvidia|modinfo: ERROR: Module nvidia[\w-]* not found/i,
      weight: 0.9,
      source: "https://man7.org/linux/man-pages/man8/modprobe.8.html",
    },
    {
      pattern: /Bad return status for module build on kernel/,
      together: /nvidia/i,
      unless: /dxgkrnl/i,
      weight: 0.88,
      source: "https://github.com/dell/dkms/blob/master/dkms.in",
    },
    {
      pattern:
        /(?:kernel headers for (?:kernel|module)|kernel source for (?:this|the) (?:kernel|module)|kernel headers .{0,40}cannot be found|Missing .{0,60}kernel headers|Your kernel headers for kernel)/i,
      together: /nvidia/i,
      unless: /dxgkrnl/i,
      weight: 0.88,
      source: "https://github.com/dell/dkms/blob/master/dkms.in",
    },
    {
      pattern: /^nvidia[\w-]*(?:\/|, ?)[\d.]+(?:-[\w.]+)?(?:, [\w.+-]+(?:, \w+)?)?: (?:added|built)\b/m,
      weight: 0.75,
      source: "https://github.com/dell/dkms",
    },
    {
      pattern:
        /Unable to find the kernel source tree|Unable to load the (?:kernel module 'nvidia|'nvidia)|An error occurred while performing the step: "Building kernel modules|The kernel module failed to load|Kernel module (?:compilation|build) (?:failed|complete.{0,20}fail)|Unable to build the NVIDIA kernel module/i,
      weight: 0.82,
      unless: /Key was rejected|Required key/,
      source: "https://download.nvidia.com/XFree86/Linux-x86_64/550.54.14/README/commonproblems.html",
    },
    {
      pattern: /could not insert '?nvidia[\w-]*'?:? (?:Invalid argument|Exec format error|Unknown symbol|No such file)/,
      weight: 0.8,
      source: "https://man7.org/linux/man-pages/man8/modprobe.8.html",
    },
    {
      pattern: /nvidia[\w-]*: (?:version magic|disagrees about version of symbol|Unknown symbol)/,
      weight: 0.85,
      source: "https://docs.kernel.org/kbuild/modules.html",
    },
    {
      pattern: /could not insert '?nvidia[\w-]*'?:? No such device/,
      weight: 0.3,
      source: "https://github.com/NVIDIA/nvidia-docker/issues/431",
    },
    {
      pattern:
        /(?:after|since|with) (?:a |the |an )?(?:\w+ )?(?:kernel (?:upgrade|update)|(?:upgrad|updat)\w+ (?:the |my )?kernel|new kernel|reboot\w*|unattended)/i,
      together: /couldn't communicate|Failed to initialize NVML: Driver Not Loaded/i,
      weight: 0.45,
      notOn: ["wsl"],
      source: "https://wiki.archlinux.org/title/NVIDIA",
    },
    {
      pattern:
        /dkms[\w .:/-]{0,60}nvidia[^\n]{0,80}(?:fail|error|exit status)|nvidia[\w/.-]{0,40}.{0,60}DKMS.{0,40}(?:fail|error)|make\.log for more information|Error! Bad return status/i,
      together: /nvidia/i,
      unless: /dxgkrnl/i,
      weight: 0.8,
      source: "https://github.com/dell/dkms",
    },
    {
      pattern:
        /\bnvidia[\w/.-]{0,80}\.(?:c|h):\d+:\d+: (?:fatal )?error:|nvidia.{0,80}\.o\] Error \d|conftest\.sh.{0,80}nvidia/,
      weight: 0.75,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/tree/main/kernel-open",
    },
    {
      pattern:
        /Failed to initialize NVML: Driver Not Loaded|NVIDIA driver is not loaded|nvidia module (?:is )?not loaded|systemd-modules-load.{0,60}Failed to find module 'nvidia/i,
      weight: 0.6,
      notOn: ["wsl", "wsl1"],
      source: "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
    },
    {
      pattern: /kernel driver does not appear to be running on this host/,
      weight: 0.35,
      notOn: ["container", "wsl"],
      source: "https://github.com/openxla/xla/blob/main/xla/stream_executor/cuda/cuda_diagnostics.cc",
    },
    {
      pattern:
        /NVIDIA kernel module (?:is )?(?:not found|missing)|Falling back to nouveau|could not open the device file \/dev\/nvidia\w*|NVIDIA driver is not loaded|failed to (?:open|query) (?:the )?(?:NVIDIA|\/dev\/nvidiactl)|akmods?\b[^\n]{0,80}(?:FAILED|failed|error)|does not (?:exactly )?match the (?:current compiler|version of the compiler|compiler used to)|compiler used to compile the kernel/i,
      together: /nvidia/i,
      notOn: ["wsl", "wsl1", "container"],
      weight: 0.7,
      source: "https://rpmfusion.org/Howto/NVIDIA",
    },
    {
      pattern:
        /Your kernel headers for kernel \S{1,60} cannot be found|kernel headers for (?:target )?kernel[^\n]{0,60}(?:not|cannot|could not be) found/i,
      unless: /virtualbox|vbox|\bzfs\b|wireguard|rtl\d|8821|88x2|broadcom|v4l2|\bevdi\b|dxgkrnl|\bnvidia\b/i,
      weight: 0.5,
      source: "https://github.com/dell/dkms/blob/master/dkms.in",
    },
    {
      pattern: /module not found: '?nvidia|Could not locate dkms\.conf file/i,
      together: /nvidia/i,
      weight: 0.8,
      source: "https://wiki.archlinux.org/title/NVIDIA",
    },
    {
      pattern:
        /nvidia\.ko[^\n]{0,24}(?:missing|not found|no such file)|(?:linux|kernel)-headers[^\n]{0,30}(?:not installed|missing|were not)/i,
      together: /nvidia/i,
      notOn: ["wsl", "container"],
      weight: 0.7,
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/",
    },
  ],
  "nouveau-conflict": [
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.25,
      notOn: ["wsl", "wsl1"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /Kernel driver in use: nouveau|driver=nouveau\b/,
      weight: 0.88,
      source: "https://man7.org/linux/man-pages/man8/lspci.8.html",
      rulesOut: ["driver-not-installed"],
    },
    {
      pattern: /Nouveau kernel driver is currently in use/i,
      weight: 0.95,
      source: "https://download.nvidia.com/XFree86/Linux-x86_64/550.54.14/README/commonproblems.html",
    },
    {
      pattern:
        /NVRM: .{0,80}(?:nouveau, rivafb, nvidiafb|obtained ownership of the NVIDIA device|already claimed|another driver)|one or more kernel drivers.{0,60}(?:nouveau|conflict)|The NVIDIA probe routine was not called/i,
      weight: 0.9,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv.c",
      rulesOut: ["driver-not-installed", "kernel-module-missing"],
    },
    { pattern: /^nouveau \d{4,}/m, weight: 0.82, source: "https://man7.org/linux/man-pages/man8/lsmod.8.html" },
    {
      pattern:
        /\bnouveau [0-9a-f]{4}:[0-9a-f]{2}:|\bnouveau: (?:detected|kernel)|fb\d?: nouveau(?:fb|drmfb)|nouveau 0000:/i,
      weight: 0.75,
      source: "https://nouveau.freedesktop.org/",
    },
    {
      pattern: /blacklist(?:ing|ed)? nouveau|modprobe\.blacklist=nouveau|nouveau\.modeset=0|disable (?:the )?nouveau/i,
      weight: 0.45,
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/",
    },
    {
      pattern: /Kernel driver in use: vfio-pci/,
      together: /nvidia/i,
      weight: 0.6,
      notOn: ["wsl"],
      source: "https://docs.kernel.org/driver-api/vfio.html",
    },
    {
      pattern:
        /is already bound to (?:nouveau|nova\w*|vfio\w*|rivafb|nvidiafb)|Kernel driver in use: (?:nova\w*|rivafb|nvidiafb)\b|nova[-_]core [0-9a-f]{4}:/i,
      weight: 0.92,
      rulesOut: ["kernel-module-missing", "no-nvidia-gpu-hardware", "driver-not-installed"],
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv-pci.c",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
