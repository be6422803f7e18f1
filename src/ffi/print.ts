import { writeSync } from "node:fs";

/** Prints one JSON object on a line of stdout, before it returns: a crash right after must not take it along. */
export function printLine(object: Readonly<Record<string, unknown>>): void {
  let rest: Uint8Array = Buffer.from(`${JSON.stringify(object)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}
