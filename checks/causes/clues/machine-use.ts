import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { trouble } from "./words.ts";

/** Texts that betray healthy-gpu, gpu-in-tcc-mode, gpu-memory-full. */
export const machineUseClues = {
  "healthy-gpu": [
    {
      pattern: /^Is CUDA available: (?:True|Yes)\b/im,
      weight: 0.75,
      unless: trouble,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
    },
    {
      pattern: /^\|.{0,60}\d+MiB ?\/ ?\d+MiB/m,
      together: /Driver Version: ?\d/,
      weight: 0.7,
      unless: trouble,
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /torch\.cuda\.is_available\(\)\)?['"]?\s{0,4}(?:->|=>|:|=|#)?\s{0,4}True\b/,
      weight: 0.75,
      unless: trouble,
      source: "https://docs.pytorch.org/docs/stable/generated/torch.cuda.is_available.html",
    },
    {
      pattern: /^Result = PASS\b/m,
      together: /CUDA Capable device|deviceQuery|bandwidthTest/,
      weight: 0.85,
      unless: trouble,
      source: "https://github.com/NVIDIA/cuda-samples/tree/master/Samples/1_Utilities/deviceQuery",
    },
    {
      pattern: /^Test PASSED\b/m,
      together: /\[Vector addition of|CUDA kernel launch/,
      weight: 0.8,
      unless: trouble,
      source: "https://github.com/NVIDIA/cuda-samples/tree/master/Samples/0_Introduction/vectorAdd",
    },
    {
      pattern: /\[PhysicalDevice\(name='\/physical_device:GPU:0'/,
      weight: 0.7,
      unless: trouble,
      source: "https://www.tensorflow.org/install/pip",
    },
    {
      pattern:
        /inference compute"? id=\S{1,60}[^\n]{0,80}library=cuda|ggml_cuda_init: found [1-9]\d* CUDA devices|^(?:CUDA|GPU) (?:is )?available:?\s{1,3}True\b|GPU available: True \(cuda\)/im,
      weight: 0.7,
      unless: trouble,
      source: "https://github.com/ollama/ollama",
    },
  ],
  "gpu-in-tcc-mode": [
    {
      pattern: /Data ?cent(?:er|re) mode|driver model: ?TCC|Driver Model\s{0,3}Current ?: ?TCC|^\|.{0,60}\bTCC \|/im,
      together: /wsl|GPU access blocked|microsoft/i,
      weight: 0.9,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern: /\bTCC\b(?! ?\/ ?WDDM)|nvidia-smi(?:\.exe)? -dm|nvidia-smi -fdm/,
      together: /wsl|GPU access blocked|microsoft/i,
      weight: 0.86,
      rulesOut: ["gpu-fallen-off-bus", "wsl-dev-dxg-missing", "wsl-windows-build"],
      source: "https://github.com/microsoft/WSL/issues/11865",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      unless: /\bWDDM\b/,
      together:
        /\b(?:L40S?|L20|L4|A10|A16|A30|A40|A100|H100|H200|H20|T4|V100|P100|P40|P4|K80|M40|Tesla\w*|RTX (?:4|5|6)000|Titan)\b/,
      weight: 0.6,
      source: "https://github.com/microsoft/WSL/issues/12859",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      unless: /\bWDDM\b/,
      weight: 0.3,
      source: "https://github.com/microsoft/WSL/issues/14339",
    },
  ],
  "gpu-memory-full": [
    {
      pattern:
        /(?<!\bno )CUDA out of memory|torch\.(?:cuda\.)?OutOfMemoryError|cuda runtime error \(2\) ?: out of memory/i,
      weight: 0.93,
      source: "https://github.com/pytorch/pytorch/blob/main/c10/cuda/CUDACachingAllocator.cpp",
    },
    {
      pattern:
        /CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|CUDA error:? ?(?:2|out of memory)|cudaMalloc(?:Async|Managed)? failed: out of memory|CUDA_R_OUT_OF_MEMORY/i,
      weight: 0.75,
      unless: /cudaGetDeviceCount|cudaHostAlloc|pinned|pin_memory/i,
      source: "https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html",
    },
    {
      pattern: /CUDA_ERROR_OUT_OF_MEMORY|CUDA error:? ?(?:2|out of memory)/i,
      weight: 0.5,
      source: "https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html",
    },
    {
      pattern:
        /ResourceExhaustedError|OOM when allocating tensor|RESOURCE_EXHAUSTED: (?:Out of memory|OOM)|Allocator \(GPU_\d+_bfc\) ran out of memory/,
      weight: 0.9,
      source: "https://www.tensorflow.org/api_docs/python/tf/errors/ResourceExhaustedError",
    },
    {
      pattern:
        /Free memory on device.{0,80}less than desired GPU memory utilization|No available memory for the cache blocks|KV cache is needed, which is larger than the available/,
      weight: 0.9,
      source: "https://github.com/vllm-project/vllm/blob/main/vllm/v1/worker/gpu_worker.py",
    },
    {
      pattern: /(?:CUBLAS|CUDNN)_STATUS_ALLOC_FAILED|cublasCreate\(handle\)/,
      weight: 0.5,
      source: "https://docs.nvidia.com/cuda/cublas/index.html#cublasstatus-t",
    },
    {
      pattern:
        /(?:ggml|llama).{0,120}(?:failed: out of memory|failed to allocate CUDA\d|unable to allocate CUDA\d buffer)|allocating \S+ MiB on device \d: cudaMalloc failed/i,
      weight: 0.9,
      source: "https://github.com/ggml-org/llama.cpp/blob/master/ggml/src/ggml-cuda/ggml-cuda.cu",
    },
    {
      pattern:
        /requires more (?:GPU|video|system)? ?memory.{0,40}(?:available|VRAM)|not enough (?:GPU memory|VRAM)|VRAM .{0,30}(?:full|exceeded)/i,
      weight: 0.7,
      source: "https://github.com/ollama/ollama",
    },
    {
      pattern:
        /\b(?:GPU|CUDA|video|device(?: \d)?|graphics|NVIDIA|VRAM)\b(?: \d)?[' ]?s? (?:memory )?[^\n]{0,30}(?:\bnot|n't|never|still) (?:being |been |get |getting )?(?:releas|free|clear|de-?allocat|empt|return|held|occup|full|in use)|(?:still|keeps?|kept) [^\n]{0,20}(?:hold|occup|us)\w* [^\n]{0,20}(?:GPU|CUDA|video|graphics) (?:memory|RAM)|(?:GPU|CUDA|video) memory (?:leak|is full|keeps? (?:growing|increasing)|remains)|memory (?:on|of) (?:the )?GPU[^\n]{0,30}(?:\bnot|n't) [^\n]{0,12}(?:releas|free|clear)/i,
      weight: 0.8,
      source: "https://github.com/pytorch/pytorch/issues/4031",
    },
    {
      pattern:
        /爆显存|显存(?:不足|不够|溢出|占满|已满|爆)|显存[^\n]{0,10}(?:没有?|未|不|无法)[^\n]{0,4}释放|out of (?:GPU|video|device|CUDA) memory|(?:insufficient|not enough|low) (?:free )?(?:GPU|video|graphics|CUDA|device) (?:memory|RAM)|cupy\.cuda\.memory\.OutOfMemoryError|NvMapMemAlloc\w* error 12|нехватка видеопамяти|GPUメモリ(?:が)?不足/i,
      weight: 0.85,
      source: "https://docs.pytorch.org/docs/stable/notes/cuda.html#memory-management",
    },
    {
      pattern:
        /memory (?:of|on|in|from)\b[^\n]{0,60}(?:\bnot|n't|never)[^\n]{0,14}(?:releas|free|clear)|(?:still |the )occup\w+ (?:GPU|CUDA|video) memory|(?:GPU|CUDA|video) memory[^\n]{0,20}(?:still|remains?)/i,
      together: /\bGPU|cuda|nvidia|VRAM/i,
      weight: 0.72,
      source: "https://github.com/bharatsingh430/py-R-FCN-multiGPU/issues/15",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
