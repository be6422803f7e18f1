import { z } from "zod";
import { causeIds } from "../../checks/causes/ids.ts";
import { diffSchema } from "../diff/schema.ts";
import { limitNames } from "../loader/limits.ts";
import { policySchema } from "../preflight/policy-schema.ts";
import { setupSchema } from "../setup/report.ts";

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
  /** With --since: what changed. */
  since: diffSchema.optional(),
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
const copySpeed = z.strictObject({ pinned: z.number(), pageable: z.number() });
const curve = z.strictObject({ loss: z.array(orNull(z.number())), accuracy: orNull(z.array(orNull(share))) });

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
  /** Means over as many steps each; `steps` holds the last step of each. */
  curves: orNull(z.strictObject({ steps: z.array(z.int()), training: curve, control: curve })),
  control: orNull(z.strictObject({ accuracy: orNull(share) })),
  samplesPerSecond: orNull(z.number()),
  stepMs: orNull(z.number()),
  startMs: orNull(z.number()),
  toAccuracy: orNull(z.strictObject({ steps: z.int(), seconds: z.number() })),
  peakMemoryMiB: orNull(z.number()),
  /** Of the cuda engine, like the three below it: the card, of so many that the driver shows. */
  card: orNull(z.strictObject({ computeCapability: text, memoryMiB: z.number(), cards: z.int() })),
  /** GB (10⁹ bytes) a second. */
  bandwidth: orNull(z.strictObject({ hostToDevice: copySpeed, deviceToHost: copySpeed, onDevice: z.number() })),
  pinMemoryGain: orNull(z.number()),
  memoryTest: orNull(
    z.strictObject({
      totalMiB: z.number(),
      freeMiB: z.number(),
      testedMiB: z.number(),
      seconds: z.number(),
      wrongWords: z.number(),
      firstWrongMiB: orNull(z.number()),
    }),
  ),
  engines: z.array(z.strictObject({ engine, usable: z.boolean(), reason: text })),
  causes: checkSchema.shape.causes,
  durationMs: z.number(),
});

const fleetValue = z.union([text, z.number()]);
const fleetProblem = {
  id: text,
  status: z.enum(["warn", "fail", "unknown"]),
  title: text,
  found: orNull(text),
  wanted: orNull(text),
  detail: orNull(text),
};

export const fleetSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("fleet"),
  tool: z.strictObject({ name: z.literal("envdoctor"), version: text }),
  counts: z.strictObject({
    machines: z.int(),
    alike: z.int(),
    odd: z.int(),
    sick: z.int(),
    missing: orNull(z.int()),
    unreadable: z.int(),
  }),
  oddities: z.array(
    z.strictObject({
      nodes: text,
      machines: z.array(text),
      status: z.enum(["sick", "odd"]),
      kind: z.int(),
      causes: z.array(z.strictObject({ id: text, title: text })),
      deviations: z.array(z.strictObject({ feature: text, found: fleetValue, usual: fleetValue })),
      findings: z.array(z.strictObject(fleetProblem)),
    }),
  ),
  missing: z.array(text),
  unexpected: z.array(text),
  unreadable: z.array(z.strictObject({ file: text, line: orNull(z.int()), machine: text, reason: text })),
  /** Files of older reports of a machine that sent several. */
  replaced: z.array(text),
  causes: z.array(z.strictObject({ id: text, title: text, machines: z.int(), nodes: text })),
  kinds: z.array(
    z.strictObject({
      machines: z.int(),
      usual: z.record(text, fleetValue),
      differs: z.array(
        z.strictObject({
          feature: text,
          values: z.array(z.strictObject({ value: fleetValue, machines: z.int() })),
        }),
      ),
      shared: z.array(z.strictObject({ ...fleetProblem, machines: z.int() })),
    }),
  ),
});

const lintPlace = {
  cell: orNull(z.int().min(1)),
  line: z.int().min(1),
  column: z.int().min(1),
  message: text,
};

export const lintSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("lint"),
  startMethod,
  files: z.array(
    z.strictObject({
      path: text,
      problems: z.array(
        z.strictObject({
          cause: z.enum(causeIds),
          ...lintPlace,
          fix: text,
          severity: z.enum(["fail", "warn"]),
          /** The line at which the workers start. */
          startLine: z.int().min(1),
          /** The lines that `fix` takes the place of. */
          replaces: orNull(z.strictObject({ first: z.int().min(1), last: z.int().min(1) })),
        }),
      ),
      notes: z.array(
        z.strictObject({ kind: z.enum(["unreadable", "workers-unknown", "holds", "too-long"]), ...lintPlace }),
      ),
    }),
  ),
});

const workerMethod = z.enum(["fork", "spawn", "forkserver", "worker_threads", "child_process"]);
/** `preload`: the forkserver imports the framework before it forks. */
const start = { startMethod: orNull(workerMethod), preload: z.boolean() };
const reading = z.strictObject({ readers: z.int(), filesPerSecond: z.number(), mibPerSecond: z.number() });

/** What an epoch is made of; start and stop are shared out among the epochs. */
const parts = z.strictObject({ startSeconds: z.number(), steadySeconds: z.number(), stopSeconds: z.number() });

const benchedDataset = {
  dataset: z.strictObject({
    name: text,
    kind: z.enum(["map", "iterable"]),
    samples: orNull(z.int()),
    batchSize: z.int(),
    /** Batches of an epoch. */
    batches: orNull(z.int()),
    bytesPerSample: z.number(),
    pickledBytes: orNull(z.number()),
  }),
  epochs: z.int(),
  /** The training step that the loader feeds. */
  step: orNull(z.strictObject({ ms: z.number(), how: z.enum(["given", "assumed", "measured"]), device: orNull(text) })),
  /** What one batch costs. */
  batch: orNull(
    z.strictObject({
      ms: z.number(),
      cpuMs: z.number(),
      ioMs: z.number(),
      variation: z.number(),
      sendMs: z.number(),
      receiveMs: z.number(),
      /** An epoch that indexes tensors in memory without a loader. */
      directEpochMs: orNull(z.number()),
    }),
  ),
  /** The tightest one first. */
  limits: z.array(z.strictObject({ name: z.enum(limitNames), maxWorkers: z.int(), detail: text })),
  bindingLimit: orNull(z.enum(limitNames)),
  workerStart: z.array(
    z.strictObject({ ...start, workers: z.int(), ms: z.number(), stopMs: z.number(), memoryMiB: orNull(z.number()) }),
  ),
  /** Epochs with their share of start and stop. */
  measurements: z.array(
    z.strictObject({
      ...start,
      numWorkers: z.int(),
      epochSeconds: z.strictObject({ min: z.number(), median: z.number(), max: z.number() }),
      parts,
      rounds: z.int(),
      firstBatchSeconds: z.number(),
      stallFraction: z.number(),
    }),
  ),
  prediction: z.array(z.strictObject({ ...start, numWorkers: z.int(), epochSeconds: z.number(), parts })),
  /** Largest relative error of a prediction that was verified. */
  modelError: orNull(z.number()),
  recommendation: z.strictObject({
    numWorkers: z.int(),
    ...start,
    persistentWorkers: z.boolean(),
    prefetchFactor: orNull(z.int()),
    pinMemory: z.boolean(),
    reason: text,
    speedup: z.number(),
    equalWorkers: z.array(z.int()),
    equalStartMethods: z.array(z.strictObject(start)),
    /** Relative difference below which two times are the same here. */
    tolerance: z.number(),
    notes: z.array(text),
    /** Lines of Python for the training script. */
    code: z.array(text),
  }),
  storage: orNull(
    z.strictObject({
      folder: text,
      filesystem: text,
      files: z.int(),
      there: z.array(reading),
      local: z.array(reading),
    }),
  ),
  troubles: z.array(z.strictObject({ where: text, message: text, cause: orNull(z.enum(causeIds)) })),
};

const benched = {
  schemaVersion: z.literal(1),
  kind: z.literal("bench-loader"),
  engine: z.enum(["torch", "python", "node"]),
  python: orNull(text),
  /** Version of PyTorch, where it measured. */
  framework: orNull(text),
  interrupted: z.boolean(),
  durationMs: z.number(),
};

export const benchLoaderSchema = z.union([
  z.strictObject({ ...benched, ...benchedDataset }),
  z.strictObject({ ...benched, results: z.array(z.strictObject({ ...benchedDataset, durationMs: z.number() })) }),
]);

export const preflightSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("preflight"),
  tool: checkSchema.shape.tool,
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  allowed: z.boolean(),
  command: orNull(
    z.strictObject({
      program: text,
      python: orNull(text),
      script: orNull(text),
      cwd: text,
      visibleDevices: orNull(text),
      notes: z.array(text),
    }),
  ),
  requirements: z.array(
    z.strictObject({
      require: text,
      status: z.enum(["pass", "fail", "unknown", "waived"]),
      found: orNull(text),
      reason: orNull(text),
      severity: z.enum(["fail", "warn"]),
      optional: z.boolean(),
      because: orNull(text),
      waiver: orNull(z.strictObject({ reason: text, owner: text, expires: text })),
    }),
  ),
  lint: orNull(
    z.strictObject({
      path: text,
      problems: z.array(
        z.strictObject({
          cause: z.enum(causeIds),
          line: z.int(),
          column: z.int(),
          message: text,
          severity: z.enum(["fail", "warn"]),
        }),
      ),
    }),
  ),
  proof: orNull(z.strictObject({ success: z.boolean(), gpuProven: z.boolean(), summary: text })),
  check: checkSchema,
});

/** File name in `dist/schemas` of each shape. */
export const schemas = {
  check: checkSchema,
  explain: explainSchema,
  causes: causesSchema,
  lint: lintSchema,
  setup: setupSchema,
  train: trainSchema,
  "bench-loader": benchLoaderSchema,
  fleet: fleetSchema,
  preflight: preflightSchema,
  policy: policySchema,
  diff: diffSchema,
} as const;
