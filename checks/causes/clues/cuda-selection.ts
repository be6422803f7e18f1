import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { cudaStatus, gpuLess } from "./words.ts";

/** Texts that betray cuda-visible-devices-hides-gpu, cuda-visible-devices-set-too-late, cuda-stub-library-loaded. */
export const cudaSelectionClues = {
  "cuda-visible-devices-hides-gpu": [
    {
      pattern: /CUDA_VISIBLE_DEVICES['"\]]{0,3} ?[=:] ?(?:""|''|"-1"|'-1'|-1\b|NoDevFiles|none\b|"none"|$)/im,
      weight: 0.88,
      source: "https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#cuda-environment-variables",
    },
    {
      pattern: /No CUDA GPUs are available|CUDA_ERROR_NO_DEVICE|no CUDA-capable device is detected/i,
      notOn: ["container", "wsl1", "macos"],
      weight: 0.5,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/csrc/cuda/Module.cpp",
    },
    {
      pattern: /No CUDA GPUs are available|CUDA_ERROR_NO_DEVICE|no CUDA-capable device is detected/i,
      notOn: ["macos"],
      weight: 0.25,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/csrc/cuda/Module.cpp",
    },
    {
      pattern: /CUDA_VISIBLE_DEVICES/,
      together:
        /No CUDA GPUs are available|CUDA_ERROR_NO_DEVICE|no CUDA-capable device|device_count\(\)\D{0,8}0\b|is_available\(\)\)?\W{0,12}False|(?:invalid device ordinal)/i,
      unless: /after program start|os\.environ/,
      weight: 0.6,
      source: "https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#cuda-environment-variables",
    },
    {
      pattern: /NoDevFiles|(?:SLURM|sbatch|srun).{0,80}--gres|gres:gpu/i,
      together: /No CUDA GPUs|no CUDA-capable|is_available.{0,12}False|NoDevFiles/i,
      weight: 0.6,
      source: "https://slurm.schedmd.com/gres.html",
    },
    {
      pattern: /invalid device ordinal/i,
      weight: 0.6,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern: /CUDA_VISIBLE_DEVICES ?= ?["']?[\w,-]{0,40}/,
      together: gpuLess,
      notOn: ["macos"],
      unless: /after program start|os\.environ|\+cpu\b|CUDA (?:driver|initialization)/,
      weight: 0.62,
      source: "https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#cuda-environment-variables",
    },
    {
      pattern: cudaStatus(100, 101),
      notOn: ["container", "wsl1", "macos", "amd"],
      weight: 0.45,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
  "cuda-visible-devices-set-too-late": [
    {
      pattern: /changing env variable CUDA_VISIBLE_DEVICES after program start/,
      weight: 0.25,
      source: "https://github.com/pytorch/pytorch/blob/main/c10/cuda/CUDAFunctions.cpp",
    },
    {
      pattern: /device >= 0 && device < num_gpus|num_gpus INTERNAL ASSERT|device=\d+, num_gpus=/,
      weight: 0.8,
      source: "https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/cuda/CUDAContext.cpp",
    },
    {
      pattern: /import torch\b[\s\S]{0,600}os\.environ(?:\[|\.setdefault\(|\.update\()\{?['"]CUDA_VISIBLE_DEVICES/,
      weight: 0.7,
      source: "https://github.com/pytorch/pytorch/issues/9158",
    },
    {
      pattern: /os\.environ(?:\[|\.setdefault\()['"]CUDA_VISIBLE_DEVICES|CUDA_VISIBLE_DEVICES/,
      together:
        /(?:has|have|had|with|takes?) no effect|(?:doesn't|does not|not|isn't) (?:work|take effect|respected|being respected|affect)|ignored?|(?:still|always) (?:uses?|using|runs?|running|sees?|shows?|put|goes|on) |before (?:importing|import) torch|after (?:importing|import) torch|too late/i,
      weight: 0.75,
      unless: /wslconfig/,
      source: "https://github.com/pytorch/pytorch/issues/9158",
      rulesOut: ["cuda-visible-devices-hides-gpu"],
    },
    {
      pattern: /invalid device ordinal/i,
      together: /os\.environ|CUDA_VISIBLE_DEVICES/,
      weight: 0.55,
      source: "https://github.com/pytorch/pytorch/issues/9158",
    },
    {
      pattern: /os\.environ(?:\[|\.setdefault\()['"]CUDA_VISIBLE_DEVICES/,
      together: /\bcuda:\d|GPU ?[0-9]\b|\bgpu0\b|first GPU/i,
      weight: 0.5,
      unless: /wslconfig|No CUDA GPUs|NO_DEVICE/,
      source: "https://github.com/pytorch/pytorch/issues/9158",
    },
    {
      pattern: /os(?:\.environ)?(?:\[|\.setdefault\(|\.update\(\{)['"]CUDA_VISIBLE_DEVICES/,
      together:
        /没有?(?:效果|作用|用|生效)|不(?:起作用|生效|管用)|无效|还是(?:用|在|使用)|(?:always|consistently|only|still)[^\n]{0,20}(?:use|select|run|pick)|(?:couldn't|can't|cannot|can not|unable to)[^\n]{0,16}(?:set|select|choose|specify|change)|by default|before (?:import|torch)/i,
      unless: /wslconfig/,
      weight: 0.72,
      rulesOut: ["cuda-visible-devices-hides-gpu"],
      source: "https://github.com/pytorch/pytorch/issues/23544",
    },
  ],
  "cuda-stub-library-loaded": [
    {
      pattern: /CUDA driver is a stub library|cudaErrorStubLibrary|CUDA_ERROR_STUB_LIBRARY|\(error 34\)|returned 34\b/i,
      weight: 0.95,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern: /LD_LIBRARY_PATH.{0,200}\/stubs\b|\/stubs\/libcuda\.so/,
      weight: 0.8,
      source: "https://github.com/numba/numba/issues/8985",
    },
    {
      pattern: /libcuda\.so[\w.]*.{0,60}\bstub|stub (?:library|libcuda|driver)/i,
      weight: 0.6,
      source: "https://github.com/xmake-io/xmake/issues/4686",
    },
    {
      pattern: cudaStatus(34),
      weight: 0.9,
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
