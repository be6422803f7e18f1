import { z } from "zod";
import { causeIds } from "../../checks/causes/ids.ts";

/**
 * The shapes of the machine formats, from which the JSON Schemas in `dist/schemas` are generated. They are closed: a
 * field that is not here is not written.
 */
const text = z.string();
const orNull = <T extends z.ZodType>(of: T): z.ZodUnion<readonly [T, z.ZodNull]> => z.union([of, z.null()]);
const startMethod = z.enum(["fork", "spawn", "forkserver"]);

export const evidenceSchema = z.strictObject({ source: text, excerpt: text, line: z.int().optional() });

export const fixSchema = z.strictObject({
  title: text,
  commands: z.array(text),
  where: z.enum(["linux", "windows", "macos", "guest", "host", "any"]),
  needs: z.array(z.enum(["sudo", "administrator", "network", "reboot", "new-terminal", "relogin", "downtime"])),
});

const explained = {
  id: z.enum(causeIds),
  title: text,
  harmless: z.boolean(),
  explanation: text,
  fix: z.array(fixSchema),
  references: z.array(text),
};

const picture = {
  machine: z.strictObject({
    platform: orNull(z.enum(["linux", "win32", "darwin"])),
    os: orNull(text),
    kernel: orNull(text),
    arch: orNull(text),
    wsl: orNull(
      z.strictObject({ version: z.union([z.literal(1), z.literal(2)]), package: orNull(text), distro: orNull(text) }),
    ),
    hypervisor: orNull(
      z.enum([
        "vmware",
        "virtualbox",
        "hyperv",
        "kvm",
        "qemu",
        "firecracker",
        "xen",
        "parallels",
        "bhyve",
        "apple",
        "nutanix",
        "amazon",
        "google",
        "azure",
        "other",
      ]),
    ),
    container: orNull(z.enum(["docker", "podman", "lxc", "kubernetes", "apptainer", "other"])),
    containers: z.array(z.enum(["docker", "podman", "lxc", "kubernetes", "apptainer", "other"])),
  }),
  gpus: z.array(
    z.strictObject({
      vendor: text,
      name: orNull(text),
      pciId: orNull(text),
      memoryMiB: orNull(z.number()),
      computeCapability: orNull(text),
    }),
  ),
  cuda: z.strictObject({
    driverVersion: orNull(text),
    driverApi: orNull(text),
    toolkits: z.array(z.strictObject({ version: text, path: text })),
  }),
  pythons: z.array(
    z.strictObject({
      path: text,
      version: orNull(text),
      environment: z.enum(["venv", "conda", "uv", "pyenv", "system", "store", "other"]),
      active: z.boolean(),
      startMethod: orNull(startMethod),
      startMethods: z.array(startMethod),
      frameworks: z.array(
        z.strictObject({ name: text, version: text, cudaBuild: orNull(text), archList: z.array(text) }),
      ),
    }),
  ),
  limits: z.strictObject({
    cpus: orNull(z.number()),
    memoryMiB: orNull(z.number()),
    shmMiB: orNull(z.number()),
    openFiles: orNull(z.number()),
  }),
};

export const checkSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("check"),
  tool: z.strictObject({ name: z.literal("envdoctor"), version: text }),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  verdict: z.strictObject({
    status: z.enum(["ready", "degraded", "not-ready"]),
    gpuTraining: z.enum(["yes", "no", "unknown"]),
    summary: text,
    next: orNull(text),
  }),
  ...picture,
  unknown: z.record(text, text),
  causes: z.array(
    z.strictObject({
      ...explained,
      confidence: z.number().min(0).max(1),
      evidence: z.array(evidenceSchema),
      findings: z.array(text),
    }),
  ),
  findings: z.array(
    z.strictObject({
      id: text,
      status: z.enum(["pass", "warn", "fail", "skipped", "unknown"]),
      title: text,
      detail: orNull(text),
      found: orNull(text),
      wanted: orNull(text),
      evidence: z.array(evidenceSchema),
      causes: z.array(z.enum(causeIds)),
      blockedBy: orNull(text),
      durationMs: z.number(),
    }),
  ),
});

export const explainSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("explain"),
  causes: z.array(
    z.strictObject({
      ...explained,
      confidence: z.number().min(0).max(1),
      evidence: z.array(z.strictObject({ line: orNull(z.int()), excerpt: text })),
    }),
  ),
  /** What would tell the first causes apart. */
  questions: z.array(text),
  ...picture,
});

export const causesSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("causes"),
  causes: z.array(
    z.strictObject({
      ...explained,
      group: z.enum(["machine", "wsl", "vm", "driver", "container", "frameworks", "workers"]),
      recognise: text,
    }),
  ),
});

const engine = z.enum(["torch", "tfjs-node-gpu", "cuda", "tfjs-wasm"]);
const share = z.number().min(0).max(1);

/** Fields of the run are null where nothing trained; a loss is null where it was not finite. */
export const trainSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("train"),
  tool: z.strictObject({ name: z.literal("envdoctor"), version: text }),
  startedAt: z.iso.datetime(),
  engine: orNull(engine),
  framework: orNull(text),
  device: orNull(z.enum(["cuda", "cpu"])),
  deviceName: orNull(text),
  success: z.boolean(),
  summary: text,
  next: orNull(text),
  gpuProven: z.boolean(),
  proof: z.array(z.strictObject({ id: text, what: text, ok: z.boolean(), detail: text })),
  notShown: z.array(z.strictObject({ id: text, what: text, reason: text })),
  steps: orNull(z.int()),
  loss: orNull(z.strictObject({ first: orNull(z.number()), last: orNull(z.number()) })),
  accuracy: orNull(share),
  accuracyBar: share,
  control: orNull(z.strictObject({ accuracy: orNull(share) })),
  samplesPerSecond: orNull(z.number()),
  stepMs: orNull(z.number()),
  startMs: orNull(z.number()),
  peakMemoryMiB: orNull(z.number()),
  engines: z.array(z.strictObject({ engine, usable: z.boolean(), reason: text })),
  causes: checkSchema.shape.causes,
  durationMs: z.number(),
});

/** File name in `dist/schemas` of each shape. */
export const schemas = {
  check: checkSchema,
  explain: explainSchema,
  causes: causesSchema,
  train: trainSchema,
} as const;
