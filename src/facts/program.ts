import type { Host } from "../host/host.ts";
import { foldersIn, isFile, pathsOf } from "./python/paths.ts";

/** A variable of the machine that is looked at; on Windows its name may be written in any case. */
export function environment(host: Host, name: string): string | undefined {
  const exact = host.env[name];
  if (exact !== undefined || host.identity.platform !== "win32") return exact;
  const key = Object.keys(host.env).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : host.env[key];
}

/** Folders of PATH, then `more`. Folders of Windows that WSL appends are left out: each look there crosses 9p. */
export function programFolders(host: Host, more: readonly string[] = []): string[] {
  const own = foldersIn(host, environment(host, "PATH"));
  const here = host.identity.platform === "linux" ? own.filter((folder) => !/^\/mnt\/[a-z](?:\/|$)/.test(folder)) : own;
  return [...new Set([...here, ...more])];
}

/** The file that the name of a program means in these folders, null where there is none. */
export async function findProgram(host: Host, name: string, folders: readonly string[]): Promise<string | null> {
  const { join } = pathsOf(host);
  const paths = folders.map((folder) => join(folder, host.identity.platform === "win32" ? `${name}.exe` : name));
  const there = await Promise.all(paths.map((path) => isFile(host, path)));
  return paths[there.indexOf(true)] ?? null;
}
