/** A distro of WSL: the GPU is Windows's affair, the environment is the distro's. */
import type { Step } from "../step.ts";
import { type Context, mend } from "./context.ts";
import { frameworkSteps } from "./framework.ts";

/** Data on a Windows drive slow the CPU down, too. */
const anyTarget = "wsl-windows-drive-slow";

export function wslSteps(context: Context): Step[] {
  const steps = mend(context, ["machine", "wsl", "driver", "container"]);
  const wanted = steps.filter(({ cause }) => context.target.target === "gpu" || cause === anyTarget);
  return [...wanted, ...frameworkSteps(context)];
}
