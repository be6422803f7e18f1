/**
 * Asks NVML, NVIDIA's management library, about the driver and its cards, and prints each answer on a line of its own; it
 * judges nothing. `--change-nothing`: no driver is at work here, and none may be loaded by asking.
 */
import { openLibrary } from "../ffi/library.ts";
import { nvmlLibraryNames } from "../ffi/places.ts";
import { printLine } from "../ffi/print.ts";
import { ask } from "./ask.ts";
import { becomeHarmless } from "./harmless.ts";

const opened = openLibrary(nvmlLibraryNames());
const danger = opened.ok ? becomeHarmless(process.argv.includes("--change-nothing")) : undefined;
if (!opened.ok) printLine({ missing: opened.missing, reason: opened.reason });
else if (danger !== undefined) printLine({ missing: "safety", reason: danger });
else {
  printLine({ library: opened.library.name });
  ask(opened.library, printLine);
}
