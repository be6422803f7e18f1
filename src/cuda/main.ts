/**
 * Trains on the GPU with nothing but the driver, and reports numbers; it judges nothing.
 *
 * usage: node driver-cuda.mjs PLAN     PLAN: the JSON object of src/training/plan.ts
 *
 * Each line on stdout is one JSON object of src/training/protocol.ts. The memory of the card is given back when stdin
 * ends, so that whoever started this can ask the driver about it first.
 */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { openLibrary } from "../ffi/library.ts";
import { cudaLibraryNames } from "../ffi/places.ts";
import { printLine } from "../ffi/print.ts";
import type { TrainingPlan } from "../training/plan.ts";
import type { Report } from "../training/protocol.ts";
import { Driver, DriverError } from "./driver.ts";
import { trainByDriver } from "./engine.ts";
import { withoutStrayNodes } from "./nodes.ts";

const began = performance.now();
const print = (report: Report): void => printLine(report);
const limits = { memoryTestMs: 1500, timedSize: 256 };
/** How long the end of stdin is waited for. */
const longestHoldMs = 10_000;
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super("interrupted");
  }
}

let interruption: Interrupted | null = null;
for (const [signal, exitCode] of Object.entries(signals)) {
  process.on(signal, () => {
    interruption = new Interrupted(exitCode);
  });
}

async function breathe(): Promise<void> {
  await nextTurn();
  if (interruption !== null) throw interruption;
}

async function hold(): Promise<void> {
  let open = true;
  const ended = new Promise<void>((resolve) => {
    for (const event of ["end", "error"]) process.stdin.once(event, resolve);
    process.stdin.resume();
  }).then(() => {
    open = false;
  });
  const until = performance.now() + longestHoldMs;
  while (open && performance.now() < until) {
    await Promise.race([ended, pause(50, undefined, { ref: false })]);
    await breathe();
  }
  process.stdin.destroy();
}

async function main(): Promise<void> {
  const plan: TrainingPlan = JSON.parse(process.argv[2] ?? "{}");
  const opened = openLibrary(cudaLibraryNames());
  if (!opened.ok) return print({ event: "unusable", missing: opened.missing, reason: opened.reason });
  const clearNodes = withoutStrayNodes();
  try {
    await trainByDriver(new Driver(opened.library), plan, { print, breathe, hold, began, limits });
  } catch (error) {
    if (error instanceof Interrupted) process.exit(error.exitCode);
    if (!(error instanceof DriverError)) throw error;
    clearNodes();
    const { call, code, codeName } = error;
    print({ event: "failed", call, code, codeName, library: opened.library.name });
    process.exitCode = 1;
  }
}

await main();
