/**
 * Keeps this process away from network mounts whose server is gone. Racing a file question against a timer is not
 * enough there: the thread that asks stays stuck, and Node waits for its threads when it ends (libuv joins them), so
 * the program would hang at the very end. Instead a child asks each such mount once, and can be left behind.
 */
import { posix } from "node:path";

export interface Mount {
  readonly target: string;
  readonly type: string;
}

/** Why a path is not to be touched, or null where it may be. */
export type MountGuard = (path: string) => Promise<string | null>;

/** Types that wait for another machine or process. Not those of WSL and lxcfs: Windows and the host are always there. */
const waiting = /^(?:nfs\d?|cifs|smb3|smbfs|ceph|lustre|gpfs|beegfs|afs|glusterfs|9p|fuse\..*|fuse)$/;

/** Network mounts in the text of /proc/self/mounts (proc(5), fstab(5)). */
export function networkMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [, target = "", type = "", options = ""] = line.split(" ");
    if (!waiting.test(type) || type === "fuse.lxcfs" || options.includes("aname=drvfs")) continue;
    mounts.push({ target: unescaped(target), type });
  }
  return mounts;
}

/** Blanks and backslashes are written as \040 and \134. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** `mounts` and, for each mount touched, `responds` are asked once. */
export function mountGuard(
  mounts: () => Promise<readonly Mount[]>,
  responds: (mount: Mount) => Promise<boolean>,
  cwd: string,
): MountGuard {
  let listed: Promise<readonly Mount[]> | undefined;
  const asked = new Map<string, Promise<boolean>>();
  return async (path) => {
    listed ??= mounts();
    const absolute = posix.resolve(cwd, path);
    for (const mount of await listed) {
      if (absolute !== mount.target && !absolute.startsWith(`${mount.target}/`)) continue;
      const answer = asked.get(mount.target) ?? responds(mount);
      asked.set(mount.target, answer);
      if (!(await answer)) return `the ${mount.type} mount ${mount.target} does not answer`;
    }
    return null;
  };
}
