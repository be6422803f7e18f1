/**
 * Runs a command so that whoever started us sees no difference: its stdio, terminal, process group and environment are
 * ours, signals reach it, and we end as it ended. Node cannot replace itself by another program.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { exitCodes } from "../exit-codes.ts";
import { signalQuietly } from "../host/descendants.ts";
import { type Language, message } from "../text/message.ts";
import { Tail } from "./tail.ts";
import { statusOf, Witness } from "./witness.ts";

export interface Start {
  readonly words: readonly [string, ...string[]];
  /** Words before it: programs of util-linux that set something and then become the command. */
  readonly before: readonly string[];
  /** Keeps the last lines of stderr, which then is a pipe and no terminal for the command. */
  readonly keepStderr: boolean;
  /** Of what is said where it cannot be started. */
  readonly language: Language;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stderr; empty where that was not kept. */
  readonly lastWords: string;
}

const texts = {
  cannotStart: message("envdoctor: cannot start {program}: {why}", "envdoctor: 无法启动 {program}：{why}"),
};

const passedOn = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGXCPU",
  "SIGWINCH",
] as const satisfies readonly NodeJS.Signals[];

/** Whoever holds stderr open behind the command's back is not waited for longer. */
const leftoverMs = 200;

export async function runAsSelf({ words, before, keepStderr, language }: Start): Promise<Ended> {
  const [file = "", ...args] = [...before, ...words];
  const relay = process.platform === "win32" ? new Patience() : new Relay();
  const { child } = await start(file, args, keepStderr);
  const tail = child.stderr ? new Tail(child.stderr, process.stderr) : undefined;
  relay.attach(child);
  const ended = await new Promise<Omit<Ended, "lastWords">>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      process.stderr.write(`${texts.cannotStart({ program: words[0], why: error.message })[language]}\n`);
      const missing = error.code === "ENOENT";
      resolve({ code: missing ? exitCodes.noCommand : exitCodes.commandDenied, signal: null });
    });
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  await tail?.closed(leftoverMs);
  await relay.detach();
  return { ...ended, lastWords: tail?.text() ?? "" };
}

/**
 * Batch files of Windows go through execa, which knows how cmd.exe wants their words. The child comes in a box, because
 * execa's is a promise too, which `await` would wait for.
 */
async function start(file: string, args: readonly string[], keepStderr: boolean): Promise<{ child: ChildProcess }> {
  const stderr = keepStderr ? "pipe" : "inherit";
  if (process.platform === "win32" && /\.(?:bat|cmd)$/i.test(file)) {
    const { execa } = await import("execa");
    const child = execa(file, args, {
      stdio: ["inherit", "inherit", stderr],
      buffer: false,
      reject: false,
      cleanup: false,
    });
    return { child: child as unknown as ChildProcess };
  }
  return { child: spawn(file, args, { stdio: ["inherit", "inherit", stderr] }) };
}

/** On Windows every program of a console hears Ctrl-C by itself; all there is to do is not to end before the command. */
class Patience {
  private static readonly heard = ["SIGINT", "SIGBREAK", "SIGHUP"] as const;
  private readonly wait = (): void => {};

  attach(_child: ChildProcess): void {
    for (const signal of Patience.heard) process.on(signal, this.wait);
  }

  async detach(): Promise<void> {
    for (const signal of Patience.heard) process.off(signal, this.wait);
  }
}

/** Passes signals on to the command. They are listened for before it starts, so that none ends us alone. */
class Relay {
  private child: ChildProcess | undefined;
  private readonly early: NodeJS.Signals[] = [];
  private readonly witness = new Witness();
  private stopping = false;

  constructor() {
    for (const signal of passedOn) process.on(signal, this.pass);
    process.on("SIGTSTP", this.stop);
    process.on("SIGCONT", this.resume);
  }

  attach(child: ChildProcess): void {
    this.child = child;
    for (const signal of this.early.splice(0)) child.kill(signal);
  }

  async detach(): Promise<void> {
    await this.witness.dismiss();
    for (const signal of passedOn) process.off(signal, this.pass);
    process.off("SIGTSTP", this.stop);
    process.off("SIGCONT", this.resume);
  }

  private readonly pass = async (signal: NodeJS.Signals): Promise<void> => {
    const { child } = this;
    if (child === undefined) {
      this.early.push(signal);
      return;
    }
    // Nobody dies of SIGWINCH, and two are as good as one.
    const theGroupGotIt = signal !== "SIGWINCH" && (await this.witness.saw(signal));
    if (!theGroupGotIt) child.kill(signal);
  };

  /** Stops the command and, once it has stopped, this process, so that a shell sees a stopped job. */
  private readonly stop = async (): Promise<void> => {
    const { child } = this;
    if (child?.pid === undefined || this.stopping) return;
    this.stopping = true;
    if (!(await this.witness.saw("SIGTSTP"))) child.kill("SIGTSTP");
    if (await stopped(child.pid)) {
      process.off("SIGTSTP", this.stop);
      process.kill(process.pid, "SIGTSTP");
      process.on("SIGTSTP", this.stop);
    }
    this.stopping = false;
  };

  private readonly resume = (): void => {
    this.witness.resume();
    this.child?.kill("SIGCONT");
  };
}

const stopPollMs = 10;
const mostStopPolls = 200;

/** A program may tidy up before it stops, or not stop at all. true where that cannot be seen. */
async function stopped(pid: number): Promise<boolean> {
  for (let poll = 0; poll < mostStopPolls; poll++) {
    const status = statusOf(pid);
    if (status === undefined) return process.platform !== "linux";
    if (/^[Tt]/.test(status.state)) return true;
    await wait(stopPollMs);
  }
  return false;
}

/** Signals of which a process leaves a core file. Source: signal(7) */
const withCore = new Set<NodeJS.Signals>([
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGSEGV",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
]);

/** Ends this process as the command ended: with its code, or by the same signal. */
export async function endAs({ code, signal }: Omit<Ended, "lastWords">): Promise<void> {
  if (signal === null || process.platform === "win32") {
    process.exitCode = code ?? 1;
    return;
  }
  // The core file is the command's, and ours must not take its place.
  if (withCore.has(signal)) spawnSync("prlimit", ["--core=0:0", "--pid", String(process.pid)], { stdio: "ignore" });
  // Node ignores some signals; a listener that is taken off again leaves the system's own way with it.
  const nothing = (): void => {};
  if (signal !== "SIGKILL" && signal !== "SIGSTOP") process.on(signal, nothing).off(signal, nothing);
  signalQuietly(process.pid, signal);
  await wait(1000);
  process.exitCode = 128 + constants.signals[signal];
}
