/** Eight ways in which a question to a machine goes wrong, put into the answer that the machine would have given. */
import type { Answer, RunResult, Trouble } from "../../src/host/host.ts";
import type { Between, Question } from "./questions.ts";

export const ways = ["missing", "denied", "timeout", "crash", "empty", "truncated", "garbage", "language"] as const;
export type Way = (typeof ways)[number];

/**
 * silence: the machine refuses, or what it gives is recognisably broken; nothing is known then. other: an answer that
 * another machine would give in earnest (a file that is not there, an empty or shorter folder, a link that leads
 * elsewhere, a variable with another value), so that what is said of that machine holds. null: nothing changes.
 */
export type Effect = "silence" | "other" | null;

/** Half of it is as good a file. */
const manyLines = /(?:mountinfo|cgroup|meminfo|status|limits|cpuinfo|resource|environ|compatible|cmdline|modules)$/;

export function effectOf({ kind, key }: Question, way: Way): Effect {
  const refused = way === "denied" || way === "timeout" || way === "crash";
  switch (kind) {
    case "env":
      return refused ? null : "other";
    case "run":
      // On Windows the driver brings nvidia-smi; dmesg says nothing after dmesg -C.
      return (way === "missing" && key.startsWith("nvidia-smi")) || (way === "empty" && key === "dmesg")
        ? "other"
        : "silence";
    case "file":
      if (refused) return "silence";
      // Any other file holds what it holds, for whoever reads it. The kernel's own are never empty and have their shape.
      if (way === "language" && /^\/(?:proc|sys)\//.test(key)) return null;
      // What the maker of a board wrote there is as it is.
      if (key.startsWith("/sys/class/dmi/")) return "other";
      if (way === "missing" || !/^\/(?:proc|sys)\//.test(key)) return "other";
      return way === "truncated" && manyLines.test(key) ? "other" : "silence";
    case "inventory":
      return way === "garbage" ? "other" : "silence";
    case "stat":
      if (way === "truncated" || way === "language") return null;
      // A shell passes over a folder of PATH that it may not look into.
      return refused && !(way === "denied" && /\/bin\/[^/]*$/.test(key)) ? "silence" : "other";
    case "space":
      return refused || way === "garbage" || way === "empty" ? "silence" : way === "missing" ? "other" : null;
    case "link":
      // What this user may not reach, the loader passes over.
      return refused && !(way === "denied" && /\.so\.\d+$/.test(key)) ? "silence" : "other";
    default:
      return refused ? "silence" : "other";
  }
}

/**
 * What a broken program, disk or memory may leave: NUL, control characters, terminal and bidirectional codes, invalid
 * surrogates, names of the prototype, markup, a formula, numbers out of range.
 */
const noise = [
  "\u0000\u0001\u0007\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp.exe\u2066\u2069\ufffd\ud800",
  "__proto__: constructor=toString",
  '<script>alert(1)</script> =cmd|"/C calc"!A0 [x](javascript:alert(1)) ``` ]]> {gpu} $(HOME)',
  "-1 999999999999999999999999 NaN Infinity 0x",
  "%s%n ../../etc/passwd C:\\ \t\r",
].join("\n");

/** Between the asker and the machine: `question` fails in this `way`, all others are answered. */
export function failing(question: Question, way: Way): Between {
  const hit = (kind: Question["kind"], key: string): boolean => kind === question.kind && key === question.key;
  return {
    run: (key, ask) => (hit("run", key) ? ask().then((result) => failedRun(result, way)) : ask()),
    answer: (kind, key, ask) => (hit(kind, key) ? ask().then((answer) => failedAnswer(answer, way)) : ask()),
    variable: (name, given) => (hit("env", name) ? failedVariable(given, way) : given),
  };
}

/** Every question fails in this way. */
export function failingAll(way: Way): Between {
  return {
    run: (_, ask) => ask().then((result) => failedRun(result, way)),
    answer: (_kind, _key, ask) => ask().then((answer) => failedAnswer(answer, way)),
    variable: (_, given) => failedVariable(given, way),
  };
}

const notRun = { exitCode: null, signal: null, stdout: "", stderr: "", truncated: false, durationMs: 1 };

function failedRun(result: RunResult, way: Way): RunResult {
  const there = result.outcome === "ended";
  // A program that is not there says nothing in any way.
  if (result.outcome === "missing" && way !== "denied") return result;
  switch (way) {
    case "missing":
    case "denied":
      return { ...notRun, outcome: way };
    case "timeout":
      return { ...notRun, outcome: "timeout", stdout: half(result.stdout), durationMs: 5000 };
    case "crash":
      return { ...notRun, outcome: "ended", signal: "SIGSEGV", stdout: half(result.stdout) };
    case "empty":
      return { ...notRun, outcome: "ended", exitCode: 0 };
    case "truncated":
      return there ? { ...result, stdout: half(result.stdout), truncated: true } : result;
    case "garbage":
      return { ...notRun, outcome: "ended", exitCode: 0, stdout: noise, stderr: noise };
    case "language":
      return there ? { ...result, stdout: translated(result.stdout), stderr: translated(result.stderr) } : result;
  }
}

const troubles: Readonly<Partial<Record<Way, Trouble>>> = {
  missing: "missing",
  denied: "denied",
  timeout: "timeout",
  crash: "failed",
};

/** A thing that is not there has no half and no language, and nothing that is there can be made of it. */
function failedAnswer<T>(answer: Answer<T>, way: Way): Answer<T> {
  const trouble = troubles[way];
  if (trouble !== undefined) return { ok: false, trouble, message: `${trouble} by injection` };
  return answer.ok ? { ok: true, value: failedValue(answer.value, way) as T } : answer;
}

const nobody = {
  kind: "other",
  mode: 0,
  uid: 65_534,
  gid: 65_534,
  size: 0,
  device: null,
  readable: false,
  writable: false,
};

/** The same kind of value, with less or other things in it. */
function failedValue(value: unknown, way: Way): unknown {
  if (typeof value === "string") return failedText(value, way);
  if (value instanceof Uint8Array) return failedBytes(value, way);
  if (Array.isArray(value)) return failedList(value, way);
  if (typeof value === "number") return way === "truncated" || way === "language" ? value : way === "empty" ? 0 : -1;
  if (typeof value === "object" && value !== null) {
    if ("mode" in value) return way === "garbage" ? nobody : { ...value, size: 0, readable: false, writable: false };
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        // A system in another language has the same hardware.
        way === "language" && /^(?:pnpId|vendor|model|manufacturer|system)$/.test(key)
          ? inner
          : failedValue(inner, way),
      ]),
    );
  }
  return value;
}

function failedText(text: string, way: Way): string {
  if (way === "empty") return "";
  if (way === "truncated") return half(text);
  return way === "garbage" ? noise : translated(text);
}

function failedBytes(bytes: Uint8Array, way: Way): Uint8Array {
  if (way === "empty") return new Uint8Array();
  if (way === "truncated") return bytes.subarray(0, bytes.length >> 1);
  return way === "garbage" ? Uint8Array.from({ length: 64 }, (_, at) => (at * 151 + 255) & 255) : bytes;
}

/** Names in a folder, or the display adapters of an inventory. */
function failedList(list: readonly unknown[], way: Way): unknown[] {
  if (way === "empty") return [];
  if (way === "truncated") return list.slice(0, list.length >> 1);
  if (way === "garbage" && list.every((one) => typeof one === "string")) {
    return ["", "..", "../../etc", "__proto__", "constructor", "a\u001b[31mb\u0000", "x".repeat(5000), "\ud800"];
  }
  return list.map((one) => failedValue(one, way));
}

function failedVariable(given: string | undefined, way: Way): string | undefined {
  if (given === undefined) return undefined;
  if (way === "missing") return undefined;
  return way === "denied" || way === "timeout" || way === "crash" ? given : failedText(given, way);
}

const half = (text: string): string => text.slice(0, text.length >> 1);

const cyrillic = "абцдефгхийклмнопярстувжьызАБЦДЕФГХИЙКЛМНОПЯРСТУВЖЬЫЗ";
const latin = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Every word in letters that no program looks for; names, figures, signs and XML stay as they are in any language. */
function translated(text: string): string {
  if (text.includes("<?xml")) return text;
  return text.replace(/(?<!\S)[a-zA-Z]{2,}(?=[.,:;!?]?(?:\s|$))/g, (word) =>
    [...word].map((letter) => cyrillic[latin.indexOf(letter)] ?? letter).join(""),
  );
}
