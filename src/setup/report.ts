/** What `setup --json` prints. */
import { z } from "zod";
import { hideCredentials } from "../host/redaction/credentials.ts";
import type { Plan } from "./plan.ts";
import { journeys } from "./plan.ts";
import type { Walked } from "./run.ts";
import type { Step } from "./step.ts";
import { targetSchema } from "./target.ts";

const status = z.enum(["planned", "done", "pending", "failed", "skipped", "left"]);

export const setupSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("setup"),
  tool: z.strictObject({ name: z.literal("envdoctor"), version: z.string() }),
  journey: z.enum(journeys),
  target: z.strictObject(targetSchema.shape),
  /** Name of the run for --undo; null where nothing was done. */
  run: z.string().nullable(),
  verified: z.boolean(),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      why: z.string(),
      where: z.enum(["linux", "windows", "macos", "guest", "host", "any"]),
      needs: z.array(z.string()),
      optional: z.boolean(),
      cause: z.string().nullable(),
      commands: z.array(z.string()),
      files: z.array(z.string()),
      byHand: z.array(z.string()),
      status,
      detail: z.string().nullable(),
    }),
  ),
});

export type SetupReport = z.infer<typeof setupSchema>;

export function setupReport(
  plan: Plan,
  walked: Walked | null,
  run: string | null,
  verified: boolean,
  version: string,
): SetupReport {
  const results = walked?.results ?? plan.steps.map((step) => ({ step, status: "planned" as const, detail: null }));
  const report: SetupReport = {
    ...{ schemaVersion: 1, kind: "setup", tool: { name: "envdoctor", version } },
    ...{ journey: plan.journey, target: plan.target, run, verified },
    steps: results.map(({ step, status: is, detail }) => ({ ...plain(step), status: is, detail: detail?.en ?? null })),
  };
  // The address of a mirror may carry a password.
  return hideCredentials(report, process.env);
}

function plain(step: Step): Omit<SetupReport["steps"][number], "status" | "detail"> {
  const { id, title, why, where, needs, optional, cause, actions, byHand } = step;
  const commands = actions.flatMap((action) =>
    action.kind === "run" ? action.lines : action.kind === "envdoctor" ? [`envdoctor ${action.args.join(" ")}`] : [],
  );
  const files = actions.flatMap((action) => (action.kind === "edit" ? [action.edit.path] : []));
  return {
    ...{ id, title: title.en, why: why.en, where, needs: [...needs], optional, cause },
    commands,
    files,
    byHand: [...byHand],
  };
}
