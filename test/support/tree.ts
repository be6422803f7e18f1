/** The file system of a composed machine: what is described and what follows from it. */
import { posix, win32 } from "node:path";
import type { FileStat, FileSystemSpace, HostIdentity } from "../../src/host/host.ts";
import type { RecordedTrouble, Recording } from "../../src/host/recording.ts";
import {
  type Description,
  isLines,
  isTrouble,
  present,
  type ShortStat,
  type ShortTrouble,
  type Table,
  textOf,
  withMessage,
} from "./compose.ts";

export type Tables = Pick<Recording, "files" | "folders" | "stats" | "realPaths" | "spaces">;

export class Tree {
  private readonly style: typeof posix;
  private readonly files = new Map<string, string | { readonly base64: string } | RecordedTrouble>();
  private readonly names = new Map<string, Set<string>>();
  private readonly deniedFolders = new Map<string, RecordedTrouble>();
  private readonly stats = new Map<string, ShortStat | RecordedTrouble>();
  private readonly links = new Map<string, string | RecordedTrouble>();

  constructor(private readonly identity: HostIdentity) {
    this.style = identity.platform === "win32" ? win32 : posix;
  }

  fill(description: Description): void {
    for (const path of [this.identity.cwd, this.identity.home]) this.addFolder(path);
    for (const [path, names] of present(description.folders)) {
      if (isTrouble(names)) this.deniedFolders.set(path, withMessage(names) as RecordedTrouble);
      if (isTrouble(names) && names.trouble === "missing") continue;
      this.addFolder(path);
      if (!isTrouble(names)) for (const name of names) this.addPath(this.style.join(path, name));
    }
    for (const [path, content] of present(description.files)) {
      const entry = typeof content === "string" || isLines(content) ? textOf(content) : withMessage(content);
      this.files.set(path, entry);
      if (!isTrouble(entry) || entry.trouble !== "missing") this.addPath(path);
    }
    for (const [path, stat] of present(description.stats)) {
      this.stats.set(path, isTrouble(stat) ? (withMessage(stat) as RecordedTrouble) : stat);
      if (isTrouble(stat)) continue;
      if (stat.kind === "folder") this.addFolder(path);
      else this.addPath(path);
    }
    for (const [path, target] of present(description.realPaths)) {
      this.links.set(path, isTrouble(target) ? (withMessage(target) as RecordedTrouble) : target);
      if (isTrouble(target)) continue;
      this.addPath(path);
      this.addPath(target);
    }
  }

  tables(spaces: Table<FileSystemSpace | ShortTrouble>): Tables {
    const everything = this.everything();
    const stats = new Map<string, FileStat | RecordedTrouble>(everything.map((path) => [path, this.stat(path)]));
    const folders = new Map<string, readonly string[] | RecordedTrouble>();
    for (const [path, names] of this.names) folders.set(path, [...names].sort());
    for (const [path, denied] of this.deniedFolders) folders.set(path, denied);
    const realPaths = new Map<string, string | RecordedTrouble>(everything.map((path) => [path, path]));
    for (const [path, target] of this.links) realPaths.set(path, target);
    const files = new Map(this.files);
    for (const path of everything) if (!files.has(path)) files.set(path, this.unwritten(path));
    for (const [path, entry] of this.stats) if (isTrouble(entry)) stats.set(path, entry);
    this.followLinks([files, folders, stats, realPaths]);
    return {
      files: Object.fromEntries(files),
      folders: Object.fromEntries(folders),
      stats: Object.fromEntries(stats),
      realPaths: Object.fromEntries(realPaths),
      spaces: Object.fromEntries(this.spaces([...stats.keys()], spaces)),
    };
  }

  private everything(): string[] {
    const below = [...this.names].flatMap(([folder, names]) => [...names].map((name) => this.style.join(folder, name)));
    return [...new Set([...this.names.keys(), ...below])];
  }

  private addFolder(path: string): void {
    if (!this.names.has(path)) this.names.set(path, new Set());
    this.addPath(path);
  }

  private addPath(path: string): void {
    const parent = this.style.dirname(path);
    if (parent === path) return;
    if (!this.names.has(parent)) this.addFolder(parent);
    this.names.get(parent)?.add(this.style.basename(path));
  }

  private unwritten(path: string): string | RecordedTrouble {
    if (this.names.has(path)) return { trouble: "failed", message: "is a folder" };
    const kind = this.kindOf(path);
    return kind === "file" ? "" : { trouble: "failed", message: `not a regular file: ${kind}` };
  }

  private kindOf(path: string): FileStat["kind"] {
    const short = this.stats.get(path);
    if (short !== undefined && !isTrouble(short) && short.kind !== undefined) return short.kind;
    return this.names.has(path) ? "folder" : "file";
  }

  private stat(path: string): FileStat | RecordedTrouble {
    const short = this.stats.get(path) ?? {};
    if (isTrouble(short)) return withMessage(short) as RecordedTrouble;
    const kind = this.kindOf(path);
    const inHome = path === this.identity.home || path.startsWith(this.identity.home + this.style.sep);
    const uid = short.uid ?? (inHome ? (this.identity.uid ?? 0) : 0);
    const gid = short.gid ?? (inHome ? (this.identity.gids[0] ?? 0) : 0);
    const given = short.mode === undefined ? undefined : Number.parseInt(short.mode, 8);
    const denied = isDenied(this.files.get(path)) || isDenied(this.deniedFolders.get(path));
    const mode = given ?? (denied ? 0o600 : kind === "folder" || this.isProgram(path) ? 0o755 : 0o644);
    const may = this.rights(mode, uid, gid);
    return {
      kind,
      mode,
      uid,
      gid,
      size: short.size ?? this.size(path),
      device: short.device ?? null,
      readable: short.readable ?? (!denied && (may & 4) !== 0),
      writable: short.writable ?? (!denied && (may & 2) !== 0),
    };
  }

  private isProgram(path: string): boolean {
    return /[\\/]s?bin[\\/][^\\/]+$/.test(path);
  }

  /** The three permission bits that count for this process; root may all, Windows is not told by bits. */
  private rights(mode: number, uid: number, gid: number): number {
    if (this.identity.uid === 0 || this.identity.uid === null) return 7;
    if (this.identity.uid === uid) return (mode >> 6) & 7;
    return this.identity.gids.includes(gid) ? (mode >> 3) & 7 : mode & 7;
  }

  private size(path: string): number {
    const content = this.files.get(path);
    if (content === undefined || isTrouble(content)) return 0;
    return typeof content === "string" ? Buffer.byteLength(content) : Buffer.from(content.base64, "base64").length;
  }

  /** What lies at or below a link's target is found through the link too; three rounds serve links to links. */
  private followLinks(tables: readonly Map<string, unknown>[]): void {
    const links = [...this.links].filter(([link, target]) => typeof target === "string" && target !== link);
    for (let round = 0; round < 3; round++) {
      for (const [link, target] of links) {
        if (typeof target !== "string") continue;
        const through = (path: string) => this.through(path, link, target);
        for (const table of tables) copyThrough(table, through);
      }
    }
  }

  private through(path: string, link: string, target: string): string | undefined {
    if (path === target) return link;
    const inside = target.endsWith(this.style.sep) ? target : target + this.style.sep;
    // A link that lies inside its own target would lead in circles.
    if (!path.startsWith(inside) || link.startsWith(inside)) return undefined;
    return link + this.style.sep + path.slice(inside.length);
  }

  private spaces(
    paths: readonly string[],
    given: Table<FileSystemSpace | ShortTrouble>,
  ): Map<string, FileSystemSpace | RecordedTrouble> {
    const known = new Map(present(given).map(([path, space]) => [path, withMessage(space)]));
    const result = new Map(known);
    for (const path of paths) {
      const space = this.nearest(path, known);
      if (space !== undefined) result.set(path, space);
    }
    return result;
  }

  private nearest<T>(path: string, known: ReadonlyMap<string, T>): T | undefined {
    for (let at = path; ; at = this.style.dirname(at)) {
      const found = known.get(at);
      if (found !== undefined || this.style.dirname(at) === at) return found;
    }
  }
}

function isDenied(entry: unknown): boolean {
  return isTrouble(entry) && entry.trouble === "denied";
}

function copyThrough<T>(table: Map<string, T>, through: (path: string) => string | undefined): void {
  for (const [path, entry] of [...table]) {
    const alias = through(path);
    if (alias !== undefined) table.set(alias, entry);
  }
}
