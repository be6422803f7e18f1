import type { core } from "zod";
import { UsageError } from "../usage-error.ts";
import { jsonPlace } from "./json-place.ts";
import type { Recording } from "./recording.ts";
import { recordingSchema } from "./recording-schema.ts";

/**
 * The recording in a snapshot file's text. A text that is none is a UsageError that says what is wrong and where:
 * line and column, or the path to the value. `name` is the file as the user named it. This module loads zod, which is
 * slow: import it only when there is a snapshot to read.
 */
export function parseRecording(text: string, name: string): Recording {
  const content = parse(text.replace(/^\ufeff/, ""), name);
  checkHeader(content, name);
  const checked = recordingSchema.safeParse(content);
  if (!checked.success) throw new UsageError(`${name}: ${firstOf(checked.error.issues, content)}`);
  // The parsed text itself: a copy would lose entries named __proto__.
  return content as unknown as Recording;
}

function parse(text: string, name: string): unknown {
  if (text.trim() === "")
    throw new UsageError(`${name}: the file is empty; expected a snapshot (envdoctor snapshot -o FILE)`);
  try {
    return JSON.parse(text);
  } catch {
    const { line, column, found } = jsonPlace(text);
    throw new UsageError(`${name}:${line}:${column}: not JSON: ${found}`);
  }
}

function checkHeader(content: unknown, name: string): void {
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UsageError(`${name}: expected a snapshot, an object; found ${kindOf(content)}`);
  }
  const { kind, schemaVersion } = content as { readonly kind?: unknown; readonly schemaVersion?: unknown };
  if (kind !== "snapshot") {
    const other = kind === "check" ? ': this is a report of "envdoctor check", which cannot be replayed' : "";
    throw new UsageError(`${name}: kind: expected "snapshot", found ${shown(kind)}${other}`);
  }
  if (schemaVersion !== 1) {
    const newer = typeof schemaVersion === "number" && schemaVersion > 1 ? "; a newer envdoctor wrote it" : "";
    throw new UsageError(`${name}: schemaVersion: expected 1, found ${shown(schemaVersion)}${newer}`);
  }
}

function firstOf(issues: readonly core.$ZodIssue[], content: unknown): string {
  const issue = issues[0] === undefined ? undefined : nearest(issues[0], content);
  if (issue === undefined) return "not a snapshot";
  return `${shownPath(issue.path)}: ${expectation(issue, valueAt(content, issue.path))}`;
}

/**
 * Where a value may have several shapes, the fault of the shape that it comes nearest to says most: one in a field that
 * the value has, or else one inside the value rather than of the value itself.
 */
function nearest(issue: core.$ZodIssue, content: unknown): core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const faults = issue.errors
    .flatMap((errors) => errors.slice(0, 1))
    .map((fault) => nearest({ ...fault, path: [...issue.path, ...fault.path] }, content));
  const inside = faults.filter((fault) => fault.path.length > issue.path.length);
  return inside.find((fault) => valueAt(content, fault.path) !== undefined) ?? inside[0] ?? issue;
}

function expectation(issue: core.$ZodIssue, found: unknown): string {
  if (issue.code === "invalid_type") return `expected ${article(issue.expected)}, found ${kindOf(found)}`;
  if (issue.code === "invalid_value") return `expected ${issue.values.map(shown).join(" or ")}, found ${shown(found)}`;
  if (issue.code === "invalid_union") return `found ${kindOf(found)}, which is none of the shapes it may have`;
  return issue.message;
}

const types: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

function article(type: string): string {
  return types[type] ?? type;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "boolean" ? String(value) : (types[typeof value] ?? typeof value);
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** commands["nvidia-smi -q -x"].stdout */
function shownPath(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z_]\w*$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`;
  });
  return parts.join("").replace(/^\./, "");
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    content,
  );
}
