import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";
import type { FileStat, FileSystemSpace, Trouble } from "./host.ts";

/**
 * Questions about files, asked synchronously. A check asks hundreds of them, and while they queue for the thread pool no
 * interpreter is started: asked like this, a whole check took 11 ms less (`npm run bench:check` before and after). No
 * deadline is lost by it: Node joins its threads when it ends, so a question that hangs would hang the program either
 * way, and the mount guard keeps both away from mounts that do not answer.
 */

/** A question that is not put to the machine, with the reason. */
export class Refusal extends Error {
  constructor(
    readonly trouble: Trouble,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The first bytes of a regular file. Size 0 says nothing in procfs, so it is read to its end. Device nodes are never
 * opened (a stuck driver would freeze this process), nor what could make the opening wait.
 */
export function readRegular(path: string, maxBytes: number): Uint8Array {
  if (/^\/+dev\//.test(path)) throw new Refusal("failed", "device nodes are not opened");
  const { kind } = statOf(path);
  if (kind !== "file") throw new Refusal("failed", `not a regular file: ${kind}`);
  // Some files of procfs wait for news when they are read.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return readUpTo(file, maxBytes);
  } finally {
    closeSync(file);
  }
}

function readUpTo(file: number, maxBytes: number): Uint8Array {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < maxBytes) {
    const buffer = Buffer.allocUnsafe(Math.min(65_536, maxBytes - length));
    const bytesRead = readSync(file, buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

export function examine(path: string): FileStat {
  const seen = statOf(path);
  return { ...seen, readable: may(path, constants.R_OK), writable: may(path, constants.W_OK) };
}

function statOf(path: string): Omit<FileStat, "readable" | "writable"> {
  const seen = statSync(path);
  const kind = kindOf(seen);
  return {
    kind,
    mode: seen.mode & 0o7777,
    uid: seen.uid,
    gid: seen.gid,
    size: seen.size,
    device: kind === "char" || kind === "block" ? deviceNumber(seen.rdev) : null,
  };
}

function kindOf(seen: Stats): FileStat["kind"] {
  if (seen.isFile()) return "file";
  if (seen.isDirectory()) return "folder";
  if (seen.isCharacterDevice()) return "char";
  if (seen.isBlockDevice()) return "block";
  if (seen.isFIFO()) return "fifo";
  return seen.isSocket() ? "socket" : "other";
}

/** How glibc packs major and minor (gnu_dev_major in sys/sysmacros.h); macOS has the major number in the top byte. */
function deviceNumber(rdev: number): string {
  if (process.platform === "darwin") return `${rdev >>> 24}:${rdev & 0xffffff}`;
  return `${(rdev >>> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >>> 12) & 0xfff00)}`;
}

function may(path: string, what: number): boolean {
  try {
    accessSync(path, what);
    return true;
  } catch {
    return false;
  }
}

export function listNames(path: string): string[] {
  return readdirSync(path).sort();
}

export function resolveLinks(path: string): string {
  return realpathSync.native(path);
}

export function spaceOf(path: string): FileSystemSpace {
  const { bsize, blocks, bavail } = statfsSync(path);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}
