import { z } from "zod";
import { certainties } from "./certainty.ts";

/** The shape of `DiffReport`. */
const text = z.string();
const textOrNull = z.union([text, z.null()]);

const side = z.strictObject({
  file: textOrNull,
  source: z.enum(["snapshot", "check"]),
  at: text,
  tool: text,
  status: z.enum(["ready", "degraded", "not-ready"]),
  gpuTraining: z.enum(["yes", "no", "unknown"]),
});

const turn = z.strictObject({
  id: text,
  title: text,
  because: z.array(z.strictObject({ change: text, certainty: z.enum(certainties) })),
});

const status = z.enum(["pass", "warn", "fail", "skipped", "unknown"]);
const finding = z.strictObject({ id: text, title: text, before: status, after: status, found: textOrNull });

export const diffSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("diff"),
  tool: z.strictObject({ name: z.literal("envdoctor"), version: text }),
  old: side,
  new: side,
  outcome: z.enum(["worse", "better", "changed", "same"]),
  thorough: z.boolean(),
  changes: z.array(
    z.strictObject({
      id: text,
      title: text,
      before: textOrNull,
      after: textOrNull,
      unknown: z.array(z.enum(["before", "after"])),
      direction: z.enum(["worse", "better", "neutral"]),
      explains: z.array(text),
    }),
  ),
  causes: z.strictObject({
    appeared: z.array(turn),
    gone: z.array(turn),
    stayed: z.array(z.strictObject({ id: text, title: text })),
  }),
  findings: z.strictObject({ worse: z.array(finding), better: z.array(finding) }),
  next: textOrNull,
});
