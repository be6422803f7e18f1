/** A distro of WSL: the GPU is Windows's affair, the environment is the distro's. */
import type { Step } from "../step.ts";
import { stepsOfCause } from "../steps.ts";
import { type Context, causesOf } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

export function wslSteps(context: Context): Step[] {
  const { facts, target } = context;
  const gpu = target.target === "gpu" ? causesOf(context, "machine", "wsl", "driver", "container") : [];
  const drive = causesOf(context, "wsl").filter(({ cause }) => cause.id === "wsl-windows-drive-slow");
  const first = gpu.filter(({ cause }) => cause.id !== "wsl-windows-drive-slow");
  return [
    ...first.flatMap((cause) => stepsOfCause(facts, cause, cause.cause.id === "wslconfig-ignored")),
    ...drive.flatMap((cause) => stepsOfCause(facts, cause, true)),
    ...frameworkSteps(context),
  ];
}
