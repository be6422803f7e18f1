import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { signalQuietly } from "../host/descendants.ts";

/** A signal reaches all processes of a group within this many milliseconds. */
const spreadMs = 10;
/** A shell that was woken by a signal says so within this, on a machine that is very busy. */
const patienceMs = 300;

const told = ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "ALRM", "XCPU"];

/** Says each signal that it gets, and ends when its stdin is closed: `cat` waits for that, and hears no signal. */
const script = `exec 3<&0
(trap '' ${told.join(" ")}; exec cat <&3 >/dev/null 2>&1) &
for signal in ${told.join(" ")}; do trap "echo SIG$signal" $signal; done
while kill -0 $!; do wait $!; done 2>/dev/null`;

/**
 * Tells a signal that the whole process group got (Ctrl-C, Ctrl-Z, `timeout`, Slurm) from one that was sent to this
 * process alone. In the first case the command has it already, and must not get it twice: a second SIGINT breaks off
 * the cleaning up after the first. Node does not tell who a signal was for; a shell in the same group, which only says
 * what it gets, shows it. It lives as long as its stdin is open, so it cannot outlive us. It is started once: a process
 * that is stopped while Node starts it would stop Node with it.
 */
export class Witness {
  private readonly shell: ChildProcess;
  private readonly heard = new Map<string, number>();

  constructor() {
    this.shell = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "pipe", "ignore"] });
    this.shell.on("error", () => {});
    this.shell.stdin?.on("error", () => {});
    this.shell.stdout?.on("data", (chunk: Buffer) => {
      for (const signal of chunk.toString("latin1").split("\n")) this.heard.set(signal, performance.now());
    });
    this.shell.unref();
  }

  /** Did the group get this signal, which came to us just now? false where it cannot be told. */
  async saw(signal: NodeJS.Signals): Promise<boolean> {
    const { pid } = this.shell;
    if (pid === undefined) return false;
    const since = performance.now() - spreadMs;
    for (let rounds = 0; performance.now() - since < patienceMs; rounds++) {
      await wait(spreadMs);
      if ((this.heard.get(signal) ?? 0) >= since) return true;
      const status = statusOf(pid);
      if (status === undefined) continue;
      if (isPending(status.pending, signal)) return true;
      if (signal === "SIGTSTP") return /^[Tt]/.test(status.state);
      // Asleep for two rounds with nothing waiting for it: nothing came. What it has said needs a round to be read.
      if (/^[SZX]/.test(status.state) && rounds > 0) return false;
    }
    return false;
  }

  resume(): void {
    if (this.shell.pid !== undefined) signalQuietly(this.shell.pid, "SIGCONT");
  }

  /** Comes back when it is gone, so that nothing of the gate is left after the gate. */
  async dismiss(): Promise<void> {
    const { pid, exitCode, signalCode } = this.shell;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const patience = new AbortController();
    this.shell.once("exit", () => patience.abort());
    this.shell.stdin?.destroy();
    await wait(patienceMs, undefined, { signal: patience.signal }).catch(() => {});
    this.shell.stdout?.destroy();
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
