import { type PlatformPath, posix, win32 } from "node:path";
import type { Host } from "../../host/host.ts";

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

/** Runs `work` on each item, at most `limit` at a time; results in the order of the items. */
export async function mapLimited<T, U>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<U>,
): Promise<U[]> {
  const results = new Map<number, U>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await work(item));
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
