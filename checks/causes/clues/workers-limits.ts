import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray the causes of ../workers-limits.ts. */
export const workersLimitsClues = {
  "shm-too-small": [
    {
      pattern:
        /insufficient shared memory|out of shared memory|raise your shared memory limit|Unexpected bus error encountered in worker/,
      weight: 0.95,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/csrc/DataLoader.cpp",
      rulesOut: ["worker-oom-killed", "open-file-limit"],
    },
    {
      pattern: /is killed by signal: Bus error/,
      weight: 0.93,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/csrc/DataLoader.cpp",
    },
    {
      pattern:
        /unable to (?:open|allocate|write to|mmap|resize) (?:shared memory|file <\/torch_|\d* ?bytes from file <\/torch_)|unable to (?:write to|open|mmap).{0,40}<\/torch_|unable to mmap memory|shm_open[^\n]{0,60}(?:fail|error|No such|Permission|No space)|shared memory object </i,
      weight: 0.85,
      unless: /Too many open files/,
      source: "https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/MapAllocator.cpp",
    },
    {
      pattern: /No space left on device/,
      together: /\/dev\/shm|shared memory|torch_\d+_\d+|multiprocessing\/heap|sem_open|SemLock/i,
      // A listing of file systems names /dev/shm in passing.
      unless: /\bUse% Mounted on\b|pip3? install|conda install/,
      weight: 0.85,
      source: "https://github.com/pytorch/pytorch#docker-image",
    },
    {
      pattern:
        /(?:Error while creating|failed to extend|Cuda failure).{0,60}\/dev\/shm\/nccl|\/dev\/shm\/nccl-\w+[^\n]{0,60}(?:fail|error|space|size)|unhandled system error.{0,120}shm/i,
      weight: 0.85,
      source: "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
    },
    {
      // The banner of every NGC image: only with a failure beside it does it say something.
      pattern: /SHMEM allocation limit is set to the default of 64 ?MB/,
      together:
        /Bus error|SIGBUS|killed by signal|No space left|out of shared memory|worker[^\n]{0,60}(?:exit|kill|die)|NCCL (?:WARN|error)/i,
      weight: 0.4,
      source: "https://docs.nvidia.com/deeplearning/frameworks/user-guide/index.html",
    },
    {
      pattern: /Bus error(?: \(core dumped\))?|SIGBUS|exit code 135/,
      together: /DataLoader|worker|\bshm\b|multiprocess|docker|container|nccl|share/i,
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/issues/5040",
    },
    {
      pattern:
        /(?:^|\s)(?:shm|tmpfs) 6[45](?:\.0)?M(?:B)? .{0,40}\/dev\/shm|ShmSize"?: ?67108864|\b65536 .{0,40}\/dev\/shm/m,
      together: /DataLoader|worker|Bus error|SIGBUS|torch|num_workers|nccl|train/i,
      state: true,
      weight: 0.5,
      source: "https://docs.docker.com/reference/cli/docker/container/run/",
    },
    {
      pattern: /--shm-size|shm_size ?[:=]|--ipc[= ]host/,
      together:
        /bus error|data ?loader[^\n]{0,60}(?:crash|die|kill|hang|error|fail)|(?:crash|die|kill|hang|error|fail)[^\n]{0,60}data ?loader|shared memory/i,
      weight: 0.72,
      unless: /Too many open files/,
      source: "https://github.com/pytorch/pytorch#docker-image",
    },
  ],
  "open-file-limit": [
    {
      pattern: /received \d+ items of ancdata/,
      weight: 0.94,
      source: "https://github.com/python/cpython/blob/main/Lib/multiprocessing/reduction.py",
    },
    {
      pattern: /Too many open files/i,
      weight: 0.9,
      source: "https://man7.org/linux/man-pages/man3/errno.3.html",
      rulesOut: ["shm-too-small"],
    },
    {
      pattern: /\[Errno 24\]|\bEMFILE: |code: 'EMFILE'|\(EMFILE\)/,
      weight: 0.85,
      source: "https://man7.org/linux/man-pages/man3/errno.3.html",
    },
    {
      pattern: /set_sharing_strategy\(['"]file_system/,
      weight: 0.5,
      source: "https://docs.pytorch.org/docs/stable/multiprocessing.html#sharing-strategies",
    },
    {
      pattern: /Communication with the workers is no longer possible/,
      weight: 0.93,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
  ],
  "worker-oom-killed": [
    {
      pattern: /is killed by signal: Killed/,
      weight: 0.93,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/csrc/DataLoader.cpp",
    },
    {
      pattern:
        /Out of memory: Kill(?:ed)? process|oom-kill:|invoked oom-killer|Memory cgroup out of memory|oom_reaper: reaped/i,
      weight: 0.92,
      source: "https://github.com/torvalds/linux/blob/master/mm/oom_kill.c",
    },
    {
      pattern:
        /Detected \d+ oom[-_ ]kill event|OOMKilled|oom[_-]kill|OUT_OF_MEMORY.{0,20}exit|OOM Killer|oom-killer|killed by (?:the )?(?:OOM|kernel|cgroup)/i,
      weight: 0.9,
      source: "https://slurm.schedmd.com/sbatch.html",
    },
    {
      pattern: /^(?:\S{1,80}: line \d+: +\d+ )?Killed\b(?!.{0,60}process \d)/m,
      weight: 0.72,
      unless: /Killed by (?:user|SIGTERM)/,
      source: "https://www.gnu.org/software/bash/manual/bash.html",
    },
    {
      pattern:
        /exit(?:ed with)?(?: with)? (?:code|status):? ?137\b|exit ?code:? ?-9\b|(?:signal|terminated|killed|died|exit\w*|with|by)[^\n]{0,40}SIGKILL|signal 9\b|returned? (?:non-zero )?(?:exit )?(?:status|code) 137/i,
      weight: 0.75,
      source: "https://man7.org/linux/man-pages/man7/signal.7.html",
    },
    {
      pattern:
        /DefaultCPUAllocator: can't allocate memory|\[Errno 12\] Cannot allocate memory|ArrayMemoryError|numpy\.core\._exceptions\.\S*MemoryError|Unable to allocate [\d.]+ [KMGT]iB/,
      weight: 0.75,
      notOn: ["windows"],
      source: "https://github.com/pytorch/pytorch/blob/main/c10/core/impl/alloc_cpu.cpp",
    },
    {
      pattern: /^MemoryError(?:: [^\n]{0,200})?$/m,
      weight: 0.55,
      source: "https://docs.python.org/3/library/exceptions.html#MemoryError",
    },
    {
      pattern: /exceeded (?:the )?(?:job )?memory limit|Exceeded job memory limit|memory limit exceeded/i,
      weight: 0.75,
      source: "https://slurm.schedmd.com/",
    },
    {
      pattern: /DataLoader worker \(pid\(?s?\)? [\d, ]+\) exited unexpectedly/,
      notOn: ["windows", "macos"],
      unless: /An attempt has been made|Traceback[\s\S]{0,800}Error: (?!DataLoader)/,
      weight: 0.35,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
    {
      pattern:
        /(?:memory|RAM) (?:usage )?(?:keeps? )?(?:grow|increas|leak)\w*.{0,80}(?:worker|DataLoader|epoch|until)|(?:worker|DataLoader).{0,80}memory (?:leak|grow|increas)/i,
      weight: 0.55,
      source: "https://github.com/pytorch/pytorch/issues/13246",
    },
    {
      pattern:
        /worker process managed by the executor was unexpectedly terminated|A process in the process pool was terminated abruptly/,
      weight: 0.45,
      source: "https://docs.python.org/3/library/concurrent.futures.html",
    },
    {
      pattern: /^(?:zsh: killed {1,12}\S|\[\d{1,3}\] ?[+-]? {0,2}\d{2,7} killed\b)/m,
      weight: 0.72,
      source: "https://zsh.sourceforge.io/Doc/Release/Jobs-_0026-Signals.html",
    },
    {
      pattern:
        /\b(?:RAM|memory|内存)\b[^\n]{0,40}(?:grow|increas|leak|explod|accumulat|rises?|surpass|增长|泄漏|增加)[^\n]{0,120}(?:worker|data ?loader|\bOOM\b|available RAM|out of memory|until|killed)|(?:worker|data ?loader)[^\n]{0,120}(?:RAM|(?<!GPU )memory|内存)[^\n]{0,40}(?:grow|increas|leak|explod|accumulat|rises?|surpass|增长|泄漏|增加)/i,
      unless: /CUDA out of memory|GPU memory|VRAM/i,
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/issues/13246",
    },
  ],
  "windows-pagefile-too-small": [
    {
      pattern: /WinError 1455/,
      weight: 0.97,
      source: "https://learn.microsoft.com/windows/win32/debug/system-error-codes--1300-1699-",
      rulesOut: ["missing-main-guard", "cuda-runtime-missing", "tfjs-binding-dll-missing"],
    },
    {
      pattern:
        /paging file is too small|页面文件太小|頁面檔太小|ページング ?ファイルが小さすぎ|페이징 파일이 너무 작|Auslagerungsdatei ist zu klein|fichier de pagination est insuffisant|archivo de paginación es demasiado pequeño|arquivo de paginação é muito pequeno|file di paging è insufficiente|Файл подкачки слишком мал|wisselbestand is te klein/i,
      weight: 0.95,
      source: "https://learn.microsoft.com/windows/win32/debug/system-error-codes--1300-1699-",
    },
    {
      pattern:
        /DefaultCPUAllocator: not enough memory|\[WinError 8\]|Not enough (?:memory resources|storage)|not enough memory: you tried to allocate/,
      on: ["windows"],
      weight: 0.6,
      source: "https://github.com/ultralytics/yolov3/issues/1643",
    },
    {
      pattern: /not enough memory: you tried to allocate/,
      weight: 0.45,
      source: "https://github.com/pytorch/pytorch/blob/main/c10/core/impl/alloc_cpu.cpp",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
