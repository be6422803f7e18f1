import type { Asker } from "./run.ts";
import { needsRoot } from "./step.ts";

/** --yes: runs what can be run without anybody, and leaves the rest; never with sudo, which nobody agreed to. */
export function yesAsker({ root }: { readonly root: boolean }): Asker {
  return {
    step: async (step) => {
      if (step.actions.length === 0) return { kind: "leave" };
      return { kind: needsRoot(step) && !root ? "leave" : "run" };
    },
    failed: async (step) => (step.optional ? "skip" : "stop"),
    restart: async () => "stop",
  };
}
