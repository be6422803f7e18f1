/** The one place that changes the machine. Everything comes here after it was written into the journal. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { descendantsOf, signalAll, signalQuietly } from "../host/descendants.ts";
import { codeOf, type Owner, replaceFile, writeThrough } from "./files.ts";

export interface Ran {
  /** null where it was ended by a signal or never began. */
  readonly exitCode: number | null;
  /** The signal by which the user stopped it. */
  readonly interrupted: "SIGINT" | "SIGTERM" | "SIGHUP" | null;
  /** The end of what it printed. */
  readonly tail: string;
}

interface RunHow {
  readonly cwd: string;
  /** The terminal is the command's own: it may ask for a password. */
  readonly terminal: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a machine can be made to do. Tests put another pair in the place of `liveHands`. */
export interface Hands {
  run(argv: readonly [string, ...string[]], how: RunHow): Promise<Ran>;
  /** Puts new content in the place of a file, as a whole. `asRoot`: with sudo, where the file is not ours. */
  replace(path: string, bytes: Uint8Array, how: ReplaceHow): Promise<void>;
  removeFile(path: string, asRoot: boolean): Promise<void>;
  removeFolder(path: string): void;
}

interface ReplaceHow {
  readonly owner: Owner | null;
  /** Name under which the content is written first; in the same folder. */
  readonly temporary: string;
  readonly asRoot: boolean;
  /** Folder of our own for what sudo is to copy. */
  readonly staging: string;
}

const mostTail = 64 * 1024;
const patienceMs = 5000;

/** `show` gets what commands print, as it comes. */
export function liveHands(show: (chunk: Uint8Array) => void): Hands {
  return {
    run: (argv, how) => runLive(argv, how, show),
    async replace(path, bytes, how) {
      if (!how.asRoot) return replaceFile(path, bytes, how.owner, how.temporary);
      const staged = join(how.staging, "staged");
      writeThrough(staged, bytes, 0o600, "w");
      const { mode, uid, gid } = how.owner ?? { mode: 0o644, uid: 0, gid: 0 };
      const script = 'cp -- "$1" "$2" && chmod "$4" "$2" && chown "$5" "$2" && sync -- "$2" && mv -f -- "$2" "$3"';
      const words = [staged, how.temporary, path, mode.toString(8), `${uid}:${gid}`];
      await sudo(["sh", "-c", script, "sh", ...words], how.staging, show);
      rmSync(staged, { force: true });
    },
    async removeFile(path, asRoot) {
      if (asRoot) await sudo(["rm", "-f", "--", path], "/", show);
      else rmSync(path, { force: true });
    },
    removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
  };
}

async function sudo(argv: readonly string[], cwd: string, show: (chunk: Uint8Array) => void): Promise<void> {
  const ran = await runLive(["sudo", ...argv], { cwd, terminal: true }, show);
  if (ran.exitCode !== 0) throw new Error(ran.tail.trim() || `sudo ended with ${ran.exitCode}`);
}

async function runLive(
  [file, ...args]: readonly [string, ...string[]],
  { cwd, terminal, env }: RunHow,
  show: (chunk: Uint8Array) => void,
): Promise<Ran> {
  mkdirSync(cwd, { recursive: true });
  const tail = new Tail();
  const child = execa(file, args, {
    ...{ cwd, env, reject: false, buffer: false, windowsHide: true },
    ...{ stdin: terminal ? "inherit" : "ignore", stdout: "pipe", stderr: "pipe" },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      show(chunk);
      tail.add(chunk);
    });
  }
  const stop = stopOnSignals(child.pid);
  const result = await child;
  const interrupted = stop();
  if (result.exitCode === undefined && interrupted === null && result.code !== undefined) {
    tail.add(Buffer.from(`${result.code}: ${result.shortMessage}\n`));
  }
  return { exitCode: result.exitCode ?? null, interrupted, tail: tail.text() };
}

/** Passes a signal on to all that the command started, and kills what does not heed it. */
function stopOnSignals(pid: number | undefined): () => Ran["interrupted"] {
  let got: Ran["interrupted"] = null;
  let timer: NodeJS.Timeout | undefined;
  const heed = (signal: "SIGINT" | "SIGTERM" | "SIGHUP"): void => {
    got = signal;
    if (pid === undefined) return;
    // A terminal gives its Ctrl-C to all of them; a signal to this process alone must be handed down.
    const below = descendantsOf(pid);
    const send = (what: NodeJS.Signals): void => {
      signalQuietly(pid, what);
      signalAll(below, what);
    };
    send(signal === "SIGHUP" ? "SIGTERM" : signal);
    timer ??= setTimeout(() => send("SIGKILL"), patienceMs);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, heed);
  return () => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, heed);
    return got;
  };
}

class Tail {
  private chunks: Buffer[] = [];
  private length = 0;

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    while (this.length > mostTail && this.chunks.length > 1) this.length -= this.chunks.shift()?.length ?? 0;
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8").slice(-mostTail);
  }
}

/** May this process replace the file itself? */
export function refused(error: unknown): boolean {
  return ["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "");
}
