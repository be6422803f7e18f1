import { z } from "zod";
import { newestSnapshot, shortStatForm } from "./snapshot-file.ts";

const trouble = z.object({
  trouble: z.enum(["missing", "denied", "timeout", "too-large", "failed"]),
  message: z.string(),
});

const run = z.object({
  outcome: z.enum(["ended", "missing", "denied", "timeout", "failed"]),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean(),
  durationMs: z.number(),
});

const stat = z.object({
  kind: z.enum(["file", "folder", "char", "block", "fifo", "socket", "other"]),
  mode: z.number(),
  uid: z.number(),
  gid: z.number(),
  size: z.number(),
  device: z.string().nullable(),
  readable: z.boolean(),
  writable: z.boolean(),
});

const inventory = z.object({
  controllers: z.array(
    z.object({
      vendor: z.string(),
      model: z.string(),
      vramMiB: z.number().nullable(),
      pnpId: z.string().nullable(),
      driverVersion: z.string().nullable(),
    }),
  ),
  system: z.object({ manufacturer: z.string(), model: z.string(), virtual: z.boolean().nullable() }),
  os: z.object({ distro: z.string(), release: z.string(), build: z.string() }),
});

function table<T extends z.ZodType>(entry: T) {
  return z.record(z.string(), z.union([entry, trouble]));
}

const common = {
  kind: z.literal("snapshot"),
  tool: z.object({ name: z.literal("envdoctor"), version: z.string() }),
  recordedAt: z.string(),
  identity: z.object({
    platform: z.enum(["linux", "win32", "darwin"]),
    arch: z.string(),
    release: z.string(),
    cwd: z.string(),
    home: z.string(),
    uid: z.number().nullable(),
    gids: z.array(z.number()),
    availableParallelism: z.number(),
    totalMemoryBytes: z.number(),
    node: z.object({ version: z.string(), napi: z.string(), execPath: z.string() }),
  }),
  env: z.record(z.string(), z.string()),
  inventory: z.union([inventory, trouble]).nullable(),
  look: z.object({ python: z.string().optional(), data: z.string().optional() }).optional(),
};

const file = z.union([z.string(), z.object({ base64: z.base64() })]);
const space = z.object({ totalBytes: z.number(), freeBytes: z.number() });

/** The shape of `Recording`, which was the first form of a snapshot. */
export const recordingSchema = z.object({
  schemaVersion: z.literal(1),
  ...common,
  commands: z.record(z.string(), run),
  files: table(file),
  folders: table(z.array(z.string())),
  stats: table(stat),
  realPaths: table(z.string()),
  spaces: table(space),
  redacted: z.record(z.string(), z.number()).optional(),
});

const names = z.array(z.string());
const numbers = z.record(z.string(), z.number());

/** The shape of `SnapshotFile`. */
export const snapshotSchema = z.object({
  schemaVersion: z.literal(newestSnapshot),
  ...common,
  manifest: z.object({
    about: z.string(),
    asked: numbers,
    commands: names,
    files: names,
    variables: names,
    removed: numbers,
  }),
  commands: z.record(z.string(), run.partial()),
  files: z.record(z.string(), file),
  folders: z.record(z.string(), names),
  stats: z.record(z.string(), z.string().regex(shortStatForm, "expected such as: file 644 0:0 1024 r-")),
  realPaths: z.record(z.string(), z.string()),
  spaces: z.record(z.string(), space),
  noLinks: names,
  refusals: z.array(
    z.object({
      table: z.enum(["files", "folders", "stats", "realPaths", "spaces"]),
      trouble: trouble.shape.trouble,
      message: names,
      paths: names,
    }),
  ),
});
