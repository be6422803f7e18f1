/**
 * Runs one program under a deadline that holds whatever the program does. `node:child_process` is called directly:
 * loading execa costs 15 ms and its first command 5 ms more, a fifth of a whole `check`, and the killing of the process
 * tree is our own anyway. Only Windows batch files go through execa, which knows how cmd.exe wants its arguments quoted.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { decodeOutput } from "./decode.ts";
import { descendantsOf, killMarked, signalAll, signalQuietly } from "./descendants.ts";
import type { RunResult } from "./host.ts";
import { forget, remember } from "./running.ts";

export interface Command {
  /** Path of the program. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string | undefined;
  readonly timeoutMs: number;
  /** Bytes kept of each of stdout and stderr. */
  readonly maxBytes: number;
  /** For a program that is talked with, or that may be stopped before its time. */
  readonly talk?: Talk;
}

interface Talk {
  /** Called with every whole line of stdout as it comes; such lines are not kept. */
  readonly onLine: (line: string) => void;
  /** Called once with its stdin, which is closed for programs without this. */
  readonly onStart?: (stdin: Writable) => void;
  /** Stops the program: SIGTERM first, and after the grace all that is left is killed. */
  readonly signal?: AbortSignal;
  /** Milliseconds that the program gets to clean up, after a stop and at its deadline. */
  readonly stopGraceMs: number;
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** How long a program may take to end after SIGTERM, before SIGKILL. */
const termGraceMs = 100;
/** How long to wait for pipes to close once everybody known was killed. */
const killGraceMs = 60;
/** How long the output of an ended program is waited for while somebody else holds the pipe. */
const leftoverGraceMs = 200;
const markName = "ENVDOCTOR_RUN";
const windows = process.platform === "win32";
let runs = 0;

export async function runProcess(command: Command): Promise<RunResult> {
  const startedAt = performance.now();
  const mark = `${process.pid}.${++runs}`;
  const started = await start(command, { ...command.env, [markName]: mark }).catch(startFailure);
  if ("outcome" in started) return { ...started, durationMs: performance.now() - startedAt };
  const { child } = started;
  const { talk } = command;
  const lines = talk && new Lines(child.stdout, talk.onLine);
  const stdout = new Capture(child.stdout, talk ? 0 : command.maxBytes);
  const stderr = new Capture(child.stderr, command.maxBytes);
  const life = new Life(child);
  const { pid } = child;
  if (pid !== undefined) remember(pid, talk?.signal !== undefined);
  hand(child.stdin, talk);
  const remaining = command.timeoutMs - (performance.now() - startedAt);
  const stopped = stopOf(talk?.signal);
  const end = (await life.within(Promise.race([life.ended, stopped]), remaining)) ?? "timeout";
  if (pid !== undefined) {
    const late = end === "timeout" || end === "stopped";
    if (late && talk && !windows) await askToEnd(pid, life, talk.stopGraceMs);
    // Its helpers may have something to clean up when it is gone.
    if (end === "left-over" && talk) await life.within(life.closed, talk.stopGraceMs);
    await clearAway(pid, life, end, `${markName}=${mark}`);
    forget(pid);
  }
  letGo(child);
  lines?.end();
  const result = {
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: (!talk && stdout.truncated) || stderr.truncated,
    durationMs: performance.now() - startedAt,
  };
  if (end instanceof Error) return { ...startFailure(end), durationMs: result.durationMs };
  if (end === "timeout") return { outcome: "timeout", exitCode: null, signal: null, ...result };
  return { outcome: "ended", exitCode: child.exitCode, signal: child.signalCode, ...result };
}

/** The child comes in a box, because execa's is a promise too, which `await` would wait for. */
async function start(command: Command, env: Command["env"]): Promise<{ readonly child: Child }> {
  const { file, args, cwd } = command;
  if (windows && /\.(?:bat|cmd)$/i.test(file)) {
    const { execa } = await import("execa");
    const stdio = { stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
    const child = execa(file, args, { cwd, env, extendEnv: false, buffer: false, reject: false, ...stdio });
    return { child: child as unknown as Child };
  }
  const stdin = command.talk?.onStart ? "pipe" : "ignore";
  const child = spawn(file, args, { cwd, env, detached: !windows, windowsHide: true, stdio: [stdin, "pipe", "pipe"] });
  // Its type does not follow stdout and stderr through a stdin that is one of two words.
  return { child: child as Child };
}

function hand(stdin: Writable | null, talk: Talk | undefined): void {
  if (stdin === null) return;
  // A program that has ended no longer reads.
  stdin.on("error", () => {});
  talk?.onStart?.(stdin);
}

function stopOf(signal: AbortSignal | undefined): Promise<"stopped"> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve("stopped");
    else signal?.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
}

type Unstarted = Omit<RunResult, "durationMs">;

/** The program was looked up before, so ENOENT here is its interpreter or the working folder. */
function startFailure(error: unknown): Unstarted {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const stderr = error instanceof Error ? error.message : String(error);
  const outcome = code === "EACCES" || code === "EPERM" ? "denied" : "failed";
  return { outcome, exitCode: null, signal: null, stdout: "", stderr, truncated: false };
}

/** What is kept of one pipe; what is over the cap is read and dropped, so that the program does not block. */
class Capture {
  truncated = false;
  private readonly chunks: Buffer[] = [];
  private kept = 0;

  constructor(pipe: Readable, maxBytes: number) {
    pipe.on("data", (chunk: Buffer) => {
      const room = maxBytes - this.kept;
      if (chunk.length > room) this.truncated = true;
      if (room <= 0) return;
      this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      this.kept += Math.min(chunk.length, room);
    });
    pipe.on("error", () => {});
  }

  text(): string {
    return decodeOutput(Buffer.concat(this.chunks), this.truncated);
  }
}

/** A line that is longer than this is no word of a program of ours, and is dropped. */
const longestLine = 4 * 1024 * 1024;

/** Cuts what comes through a pipe into lines of UTF-8. */
class Lines {
  private rest = "";
  private readonly decoder = new TextDecoder();

  constructor(
    pipe: Readable,
    private readonly onLine: (line: string) => void,
  ) {
    pipe.on("data", (chunk: Buffer) => this.take(this.decoder.decode(chunk, { stream: true })));
  }

  private take(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    if (this.rest.length > longestLine) this.rest = "";
    for (const line of lines) this.onLine(line);
  }

  end(): void {
    if (this.rest !== "") this.onLine(this.rest);
    this.rest = "";
  }
}

type End = "closed" | "left-over" | Error;

/** The events of a child as promises. None of them needs to come: ask through `within`. */
class Life {
  /** It ended and both pipes are closed, or it ended and somebody else keeps a pipe open, or it never started. */
  readonly ended: Promise<End>;
  readonly closed: Promise<"closed">;

  constructor(child: Child) {
    this.closed = new Promise((resolve) => child.once("close", () => resolve("closed")));
    const failed = new Promise<Error>((resolve) => child.once("error", resolve));
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const leftOver = exited.then(async () => (await this.within(this.closed, leftoverGraceMs)) ?? "left-over");
    this.ended = Promise.race([this.closed, failed, leftOver]);
  }

  /** The promise's value, or undefined where it did not come in time. */
  async within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(0, ms));
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }
}

/** The program alone gets the signal, so that it can end its children in order; they may still hold the pipes then. */
async function askToEnd(pid: number, life: Life, graceMs: number): Promise<void> {
  signalQuietly(pid, "SIGTERM");
  await life.within(life.closed, graceMs);
}

/** Leaves no process behind, and takes no longer than the graces: a process in state D cannot be killed by anybody. */
async function clearAway(pid: number, life: Life, end: End | "timeout" | "stopped", mark: string): Promise<void> {
  if (windows) {
    if (end === "timeout" || end === "stopped") await life.within(killWindowsTree(pid), leftoverGraceMs);
    return;
  }
  if (end === "closed") return signalQuietly(-pid, "SIGKILL");
  if (end === "timeout" || end === "stopped") {
    const before = descendantsOf(pid);
    signalQuietly(-pid, "SIGTERM");
    signalAll(before, "SIGTERM");
    await life.within(life.closed, termGraceMs);
    const after = descendantsOf(pid);
    signalQuietly(-pid, "SIGKILL");
    signalAll(new Map([...before, ...after]), "SIGKILL");
  } else {
    signalQuietly(-pid, "SIGKILL");
  }
  const closed = await life.within(life.closed, killGraceMs);
  // Somebody outside the group still holds a pipe.
  if (closed === undefined && process.platform === "linux") await life.within(killMarked(mark), killGraceMs);
}

async function killWindowsTree(pid: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const killer = spawn("taskkill", ["/PID", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    killer.once("error", () => resolve());
    killer.once("exit", () => resolve());
    killer.unref();
  });
}

/** Whatever still runs must not keep this process from ending. */
function letGo(child: Child): void {
  child.stdin?.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
  child.on("error", () => {});
  child.unref();
}
