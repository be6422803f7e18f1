import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** Process id → start time in clock ticks, which tells a process from a later one with the same number. */
export type Processes = ReadonlyMap<number, string>;

/**
 * The processes below `pid` (Linux; elsewhere none), itself left out. They are found while their parents live: after a
 * kill, children in sessions of their own belong to init and can no longer be told. Source: proc(5).
 */
export function descendantsOf(pid: number): Processes {
  const found = new Map<number, string>();
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of childrenOf(parent)) {
      const start = startTime(child);
      if (start === undefined || found.has(child)) continue;
      found.set(child, start);
      open.push(child);
    }
  }
  return found;
}

/** Signals those that still are the processes they were. */
export function signalAll(processes: Processes, signal: NodeJS.Signals): void {
  for (const [pid, start] of processes) if (startTime(pid) === start) signalQuietly(pid, signal);
}

/** A negative pid names a process group. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone, or belongs to another user: nothing more can be done about it.
  }
}

function childrenOf(pid: number): number[] {
  const threads = quietly(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return threads.flatMap((thread) => {
    const children = quietly(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")) ?? "";
    return children.split(" ").filter(Boolean).map(Number);
  });
}

function startTime(pid: number): string | undefined {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The second field is the program's name and may hold blanks and brackets; the start time is the 22nd field.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/**
 * Kills the processes whose environment holds the words `mark` (Linux): children of a child that left its group and
 * whose parents are gone. Asynchronous, because the environment of a stuck process may not be readable.
 */
export async function killMarked(mark: string): Promise<void> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      if (environment.split("\0").includes(mark)) signalQuietly(pid, "SIGKILL");
    }),
  );
}
