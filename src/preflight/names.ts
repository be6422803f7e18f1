import { driverReport } from "../facts/driver-report.ts";
import { absent, type Fact, known, mapFact, unknown, value } from "../facts/fact.ts";
import type { Facts, FrameworkName } from "../facts/facts.ts";
import { message, type Said } from "../text/message.ts";
import { cardFacts, cardReader, freeMemory, nowFact } from "./card-facts.ts";
import type { Kind, Reading } from "./requirement.ts";
import {
  andThen,
  frameworkOf,
  judgedPython,
  nothingFound,
  othersHidden,
  type Subject,
  trainsOnGpu,
} from "./subject.ts";

const whys = {
  hidden: message("processes of others cannot be seen from a container or WSL", "从容器或 WSL 中看不到其他人的进程"),
  noVersion: message("the loaded module does not tell its version", "已加载的内核模块没有给出版本"),
  untold: message("this nvidia-smi does not tell it", "这个 nvidia-smi 没有给出该信息"),
};

/** What a requirement can ask about, by its name. Several readings: one for each card that the command sees. */
export interface Property {
  readonly kind: Kind;
  /** The only words there are. */
  readonly words?: readonly string[];
  readonly says: Said;
  readonly read: (subject: Subject) => Fact<readonly Reading[]>;
  /** How a policy that is written from a good machine asks for it; left out where it is no trait of the machine. */
  readonly pin?: Pin;
}

/**
 * exact: the same; atLeast: as much (`slack`: or this share less, for sizes that differ a little between machines of one
 * kind); release: the same major and minor version; yes: where it is so.
 */
export type Pin = { readonly by: "exact" | "release" | "yes" } | { readonly by: "atLeast"; readonly slack?: number };

/** Xids that a program's own bug causes: https://docs.nvidia.com/deploy/xid-errors/ */
const xidsOfPrograms = new Set([13, 31, 43, 45, 68]);

const memorySlack = 0.05;

export const vocabulary: Readonly<Record<string, Property>> = {
  check: {
    kind: "yes-no",
    says: message("nothing that check finds keeps it from training", "check 没有发现妨碍训练的问题")(),
    read: (subject) => one(nothingFound(subject)),
    pin: { by: "yes" },
  },
  lint: {
    kind: "yes-no",
    says: message("the script can start its workers (envdoctor lint)", "脚本可以安全启动 worker（envdoctor lint）")(),
    read: ({ lint }) => one(lint),
  },
  proof: {
    kind: "yes-no",
    says: message("a short training run proved itself (--prove)", "短时训练已证实可用（--prove）")(),
    read: ({ proof }) => one(proof),
  },
  platform: {
    kind: "word",
    words: ["linux", "win32", "darwin"],
    says: message("operating system", "操作系统")(),
    read: ({ facts }) => one(facts.system.platform),
    pin: { by: "exact" },
  },
  os: {
    kind: "word",
    says: message(
      "distribution: ID of /etc/os-release, windows or macos",
      "发行版：/etc/os-release 的 ID、windows 或 macos",
    )(),
    read: ({ facts }) => one(mapFact(facts.system.os, ({ id }) => id)),
    pin: { by: "exact" },
  },
  arch: {
    kind: "word",
    says: message("processor architecture: x64, arm64", "处理器架构：x64、arm64")(),
    read: ({ facts }) => one(facts.system.arch),
    pin: { by: "exact" },
  },
  kernel: {
    kind: "version",
    says: message("kernel release (on Windows its build)", "内核版本（Windows 为其内部版本）")(),
    read: ({ facts }) => one(facts.system.kernel),
    pin: { by: "release" },
  },
  "gpu.count": {
    kind: "number",
    says: message("GPUs that the command sees", "命令可见的 GPU 数量")(),
    read: ({ cards }) => one(cards.count),
    pin: { by: "atLeast" },
  },
  "gpu.name": {
    kind: "word",
    says: message("name of each card; * stands for any text", "每张显卡的名称，* 代表任意文字")(),
    read: cardReader("name"),
    pin: { by: "exact" },
  },
  "gpu.memoryMiB": {
    kind: "number",
    says: message("memory of each card", "每张显卡的显存")(),
    read: cardReader("memoryMiB"),
    pin: { by: "atLeast", slack: memorySlack },
  },
  "gpu.freeMemoryMiB": {
    kind: "number",
    says: message("memory of each card that is free now", "每张显卡当前空闲的显存")(),
    read: (subject) => cardFacts(subject, freeMemory),
  },
  "gpu.computeCapability": {
    kind: "version",
    says: message("compute capability of each card", "每张显卡的计算能力")(),
    read: cardReader("computeCapability"),
    pin: { by: "atLeast" },
  },
  "gpu.processes": {
    kind: "number",
    says: message("other processes that compute on each card", "每张显卡上正在计算的其他进程数")(),
    read: (subject) =>
      cardFacts(subject, (card) =>
        card.now?.computeProcesses === 0 && othersHidden(subject)
          ? unknown(whys.hidden())
          : nowFact("computeProcesses")(card),
      ),
  },
  "gpu.temperatureC": {
    kind: "number",
    says: message("temperature of each card", "每张显卡的温度")(),
    read: (subject) => cardFacts(subject, nowFact("temperatureC")),
  },
  "gpu.throttled": {
    kind: "yes-no",
    says: message("heat or power slows a card down now", "显卡正因过热或供电降频")(),
    read: (subject) =>
      cardFacts(subject, (card) => mapFact(nowFact("slowdowns")(card), (slowdowns) => slowdowns.length > 0)),
  },
  "gpu.eccErrors": {
    kind: "number",
    says: message(
      "uncorrected memory errors of each card since its driver was loaded",
      "驱动加载以来每张显卡未纠正的显存错误数",
    )(),
    read: (subject) => cardFacts(subject, nowFact("uncorrectedErrors")),
  },
  "gpu.xidErrors": {
    kind: "number",
    says: message(
      "Xid errors in the kernel log since boot that are no program's own fault",
      "启动以来内核日志中不由程序自身引起的 Xid 错误数",
    )(),
    read: ({ facts, cards }) => (known(cards.count) === 0 ? absent() : one(mapFact(facts.driver.kernelLog, xids))),
  },
  driver: {
    kind: "version",
    says: message("NVIDIA driver", "NVIDIA 驱动")(),
    read: ({ facts }) => one(driverVersion(facts)),
    pin: { by: "atLeast" },
  },
  cuda: {
    kind: "version",
    says: message("highest CUDA version that the driver serves", "驱动支持的最高 CUDA 版本")(),
    read: ({ facts }) => one(cudaVersion(facts)),
    pin: { by: "atLeast" },
  },
  "cuda.toolkit": {
    kind: "version",
    says: message("CUDA toolkit: the one on PATH, else the newest", "CUDA Toolkit：PATH 上的，否则取最新的")(),
    read: ({ facts }) =>
      one(mapFact(facts.cuda.toolkits, (all) => (all.find(({ onPath }) => onPath) ?? newest(all)).version)),
  },
  python: {
    kind: "version",
    says: message("the Python of the command", "命令使用的 Python")(),
    read: (subject) => one(andThen(judgedPython(subject), ({ version }) => version)),
    pin: { by: "release" },
  },
  "python.environment": {
    kind: "word",
    words: ["venv", "conda", "uv", "pyenv", "system", "store", "other"],
    says: message("where that Python belongs", "该 Python 所属的环境")(),
    read: (subject) => one(mapFact(judgedPython(subject), ({ environment }) => environment)),
  },
  startMethod: {
    kind: "word",
    words: ["fork", "spawn", "forkserver"],
    says: message("default start method of its workers", "worker 的默认启动方式")(),
    read: (subject) => one(andThen(judgedPython(subject), ({ startMethod }) => startMethod)),
    pin: { by: "exact" },
  },
  torch: frameworkVersion("torch"),
  "torch.cuda": frameworkOnGpu("torch"),
  "torch.cudaBuild": {
    kind: "version",
    says: message("CUDA version that torch was built for", "torch 构建时的 CUDA 版本")(),
    read: (subject) =>
      one(
        andThen(frameworkOf(subject, "torch"), ({ cudaBuild }) =>
          andThen(cudaBuild, (version): Fact<string> => (version === null ? absent() : value(version))),
        ),
      ),
    pin: { by: "release" },
  },
  tensorflow: frameworkVersion("tensorflow"),
  "tensorflow.cuda": frameworkOnGpu("tensorflow"),
  jax: frameworkVersion("jax"),
  "jax.cuda": frameworkOnGpu("jax"),
  "limits.cpus": {
    kind: "number",
    says: message("processors that it may use (affinity and quota)", "可用的处理器数（亲和性与配额）")(),
    read: ({ facts: { limits } }) =>
      one(
        smaller(
          limits.affinityCpus,
          mapFact(limits.quotaCpus, (quota) => Math.max(1, Math.ceil(quota))),
        ),
      ),
    pin: { by: "atLeast" },
  },
  "limits.memoryMiB": {
    kind: "number",
    says: message("memory that it may use (machine and cgroup)", "可用的内存（机器与 cgroup）")(),
    read: ({ facts: { limits } }) => one(smaller(limits.hostMemoryMiB, limits.cgroupMemoryMiB)),
    pin: { by: "atLeast", slack: memorySlack },
  },
  "limits.freeMemoryMiB": {
    kind: "number",
    says: message("memory that is available now", "当前可用的内存")(),
    read: ({ facts: { limits } }) => one(smaller(limits.availableMemoryMiB, limits.cgroupMemoryMiB)),
  },
  "limits.shmMiB": {
    kind: "number",
    says: message("size of /dev/shm", "/dev/shm 的大小")(),
    read: ({ facts: { limits } }) => one(mapFact(limits.shm, ({ totalMiB }) => totalMiB)),
    pin: { by: "atLeast", slack: memorySlack },
  },
  "limits.shmFreeMiB": {
    kind: "number",
    says: message("room in /dev/shm now", "/dev/shm 当前的剩余空间")(),
    read: ({ facts: { limits } }) => one(mapFact(limits.shm, ({ freeMiB }) => freeMiB)),
  },
  "limits.openFiles": {
    kind: "number",
    says: message("files that a process may have open (ulimit -n)", "进程可打开的文件数（ulimit -n）")(),
    read: ({ facts: { limits } }) => one(mapFact(limits.openFiles, ({ soft }) => soft)),
    pin: { by: "atLeast" },
  },
  "disk.freeMiB": {
    kind: "number",
    says: message("room for checkpoints in the working folder", "工作目录的剩余空间（用于 checkpoint）")(),
    read: ({ facts }) => one(andThen(facts.data, ({ freeMiB }) => freeMiB)),
  },
  "disk.filesystem": {
    kind: "word",
    says: message("file system of the working folder: ext4, nfs4, 9p …", "工作目录的文件系统：ext4、nfs4、9p……")(),
    read: ({ facts }) => one(andThen(facts.data, ({ filesystem }) => filesystem)),
  },
};

function frameworkVersion(name: FrameworkName): Property {
  return {
    kind: "version",
    says: message("{name} in that Python", "该 Python 中的 {name}")({ name }),
    read: (subject) => one(mapFact(frameworkOf(subject, name), ({ version }) => version)),
    pin: { by: "exact" },
  };
}

function frameworkOnGpu(name: FrameworkName): Property {
  return {
    kind: "yes-no",
    says: message("{name} can train on the GPU here", "{name} 可以在这里用 GPU 训练")({ name }),
    read: (subject) => one(trainsOnGpu(subject, name)),
    pin: { by: "yes" },
  };
}

function one(fact: Fact<Reading>): Fact<readonly Reading[]> {
  return mapFact(fact, (reading) => [reading]);
}

/** The lesser of a size and a limit that need not be there. */
function smaller(size: Fact<number>, limit: Fact<number>): Fact<number> {
  if (limit.state === "unknown") return limit;
  const most = known(limit) ?? Number.POSITIVE_INFINITY;
  return mapFact(size, (whole) => Math.min(whole, most));
}

function xids(lines: readonly string[]): number {
  return lines.filter((line) => {
    const xid = /NVRM: Xid \([^)]{0,60}\): (\d{1,4})/.exec(line)?.[1];
    return xid !== undefined && !xidsOfPrograms.has(Number(xid));
  }).length;
}

function driverVersion(facts: Facts): Fact<string> {
  const { driver } = facts;
  const report = driverReport(facts);
  const version = known(report)?.driverVersion ?? known(driver.module)?.version;
  if (version) return value(version);
  if (driver.module.state === "value") return unknown(whys.noVersion());
  return report.state === "value" || report.state === "absent" ? absent() : report;
}

function cudaVersion(facts: Facts): Fact<string> {
  return andThen(driverReport(facts), ({ cudaVersion: version, outcome }): Fact<string> => {
    if (version !== null) return value(version);
    return outcome === "ok" ? unknown(whys.untold()) : absent();
  });
}

function newest<T extends { readonly version: string }>(all: readonly T[]): T {
  const [first, ...rest] = all;
  if (first === undefined) throw new RangeError("a list of toolkits that is a value is not empty");
  return rest.reduce(
    (best, each) => (each.version.localeCompare(best.version, "en", { numeric: true }) > 0 ? each : best),
    first,
  );
}
