/** What the measuring programs answer, one schema for all engines. All times are seconds. */
import { z } from "zod";

const seconds = z.number().nonnegative();
const orNull = <T extends z.ZodType>(of: T): z.ZodUnion<readonly [T, z.ZodNull]> => z.union([of, z.null()]);

export const aboutSchema = z.object({
  framework: orNull(z.string()),
  cuda: z.boolean(),
  /** How torch hands tensors over: file_descriptor or file_system. */
  sharing: orNull(z.string()),
});

export const openedSchema = z.object({
  kind: z.enum(["map", "iterable"]),
  samples: orNull(z.int().positive()),
  batches: orNull(z.int().positive()),
  batchSize: z.int().positive(),
  batchBytes: z.number().nonnegative(),
  tensors: z.int().nonnegative(),
  pickledBytes: orNull(z.number().nonnegative()),
  unpicklable: orNull(z.string()),
  /** What the user's own DataLoader asks for. */
  numWorkers: orNull(z.int().nonnegative()),
  /** Where the data set says that it reads from. */
  folder: orNull(z.string()),
  process: z.object({
    python: orNull(z.string()),
    executable: z.string(),
    startMethod: z.string(),
    startMethods: z.array(z.string()),
    addressSpaceMiB: orNull(z.number()),
    virtualMiB: orNull(z.number()),
    residentMiB: orNull(z.number()),
    filesOpen: orNull(z.number()),
    openFilesLimit: orNull(z.number()),
  }),
  engine: aboutSchema,
});
export type Opened = z.infer<typeof openedSchema>;

export const batchesSchema = z.object({
  walls: z.array(seconds),
  cpus: z.array(seconds),
  /** Time that others had the processor meanwhile. */
  delays: z.array(seconds),
  directSeconds: orNull(seconds).optional(),
});
export type TimedBatches = z.infer<typeof batchesSchema>;

export const stepSchema = z.object({
  seconds,
  launchSeconds: seconds,
  cpuShare: z.number(),
  how: z.enum(["given", "assumed", "measured"]),
  device: orNull(z.string()),
  pinning: orNull(
    z.object({ pageableSeconds: seconds, pinnedSeconds: orNull(seconds), reason: orNull(z.string()) }),
  ).optional(),
});
export type Step = z.infer<typeof stepSchema>;

export const startSchema = z.object({
  firstSeconds: seconds,
  allSeconds: seconds,
  stopSeconds: seconds,
  seen: z.object({
    privateMiB: orNull(z.number()).optional(),
    startMethod: orNull(z.string()).optional(),
    affinity: z.number().optional(),
  }),
});
export type TimedStart = z.infer<typeof startSchema>;

export const copiesSchema = z.object({ workerSeconds: seconds, consumerSeconds: seconds });

export const epochsSchema = z.object({
  epochs: z
    .array(
      z.object({
        seconds,
        firstSeconds: seconds,
        waitSeconds: seconds,
        batches: z.int().positive(),
        samples: z.int().nonnegative(),
        cycleSeconds: seconds,
        sawTooth: orNull(z.number()),
      }),
    )
    .min(1),
  stopSeconds: seconds,
});

export const replaysSchema = z.object({ replays: z.boolean() });

const curveSchema = z.array(z.object({ readers: z.int(), filesPerSecond: z.number(), mibPerSecond: z.number() }));
export const storageSchema = z.object({
  files: z.int(),
  bytes: z.number(),
  there: curveSchema,
  local: curveSchema,
});
export type Storage = z.infer<typeof storageSchema>;

export const errorSchema = z.object({
  kind: z.enum(["usage", "dataset", "worker", "memory", "pickle", "engine"]),
  message: z.string(),
  detail: z.record(z.string(), z.unknown()).default({}),
});
