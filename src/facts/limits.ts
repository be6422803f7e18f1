import type { Answer, Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { absent, type Fact, unknown, value } from "./fact.ts";
import type { LimitFacts } from "./facts.ts";
import { evidence, textOf, whyNot } from "./parse/answers.ts";
import {
  type CgroupFolders,
  cgroupFolders,
  limitOfMemory,
  parseCgroup,
  quotaOfCfs,
  quotaOfCpuMax,
} from "./parse/cgroup.ts";
import { parseMountinfo } from "./parse/mountinfo.ts";
import { countCpus, countUsableCpus, meminfoMiB, openFileLimits, statusField } from "./parse/proc.ts";
import type { Probe } from "./probe.ts";

const texts = {
  noSize: message("/dev/shm does not tell its size", "/dev/shm 没有给出大小"),
  noKey: message("/proc/meminfo has no {key}", "/proc/meminfo 中没有 {key}"),
  noParent: message("no parent process whose limits could be read", "没有能读到限制的父进程"),
  ownLimit: message("the limit was set for this process alone", "该限制只针对本进程设置"),
  noCount: message("NUMBER_OF_PROCESSORS is not set", "未设置 NUMBER_OF_PROCESSORS"),
  notHere: message("not looked at on {system}", "在 {system} 上不查看"),
  pageFile: message("the page file is not looked at", "不查看页面文件"),
  macSwap: message("macOS sizes its swap as it needs", "macOS 按需调整交换空间大小"),
  macLimit: message("the shell's own limit cannot be read on macOS", "在 macOS 上无法读取 shell 自身的限制"),
};

const mib = 2 ** 20;

/** How much of the machine this process may use: processors, memory, shared memory, open files. */
export const limitsProbe: Probe<"limits"> = {
  subject: "limits",
  needs: [],
  look: (host) => (host.identity.platform === "linux" ? linuxLimits(host) : otherLimits(host)),
};

async function linuxLimits(host: Host): Promise<LimitFacts> {
  const [status, online, meminfo, cgroups, shm] = await Promise.all([
    host.readFile("/proc/self/status"),
    host.readFile("/sys/devices/system/cpu/online"),
    host.readFile("/proc/meminfo"),
    cgroupLimits(host),
    host.space("/dev/shm"),
  ]);
  return {
    affinityCpus: affinity(host, textOf(status), textOf(online)),
    hostCpus: onlineCpus(online),
    ...cgroups,
    hostMemoryMiB: orElse(meminfoFact(meminfo, "MemTotal"), Math.floor(host.identity.totalMemoryBytes / mib)),
    availableMemoryMiB: meminfoFact(meminfo, "MemAvailable"),
    swapMiB: meminfoFact(meminfo, "SwapTotal"),
    shm: sharedMemory(shm),
    openFiles: await openFiles(host, textOf(status)),
  };
}

/** From the kernel's list rather than from Node, whose newer releases count the cgroup quota into availableParallelism. */
function affinity(host: Host, status: string, online: string): Fact<number> {
  const allowed = statusField(status, "Cpus_allowed_list");
  const cpus = allowed === null ? null : countUsableCpus(allowed, online);
  if (allowed === null || cpus === null || cpus === 0) return value(host.identity.availableParallelism);
  return value(cpus, { source: "/proc/self/status", excerpt: `Cpus_allowed_list: ${allowed}` });
}

function onlineCpus(online: Answer<string>): Fact<number> {
  const cpus = countCpus(textOf(online));
  const path = "/sys/devices/system/cpu/online";
  return cpus === null ? unknown(whyNot(path, online)) : value(cpus, evidence(path, textOf(online)));
}

function meminfoFact(meminfo: Answer<string>, key: string): Fact<number> {
  const size = meminfoMiB(textOf(meminfo), key);
  if (size === null) return unknown(meminfo.ok ? texts.noKey({ key }) : whyNot("/proc/meminfo", meminfo));
  const line = textOf(meminfo)
    .split("\n")
    .find((each) => each.startsWith(`${key}:`));
  return value(size, evidence("/proc/meminfo", line ?? ""));
}

function orElse(fact: Fact<number>, other: number): Fact<number> {
  return fact.state === "value" ? fact : value(other);
}

function sharedMemory(space: Awaited<ReturnType<Host["space"]>>): LimitFacts["shm"] {
  if (!space.ok) return space.trouble === "missing" ? absent() : unknown(whyNot("/dev/shm", space));
  // A tmpfs without a limit of its own says 0.
  if (!(space.value.totalBytes > 0)) return unknown(texts.noSize());
  const size = { totalMiB: Math.floor(space.value.totalBytes / mib), freeMiB: Math.floor(space.value.freeBytes / mib) };
  return value(size, { source: "df -m /dev/shm", excerpt: `${size.totalMiB} MiB, ${size.freeMiB} MiB free` });
}

async function cgroupLimits(host: Host): Promise<Pick<LimitFacts, "quotaCpus" | "cgroupMemoryMiB">> {
  const [own, mountinfo] = await Promise.all([
    host.readFile("/proc/self/cgroup"),
    host.readFile("/proc/self/mountinfo"),
  ]);
  const lines = parseCgroup(textOf(own));
  const mounts = parseMountinfo(textOf(mountinfo));
  const [quotaCpus, bytes] = await Promise.all([
    quota(host, cgroupFolders("cpu", lines, mounts)),
    memory(host, cgroupFolders("memory", lines, mounts)),
  ]);
  const cgroupMemoryMiB: Fact<number> =
    bytes.state === "value" ? { ...bytes, value: Math.floor(bytes.value / mib) } : bytes;
  return { quotaCpus, cgroupMemoryMiB };
}

async function quota(host: Host, { version, folders }: CgroupFolders): Promise<Fact<number>> {
  if (version === 2) return smallest(await readEach(host, folders, "cpu.max", quotaOfCpuMax));
  const [quotas, periods] = await Promise.all([
    readEach(host, folders, "cpu.cfs_quota_us", (text) => text),
    readEach(host, folders, "cpu.cfs_period_us", (text) => text),
  ]);
  return smallest(
    quotas.map((each, at) => ({ ...each, limit: quotaOfCfs(each.limit ?? "", periods[at]?.limit ?? "") })),
  );
}

async function memory(host: Host, { version, folders }: CgroupFolders): Promise<Fact<number>> {
  const name = version === 2 ? "memory.max" : "memory.limit_in_bytes";
  return smallest(await readEach(host, folders, name, limitOfMemory));
}

interface Limit<T> {
  readonly path: string;
  readonly answer: Answer<string>;
  /** null: says that there is none; undefined: not there or not understood. */
  readonly limit: T | null | undefined;
}

async function readEach<T>(
  host: Host,
  folders: readonly string[],
  name: string,
  parse: (text: string) => T | null | undefined,
): Promise<Limit<T>[]> {
  return Promise.all(
    folders.map(async (folder) => {
      const path = `${folder}/${name}`;
      const answer = await host.readFile(path, { maxBytes: 4096 });
      return { path, answer, limit: answer.ok ? parse(answer.value) : undefined };
    }),
  );
}

/** A limit of any parent holds too, so the smallest one counts. The root group has no such files: that is no limit. */
function smallest(limits: readonly Limit<number>[]): Fact<number> {
  const set = limits.filter((each): each is Limit<number> & { limit: number } => typeof each.limit === "number");
  const least = set.sort((a, b) => a.limit - b.limit)[0];
  if (least !== undefined) return value(least.limit, evidence(least.path, textOf(least.answer)));
  const unread = limits.find(({ answer, limit }) => limit === undefined && (answer.ok || answer.trouble !== "missing"));
  if (unread !== undefined) return unknown(whyNot(unread.path, unread.answer));
  const said = limits.find(({ limit }) => limit === null);
  return said === undefined ? absent() : absent(evidence(said.path, textOf(said.answer)));
}

/** Programs that run us and, being Node, have raised their own soft limit; the shell of `npx` stands among them. */
const nodePrograms = /^(?:node|MainThread|npm|npx|pnpm|yarn|bun)\b/;
const nodeRunners = /^(?:npm|npx|pnpm|yarn|bun)\b/;
const shells = /^(?:sh|dash|bash)$/;

/**
 * The limit of a training job started beside us. Node raises its soft limit to the hard one as it starts, so our own
 * tells nothing: the first ancestor that is no Node program (nor a shell that one started) has what the user has.
 */
async function openFiles(host: Host, ownStatus: string): Promise<LimitFacts["openFiles"]> {
  const own = openFileLimits(textOf(await host.readFile("/proc/self/limits")));
  let pid = parentOf(ownStatus);
  for (let step = 0; step < 8 && pid !== null; step++) {
    const [status, limits] = await Promise.all([processStatus(host, pid), host.readFile(`/proc/${pid}/limits`)]);
    const parent = parentOf(status);
    const ofRunner = shells.test(nameOf(status)) && nodeRunners.test(nameOf(await processStatus(host, parent)));
    if (!nodePrograms.test(nameOf(status)) && !ofRunner) return inherited(limits, pid, own?.hard);
    pid = parent;
  }
  // No parent to be seen (first process of a container): our own tells only if Node did not raise it.
  return own !== null && own.soft < own.hard ? openFilesSeen(own) : unknown(texts.noParent());
}

/** Another hard limit than ours means that it was set for this process alone, as systemd does for a service. */
function inherited(limits: Answer<string>, pid: string, ownHard: number | undefined): LimitFacts["openFiles"] {
  const found = openFileLimits(textOf(limits));
  if (found === null) return unknown(whyNot(`/proc/${pid}/limits`, limits));
  if (ownHard !== undefined && ownHard !== found.hard) return unknown(texts.ownLimit());
  return openFilesSeen(found);
}

function openFilesSeen(found: { readonly soft: number; readonly hard: number }): LimitFacts["openFiles"] {
  return value(found, { source: "ulimit -Sn; ulimit -Hn", excerpt: `${found.soft}\n${found.hard}` });
}

async function processStatus(host: Host, pid: string | null): Promise<string> {
  return pid === null ? "" : textOf(await host.readFile(`/proc/${pid}/status`));
}

function parentOf(status: string): string | null {
  const pid = statusField(status, "PPid");
  return pid === "0" ? null : pid;
}

function nameOf(status: string): string {
  return statusField(status, "Name") ?? "";
}

async function otherLimits({ identity, env }: Host): Promise<LimitFacts> {
  const windows = identity.platform === "win32";
  const processors = Number(env.NUMBER_OF_PROCESSORS);
  return {
    affinityCpus: value(identity.availableParallelism),
    hostCpus: windows
      ? processors > 0
        ? value(processors, { source: "NUMBER_OF_PROCESSORS", excerpt: String(processors) })
        : unknown(texts.noCount())
      : value(identity.availableParallelism),
    quotaCpus: absent(),
    hostMemoryMiB: value(Math.floor(identity.totalMemoryBytes / mib)),
    cgroupMemoryMiB: absent(),
    availableMemoryMiB: unknown(texts.notHere({ system: windows ? "Windows" : "macOS" })),
    swapMiB: unknown(windows ? texts.pageFile() : texts.macSwap()),
    shm: absent(),
    openFiles: windows ? absent() : unknown(texts.macLimit()),
  };
}
