import { type PlatformPath, posix, win32 } from "node:path";
import type { Host, Trouble } from "../../host/host.ts";

/** The path rules of the machine that is looked at, which need not be the one we run on. */
export function pathsOf(host: Host): PlatformPath {
  return host.identity.platform === "win32" ? win32 : posix;
}

/** Folders of a list such as PATH or PYTHONPATH, in order, empty ones left out. */
export function foldersIn(host: Host, list: string | undefined): string[] {
  const { delimiter } = pathsOf(host);
  return (list ?? "")
    .split(delimiter)
    .map((folder) => folder.replace(/^"([^"]*)"$/, "$1"))
    .filter((folder) => folder !== "");
}

/** Names in a folder; none where it is missing or may not be read. */
export async function namesIn(host: Host, folder: string): Promise<readonly string[]> {
  const names = await host.listFolder(folder);
  return names.ok ? names.value : [];
}

/** Is there a file, with links followed? An alias of the Windows Store cannot be asked and counts as none. */
export async function isFile(host: Host, path: string): Promise<boolean> {
  const stat = await host.stat(path);
  return stat.ok && stat.value.kind === "file";
}

/**
 * The first of these that is a file, or that could not be asked for and may be one. What a shell may not look at
 * (`denied`) it passes over.
 */
export async function firstPossible(
  host: Host,
  candidates: readonly string[],
  passedOver: readonly Trouble[] = ["missing"],
): Promise<string | undefined> {
  for (const path of candidates) {
    const stat = await host.stat(path);
    if (stat.ok ? stat.value.kind === "file" : !passedOver.includes(stat.trouble)) return path;
  }
  return undefined;
}

export async function firstFile(host: Host, candidates: readonly string[]): Promise<string | undefined> {
  for (const path of candidates) if (await isFile(host, path)) return path;
  return undefined;
}

/** The folder and all above it, nearest first. */
export function upwards(host: Host, from: string): string[] {
  const { dirname } = pathsOf(host);
  const folders = [from];
  for (let at = from; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

/** Where the interpreter of an environment lies, best name first. */
export function interpretersOf(host: Host, prefix: string): string[] {
  const { join } = pathsOf(host);
  return host.identity.platform === "win32"
    ? [join(prefix, "Scripts", "python.exe"), join(prefix, "python.exe")]
    : [join(prefix, "bin", "python"), join(prefix, "bin", "python3")];
}

/** Lets at most `limit` of the works given to it run at a time, in the order in which they came. */
export function limiter(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = Math.max(1, limit);
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
