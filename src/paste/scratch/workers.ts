import type { CauseId } from "../../../checks/causes/ids.ts";
import type { Clue } from "../../diagnosis/cause.ts";

const pickling = /[Cc]an't pickle|cannot pickle|Can't get local object|PicklingError|Can't get attribute/;
const workers =
  /DataLoader|num_workers|multiprocess|popen_(?:spawn|fork)|\bspawn\b|forkserver|worker|Process\b|_Popen|reduction\.py/i;

export const workerClues: Partial<Record<CauseId, readonly Clue[]>> = {
  "missing-main-guard": [
    {
      pattern:
        /An attempt has been made to start a new process before|has finished its bootstrapping phase|_check_not_importing_main/,
      weight: 0.96,
      source: "https://github.com/python/cpython/blob/main/Lib/multiprocessing/spawn.py",
      rulesOut: ["worker-oom-killed", "shm-too-small"],
    },
    {
      pattern:
        /The "freeze_support\(\)" line can be omitted|forgotten to use the proper idiom|Safe importing of main module/,
      weight: 0.94,
      source: "https://github.com/python/cpython/blob/main/Lib/multiprocessing/spawn.py",
    },
    {
      pattern: /_fixup_main_from_(?:path|name)/,
      weight: 0.6,
      unless: pickling,
      together: /DataLoader|start\b|Process/i,
      source: "https://github.com/python/cpython/blob/main/Lib/multiprocessing/spawn.py",
    },
    {
      pattern: /Broken ?Pipe(?:Error)?/i,
      together: /popen_spawn|reduction\.py|num_workers|DataLoader/,
      weight: 0.7,
      unless: pickling,
      on: ["windows"],
      source: "https://github.com/pytorch/pytorch/issues/2341",
    },
    {
      pattern: /DataLoader worker \(pid\(?s?\)? [\d, ]+\) exited unexpectedly/,
      on: ["windows", "macos"],
      weight: 0.5,
      source: "https://docs.pytorch.org/docs/stable/notes/windows.html",
    },
    {
      pattern:
        /(?:script|code|main|everything|module|print\w*|file) .{0,40}(?:executed|runs?|ran|printed|imported|re-?executed|repeated) .{0,20}(?:multiple|several|many|again|twice|\d+ times|num_workers|for each worker|by every worker)/i,
      together: /worker|spawn|multiprocess/i,
      weight: 0.55,
      source: "https://docs.pytorch.org/docs/stable/notes/windows.html",
    },
    {
      pattern: /freeze_support/,
      weight: 0.55,
      source: "https://docs.python.org/3/library/multiprocessing.html#multiprocessing.freeze_support",
    },
  ],
  "fork-after-cuda-init": [
    {
      pattern: /Cannot re-initialize CUDA in forked subprocess|you must use the 'spawn' start method/,
      weight: 0.96,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
    {
      pattern:
        /cuda runtime error \(3\)|CUDA error(?: \(3\))?: initialization error|CUDA_ERROR_NOT_INITIALIZED|cudaErrorInitializationError|driver initialization failed, you might not have a CUDA gpu|CUDNN_STATUS_NOT_INITIALIZED/i,
      together: workers,
      weight: 0.75,
      source: "https://docs.pytorch.org/docs/stable/notes/multiprocessing.html",
    },
    {
      pattern: /CUDA error: initialization error|cuda runtime error \(3\)|CUDA_ERROR_NOT_INITIALIZED/i,
      weight: 0.5,
      source: "https://docs.pytorch.org/docs/stable/notes/multiprocessing.html",
    },
    {
      pattern:
        /os\.fork\(\) was called\. os\.fork\(\) is incompatible with multithreaded code, and JAX is multithreaded/,
      weight: 0.75,
      source: "https://github.com/jax-ml/jax/blob/main/jax/_src/xla_bridge.py",
    },
    {
      pattern: /is multi-threaded, use of (?:fork|forkpty)\(\) may lead to deadlocks/,
      weight: 0.45,
      source: "https://docs.python.org/3/library/os.html#os.fork",
    },
    {
      pattern: /(?:poison_fork|_is_in_bad_fork|in_bad_fork)/,
      weight: 0.8,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/cuda/__init__.py",
    },
  ],
  "unpicklable-worker-args": [
    {
      pattern: /[Cc]an't pickle local object|Can't get local object|cannot pickle local object/,
      weight: 0.9,
      source: "https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled",
    },
    {
      pattern:
        /cannot pickle '?[\w.]+'? object|can't pickle [\w.]+ objects|[Cc]an't pickle <(?:function|class|built-in)|PicklingError: |Can't pickle \S+: (?:it's not|attribute lookup)/,
      weight: 0.82,
      source: "https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled",
    },
    {
      pattern: /Can't get attribute '\w+' on <module '__(?:mp_)?main__'/,
      weight: 0.82,
      source: "https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods",
    },
    {
      pattern: pickling,
      together: workers,
      weight: 0.6,
      source: "https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods",
    },
    {
      pattern: /EOFError: Ran out of input/,
      together: /spawn|multiprocess|DataLoader|num_workers/i,
      weight: 0.65,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern: /Got pickle error when attempting to start a worker Process/,
      weight: 0.8,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
  ],
  "python314-forkserver-pickling": [
    {
      pattern: /Python 3\.14\+? changed the multiprocessing start method/,
      weight: 0.93,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
      rulesOut: ["unpicklable-worker-args"],
    },
    {
      pattern: /\bpython(?: version)?:? ?3\.1[4-9]|Python 3\.1[4-9]|python3\.1[4-9]|\bcp31[4-9]\b|Python31[4-9]/i,
      together: pickling,
      notOn: ["windows", "macos"],
      weight: 0.93,
      source: "https://docs.python.org/3.14/whatsnew/3.14.html#multiprocessing",
      rulesOut: ["unpicklable-worker-args"],
    },
    {
      pattern: /popen_forkserver|'?forkserver'?/,
      together: pickling,
      notOn: ["windows", "macos"],
      weight: 0.75,
      unless:
        /set_start_method\(['"]forkserver|multiprocessing_context=['"]forkserver|get_context\(['"]forkserver|python3\.(?:[6-9]|1[0-3])\b|Python 3\.(?:[6-9]|1[0-3])\b/,
      source: "https://docs.python.org/3.14/whatsnew/3.14.html#multiprocessing",
    },
    {
      pattern: /\bpython(?: version)?:? ?3\.1[4-9]|Python 3\.1[4-9]|python3\.1[4-9]/i,
      together: /forkserver|An attempt has been made|num_workers|start method/i,
      notOn: ["windows", "macos"],
      weight: 0.35,
      source: "https://docs.python.org/3.14/whatsnew/3.14.html#multiprocessing",
    },
  ],
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
        /unable to (?:open|allocate|write to|mmap|resize) (?:shared memory|file <\/torch_|\d* ?bytes from file <\/torch_)|unable to (?:write to|open|mmap).{0,40}<\/torch_|unable to mmap memory|shm_open|shared memory object </i,
      weight: 0.85,
      unless: /Too many open files/,
      source: "https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/MapAllocator.cpp",
    },
    {
      pattern: /No space left on device/,
      together: /\/dev\/shm|shared memory|torch_\d+_\d+|multiprocessing\/heap|sem_open|SemLock/i,
      weight: 0.85,
      source: "https://github.com/pytorch/pytorch#docker-image",
    },
    {
      pattern:
        /(?:Error while creating|failed to extend|Cuda failure).{0,60}\/dev\/shm\/nccl|\/dev\/shm\/nccl-\w+|unhandled system error.{0,120}shm/i,
      weight: 0.85,
      source: "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
    },
    {
      pattern: /SHMEM allocation limit is set to the default of 64 ?MB/,
      weight: 0.4,
      source: "https://docs.nvidia.com/deeplearning/frameworks/user-guide/index.html",
    },
    {
      pattern: /Bus error(?: \(core dumped\))?|SIGBUS|exit code 135/,
      together: /torch|DataLoader|python|train|worker/i,
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/issues/5040",
    },
    {
      pattern: /^(?:shm|tmpfs) 6[45](?:\.0)?M(?:B)? .{0,40}\/dev\/shm|ShmSize"?: ?67108864|\b65536 .{0,40}\/dev\/shm/m,
      weight: 0.5,
      source: "https://docs.docker.com/reference/cli/docker/container/run/",
    },
  ],
  "too-many-workers": [
    {
      pattern: /This DataLoader will create \d+ worker processes in total/,
      weight: 0.88,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
    {
      pattern: /excessive worker creation might get DataLoader running slow/,
      weight: 0.88,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
    {
      pattern: /not able to compute a suggested max number of worker/,
      weight: 0.4,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
    {
      pattern:
        /suggested max (?:number of worker|is) .{0,60}\d+|too many (?:data ?loader )?workers|more workers than (?:CPUs?|cores)|oversubscri/i,
      weight: 0.65,
      source: "https://github.com/embeddings-benchmark/mteb/issues/1331",
    },
    {
      pattern: /DataLoader timed out after \d+/,
      weight: 0.3,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
  ],
  "worker-overhead-small-dataset": [
    {
      pattern:
        /num_workers?.{0,80}(?:slow(?:er|s|ed)?\b|slows? down|takes? (?:much )?longer|longer than|worse|no (?:speed ?-?up|improvement|faster)|doesn't (?:help|speed)|not (?:any )?faster|50 times|更慢|变慢|反而慢)|(?:slow(?:er)?|longer|slowdown) (?:with|when|if|using|for|by|than).{0,60}num_workers?|(?:slower|slow) than (?:num_workers? ?=? ?0|single)/i,
      weight: 0.72,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern:
        /(?:more|multiple|increasing|adding|extra|with) (?:the )?(?:number of )?(?:data ?loader )?workers?.{0,60}(?:slow(?:er|s)?\b|longer|worse|no (?:speed|improv)|doesn't help)|workers? (?:seems?|is|are|makes? it|make things) (?:to be )?slower|multiprocessing (?:is )?(?:slower|makes)/i,
      weight: 0.7,
      source: "https://github.com/JaidedAI/EasyOCR/issues/274",
    },
    {
      pattern: /num_workers? ?=? ?0.{0,80}(?:fast(?:er|est)?|speeds? up|quick(?:er)?|better|solves?|fixes|更快)/i,
      weight: 0.7,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern: /does not have many workers which may be a bottleneck/,
      weight: 0.45,
      source:
        "https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/trainer/connectors/data_connector.py",
    },
    {
      pattern:
        /(?:in-memory|TensorDataset|small (?:data ?set|images|data)|tiny).{0,80}(?:slow|overhead)|DataLoader.{0,40}(?:much |way |very |so |extremely |times )(?:slower|slow)|DataLoader (?:is )?slower than/i,
      together: /DataLoader|dataset/i,
      weight: 0.55,
      source: "https://github.com/pytorch/pytorch/issues/4959",
    },
  ],
  "windows-spawn-slow-epochs": [
    {
      pattern:
        /(?:between|each|every|start of|beginning of|end of|new|next|first batch of).{0,30}epochs?.{0,100}(?:paus|slow|delay|wait|stuck|hang|freez|takes?|idle|gap|lag|seconds|minutes|re-?creat|respawn|restart)|(?:paus|slow|delay|wait|stuck|hang|freez|idle|gap|lag|re-?creat|respawn)\w*.{0,80}(?:between|each|every|start of|beginning of|end of) (?:an? |the |each |every )?(?:new )?epochs?/i,
      together: /worker|DataLoader|windows|spawn/i,
      weight: 0.72,
      source: "https://github.com/pytorch/pytorch/issues/55455",
    },
    {
      pattern: /persistent_workers/,
      on: ["windows"],
      weight: 0.6,
      unless: /Error:/,
      source: "https://docs.pytorch.org/docs/stable/data.html",
    },
    {
      pattern: /Consider setting `?persistent_workers=True`?/,
      weight: 0.72,
      source:
        "https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/trainer/connectors/data_connector.py",
    },
    {
      pattern:
        /num_workers?.{0,100}(?:slow(?:er|s)?\b|longer|50 times|minutes)|(?:slow(?:er)?|longer).{0,80}num_workers?|slow(?:er)?.{0,40}workers|workers?.{0,40}slow/i,
      on: ["windows"],
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern:
        /(?:DataLoader|workers?|iterator).{0,60}(?:start(?:s|ing|up)?|spawn(?:s|ing|ed)?|creat\w+|initiali[sz]\w+).{0,60}(?:\d+ ?s(?:ec(?:ond)?s?)?\b|slow|minutes|one (?:after|by) (?:the )?(?:other|one)|sequential)/i,
      weight: 0.55,
      on: ["windows"],
      source: "https://github.com/pytorch/pytorch/issues/153594",
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
    { pattern: /\[Errno 24\]|\bEMFILE\b/, weight: 0.85, source: "https://man7.org/linux/man-pages/man3/errno.3.html" },
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
        /exit(?:ed with)?(?: with)? (?:code|status):? ?137\b|exit ?code:? ?-9\b|SIGKILL|signal 9\b|<Signals\.SIGKILL|returned? (?:non-zero )?(?:exit )?(?:status|code) 137/i,
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
      pattern: /^MemoryError\b/m,
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
};
