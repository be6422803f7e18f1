import { readFileSync } from "node:fs";
import { availableParallelism, homedir, hostname, release, totalmem, userInfo } from "node:os";
import { decodeFile } from "./decode.ts";
import { examine, listNames, Refusal, readRegular, resolveLinks, spaceOf } from "./files.ts";
import type { Answer, Host, HostIdentity, Platform, RunOptions, RunResult, Trouble } from "./host.ts";
import { takeInventory } from "./inventory.ts";
import { type Lookup, lookUp } from "./lookup.ts";
import { type Mount, type MountGuard, mountGuard, networkMounts } from "./mounts.ts";
import { withOwnProgram } from "./own-programs.ts";
import { runProcess } from "./processes.ts";
import { withEmbeddedScripts } from "./scripts.ts";

export { killRunning } from "./running.ts";

export interface LiveOptions {
  /** Milliseconds that one question may take. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 5000;
const mountTimeoutMs = 2000;
const defaultMaxBytes = 1024 * 1024;
const defaultMaxOutputBytes = 4 * 1024 * 1024;

/** The machine that this process runs on. */
export function liveHost({ timeoutMs = defaultTimeoutMs }: LiveOptions = {}): Host {
  const identity = identify();
  const lookups = new Map<string, Promise<Lookup>>();
  const guard = liveGuard(identity.cwd, timeoutMs);
  // The guard has the only wait in a question about files, and a time limit of its own.
  const ask = <T>(path: string, question: () => T) => attempt(() => guarded(guard, path, question));

  async function run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
    const [program, ...args] = withOwnProgram(argv, identity.node.execPath);
    const env = childEnvironment(options.env);
    const cwd = options.cwd ?? identity.cwd;
    const key = JSON.stringify([program, cwd, env.PATH]);
    const lookup = lookups.get(key) ?? lookUp(program, { env, cwd, guard });
    lookups.set(key, lookup);
    const looked = await answer(() => guarded(guard, cwd, () => lookup), options.timeoutMs ?? timeoutMs);
    if (!looked.ok) return notRun(looked.trouble === "timeout" ? "timeout" : "failed", looked.message);
    if (looked.value.found === null) return notRun(looked.value.why);
    return runProcess({
      file: looked.value.found,
      args: withEmbeddedScripts(args),
      env,
      cwd: options.cwd,
      timeoutMs: options.timeoutMs ?? timeoutMs,
      maxBytes: options.maxBytes ?? defaultMaxOutputBytes,
    });
  }

  return {
    identity,
    env: process.env,
    run,
    readFile: (path, { maxBytes = defaultMaxBytes } = {}) =>
      ask(path, () => {
        const bytes = readRegular(path, maxBytes + 1);
        if (bytes.length > maxBytes) throw new Refusal("too-large", `longer than ${maxBytes} bytes`);
        return decodeFile(bytes);
      }),
    readBytes: (path, maxBytes) => ask(path, () => readRegular(path, maxBytes)),
    listFolder: (path) => ask(path, () => listNames(path)),
    stat: (path) => ask(path, () => examine(path)),
    realPath: (path) => ask(path, () => resolveLinks(path)),
    space: (path) => ask(path, () => spaceOf(path)),
    inventory: () => answer(takeInventory, timeoutMs),
  };
}

/** Only Linux tells its mounts without asking them; elsewhere a timer is all there is. */
function liveGuard(cwd: string, timeoutMs: number): MountGuard {
  if (process.platform !== "linux") return async () => null;
  const mounts = async () => networkMounts(quietly(() => readFileSync("/proc/self/mounts", "utf8"), ""));
  return mountGuard(mounts, (mount) => responds(mount, Math.min(timeoutMs, mountTimeoutMs)), cwd);
}

/** `stat` need not be there, or may be refused: only silence counts against a mount. */
async function responds({ target }: Mount, timeoutMs: number): Promise<boolean> {
  const args = ["-f", "--", target];
  const run = await runProcess({ file: "/usr/bin/stat", args, env: {}, cwd: "/", timeoutMs, maxBytes: 1024 });
  return run.outcome !== "timeout";
}

async function guarded<T>(guard: MountGuard, path: string, question: () => T | Promise<T>): Promise<T> {
  const why = await guard(path);
  if (why !== null) throw new Refusal("timeout", why);
  return question();
}

/** Names that a snapshot must not give away, which no question asks for. */
export function localNames(): { readonly users: readonly string[]; readonly hosts: readonly string[] } {
  return { users: [quietly(() => userInfo().username, "")], hosts: [hostname()] };
}

function identify(): HostIdentity {
  return {
    platform: platformOf(process.platform),
    arch: process.arch,
    release: release(),
    cwd: quietly(() => process.cwd(), "/"),
    home: quietly(homedir, "/"),
    uid: process.getuid?.() ?? null,
    gids: process.getgroups?.() ?? [],
    availableParallelism: availableParallelism(),
    totalMemoryBytes: totalmem(),
    node: { version: process.versions.node, napi: process.versions.napi ?? "", execPath: process.execPath },
  };
}

/** The other systems that Node runs on are near enough to Linux for the few questions that get an answer there. */
function platformOf(platform: NodeJS.Platform): Platform {
  return platform === "win32" || platform === "darwin" ? platform : "linux";
}

/** The working folder may have been deleted, and a user without a passwd entry has no home. */
function quietly(look: () => string, otherwise: string): string {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

/** English output where a program knows how; wsl.exe in UTF-8. */
function childEnvironment(changes: RunOptions["env"]): Record<string, string | undefined> {
  const english = { LC_ALL: process.platform === "darwin" ? "en_US.UTF-8" : "C.UTF-8", LANGUAGE: "en", WSL_UTF8: "1" };
  return { ...process.env, ...english, ...changes };
}

function notRun(outcome: RunResult["outcome"], message = ""): RunResult {
  return { outcome, exitCode: null, signal: null, stdout: "", stderr: message, truncated: false, durationMs: 0 };
}

/** The answer to a question, or why there is none; a question that hangs is left behind. */
async function answer<T>(question: () => Promise<T>, timeoutMs: number): Promise<Answer<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer<T>>((resolve) => {
    const message = `no answer within ${timeoutMs} ms`;
    timer = setTimeout(() => resolve({ ok: false, trouble: "timeout", message }), timeoutMs);
  });
  return Promise.race([attempt(question), late]).finally(() => clearTimeout(timer));
}

async function attempt<T>(question: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await question() };
  } catch (error) {
    return { ok: false, trouble: troubleOf(error), message: error instanceof Error ? error.message : String(error) };
  }
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Refusal) return error.trouble;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "missing";
  return code === "EACCES" || code === "EPERM" ? "denied" : "failed";
}
