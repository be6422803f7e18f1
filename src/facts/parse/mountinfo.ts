/** /proc/<pid>/mountinfo: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
export interface Mount {
  /** The folder of the file system that is mounted, "/" for all of it. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
  /** Options of the file system itself, e.g. "rw,lowerdir=…" or "rw,cpu,cpuacct". */
  readonly options: string;
}

export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [before, after] = line.split(" - ", 2);
    const left = before?.split(" ") ?? [];
    const right = after?.split(" ") ?? [];
    const [root, mountPoint] = [left[3], left[4]];
    const [type, source] = right;
    if (root === undefined || mountPoint === undefined || type === undefined) continue;
    mounts.push({
      root: unescaped(root),
      mountPoint: unescaped(mountPoint),
      type,
      source: unescaped(source ?? ""),
      options: unescaped(right.slice(2).join(" ")),
    });
  }
  return mounts;
}

/** The kernel writes space, tab, newline and backslash in paths as \040 \011 \012 \134. */
function unescaped(field: string): string {
  return field.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The mount that holds a path (absolute, links resolved): the longest mount point; of equal ones the last hides the others. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    if (!isBelow(path, mount.mountPoint)) continue;
    if (best === undefined || mount.mountPoint.length >= best.mountPoint.length) best = mount;
  }
  return best;
}

/** Is `path` this folder or inside it? */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** A drive of Windows mounted in WSL: drvfs in WSL1, 9p with aname=drvfs (or virtiofs tagged drvfs…) in WSL2. */
export function isWindowsDrive({ type, source, options }: Mount): boolean {
  if (type === "drvfs") return true;
  if (type === "9p") return /(?:^|[,;])aname=drvfs(?:[,;]|$)/.test(options);
  return type === "virtiofs" && source.startsWith("drvfs");
}
