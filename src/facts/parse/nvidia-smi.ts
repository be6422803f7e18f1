import { excerpt, plainText } from "../../text/plain.ts";
import type { SmiReport } from "../facts.ts";
import { parseCsv } from "./nvidia-smi/csv.ts";
import { parseList } from "./nvidia-smi/list.ts";
import { parseLog } from "./nvidia-smi/log.ts";
import type { SmiReading } from "./nvidia-smi/reading.ts";
import { parseTable } from "./nvidia-smi/table.ts";
import { parseXml } from "./nvidia-smi/xml.ts";

type Outcome = SmiReport["outcome"];

/** Failures as nvidia-smi words them, on stdout or stderr. Source: https://docs.nvidia.com/deploy/nvidia-smi/index.html and issue threads. */
const failures: readonly (readonly [Exclude<Outcome, "ok">, RegExp])[] = [
  ["no-driver", /couldn't communicate with the NVIDIA driver|NVML: Driver Not Loaded/i],
  ["mismatch", /Driver\/library version mismatch/i],
  ["no-devices", /No devices were found/i],
  ["blocked", /GPU access blocked by the operating system/i],
  ["nvml-unknown", /Failed to initialize NVML: Unknown Error/i],
  // Process names and single fields say it too where all is well, so only with what it refused.
  [
    "permission",
    /(?:Failed to initialize NVML|Unable to determine the device handle[^\n]{0,80}): Insufficient Permissions/i,
  ],
  ["lost", /Unable to determine the device handle|GPU is lost|GPU has fallen off the bus/i],
  ["no-library", /couldn't find libnvidia-ml\.so|NVML (?:Shared )?library (?:couldn't be|not) found/i],
];

/** Longer texts are cut: an honest report of 256 cards stays below this. */
const maxLength = 4 * 1024 * 1024;

/**
 * What a run of nvidia-smi said: the XML of `-q -x`, the text of `-q`, the plain table of any driver since R331, the CSV
 * of `--query-gpu` with its header, or `-L`. `exitCode` is null where it is not known (a pasted text).
 * The outcome is "ok" only where at least one GPU is named and no failure is named; a header without GPUs, or
 * nonsense, is "unreadable" ("crashed" after a non-zero exit) but keeps the versions that were readable.
 */
export function parseNvidiaSmi(stdout: string, stderr = "", exitCode: number | null = null): SmiReport {
  const text = plainText(stdout.slice(0, maxLength));
  const errors = plainText(stderr.slice(0, maxLength));
  const { attached, ...reading } = read(text);
  const failure = firstFailure(`${text}\n${errors}`);
  const report = { path: null, exitCode, ...reading };
  if (failure) return { ...report, outcome: failure.outcome, message: failure.message };
  if (reading.gpus.some(({ name, pciId }) => name !== null || pciId !== null))
    return { ...report, outcome: "ok", message: warning(text) };
  if (attached === 0) return { ...report, outcome: "no-devices", message: "Attached GPUs: 0" };
  const outcome = exitCode !== null && exitCode !== 0 ? "crashed" : "unreadable";
  return { ...report, outcome, message: excerpt(text) || excerpt(errors) || null };
}

function read(text: string): SmiReading {
  if (text.includes("<nvidia_smi_log>")) return parseXml(text);
  if (text.includes("NVSMI LOG")) return parseLog(text);
  const table = parseTable(text);
  if (table.gpus.length > 0 || table.smiVersion !== null) return table;
  const csv = parseCsv(text);
  return csv.gpus.length > 0 ? csv : parseList(text);
}

function firstFailure(text: string): { readonly outcome: Outcome; readonly message: string } | undefined {
  let first: { outcome: Outcome; at: number } | undefined;
  for (const [outcome, pattern] of failures) {
    const at = text.search(pattern);
    if (at >= 0 && (!first || at < first.at)) first = { outcome, at };
  }
  if (!first) return undefined;
  const lineStart = text.lastIndexOf("\n", first.at) + 1;
  return { outcome: first.outcome, message: excerpt(text.slice(lineStart), 2, 300) };
}

/** nvidia-smi prints warnings such as "WARNING: infoROM is corrupted at gpu …" beside a whole report. */
function warning(text: string): string | null {
  const at = text.search(/^WARNING: .{0,120}\bgpu\b/im);
  return at < 0 ? null : excerpt(text.slice(at), 1, 300);
}
