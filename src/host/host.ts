/**
 * The one door to a machine. `live.ts` is the machine we run on; `recorded.ts` replays a snapshot or a test machine.
 * No question throws and none outlives its deadline: what went wrong is part of the answer.
 */
export type Platform = "linux" | "win32" | "darwin";

export type Trouble = "missing" | "denied" | "timeout" | "too-large" | "failed";

/** What a question to the host gives: an answer, or why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble; readonly message: string };

export interface RunResult {
  /** `ended`: it ran to its end, whatever its exit code. `missing`: no such program. */
  readonly outcome: "ended" | "missing" | "denied" | "timeout" | "failed";
  /** null where the program was killed by a signal or did not run to its end. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The output was longer than the cap, and the rest was drained and dropped. */
  readonly truncated: boolean;
  readonly durationMs: number;
}

export interface RunOptions {
  /** Milliseconds until the whole process tree is killed; the host's default where left out. */
  readonly timeoutMs?: number;
  /** Changes to the environment of the child; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Bytes kept of each of stdout and stderr. */
  readonly maxBytes?: number;
}

export interface FileStat {
  readonly kind: "file" | "folder" | "char" | "block" | "fifo" | "socket" | "other";
  /** Permission bits, e.g. 0o666. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Device number of a device node as "major:minor". */
  readonly device: string | null;
  /** May this process read / write it? */
  readonly readable: boolean;
  readonly writable: boolean;
}

export interface FileSystemSpace {
  readonly totalBytes: number;
  /** Bytes that an unprivileged process may still use. */
  readonly freeBytes: number;
}

/** What is known about the running process and machine without asking anything outside the runtime. */
export interface HostIdentity {
  readonly platform: Platform;
  /** Node's name of the architecture: x64, arm64 … */
  readonly arch: string;
  /** `os.release()`: the kernel release on POSIX, major.minor.build on Windows. */
  readonly release: string;
  readonly cwd: string;
  readonly home: string;
  /** null on Windows. */
  readonly uid: number | null;
  readonly gids: readonly number[];
  /** `os.availableParallelism()`: the processors this process may use, quotas not counted. */
  readonly availableParallelism: number;
  readonly totalMemoryBytes: number;
  readonly node: { readonly version: string; readonly napi: string; readonly execPath: string };
}

export interface Host {
  readonly identity: HostIdentity;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Runs argv[0], looked up on PATH or one of own-programs.ts, with stdin closed. argv is never given to a shell.
   */
  run(argv: readonly [string, ...string[]], options?: RunOptions): Promise<RunResult>;
  /** The file as UTF-8 (UTF-16 with a byte order mark is decoded); at most maxBytes (default 1 MiB). */
  readFile(path: string, options?: { readonly maxBytes?: number }): Promise<Answer<string>>;
  /** The first bytes of the file as they are, for encodings and binary formats. */
  readBytes(path: string, maxBytes: number): Promise<Answer<Uint8Array>>;
  /** Names in a folder, sorted. */
  listFolder(path: string): Promise<Answer<readonly string[]>>;
  stat(path: string): Promise<Answer<FileStat>>;
  realPath(path: string): Promise<Answer<string>>;
  space(path: string): Promise<Answer<FileSystemSpace>>;
  /** What systeminformation says of the display adapters and the system board (Windows and macOS, where there is no sysfs). */
  inventory(): Promise<Answer<Inventory>>;
}

export interface Inventory {
  readonly controllers: readonly {
    readonly vendor: string;
    readonly model: string;
    readonly vramMiB: number | null;
    readonly pnpId: string | null;
    readonly driverVersion: string | null;
  }[];
  readonly system: { readonly manufacturer: string; readonly model: string; readonly virtual: boolean | null };
  readonly os: { readonly distro: string; readonly release: string; readonly build: string };
}
