/** Linux on the machine itself: driver, module, Secure Boot, permissions, by the remedies of what was found. */
import type { Step } from "../step.ts";
import { type Context, mend } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

export function linuxSteps(context: Context): Step[] {
  const gpu = context.target.target === "gpu" ? mend(context, ["machine", "driver"]) : [];
  return [...gpu, ...frameworkSteps(context)];
}
