/** Trains on the GPU with nothing but the driver, and reports numbers; it judges nothing. */
import { openLibrary } from "../ffi/library.ts";
import { cudaLibraryNames } from "../ffi/places.ts";
import { printLine } from "../ffi/print.ts";

const opened = openLibrary(cudaLibraryNames());
if (!opened.ok) printLine({ event: "unusable", missing: opened.missing, reason: opened.reason });
