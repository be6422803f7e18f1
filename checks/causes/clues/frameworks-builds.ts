import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { newCards, oldCards } from "./words.ts";

/** Texts that betray the causes of ../frameworks-builds.ts. */
export const frameworksBuildsClues = {
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
      weight: 0.85,
      source: "https://pytorch.org/get-started/locally/",
    },
    {
      pattern:
        /CUDA used to build PyTorch: (?:None|Could not collect)|torch\.version\.cuda\)?\s{0,4}(?:->|:|=|==)?\s{0,4}None\b/,
      notOn: ["macos", "amd"],
      weight: 0.82,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
    },
    {
      pattern:
        /\bcpuonly\b|pytorch\b.{0,30}\bpy3[.\d]*_cpu_?\d|\bcpu_(?:generic_|mkl_|openblas_)?py3\d{1,2}|pytorch.{0,40}cpu_py/i,
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
  ],
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
      pattern:
        /no kernel image is available for execution|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU/i,
      weight: 0.5,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern:
        /no kernel image is available for execution|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU|device kernel image is invalid/i,
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
      pattern:
        /no kernel image is available for execution|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU/i,
      weight: 0.4,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern:
        /no kernel image is available for execution|cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU/i,
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
  ],
  "python-version-unsupported": [
    {
      pattern:
        /(?:satisfies the requirement|No matching distribution found for) (?:torch|tensorflow|jax|jaxlib|torchvision|torchaudio|tensorflow-gpu|keras|triton|xformers|vllm|tf-nightly|onnxruntime-gpu|cupy\S*|bitsandbytes)\b/i,
      weight: 0.8,
      notOn: ["macos"],
      source: "https://pip.pypa.io/en/stable/cli/pip_install/",
    },
    {
      pattern:
        /(?:satisfies the requirement|No matching distribution found for) (?:torch|tensorflow|jax|jaxlib|torchvision|torchaudio|tensorflow-gpu|triton)\b/i,
      weight: 0.6,
      source: "https://pip.pypa.io/en/stable/cli/pip_install/",
    },
    {
      pattern:
        /requires a different Python:? ?[\d.]+ not in|Requires-Python [<>=!]|only versions? [\d.<>=, ]+ (?:are|is) supported|requires Python ?[<>=]|Python [\d.]+ is not (?:yet )?supported|Python 3\.\d+\+? (?:is )?not (?:yet )?supported|not supported on Python 3\.\d+/i,
      together: /torch|tensorflow|jax|numba|vllm|keras|cuda/i,
      weight: 0.8,
      source: "https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python",
    },
    {
      pattern:
        /(?:torch|tensorflow|jaxlib|triton)[\w.+-]*-cp3\d+-\w+-\S+\.whl is not a supported wheel on this platform|is not a supported wheel on this platform/i,
      together: /torch|tensorflow|jax/i,
      weight: 0.82,
      source: "https://pip.pypa.io/en/stable/",
    },
    {
      pattern:
        /no wheels? with a matching Python (?:ABI|version|implementation) tag|has no (?:usable )?wheels|doesn't have a source distribution or wheel for the current platform/i,
      together: /torch|tensorflow|jax/i,
      weight: 0.85,
      source: "https://docs.astral.sh/uv/reference/internals/resolver/",
    },
    {
      pattern: /python(?: version)?:? ?3\.1[3-9]\b|Python 3\.1[3-9]\b/i,
      together: /No matching distribution found|satisfies the requirement|UnsatisfiableError/i,
      weight: 0.4,
      source: "https://github.com/pytorch/pytorch/blob/main/RELEASE.md",
    },
    {
      pattern: /UnsatisfiableError|PackagesNotFoundError|LibMambaUnsatisfiableError/,
      together: [/python/i, /torch|tensorflow|cudatoolkit|pytorch-cuda/i],
      weight: 0.6,
      source: "https://docs.conda.io/projects/conda/en/stable/",
    },
  ],
  "wrong-python-environment": [
    {
      pattern: /No module named ['"]?(?:torch|tensorflow|jax|torchvision|keras)\b/,
      together:
        /Requirement already satisfied|Successfully installed|already installed|site-packages.{0,40}(?:torch|tensorflow)|^(?:torch|tensorflow)(?:==|\s+)\d|pip3? (?:show|list|freeze)|conda list|conda activate|which python|\(venv\)|\(base\)|kernel/im,
      weight: 0.88,
      source: "https://docs.python.org/3/tutorial/venv.html",
      rulesOut: ["framework-not-installed"],
    },
    {
      pattern: /(?:Requirement already satisfied|Successfully installed).{0,120}(?:torch|tensorflow)/,
      together: /No module named/,
      weight: 0.7,
      source: "https://docs.python.org/3/tutorial/venv.html",
    },
    {
      pattern:
        /(?:two|different|multiple|another|wrong|other) (?:python|environment|interpreter|venv|conda env)s?|sys\.executable/i,
      together: /torch|tensorflow|cuda/i,
      weight: 0.5,
      source: "https://docs.python.org/3/library/sys.html#sys.executable",
    },
    {
      pattern: /WARNING: The script \S+ is installed in .{0,100} which is not on PATH|Defaulting to user installation/,
      together: /No module named ['"]?(?:torch|tensorflow|jax)/,
      weight: 0.5,
      source: "https://pip.pypa.io/en/stable/user_guide/#user-installs",
    },
  ],
  "framework-not-installed": [
    {
      pattern: /No module named ['"]?(?:torch|tensorflow|jax|jaxlib|torchvision|keras)\b/,
      weight: 0.8,
      source: "https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError",
    },
    {
      pattern: /Cannot find module '@tensorflow\/tfjs(?:-node(?:-gpu)?)?'/,
      weight: 0.8,
      source: "https://nodejs.org/api/errors.html",
    },
    {
      pattern: /^(?:PyTorch|Torch|TensorFlow)(?: version)?: (?:N\/A|not installed|None)$/im,
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
