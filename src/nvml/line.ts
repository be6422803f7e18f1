import type { NvmlFailure } from "../facts/facts.ts";
import { plainText } from "../text/plain.ts";
import { codes } from "./codes.ts";

/** One printed line of the program: an object of unknown fields. */
export type Line = Readonly<Record<string, unknown>>;

export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export function textOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = plainText(value).trim();
  // What is no UTF-8 is no text of NVML's.
  return text === "" || text.includes("\ufffd") ? null : text.slice(0, 300);
}

export function failureOf(line: Line): NvmlFailure | null {
  const call = textOf(line["call"]);
  const code = numberOf(line["code"]);
  return call === null || code === null || code === codes.success ? null : { call, code };
}
