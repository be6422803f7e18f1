/** Linux on the machine itself: driver, module, Secure Boot, permissions, by the remedies of what was found. */
import type { Step } from "../step.ts";
import { stepsOfCause } from "../steps.ts";
import { type Context, causesOf } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

export function linuxSteps(context: Context): Step[] {
  const { facts, target } = context;
  const gpu = target.target === "gpu" ? causesOf(context, "machine", "driver") : [];
  return [...gpu.flatMap((cause) => stepsOfCause(facts, cause)), ...frameworkSteps(context)];
}
