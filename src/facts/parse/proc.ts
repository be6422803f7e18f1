/** Number of processors in a kernel list such as "0-3,8"; null where it is none. */
export function countCpus(list: string): number | null {
  return cpuSet(list)?.size ?? null;
}

/**
 * Processors of an affinity list that are online. The list can name more than are plugged in (VMware allows for 128);
 * one that is no longer than `online` is taken at its word, because lxcfs numbers the online ones anew from 0.
 * null where one of the two is no list.
 */
export function countUsableCpus(allowed: string, online: string): number | null {
  const [mine, present] = [cpuSet(allowed), cpuSet(online)];
  if (mine === null || present === null) return null;
  return mine.size <= present.size ? mine.size : [...mine].filter((cpu) => present.has(cpu)).length;
}

/** The kernel itself counts at most 8192 processors (CONFIG_NR_CPUS); a longer range is garbage. */
const mostCpus = 8192;

function cpuSet(list: string): Set<number> | null {
  const cpus = new Set<number>();
  for (const part of list.trim().split(",")) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (match === null) return null;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first || last >= mostCpus) return null;
    for (let cpu = first; cpu <= last; cpu++) cpus.add(cpu);
  }
  return cpus;
}

/** The value of "Key:\tvalue" in /proc/<pid>/status. */
export function statusField(text: string, key: string): string | null {
  const line = text.split("\n").find((each) => each.startsWith(`${key}:`));
  return line === undefined ? null : line.slice(key.length + 1).trim();
}

/** A size of /proc/meminfo in MiB (it is written in kB, meaning KiB). */
export function meminfoMiB(text: string, key: string): number | null {
  const line = text.split("\n").find((each) => each.startsWith(`${key}:`));
  const kib = /:\s*(\d+) kB/.exec(line ?? "")?.[1];
  return kib === undefined ? null : Math.floor(Number(kib) / 1024);
}

/** "Max open files" of /proc/<pid>/limits; "unlimited" is the largest safe integer. */
export function openFileLimits(text: string): { readonly soft: number; readonly hard: number } | null {
  const match = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(text);
  if (match === null) return null;
  const [soft, hard] = [match[1], match[2]].map((word) =>
    word === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(word),
  );
  return soft === undefined || hard === undefined ? null : { soft, hard };
}
