import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CheckReport } from "../../../src/report/check-report.ts";
import { program } from "./build.ts";

/** A container as its engine lays it out, in namespaces of this machine. */
export interface Container {
  /** Lines of shell with `$image` (what lies below the root) and `$own` (an empty folder for the engine) that make `$root`. */
  readonly root: readonly string[];
  /** Lines of shell in the working folder `$root`, before it becomes the root. */
  readonly inside?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the first process of the container has in its environment, and the program has not. */
  readonly initEnv?: Readonly<Record<string, string>>;
  /** Control group below that of each controller (version 1), and its settings: {"memory/memory.limit_in_bytes": "2G"}. */
  readonly group?: { readonly path: string; readonly settings: Readonly<Record<string, string>> };
  /** Namespaces beyond those for mounts, processes, names, messages and the network. */
  readonly namespaces?: readonly string[];
  /** Started by a user who is not root. */
  readonly rootless?: boolean;
}

/** 64 hexadecimal digits, as engines name their containers. */
export const id = "7d1e0f6c2b9a4e8f5c3d7b1a9e6f2c4d8b0a7e5f3c1d9b6a4e2f8c0d7b5a3e1f";

/** The root is an overlay over the image, as Docker and Podman make it; `$own` is the engine's folder. */
export const overlayRoot = (storage: string): string[] => [
  `mkdir -p "$own/${storage}/${id}/diff" "$own/${storage}/${id}/work" "$own/${storage}/${id}/merged"`,
  `root="$own/${storage}/${id}/merged"`,
  `mount -t overlay overlay -o "userxattr,lowerdir=$image,upperdir=$own/${storage}/${id}/diff,workdir=$own/${storage}/${id}/work" "$root"`,
];

/** The root is a file system of its own with the image's programs in it. */
export const plainRoot: readonly string[] = [
  'root="$own/root"; mkdir "$root"',
  'mount -t tmpfs -o mode=755 tmpfs "$root"',
  'mkdir "$root/usr" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp"',
  'mount --rbind "$image/usr" "$root/usr"',
  'for n in bin sbin lib lib64; do if [ -e "$image/$n" ]; then cp -RP "$image/$n" "$root/"; fi; done',
  'mkdir "$root/etc"; for n in passwd group os-release ld.so.cache; do cp -L "$image/etc/$n" "$root/etc/" || true; done',
];

/** The files that every engine puts over those of the image. `folder` is where it keeps them. */
export const boundFiles = (folder: string, names: readonly (readonly [source: string, target: string])[]): string[] => [
  `mkdir -p "${folder}"`,
  ...names.flatMap(([source, target]) => [
    `echo '# made for a container' >"${folder}/${source}"`,
    `rm -f ".${target}"; : >".${target}"`,
    `mount --bind "${folder}/${source}" ".${target}"`,
  ]),
];

/** A /dev of its own with so much shared memory. */
export const ownDev = (shared: string): string[] => [
  "mount -t tmpfs -o size=65536k,mode=755 tmpfs ./dev",
  "mkdir ./dev/shm ./dev/pts",
  "for n in null zero random urandom tty; do : >./dev/$n; mount --bind /dev/$n ./dev/$n; done",
  `mount -t tmpfs -o size=${shared} shm ./dev/shm`,
];

/** /proc, /sys and a /dev as an engine makes it unless it is told otherwise. */
export const ownDevices = ["mount -t proc proc ./proc", "mount --rbind /sys ./sys", ...ownDev("64m")];

const controllers = ["memory", "cpu"];

/** Why no container can be made here, by root or by another user; null: it can. */
export function whyNoContainer(rootless: boolean): string | null {
  if (process.platform !== "linux") return "not Linux";
  if (!rootless && process.getuid?.() !== 0) return "not root";
  const tried = asUser(rootless, ["sh", "-c", "mount -t tmpfs t /mnt && mount --rbind / /mnt"]);
  return tried.status === 0 ? null : `unshare: ${tried.stderr.trim() || tried.error?.message}`;
}

/** Can limits be set on groups of processes here? */
export function whyNoGroup(): string | null {
  try {
    for (const controller of controllers) {
      const folder = `/sys/fs/cgroup/${controller}/envdoctor-test`;
      mkdirSync(folder);
      rmdirSync(folder);
    }
    return null;
  } catch (error) {
    return `no cgroup of version 1 may be made: ${error instanceof Error ? error.message : error}`;
  }
}

/** `check --json` in the container. */
export function checkInside(container: Container): CheckReport {
  // Everybody may enter: the image is this machine's root, and the program must be readable in it.
  const work = mkdtempSync(join(tmpdir(), "envdoctor-container-"));
  const groups = container.group === undefined ? [] : makeGroups(container.group);
  try {
    execFileSync("chmod", ["755", work]);
    cpSync(program, join(work, "envdoctor.mjs"));
    writeFileSync(join(work, "make.sh"), script(container, work, groups));
    const ran = asUser(container.rootless ?? false, ["sh", join(work, "make.sh")], container.namespaces);
    if (ran.status !== 0 && ran.status !== 1) throw new Error(`the container failed: ${ran.status} ${ran.stderr}`);
    if (ran.stdout === "") throw new Error(`the container said nothing: ${ran.stderr}`);
    return JSON.parse(ran.stdout) as CheckReport;
  } finally {
    for (const group of groups) removeGroup(group);
    rmSync(work, { recursive: true, force: true });
  }
}

/** The same check outside, with the same search path. */
export function checkOutside(rootless = false): CheckReport {
  const drop = rootless && process.getuid?.() === 0 ? nobody : [];
  const [file = "", ...args] = [...drop, process.execPath, program, "check", "--json"];
  const ran = spawnSync(file, args, { encoding: "utf8", env: { PATH: path, HOME: "/" }, cwd: "/" });
  return JSON.parse(ran.stdout) as CheckReport;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

function asUser(rootless: boolean, command: readonly string[], namespaces: readonly string[] = []) {
  const drop = rootless && process.getuid?.() === 0 ? nobody : [];
  const user = rootless ? ["--user", "--map-root-user"] : [];
  const kinds = ["--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--net", ...namespaces];
  const unshare = ["unshare", ...user, ...kinds, "--propagation", "private", ...command];
  const [file = "", ...args] = [...drop, ...unshare];
  return spawnSync(file, args, { encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL", cwd: "/" });
}

/** The group with those around it that were made for it. */
function removeGroup(group: string): void {
  const [, , , , , ...names] = group.split("/");
  for (let folder = group; names.length > 0; folder = dirname(folder), names.pop()) {
    try {
      rmdirSync(folder);
    } catch {
      return; // others have groups in it
    }
  }
}

function makeGroups({ path: below, settings }: NonNullable<Container["group"]>): string[] {
  const made = controllers.map((controller) => `/sys/fs/cgroup/${controller}${below}`);
  for (const folder of made) mkdirSync(folder, { recursive: true });
  for (const [name, value] of Object.entries(settings)) {
    const [controller, file] = name.split("/");
    writeFileSync(`/sys/fs/cgroup/${controller}${below}/${file}`, value);
  }
  return made;
}

function script(container: Container, work: string, groups: readonly string[]): string {
  const words = (env: Readonly<Record<string, string>> = {}) =>
    Object.entries({ PATH: path, HOME: "/root", ...env })
      .map(([name, value]) => `'${name}=${value}'`)
      .join(" ");
  // The first process stays there beside the program, as an entry point does.
  const run = `env -i ${words(container.env)} /.program/node /.program/envdoctor.mjs check --json; exit $?`;
  return [
    "set -e",
    ...groups.map((group) => `echo $$ >"${group}/cgroup.procs"`),
    "own=/var/lib; image=/mnt",
    "mount --rbind / /mnt",
    "mount -t tmpfs -o mode=755 tmpfs /var/lib",
    ...container.root,
    'cd "$root"',
    "mkdir -p ./.program ./.old",
    `: >./.program/node; mount --bind "${process.execPath}" ./.program/node`,
    `: >./.program/envdoctor.mjs; mount --bind "${work}/envdoctor.mjs" ./.program/envdoctor.mjs`,
    ...(container.inside ?? []),
    // umount itself asks /proc, which the container need not have.
    "pivot_root . .old && cd / && { umount -l /.old 2>/dev/null || busybox umount -l /.old; }",
    `exec env -i ${words(container.initEnv)} /bin/sh -c "${run}"`,
    "",
  ].join("\n");
}
