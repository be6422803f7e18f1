import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { noLibcuda } from "./words.ts";

/** Texts that betray driver-not-installed. */
export const driverAbsentClues = {
  "driver-not-installed": [
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.35,
      notOn: ["wsl1"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern:
        /nvidia-smi: (?:command )?not found|command not found: nvidia-smi|Command 'nvidia-smi' not found|nvidia-smi'? is not recognized|nvidia-smi.{0,20}不是内部或外部命令|nvidia-smi : The term/i,
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
      pattern: noLibcuda,
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
    {
      pattern:
        /NVML Shared Library Not Found|NVMLError_LibraryNotFound|NVML library (?:was )?not found|Failed to (?:find|locate) (?:the )?NVIDIA driver|(?:please|need to|must) install (?:the |an? )?(?:proper |latest |correct )?NVIDIA (?:display )?drivers?\b/i,
      notOn: ["container", "wsl", "macos", "vm"],
      weight: 0.6,
      source: "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
    },
    {
      pattern:
        /nvidia-smi[`'"]{0,2}[^\n]{0,40}(?:command )?not (?:found|exist|installed)|nvidia-smi[^\n]{0,12}(?:没有|找不到|不存在|无法识别)/i,
      notOn: ["container", "wsl", "wsl1", "macos"],
      weight: 0.5,
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
