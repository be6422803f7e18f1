/** Words that several clues look for beside their own. */

export const newCards =
  /\bRTX ?(?:PRO )?(?:50[5-9]0|[2-6]000 Blackwell|40[5-9]0)|\bRTX ?30[5-9]0|\bA100\b|\bH[12]00\b|\bL40S?\b|\bB[23]00\b|\bGB10\b|\bsm_(?:8\d|9\d|1[0-2]\d)\b|compute capability:? ?(?:8|9|1[0-2])\.\d|Blackwell|Ada Lovelace|Hopper/i;

export const oldCards =
  /\bGTX ?(?:[4-9]\d{2}M?|10[1-8]0)|\bGT ?\d{3,4}M?\b|\bTesla (?:K|M|P)\d+|\b[KM][2-8]0\b|\bP100\b|\bP40\b|\bQuadro (?:K|M|P)\d+|\bMX ?[123]\d0\b|\bsm_(?:[2356]\d)\b|compute capability:? ?[2356]\.\d|Pascal|Maxwell|Kepler/i;

export const cudaLibrary =
  "lib(?:cudart|cublas(?:Lt)?|cufft(?:w)?|curand|cusolver(?:Mg)?|cusparse(?:Lt)?|nvrtc|cupti|nccl|nvJitLink|nppi?\\w{0,4}|nvToolsExt|nvinfer\\w*|nvblas|nvjpeg|cufile)[\\w.-]*\\.so[\\d.]*";

export const gpuLess =
  /is NOT AVAILABLE|\[PhysicalDevice\(name='\/physical_device:CPU:0', device_type='CPU'\)\]|\bGPUs?(?: Available)?:? ?\[\]|Num GPUs Available: ? 0|physical_devices\(['"]GPU['"]\)\)?\s{0,3}[^\n]{0,4}\[\]|Num GPUs.{0,20}0\b|^\[\]$|GPU.{0,30}(?:not (?:detect|found|recogni|work|available)|False)|only.{0,20}CPU|is_gpu_available\S{0,3}\s{0,3}False|no GPU/im;

export const pickling = /[Cc]an't pickle|cannot pickle|Can't get local object|PicklingError: |Can't get attribute/;

export const workerWords =
  /DataLoader|num_workers|multiprocess|popen_(?:spawn|fork)|\bspawn\b|forkserver|worker|Process\b|_Popen|reduction\.py/i;

export const blackwell =
  /\bRTX ?(?:PRO )?(?:50[5-9]0|[2-6]000 Blackwell)|\bBlackwell\b|\bGB20\d\b|\bB[123]00\b|10de:2[b-f][0-9a-f]{2}\b|10de:3[1-4][0-9a-f]{2}\b/i;

export const pascalAndOlder =
  /\bGTX ?(?:7[45]0 ?Ti|9[0-9]{2}|10[1-8]0)|\b(?:Quadro|Tesla) (?:P|M|V|K)\d+|\bTitan (?:X|V)\b|\bV100\b|\bP100\b|\bP40\b|\bMX ?[123]\d0\b|\bGT ?10[13]0\b/i;

export const nvidiaCard = /(?:VGA|3D|Display)[^\n]{0,60}NVIDIA|10de:|NVIDIA Corporation|vendor: NVIDIA/i;

export const gpuFails =
  /is_available\(\)\)?\W{0,12}False|nvidia-smi|\bcuda\b|\/dev\/dxg|\bdxgk?|GPU (?:support|not)|directml/i;

/** Words of a text that reports a failure: a working stack is no answer to it. */
export const trouble =
  /\b\w*(?:Error|Exception)\b|\bfail(?:ed|s|ure)?\b|Traceback|\bfatal\b|\bKilled\b|not compatible|\bNOT AVAILABLE\b|is_available\(\)\)?\W{0,12}False|available: (?:False|No)\b|\bERR!|Prohibited|\bslow(?:er|ly)?\b|\bhangs?\b|\bblocked\b|\bcannot\b|\bcan't\b|\bnot found\b|ROCM used to build PyTorch: \d|requires reset|does(?:n't| not) work|"exists": ?false|worker processes in total|num_workers/i;
