/** Words that several clues look for beside their own. */

export const newCards =
  /\bRTX ?(?:PRO )?(?:50[5-9]0|[2-6]000 Blackwell|40[5-9]0)|\bRTX ?30[5-9]0|\bA100\b|\bH[12]00\b|\bL40S?\b|\bB[23]00\b|\bGB10\b|\bsm_(?:8\d|9\d|1[0-2]\d)\b|compute capability:? ?(?:8|9|1[0-2])\.\d|Blackwell|Ada Lovelace|Hopper|\b[345]0 ?系|\b[345]0[5-9]0(?: ?(?:Ti|Super|D))?(?: ?显卡| ?GPU| card|的?服务器| 服务器)/i;

export const oldCards =
  /\bGTX ?(?:[4-9]\d{2}M?|10[1-8]0)|\bGT ?\d{3,4}M?\b|\bTesla (?:K|M|P)\d+|\b[KM][2-8]0\b|\bP100\b|\bP40\b|\bQuadro (?:K|M|P)\d+|\bMX ?[123]\d0\b|\bsm_(?:[2356]\d)\b|compute capability:? ?[2356]\.\d|Pascal|Maxwell|Kepler/i;

export const cudaLibrary =
  "lib(?:cudart|cublas(?:Lt)?|cufft(?:w)?|curand|cusolver(?:Mg)?|cusparse(?:Lt)?|nvrtc|cupti|nccl|nvJitLink|nppi?\\w{0,4}|nvToolsExt|nvinfer\\w*|nvblas|nvjpeg|cufile)[\\w.-]*\\.so[\\d.]*";

/** A program, or its user, says that it finds or uses no GPU. */
export const gpuLess = new RegExp(
  [
    // what programs print
    String.raw`\b(?:GPU|CUDA)[^\n]{0,12} is NOT AVAILABLE|\[PhysicalDevice\(name='/physical_device:CPU:0', device_type='CPU'\)\]|\bGPUs?(?: Available)?:? ?['"]?,? ?\[\]|Num GPUs(?: Available)?:? {0,2}0\b|physical_devices\(['"]GPU['"]\)\)?\s{0,3}[^\n]{0,4}\[\]|^\[\]$|^GPU(?:s| available)?:? ?False|is_available\S{0,3}\s{0,3}False|is_gpu_available\S{0,3}\s{0,3}False|\bno (?:CUDA |compatible )?GPUs?\b|No GPU (?:found|detected|available)|CUDA(?: is)? (?:not available|unavailable)|Skipping registering GPU`,
    // what people say
    String.raw`(?:can(?:not|'?t| not)|could ?n[o']t|do(?:es)?(?: not|n'?t)|did ?n[o']t|wo(?:n't|uld not)|unable to|fail(?:s|ed|ing)? to|is(?: not|n't)|not(?: be)?(?:ing)?|never|no longer) ?[^\n]{0,24}\b(?:detect|find|found|see|seen|recogni[sz]|us(?:e|es|ed|ing)\b|utili[sz]|pick|access|locat|list|work)[^\n]{0,40}\b(?:gpus?|cuda|graphics card|video card)\b`,
    String.raw`\b(?:gpus?|cuda|graphics card|video card)\b[^\n]{0,40}(?:\bnot\b|n't|no longer|never|\bun)[^\n]{0,14}(?:detect|found|find|recogni|us(?:ed|ing|able|e)\b|utili|available|visible|work|listed|show|see)|\bonly[^\n]{0,20}\bCPU\b`,
    String.raw`(?:检测|识别|找|调用|使用|用|发现|调)不(?:到|了|上|出)[^\n]{0,8}(?:gpu|显卡|cuda)|(?:gpu|显卡|cuda)[^\n]{0,12}(?:不可用|无法|没有|找不到|检测不到|识别不到|用不了|未|不能|没)|(?:没有?|未|无法)(?:检测|识别|找|使用|调用|发现)到?[^\n]{0,6}(?:gpu|显卡|cuda)|(?:只能|一直|还是)(?:用|使用|在|跑在|调用) ?cpu`,
    String.raw`(?:GPU|CUDA)[^\n]{0,10}(?:認識|使え|使用|検出|見つか)[^\n]{0,6}(?:ない|ません|ず)|не (?:видит|находит|определя|использу|обнаруж|работает)[^\n]{0,20}(?:gpu|видеокарт|cuda)|(?:gpu|видеокарта|cuda) (?:не|недоступн)|(?:GPU|Grafikkarte|CUDA)\b[^\n]{0,30}\bnicht\b|no (?:detecta|reconoce|encuentra|usa|utiliza)[^\n]{0,20}(?:gpu|gráfica|cuda)|(?:GPU|CUDA)[^\n]{0,12}(?:인식|감지|사용)[^\n]{0,8}(?:안|못|않)`,
  ].join("|"),
  "im",
);

/** The Mac, as people call theirs. */
export const mac =
  /\bmac ?os\b|\bdarwin\b|\bos ?x\b|apple ?(?:silicon|m\d|chip)|\bmac ?book|\bi ?mac\b|\bmac ?(?:mini|studio|pro|air|m\d|os)\b|\bm[1-5](?: (?:pro|max|ultra|air))? ?(?:mac|chip|芯片|版)|\bM[1-5] (?:Pro|Max|Ultra)\b|\b(?:on|my|a|the|for|using|with|in|os:?|platform:?|mini) ?mac\b(?! ?addr)|\bmac ?(?:电脑|系统|芯片|笔记本|本|上|用户|版|端|下|环境)|苹果 ?(?:电脑|系统|芯片|笔记本|本|mac|m\d)|SPDisplaysDataType|Metal Support|\/Users\/\w+\/(?!.{0,200}\\)/i;

/** Windows itself, as people and programs name it. */
export const windows =
  /\bWin(?:dows)? ?-?(?:XP|7|8(?:\.1)?|10|11)\b|\bWindows ?(?:Server|专业|家庭|系统|环境|平台|下|上|电脑)|\b(?:on|under|in|for|native|using|my) windows\b(?! subsystem)|\bwindows (?:machine|pc|laptop|user|host|home|pro|native)\b|(?:\bos\b|platform|system|系统|distribution)[^\n]{0,24}[:=]?\s{1,4}windows\b|Edition:? Windows|\bwin(?:32|64|_amd64)\b/i;

/** What a program says that does not find libcuda, the driver's library. */
export const noLibcuda =
  /libcuda\.so[.\d]*['"`)]{0,2}:? ?(?:(?:cannot|can't|could not|was not|is not|not) (?:be )?(?:open|find|found|load)|is missing|no such file|(?:does not|doesn't|didn't) exist|不存在|existiert nicht|n'existe pas)|Could not load dynamic library '(?:libcuda\.so\.1|nvcuda\.dll)'|libcuda(?:\.so)?[^\n]{0,20} (?:can ?not|could not) be found|(?:find|load|open|locat|dlopen)\w* (?:the )?(?:shared )?(?:library |lib )?['"`(]{0,2}(?:libcuda\b|nvcuda\.dll)|CUDA driver library (?:cannot|could not) be found|Unable to (?:find cuda lib|dynamically load the ["']?cuda["']? shared library)|names \[?["']cuda["'], ?["']nvcuda|(?:unable|failed|could not|cannot) (?:to )?(?:load|find|locate|open) (?:the )?(?:CUDA driver|nvcuda|libcuda)|nvcuda\.dll[^\n]{0,40}(?:not found|missing)|CUDA driver not found|no CUDA driver(?: library)? found/i;

/** Words for WSL1, without the question of issue forms that names both versions. */
export const wsl1 =
  /(?<!(?:or|and|\/) ?)\bWSL:? ?1\b(?!\.\d| ?(?:or|and|vs|\/|:|\|)| ?\?)|\[[xX]\] WSL ?1\b|\bwsl version:? ?1\b(?!\.)|\b[34]\.\d{1,2}\.\d{1,3}-\d{4,5}-Microsoft\b/i;

/**
 * A CUDA status by its number, for programs that do not print its name.
 * Source: https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html
 */
export function cudaStatus(...codes: readonly number[]): RegExp {
  const call = String.raw`\b(?:cuda\w{0,40}|cu(?:Init|Ctx|Device|Mem|Module|Result|Stream|Launch)\w{0,40}|gpu)\b`;
  const says = String.raw`(?:error|err|code|returned?|status|result|ret|failed|->)[ :=(#"']{0,4}(?:with |code |error |no\.? |number ){0,2}[:=#( ]{0,3}`;
  return new RegExp(`${call}[^\\n]{0,60}?${says}(?:${codes.join("|")})(?![\\d.%])`, "i");
}

export const pickling = /[Cc]an't pickle|cannot pickle|Can't get local object|PicklingError: |Can't get attribute/;

export const workerWords =
  /DataLoader|num_workers|multiprocess|popen_(?:spawn|fork)|\bspawn\b|forkserver|worker|Process\b|_Popen|reduction\.py/i;

export const blackwell =
  /\bRTX ?(?:PRO )?(?:50[5-9]0|[2-6]000 Blackwell)|\bBlackwell\b|\bGB20\d\b|\bB[123]00\b|10de:2[b-f][0-9a-f]{2}\b|10de:3[1-4][0-9a-f]{2}\b/i;

export const pascalAndOlder =
  /\bGTX ?(?:7[45]0 ?Ti|9[0-9]{2}|10[1-8]0)|\b(?:Quadro|Tesla) (?:P|M|V|K)\d+|\bTitan (?:X|V)\b|\bV100\b|\bP100\b|\bP40\b|\bMX ?[123]\d0\b|\bGT ?10[13]0\b/i;

export const nvidiaCard = /(?:VGA|3D|Display)[^\n]{0,60}NVIDIA|10de:|NVIDIA Corporation|vendor: NVIDIA/i;

export const gpuFails =
  /lspci|is_available\(\)\)?\W{0,12}False|nvidia-smi|\bcuda\b|\/dev\/dxg|\bdxgk?|GPU (?:support|not)|directml/i;

/** Words of a text that reports a failure: a working stack is no answer to it. */
export const trouble =
  /\b\w*(?:Error|Exception)\b|\bfail(?:ed|s|ure)?\b|Traceback|\bfatal\b|\bKilled\b|not compatible|\bNOT AVAILABLE\b|is_available\(\)\)?\W{0,12}False|available: (?:False|No)\b|\bERR!|Prohibited|\bslow(?:er|ly)?\b|\bhangs?\b|\bblocked\b|\bcannot\b|\bcan't\b|\bnot found\b|ROCM used to build PyTorch: \d|requires reset|does(?:n't| not) work|"exists": ?false|worker processes in total|num_workers|\bcrash(?:es|ed|ing)?\b|\bunable to\b|\b(?:has|was|is|are|did|wo)n't\b|\bnot (?:being )?(?:released|freed|detected|recogni[sz]ed|working|used|utili[sz]ed)\b|\bstuck\b|无法|失败|报错|不能|不了/i;

/** An NVIDIA card that somebody names as theirs. */
export const namedCard = /geforce|\b[RG]TX ?(?:A?\d{3,4})|\bGTX\b|\bRTX\b|quadro|\btesla ?[A-Z]?\d|\btitan\b|10de:/i;

/** A failure that may come from there being no NVIDIA card. */
export const asksForNvidia = /Found no NVIDIA|no CUDA|CUDA|nvidia-smi|torch\.cuda|NVIDIA (?:GPU|driver)/i;

/** An error that a program reports. */
export const otherTrouble =
  /^(?:[\w.]{0,80}\.)?\w{0,40}(?:Error|Exception|Exit|Interrupt)\b(?:: |$)|\bERROR: |Segmentation fault|killed by signal|core dumped|AssertionError|exit(?:ed with)? (?:code|status) [1-9-]/m;

/** The error, or its reporter, speaks of the GPU. */
export const gpuTrouble = new RegExp(
  `${gpuLess.source}|(?:Error|Exception|Warning|ERROR|error)\\b[^\\n]{0,300}(?:\\bcuda|\\bgpu|nvidia|NVML|cudnn|cublas|\\bnccl)|nvidia-smi`,
  "im",
);

/** pip did not reach the index. Source: https://pip.pypa.io/en/stable/topics/https-certificates/ */
export const unreachable =
  /Retrying \(Retry|CERTIFICATE_VERIFY_FAILED|SSLError|SSL module is not available|connection broken|NewConnectionError|ProxyError|name resolution|ConnectTimeout|ReadTimeout|Could not fetch URL|Network is unreachable/i;
