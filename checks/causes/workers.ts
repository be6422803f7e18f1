import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { containersOf, inWsl2, onLinux, onWindows } from "../situation.ts";
import { byHand, type } from "./remedies.ts";

const multiprocessing = "https://docs.python.org/3/library/multiprocessing.html";
const dataLoader = "https://docs.pytorch.org/docs/stable/data.html";
const sharing = "https://docs.pytorch.org/docs/stable/multiprocessing.html";

const texts = {
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
  dockerShm: message(
    "Start the container again with more shared memory: add --shm-size=8g to your docker run (or podman run), e.g.",
    "用更大的共享内存重新启动容器：在 docker run（或 podman run）中加上 --shm-size=8g，例如",
  ),
  ipcHost: message(
    "Or share the host's /dev/shm with --ipc=host; in Docker Compose set shm_size: 8gb for the service",
    "或者用 --ipc=host 共享宿主机的 /dev/shm；在 Docker Compose 中为该服务设置 shm_size: 8gb",
  ),
  kubernetesShm: message(
    "Kubernetes: mount an emptyDir volume with medium: Memory and sizeLimit: 8Gi at /dev/shm of the container",
    "Kubernetes：在容器的 /dev/shm 上挂载 medium: Memory、sizeLimit: 8Gi 的 emptyDir 卷",
  ),
  remountShm: message(
    "Enlarge /dev/shm until the next boot; a line for it in /etc/fstab keeps it",
    "临时扩大 /dev/shm（重启后失效；写入 /etc/fstab 可长期保留）",
  ),
  lessShm: message(
    "Or need less: fewer workers and fewer batches in flight",
    "或者减少占用：减少 worker 数量和预取的 batch 数",
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
  ulimit: message(
    "Raise the limit for this shell, then start the training from it",
    "提高当前 shell 的限制，然后从中启动训练",
  ),
  ulimitDocker: message(
    "Raise the limit of the container: add --ulimit nofile=65536:65536 to your docker run, e.g.",
    "提高容器的限制：在 docker run 中加上 --ulimit nofile=65536:65536，例如",
  ),
  fileSystem: message(
    "Or let the workers share tensors by file name instead of by descriptor (at the beginning of the script)",
    "或者让 worker 通过文件名而不是文件描述符共享张量（写在脚本开头）",
  ),
  fewerCopies: message(
    "Use fewer workers and fewer batches in flight: each worker holds its own batches and, in time, a copy of the dataset's Python objects",
    "减少 worker 数量和预取的 batch：每个 worker 都有自己的 batch，并会逐渐复制一份数据集的 Python 对象",
  ),
  arrays: message(
    "Keep the dataset's index in a NumPy array or memory-mapped file instead of a list of dicts, so that workers share its pages",
    "用 NumPy 数组或内存映射文件保存数据集索引，而不是 dict 列表，这样 worker 之间可以共享内存页",
  ),
  containerMemory: message(
    "Or raise the memory limit of the container or pod (docker run --memory, Kubernetes resources.limits.memory)",
    "或者提高容器或 Pod 的内存上限（docker run --memory、Kubernetes 的 resources.limits.memory）",
  ),
  wslMemory: message(
    "WSL2: raise memory= under [wsl2] in %UserProfile%\\.wslconfig, then run wsl --shutdown in Windows",
    "WSL2：在 %UserProfile%\\.wslconfig 的 [wsl2] 下调大 memory=，然后在 Windows 中执行 wsl --shutdown",
  ),
  pagefile: message(
    "Enlarge the page file: Settings > System > About > Advanced system settings > Performance: Settings > Advanced > Virtual memory: Change; clear 'Automatically manage', choose the drive with space, Custom size, initial 32768 MB, maximum 65536 MB; Set, OK, restart",
    "增大页面文件：设置 > 系统 > 系统信息 > 高级系统设置 > 性能“设置” > 高级 > 虚拟内存“更改”；取消“自动管理”，选择空间充足的盘，自定义大小，初始 32768 MB，最大 65536 MB；点击“设置”、确定并重启",
  ),
  fewerWorkers: message(
    "Or start fewer workers: each one reserves memory for all of PyTorch's CUDA libraries",
    "或者减少 worker 数量：每个 worker 都会为 PyTorch 的全部 CUDA 库预留内存",
  ),
};

const anywhere = (title: Remedy["title"], ...commands: string[]): Remedy => type("any", title, commands);

const benchLoader = (): Remedy => anywhere(texts.measure(), "envdoctor bench loader");

/** Whole processors that affinity and quota leave to this process; undefined where neither is known. */
function usableCpus(facts: Facts): number | undefined {
  const { affinityCpus, quotaCpus } = facts.limits;
  const limits = [known(affinityCpus), known(quotaCpus)].filter((limit) => limit !== undefined);
  return limits.length > 0 ? Math.max(1, Math.floor(Math.min(...limits))) : undefined;
}

function shmRemedies(facts: Facts): readonly Remedy[] {
  const kind = containersOf(facts)[0]?.kind;
  const docker = [
    type("host", texts.dockerShm(), ["docker run --rm --shm-size=8g ubuntu df -h /dev/shm"]),
    byHand("host", texts.ipcHost()),
  ];
  const kubernetes = byHand("host", texts.kubernetesShm());
  const bare = type("linux", texts.remountShm(), ["sudo mount -o remount,size=8G /dev/shm"]);
  const less = anywhere(texts.lessShm(), "loader = DataLoader(dataset, num_workers=2, prefetch_factor=2)");
  if (kind === "docker" || kind === "podman") return [...docker, less];
  if (kind === "kubernetes") return [kubernetes, less];
  return facts.containers.state === "absent" ? [bare, less] : [...docker, kubernetes, bare, less];
}

function fileLimitRemedies(facts: Facts): readonly Remedy[] {
  const hard = known(facts.limits.openFiles)?.hard;
  const limit = Math.min(65_536, hard ?? 65_536);
  const shell = type("linux", texts.ulimit(), [`ulimit -n ${limit}`], "new-terminal");
  const container = type("host", texts.ulimitDocker(), [
    'docker run --rm --ulimit nofile=65536:65536 ubuntu bash -c "ulimit -n"',
  ]);
  const strategy = anywhere(
    texts.fileSystem(),
    "import torch.multiprocessing",
    'torch.multiprocessing.set_sharing_strategy("file_system")',
  );
  return containersOf(facts).length > 0 ? [shell, container, strategy] : [shell, strategy];
}

function memoryRemedies(facts: Facts): readonly Remedy[] {
  const limited = containersOf(facts).length > 0 || known(facts.limits.cgroupMemoryMiB) !== undefined;
  return [
    anywhere(texts.fewerCopies(), "loader = DataLoader(dataset, num_workers=2, prefetch_factor=2)"),
    byHand("any", texts.arrays()),
    ...(limited ? [byHand("host", texts.containerMemory(), "downtime")] : []),
    ...(inWsl2(facts) ? [byHand("windows", texts.wslMemory(), "downtime")] : []),
  ];
}

const moduleLevel = (): Remedy =>
  anywhere(
    texts.moduleLevel(),
    "from functools import partial",
    "def scale(sample, factor):",
    "    return sample * factor",
    "dataset = MyDataset(transform=partial(scale, factor=2.0))",
  );

export const workerCauses = {
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
      "报错信息为 An attempt has been made to start a new process before the current process has finished its bootstrapping phase，或脚本的输出按 worker 数量重复出现；`envdoctor lint train.py` 会指出所在行。",
    )(),
    references: [
      `${multiprocessing}#multiprocessing-safe-main-import`,
      "https://github.com/pytorch/pytorch/issues/5858",
    ],
    clues: [],
    remedies: () => [
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
      "worker 的报错以 Cannot re-initialize CUDA in forked subprocess 结尾；设置 num_workers=0 时同样的代码可以运行。",
    )(),
    references: [
      "https://docs.pytorch.org/docs/stable/notes/multiprocessing.html",
      "https://github.com/pytorch/pytorch/issues/40403",
    ],
    clues: [],
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
    clues: [],
    remedies: (facts) => [
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
      '在 Linux 的 Python 3.14 或更高版本上，`python -c "import multiprocessing as m; print(m.get_start_method())"` 输出 forkserver；PyTorch 还会给出警告 Got pickle error when attempting to start a worker Process。更早的 Python 则属于 unpicklable-worker-args。',
    )(),
    references: [
      "https://docs.python.org/3/whatsnew/3.14.html#concurrent-futures",
      "https://github.com/pytorch/pytorch/issues/169252",
    ],
    clues: [],
    remedies: () => [
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

  "shm-too-small": cause({
    id: "shm-too-small",
    group: "workers",
    title: message("/dev/shm is too small for the loader's workers", "/dev/shm 对 DataLoader 的 worker 来说太小")(),
    explanation: message(
      "Workers hand their batches to the training process through shared memory in /dev/shm. Docker gives a container 64 MiB of it, which a few batches of images fill; the worker that writes the next one is killed by a bus error.",
      "worker 通过 /dev/shm 中的共享内存把 batch 交给训练进程。Docker 默认只给容器 64 MiB，几个图像 batch 就会占满；写入下一个 batch 的 worker 会因总线错误（Bus error）被杀死。",
    )(),
    recognise: message(
      "`df -h /dev/shm` shows 64M (or a full disk); the text says 'Unexpected bus error encountered in worker' or 'killed by signal: Bus error'. 'killed by signal: Killed' is a lack of ordinary memory instead.",
      "`df -h /dev/shm` 显示 64M（或已满）；报错为 Unexpected bus error encountered in worker 或 killed by signal: Bus error。若为 killed by signal: Killed，则是普通内存不足。",
    )(),
    references: [
      "https://docs.docker.com/reference/cli/docker/container/run/",
      "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
      "https://github.com/pytorch/pytorch/issues/5040",
    ],
    clues: [],
    remedies: shmRemedies,
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
      "PyTorch 警告 This DataLoader will create … worker processes in total. Our suggested max number of worker …；`nproc`（以及容器中的 cpu.max）小于 num_workers。",
    )(),
    references: [dataLoader, "https://github.com/embeddings-benchmark/mteb/issues/1331"],
    clues: [],
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
    clues: [],
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
    clues: [],
    remedies: (facts) => [
      anywhere(texts.persistent(), "loader = DataLoader(dataset, num_workers=2, persistent_workers=True)"),
      ...(onLinux(facts) && !onWindows(facts)
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

  "open-file-limit": cause({
    id: "open-file-limit",
    group: "workers",
    title: message("The process ran out of file descriptors", "进程的文件描述符已耗尽")(),
    explanation: message(
      "On Linux PyTorch passes each tensor from a worker as an open file descriptor. Many tensors per sample, many batches in flight, or a list that keeps every batch hold more of them than `ulimit -n` (often 1024) allows, and the next transfer fails.",
      "在 Linux 上，PyTorch 以打开的文件描述符的方式从 worker 传递每个张量。每个样本张量很多、预取的 batch 很多，或者用列表保存所有 batch 时，占用的描述符会超过 `ulimit -n`（通常为 1024），下一次传递就会失败。",
    )(),
    recognise: message(
      "The text says 'Too many open files' or 'received 0 items of ancdata'; `ulimit -n` shows the limit and `ls /proc/<pid>/fd | wc -l` climbs towards it.",
      "报错为 Too many open files 或 received 0 items of ancdata；`ulimit -n` 显示上限，`ls /proc/<pid>/fd | wc -l` 的数值不断接近它。",
    )(),
    references: [`${sharing}#sharing-strategies`, "https://github.com/pytorch/pytorch/issues/41465"],
    clues: [],
    remedies: fileLimitRemedies,
  }),

  "worker-oom-killed": cause({
    id: "worker-oom-killed",
    group: "workers",
    title: message("The system ran out of memory and killed a worker", "系统内存耗尽，worker 被杀死")(),
    explanation: message(
      "The kernel ended a worker because the host, the container or the WSL2 virtual machine had no memory left. Each worker holds its prefetched batches, and reading Python lists changes reference counts, so that pages shared by fork become copies one by one.",
      "由于宿主机、容器或 WSL2 虚拟机的内存耗尽，内核结束了一个 worker。每个 worker 都持有预取的 batch；而读取 Python 列表会改变引用计数，使 fork 共享的内存页逐页变成副本。",
    )(),
    recognise: message(
      "'DataLoader worker (pid …) is killed by signal: Killed' or 'exited unexpectedly'; `sudo dmesg | grep -i 'killed process'` names python, and `free -m` falls during the epoch. A bus error means shared memory instead.",
      "报错为 DataLoader worker (pid …) is killed by signal: Killed 或 exited unexpectedly；`sudo dmesg | grep -i 'killed process'` 中出现 python，且 `free -m` 的可用内存在 epoch 期间持续下降。若为 Bus error，则是共享内存不足。",
    )(),
    references: ["https://github.com/pytorch/pytorch/issues/13246", dataLoader],
    clues: [],
    remedies: memoryRemedies,
  }),

  "windows-pagefile-too-small": cause({
    id: "windows-pagefile-too-small",
    group: "workers",
    title: message("The Windows page file is too small for the workers", "Windows 页面文件太小，无法启动 worker")(),
    explanation: message(
      "Windows promises memory only up to RAM plus page file. Each spawned worker loads PyTorch's CUDA DLLs and reserves up to several gigabytes, even if it never uses them; when the promise is used up, loading the next DLL fails with WinError 1455.",
      "Windows 可承诺的内存上限是物理内存加页面文件。每个 spawn 的 worker 都会加载 PyTorch 的 CUDA DLL 并预留最多数 GB 内存，即使从不使用；额度耗尽后，加载下一个 DLL 就会以 WinError 1455 失败。",
    )(),
    recognise: message(
      "'[WinError 1455] The paging file is too small for this operation to complete' names a DLL of torch; Task Manager > Performance > Memory shows 'Committed' at its limit, though memory is free.",
      "报错 [WinError 1455] 页面文件太小，无法完成操作（The paging file is too small），并指向 torch 的某个 DLL；任务管理器 > 性能 > 内存中“已提交”达到上限，而物理内存仍有空闲。",
    )(),
    references: [
      "https://learn.microsoft.com/troubleshoot/windows-client/performance/introduction-to-the-page-file",
      "https://github.com/ultralytics/yolov3/issues/1643",
    ],
    clues: [],
    remedies: () => [
      byHand("windows", texts.pagefile(), "administrator", "reboot"),
      type("windows", texts.fewerWorkers(), ["loader = DataLoader(dataset, num_workers=2, persistent_workers=True)"]),
    ],
  }),
};
