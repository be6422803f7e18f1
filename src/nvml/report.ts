import type { NvmlFailure, NvmlGpu, NvmlReport } from "../facts/facts.ts";
import type { RunResult } from "../host/host.ts";
import { cardOf } from "./card.ts";
import { failureOf, type Line, numberOf, textOf } from "./line.ts";
import { asked } from "./readings.ts";

export type Told =
  | { readonly told: "report"; readonly report: NvmlReport }
  /** ffi: foreign function calls do not work here. library: the loader finds none. safety: asking could change things. */
  | { readonly told: "nothing"; readonly missing: "ffi" | "library" | "safety"; readonly reason: string };

const longestLine = 64 * 1024;
const maxLines = 40_000;

/** What a run of the NVML program came to. Whatever was told before it was killed or crashed counts. */
export function nvmlTold(run: RunResult): Told {
  const lines = linesOf(run.stdout);
  const none = lines.find((line) => "missing" in line);
  const missing = none?.["missing"];
  if (none && (missing === "ffi" || missing === "library" || missing === "safety")) {
    return { told: "nothing", missing, reason: textOf(none["reason"]) ?? "no reason given" };
  }
  return { told: "report", report: reportOf(lines, run) };
}

function linesOf(stdout: string): Line[] {
  return stdout
    .split("\n", maxLines)
    .filter((line) => line.startsWith("{") && line.length < longestLine)
    .flatMap((line) => {
      try {
        const object: unknown = JSON.parse(line);
        return typeof object === "object" && object !== null ? [object as Line] : [];
      } catch {
        return []; // the line was cut off where the program was killed
      }
    });
}

function reportOf(lines: readonly Line[], run: RunResult): NvmlReport {
  const system = (name: string): unknown => lines.find((line) => line["system"] === name)?.["value"];
  const failure = firstFailure(lines);
  const gpus = cardsOf(lines);
  const outcome = outcomeOf(lines, run, failure);
  const stopped = outcome === "timeout" || outcome === "crashed";
  return {
    outcome,
    failure,
    stoppedAt: stopped ? nextAfter(lines) : null,
    library: textOf(lines.find((line) => "library" in line)?.["library"]),
    driverVersion: versionOf(system("driverVersion")),
    nvmlVersion: versionOf(system("nvmlVersion")),
    cudaVersion: cudaVersionOf(system("cudaVersion")),
    gpuCount: numberOf(system("gpuCount")),
    gpus,
  };
}

function outcomeOf(lines: readonly Line[], run: RunResult, failure: NvmlFailure | null): NvmlReport["outcome"] {
  if (failure) return "failed";
  // What hangs or crashes after the last answer is the library's farewell.
  if (lines.some((line) => line["done"] === true)) return "ok";
  if (run.outcome === "timeout") return "timeout";
  return run.signal !== null ? "crashed" : "unreadable";
}

/** Of the calls that all rests on: nvmlInit, nvmlDeviceGetCount. */
function firstFailure(lines: readonly Line[]): NvmlFailure | null {
  for (const line of lines) {
    const failure = "gpu" in line ? null : failureOf(line);
    if (failure) return failure;
  }
  return null;
}

function cardsOf(lines: readonly Line[]): NvmlGpu[] {
  const cards = new Map<number, Line[]>();
  for (const line of lines) {
    const gpu = numberOf(line["gpu"]);
    if (gpu === null) continue;
    const card = cards.get(gpu) ?? [];
    cards.set(gpu, card);
    card.push(line);
  }
  return [...cards].map(([index, own]) => cardOf(index, own));
}

/** The call that did not come back: the one after the last answer. */
function nextAfter(lines: readonly Line[]): string {
  const last = lines.at(-1) ?? {};
  const gpu = numberOf(last["gpu"]);
  if (gpu !== null) {
    const next = asked[asked.findIndex(([name]) => name === last["reading"]) + 1];
    return next === undefined ? `nvmlDeviceGetHandleByIndex_v2, GPU ${gpu + 1}` : `${next[1]}, GPU ${gpu}`;
  }
  if ("library" in last) return "nvmlInit_v2";
  if (last["system"] === "gpuCount") return "nvmlDeviceGetHandleByIndex_v2";
  return "library" in (lines[0] ?? {}) ? "nvmlDeviceGetCount_v2" : "dlopen";
}

function versionOf(value: unknown): string | null {
  return /^\d{1,4}(?:\.\d{1,6}){1,4}/.exec(textOf(value) ?? "")?.[0] ?? null;
}

/** 12040 → "12.4" */
function cudaVersionOf(value: unknown): string | null {
  const number = numberOf(value);
  if (number === null || number < 1000 || number > 99_999) return null;
  return `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`;
}
