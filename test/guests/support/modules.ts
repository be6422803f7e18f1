import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Entry, fileMode } from "./cpio.ts";
import type { Kernel } from "./kernel.ts";

const folder = "init.d/modules";

/** Modules of the kernel with what they rest on, outside the places where a system keeps them. */
export function moduleEntries(kernel: Kernel, names: readonly string[]): Entry[] {
  const paths = new Map(
    readdirSync(kernel.modules, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ko"))
      .map((path) => [nameOf(path), join(kernel.modules, path)]),
  );
  const ordered: { name: string; content: Buffer }[] = [];
  const take = (name: string): void => {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`the kernel has no module ${name}`);
    if (ordered.some((each) => each.name === name)) return;
    const content = readFileSync(path);
    for (const needed of needs(content)) take(needed);
    ordered.push({ name, content });
  };
  for (const name of names) take(name);
  return ordered.map(({ name, content }, at) => {
    const number = String(at).padStart(2, "0");
    return { path: `${folder}/${number}-${name}.ko`, mode: fileMode, content };
  });
}

/** Loads them all, in the order in which they rest on each other. */
export const loadModules = `for m in /${folder}/*; do /init.d/busybox insmod $m; done`;

function nameOf(path: string): string {
  return basename(path, ".ko").replaceAll("-", "_");
}

function needs(module: Buffer): string[] {
  const list = /\0depends=([^\0]*)\0/.exec(module.toString("latin1"))?.[1] ?? "";
  return list
    .split(",")
    .filter(Boolean)
    .map((name) => name.replaceAll("-", "_"));
}
