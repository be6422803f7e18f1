import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { blackwell, pascalAndOlder } from "./words.ts";

/** Texts that betray the causes of ../driver-module.ts. */
export const driverModuleClues = {
  "driver-not-installed": [
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.35,
      notOn: ["wsl1"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern:
        /nvidia-smi: (?:command )?not found|command not found: nvidia-smi|Command 'nvidia-smi' not found|'nvidia-smi' is not recognized|nvidia-smi.{0,20}不是内部或外部命令|nvidia-smi : The term/i,
      weight: 0.6,
      notOn: ["container", "wsl", "macos"],
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/",
    },
    {
      pattern: /Command 'nvidia-smi' not found, but can be installed with/,
      weight: 0.75,
      notOn: ["container", "wsl"],
      source: "https://ubuntu.com/server/docs/nvidia-drivers-installation",
    },
    {
      pattern: /Found no NVIDIA driver on your system/,
      weight: 0.7,
      notOn: ["container", "wsl", "macos", "amd"],
      source: "https://github.com/pytorch/pytorch/blob/main/c10/cuda/CUDAFunctions.cpp",
    },
    {
      pattern: /Found no NVIDIA driver on your system/,
      weight: 0.35,
      notOn: ["macos", "amd"],
      source: "https://github.com/pytorch/pytorch/blob/main/c10/cuda/CUDAFunctions.cpp",
    },
    {
      pattern:
        /libcuda\.so(?:\.1)?'?:? cannot open shared object|Could not load dynamic library 'libcuda\.so\.1'|Could not load dynamic library 'nvcuda\.dll'|CUDA driver library cannot be found|nvcuda\.dll.{0,40}not found/i,
      weight: 0.55,
      notOn: ["container", "wsl", "macos"],
      source:
        "https://github.com/tensorflow/tensorflow/blob/master/third_party/xla/xla/tsl/platform/default/dso_loader.cc",
    },
    {
      pattern: /kernel driver does not appear to be running on this host/,
      weight: 0.4,
      notOn: ["container", "wsl"],
      source: "https://github.com/openxla/xla/blob/main/xla/stream_executor/cuda/cuda_diagnostics.cc",
    },
    {
      pattern: /Could not find cuda drivers on your machine/,
      weight: 0.45,
      notOn: ["container", "wsl", "macos"],
      source: "https://github.com/openxla/xla/blob/main/xla/tsl/cuda/cudart_stub.cc",
    },
    {
      pattern:
        /CUDA driver version is insufficient for CUDA runtime version|CUDA driver initialization failed, you might not have a CUDA gpu/,
      weight: 0.3,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern:
        /load library failed: libnvidia-ml\.so\.1|nvml error: driver not loaded|could not load NVML library: libnvidia-ml\.so\.1/i,
      weight: 0.75,
      notOn: ["wsl1"],
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc.c",
      rulesOut: ["container-toolkit-not-installed"],
    },
    {
      pattern: /WSL environment detected but no adapters were found/,
      weight: 0.25,
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc_info.c",
    },
    {
      pattern:
        /^.{0,60}NVIDIA Corporation [^\n]{0,200}\n(?:[^\n]{0,160}\n){0,3}Kernel modules: (?:nvidiafb, nouveau|nouveau|nvidiafb)$/m,
      weight: 0.6,
      unless: /Kernel driver in use: nouveau/,
      source: "https://man7.org/linux/man-pages/man8/lspci.8.html",
    },
    {
      pattern: /ubuntu-drivers devices|recommended$/m,
      together: /driver +: nvidia-driver-\d+/,
      weight: 0.5,
      source: "https://ubuntu.com/server/docs/nvidia-drivers-installation",
    },
    {
      pattern:
        /(?:driver is|drivers are) not installed|no NVIDIA drivers? (?:installed|loaded|found)|NVIDIA driver(?:s)? (?:is |are )?not (?:installed|found|detected)|Microsoft Basic Display Adapter/i,
      weight: 0.55,
      notOn: ["container", "wsl", "macos", "vm"],
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/",
    },
  ],
  "kernel-module-missing": [
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.45,
      notOn: ["wsl", "wsl1"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /modprobe: FATAL: Module nvidia[\w-]* not found|Module nvidia[\w-]* not found in directory/,
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
  ],
  "secure-boot-unsigned-module": [
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.22,
      notOn: ["wsl", "wsl1"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /Key was rejected by service/i,
      together: /nvidia/i,
      weight: 0.93,
      source: "https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/errno.h",
      rulesOut: ["kernel-module-missing", "nouveau-conflict", "driver-not-installed"],
    },
    {
      pattern: /Required key not available/i,
      together: /nvidia/i,
      weight: 0.92,
      source: "https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/errno.h",
      rulesOut: ["kernel-module-missing", "nouveau-conflict", "driver-not-installed"],
    },
    {
      pattern:
        /Loading of (?:unsigned module|module with (?:un\w+ )?(?:unavailable )?\w* ?(?:key|signature)) is rejected|unsigned module loading is restricted|Lockdown: .{0,60}(?:unsigned module|module loading)/i,
      weight: 0.92,
      source: "https://github.com/torvalds/linux/blob/master/kernel/module/signing.c",
      rulesOut: ["kernel-module-missing"],
    },
    {
      pattern: /Secure ?Boot (?:is )?enabled|SecureBoot enabled|Secure boot: (?:enabled|on|yes)/i,
      together: /couldn't communicate|could not insert|nvidia.{0,40}(?:not loaded|fail)|modprobe/i,
      weight: 0.75,
      source: "https://wiki.debian.org/SecureBoot",
    },
    {
      pattern:
        /PKCS#7 signature not signed with a trusted key|module verification failed: signature and\/or required key missing/,
      together: [/nvidia/i, /couldn't communicate|rejected|could not insert/i],
      weight: 0.6,
      source: "https://github.com/torvalds/linux/blob/master/kernel/module/signing.c",
    },
    {
      pattern: /mokutil|MOK (?:key|enrol)|Machine Owner Key|MOK management/i,
      together: /nvidia/i,
      weight: 0.45,
      source: "https://wiki.debian.org/SecureBoot",
    },
  ],
  "open-kernel-module-required": [
    {
      pattern: /RmInitAdapter failed! \(0x22:0x56/,
      together: blackwell,
      unless: /Resizable BAR|Above 4G/i,
      weight: 0.88,
      rulesOut: ["gpu-rm-init-failed"],
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
    },
    {
      pattern:
        /requires use of the NVIDIA open kernel modules|requires? (?:the )?(?:use of )?(?:the )?(?:NVIDIA )?open(?:-source)? (?:GPU )?kernel modules?/i,
      weight: 0.96,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
      rulesOut: [
        "gpu-rm-init-failed",
        "kernel-module-missing",
        "vm-passthrough-gpu-init-failed",
        "driver-branch-dropped-gpu",
      ],
    },
    {
      pattern: /No devices were found/,
      together: blackwell,
      unless: /Open Kernel Module|RmInitAdapter|nvidia-open|-open\b/i,
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
      rulesOut: ["gpu-rm-init-failed"],
    },
    {
      pattern: /RmInitAdapter failed! \(0x22:0x56/,
      weight: 0.7,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
    },
    {
      pattern: /couldn't communicate with the NVIDIA driver/,
      together: blackwell,
      unless: /Open Kernel Module|nvidia-open|-open\b|Key was rejected|nouveau/i,
      notOn: ["wsl"],
      weight: 0.45,
      source: "https://github.com/oddmario/NVIDIA-Ubuntu-Driver-Guide/issues/10",
    },
    {
      pattern: /NVIDIA UNIX x86_64 Kernel Module/,
      together: [blackwell, /No devices were found|probe .{0,30}fail|RmInitAdapter/i],
      weight: 0.75,
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html",
      rulesOut: ["gpu-rm-init-failed"],
    },
  ],
  "driver-branch-dropped-gpu": [
    {
      pattern:
        /supported through the NVIDIA [\d.x]+ Legacy drivers|NVIDIA driver will ignore this GPU|is not supported by the (?:NVIDIA )?[\d.x]+ (?:NVRM: )?(?:NVIDIA )?(?:Linux )?driver release|legacy (?:NVIDIA )?GPU.{0,60}no longer supported|no longer supported (?:in|by) (?:the |this )?(?:NVIDIA )?driver|(?:has )?dropped support for (?:the )?(?:Maxwell|Pascal|Volta|Kepler|GTX)/i,
      weight: 0.93,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv-pci.c",
      rulesOut: ["kernel-module-missing", "gpu-rm-init-failed", "driver-not-installed", "nouveau-conflict"],
    },
    {
      pattern:
        /not supported by open\s?nvidia\.ko|does not include the required GPU\s?System Processor|GPU System Processor \(GSP\)/i,
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv.c",
      rulesOut: ["gpu-rm-init-failed", "kernel-module-missing"],
    },
    {
      pattern:
        /\b(?:59\d|6[0-9]{2})\.\d{2,3}(?:\.\d{2})?\b|nvidia-(?:driver-|open-|utils-|dkms-)?(?:59\d|6\d\d)\b|cuda-drivers-(?:59\d|6\d\d)/,
      together: [pascalAndOlder, /No devices were found|couldn't communicate|not (?:supported|detected|found)|ignore/i],
      weight: 0.85,
      notOn: ["wsl"],
      source: "https://docs.nvidia.com/datacenter/tesla/drivers/supported-drivers-and-cuda-toolkit-versions.html",
      rulesOut: ["gpu-rm-init-failed", "kernel-module-missing"],
    },
    {
      pattern:
        /(?:580|470|390|340)\.?x?x? (?:is the |was the )?(?:last|final) (?:driver )?(?:branch|driver|version|release)|nvidia-(?:470|390|340|580)xx|legacy (?:driver )?branch/i,
      weight: 0.6,
      source:
        "https://archlinux.org/news/nvidia-590-driver-drops-pascal-support-main-packages-switch-to-open-kernel-modules/",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
