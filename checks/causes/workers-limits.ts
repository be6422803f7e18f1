import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { containersOf, inWsl2 } from "../situation.ts";
import { workersLimitsClues } from "./clues/workers-limits.ts";
import { byHand, type } from "./remedies.ts";

const dataLoader = "https://docs.pytorch.org/docs/stable/data.html";
const sharing = "https://docs.pytorch.org/docs/stable/multiprocessing.html";

const texts = {
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
    "增大页面文件：设置 > 系统 > 系统信息 > 高级系统设置 > 性能“设置”> 高级 > 虚拟内存“更改”；取消“自动管理”，选择空间充足的盘，自定义大小，初始 32768 MB，最大 65536 MB；点击“设置”、确定并重启",
  ),
  fewerWorkers: message(
    "Or start fewer workers: each one reserves memory for all of PyTorch's CUDA libraries",
    "或者减少 worker 数量：每个 worker 都会为 PyTorch 的全部 CUDA 库预留内存",
  ),
};

const anywhere = (title: Remedy["title"], ...commands: string[]): Remedy => type("any", title, commands);

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
  const shell = type("linux", texts.ulimit(), [`ulimit -n ${limit}`]);
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

export const limitCauses = {
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
      "`df -h /dev/shm` 显示 64M（或已满）；报错为“Unexpected bus error encountered in worker”或“killed by signal: Bus error”。若为“killed by signal: Killed”，则是普通内存不足。",
    )(),
    references: [
      "https://docs.docker.com/reference/cli/docker/container/run/",
      "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
      "https://github.com/pytorch/pytorch/issues/5040",
    ],
    clues: workersLimitsClues["shm-too-small"],
    remedies: shmRemedies,
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
      "报错为“Too many open files”或“received 0 items of ancdata”；`ulimit -n` 显示上限，`ls /proc/<pid>/fd | wc -l` 的数值不断接近它。",
    )(),
    references: [`${sharing}#sharing-strategies`, "https://github.com/pytorch/pytorch/issues/41465"],
    clues: workersLimitsClues["open-file-limit"],
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
      "报错为“DataLoader worker (pid …) is killed by signal: Killed”或 exited unexpectedly；`sudo dmesg | grep -i 'killed process'` 中出现 python，且 `free -m` 的可用内存在 epoch 期间持续下降。若为 Bus error，则是共享内存不足。",
    )(),
    references: ["https://github.com/pytorch/pytorch/issues/13246", dataLoader],
    clues: workersLimitsClues["worker-oom-killed"],
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
      "报错 [WinError 1455] 页面文件太小，无法完成操作（“The paging file is too small”），并指向 torch 的某个 DLL；任务管理器 > 性能 > 内存中“已提交”达到上限，而物理内存仍有空闲。",
    )(),
    references: [
      "https://learn.microsoft.com/troubleshoot/windows-client/performance/introduction-to-the-page-file",
      "https://github.com/ultralytics/yolov3/issues/1643",
    ],
    clues: workersLimitsClues["windows-pagefile-too-small"],
    remedies: () => [
      byHand("windows", texts.pagefile(), "administrator", "reboot"),
      type("windows", texts.fewerWorkers(), ["loader = DataLoader(dataset, num_workers=2, persistent_workers=True)"]),
    ],
  }),
};
