import { isBelow, type Mount } from "./mountinfo.ts";

/** One line of /proc/<pid>/cgroup: https://man7.org/linux/man-pages/man7/cgroups.7.html */
export interface CgroupLine {
  /** Controllers of a version 1 hierarchy; empty for version 2. */
  readonly controllers: readonly string[];
  readonly path: string;
}

export function parseCgroup(text: string): CgroupLine[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line.trim());
    if (match?.[1] === undefined || match[2] === undefined) return [];
    return [{ controllers: match[1] === "" ? [] : match[1].split(","), path: match[2] }];
  });
}

export interface CgroupFolders {
  readonly version: 1 | 2;
  /** Folders whose limits hold for this process, its own first, then every parent up to the mount. */
  readonly folders: readonly string[];
}

/** Where cgroups are found when the mount table cannot be read, or names none. */
const customary: readonly Mount[] = [
  { root: "/", mountPoint: "/sys/fs/cgroup", type: "cgroup2", source: "", options: "" },
];

/**
 * The folders in which the limits of a controller ("cpu", "memory") stand for this process. On a machine with both
 * versions mounted a controller belongs to version 1 where a version 1 hierarchy carries it.
 */
export function cgroupFolders(
  controller: string,
  lines: readonly CgroupLine[],
  mounts: readonly Mount[],
): CgroupFolders {
  const v1 = mounts.findLast(({ type, options }) => type === "cgroup" && options.split(",").includes(controller));
  if (v1 !== undefined) {
    const own = lines.find(({ controllers }) => controllers.includes(controller));
    return { version: 1, folders: upwards(v1, own?.path ?? "/") };
  }
  const mounted = mounts.filter(({ type }) => type === "cgroup2");
  const v2 = mounted.find(({ mountPoint }) => mountPoint === "/sys/fs/cgroup") ?? mounted[0] ?? customary[0];
  const own = lines.find(({ controllers }) => controllers.length === 0);
  return { version: 2, folders: v2 === undefined ? [] : upwards(v2, own?.path ?? "/") };
}

/**
 * In a container the path can be the host's while only the container's own group is mounted (root names it), or be
 * outside the namespace ("/../…"): then what is mounted is all that can be read.
 */
function upwards({ root, mountPoint }: Mount, path: string): string[] {
  const inside =
    path.split("/").includes("..") || !isBelow(path, root) ? "" : root === "/" ? path : path.slice(root.length);
  const names = inside.split("/").filter((name) => name !== "");
  return names.map((_, at) => [mountPoint, ...names.slice(0, names.length - at)].join("/")).concat(mountPoint);
}

/** Processors by cpu.max ("50000 100000", "max 100000"); null: no quota; undefined: not understood. */
export function quotaOfCpuMax(text: string): number | null | undefined {
  const [quota, period] = text.trim().split(/\s+/);
  if (quota === "max") return null;
  return ratio(Number(quota), Number(period ?? 100_000));
}

/** Processors by cpu.cfs_quota_us and cpu.cfs_period_us; a quota of -1 is none (null). */
export function quotaOfCfs(quota: string, period: string): number | null | undefined {
  const microseconds = Number(quota.trim() || "none");
  return microseconds < 0 ? null : ratio(microseconds, Number(period.trim() || "none"));
}

function ratio(quota: number, period: number): number | undefined {
  return quota > 0 && period > 0 && Number.isFinite(quota) ? quota / period : undefined;
}

/** Version 1 writes "no limit" as the largest multiple of the page size: anything from 2^60 bytes up is none. */
const noLimitBytes = 2 ** 60;

/** Bytes by memory.max or memory.limit_in_bytes; null: no limit; undefined: not understood. */
export function limitOfMemory(text: string): number | null | undefined {
  const word = text.trim();
  if (word === "max" || word === "-1") return null;
  if (!/^\d+$/.test(word)) return undefined;
  const bytes = Number(word);
  return bytes >= noLimitBytes ? null : bytes;
}
