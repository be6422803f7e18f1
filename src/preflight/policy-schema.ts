import { z } from "zod";

const requirement = z.strictObject({
  require: z
    .string()
    .describe("NAME, or NAME COMPARISON VALUE: gpu.memoryMiB>=8000; a ? after the name makes it optional"),
  severity: z
    .enum(["fail", "warn", "off"])
    .optional()
    .describe("fail (default): the command is not started; warn: it is only said; off: not asked for (in a group)"),
  optional: z.boolean().optional().describe("lets pass what is not known or not there"),
  reason: z.string().optional().describe("why this is asked for"),
});

const waiver = z.strictObject({
  require: z.string().describe("the requirement that it lets pass, or its name alone"),
  reason: z.string().min(1),
  owner: z.string().min(1).describe("who answers for it"),
  expires: z.iso.date().describe("the last day on which it holds"),
});

const lists = {
  requirement: z.array(requirement).optional(),
  waiver: z.array(waiver).optional(),
};

/** A policy file of `preflight`; TOML dates are taken as "2026-12-31". */
export const policySchema = z
  .strictObject({
    schemaVersion: z.literal(1).optional(),
    ...lists,
    group: z
      .array(
        z.strictObject({
          hosts: z.array(z.string().min(1)).min(1).describe("host names; * ? [a-z] and {a,b} as in a shell"),
          ...lists,
        }),
      )
      .optional()
      .describe("what differs on some machines: a requirement replaces those of the same name above"),
  })
  .describe("Policy of envdoctor preflight");

export type PolicyFile = z.infer<typeof policySchema>;
