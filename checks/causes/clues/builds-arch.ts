import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { cudaStatus, newCards, oldCards } from "./words.ts";

/** Texts that betray gpu-arch-too-new-for-wheel, gpu-arch-too-old-for-wheel. */
export const buildsArchClues = {
  "gpu-arch-too-new-for-wheel": [
    {
      pattern: /CUDA capability sm_(?:8\d|9\d|1[0-2]\d)\w? is not compatible/,
      weight: 0.95,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /CUDA capability sm_7[05] is not compatible/,
      together: /supports CUDA capabilities sm_[2356]\d/,
      weight: 0.93,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /no kernel image is available|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU/i,
      weight: 0.5,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern:
        /no kernel image is available|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU|device kernel image is invalid/i,
      together: newCards,
      unless: oldCards,
      weight: 0.85,
      source: "https://github.com/pytorch/pytorch/issues/164342",
    },
    {
      pattern: /not built with CUDA kernel binaries compatible with compute capability (?:8|9|1[0-2])\.\d/,
      weight: 0.9,
      source: "https://github.com/tensorflow/tensorflow/issues/89272",
    },
    {
      pattern:
        /CUDA_ERROR_INVALID_PTX|ptxas (?:fatal|error) ?: ?Value 'sm_\d+a?' is not defined for option|Unsupported gpu architecture 'compute_(?:8|9|1[0-2])\d'|Unknown CUDA arch \((?:8|9|1[0-2])\.\d|sm_1[0-2]\da?' is not a recognized processor/,
      weight: 0.82,
      source: "https://github.com/tensorflow/tensorflow/issues/101746",
    },
    {
      pattern: /(?:RTX ?50[5-9]0|RTX PRO \d000|Blackwell|GB10|\bB200\b|sm_12[01])/i,
      together: [
        /not (?:yet )?(?:supported|compatible)|unsupported|no kernel image|invalid device function|nightly|cu128/i,
        /torch|tensorflow|\bjax|onnx|CUDA error|triton|vllm/i,
      ],
      unless: /No devices were found|couldn't communicate|off the bus|out of memory|NVML/i,
      weight: 0.5,
      source: "https://github.com/pytorch/pytorch/issues/164342",
    },
    {
      pattern: /(?:Minimum and )?Maximum (?:and Minimum )?cuda capability supported by this version of PyTorch is/i,
      weight: 0.6,
      unless: /too old/,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /CUDA error: invalid device function|cudaErrorInvalidDeviceFunction/i,
      weight: 0.4,
      notOn: ["amd"],
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern: cudaStatus(209),
      weight: 0.5,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern:
        /the GPU program failed to execute|CUBLAS_STATUS_(?:EXECUTION_FAILED|ARCH_MISMATCH)|CUDNN_STATUS_(?:EXECUTION_FAILED|MAPPING_ERROR|ARCH_MISMATCH)/,
      together: [
        newCards,
        /\b(?:py)?torch\W{0,4}(?:version\W{0,4})?(?:0\.|1\.[0-6]\b)|cu(?:90|92|100|101|102)\b|cuda\W{0,12}(?:version\W{0,4})?(?:8|9|10)\.\d|release (?:8|9|10)\.\d|too low|版本(?:太|过)低|THCBlas/i,
      ],
      weight: 0.75,
      source: "https://github.com/xiaoiker/GCN-NAS/issues/18",
    },
  ],
  "gpu-arch-too-old-for-wheel": [
    {
      pattern: /no longer supports this GPU because it is too old/,
      notOn: ["amd"],
      weight: 0.95,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /minimum cuda capability (?:that we support|supported by this library) is/i,
      notOn: ["amd"],
      weight: 0.85,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /CUDA capability sm_[2356]\d is not compatible/,
      weight: 0.95,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /CUDA capability sm_7[02] is not compatible/,
      together: /supports CUDA capabilities sm_(?:7[5-9]|8|9|1)/,
      weight: 0.94,
      source: "https://github.com/pytorch/pytorch/issues/157517",
    },
    {
      pattern: /Ignoring visible gpu device.{0,200}minimum required Cuda capability/i,
      weight: 0.95,
      source: "https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/common_runtime/gpu/gpu_device.cc",
    },
    {
      pattern: /no kernel image is available|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU/i,
      weight: 0.4,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern: /no kernel image is available|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU/i,
      together: oldCards,
      weight: 0.85,
      source: "https://github.com/pytorch/pytorch/issues/157517",
    },
    {
      pattern:
        /Unsupported gpu architecture 'compute_[2-7]\d'|SM version 'sm_[2-7]\d' .{0,20}unsupported|too old to be supported by the triton|GPU .{0,60}compute capability .{0,40}(?:below|lower than|less than|is not supported|too (?:low|old))|(?:requires?|needs?|only supports?|supported on) .{0,60}compute capability (?:of )?(?:at least |>= ?|greater than )?\d\.\d|only supports Ampere GPUs or newer|Bfloat16 is only supported on GPUs with compute capability/i,
      weight: 0.75,
      unless: /sm_1[0-2]\d|RTX ?50\d0/,
      source: "https://github.com/triton-lang/triton",
    },
    {
      pattern: /is of cuda capability [1-6]\.\d|which is of compute capability(?: \(CC\))? [1-6]\.\d/i,
      notOn: ["amd"],
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern:
        /kern[ae]l image (?:issue|error|problem|is not|not|available)|\bsm_?\d\d[^\n]{0,20}not (?:supported|compatible)|(?:GPU|card|device)[^\n]{0,30}too old/i,
      together: oldCards,
      notOn: ["amd"],
      unless: /driver[^\n]{0,40}too old/i,
      weight: 0.75,
      source: "https://github.com/pytorch/pytorch/issues/31285",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
