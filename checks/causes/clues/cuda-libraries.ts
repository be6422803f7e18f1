import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { cudaLibrary } from "./words.ts";

/** Texts that betray cuda-runtime-missing, cuda-libs-mixed-versions, cudnn-missing, cudnn-version-mismatch. */
export const cudaLibrariesClues = {
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
        /CUDA_HOME environment variable is not set|nvcc: (?:command )?not found|No CUDA runtime is found, using CUDA_HOME|(?:Failed to find|Could NOT find|Could not find|unable to find) (?:nvcc|CUDA(?:Toolkit)?\b(?! drivers)|CUDA_TOOLKIT)|CUDA_TOOLKIT_ROOT_DIR|nvcc fatal ?: Cannot find|cuda_runtime(?:_api)?\.h: No such file|cannot find -lcudart/i,
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
    {
      pattern: /DLL load failed/i,
      on: ["windows"],
      together: /_pywrap_tensorflow|pywrap_tensorflow|tensorflow[\\/]python|native TensorFlow runtime/i,
      unless: /cudnn|AVX|msvcp140|1455|paging file|tfjs/i,
      weight: 0.6,
      source: "https://www.tensorflow.org/install/errors",
    },
    {
      pattern:
        /WinError 126[^\n]{0,200}(?:caffe2_nvrtc|cublas|cudart|torch_cuda|cusparse|cufft|curand|cusolver)\w*\.dll/i,
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/issues",
    },
  ],
  "cuda-libs-mixed-versions": [
    {
      pattern:
        /undefined symbol: (?:__nvJitLink\w+|cublas\w+|cusparse\w+|cusolver\w+|nccl\w+)|libnvJitLink\.so\.\d+: .{0,80}(?:version|undefined)|symbol \w{1,80},? version lib\w{2,20}\.so\.\d+ not defined|version `?lib(?:cublas|cusparse|cusolver|nvJitLink)[\w.]+'? not found/,
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
    {
      pattern:
        /Found cuDNN version \d+,? but JAX was built against|cuDNN[^\n]{0,30}(?:is )?(?:incompatible|not compatible|too old)/i,
      weight: 0.85,
      source: "https://github.com/jax-ml/jax/blob/main/jax/_src/xla_bridge.py",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
