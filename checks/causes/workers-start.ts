import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { onWindows } from "../situation.ts";
import { workersStartClues } from "./clues/workers-start.ts";
import { type } from "./remedies.ts";

const multiprocessing = "https://docs.python.org/3/library/multiprocessing.html";
const dataLoader = "https://docs.pytorch.org/docs/stable/data.html";

const texts = {
  lint: message(
    "Have the lines named that keep the script from starting its workers",
    "让 envdoctor 指出脚本中妨碍启动 worker 的代码行",
  ),
  guard: message(
    "In the script, put all that starts training into a function and call it behind the main guard; imports, classes and functions stay outside",
    "在脚本中把启动训练的代码放进一个函数，并在 main 保护下调用；import、类和函数定义留在外面",
  ),
  noWorkers: message("Or load the data in the main process", "或者在主进程中加载数据"),
  spawnContext: message(
    "Let the loader start its workers by forkserver instead of fork",
    "让 DataLoader 用 forkserver 而不是 fork 启动 worker",
  ),
  cudaInWorkers: message(
    "Keep CUDA out of Dataset, transforms and collate_fn: return CPU tensors there and move the batch in the training loop",
    "不要在 Dataset、transform 和 collate_fn 中使用 CUDA：在其中返回 CPU 张量，在训练循环里再把 batch 移到 GPU",
  ),
  nvmlCheck: message(
    "If only torch.cuda.is_available() ran before the workers: let it ask NVML, which does not initialise CUDA",
    "如果在启动 worker 之前只调用过 torch.cuda.is_available()：让它通过 NVML 查询，这样不会初始化 CUDA",
  ),
  moduleLevel: message(
    "Move the class or function to module level and replace each lambda by a named function or functools.partial",
    "把类或函数移到模块顶层，并用具名函数或 functools.partial 替换每个 lambda",
  ),
  openLate: message(
    "Open files, databases and locks in the worker on first use, not in Dataset.__init__",
    "文件、数据库连接和锁应在 worker 中首次使用时打开，而不是在 Dataset.__init__ 中",
  ),
  forkAgain: message(
    "Or ask for fork as before 3.14, as long as neither CUDA nor threads were started before the loader",
    "或者像 3.14 之前那样显式使用 fork，前提是在 DataLoader 之前没有初始化 CUDA、也没有启动线程",
  ),
  preload: message(
    "Keep forkserver and let its server import torch once, so that each worker starts in milliseconds",
    "保留 forkserver，让其服务进程只导入一次 torch，这样每个 worker 只需几毫秒即可启动",
  ),
  usableCpus: message(
    "Use at most {cpus} workers, the number of processors this process may use",
    "worker 数量不要超过 {cpus}，即该进程可用的处理器数",
  ),
  countUsable: message(
    "Take the worker count from what this process may use, not from os.cpu_count()",
    "用该进程实际可用的处理器数来设定 worker 数量，而不是 os.cpu_count()",
  ),
  measure: message("Measure which number of workers is best here", "测量在这台机器上多少个 worker 最合适"),
  zeroWorkers: message(
    "Load in the main process; with tensors in memory, index whole batches instead of single rows",
    "在主进程中加载；如果张量已在内存中，直接按整个 batch 索引，而不是逐行索引",
  ),
  persistent: message("Keep the workers alive between epochs", "让 worker 在各个 epoch 之间保持存活"),
};

const anywhere = (title: Remedy["title"], ...commands: string[]): Remedy => type("any", title, commands);

const lint = (): Remedy => anywhere(texts.lint(), "envdoctor lint train.py");

const benchLoader = (): Remedy => anywhere(texts.measure(), "envdoctor bench loader");

/** Whole processors that affinity and quota leave to this process; undefined where neither is known. */
function usableCpus(facts: Facts): number | undefined {
  const { affinityCpus, quotaCpus } = facts.limits;
  const limits = [known(affinityCpus), known(quotaCpus)].filter((limit) => limit !== undefined);
  return limits.length > 0 ? Math.max(1, Math.floor(Math.min(...limits))) : undefined;
}

const moduleLevel = (): Remedy =>
  anywhere(
    texts.moduleLevel(),
    "from functools import partial",
    "def scale(sample, factor):",
    "    return sample * factor",
    "dataset = MyDataset(transform=partial(scale, factor=2.0))",
  );

export const startCauses = {
  "missing-main-guard": cause({
    id: "missing-main-guard",
    group: "workers",
    title: message(
      'The script starts workers without `if __name__ == "__main__":`',
      '脚本在没有 `if __name__ == "__main__":` 的情况下启动 worker',
    )(),
    explanation: message(
      "By spawn and forkserver each worker imports the main script anew. Where the code that starts workers stands at module level, every worker would start workers in turn; Python stops this with an error about the bootstrapping phase. It strikes on Windows and macOS, and since Python 3.14 on Linux too.",
      "使用 spawn 或 forkserver 时，每个 worker 都会重新导入主脚本。如果启动 worker 的代码位于模块顶层，每个 worker 又会启动新的 worker；Python 会以 bootstrapping phase 相关的错误阻止。Windows 和 macOS 上都会遇到，从 Python 3.14 起 Linux 上也会。",
    )(),
    recognise: message(
      "The traceback says 'An attempt has been made to start a new process before the current process has finished its bootstrapping phase', or output of the script appears once per worker; `envdoctor lint train.py` names the line.",
      "报错信息为“An attempt has been made to start a new process before the current process has finished its bootstrapping phase”，或脚本的输出按 worker 数量重复出现；`envdoctor lint train.py` 会指出所在行。",
    )(),
    references: [
      `${multiprocessing}#multiprocessing-safe-main-import`,
      "https://github.com/pytorch/pytorch/issues/5858",
    ],
    clues: workersStartClues["missing-main-guard"],
    remedies: () => [
      lint(),
      anywhere(
        texts.guard(),
        "def main():",
        "    for batch in DataLoader(dataset, num_workers=2):",
        "        train(batch)",
        'if __name__ == "__main__":',
        "    main()",
      ),
      anywhere(texts.noWorkers(), "loader = DataLoader(dataset, num_workers=0)"),
    ],
  }),

  "fork-after-cuda-init": cause({
    id: "fork-after-cuda-init",
    group: "workers",
    title: message("A worker was forked after CUDA was initialised", "在 CUDA 初始化之后用 fork 创建了 worker")(),
    explanation: message(
      "A forked process inherits the memory of its parent but not a usable CUDA context. When the parent has touched CUDA, any CUDA call in the worker fails; torch.cuda.is_available() alone can be enough. Usually a Dataset or collate_fn moves tensors to the GPU inside the worker.",
      "fork 出的进程继承父进程的内存，但不会得到可用的 CUDA 上下文。父进程一旦使用过 CUDA，worker 中的任何 CUDA 调用都会失败；仅仅调用 torch.cuda.is_available() 就可能触发。最常见的原因是 Dataset 或 collate_fn 在 worker 中把张量移到了 GPU。",
    )(),
    recognise: message(
      "The worker's traceback ends in 'Cannot re-initialize CUDA in forked subprocess'. With num_workers=0 the same code works.",
      "worker 的报错以“Cannot re-initialize CUDA in forked subprocess”结尾；设置 num_workers=0 时同样的代码可以运行。",
    )(),
    references: [
      "https://docs.pytorch.org/docs/stable/notes/multiprocessing.html",
      "https://github.com/pytorch/pytorch/issues/40403",
    ],
    clues: workersStartClues["fork-after-cuda-init"],
    remedies: () => [
      anywhere(
        texts.cudaInWorkers(),
        "for batch, target in loader:",
        '    batch = batch.to("cuda", non_blocking=True)',
        '    target = target.to("cuda", non_blocking=True)',
      ),
      anywhere(
        texts.spawnContext(),
        "import multiprocessing",
        'multiprocessing.set_forkserver_preload(["torch"])',
        'loader = DataLoader(dataset, num_workers=2, multiprocessing_context="forkserver")',
      ),
      anywhere(texts.nvmlCheck(), "import os", 'os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"', "import torch"),
    ],
  }),

  "unpicklable-worker-args": cause({
    id: "unpicklable-worker-args",
    group: "workers",
    title: message("The dataset cannot be pickled for the workers", "数据集无法序列化（pickle）后传给 worker")(),
    explanation: message(
      "By spawn and forkserver the dataset, its transforms and collate_fn travel to each worker as a pickle. Lambdas, classes or functions defined inside another function, open files, database handles and locks cannot be pickled, so no worker starts. By fork nothing is pickled, which is why the same script runs elsewhere.",
      "使用 spawn 或 forkserver 时，数据集、transform 和 collate_fn 会以 pickle 形式传给每个 worker。lambda、在函数内部定义的类或函数、打开的文件、数据库连接和锁都无法 pickle，因此 worker 无法启动。fork 不需要 pickle，所以同一脚本在别的系统上可以运行。",
    )(),
    recognise: message(
      'The traceback says "Can\'t pickle local object", "Can\'t get local object" or \'cannot pickle … object\' under Process.start(); `python -c "import pickle, train; pickle.dumps(train.dataset)"` fails alike.',
      "在 Process.start() 之下报 Can't pickle local object、Can't get local object 或 cannot pickle … object；`python -c \"import pickle, train; pickle.dumps(train.dataset)\"` 会同样失败。",
    )(),
    references: [
      "https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled",
      "https://github.com/pytorch/pytorch/issues/51836",
    ],
    clues: workersStartClues["unpicklable-worker-args"],
    remedies: (facts) => [
      lint(),
      moduleLevel(),
      anywhere(
        texts.openLate(),
        "def __getitem__(self, index):",
        "    if self.file is None:",
        "        self.file = h5py.File(self.path)",
        '    return self.file["x"][index]',
      ),
      ...(onWindows(facts) ? [anywhere(texts.noWorkers(), "loader = DataLoader(dataset, num_workers=0)")] : []),
    ],
  }),

  "python314-forkserver-pickling": cause({
    id: "python314-forkserver-pickling",
    group: "workers",
    title: message(
      "Python 3.14 starts workers by forkserver, which needs picklable arguments",
      "Python 3.14 默认用 forkserver 启动 worker，要求参数可以 pickle",
    )(),
    explanation: message(
      "Up to Python 3.13 Linux started workers by fork, which inherits everything. From 3.14 the default is forkserver: dataset and functions are pickled and the main script is imported again. Code that has run for years with a lambda or a local class then stops, though nothing in it changed.",
      "在 Python 3.13 及以前，Linux 用 fork 启动 worker，一切都被继承。从 3.14 起默认改为 forkserver：数据集和函数需要 pickle，主脚本会被再次导入。多年来一直正常、使用 lambda 或局部类的代码会因此停止工作，尽管代码本身没有改动。",
    )(),
    recognise: message(
      "`python -c \"import multiprocessing as m; print(m.get_start_method())\"` prints forkserver under Python 3.14 or newer on Linux; PyTorch adds the warning 'Got pickle error when attempting to start a worker Process'. With an older Python it is unpicklable-worker-args.",
      '在 Linux 的 Python 3.14 或更高版本上，`python -c "import multiprocessing as m; print(m.get_start_method())"` 输出 forkserver；PyTorch 还会给出警告“Got pickle error when attempting to start a worker Process”。更早的 Python 则属于 unpicklable-worker-args。',
    )(),
    references: [`${multiprocessing}#contexts-and-start-methods`, "https://github.com/pytorch/pytorch/issues/169252"],
    clues: workersStartClues["python314-forkserver-pickling"],
    remedies: () => [
      lint(),
      moduleLevel(),
      anywhere(
        texts.preload(),
        "import multiprocessing",
        'multiprocessing.set_forkserver_preload(["torch"])',
        'loader = DataLoader(dataset, num_workers=2, multiprocessing_context="forkserver")',
      ),
      anywhere(texts.forkAgain(), 'loader = DataLoader(dataset, num_workers=2, multiprocessing_context="fork")'),
    ],
  }),

  "too-many-workers": cause({
    id: "too-many-workers",
    group: "workers",
    title: message("More workers than usable processors", "worker 数量超过可用的处理器数")(),
    explanation: message(
      "The loader was given more workers than this process may use processors: affinity, a cgroup quota or a batch scheduler can leave far fewer than os.cpu_count() says. The workers then compete with each other and with the training process, and loading gets slower or seems to hang.",
      "为 DataLoader 设置的 worker 数超过了该进程可用的处理器数：CPU 亲和性、cgroup 配额或作业调度系统留给进程的处理器可能远少于 os.cpu_count() 的值。worker 之间以及与训练进程互相争抢，加载反而变慢，甚至看起来卡住。",
    )(),
    recognise: message(
      "PyTorch warns 'This DataLoader will create … worker processes in total. Our suggested max number of worker …'; `nproc` (and cpu.max in a container) is below num_workers.",
      "PyTorch 警告“This DataLoader will create … worker processes in total. Our suggested max number of worker …”；`nproc`（以及容器中的 cpu.max）小于 num_workers。",
    )(),
    references: [dataLoader, "https://github.com/embeddings-benchmark/mteb/issues/1331"],
    clues: workersStartClues["too-many-workers"],
    remedies: (facts) => {
      const cpus = usableCpus(facts);
      const set =
        cpus === undefined
          ? anywhere(
              texts.countUsable(),
              "import os",
              "workers = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()",
              "loader = DataLoader(dataset, num_workers=workers)",
            )
          : anywhere(texts.usableCpus({ cpus }), `loader = DataLoader(dataset, num_workers=${cpus})`);
      return [set, benchLoader()];
    },
  }),

  "worker-overhead-small-dataset": cause({
    id: "worker-overhead-small-dataset",
    group: "workers",
    title: message("Starting and feeding workers costs more than they save", "启动和调度 worker 的开销超过其收益")(),
    explanation: message(
      "For small or already loaded data a batch is ready in less time than a worker needs to pass it on, and starting workers costs tens of milliseconds by fork and seconds by spawn. An epoch over a table of a thousand rows is then tens to hundreds of times slower with workers than without.",
      "对于很小或已经在内存中的数据，准备一个 batch 的时间比 worker 传递它的时间还短；而启动 worker 用 fork 需要几十毫秒，用 spawn 需要数秒。对上千行的表格数据，带 worker 的一个 epoch 可能比不带慢几十到几百倍。",
    )(),
    recognise: message(
      "An epoch with num_workers=0 is faster than with 2; `envdoctor bench loader` shows start-up, steady speed and the break-even point.",
      "num_workers=0 时一个 epoch 比 2 时更快；`envdoctor bench loader` 会给出启动时间、稳定速度和收支平衡点。",
    )(),
    references: [dataLoader, "https://github.com/pytorch/pytorch/issues/12831"],
    clues: workersStartClues["worker-overhead-small-dataset"],
    remedies: () => [
      anywhere(texts.zeroWorkers(), "loader = DataLoader(dataset, num_workers=0, batch_size=256)"),
      benchLoader(),
    ],
  }),

  "windows-spawn-slow-epochs": cause({
    id: "windows-spawn-slow-epochs",
    group: "workers",
    title: message("Workers are spawned anew for each epoch", "每个 epoch 都重新 spawn worker")(),
    explanation: message(
      "Windows (and macOS) can start workers only by spawn: each one starts a new Python and imports torch again, which takes seconds. Without persistent_workers the loader ends them after every epoch and starts them again before the next, so training stands still between epochs.",
      "Windows（以及 macOS）只能用 spawn 启动 worker：每个 worker 都要启动新的 Python 并重新导入 torch，需要数秒。如果没有设置 persistent_workers，DataLoader 会在每个 epoch 结束时关闭 worker，下一个 epoch 前再重新启动，训练便会在 epoch 之间停顿。",
    )(),
    recognise: message(
      "A pause of several seconds before the first batch of each epoch, during which Task Manager shows new python.exe processes; it disappears with num_workers=0.",
      "每个 epoch 的第一个 batch 之前停顿数秒，任务管理器中能看到新的 python.exe 进程；设置 num_workers=0 后停顿消失。",
    )(),
    references: ["https://github.com/pytorch/pytorch/issues/55455", "https://github.com/pytorch/pytorch/issues/12831"],
    clues: workersStartClues["windows-spawn-slow-epochs"],
    remedies: (facts) => [
      anywhere(texts.persistent(), "loader = DataLoader(dataset, num_workers=2, persistent_workers=True)"),
      ...(known(facts.system.platform) === "linux"
        ? [
            anywhere(
              texts.preload(),
              "import multiprocessing",
              'multiprocessing.set_forkserver_preload(["torch"])',
              'loader = DataLoader(dataset, num_workers=2, multiprocessing_context="forkserver")',
            ),
          ]
        : []),
      benchLoader(),
    ],
  }),
};
