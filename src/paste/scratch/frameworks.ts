import type { CauseId } from "../../../checks/causes/ids.ts";
import type { Clue } from "../../diagnosis/cause.ts";

const newCards =
  /\bRTX ?(?:PRO )?(?:50[5-9]0|[2-6]000 Blackwell|40[5-9]0)|\bRTX ?30[5-9]0|\bA100\b|\bH[12]00\b|\bL40S?\b|\bB[23]00\b|\bGB10\b|\bsm_(?:8\d|9\d|1[0-2]\d)\b|compute capability:? ?(?:8|9|1[0-2])\.\d|Blackwell|Ada Lovelace|Hopper/i;
const oldCards =
  /\bGTX ?(?:[4-9]\d{2}M?|10[1-8]0)|\bGT ?\d{3,4}M?\b|\bTesla (?:K|M|P)\d+|\b[KM][2-8]0\b|\bP100\b|\bP40\b|\bQuadro (?:K|M|P)\d+|\bMX ?[123]\d0\b|\bsm_(?:[2356]\d)\b|compute capability:? ?[2356]\.\d|Pascal|Maxwell|Kepler/i;
const cudaLibrary =
  "lib(?:cudart|cublas(?:Lt)?|cufft(?:w)?|curand|cusolver(?:Mg)?|cusparse(?:Lt)?|nvrtc|cupti|nccl|nvJitLink|nppi?\\w{0,4}|nvToolsExt|nvinfer\\w*|nvblas|nvjpeg|cufile)[\\w.-]*\\.so[\\d.]*";
const gpuLess =
  /is NOT AVAILABLE|Num GPUs Available: ? 0|physical_devices\(['"]GPU['"]\)\)?\s{0,3}[^\n]{0,4}\[\]|Num GPUs.{0,20}0\b|^\[\]$|GPU.{0,30}(?:not (?:detect|found|recogni|work|available)|False)|only.{0,20}CPU|is_gpu_available\S{0,3}\s{0,3}False|no GPU/im;

export const frameworkClues: Partial<Record<CauseId, readonly Clue[]>> = {
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
        /No CUDA GPUs are available|CUDA_ERROR_NO_DEVICE|no CUDA-capable device|device_count\(\)\D{0,8}0\b|is_available\(\)\)?[^\n\w]{0,12}False|(?:invalid device ordinal)/i,
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
  ],
  "cuda-runtime-missing": [
    {
      pattern: new RegExp(
        `${cudaLibrary}['"]?[:;]? ?(?:cannot open|not found|is not found|file not found|No such file|=> not found)`,
        "i",
      ),
      weight: 0.85,
      source: "https://man7.org/linux/man-pages/man8/ld.so.8.html",
    },
    {
      pattern: new RegExp(`Could not load dynamic library '${cudaLibrary}'`),
      weight: 0.85,
      source: "https://github.com/openxla/xla/blob/main/xla/tsl/platform/default/dso_loader.cc",
    },
    {
      pattern:
        /(?:cudart64|cublas64|cublasLt64|cufft64|curand64|cusolver64|cusparse64|nvrtc64|cupti64)_?[\w.]*\.dll.{0,60}(?:not found|not be found|cannot be loaded|could not|missing)|(?:load|find|locate).{0,30}(?:cudart64|cublas64|cublasLt64|cufft64|curand64|cusolver64|cusparse64|nvrtc64|cupti64)_?[\w.]*\.dll/i,
      weight: 0.85,
      source: "https://www.tensorflow.org/install/gpu",
    },
    {
      pattern: new RegExp(
        `(?:Library|Unable to (?:load|find)|Failed to (?:load|find)|could not (?:load|find)|cannot find) (?:the )?(?:library )?['"]?${cudaLibrary}`,
        "i",
      ),
      weight: 0.82,
      source: "https://github.com/OpenNMT/CTranslate2",
    },
    {
      pattern: /Cannot dlopen some (?:GPU|TensorRT) libraries|Skipping registering GPU devices/,
      weight: 0.55,
      notOn: ["macos"],
      unless: /libcudnn|cudnn64/,
      source: "https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/common_runtime/gpu/gpu_device.cc",
    },
    {
      pattern: /Cannot dlopen some GPU libraries/,
      weight: 0.3,
      source: "https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/common_runtime/gpu/gpu_device.cc",
    },
    {
      pattern:
        /CUDA_HOME environment variable is not set|nvcc: (?:command )?not found|No CUDA runtime is found, using CUDA_HOME|(?:Failed to find|Could NOT find|Could not find|unable to find) (?:nvcc|CUDA(?:Toolkit)?\b|CUDA_TOOLKIT)|CUDA_TOOLKIT_ROOT_DIR|nvcc fatal ?: Cannot find|cuda_runtime(?:_api)?\.h: No such file|cannot find -lcudart/i,
      notOn: ["macos"],
      weight: 0.65,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/cpp_extension.py",
    },
    {
      pattern: /Could not find cuda drivers on your machine/,
      weight: 0.25,
      notOn: ["macos"],
      source: "https://github.com/openxla/xla/blob/main/xla/tsl/cuda/cudart_stub.cc",
    },
    {
      pattern:
        /CUDA Setup failed despite (?:GPU|CUDA) being available|Required library version not found: libbitsandbytes|libcudart\.so not found|CUDA (?:SETUP|Setup).{0,60}(?:libcudart|failed)/,
      weight: 0.7,
      source: "https://github.com/bitsandbytes-foundation/bitsandbytes",
    },
    {
      pattern: /libdevice(?:\.10\.bc)? (?:is )?not found|Can't find libdevice directory/i,
      weight: 0.7,
      source: "https://github.com/openxla/xla/blob/main/xla/service/gpu/llvm_gpu_backend/nvptx_libdevice_path.cc",
    },
  ],
  "cuda-libs-mixed-versions": [
    {
      pattern:
        /undefined symbol: (?:__nvJitLink\w+|cublas\w+|cusparse\w+|cusolver\w+|nccl\w+)|libnvJitLink\.so\.\d+: .{0,80}(?:version|undefined)|symbol \w{1,80} version lib\w{2,20}\.so\.\d+ not defined|version `?lib(?:cublas|cusparse|cusolver|nvJitLink)[\w.]+'? not found/,
      weight: 0.88,
      source: "https://github.com/pytorch/pytorch/issues/111469",
      rulesOut: ["cuda-runtime-missing"],
    },
    {
      pattern:
        /detected CUDA version \([\d.]+\) mismatches the version that was used to compile|CUDA version mismatch|compiled with CUDA \d+ .{0,60}(?:but|while).{0,60}CUDA \d+|(?:torch|PyTorch) and (?:torchvision|torchaudio) (?:were compiled|have been compiled|compiled) with different CUDA( major)? versions/i,
      weight: 0.88,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/cpp_extension.py",
    },
    {
      pattern: /Could not load dynamic library 'lib\w+\.so\.(?:10|11)[\d.]*'; dlerror: lib\w+\.so\.1[23]/,
      weight: 0.88,
      source: "https://github.com/NVIDIA/tensorflow/issues/110",
      rulesOut: ["cuda-runtime-missing"],
    },
    {
      pattern: /libnvJitLink\.so\.1[23]/,
      together: /\.so\.11\b|cu11\b|CUDA 11|\+cu11/i,
      weight: 0.6,
      source: "https://github.com/NVIDIA/tensorflow/issues/110",
    },
    {
      pattern: /nvidia-\w+-cu11\b/,
      together: /nvidia-\w+-cu1[23]\b/,
      weight: 0.55,
      source: "https://github.com/pytorch/pytorch/issues",
    },
    {
      pattern: /CUBLAS_STATUS_NOT_INITIALIZED|CUBLAS_STATUS_INVALID_VALUE|CUBLAS_STATUS_NOT_SUPPORTED/,
      weight: 0.3,
      source: "https://docs.nvidia.com/cuda/cublas/index.html#cublasstatus-t",
    },
  ],
  "cudnn-missing": [
    {
      pattern:
        /libcudnn\w*\.so[\d.]*['"]?[:;]? ?(?:cannot open|not found|is not found|file not found|No such file|=> not found)|(?:Could not|Unable to|Failed to|cannot) (?:load|find|open|locate) (?:any of |the |dynamic |library )*[{'"]{0,2}libcudnn|Could not load library libcudnn/i,
      weight: 0.9,
      source: "https://docs.nvidia.com/deeplearning/cudnn/",
      rulesOut: ["cudnn-version-mismatch"],
    },
    {
      pattern:
        /cudnn\w*64_\d+\.dll.{0,60}(?:not found|not be found|cannot be loaded|could not|missing)|(?:load|find|locate).{0,40}cudnn\w*64_\d+\.dll/i,
      weight: 0.92,
      source: "https://docs.nvidia.com/deeplearning/cudnn/",
    },
    {
      pattern:
        /DNN library is not found|cudnn\.h: No such file|Could NOT find CUDNN|cuDNN (?:was )?not found|Cannot load symbol cudnn\w+|Could not find cudnn|cuDNN is not (?:installed|available)/i,
      weight: 0.82,
      source: "https://github.com/openxla/xla/blob/main/xla/stream_executor/cuda/cuda_dnn.cc",
    },
  ],
  "cudnn-version-mismatch": [
    {
      pattern: /Loaded runtime CuDNN library:? .{0,60}but source was compiled with/i,
      weight: 0.95,
      source: "https://github.com/openxla/xla/blob/main/xla/stream_executor/cuda/cuda_dnn.cc",
    },
    {
      pattern: /cuDNN version incompatibility|PyTorch was compiled\s+against \(\d|found runtime version \(\d/i,
      weight: 0.94,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/backends/cudnn/__init__.py",
    },
    {
      pattern:
        /CUDNN_STATUS_(?:SUBLIBRARY_)?VERSION_MISMATCH|CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED|libcudnn[\w.]*: undefined symbol|libcudnn[\w.]*.{0,40}version.{0,20}not (?:found|defined)|Could not load symbol cudnn|version mismatch.{0,40}cudnn|cudnn.{0,40}version mismatch/i,
      weight: 0.88,
      source: "https://docs.nvidia.com/deeplearning/cudnn/",
      rulesOut: ["cudnn-missing"],
    },
    {
      pattern:
        /Could not create cudnn handle|cuDNN failed to initialize|DNN library initialization failed|CUDNN_STATUS_NOT_INITIALIZED|CUDNN_STATUS_INTERNAL_ERROR|CUDNN_STATUS_ARCH_MISMATCH/i,
      weight: 0.45,
      source: "https://github.com/openxla/xla/blob/main/xla/stream_executor/cuda/cuda_dnn.cc",
    },
  ],
  "tf-native-windows-no-gpu": [
    {
      pattern: /GPU support is not available on native Windows/i,
      weight: 0.97,
      source: "https://github.com/tensorflow/tensorflow/releases/tag/v2.11.1",
      rulesOut: ["cpu-only-wheel", "cuda-runtime-missing"],
    },
    {
      pattern:
        /(?:tensor ?flow|\btf\b)\w*(?:[-_](?:intel|gpu))?(?: version)?:?[\s=v(]{0,4}2\.(?:1[1-9]|2\d)\b|tensorflow[-_]intel/i,
      on: ["windows"],
      together: gpuLess,
      weight: 0.88,
      notOn: ["wsl"],
      source: "https://www.tensorflow.org/install/pip#windows-native",
      rulesOut: ["cpu-only-wheel"],
    },
    {
      pattern: /(?:tensor ?flow|\btf\b)\w*(?:[-_](?:intel|gpu))?(?: version)?:?[\s=v(]{0,4}2\.(?:1[1-9]|2\d)\b/i,
      together: gpuLess,
      unless: /\blinux|ubuntu|debian|\/home\/|\/usr\/|\.so\b|colab|docker|wsl|darwin|mac ?os/i,
      weight: 0.5,
      source: "https://www.tensorflow.org/install/pip#windows-native",
    },
    {
      pattern:
        /(?:tensor ?flow|\btf\b).{0,80}(?:native )?windows.{0,80}(?:2\.10|no longer|not support|GPU)|2\.10 (?:was|is) the last/i,
      together: /windows/i,
      weight: 0.7,
      source: "https://www.tensorflow.org/install/pip#windows-native",
    },
  ],
  "tfjs-binding-missing": [
    {
      pattern:
        /tfjs_binding\.node\)? can ?not be found|Cannot find module '?[^\n']{0,200}tfjs_binding\.node|tfjs_binding\.node.{0,40}(?:no such file|ENOENT)/i,
      weight: 0.93,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/src/index.ts",
    },
    {
      pattern:
        /tf-builds\/pre-built-binary|node-pre-gyp (?:ERR|WARN)!? .{0,200}(?:tfjs|tf-builds)|CPU-(?:windows|darwin|linux)-[\d.]+\.(?:zip|tar\.gz)/i,
      weight: 0.9,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/scripts/install.js",
    },
    {
      pattern:
        /(?:storage\.googleapis\.com|libtensorflow).{0,120}(?:ETIMEDOUT|ECONNRE\w+|ENOTFOUND|EAI_AGAIN|40[34]|socket hang up|certificate)|(?:ETIMEDOUT|ECONNRE\w+|ENOTFOUND|EAI_AGAIN).{0,120}(?:storage\.googleapis\.com|libtensorflow)/i,
      together: /tfjs|tensorflow/i,
      weight: 0.8,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/scripts/install.js",
    },
    {
      pattern: /(?:node-)?gyp ERR!|npm ERR!|node-pre-gyp/i,
      together: /tfjs-node/i,
      unless: /tensorflow\.dll|Unsupported engine/,
      weight: 0.6,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/WINDOWS_TROUBLESHOOTING.md",
    },
    {
      pattern: /was compiled against a different Node\.js version|Module did not self-register/,
      together: /tfjs/i,
      weight: 0.75,
      source: "https://github.com/tensorflow/tfjs/tree/master/tfjs-node",
    },
    {
      pattern: /npm rebuild @tensorflow\/tfjs-node|build-from-source/,
      together: /tfjs/i,
      weight: 0.4,
      source: "https://github.com/tensorflow/tfjs/tree/master/tfjs-node",
      unless: /specified module could not be found|tensorflow\.dll/i,
    },
  ],
  "tfjs-binding-dll-missing": [
    {
      pattern:
        /(?:specified module could not be found|specified procedure could not be found|找不到指定的模块|找不到指定的程序|angegebene Modul wurde nicht gefunden|module spécifié est introuvable|No se puede encontrar el módulo|Impossibile trovare il modulo|Não foi possível encontrar o módulo|Не найден указанный модуль|指定されたモジュールが見つかりません|지정된 모듈을 찾을 수 없습니다)/i,
      together: /tfjs|tensorflow/i,
      weight: 0.9,
      unless: /Failed to load the native TensorFlow runtime|pywrap_tensorflow|\.pyd/,
      source: "https://github.com/tensorflow/tfjs/issues/8215",
      rulesOut: ["tfjs-binding-missing"],
    },
    {
      pattern:
        /tensorflow\.dll.{0,60}(?:failed|ENOENT|no such file|missing|not found)|ENOENT.{0,200}tensorflow\.dll|copyfile .{0,100}tensorflow\.dll/i,
      weight: 0.9,
      source: "https://github.com/tensorflow/tfjs/issues/3231",
      rulesOut: ["tfjs-binding-missing"],
    },
    {
      pattern: /ERR_DLOPEN_FAILED/,
      together: /tfjs_binding|tfjs-node/,
      weight: 0.75,
      unless: /Node\.js version|NODE_MODULE_VERSION|libcu/,
      source: "https://github.com/tensorflow/tfjs/issues/8215",
    },
    {
      pattern:
        /libtensorflow(?:_framework)?\.(?:so|\d?\.?dylib)[\d.]*:? (?:cannot open|not found|no such file)|Library not loaded:.{0,60}libtensorflow/i,
      weight: 0.85,
      source: "https://github.com/tensorflow/tfjs/tree/master/tfjs-node",
    },
  ],
  "node-version-unsupported": [
    {
      pattern:
        /isNullOrUndefined\)? is not a function|util_\d\.isArray\)? is not a function|util\.is(?:NullOrUndefined|Array|Object|String) is not a function/,
      weight: 0.95,
      source: "https://github.com/tensorflow/tfjs/issues/8609",
    },
    {
      pattern: /The engine "node" is incompatible with this module|Unsupported engine|EBADENGINE/i,
      together: /tfjs/i,
      weight: 0.7,
      source: "https://github.com/tensorflow/tfjs/issues/8609",
    },
    {
      pattern: /(?:node(?:\.js)?|version):? ?v?2[3-9]\.\d/i,
      together: /tfjs-node/,
      weight: 0.35,
      source: "https://github.com/tensorflow/tfjs/issues/8609",
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
};
