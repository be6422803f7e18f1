/** JSON in a file that a user named: what is wrong with it is said with the place and what was expected. */
import type { core, z } from "zod";
import { message, type Said, verbatim } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";
import { jsonPlace } from "./json-place.ts";

const texts = {
  wrong: message("{name}: {what}", "{name}：{what}"),
  empty: message("{name}: the file is empty; expected {wanted}", "{name}：文件是空的；应为{wanted}"),
  notJson: message("{name}:{line}:{column}: not JSON: {found}", "{name}:{line}:{column}：不是 JSON：{found}"),
  noObject: message(
    "{name}: expected {wanted}, an object; found {found}",
    "{name}：应为{wanted}（一个对象），实为{found}",
  ),
  notThat: message("not what was expected", "不符合要求"),
  expected: message("expected {wanted}, found {found}", "应为{wanted}，实为{found}"),
  oneOf: message("expected {values}, found {found}", "应为 {values}，实为 {found}"),
  noShape: message("found {found}, which is none of the shapes it may have", "实为{found}，不符合任何一种允许的形式"),
};

/** What every file of ours begins with. */
export interface Header {
  readonly kind?: unknown;
  readonly schemaVersion?: unknown;
}

/**
 * The object in the text of a file. `name` is the file as the user named it, `wanted` what it should hold. Throws a
 * UsageError with line and column where the text is no JSON.
 */
export function parseObject(text: string, name: string, wanted: Said): Header {
  if (text.trim() === "") throw new UsageError(texts.empty({ name, wanted }));
  const content = parsed(text.replace(/^\ufeff/, ""), name);
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UsageError(texts.noObject({ name, wanted, found: kindOf(content) }));
  }
  return content;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { line, column, found } = jsonPlace(text);
    throw new UsageError(texts.notJson({ name, line, column, found }));
  }
}

/** Throws a UsageError that names the first value in the content that is not of the schema's shape. */
export function mustBe(schema: z.ZodType, content: unknown, name: string): void {
  const checked = schema.safeParse(content);
  if (!checked.success) throw new UsageError(texts.wrong({ name, what: firstOf(checked.error.issues, content) }));
}

function firstOf(issues: readonly core.$ZodIssue[], content: unknown): Said {
  const issue = issues[0] === undefined ? undefined : nearest(issues[0], content);
  if (issue === undefined) return texts.notThat();
  return texts.wrong({ name: shownPath(issue.path), what: expectation(issue, valueAt(content, issue.path)) });
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

function expectation(issue: core.$ZodIssue, found: unknown): Said {
  if (issue.code === "invalid_type") return texts.expected({ wanted: article(issue.expected), found: kindOf(found) });
  if (issue.code === "invalid_value") {
    const values = issue.values.map((value) => shown(value).en);
    return texts.oneOf({ values: { en: values.join(" or "), zh: values.join(" 或 ") }, found: shown(found) });
  }
  if (issue.code === "invalid_union") return texts.noShape({ found: kindOf(found) });
  return verbatim(issue.message);
}

const nothing = message("nothing", "空");
const object = message("an object", "对象");
const types: Readonly<Record<string, Said>> = {
  string: message("a string", "字符串")(),
  number: message("a number", "数字")(),
  int: message("a whole number", "整数")(),
  boolean: message("true or false", " true 或 false")(),
  object: object(),
  record: object(),
  array: message("a list", "列表")(),
};

function article(type: string): Said {
  return types[type] ?? verbatim(type);
}

function kindOf(value: unknown): Said {
  if (value === undefined) return nothing();
  if (value === null) return verbatim("null");
  if (Array.isArray(value)) return article("array");
  return typeof value === "boolean" ? verbatim(String(value)) : article(typeof value);
}

/** A value as it stands in the file, cut where it is long. */
export function shown(value: unknown): Said {
  if (value === undefined) return nothing();
  const text = JSON.stringify(value);
  return verbatim(text.length > 60 ? `${text.slice(0, 59)}…` : text);
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
