import { z } from "zod";

/**
 * What the comparison reads of a report of `check --json`. Open, without lists of names, so that reports of a
 * neighbouring version of envdoctor are read as well; the closed shape is src/report/schemas.ts.
 */
const text = z.string();
const orNull = <T extends z.ZodType>(of: T): z.ZodNullable<T> => z.nullable(of);

export const readReportSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal("check"),
  tool: z.object({ version: text }),
  startedAt: text,
  verdict: z.object({
    status: z.enum(["ready", "degraded", "not-ready"]),
    gpuTraining: z.enum(["yes", "no", "unknown"]),
    next: orNull(text),
  }),
  machine: z.object({
    platform: orNull(text),
    os: orNull(text),
    kernel: orNull(text),
    arch: orNull(text),
    wsl: orNull(z.object({ version: z.number(), package: orNull(text), distro: orNull(text) })),
    hypervisor: orNull(text),
    containers: z.array(text),
  }),
  gpus: z.array(z.object({ vendor: text, name: orNull(text), pciId: orNull(text), memoryMiB: orNull(z.number()) })),
  cuda: z.object({
    driverVersion: orNull(text),
    driverApi: orNull(text),
    toolkits: z.array(z.object({ version: text })),
  }),
  pythons: z.array(
    z.object({
      version: orNull(text),
      environment: text,
      active: z.boolean(),
      startMethod: orNull(text),
      frameworks: z.array(z.object({ name: text, version: text, cudaBuild: orNull(text) })),
    }),
  ),
  limits: z.object({
    cpus: orNull(z.number()),
    memoryMiB: orNull(z.number()),
    shmMiB: orNull(z.number()),
    openFiles: orNull(z.number()),
  }),
  unknown: z.record(text, text),
  causes: z.array(
    z.object({
      id: text,
      title: text,
      harmless: z.boolean(),
      findings: z.array(text),
      fix: z.array(z.object({ title: text, commands: z.array(text), where: text })),
    }),
  ),
  findings: z.array(
    z.object({
      id: text,
      status: z.enum(["pass", "warn", "fail", "skipped", "unknown"]),
      title: text,
      found: orNull(text),
      blockedBy: orNull(text),
    }),
  ),
});

type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

export type ReadReport = Frozen<z.infer<typeof readReportSchema>>;
