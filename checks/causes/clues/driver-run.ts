import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { cudaStatus } from "./words.ts";

/** Texts that betray the causes of ../driver-run.ts. */
export const driverRunClues = {
  "driver-library-version-mismatch": [
    {
      pattern: /CUDA (?:UMD )?Version: (?:ERR!|N\/A)/,
      weight: 0.45,
      notOn: ["container"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /Driver\/library version mismatch/i,
      weight: 0.93,
      source: "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
      rulesOut: ["kernel-module-missing", "driver-not-installed"],
    },
    {
      pattern: /NVRM: API mismatch/,
      weight: 0.94,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/src/nvidia/arch/nvalloc/unix/src/osapi.c",
      rulesOut: ["kernel-module-missing", "uvm-broken-after-suspend"],
    },
    {
      pattern: /kernel version .{0,40}does not match DSO version/,
      weight: 0.94,
      source: "https://github.com/openxla/xla/blob/main/xla/stream_executor/cuda/cuda_diagnostics.cc",
    },
    {
      pattern:
        /Error 803|system has unsupported display driver ?\/ ?cuda driver combination|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|cudaErrorSystemDriverMismatch|\bcuInit.{0,40}803\b/i,
      notOn: ["container"],
      weight: 0.88,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern:
        /Error 803|system has unsupported display driver ?\/ ?cuda driver combination|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH/i,
      on: ["container"],
      weight: 0.5,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern: /NVML library version: \d|this kernel module has the version|client has the version/,
      weight: 0.6,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules",
    },
    {
      pattern: /nvmlError_LibRmVersionMismatch|NVML_ERROR_LIB_RM_VERSION_MISMATCH|NVMLError.{0,20}LibRmVersion/,
      weight: 0.93,
      source: "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
    },
    {
      pattern: cudaStatus(803),
      notOn: ["container"],
      weight: 0.85,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
  "device-node-permissions": [
    {
      pattern:
        /NVML(?: error)?: Insufficient Permissions|py3?nvml[^\n]{0,60}Insufficient Permissions|NVML.{0,20}NoPermission|NVML_ERROR_NO_PERMISSION/i,
      weight: 0.85,
      source: "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
    },
    {
      pattern:
        /\/dev\/nvidia[\w-]*['"]?.{0,60}(?:Permission denied|EACCES|Operation not permitted)|Permission denied.{0,40}\/dev\/nvidia/i,
      weight: 0.9,
      source: "https://download.nvidia.com/XFree86/Linux-x86_64/550.54.14/README/faq.html",
      rulesOut: ["container-missing-gpu-flag"],
    },
    {
      pattern: /^crw-(?:rw----|------|r-----) ?\d? root \w+ \d+, +\d+ .{0,30}\/dev\/nvidia/m,
      weight: 0.6,
      source: "https://download.nvidia.com/XFree86/Linux-x86_64/550.54.14/README/faq.html",
    },
    {
      pattern:
        /NVreg_DeviceFileMode|NVreg_ModifyDeviceFiles|NVreg_DeviceFileGID|(?:add|not) .{0,30}(?:to|in) the ['"]?(?:video|render|vglusers) ?['"]?group|usermod -aG (?:video|render)/i,
      together: /nvidia|cuda/i,
      weight: 0.6,
      source: "https://download.nvidia.com/XFree86/Linux-x86_64/550.54.14/README/faq.html",
    },
    {
      pattern: /(?:works?|only|fine) (?:as|with|under) (?:root|sudo)|sudo nvidia-smi works/i,
      together: /nvidia|cuda/i,
      weight: 0.5,
      source: "https://github.com/AbdBarho/stable-diffusion-webui-docker/issues/117",
    },
    {
      pattern:
        /^c(?!rw-rw-rw-)[rwxtTsS-]{9}[.+@]? ?\d* \S{1,32} \S{1,32} \d+, +\d+ [^\n]{0,30}\/dev\/nvidia(?:\d|ctl|-uvm)\b/m,
      unless: /NVIDIA-SMI \d/,
      weight: 0.7,
      source: "https://download.nvidia.com/XFree86/Linux-x86_64/550.54.14/README/faq.html",
    },
    {
      pattern:
        /NvRmMemInitNvmap failed with Permission denied|(?:could not|unable to|failed to|cannot) open[^\n]{0,20}\/dev\/nvidia[\w-]*[^\n]{0,30}(?:permi|denied|EACCES)/i,
      weight: 0.85,
      source: "https://forums.developer.nvidia.com/",
    },
  ],
  "uvm-broken-after-suspend": [
    {
      pattern: /CUDA unknown error - this may be due to an incorrectly set up environment/,
      weight: 0.75,
      unless: /"exists": ?false|\/dev\/nvidia-uvm.{0,30}No such file/,
      source: "https://github.com/pytorch/pytorch/blob/main/c10/cuda/CUDAFunctions.cpp",
    },
    {
      pattern: /CUDA unknown error - this may be due to an incorrectly set up environment/,
      weight: 0.4,
      source: "https://github.com/pytorch/pytorch/blob/main/c10/cuda/CUDAFunctions.cpp",
    },
    {
      pattern:
        /CUDA_ERROR_UNKNOWN|cudaErrorUnknown|\b(?:cuda\w{0,40}|cuInit\w*|CUresult)[^\n]{0,40}(?:error|code|returned|status|result|->|=)[ :=(]{0,3}999\b|cuda runtime error \(30\)|cuInit.{0,30}unknown error\b(?! \()/i,
      weight: 0.72,
      source: "https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html",
    },
    {
      pattern:
        /(?:after|from|following) (?:a |the )?(?:suspend|sleep|resum|hibernat|wak)\w*|suspend\w*.{0,40}(?:cuda|gpu|nvidia)|(?:rmmod|modprobe(?: -r)?) nvidia[_-]uvm|reload(?:ing)? (?:the )?nvidia[_-]uvm/i,
      together: /cuda|nvidia/i,
      notOn: ["wsl"],
      weight: 0.75,
      source: "https://github.com/pytorch/pytorch/issues/49081",
    },
    {
      pattern: /UNKNOWN ERROR \((?:-1|999)\)/,
      weight: 0.3,
      notOn: ["container", "wsl1"],
      source: "https://github.com/tensorflow/tensorflow/issues/5882",
    },
    {
      pattern: /cuda(?:GetDeviceCount)? returned (?:30|999)\b/i,
      weight: 0.75,
      source: "https://github.com/NVIDIA/cuda-samples",
    },
    {
      pattern: cudaStatus(999, 30),
      weight: 0.7,
      notOn: ["wsl1"],
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
  "fabricmanager-not-running": [
    {
      pattern:
        /Error 802|system not yet initialized|CUDA_ERROR_SYSTEM_NOT_READY|cudaErrorSystemNotReady|returned 802\b/i,
      weight: 0.93,
      source: "https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/",
    },
    {
      pattern:
        /nvidia-fabricmanager(?:\.service)?.{0,80}(?:fail|inactive|dead|could not be found|not (?:running|found|installed|active))/i,
      weight: 0.8,
      unless: /NOTHING_TO_DO|Nothing to do/i,
      source: "https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/",
    },
    {
      pattern:
        /fabric ?manager.{0,60}(?:version .{0,40}(?:mismatch|don't match|does not match|not match)|mismatch)|(?:fabric ?manager|fabric manager).{0,60}(?:not running|stopped|is not installed|isn't running)/i,
      weight: 0.9,
      source: "https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/",
    },
    {
      pattern: /^Fabric$[\s\S]{0,40}State ?: ?In Progress|Fabric State ?: ?In Progress|State : In Progress/m,
      weight: 0.75,
      source: "https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/",
    },
    {
      pattern: cudaStatus(802),
      weight: 0.92,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
  "fabricmanager-no-nvswitch": [
    {
      pattern:
        /NV_WARN_NOTHING_TO_DO|NVSwitch driver failed with error:? ?WARNING Nothing to do|(?:query|find|detect).{0,60}NVSwitch.{0,60}(?:Nothing to do|no NVSwitch)|no (?:NVIDIA )?NVSwitch(?:es)?(?: devices?)? (?:found|detected|present)/i,
      weight: 0.93,
      source: "https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/",
      rulesOut: ["fabricmanager-not-running"],
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
