/** Inside a container: what is wrong is nearly always mended on its host. */
import type { Step } from "../step.ts";
import { stepsOfCause } from "../steps.ts";
import { type Context, causesOf } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

export function containerSteps(context: Context): Step[] {
  const { facts, target } = context;
  const gpu = target.target === "gpu" ? causesOf(context, "container", "machine", "wsl", "driver") : [];
  return [...gpu.flatMap((cause) => stepsOfCause(facts, cause)), ...frameworkSteps(context)];
}
