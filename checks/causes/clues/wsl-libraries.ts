import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { noLibcuda } from "./words.ts";

/** Texts that betray the causes of ../wsl-libraries.ts. */
export const wslLibrariesClues = {
  "wsl-gpu-channel-broken": [
    {
      pattern: /dxgk: ?dxgvmb_send_\w+.{0,60}failed|dxgvmb_send_\w+: ?(?:create_process )?failed:? ?-?\d+/i,
      weight: 0.88,
      source: "https://github.com/microsoft/WSL/issues/41062",
      rulesOut: ["wsl-linux-driver-installed", "gpu-in-tcc-mode", "wsl-dmesg-noise"],
    },
    {
      pattern:
        /dxgk\w*: .{0,80}(?:acquire_channel_lock|channel (?:is )?(?:closed|destroyed|rescinded)|lost connection|vmbus.{0,30}(?:error|fail|closed))/i,
      weight: 0.8,
      source: "https://github.com/microsoft/WSL2-Linux-Kernel/blob/linux-msft-wsl-6.6.y/drivers/hv/dxgkrnl/dxgvmbus.c",
    },
    {
      pattern: /dxgkio_\w+: ?(?:Ioctl )?failed:? ?-(?!22\b|2\b)\d+/i,
      weight: 0.55,
      source: "https://github.com/microsoft/WSL2-Linux-Kernel/blob/linux-msft-wsl-6.6.y/drivers/hv/dxgkrnl/ioctl.c",
    },
    {
      pattern:
        /wsl(?:\.exe)? --shutdown.{0,80}(?:fix|work|help|resolv|restor|back)|until .{0,30}wsl --shutdown|(?:after|when) (?:sleep|hibernat\w+|resum\w+|wak\w+|laptop slept)/i,
      on: ["wsl"],
      together: /nvidia|cuda|gpu|nvml/i,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/41062",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.3,
      on: ["wsl"],
      source: "https://github.com/microsoft/WSL/issues/9099",
    },
    {
      pattern:
        /(?:suddenly|after (?:a while|some time|a few (?:hours|minutes|days))|stops? working|stopped working|randomly)/i,
      on: ["wsl"],
      together: /GPU access blocked|nvidia-smi|CUDA error/i,
      weight: 0.35,
      source: "https://github.com/microsoft/WSL/issues/9099",
    },
  ],
  "wsl-linux-driver-installed": [
    {
      pattern:
        /^(?:ii|iU|iF) +(?:nvidia-driver-\d|libnvidia-compute-\d|nvidia-utils-\d|nvidia-dkms-\d|nvidia-kernel-\w+-\d|cuda-drivers\b|libnvidia-gl-\d|nvidia-open)/m,
      on: ["wsl"],
      notOn: ["wsl1"],
      weight: 0.88,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern:
        /(?:apt(?:-get)?|dnf|yum|zypper) (?:-y )?install .{0,80}(?:nvidia-driver|nvidia-utils|cuda-drivers|libnvidia|nvidia-smi|\bcuda(?:-\d+-\d+)?(?=\s|$))|pacman -S\w* .{0,60}nvidia(?:-utils|-dkms|\s|$)/m,
      on: ["wsl"],
      notOn: ["wsl1"],
      weight: 0.7,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern: /Failed to initialize NVML: N\/A/,
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/11755",
    },
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      on: ["wsl"],
      notOn: ["wsl1"],
      weight: 0.7,
      source: "https://github.com/microsoft/WSL/issues/11888",
      rulesOut: ["kernel-module-missing", "nouveau-conflict", "secure-boot-unsigned-module"],
    },
    {
      pattern: /couldn't find libnvidia-ml\.so library|libnvidia-ml\.so(?:\.1)?: (?:cannot open|file not found)/i,
      weight: 0.5,
      notOn: ["container", "wsl1"],
      source: "https://github.com/microsoft/WSL/issues/11888",
    },
    {
      pattern: /Driver\/library version mismatch|Driver Not Loaded|API mismatch/,
      on: ["wsl"],
      notOn: ["wsl1"],
      weight: 0.8,
      source: "https://github.com/microsoft/WSL/issues/9166",
      rulesOut: ["driver-library-version-mismatch"],
    },
    {
      pattern:
        /\/usr\/lib\/x86_64-linux-gnu\/(?:libcuda|libnvidia-ml)\.so\.(?:1\b|\d{3}\.)|\/usr\/lib64\/libcuda\.so\.\d{3}/,
      on: ["wsl"],
      notOn: ["container", "wsl1"],
      weight: 0.6,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.35,
      on: ["wsl"],
      source: "https://github.com/microsoft/WSL/issues/9166",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.28,
      source: "https://github.com/microsoft/WSL/issues/9166",
    },
    {
      pattern:
        /nvidia-dkms|DKMS.{0,40}nvidia|Bad return status for module build|Module build for kernel .{0,40}microsoft/i,
      on: ["wsl"],
      notOn: ["wsl1"],
      unless: /dxgkrnl/i,
      weight: 0.8,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
      rulesOut: ["kernel-module-missing"],
    },
    {
      pattern: /modprobe: .{0,60}nvidia/,
      on: ["wsl"],
      notOn: ["wsl1"],
      weight: 0.7,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
      rulesOut: ["kernel-module-missing"],
    },
    {
      pattern: /Segmentation fault|segmentation fault|SIGSEGV/,
      on: ["wsl"],
      together: /nvidia-smi|libcuda|libnvidia/,
      weight: 0.45,
      source: "https://github.com/microsoft/WSL/issues/11277",
    },
    {
      pattern:
        /nvc_info\.c:\d{1,4}\] selecting \/usr\/lib\/(?:x86_64-linux-gnu|i386-linux-gnu|nvidia)\/?lib\S{3,60}\.so\.\d{3}\.\d/,
      on: ["wsl"],
      weight: 0.85,
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc_info.c",
    },
    {
      pattern: /\binstall\w*[^\n]{0,40}\bdrivers?\b[^\n]{0,20}\b(?:in|inside|within|into) (?:the )?(?:wsl|ubuntu)/i,
      on: ["wsl"],
      notOn: ["wsl1"],
      together: /nvidia/i,
      unless: /do not install|don't install|on windows only/i,
      weight: 0.7,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
  ],
  "wsl-libcuda-not-in-loader-path": [
    {
      pattern: noLibcuda,
      on: ["wsl"],
      notOn: ["wsl1"],
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/8587",
      rulesOut: ["driver-not-installed", "kernel-module-missing", "cuda-runtime-missing"],
    },
    {
      pattern: /nvidia-smi: (?:command )?not found|Command 'nvidia-smi' not found|command not found: nvidia-smi/,
      on: ["wsl"],
      notOn: ["wsl1", "container"],
      weight: 0.6,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
      rulesOut: ["driver-not-installed"],
    },
    {
      pattern:
        /CUDA driver library cannot be found|Found no NVIDIA driver on your system|Could not find cuda drivers on your machine|libcuda .{0,20}not (?:be )?found/i,
      on: ["wsl"],
      notOn: ["wsl1", "container"],
      weight: 0.6,
      source: "https://github.com/microsoft/WSL/issues/8587",
      rulesOut: ["driver-not-installed"],
    },
    {
      pattern:
        /LD_LIBRARY_PATH=?.{0,100}(?:\/usr)?\/lib\/wsl\/lib|\/etc\/ld\.so\.conf\.d\/ld\.wsl\.conf|appendLibPath ?= ?false|cannot find -lcuda\b/,
      on: ["wsl"],
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/8587",
    },
    {
      pattern: /cannot find -lcuda\b/,
      on: ["wsl"],
      weight: 0.7,
      source: "https://github.com/microsoft/WSL/issues/8587",
    },
  ],
  "wsl-multi-gpu-init-oom": [
    {
      pattern:
        /cudaGetDeviceCount.{0,160}(?:Error 2\b|returned 2\b|out of memory)|(?:code=2|cudaErrorMemoryAllocation).{0,60}cudaGetDeviceCount|Failed to get (?:count|number) of cuda.{0,40}out of memory|cudaGetDeviceCount returned 2\s/i,
      on: ["wsl"],
      weight: 0.93,
      source: "https://github.com/microsoft/WSL/issues/7852",
      rulesOut: ["gpu-memory-full", "wsl-pinned-memory-limit"],
    },
    {
      pattern:
        /cudaGetDeviceCount.{0,160}(?:Error 2\b|returned 2\b|out of memory)|(?:code=2|cudaErrorMemoryAllocation).{0,60}cudaGetDeviceCount|Failed to get (?:count|number) of cuda.{0,40}out of memory/i,
      weight: 0.7,
      source: "https://github.com/microsoft/WSL/issues/7852",
    },
    {
      pattern: /out of memory/i,
      on: ["wsl"],
      together: [
        /deviceQuery|cuInit|cudaGetDeviceCount|device_count/,
        /\b[2-9] ?[x*×] ?(?:NVIDIA|GTX|RTX|Titan|Tesla|A\d|H\d|\d{4})|(?:multiple|two|four|several|multi-?) ?GPUs?|GPU 1:|device_count\D{0,6}[2-9]/i,
      ],
      weight: 0.6,
      source: "https://github.com/microsoft/WSL/issues/12467",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
