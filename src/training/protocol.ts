/** What engine programs print: one JSON object per line, the same for every engine. They report numbers, and judge nothing. */
import { z } from "zod";

/** null: it was NaN or infinite. */
const measured = z.number().nullable();
const device = z.enum(["cuda", "cpu"]);
const runName = z.enum(["training", "control"]);
const text = z.string().max(500);

const readySchema = z.object({
  event: z.literal("ready"),
  /** "torch 2.13.0+cpu" */
  framework: text,
  device,
  deviceName: text,
  /** Why it is not the GPU, in the framework's words. */
  why: text.nullable(),
  threads: z.int(),
  /** Process that holds the device. */
  pid: z.int(),
  /** From the start of the program until the device answered. */
  ms: z.number(),
  /** Of the cuda engine alone: the card it trains on ("8.9"), of so many that the driver shows. */
  card: z.object({ computeCapability: text, memoryMiB: z.number(), cards: z.int() }).optional(),
});
const productSchema = z.object({
  event: z.literal("product"),
  values: z.array(measured).max(4096),
  /** The device may round the factors to tf32. */
  tf32: z.boolean(),
  device: text,
});
/** Devices of the parameters and of their gradients after the first step; "none" where a gradient is missing. */
const placedSchema = z.object({
  event: z.literal("placed"),
  parameters: z.array(text).max(64),
  gradients: z.array(text).max(64),
});
/** One step, with the wait for the device in its time. */
const stepSchema = z.object({
  event: z.literal("step"),
  run: runName,
  step: z.int(),
  loss: measured,
  /** Share of the batch that was answered right before the step; left out by an engine that does not count. */
  accuracy: z.number().min(0).max(1).optional(),
  ms: z.number(),
});
const testedSchema = z.object({
  event: z.literal("tested"),
  run: runName,
  predictions: z.array(z.int()).max(100_000),
});
const memorySchema = z.object({
  event: z.literal("memory"),
  /** Allocated on the GPU, or resident on the CPU, at most. */
  peakMiB: z.number().nullable(),
});
/** Median time of a step of a larger network. */
const timedSchema = z.object({ event: z.literal("timed"), device, ms: z.number().positive(), threads: z.int() });
/** What is done next, or the call of the driver that is made next: it may never return. */
const stageSchema = z.object({ event: z.literal("stage"), stage: text });
/** A call that the CUDA driver refused; code and name are null where the driver does not know the call. */
const failedSchema = z.object({
  event: z.literal("failed"),
  call: text,
  code: z.int().nullable(),
  codeName: text.nullable(),
  library: text,
});
/**
 * The engine has nothing to work with: koffi or the driver's library does not load, or the card is older than the kernels
 * (then `reason` is its compute capability).
 */
const unusableSchema = z.object({
  event: z.literal("unusable"),
  missing: z.enum(["ffi", "library", "card"]),
  reason: text,
});
/** Patterns that were written over the card's memory and read back. */
const memoryTestSchema = z.object({
  event: z.literal("memory-test"),
  totalMiB: z.number(),
  freeMiB: z.number(),
  testedMiB: z.number(),
  seconds: z.number(),
  wrongWords: z.number(),
  firstWrongMiB: z.number().nullable(),
});
const speeds = z.object({ pinned: z.number(), pageable: z.number() });
/** GB (10⁹ bytes) a second; whether what came back is what was sent. */
const copiesSchema = z.object({
  event: z.literal("copies"),
  hostToDevice: speeds,
  deviceToHost: speeds,
  onDevice: z.number(),
  intact: z.boolean(),
});
/** Did the same steps from the same seed give the same bits? */
const repeatSchema = z.object({ event: z.literal("repeat"), steps: z.int(), same: z.boolean() });
/**
 * A whole product of [size, size] matrices by the device against the same one by the processor: the largest difference
 * as a share of what the terms of an entry sum up to without their signs; null where an entry was no number.
 */
const comparedSchema = z.object({ event: z.literal("compared"), size: z.int(), deviation: measured });
const doneSchema = z.object({ event: z.literal("done") });

const reportSchema = z.discriminatedUnion("event", [
  readySchema,
  productSchema,
  placedSchema,
  stepSchema,
  testedSchema,
  memorySchema,
  timedSchema,
  stageSchema,
  failedSchema,
  unusableSchema,
  memoryTestSchema,
  copiesSchema,
  repeatSchema,
  comparedSchema,
  doneSchema,
]);

export type Report = z.infer<typeof reportSchema>;
export type Ready = z.infer<typeof readySchema>;
export type Product = z.infer<typeof productSchema>;
export type Placed = z.infer<typeof placedSchema>;
export type Timed = z.infer<typeof timedSchema>;
export type Failed = z.infer<typeof failedSchema>;
export type Unusable = z.infer<typeof unusableSchema>;
export type MemoryTest = z.infer<typeof memoryTestSchema>;
export type Copies = z.infer<typeof copiesSchema>;
export type Compared = z.infer<typeof comparedSchema>;
export type Repeat = z.infer<typeof repeatSchema>;

/** The report in a line, or undefined where the line is something else: programs print what they like. */
export function parseReport(line: string): Report | undefined {
  if (!line.startsWith('{"')) return undefined;
  try {
    const parsed = reportSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
