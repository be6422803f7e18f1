/** Writing files so that at every instant either the old or the new content is there, whole. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

export interface Owner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The file, or null where there is none. Throws where it may not be read. */
export function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export function ownerOf(path: string): Owner | null {
  try {
    const { mode, uid, gid } = statSync(path);
    return { mode: mode & 0o7777, uid, gid };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Where the file really lies: a link is followed, so that it stays a link. */
export function realFile(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function fingerprint(bytes: Uint8Array | null): string {
  return bytes === null ? "none" : createHash("sha256").update(bytes).digest("hex");
}

/** The name under which the new content is written before it takes the place of the old. */
export function temporaryFor(path: string, tag: string): string {
  return join(dirname(path), `.${basename(path)}.envdoctor-${tag}`);
}

/** Is this such a name, or none? Whatever else a journal names is not taken away as a leftover. */
export function isTemporaryOf(temporary: string, path: string): boolean {
  return (
    temporary === "" || temporary === temporaryFor(path, /\.envdoctor-([0-9a-z]{1,40})$/.exec(temporary)?.[1] ?? "")
  );
}

/** Puts `bytes` in the place of the file in one instant, with mode and owner of the one that was there. */
export function replaceFile(path: string, bytes: Uint8Array, owner: Owner | null, temporary: string): void {
  rmSync(temporary, { force: true });
  writeThrough(temporary, bytes, owner?.mode ?? 0o644);
  if (owner) {
    chmodSync(temporary, owner.mode);
    keepOwner(temporary, owner);
  }
  renameSync(temporary, path);
  settle(dirname(path));
}

/** Only root may give a file away; where we are not, the file was ours already or stays with its group as it can. */
function keepOwner(path: string, { uid, gid, mode }: Owner): void {
  const now = statSync(path);
  if (now.uid === uid && now.gid === gid) return;
  chownSync(path, uid, gid);
  chmodSync(path, mode);
}

/** Writes a new file and waits until the disk has it. */
export function writeThrough(path: string, bytes: Uint8Array | string, mode: number, flags = "wx"): void {
  const file = openSync(path, flags, mode);
  try {
    const buffer = Buffer.from(bytes as Uint8Array);
    for (let at = 0; at < buffer.length; ) at += writeSync(file, buffer, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a file appear with all of its content, or says that there is one already. */
export function createWhole(path: string, text: string, tag: string): boolean {
  const temporary = temporaryFor(path, tag);
  rmSync(temporary, { force: true });
  writeThrough(temporary, text, 0o600);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** A rename is on the disk only when its folder is; some file systems cannot say so. */
export function settle(folder: string): void {
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } catch (error) {
    if (codeOf(error) !== "EINVAL") throw error;
  } finally {
    closeSync(file);
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
