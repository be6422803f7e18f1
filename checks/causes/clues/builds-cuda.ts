import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { cudaStatus } from "./words.ts";

/** Texts that betray driver-too-old-for-framework-cuda, cpu-only-wheel. */
export const buildsCudaClues = {
  "driver-too-old-for-framework-cuda": [
    {
      pattern: /NVIDIA driver on your system is too old/,
      weight: 0.95,
      source: "https://github.com/pytorch/pytorch/blob/main/c10/cuda/CUDAFunctions.cpp",
    },
    {
      pattern:
        /CUDA driver version is insufficient for CUDA runtime version|cudaErrorInsufficientDriver|returned 35\b/i,
      weight: 0.72,
      notOn: ["macos"],
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern: /unsatisfied condition: (?:cuda|driver|brand)/i,
      weight: 0.93,
      source: "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
    },
    {
      pattern:
        /the provided PTX was compiled with an unsupported toolchain|CUDA_ERROR_UNSUPPORTED_PTX_VERSION|cudaErrorUnsupportedPtxVersion|Unsupported \.version \d\.\d; current version is|CUDA_ERROR_UNSUPPORTED_TOOLCHAIN/i,
      weight: 0.85,
      source: "https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html",
    },
    {
      pattern: /built for NVIDIA Driver Release [\d.]+ or later/i,
      weight: 0.75,
      source: "https://docs.nvidia.com/deeplearning/frameworks/support-matrix/index.html",
    },
    {
      pattern:
        /(?:update|upgrade|older?|outdated) .{0,30}(?:NVIDIA |GPU |CUDA )?driver.{0,60}(?:version|newer|required|least|minimum)|driver (?:version )?[\d.]+.{0,30}(?:is )?(?:too old|older than|insufficient|not supported)|requires (?:an? )?(?:NVIDIA )?driver(?: version)?(?: >=?| of at least| or newer)? ?\d{3}/i,
      together: /nvidia|cuda/i,
      weight: 0.6,
      source: "https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html",
    },
    {
      pattern:
        /The installed CUDA driver.{0,60}does not support|Minimum required driver|CUDA driver version (?:is )?(?:too old|insufficient)|driver does not support CUDA/i,
      weight: 0.8,
      source: "https://docs.nvidia.com/deploy/cuda-compatibility/",
    },
    {
      pattern: cudaStatus(35, 222),
      weight: 0.72,
      notOn: ["macos"],
      source: "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html",
    },
    {
      pattern:
        /unsupported CUDA version: driver [\d.]+ < image [\d.]+|(?:CUDA |NVIDIA )?driver(?: version)?(?: is)? too old|update (?:your |the )?(?:nvidia |gpu |graphics )?driver[^\n]{0,40}(?:cuda|version|newer)|驱动(?:版本)?(?:太旧|过低|太低|过旧)|CUDA initialization failure with error:? 35|driver [\d.]{3,12} (?:only )?supports? (?:up to )?CUDA/i,
      together: /cuda|nvidia|gpu/i,
      weight: 0.8,
      notOn: ["macos"],
      source: "https://github.com/NVIDIA/nvidia-docker/issues/106",
    },
  ],
  "cpu-only-wheel": [
    {
      pattern: /Torch not compiled with CUDA enabled/,
      notOn: ["macos"],
      weight: 0.9,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern:
        /PyTorch version: \S+\+cpu|\btorch[=\s@:(v]{1,4}\d[\w.]*\+cpu|\btorch-\d[\w.]*\+cpu|\b\d\.\d{1,2}\.\d\+cpu\b/,
      state: true,
      unless: /satisfies the requirement torch|No matching distribution found for torch/,
      weight: 0.85,
      source: "https://pytorch.org/get-started/locally/",
    },
    {
      pattern:
        /CUDA used to build PyTorch: (?:None|Could not collect)|torch\.version\.cuda\)?\s{0,4}(?:->|:|=|==)?\s{0,4}None\b/,
      state: true,
      notOn: ["macos", "amd"],
      weight: 0.82,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
    },
    {
      pattern:
        /\bcpuonly\b|pytorch\b.{0,30}\bpy3[.\d]*_cpu_?\d|\bcpu_(?:generic_|mkl_|openblas_)?py3\d{1,2}|pytorch.{0,40}cpu_py/i,
      state: true,
      together: /torch/i,
      weight: 0.8,
      source: "https://anaconda.org/pytorch/cpuonly",
    },
    {
      pattern: /(?:is_built_with_cuda|is_built_with_gpu_support)\(\)\)?\s{0,4}(?:->|:|=|==)?\s{0,4}False/,
      weight: 0.88,
      unless: /native Windows/,
      source: "https://www.tensorflow.org/api_docs/python/tf/test/is_built_with_cuda",
    },
    {
      pattern: /CUDA-enabled jaxlib is not installed|no GPU\/TPU found, falling back to CPU|Falling back to cpu/i,
      weight: 0.45,
      notOn: ["macos"],
      unless: /CUDA_ERROR|failed call to cuInit/,
      source: "https://github.com/jax-ml/jax/blob/main/jax/_src/xla_bridge.py",
    },
    {
      pattern: /CUDA-enabled jaxlib is not installed/,
      weight: 0.93,
      source: "https://github.com/jax-ml/jax/blob/main/jax/_src/xla_bridge.py",
    },
    {
      pattern:
        /(?:was |is |has )?(?:compiled|built|installed) without (?:GPU|CUDA) support|not compiled with (?:CUDA|GPU) support|not compiled with GPU|wasn't compiled with GPU|CUDA Tree Learner was not enabled in this build|without CUDA support/i,
      weight: 0.82,
      notOn: ["macos"],
      source: "https://github.com/bitsandbytes-foundation/bitsandbytes",
    },
    {
      pattern:
        /\btensorflow[-_](?:intel|cpu)\b|\bfaiss-cpu\b|\bonnxruntime(?:==|\s)(?!-gpu)\d[^\n]{0,80}CUDAExecutionProvider|Specified provider 'CUDAExecutionProvider' is not in available provider names/i,
      weight: 0.6,
      unless: /native Windows/,
      source: "https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html",
    },
    {
      pattern: /Attempting to deserialize object on a CUDA device but torch\.cuda\.is_available\(\) is False/,
      weight: 0.4,
      notOn: ["macos"],
      source: "https://github.com/pytorch/pytorch/blob/main/torch/serialization.py",
    },
    {
      pattern:
        /^\s?(?:pip3?|python3? -m pip|conda) install .{0,40}\btorch\b(?![^\n]{0,120}(?:cu\d\d|index-url|extra-index|cuda))/m,
      on: ["windows"],
      together: /is_available|CUDA/i,
      weight: 0.4,
      source: "https://docs.astral.sh/uv/guides/integration/pytorch/",
    },
    {
      pattern: /undefined symbol: cuda\w+|has no attribute '_cuda_\w+'|module 'torch\._C' has no attribute '_cuda/,
      together: /torch/i,
      weight: 0.55,
      source: "https://github.com/pytorch/pytorch/issues",
    },
    {
      pattern:
        /\bbuil[td] with (?:CUDA|GPU)(?: support)?['"]?\W{0,12}(?:False|No|None|OFF)\b|\bnot (?:been )?(?:compiled|built) with (?:CUDA|GPU)|(?:compiled|built)[- ]in CUDA:? ?(?:no|False)|Could not run 'torchvision::\w+' with arguments from the 'CUDA' backend|CPU[- ](?:only )?(?:version|build|wheel) of (?:torch|pytorch|tensorflow|jax)|(?:安装|装|是)(?:的|了)?[^\n]{0,6}cpu ?版(?:本)?(?:的)? ?(?:torch|pytorch)/i,
      together:
        /torch|tensor ?flow|\bjax|onnx|paddle|mxnet|lightgbm|xgboost|bitsandbytes|faiss|cupy|detectron|mmcv|llama|keras/i,
      weight: 0.82,
      notOn: ["macos"],
      source: "https://docs.pytorch.org/docs/stable/torch.html",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
