import { spawnSync } from "node:child_process";
import { descendantsOf, signalAll, signalQuietly } from "./descendants.ts";

/** Process groups (on Windows: process trees) that were started and have not been cleared away. */
const groups = new Set<number>();
/** Those whose owner answers a signal itself, by stopping them in order. */
const owned = new Set<number>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function remember(pid: number, ownerAnswersSignals = false): void {
  if (groups.size === 0) watch();
  groups.add(pid);
  if (ownerAnswersSignals) owned.add(pid);
}

export function forget(pid: number): void {
  owned.delete(pid);
  if (groups.delete(pid) && groups.size === 0) unwatch();
}

/** Kills every program that was started through the host and still runs; for the end of this process. */
export function killRunning(): void {
  kill([...groups]);
  groups.clear();
  owned.clear();
  unwatch();
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    if (process.platform === "win32") {
      spawnSync("taskkill", ["/PID", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true, timeout: 1000 });
      continue;
    }
    const below = descendantsOf(pid);
    signalQuietly(-pid, "SIGKILL");
    signalAll(below, "SIGKILL");
  }
}

function watch(): void {
  process.on("exit", killRunning);
  for (const signal of signals) process.on(signal, passOn);
}

function unwatch(): void {
  process.off("exit", killRunning);
  for (const signal of signals) process.off(signal, passOn);
}

/** Where nobody else answers the signal, it must still end this process. */
function passOn(signal: NodeJS.Signals): void {
  if (owned.size > 0 || process.listenerCount(signal) > 1) {
    kill([...groups].filter((pid) => !owned.has(pid)));
    return;
  }
  killRunning();
  process.kill(process.pid, signal);
}
