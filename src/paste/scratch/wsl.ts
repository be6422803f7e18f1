import type { CauseId } from "../../../checks/causes/ids.ts";
import type { Clue } from "../../diagnosis/cause.ts";

const gpuFails =
  /is_available\(\)\)?[^\n\w]{0,12}False|nvidia-smi|\bcuda\b|\/dev\/dxg|\bdxgk?|GPU (?:support|not)|directml/i;

export const wslClues: Partial<Record<CauseId, readonly Clue[]>> = {
  "wsl1-no-gpu": [
    {
      pattern: /\b[34]\.\d{1,2}\.\d{1,3}-\d{4,5}-Microsoft\b/,
      weight: 0.9,
      source: "https://github.com/microsoft/WSL/blob/master/src/linux/init/util.cpp",
      rulesOut: [
        "driver-not-installed",
        "kernel-module-missing",
        "no-nvidia-gpu-hardware",
        "nouveau-conflict",
        "secure-boot-unsigned-module",
        "wsl-linux-driver-installed",
        "wsl-libcuda-not-in-loader-path",
        "cuda-runtime-missing",
        "container-missing-gpu-flag",
        "wsl-dev-dxg-missing",
      ],
    },
    {
      pattern: /\bWSL ?1\b(?!\.\d)|(?:wsl|WSL) version:? ?1\b(?!\.)|wsl --set-version \S+ 2/,
      unless: /\[ \] ~{0,2}WSL ?1|not WSL ?1|WSL ?1 or WSL ?2\?(?![\s\S]{0,40}\[[xX]\] WSL ?1)/,
      together: /nvidia|cuda|gpu|torch|tensorflow/i,
      weight: 0.8,
      source: "https://learn.microsoft.com/windows/wsl/compare-versions",
      rulesOut: [
        "driver-not-installed",
        "kernel-module-missing",
        "no-nvidia-gpu-hardware",
        "wsl-linux-driver-installed",
        "wsl-libcuda-not-in-loader-path",
      ],
    },
    {
      pattern: /\[[xX]\] WSL ?1\b/,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues",
      together: /nvidia|cuda|gpu/i,
    },
    {
      pattern:
        /^\*? ?[\w.-]{2,40} (?:Running|Stopped|Wird ausgeführt|Beendet|正在运行|已停止|En cours d'exécution|Arrêté|実行中|停止|В работе|Остановлено|En ejecución|Detenido) 1$/m,
      weight: 0.85,
      source: "https://learn.microsoft.com/windows/wsl/basic-commands",
      rulesOut: ["driver-not-installed", "kernel-module-missing"],
    },
    {
      pattern: /pcilib: Cannot open \/proc\/bus\/pci|lspci: Cannot find any working access method/,
      notOn: ["container"],
      weight: 0.7,
      source: "https://github.com/microsoft/WSL/issues/4519",
    },
    {
      pattern: /WSL environment detected but no adapters were found/,
      weight: 0.35,
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc_info.c",
    },
    {
      pattern: /\b10\.0\.1[5-8]\d{3}\b/,
      on: ["wsl"],
      together: gpuFails,
      unless: /WSL ?2|microsoft-standard|WSL_?2/,
      weight: 0.7,
      source: "https://github.com/microsoft/WSL/issues/3847",
      rulesOut: ["wsl-linux-driver-installed", "driver-not-installed", "kernel-module-missing"],
    },
    {
      pattern: /\bBash on Windows|Windows Subsystem for Linux\b/i,
      together: /couldn't communicate|lspci|no CUDA-capable|\/proc\/driver\/nvidia/i,
      unless: /WSL ?2|microsoft-standard|dxg/i,
      weight: 0.4,
      source: "https://github.com/microsoft/WSL/issues/829",
    },
  ],
  "wsl-windows-build": [
    {
      pattern:
        /\b10\.0\.(?:18362|18363|190[0-3]\d|1904[0-3])\b|\b(?:build|version|os build):? ?(?:10\.0\.)?(?:18362|18363|190[0-3]\d|1904[0-3])\b|Windows 10.{0,20}\b(?:1903|1909|2004|20H1|20H2|21H1)\b/i,
      on: ["wsl"],
      together: gpuFails,
      unless: /wslconfig|libcuda\.so\.1 is not a symbolic|-Microsoft\b|WSL ?1\b/,
      weight: 0.7,
      source: "https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute",
    },
    {
      pattern: /\b(?:10\.0\.)?(?:201[4-9]\d|20[2-9]\d\d|21[0-3]\d\d)\b(?:\.\d+)?/,
      together: [/build|version|insider|preview|10\.0\./i, /\bdxg\b|wsl|nvidia|cuda/i],
      unless: /10\.0\.20348|wslconfig/,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/6617",
    },
    {
      pattern: /(?:insider|preview|dev channel|canary).{0,40}build|build.{0,20}(?:insider|preview)/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/6809",
    },
    {
      pattern:
        /(?:after|since) (?:the )?(?:latest |recent |last )?(?:Windows (?:1[01] )?update|upgrad\w+ (?:to )?Windows|KB\d{7})/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.45,
      source: "https://github.com/microsoft/WSL/issues/9099",
    },
  ],
  "wsl-kernel-too-old": [
    {
      pattern: /\b4\.19\.(?:\d{1,2}|10\d|11\d|120)-microsoft/i,
      weight: 0.85,
      together: gpuFails,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern: /kernel(?: version)?:? ?4\.19\.(?:\d{1,2}|10\d|11\d|120)\b/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.75,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern: /\/dev\/dxg\b.{0,60}(?:No such file|not exist|not found|missing|"exists": ?false)/i,
      together: /\b4\.19\.\d+|\b5\.4\.(?:\d{1,2})\b/,
      weight: 0.4,
      source: "https://github.com/microsoft/WSL/issues/6809",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.2,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
  ],
  "wsl-custom-kernel": [
    {
      pattern: /CONFIG_DXGKRNL(?:=n| is not set)|(?:Module|module) dxgkrnl not found/,
      on: ["wsl"],
      weight: 0.85,
      source: "https://github.com/microsoft/WSL2-Linux-Kernel/blob/linux-msft-wsl-6.6.y/drivers/hv/dxgkrnl/Kconfig",
    },
    {
      pattern: /^kernel ?= ?[^\n]{3,}/im,
      on: ["wsl"],
      together: /wslconfig|\[wsl2\]/i,
      weight: 0.6,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern:
        /\b\d\.\d{1,2}\.\d{1,3}-(?!microsoft-standard)[\w.+-]{0,40}WSL2?\b|\b\d\.\d{1,2}\.\d{1,3}[\w.+-]{0,20}-WSL2?-(?!standard)\w+/,
      together: gpuFails,
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/10289",
    },
    {
      pattern:
        /(?:custom|self[- ](?:built|compiled)|own|compiled?|built?|xanmod|zen|liquorix|cachyos|libre|mainline)[ -](?:wsl2? )?(?:linux )?kernel/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.55,
      source: "https://github.com/microsoft/WSL/issues/10289",
    },
    {
      pattern: /WSL2-Linux-Kernel-Rolling|\bwsl-kernel\b|WSL-libre/i,
      weight: 0.5,
      source: "https://github.com/zhenruyan/WSL-libre-linux-kernel/issues/5",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.25,
      source: "https://github.com/zhenruyan/WSL-libre-linux-kernel/issues/5",
    },
  ],
  "wsl-dev-dxg-missing": [
    {
      pattern:
        /\/dev\/dxg\b.{0,60}(?:No such file|not exist|not found|missing|not available|"exists": ?false|absent)|(?:no|missing|without|lacks) (?:`|')?\/dev\/dxg/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/6809",
      rulesOut: ["wsl-linux-driver-installed"],
    },
    { pattern: /cannot access '?\/dev\/dxg'?/, weight: 0.9, source: "https://github.com/microsoft/WSL/issues/6809" },
    {
      pattern: /(?:Failed|Unable|Could not) to open.{0,20}\/dev\/dxg/i,
      weight: 0.75,
      source: "https://github.com/microsoft/libdxg",
    },
  ],
  "wsl-gpu-disabled-in-config": [
    {
      pattern: /gpuSupport ?= ?(?:false|0)/i,
      weight: 0.96,
      source: "https://github.com/microsoft/WSL/blob/master/src/windows/common/WslCoreConfig.h",
      rulesOut: ["wsl-dev-dxg-missing", "wsl-linux-driver-installed"],
    },
    {
      pattern: /\[gpu\]\s{1,20}(?:appendLibPath ?= ?\w+\s{1,8})?enabled ?= ?(?:false|0)/i,
      weight: 0.96,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
      rulesOut: ["wsl-dev-dxg-missing", "wsl-libcuda-not-in-loader-path", "wsl-linux-driver-installed"],
    },
    {
      pattern: /gpu\.?enabled ?= ?(?:false|0)|safeMode ?= ?(?:true|1)/i,
      on: ["wsl"],
      weight: 0.8,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern: /WSL environment detected but no adapters were found/,
      weight: 0.3,
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc_info.c",
    },
  ],
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
      weight: 0.2,
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
  ],
  "wsl-libcuda-not-in-loader-path": [
    {
      pattern:
        /libcuda\.so(?:\.1)?'?:? (?:cannot open shared object|not found|cannot found)|Could not load dynamic library 'libcuda\.so\.1'|libcuda\.so cannot found|(?:find|load|open|locate) (?:the )?(?:library )?['"]?libcuda\.so/i,
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
        /LD_LIBRARY_PATH=?.{0,100}\/usr\/lib\/wsl\/lib|\/etc\/ld\.so\.conf\.d\/ld\.wsl\.conf|appendLibPath ?= ?false|cannot find -lcuda\b/,
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
  "wsl-libcuda-not-symlink": [
    {
      pattern:
        /\/usr\/lib\/wsl\/lib\/libcuda\.so\.1 (?:is not a symbolic link|不是符号连接|不是符号链接|はシンボリックリンクではありません|ist kein symbolischer Link|n'est pas un lien symbolique|no es un enlace simbólico|não é um link simbólico)/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/5548",
    },
    {
      pattern: /libcuda\.so\.1 is not a symbolic link/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/5548",
    },
  ],
  "wsl-lspci-expected": [
    {
      pattern: /Microsoft Corporation (?:Device 008e|Basic Render Driver)|\b1414:008e\b/i,
      rulesOut: ["no-nvidia-gpu-hardware", "vm-no-gpu", "driver-not-installed"],
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/7915",
    },
    {
      pattern: /Basic Render Driver|microsoft basic render/i,
      weight: 0.5,
      on: ["wsl"],
      source: "https://github.com/microsoft/WSL/issues/7915",
    },
  ],
  "wsl-dmesg-noise": [
    {
      pattern: /dxgk\w*: dxgkio_\w+: ?(?:Ioctl )?failed: ?-(?:22|2)\b/i,
      weight: 0.8,
      source: "https://github.com/microsoft/WSL/issues/11293",
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
  "wsl-pinned-memory-limit": [
    {
      pattern:
        /pin_memory ?= ?True|pinned memory|page-?locked|cudaHostAlloc|cudaMallocHost|cudaHostRegister|cuMemHostAlloc|pin memory thread/i,
      together:
        /out of memory|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|failed to allocate|resource already mapped/i,
      on: ["wsl"],
      weight: 0.88,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html#known-limitations-for-linux-cuda-applications",
      rulesOut: ["gpu-memory-full"],
    },
    {
      pattern: /pin_memory ?= ?True|pinned (?:host )?memory|cudaHostAlloc|cudaMallocHost|cuMemHostAlloc/i,
      together: /out of memory|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|failed to (?:alloc|pin)/i,
      weight: 0.6,
      source: "https://github.com/microsoft/WSL/issues/8447",
    },
    {
      pattern: /Using 'pin_memory=False' as WSL is detected/,
      weight: 0.75,
      source: "https://github.com/vllm-project/vllm/blob/main/vllm/platforms/cuda.py",
    },
    {
      pattern: /CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation/,
      on: ["wsl"],
      unless: /Tried to allocate|cudaGetDeviceCount/,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/8447",
    },
  ],
  "wsl-memory-limit": [
    {
      pattern: /^(?:\S{1,60}: line \d+: +\d+ )?Killed\b(?!.{0,60}process)/m,
      on: ["wsl"],
      weight: 0.8,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern: /Out of memory: Kill(?:ed)? process|oom-kill(?:er)?\b|invoked oom-killer/i,
      on: ["wsl"],
      weight: 0.94,
      source: "https://github.com/microsoft/WSL/issues/8984",
    },
    {
      pattern: /killed by signal: Killed|exit(?:ed with)? (?:code|status):? ?(?:137|-9)\b|SIGKILL|Signal 9|signal 9/i,
      on: ["wsl"],
      weight: 0.94,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern:
        /DefaultCPUAllocator: (?:can't|not enough)|Cannot allocate memory|MemoryError|Unable to allocate [\d.]+ [KMGT]iB/,
      on: ["wsl"],
      weight: 0.65,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern:
        /vmmem(?:WSL)?\b.{0,80}(?:memory|ram|GB)|WSL.{0,60}(?:only (?:has|sees|shows)|limited to).{0,20}(?:half|50 ?%|\d+ ?GB)/i,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/4166",
    },
    {
      pattern: /^memory ?= ?\d+ ?[GM]B/im,
      on: ["wsl"],
      together: /Killed|out of memory|OOM/i,
      unless: /ignor|not (?:applied|respected)/i,
      weight: 0.5,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
  ],
  "wslconfig-ignored": [
    {
      pattern:
        /wslconfig\b.{0,80}(?:ignored?|not (?:being )?(?:applied|respected|used|read|work|recogni|effective)|doesn't (?:work|apply|take)|does not (?:work|apply|take)|no effect|no longer|isn't|has no|无效|不生效|没有生效|被忽略)|ignor\w+.{0,30}wslconfig|(?:not|never) (?:use|read|respect|apply)\w*.{0,20}\.wslconfig/i,
      weight: 0.9,
      source: "https://github.com/microsoft/WSL/issues/7851",
    },
    {
      pattern: /UTF-?16|\bBOM\b/i,
      together: /wslconfig/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/7851",
    },
    {
      pattern:
        /\[ws[1lI]{1,2}\]|\[ws12\]|^wsl2\]|\.wslconfig\.txt|\[wsl2\] (?:memory|processors|swap|gpuSupport|kernel) ?=/im,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/6890",
    },
    {
      pattern:
        /wsl: (?:Unknown|Invalid|Expected|Duplicated?)[^\n]{0,80}\.wslconfig|wsl: .{0,40}(?:未知|无效|Unbekannt|inconnue|desconocida).{0,80}\.wslconfig/i,
      weight: 0.9,
      source: "https://github.com/microsoft/WSL/blob/master/localization/strings/en-US/Resources.resw",
    },
    {
      pattern: /\.wslconfig/i,
      together: [/memory ?= ?\d+|memory=|limit/i, /default|half|50 ?%|still (?:shows?|uses?|has)|free -|instead/i],
      unless: /Killed|OOM|out of memory/i,
      weight: 0.55,
      source: "https://github.com/microsoft/WSL/issues/7099",
    },
  ],
  "wsl-windows-drive-slow": [
    {
      pattern: /\/mnt\/[a-z]\//,
      on: ["wsl"],
      together:
        /\bslow(?:er|ly|ness)?\b|takes (?:\w+ ){0,3}(?:minutes|hours|forever|long)|\bit\/s\b|s\/it\b|\bMB\/s\b|GPU.{0,20}(?:idle|util|0 ?%)|performance|\b9p\b|drvfs/i,
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/4197",
    },
    {
      pattern:
        /(?:data|dataset|data[_ -]?(?:dir|path|root|set)|train|images?|root|folder|path)\w*['"]?(?:\]|\))? ?[:=] ?['"]?\/mnt\/[a-z]\//i,
      weight: 0.55,
      source: "https://github.com/microsoft/WSL/issues/13640",
    },
    {
      pattern: /\btype (?:9p|drvfs)\b|\bdrvfs\b|\b9p\b.{0,60}\/mnt\/[a-z]\b|^[A-Z]:\\? .{0,60}\/mnt\/[a-z]$/m,
      weight: 0.5,
      together: /slow|data|dataset|train/i,
      source: "https://learn.microsoft.com/windows/wsl/filesystems",
    },
    {
      pattern:
        /(?:slow|speed|performance).{0,80}(?:\/mnt\/[a-z]\b|windows (?:drive|file ?system|partition|disk)|\bNTFS\b)|(?:\/mnt\/[a-z]\b|windows (?:drive|file ?system|partition)).{0,80}(?:slow|speed|performance)/i,
      on: ["wsl"],
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/4197",
    },
    {
      pattern: /\/mnt\/[a-z]\//,
      on: ["wsl"],
      weight: 0.25,
      unless: /Error|failed|Traceback|Killed/i,
      source: "https://github.com/microsoft/WSL/issues/4197",
    },
  ],
};
