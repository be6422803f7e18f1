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
const doneSchema = z.object({ event: z.literal("done") });

const reportSchema = z.discriminatedUnion("event", [
  readySchema,
  productSchema,
  placedSchema,
  stepSchema,
  testedSchema,
  memorySchema,
  timedSchema,
  doneSchema,
]);

export type Report = z.infer<typeof reportSchema>;
export type Ready = z.infer<typeof readySchema>;
export type Product = z.infer<typeof productSchema>;
export type Placed = z.infer<typeof placedSchema>;
export type Timed = z.infer<typeof timedSchema>;

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
