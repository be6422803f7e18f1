import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray wsl-pinned-memory-limit, wsl-memory-limit, wslconfig-ignored, wsl-windows-drive-slow. */
export const wslMemoryClues = {
  "wsl-pinned-memory-limit": [
    {
      pattern:
        /pin_memory(?: ?= ?True|\(| thread)|pinned memory|page-?locked|cudaHostAlloc|cudaMallocHost|cudaHostRegister|cuMemHostAlloc|pin memory thread/i,
      together:
        /out of memory|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|failed to allocate|resource already mapped/i,
      on: ["wsl"],
      weight: 0.88,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html#known-limitations-for-linux-cuda-applications",
      rulesOut: ["gpu-memory-full"],
    },
    {
      pattern: /pin_memory ?= ?True|pinned (?:host )?memory|cudaHostAlloc|cudaMallocHost|cuMemHostAlloc/i,
      together: /out of memory|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|failed to (?:alloc|pin)/i,
      weight: 0.6,
      source: "https://github.com/microsoft/WSL/issues/8447",
    },
    {
      pattern: /Using 'pin_memory=False' as WSL is detected/,
      weight: 0.75,
      source: "https://github.com/vllm-project/vllm/blob/main/vllm/platforms/cuda.py",
    },
    {
      pattern: /CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation/,
      on: ["wsl"],
      unless: /Tried to allocate|cudaGetDeviceCount/,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/8447",
    },
  ],
  "wsl-memory-limit": [
    {
      pattern: /^(?:\S{1,60}: line \d+: +\d+ )?Killed\b(?!.{0,60}process)/m,
      on: ["wsl"],
      weight: 0.8,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern: /Out of memory: Kill(?:ed)? process|oom-kill(?:er)?\b|invoked oom-killer/i,
      on: ["wsl"],
      weight: 0.94,
      source: "https://github.com/microsoft/WSL/issues/8984",
    },
    {
      pattern: /killed by signal: Killed|exit(?:ed with)? (?:code|status):? ?(?:137|-9)\b|SIGKILL|Signal 9|signal 9/i,
      on: ["wsl"],
      weight: 0.94,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern:
        /DefaultCPUAllocator: (?:can't|not enough)|Cannot allocate memory|MemoryError|Unable to allocate [\d.]+ [KMGT]iB/,
      on: ["wsl"],
      weight: 0.65,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern:
        /vmmem(?:WSL)?\b.{0,80}(?:memory|ram|GB)|WSL.{0,60}(?:only (?:has|sees|shows)|limited to).{0,20}(?:half|50 ?%|\d+ ?GB)/i,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/4166",
    },
    {
      pattern: /^memory ?= ?\d+ ?[GM]B/im,
      on: ["wsl"],
      together: /Killed|out of memory|OOM/i,
      unless: /ignor|not (?:applied|respected)/i,
      weight: 0.5,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern: /^(?:zsh: killed {1,12}\S|\[\d{1,3}\] ?[+-]? {0,2}\d{2,7} killed\b)/m,
      on: ["wsl"],
      weight: 0.8,
      source: "https://zsh.sourceforge.io/Doc/Release/Jobs-_0026-Signals.html",
    },
  ],
  "wslconfig-ignored": [
    {
      pattern:
        /wslconfig\b.{0,80}(?:ignored?|not (?:being )?(?:applied|respected|used|read|work|recogni|effective)|doesn't (?:work|apply|take)|does not (?:work|apply|take)|no effect|no longer|isn't|has no|无效|不生效|没有生效|被忽略)|ignor\w+.{0,30}wslconfig|(?:not|never) (?:use|read|respect|apply)\w*.{0,20}\.wslconfig/i,
      weight: 0.9,
      source: "https://github.com/microsoft/WSL/issues/7851",
    },
    {
      pattern: /UTF-?16|\bBOM\b/i,
      together: /wslconfig/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/7851",
    },
    {
      pattern:
        /\[ws[1lI]{1,2}\]|\[ws12\]|^wsl2\]|\.wslconfig\.txt|\[wsl2\] (?:memory|processors|swap|gpuSupport|kernel) ?=/im,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/6890",
    },
    {
      pattern:
        /wsl: (?:Unknown|Invalid|Expected|Duplicated?)[^\n]{0,80}\.wslconfig|wsl: .{0,40}(?:未知|无效|Unbekannt|inconnue|desconocida).{0,80}\.wslconfig/i,
      weight: 0.9,
      source: "https://github.com/microsoft/WSL/blob/master/localization/strings/en-US/Resources.resw",
    },
    {
      pattern: /\.wslconfig/i,
      together: [/memory ?= ?\d+|memory=|limit/i, /default|half|50 ?%|still (?:shows?|uses?|has)|free -|instead/i],
      unless: /Killed|OOM|out of memory/i,
      weight: 0.55,
      source: "https://github.com/microsoft/WSL/issues/7099",
    },
    {
      pattern:
        /(?:Unknown|Invalid|Unrecogni[sz]ed|未知的?|无效的?) (?:key|value|setting|section|键|密钥)[^\n]{0,60}\.wslconfig/i,
      weight: 0.9,
      source: "https://github.com/microsoft/WSL/blob/master/localization/strings/en-US/Resources.resw",
    },
    {
      pattern:
        /[\\/]\.?wslconf\b(?!ig|\.d)(?<!\/wsl\.conf)|(?:~|\/home\/[\w.-]{1,32}|\/etc|\/root)\/\.?wslconfig\b|\.wslconfig\.(?:txt|ini|conf)/i,
      weight: 0.85,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern: /\/etc\/wsl\.conf\b[^\n]{0,40}\n(?:[^\n]{0,60}\n){0,8}?\[wsl2\]/,
      weight: 0.85,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
  ],
  "wsl-windows-drive-slow": [
    {
      pattern: /\/mnt\/[a-z]\//,
      on: ["wsl"],
      together:
        /\bslow(?:er|ly|ness)?\b|takes (?:\w+ ){0,3}(?:minutes|hours|forever|long)|\bit\/s\b|s\/it\b|\bMB\/s\b|GPU.{0,20}(?:idle|util|0 ?%)|performance|\b9p\b|drvfs/i,
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/4197",
    },
    {
      pattern:
        /(?:data|dataset|data[_ -]?(?:dir|path|root|set)|train|images?|root|folder|path)\w*['"]?(?:\]|\))? ?[:=] ?['"]?\/mnt\/[a-z]\//i,
      weight: 0.55,
      source: "https://github.com/microsoft/WSL/issues/13640",
    },
    {
      pattern: /\btype (?:9p|drvfs)\b|\bdrvfs\b|\b9p\b.{0,60}\/mnt\/[a-z]\b|^[A-Z]:\\? .{0,60}\/mnt\/[a-z]$/m,
      weight: 0.5,
      together: /slow|data|dataset|train/i,
      source: "https://learn.microsoft.com/windows/wsl/filesystems",
    },
    {
      pattern:
        /(?:slow|speed|performance).{0,80}(?:\/mnt\/[a-z]\b|windows (?:drive|file ?system|partition|disk)|\bNTFS\b)|(?:\/mnt\/[a-z]\b|windows (?:drive|file ?system|partition)).{0,80}(?:slow|speed|performance)/i,
      on: ["wsl"],
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/4197",
    },
    {
      pattern: /\/mnt\/[a-z]\//,
      on: ["wsl"],
      weight: 0.25,
      unless: /Error|failed|Traceback|Killed/i,
      source: "https://github.com/microsoft/WSL/issues/4197",
    },
    {
      pattern: /\/mnt\/[a-z]\b/,
      on: ["wsl"],
      together: /(?:data ?set|images?|data|model|checkpoint)s?\b/i,
      unless: /Error\b|Traceback|Killed|No such file|wslconfig/,
      weight: 0.45,
      source: "https://github.com/microsoft/WSL/issues/4197",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
