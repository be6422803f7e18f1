import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string | Buffer;
  /** Run as an unprivileged user, where this process may change its user. */
  readonly unprivileged?: boolean;
  /** Another copy of the program than the one in this checkout. */
  readonly program?: string;
  /** Milliseconds until it is killed. */
  readonly timeoutMs?: number;
}

/** Spawns the built program as a user would, and waits for it with a time limit far above any of its own. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const program = options.program ?? join(root, "dist", "cli.cjs");
  const drop = options.unprivileged && process.getuid?.() === 0;
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const [file = "", ...rest] = [...(drop ? nobody : []), process.execPath, program, ...args];
  const env = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, LC_ALL: "C.UTF-8", ...options.env };
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      cwd: options.cwd ?? root,
      env,
      timeout: options.timeoutMs ?? 60_000,
      killSignal: "SIGKILL",
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(err).toString("utf8"),
        seconds: (performance.now() - began) / 1000,
      }),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** A copy of the program that any user may read: a checkout can lie in a folder that only its owner may enter. */
export function readableProgram(): string {
  const folder = temporaryFolder();
  for (const part of ["dist", "scripts/python", "package.json"]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  return join(folder, "dist", "cli.cjs");
}

/** A fresh folder that any user may enter. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-test-"));
  chmodSync(folder, 0o755);
  return folder;
}

/** A folder with one executable script, to be put first on PATH. */
export function programFolder(name: string, script: string): string {
  const folder = join(temporaryFolder(), "bin");
  mkdirSync(folder);
  writeFileSync(join(folder, name), script, { mode: 0o755 });
  return folder;
}

/** Command lines of the processes that carry a marker, other than this one. Linux only. */
export function processesWith(marker: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return ""; // it ended meanwhile
      }
    })
    .filter((line) => line.includes(marker));
}
