import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { asksForNvidia, namedCard } from "./words.ts";

/** Texts that betray no-nvidia-gpu-hardware, amd-rocm-present, macos-no-cuda-use-mps. */
export const machineVendorClues = {
  "no-nvidia-gpu-hardware": [
    {
      pattern: /(?:VGA compatible|3D|Display) controller(?: \[\d{4}\])?: (?:Intel|ASPEED|Matrox|Advanced Micro|AMD)/,
      unless: /nvidia|10de:/i,
      weight: 0.6,
      notOn: ["wsl"],
      source: "https://man7.org/linux/man-pages/man8/lspci.8.html",
    },
    {
      pattern: /product: (?:Intel|UHD|HD Graphics|Iris)/i,
      together: /\*-display/,
      unless: /nvidia|10de:/i,
      weight: 0.55,
      notOn: ["wsl"],
      source: "https://linux.die.net/man/1/lshw",
    },
    {
      pattern: /WSL environment detected but no adapters were found/,
      weight: 0.5,
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc_info.c",
    },
    {
      pattern: /\bnvidia[ _-]?gpu: ?(?:null|none|no|n\/a)\b/i,
      weight: 0.5,
      source: "https://github.com/NVIDIA/nvidia-container-toolkit/issues/251",
    },
    {
      pattern: /(?:you )?do not appear to have an NVIDIA GPU/i,
      weight: 0.75,
      source: "https://docs.nvidia.com/cuda/cuda-installation-guide-linux/",
    },
    { pattern: /^No NVIDIA GPU detected/im, weight: 0.6, source: "https://wiki.debian.org/NvidiaGraphicsDrivers" },
    {
      pattern: /NVRM: No NVIDIA (?:graphics adapter|GPU|devices?) (?:found|probed)/i,
      weight: 0.6,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv.c",
    },
    {
      pattern: /could not insert '?nvidia[\w-]*'?:? No such device/,
      weight: 0.45,
      source: "https://github.com/NVIDIA/nvidia-docker/issues/431",
    },
    {
      pattern:
        /\b(?:I|we|machine|laptop|server|computer|there is|have|has|with) ?(?:do(?:es)?n't have|do(?:es)? not have|have|has|is|with)? ?no (?:NVIDIA|dedicated|discrete) (?:GPU|graphics|card)/i,
      weight: 0.6,
      source: "https://discuss.pytorch.org/t/found-no-nvidia-driver-on-your-system/35063",
    },
    {
      pattern: /CUDA_ERROR_NO_DEVICE|no CUDA-capable device is detected/i,
      weight: 0.3,
      notOn: ["container", "wsl"],
      source: "https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html",
    },
    {
      pattern: /Adapter(?:RAM|Compatibility)?.{0,40}Intel\b|Intel\(R\) (?:UHD|HD|Iris)/,
      unless: /nvidia|geforce|\bRTX\b|\bGTX\b|quadro|tesla/i,
      together: /cuda|torch|tensorflow/i,
      weight: 0.55,
      source: "https://learn.microsoft.com/windows/win32/cimwin32prov/win32-videocontroller",
    },
    {
      pattern:
        /\b(?:I|we|my|this|the|it|laptop|pc|machine|computer|server|system|which|that)\b[^\n]{0,30}(?:\b(?:do|does|did)(?:n'?t| not)|\bnot) (?:even |actually |currently |really )?(?:have|own|possess|contain|come with|got) (?:an? |any |the )?(?:nvidia|dedicated|discrete|cuda[- ](?:capable|enabled|compatible|supported|gpu)|gpu\b|graphics card)|\b(?:I|we)(?:'m| am| are)? not using (?:an? )?nvidia|\b(?:I|we|laptop|pc|machine|computer|server)\b[^\n]{0,20}(?:have|has|with) no (?:nvidia|gpu|graphics card|dedicated|discrete|cuda)/i,
      together: asksForNvidia,
      unless: namedCard,
      weight: 0.78,
      rulesOut: ["driver-not-installed"],
      source: "https://github.com/mks0601/I2L-MeshNet_RELEASE/issues/105",
    },
    {
      pattern:
        /\b(?:have|has|with|only|using|use|is|got|on|gpu:?|graphics:?|card:?|device-\d:?|instead|supports?)\b[^\n]{0,24}\bintel\b(?:\(R\))?[^\n]{0,20}(?:\b(?:U?HD|Iris|Xe|integrated|onboard|GMA|GT\d)\b|graphics)|\b(?:only|have|has|with|is|uses?|got)\b(?: (?:an?|the|my))? integrated (?:intel |amd )?(?:gpu|graphics)\b/i,
      together: asksForNvidia,
      unless: namedCard,
      notOn: ["macos"],
      weight: 0.8,
      rulesOut: ["driver-not-installed"],
      source: "https://github.com/ZhuFengdaaa/SOON/issues/5",
    },
    {
      pattern:
        /(?:我|电脑|机器|笔记本|服务器|本机|设备|本地|主机)[^\n]{0,12}(?:没有|无)(?:英伟达|nvidia|N ?卡|独立?显卡|独显|gpu|显卡)|(?:只有|使用|用的是?|是)[^\n]{0,8}(?:集成显卡|核显|集显|intel[^\n]{0,12}显卡)|нет (?:видеокарты|nvidia)|keine? NVIDIA[- ]?(?:GPU|Grafikkarte)|no tengo (?:una )?(?:gpu|gráfica|nvidia)/i,
      unless: namedCard,
      weight: 0.75,
      rulesOut: ["driver-not-installed"],
      source: "https://discuss.pytorch.org/t/found-no-nvidia-driver-on-your-system/35063",
    },
  ],
  "amd-rocm-present": [
    {
      pattern: /^ROCM used to build PyTorch: \d/im,
      weight: 0.9,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
      rulesOut: ["cpu-only-wheel"],
    },
    {
      pattern: /Found GPU\d+ .{0,80}(?:Radeon|gfx\d|AMD|Vega|Instinct)/i,
      weight: 0.9,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
      rulesOut: ["gpu-arch-too-old-for-wheel"],
    },
    {
      pattern: /\bhipError\w+|\bHIP error:|No HIP GPUs are available|HIP out of memory/i,
      weight: 0.9,
      source: "https://rocm.docs.amd.com/projects/HIP/en/latest/reference/error_codes.html",
      rulesOut: ["gpu-memory-full", "cuda-visible-devices-hides-gpu"],
    },
    {
      pattern: /rocBLAS error|hipBLASLt? |MIOpen(?:\(HIP\))?: ?(?:Error|Warning)|miopenStatus\w+/,
      weight: 0.85,
      source: "https://rocm.docs.amd.com/",
    },
    {
      pattern: /HSA_OVERRIDE_GFX_VERSION|HIP_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES/,
      weight: 0.6,
      source: "https://rocm.docs.amd.com/en/latest/reference/env-variables.html",
    },
    { pattern: /\+rocm\d/, weight: 0.7, source: "https://pytorch.org/get-started/locally/" },
    {
      pattern: /^HIP runtime version: \d|^MIOpen runtime version: \d/m,
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
    },
    {
      pattern:
        /\bRadeon\b|\bAdvanced Micro Devices\b.{0,40}\b(?:Navi|Vega|Ellesmere|Polaris)|\bRX ?[4-9]\d{2,3}\b|\bgfx(?:9|10|11|12)\w{2,3}\b/i,
      together:
        /Found no NVIDIA driver|Torch not compiled with CUDA|is_available\(\).{0,12}False|nvidia-smi.{0,12}not found|no CUDA/i,
      unless: /NVIDIA GeForce|10de:/i,
      weight: 0.85,
      source: "https://github.com/pytorch/pytorch/issues/10670",
      rulesOut: ["driver-not-installed", "cpu-only-wheel"],
    },
    {
      pattern: /ROCk module is (?:loaded|NOT loaded)|^Name: +gfx\d+|rocm-smi|rocminfo/m,
      weight: 0.6,
      source: "https://rocm.docs.amd.com/projects/rocminfo/en/latest/",
    },
    {
      pattern: /(?:VGA compatible|Display) controller(?: \[\d{4}\])?: Advanced Micro Devices/,
      unless: /nvidia|10de:/i,
      weight: 0.65,
      source: "https://man7.org/linux/man-pages/man8/lspci.8.html",
    },
    {
      pattern:
        /\b(?:have|has|with|using|use|got|on|is|my|rather|an)\b[^\n]{0,12}\bAMD\b[^\n]{0,30}(?:\bGPUs?\b|\bcard|graphics|\bRX\b|radeon|\bone\b|vega|instinct)|AMD ?显卡|(?:用|是)A卡/i,
      together:
        /Found no NVIDIA|not compiled with CUDA|is_available.{0,12}False|nvidia-smi|no CUDA|CUDA (?:is )?not|libcuda/i,
      unless: namedCard,
      weight: 0.8,
      rulesOut: ["driver-not-installed", "cpu-only-wheel", "no-nvidia-gpu-hardware"],
      source: "https://github.com/Klace/stable-diffusion-webui-instruct-pix2pix/issues/26",
    },
    {
      pattern:
        /no ROCm-capable device|Unable to open \/dev\/kfd|TensileLibrary\w*\.dat|HSA_STATUS_ERROR\w+|hipErrorNoBinaryForGpu|libamdhip64|librocm\w*\.so|ROCm (?:is )?not (?:supported|available|found|detected)/i,
      weight: 0.85,
      source: "https://rocm.docs.amd.com/projects/HIP/en/latest/reference/error_codes.html",
    },
  ],
  "macos-no-cuda-use-mps": [
    {
      pattern: /Torch not compiled with CUDA enabled/,
      on: ["macos"],
      weight: 0.93,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /nvidia-smi: (?:command )?not found|command not found: nvidia-smi|nvcc: command not found/,
      on: ["macos"],
      weight: 0.8,
      source: "https://developer.apple.com/metal/pytorch/",
    },
    {
      pattern: /(?:torch\.cuda\.)?is_available\(\)\)?\s{0,4}(?:->|:|=)?\s{0,4}False/i,
      on: ["macos"],
      weight: 0.75,
      source: "https://docs.pytorch.org/docs/stable/notes/mps.html",
    },
    {
      pattern:
        /Attempting to deserialize object on a CUDA device|Found no NVIDIA driver|No CUDA GPUs are available|CUDA (?:is )?not (?:available|supported)|requires CUDA|no CUDA-capable device|Could not find cuda drivers/i,
      on: ["macos"],
      weight: 0.85,
      source: "https://docs.pytorch.org/docs/stable/notes/mps.html",
    },
    {
      pattern: /could not select device driver/,
      on: ["macos"],
      weight: 0.85,
      source: "https://docs.docker.com/desktop/features/gpu/",
      rulesOut: ["container-toolkit-not-installed"],
    },
    {
      pattern: /^CUDA used to build PyTorch: None/m,
      on: ["macos"],
      weight: 0.7,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
    },
    {
      pattern: /No matching distribution found for (?:\S{0,30}(?:nvidia|cuda|triton|cupy|bitsandbytes|\+cu\d)\S{0,30})/,
      on: ["macos"],
      weight: 0.8,
      source: "https://pytorch.org/get-started/locally/",
    },
    {
      pattern:
        /MPS backend out of memory|PYTORCH_MPS_HIGH_WATERMARK_RATIO|not (?:currently )?implemented for the MPS device|PYTORCH_ENABLE_MPS_FALLBACK/,
      weight: 0.55,
      source: "https://docs.pytorch.org/docs/stable/mps_environment_variables.html",
    },
    {
      pattern: /Chipset Model: Apple M\d|Chipset Model: (?:Intel|AMD)/,
      together: /cuda|nvidia/i,
      weight: 0.5,
      source: "https://ss64.com/mac/system_profiler.html",
    },
    {
      pattern:
        /CUDA_HOME environment variable is not set|(?:compiled|built) with(?:out)? (?:GPU|CUDA) support|Unsupported platform.{0,40}darwin|CUDA[^\n]{0,30}(?:不支持|不可用|不能)|(?:cannot|can't|不能)[^\n]{0,12}(?:install|装)[^\n]{0,6}cuda|expected one of cpu, cuda|NVML Shared Library Not Found|is_built_with_cuda\S{0,3}\s{0,3}False/i,
      on: ["macos"],
      weight: 0.8,
      source: "https://developer.apple.com/metal/pytorch/",
      rulesOut: ["cpu-only-wheel", "cuda-runtime-missing", "driver-not-installed"],
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
