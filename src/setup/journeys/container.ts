/** Inside a container: what is wrong is nearly always mended on its host. */
import type { Step } from "../step.ts";
import { type Context, mend } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

export function containerSteps(context: Context): Step[] {
  const gpu = context.target.target === "gpu" ? mend(context, ["container", "machine", "wsl", "driver"]) : [];
  return [...gpu, ...frameworkSteps(context)];
}
