/** Talks with a measuring program: a command per line, an answer per line. */
import type { Writable } from "node:stream";
import type { z } from "zod";
import type { RunResult } from "../host/host.ts";
import { streamProgram } from "../host/stream.ts";
import { type Said, message as sentence } from "../text/message.ts";
import { excerpt, plainText } from "../text/plain.ts";
import { errorSchema } from "./protocol.ts";
import { programWords } from "./words.ts";

const texts = {
  stopped: sentence("interrupted", "已中断"),
  notUnderstood: sentence("the answer to '{command}' was not understood", "无法理解对 '{command}' 的回答"),
  hung: sentence("no answer to '{command}' within {seconds} s", "{seconds} 秒内没有得到对 '{command}' 的回答"),
  missing: sentence("the measuring program could not be started (missing)", "无法启动测量程序（找不到）"),
  denied: sentence("the measuring program could not be started (denied)", "无法启动测量程序（没有权限）"),
  killed: sentence("the measuring program was killed by {signal}", "测量程序被 {signal} 终止"),
  ended: sentence("the measuring program ended with code {code}", "测量程序以退出码 {code} 结束"),
  saying: sentence("{how}: {last}", "{how}：{last}"),
};

/** Why a measurement was not to be had. `ended`: the program is gone, and with it the session. */
export type TroubleKind = z.infer<typeof errorSchema>["kind"] | "ended" | "hung" | "stopped";

export class LoaderTrouble extends Error {
  constructor(
    readonly kind: TroubleKind,
    readonly said: Said,
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(said.en);
  }
}

interface Pending {
  readonly id: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (trouble: LoaderTrouble) => void;
}

export interface SessionOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that the program may live. */
  readonly timeoutMs: number;
  /** Stops the measuring. */
  readonly signal: AbortSignal;
}

/** On a busy machine it takes a while to end a dozen workers in order, and what is killed leaves semaphores behind. */
const stopGraceMs = 6000;

/** A running measuring program. `ask` one thing after the other; `close` ends it and waits until nothing is left. */
export class Session {
  private stdin: Writable | undefined;
  private pending: Pending | undefined;
  private asked = 0;
  private readonly stop = new AbortController();
  private readonly over: Promise<RunResult>;
  private gone: LoaderTrouble | undefined;

  constructor(argv: readonly [string, ...string[]], { env = {}, timeoutMs, signal }: SessionOptions) {
    const either = AbortSignal.any([this.stop.signal, signal]);
    this.over = streamProgram(argv, {
      env,
      timeoutMs,
      signal: either,
      stopGraceMs,
      onStart: (stdin) => {
        this.stdin = stdin;
      },
      onLine: (line) => this.take(line),
    });
    this.over.then((run) => {
      this.gone ??= signal.aborted ? new LoaderTrouble("stopped", texts.stopped()) : endOf(run);
      this.pending?.reject(this.gone);
    });
  }

  /** The answer to one command; throws LoaderTrouble. Where none comes in time, the program is ended. */
  async ask<T extends z.ZodType>(
    schema: T,
    command: Readonly<Record<string, unknown>>,
    seconds: number,
  ): Promise<z.infer<T>> {
    // The program is looked up before it starts.
    for (let i = 0; i < 200 && this.stdin === undefined && this.gone === undefined; i++) await pause(5);
    if (this.gone !== undefined) throw this.gone;
    const answer = await this.exchange(command, seconds);
    const failed = typeof answer === "object" && answer !== null && "error" in answer ? answer.error : undefined;
    if (failed !== undefined) {
      const { kind, message, detail } = errorSchema.parse(failed);
      throw new LoaderTrouble(kind, programWords(plainText(message)), detail);
    }
    const read = schema.safeParse(answer);
    if (!read.success) {
      throw new LoaderTrouble("ended", texts.notUnderstood({ command: String(command["do"]) }));
    }
    return read.data;
  }

  private exchange(command: Readonly<Record<string, unknown>>, seconds: number): Promise<unknown> {
    const id = ++this.asked;
    let timer: NodeJS.Timeout | undefined;
    return new Promise<unknown>((resolve, reject) => {
      this.pending = { id, resolve, reject };
      timer = setTimeout(() => {
        const asked = { command: String(command["do"]), seconds: Math.round(seconds) };
        this.gone ??= new LoaderTrouble("hung", texts.hung(asked));
        reject(this.gone);
        this.stop.abort();
      }, seconds * 1000);
      this.stdin?.write(`${JSON.stringify({ ...command, id })}\n`);
    }).finally(() => {
      clearTimeout(timer);
      this.pending = undefined;
    });
  }

  private take(line: string): void {
    if (!line.startsWith("{")) return;
    const { pending } = this;
    try {
      const answer: unknown = JSON.parse(line);
      const ours = typeof answer === "object" && answer !== null && "id" in answer && answer.id === pending?.id;
      if (ours) pending?.resolve(answer);
    } catch {
      // Not a line of ours.
    }
  }

  async close(): Promise<void> {
    this.stdin?.end(`${JSON.stringify({ do: "end" })}\n`);
    const timer = setTimeout(() => this.stop.abort(), 3000);
    await this.over;
    clearTimeout(timer);
  }
}

function endOf(run: RunResult): LoaderTrouble {
  if (run.outcome === "missing" || run.outcome === "denied") {
    return new LoaderTrouble("ended", texts[run.outcome]());
  }
  const last = excerpt(run.stderr.trim().split("\n").slice(-1)[0] ?? "", 1);
  const how = run.signal ? texts.killed({ signal: run.signal }) : texts.ended({ code: run.exitCode ?? "?" });
  return new LoaderTrouble("ended", last === "" ? how : texts.saying({ how, last }), {
    signal: run.signal,
    stderr: excerpt(run.stderr, 20),
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
