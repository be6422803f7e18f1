import type { CauseId } from "../../checks/causes/ids.ts";
import type { Need, Remedy } from "../diagnosis/cause.ts";
import type { Said } from "../text/message.ts";
import type { Edit } from "./edit.ts";

/** One step of a plan, as data: nothing here touches the machine. */
export interface Step {
  /** Stable over runs of the same plan: the journal knows a step by it. */
  readonly id: string;
  readonly title: Said;
  readonly why: Said;
  readonly where: Remedy["where"];
  readonly needs: readonly Need[];
  readonly cost?: Cost;
  /** What is done on this machine, in order; empty where a person has to do it. */
  readonly actions: readonly Action[];
  /** Lines that a person types elsewhere (on Windows, on the host, in an own shell); only where `actions` is empty. */
  readonly byHand: readonly string[];
  /** Files that the commands change: saved before, put back by undo. Absolute. */
  readonly touches: readonly string[];
  readonly verify: Verify;
  readonly undo: Undo;
  readonly cause: CauseId | null;
  /** Other ways to the same end, of which the user may choose one. */
  readonly others: readonly Remedy[];
  /** Advice: leaving it out does not keep the machine from training. */
  readonly optional: boolean;
}

interface Cost {
  readonly minutes?: number;
  readonly diskMiB?: number;
}

export type Action =
  /** Lines of one shell: bash, or PowerShell on Windows. */
  | { readonly kind: "run"; readonly lines: readonly string[] }
  /** `lines` do the same in a shell, for the printed script. */
  | { readonly kind: "edit"; readonly edit: Edit; readonly lines: readonly string[] }
  /** envdoctor itself, with these arguments. */
  | { readonly kind: "envdoctor"; readonly args: readonly string[] };

type Verify =
  /** These checks must no longer warn or fail. */
  | { readonly kind: "checks"; readonly ids: readonly string[] }
  /** The framework must be importable by this Python, which the checks then look at. */
  | { readonly kind: "framework"; readonly python: string; readonly name: string }
  | { readonly kind: "exists"; readonly path: string }
  /** The exit code of the actions says it all; advice and notices have nothing to verify either. */
  | { readonly kind: "nothing" };

export type Undo =
  /** Files are put back as they were saved. */
  | { readonly kind: "files" }
  /** The folder was made by the step and is taken away again. */
  | { readonly kind: "folder"; readonly path: string }
  /** The Debian packages that came with the step are removed. */
  | { readonly kind: "packages" }
  | { readonly kind: "commands"; readonly lines: readonly string[] }
  | { readonly kind: "none"; readonly why: Said };

/** Does it need the rights of root? */
export function needsRoot(step: Step): boolean {
  return step.needs.includes("sudo") || step.needs.includes("administrator");
}
