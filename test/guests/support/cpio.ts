import { lstatSync, readFileSync } from "node:fs";

/** One entry of an archive: a folder, or a file with its bytes. */
export interface Entry {
  readonly path: string;
  /** Kind and permissions as in `st_mode`. */
  readonly mode: number;
  readonly content: Buffer;
}

const folderMode = 0o040755;
export const fileMode = 0o100644;
export const programMode = 0o100755;

/**
 * An archive of the "newc" format, which the kernel unpacks as its first root; archives may follow one another.
 * https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */
export function cpio(entries: readonly Entry[]): Buffer {
  const end: Entry = { path: "TRAILER!!!", mode: 0, content: Buffer.alloc(0) };
  return Buffer.concat([...entries, end].flatMap((entry, at) => parts(entry, at + 1)));
}

function parts({ path, mode, content }: Entry, inode: number): Buffer[] {
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, path.length + 1, 0];
  const head = Buffer.from(`070701${fields.map((n) => n.toString(16).padStart(8, "0")).join("")}${path}\0`, "latin1");
  return [head, padding(head.length), content, padding(content.length)];
}

const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);

/** A file of this machine, under another path. */
export function copied(from: string, path: string): Entry {
  return { path, mode: (lstatSync(from).mode & 0o777) | 0o100000, content: readFileSync(from) };
}

/** The entries with every folder that they lie in, each once and before what lies in it. */
export function withFolders(entries: readonly Entry[]): Entry[] {
  const seen = new Set(entries.filter(({ mode }) => mode >> 12 === 0o04).map(({ path }) => path));
  const out: Entry[] = [];
  for (const entry of entries) {
    const names = entry.path.split("/");
    for (let depth = 1; depth < names.length; depth++) {
      const path = names.slice(0, depth).join("/");
      if (seen.has(path)) continue;
      seen.add(path);
      out.push({ path, mode: folderMode, content: Buffer.alloc(0) });
    }
    out.push(entry);
  }
  return out;
}
