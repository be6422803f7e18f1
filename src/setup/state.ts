/** Where journals lie, and the lock that keeps two wizards apart. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { HostIdentity } from "../host/host.ts";
import { createWhole, isMissing, makeFolder } from "./files.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** By the XDG Base Directory Specification, and the folders that Windows and macOS have for it. */
export function stateFolder({ platform, home }: Pick<HostIdentity, "platform" | "home">, env: Environment): string {
  if (platform === "win32") return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "envdoctor");
  if (platform === "darwin") return join(home, "Library", "Application Support", "envdoctor");
  const given = env["XDG_STATE_HOME"];
  // A relative path is to be ignored, says the specification.
  return join(given?.startsWith("/") ? given : join(home, ".local", "state"), "envdoctor");
}

export interface Lock {
  readonly release: () => void;
}

/** Takes the lock, or names the process that has it. A lock of a process that is gone is taken over. */
export function takeLock(state: string): Lock | { readonly heldBy: number } {
  makeFolder(state);
  const path = join(state, "lock");
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  for (let attempt = 0; attempt < 3; attempt++) {
    if (createWhole(path, mine, `${process.pid}`)) return { release: () => release(path, mine) };
    const held = read(path);
    if (held === undefined) continue;
    const holder = parse(held);
    if (holder && startOf(holder.pid) === holder.started && holder.started !== null) return { heldBy: holder.pid };
    // Only the very lock that was judged is taken away: another process may have been quicker.
    if (read(path) === held) rmSync(path, { force: true });
  }
  return { heldBy: parse(read(path) ?? "")?.pid ?? 0 };
}

function release(path: string, mine: string): void {
  if (read(path) === mine) rmSync(path, { force: true });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parse(text: string): { pid: number; started: string | null } | undefined {
  try {
    const { pid, started } = JSON.parse(text);
    return typeof pid === "number" ? { pid, started: typeof started === "string" ? started : null } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * When a process started, in a form that tells it from a later one with the same number; null where it does not run.
 * Field 22 of /proc/<pid>/stat: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOf(pid: number): string | null {
  if (process.platform !== "linux") return isAlive(pid) ? "running" : null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const zombie = fields[0] === "Z" || fields[0] === "X";
    return zombie ? null : `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
