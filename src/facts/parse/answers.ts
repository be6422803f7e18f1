import type { Answer } from "../../host/host.ts";
import { excerpt } from "../../text/plain.ts";
import type { Evidence } from "../fact.ts";

/** The text of an answer, "" where there is none: for signals, where a missing file simply says nothing. */
export function textOf(answer: Answer<string>): string {
  return answer.ok ? answer.value : "";
}

export function namesOf(answer: Answer<readonly string[]>): readonly string[] {
  return answer.ok ? answer.value : [];
}

/** "/proc/meminfo: permission denied" */
export function whyNot(path: string, answer: Answer<unknown>): string {
  return answer.ok ? `${path}: not understood` : `${path}: ${answer.message || answer.trouble}`;
}

export function evidence(source: string, text: string, lines = 3): Evidence {
  return { source, excerpt: excerpt(text, lines) };
}
