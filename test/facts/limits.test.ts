import { expect, test } from "vitest";
import { limitsProbe } from "../../src/facts/limits.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const look = (description: Description) => limitsProbe.look(composed(description), {}, {});
const lines = (...all: string[]) => `${all.join("\n")}\n`;

const v2Mount = "31 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate";
const v1Cpu = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct";
const v1Memory = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory";
const hybrid = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw";

interface QuotaCase {
  readonly name: string;
  readonly mounts: readonly string[];
  readonly cgroup: string;
  readonly files: Readonly<Record<string, string>>;
  readonly cpus: number | "absent" | "unknown";
  readonly memoryMiB: number | "absent" | "unknown";
}

const quotaCases: readonly QuotaCase[] = [
  {
    name: "version 2 without limits",
    mounts: [v2Mount],
    cgroup: "0::/user.slice/user-1000.slice/session-2.scope",
    files: { "/sys/fs/cgroup/user.slice/cpu.max": "max 100000\n", "/sys/fs/cgroup/user.slice/memory.max": "max\n" },
    cpus: "absent",
    memoryMiB: "absent",
  },
  {
    name: "a fractional quota in a container with its own cgroup namespace",
    mounts: [v2Mount],
    cgroup: "0::/",
    files: { "/sys/fs/cgroup/cpu.max": "150000 100000\n", "/sys/fs/cgroup/memory.max": "536870912\n" },
    cpus: 1.5,
    memoryMiB: 512,
  },
  {
    name: "the strictest parent counts",
    mounts: [v2Mount],
    cgroup: "0::/system.slice/slurmstepd.scope/job_1/step_0",
    files: {
      "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_1/step_0/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_1/cpu.max": "400000 100000\n",
      "/sys/fs/cgroup/system.slice/cpu.max": "800000 100000\n",
      "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_1/step_0/memory.max": "17179869184\n",
      "/sys/fs/cgroup/system.slice/slurmstepd.scope/memory.max": "8589934592\n",
    },
    cpus: 4,
    memoryMiB: 8192,
  },
  {
    name: "a path outside the cgroup namespace: what is mounted is read",
    mounts: [v2Mount],
    cgroup: "0::/../../docker-abc.scope",
    files: { "/sys/fs/cgroup/cpu.max": "50000 100000\n" },
    cpus: 0.5,
    memoryMiB: "absent",
  },
  {
    name: "version 1 with the host's path and only the container's group mounted",
    mounts: [
      "32 31 0:29 /docker/0123456789ab /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct",
      "35 31 0:32 /docker/0123456789ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
    ],
    cgroup: "4:memory:/docker/0123456789ab\n3:cpu,cpuacct:/docker/0123456789ab",
    files: {
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "250000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "2147483648\n",
    },
    cpus: 2.5,
    memoryMiB: 2048,
  },
  {
    name: "version 1 beside version 2: -1 and the largest number mean no limit",
    mounts: [v1Cpu, v1Memory, hybrid],
    cgroup: "4:memory:/a\n3:cpu,cpuacct:/a\n0::/",
    files: {
      "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "9223372036854771712\n",
    },
    cpus: "absent",
    memoryMiB: "absent",
  },
  {
    name: "version 1 with a limit in the parent",
    mounts: [v1Cpu, v1Memory],
    cgroup: "4:memory:/slurm/job\n3:cpu,cpuacct:/slurm/job",
    files: {
      "/sys/fs/cgroup/cpu,cpuacct/slurm/job/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/slurm/job/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_quota_us": "300000\n",
      "/sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/memory/slurm/memory.limit_in_bytes": "1073741824\n",
    },
    cpus: 3,
    memoryMiB: 1024,
  },
  {
    name: "garbage is unknown, not a limit",
    mounts: [v2Mount],
    cgroup: "0::/",
    files: { "/sys/fs/cgroup/cpu.max": "lots\n", "/sys/fs/cgroup/memory.max": "-7\n" },
    cpus: "unknown",
    memoryMiB: "unknown",
  },
];

test.each(quotaCases)("cgroups: $name", async ({ mounts, cgroup, files, cpus, memoryMiB }) => {
  const limits = await look({
    files: { "/proc/self/mountinfo": lines(...mounts), "/proc/self/cgroup": lines(cgroup), ...files },
  });
  const told = (fact: typeof limits.quotaCpus) => (fact.state === "value" ? fact.value : fact.state);
  expect([told(limits.quotaCpus), told(limits.cgroupMemoryMiB)]).toEqual([cpus, memoryMiB]);
});

test("a limit that may not be read is unknown", async () => {
  const limits = await look({
    files: { "/proc/self/mountinfo": lines(v2Mount), "/sys/fs/cgroup/cpu.max": { trouble: "denied" } },
  });
  expect(limits.quotaCpus).toMatchObject({
    state: "unknown",
    reason: { en: "/sys/fs/cgroup/cpu.max: permission denied" },
  });
});

test.each([
  { name: "taskset", allowed: "2-3,6", online: "0-7", affinity: 3, all: 8 },
  { name: "processors that could be plugged in do not count", allowed: "0-127", online: "0-3", affinity: 4, all: 4 },
  { name: "lxcfs numbers the container's processors anew", allowed: "2-5", online: "0-3", affinity: 4, all: 4 },
  { name: "garbage falls back to what the runtime says", allowed: "x-y", online: "0-3", affinity: 8, all: 4 },
  { name: "no upper bound is believed", allowed: "0-99999", online: "0-3", affinity: 8, all: 4 },
])("processors: $name", async ({ allowed, online, affinity, all }) => {
  const limits = await look({
    files: {
      "/proc/self/status": lines("Name:\tnode", `Cpus_allowed_list:\t${allowed}`),
      "/sys/devices/system/cpu/online": lines(online),
    },
  });
  expect(limits.affinityCpus).toMatchObject({ value: affinity });
  expect(limits.hostCpus).toMatchObject({ value: all });
});

test("memory and swap are those of /proc/meminfo, in MiB", async () => {
  const meminfo = ["MemTotal:       24684100 kB", "MemAvailable:   23991000 kB", "SwapTotal:             0 kB"];
  const limits = await look({ files: { "/proc/meminfo": meminfo } });
  expect(limits.hostMemoryMiB).toMatchObject({ value: 24105 });
  expect(limits.availableMemoryMiB).toMatchObject({ value: 23428 });
  expect(limits.swapMiB).toMatchObject({ value: 0 });
});

test("without /proc/meminfo the runtime's total is left, and the rest is unknown", async () => {
  const limits = await look({ identity: { totalMemoryBytes: 2 ** 34 } });
  expect(limits.hostMemoryMiB).toEqual({ state: "value", value: 16384 });
  expect(limits.availableMemoryMiB.state).toBe("unknown");
});

test("Docker's 64 MiB of shared memory", async () => {
  const limits = await look({
    folders: { "/dev/shm": [] },
    spaces: { "/dev/shm": { totalBytes: 67_108_864, freeBytes: 60_000_000 } },
  });
  expect(limits.shm).toMatchObject({ value: { totalMiB: 64, freeMiB: 57 } });
});

test("no /dev/shm", async () => {
  expect((await look({ spaces: {} })).shm).toEqual({ state: "absent" });
});

const openFiles = (soft: number | string, hard: number | string) =>
  lines(
    "Limit   Soft Limit   Hard Limit   Units",
    `Max open files            ${soft}                 ${hard}               files     `,
  );
const status = (name: string, parent: number) => lines(`Name:\t${name}`, `PPid:\t${parent}`);

const openFileCases: readonly { name: string; files: Record<string, string>; expected: unknown }[] = [
  {
    name: "the shell's limit, not the one that Node raised for itself",
    files: {
      "/proc/self/status": status("node", 40),
      "/proc/self/limits": openFiles(1048576, 1048576),
      "/proc/40/status": status("bash", 1),
      "/proc/40/limits": openFiles(1024, 1048576),
    },
    expected: { value: { soft: 1024, hard: 1048576 } },
  },
  {
    name: "npx and the shell it starts are passed over",
    files: {
      "/proc/self/status": status("node", 42),
      "/proc/self/limits": openFiles(4096, 4096),
      "/proc/42/status": status("sh", 41),
      "/proc/42/limits": openFiles(4096, 4096),
      "/proc/41/status": status("npm exec envdoc", 40),
      "/proc/41/limits": openFiles(4096, 4096),
      "/proc/40/status": status("zsh", 1),
      "/proc/40/limits": openFiles(256, 4096),
    },
    expected: { value: { soft: 256, hard: 4096 } },
  },
  {
    name: "the terminal of an editor that is a Node program keeps what its shell has",
    files: {
      "/proc/self/status": status("node", 42),
      "/proc/self/limits": openFiles(4096, 4096),
      "/proc/42/status": status("bash", 41),
      "/proc/42/limits": openFiles(4096, 4096),
      "/proc/41/status": status("node", 1),
    },
    expected: { value: { soft: 4096, hard: 4096 } },
  },
  {
    name: "a service whose limit systemd set: the parent's is another one",
    files: {
      "/proc/self/status": status("node", 1),
      "/proc/self/limits": openFiles(524288, 524288),
      "/proc/1/status": status("systemd", 0),
      "/proc/1/limits": openFiles(1073741816, 1073741816),
    },
    expected: { state: "unknown", reason: { en: "the limit was set for this process alone" } },
  },
  {
    name: "first process of a container, limit raised",
    files: { "/proc/self/status": status("node", 0), "/proc/self/limits": openFiles(4096, 4096) },
    expected: { state: "unknown" },
  },
  {
    name: "first process of a container, limit not raised",
    files: { "/proc/self/status": status("node", 0), "/proc/self/limits": openFiles(1024, 4096) },
    expected: { value: { soft: 1024, hard: 4096 } },
  },
  {
    name: "unlimited",
    files: {
      "/proc/self/status": status("node", 7),
      "/proc/7/status": status("bash", 1),
      "/proc/7/limits": openFiles("unlimited", "unlimited"),
    },
    expected: { value: { soft: Number.MAX_SAFE_INTEGER, hard: Number.MAX_SAFE_INTEGER } },
  },
];

test.each(openFileCases)("open files: $name", async ({ files, expected }) => {
  expect((await look({ files })).openFiles).toMatchObject(expected as object);
});

test("Windows and macOS say what the runtime knows and leave the rest unknown", async () => {
  const windows = await look({ identity: { platform: "win32" }, env: { NUMBER_OF_PROCESSORS: "16" } });
  expect(windows.hostCpus).toMatchObject({ value: 16 });
  expect(windows.swapMiB.state).toBe("unknown");
  expect(windows.shm.state).toBe("absent");
  const mac = await look({ identity: { platform: "darwin" } });
  expect(mac.hostCpus).toMatchObject({ value: 10 });
  expect(mac.openFiles.state).toBe("unknown");
});
