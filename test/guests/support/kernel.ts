import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Debian's kernel, unpacked: the guests boot it as it is. */
export interface Kernel {
  /** `uname -r` of it. */
  readonly release: string;
  readonly image: string;
  /** Folder of its modules. */
  readonly modules: string;
}

const cache = fileURLToPath(new URL("../../../node_modules/.cache/envdoctor-guests", import.meta.url));

/** cloud: built for guests, without most drivers; it boots in half the time. */
export type Flavour = "amd64" | "cloud-amd64";

/** Downloads and unpacks the current kernel of this Debian once; throws with the reason where that cannot be. */
export function debianKernel(flavour: Flavour): Kernel {
  const package_ = currentPackage(`linux-image-${flavour}`);
  const folder = join(cache, package_);
  if (!existsSync(join(folder, "boot"))) download(package_, folder);
  const image = readdirSync(join(folder, "boot")).find((name) => name.startsWith("vmlinuz-"));
  if (image === undefined) throw new Error(`no kernel in ${package_}`);
  const release = image.slice("vmlinuz-".length);
  return { release, image: join(folder, "boot", image), modules: join(folder, "lib", "modules", release) };
}

function currentPackage(meta: string): string {
  const listed = run("apt-cache", ["depends", meta]);
  const name = /Depends: (linux-image-\S+)/.exec(listed)?.[1];
  if (name === undefined) throw new Error(`apt knows no ${meta} (apt-get update?)`);
  return name;
}

function download(package_: string, folder: string): void {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  run("apt-get", ["download", "-qq", package_], part);
  const archive = readdirSync(part).find((name) => name.endsWith(".deb"));
  if (archive === undefined) throw new Error(`${package_} was not downloaded`);
  run("dpkg-deb", ["-x", join(part, archive), join(part, "unpacked")]);
  renameSync(join(part, "unpacked"), folder);
  rmSync(part, { recursive: true });
}

function run(program: string, args: readonly string[], cwd = "/"): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 300_000 });
}
