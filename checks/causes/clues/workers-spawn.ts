import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { cudaStatus, pickling, workerWords } from "./words.ts";

/** Texts that betray missing-main-guard, fork-after-cuda-init, unpicklable-worker-args, python314-forkserver-pickling. */
export const workersSpawnClues = {
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
    {
      pattern:
        /(?:wrap|\bput\b|\badd(?:ed|ing)?\b|\bneed|had to|inside|under|missing|without|forgot|加上|放[到在进])[^\n]{0,60}__name__ ?== ?['"]__main__|__name__ ?== ?['"]__main__[^\n]{0,60}(?:missing|guard|fix|solve|helped|works)/i,
      together: /num_workers|DataLoader|multiprocess|spawn|workers?\b/i,
      weight: 0.68,
      unless: pickling,
      source: "https://docs.pytorch.org/docs/stable/notes/windows.html",
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
      together: workerWords,
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
    {
      pattern: cudaStatus(3),
      together: workerWords,
      weight: 0.7,
      source: "https://docs.pytorch.org/docs/stable/notes/multiprocessing.html",
    },
    {
      pattern: /forked (?:sub)?process|(?:after|before) (?:a )?fork/i,
      together: /\bCUDA\b/i,
      weight: 0.7,
      source: "https://docs.pytorch.org/docs/stable/notes/multiprocessing.html",
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
        /cannot pickle '?[\w.]+'? object|\bobjects? cannot be pickled|Cowardly refusing to serialize non-leaf tensor|can't pickle [\w.]+ objects|[Cc]an't pickle <(?:function|class|built-in)|PicklingError: |Can't pickle \S+: (?:it's not|attribute lookup)/,
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
      together: workerWords,
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
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
