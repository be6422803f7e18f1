import type { Writable } from "node:stream";
import type { RunResult } from "./host.ts";
import { lookUp } from "./lookup.ts";
import { runProcess } from "./processes.ts";

export interface StreamOptions {
  /** Changes to the environment of the child; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Milliseconds until the whole process tree is ended. */
  readonly timeoutMs: number;
  /** Called with each line of stdout as it comes; stdout is not kept. */
  readonly onLine: (line: string) => void;
  /** Called once with the program's stdin, which is closed where this is left out. */
  readonly onStart?: (stdin: Writable) => void;
  /** Stops the program. Whoever gives one answers SIGINT and SIGTERM of this process by aborting it. */
  readonly signal?: AbortSignal;
  /** Milliseconds that the program gets to end its own children after SIGTERM; 2000 where left out. */
  readonly stopGraceMs?: number;
}

const keptOfStderr = 256 * 1024;

/**
 * Runs a program that reports line by line, in a process group of its own. Never throws; the result comes when it has
 * ended and nothing of it is left. A program that was stopped is `ended`, with the code or signal that it ended with.
 */
export async function streamProgram(
  argv: readonly [string, ...string[]],
  { env = {}, cwd, timeoutMs, onLine, onStart, signal, stopGraceMs = 2000 }: StreamOptions,
): Promise<RunResult> {
  const [program, ...args] = argv;
  const whole = { ...process.env, ...env };
  const guard = async (): Promise<null> => null;
  const looked = await lookUp(program, { env: whole, cwd: cwd ?? process.cwd(), guard });
  if (looked.found === null) return notRun(looked.why);
  const talk = { onLine, stopGraceMs, ...(onStart && { onStart }), ...(signal && { signal }) };
  return runProcess({ file: looked.found, args, env: whole, cwd, timeoutMs, maxBytes: keptOfStderr, talk });
}

function notRun(outcome: RunResult["outcome"]): RunResult {
  return { outcome, exitCode: null, signal: null, stdout: "", stderr: "", truncated: false, durationMs: 0 };
}
