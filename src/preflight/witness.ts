import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { signalQuietly } from "../host/descendants.ts";

/** A signal reaches all processes of a group within this many milliseconds. */
const spreadMs = 10;
/** Where /proc does not tell at once, the end of a process is heard of within this. */
const hearsayMs = 40;

/**
 * Tells a signal that the whole process group got (Ctrl-C, Ctrl-Z, `timeout`, Slurm) from one that was sent to this
 * process alone. In the first case the command has it already, and must not get it twice: a second SIGINT breaks off
 * the cleaning up after the first. Node does not tell who a signal was for; a process that does nothing, in the same
 * group, shows it. It is a `cat` that waits for our end of its pipe to close, so it cannot outlive us.
 */
export class Witness {
  private readonly cat: ChildProcess;

  constructor() {
    this.cat = spawn("cat", [], { stdio: ["pipe", "ignore", "ignore"] });
    this.cat.on("error", () => {});
    this.cat.stdin?.on("error", () => {});
    this.cat.unref();
  }

  /** Did the group get this signal, which came to us just now? false where it cannot be told. */
  async saw(signal: NodeJS.Signals): Promise<boolean> {
    const { pid } = this.cat;
    if (pid === undefined) return false;
    await wait(spreadMs);
    const status = this.ended() ? null : statusOf(pid);
    if (status === undefined) await wait(hearsayMs - spreadMs);
    if (this.ended()) return this.cat.signalCode === signal;
    return status ? /^[ZXTt]/.test(status.state) || isPending(status.pending, signal) : false;
  }

  private ended(): boolean {
    return this.cat.exitCode !== null || this.cat.signalCode !== null;
  }

  get isGone(): boolean {
    return this.ended() || this.cat.pid === undefined;
  }

  resume(): void {
    if (this.cat.pid !== undefined && !this.ended()) signalQuietly(this.cat.pid, "SIGCONT");
  }

  dismiss(): void {
    this.cat.stdin?.destroy();
    if (this.cat.pid !== undefined && !this.ended()) signalQuietly(this.cat.pid, "SIGKILL");
  }
}

interface Status {
  /** One letter and its meaning: "S (sleeping)". */
  readonly state: string;
  /** Signals that wait for the process, as a mask in hexadecimal. */
  readonly pending: string;
}

/** undefined where there is no /proc, or no such process any more. */
export function statusOf(pid: number): Status | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1] ?? "";
    return { state: field("State"), pending: field("ShdPnd") };
  } catch {
    return undefined;
  }
}

function isPending(mask: string, signal: NodeJS.Signals): boolean {
  const number = constants.signals[signal];
  return /^[0-9a-f]{1,16}$/.test(mask) && ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n;
}
