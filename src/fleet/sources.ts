import { closeSync, constants, createReadStream, fstatSync, open, read } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { promisify } from "node:util";
import { decodeFile } from "../host/decode.ts";
import { decoded } from "../paste/encoding.ts";
import { message, type Said } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";
import { Documents, documentsOf, type Piece } from "./documents.ts";

/** What one file held, in the order of its lines. */
export interface ReadFile {
  /** The path as given, or below the folder that was given. */
  readonly file: string;
  /** What the file is called, without the extension: the name of its machine where the report tells none. */
  readonly base: string;
  readonly piece: Piece;
}

/** Up to this many bytes a file is read at once, above as a stream of lines. */
const atOnce = 4 * 1024 * 1024;
/** Files under way at a time: a shared file system answers slowly, but answers many at once. */
const abreast = 8;
const longestLine = 16 * 1024 * 1024;

const texts = {
  unreadable: message(
    "cannot read {path}: {why}; expected a report or a folder of reports",
    "无法读取 {path}：{why}；应为报告或存放报告的目录",
  ),
  noFile: message("no regular file", "不是普通文件"),
  longLine: message("a line of more than {mib} MiB", "有一行超过 {mib} MiB"),
};

interface Found {
  readonly path: string;
  /** Why the folder at `path` could not be listed; null for a file. */
  readonly trouble: Said | null;
}

/**
 * Calls back with every document of the files, of the files below the folders, and of stdin for `-`, in the order of
 * the names. Some files ahead are read meanwhile; no more than those are held.
 */
export async function readSources(paths: readonly string[], take: (read: ReadFile) => void): Promise<void> {
  const ahead: Promise<Opened>[] = [];
  const finish = async (opened: Opened): Promise<void> => {
    const { file, base, emit } = opened;
    await emit((piece) => take({ file, base, piece })).catch((error: unknown) =>
      take({ file, base, piece: rejected(error instanceof LongLine ? longLine : systemError(error)) }),
    );
  };
  for await (const found of filesOf(paths)) {
    ahead.push(openOne(found));
    const next = ahead.length >= abreast ? ahead.shift() : undefined;
    if (next) await finish(await next);
  }
  for (const next of ahead) await finish(await next);
}

async function* filesOf(paths: readonly string[]): AsyncGenerator<Found> {
  for (const path of paths) {
    if (path === "-") {
      yield { path, trouble: null };
      continue;
    }
    const found = await stat(path).catch((error: unknown) => {
      throw new UsageError(texts.unreadable({ path, why: systemError(error) }));
    });
    if (found.isDirectory()) yield* filesBelow(path);
    else yield { path, trouble: null };
  }
}

/** Names with a leading dot are left out: what editors and copying programs leave behind. */
async function* filesBelow(folder: string): AsyncGenerator<Found> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(systemError);
  if (!Array.isArray(entries)) {
    yield { path: folder, trouble: entries };
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield { path, trouble: null };
  }
}

interface Opened {
  readonly file: string;
  readonly base: string;
  /** Finds the documents; of a file that is read at once the bytes are there already. */
  readonly emit: (take: (piece: Piece) => void) => Promise<void>;
}

/** Never rejects: what is wrong with the file comes out of `emit`. */
async function openOne({ path, trouble }: Found): Promise<Opened> {
  if (path === "-") return { file: "stdin", base: "stdin", emit: (take) => readStream(process.stdin, take) };
  const base = basename(path).replace(/\.(?:json|ndjson|jsonl|txt|log|out)$/i, "");
  const refuse = (reason: Said): Opened => ({ file: path, base, emit: async (take) => take(rejected(reason)) });
  if (trouble !== null) return refuse(trouble);
  try {
    const { size, bytes } = await readSmall(path);
    if (size === null) return refuse(texts.noFile());
    if (bytes === null) return { file: path, base, emit: (take) => readStream(createReadStream(path), take) };
    return { file: path, base, emit: async (take) => documentsOf(decodeFile(bytes), take) };
  } catch (error) {
    return refuse(systemError(error));
  }
}

/** Opening a pipe for reading would wait for a writer. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const openFile = promisify(open);
const readInto = promisify<number, Buffer, number, number, number, { bytesRead: number }>(
  (fd, buffer, offset, length, position, done) =>
    read(fd, buffer, offset, length, position, (error, bytesRead) => done(error, { bytesRead })),
);

/**
 * The bytes of a file that is small enough; null of a larger one, and no size of what is no regular file. Two waits per
 * file, where readFile takes five: with ten thousand of them it is the waiting that counts.
 */
async function readSmall(path: string): Promise<{ readonly size: number | null; readonly bytes: Buffer | null }> {
  const fd = await openFile(path, withoutWaiting);
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) return { size: null, bytes: null };
    if (found.size > atOnce) return { size: found.size, bytes: null };
    // One byte more, so that a file that grows meanwhile, or lies about its size as those in /proc do, is noticed.
    const buffer = Buffer.allocUnsafe(found.size + 1);
    const { bytesRead } = await readInto(fd, buffer, 0, buffer.length, 0);
    return { size: found.size, bytes: bytesRead > found.size ? null : buffer.subarray(0, bytesRead) };
  } finally {
    closeSync(fd);
  }
}

function rejected(reason: Said): Piece {
  return { line: 1, label: null, content: { ok: false, reason } };
}

class LongLine extends Error {}
const longLine = texts.longLine({ mib: longestLine / 1024 / 1024 });

/** A short stream is read as a file is; a long one line by line. */
async function readStream(stream: AsyncIterable<string | Buffer>, emit: (piece: Piece) => void): Promise<void> {
  const first: Buffer[] = [];
  let length = 0;
  let lines: Lines | undefined;
  for await (const chunk of decoded(stream)) {
    length += chunk.length;
    if (length <= atOnce) first.push(chunk);
    else if (lines !== undefined) lines.take(chunk);
    else {
      lines = new Lines(emit);
      for (const early of first.splice(0)) lines.take(early);
      lines.take(chunk);
    }
  }
  if (lines === undefined) documentsOf(decodeFile(Buffer.concat(first)), emit);
  else lines.end();
}

/** Cuts UTF-8 into lines for the search of documents. */
class Lines {
  private readonly documents: Documents;
  private readonly decoder = new StringDecoder("utf8");
  private parts: string[] = [];
  private length = 0;

  constructor(emit: (piece: Piece) => void) {
    this.documents = new Documents(emit);
  }

  /** @throws LongLine */
  take(chunk: Buffer): void {
    const lines = this.decoder.write(chunk).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      this.documents.line(this.parts.join("") + line);
      this.parts = [];
      this.length = 0;
    }
    this.parts.push(last);
    this.length += last.length;
    if (this.length > longestLine) throw new LongLine();
  }

  end(): void {
    this.documents.line(this.parts.join("") + this.decoder.end());
    this.documents.end();
  }
}
