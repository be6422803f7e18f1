import type { Said } from "./text/message.ts";

/** The user asked for something that cannot be done, or gave a file that cannot be used: the program ends with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /** `message`, for machines, is the English of it. */
  constructor(readonly said: Said) {
    super(said.en);
  }

  /** `check` and the parts that it loads on demand come from two bundles, each with a class of its own. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return error instanceof Error && error.name === "UsageError" && "said" in error;
  }
}
