/**
 * Requirements: `NAME`, or `NAME COMPARISON VALUE`, with a `?` after the name where it need not be known:
 *
 *     torch.cuda          gpu.memoryMiB>=8000          driver >= 550.54          gpu.temperatureC? <= 85
 *
 * A version is compared in as many parts as are written: 12.4.1 is `=12.4`, `>=12.4` and `<=12.4`, and not `>12.4`.
 * A word may hold `*` for any text, and case does not matter. A list of readings (one for each card) must hold whole.
 */
import { message, type Said, verbatim } from "../text/message.ts";
import { nearest } from "../text/nearest.ts";

export const operators = [">=", "<=", "!=", "=", ">", "<"] as const;
export type Operator = (typeof operators)[number];

/** What can be compared: numbers, versions, words, or yes and no. */
export type Kind = "number" | "version" | "word" | "yes-no";
export type Reading = number | string | boolean;

/** What the parser must know of a name. */
export interface Vocabulary {
  readonly [name: string]: { readonly kind: Kind; readonly words?: readonly string[] };
}

export interface Requirement {
  readonly name: string;
  /** Lets pass what is not known or not there. */
  readonly optional: boolean;
  /** null: the name alone. A yes-no must be yes, a number above 0, a version or word there. */
  readonly comparison: { readonly operator: Operator; readonly value: Reading } | null;
}

/** The expression is no requirement; `column` is the 1-based place in it. */
export class RequirementError extends Error {
  override readonly name = "RequirementError";
  constructor(
    readonly said: Said,
    readonly column: number,
  ) {
    super(said.en);
  }
}

const texts = {
  tooLong: message("longer than {longest} characters", "超过 {longest} 个字符"),
  noName: message(
    "expected a name, such as torch.cuda or gpu.count>=1",
    "此处应为名称，例如 torch.cuda 或 gpu.count>=1",
  ),
  unknownName: message("unknown name '{name}'{hint}", "未知名称 '{name}'{hint}"),
  names: message(". There are {names}", "。可用名称：{names}"),
  noOperator: message("expected one of {operators} after {name}", "{name} 之后应为 {operators} 之一"),
  equalOnly: message(
    "{name} is compared by = or != alone, for it is {kind}",
    "{name} 只能用 = 或 != 比较，因为它是{kind}",
  ),
  noValue: message("expected {kind} after the comparison", "比较符之后应为{kind}"),
  wrongValue: message("{name} is {kind}, and '{text}' is not{hint}", "{name} 应为{kind}，而 '{text}' 不是{hint}"),
  noneOf: message(
    "{name} is one of {words}, and '{text}' is none of them{near}",
    "{name} 只能是 {words} 之一，而 '{text}' 不在其中{near}",
  ),
  mib: message(": it counts MiB and takes no unit (8 GiB is 8192)", "：以 MiB 计，不带单位（8 GiB 写作 8192）"),
  celsius: message(": it counts degrees Celsius and takes no unit", "：以摄氏度计，不带单位"),
  noUnit: message(": it takes no unit", "：不带单位"),
};

/** Longer texts are no requirements. */
const longest = 500;
const nameAt = /[A-Za-z][A-Za-z0-9]{0,60}(?:\.[A-Za-z][A-Za-z0-9]{0,60}){0,5}/y;
const blankAt = /[ \t]{0,500}/y;
/** "==" is what programmers write. */
const operatorAt = />=|<=|!=|==|=|>|</y;
const number = /^-?\d{1,15}(?:\.\d{1,9})?$/;
const version = /^\d{1,9}(?:\.\d{1,9}){0,5}$/;

/** Throws a RequirementError that says what was expected and where. */
export function parseRequirement(text: string, vocabulary: Vocabulary): Requirement {
  if (text.length > longest) throw new RequirementError(texts.tooLong({ longest }), longest);
  const start = endOf(blankAt, text, 0);
  const nameEnd = endOf(nameAt, text, start);
  if (nameEnd === start) throw new RequirementError(texts.noName(), start + 1);
  const name = text.slice(start, nameEnd);
  const known = Object.hasOwn(vocabulary, name) ? vocabulary[name] : undefined;
  if (known === undefined) {
    const names = Object.keys(vocabulary);
    const near = nearest(name, names);
    const hint = near.en === "" ? texts.names({ names: names.join(", ") }) : near;
    throw new RequirementError(texts.unknownName({ name, hint }), start + 1);
  }
  const optional = text[nameEnd] === "?";
  const at = endOf(blankAt, text, optional ? nameEnd + 1 : nameEnd);
  if (at === text.length) return { name, optional, comparison: null };
  const operatorEnd = endOf(operatorAt, text, at);
  if (operatorEnd === at) {
    throw new RequirementError(texts.noOperator({ operators: operators.join(" "), name }), at + 1);
  }
  const operator = operatorOf(text.slice(at, operatorEnd));
  const valueAt = endOf(blankAt, text, operatorEnd);
  const value = wantedValue(text.slice(valueAt).trim(), { name, ...known }, valueAt + 1);
  if (typeof value !== "number" && known.kind !== "version" && operator !== "=" && operator !== "!=") {
    throw new RequirementError(texts.equalOnly({ name, kind: kinds[known.kind]() }), at + 1);
  }
  return { name, optional, comparison: { operator, value } };
}

/** As one would write it; parses to the same again. */
export function printRequirement({ name, optional, comparison }: Requirement): string {
  const value = typeof comparison?.value === "boolean" ? (comparison.value ? "yes" : "no") : comparison?.value;
  return `${name}${optional ? "?" : ""}${comparison ? `${comparison.operator}${value}` : ""}`;
}

const kinds = {
  number: message("a number", "数字"),
  version: message("a version such as 12.4", "版本号（例如 12.4）"),
  word: message("a word", "单词"),
  "yes-no": message("yes or no", " yes 或 no"),
};

function operatorOf(text: string): Operator {
  return text === "==" ? "=" : (operators.find((operator) => operator === text) ?? "=");
}

function wantedValue(
  text: string,
  { name, kind, words }: Vocabulary[string] & { name: string },
  column: number,
): Reading {
  if (text === "") throw new RequirementError(texts.noValue({ kind: kinds[kind]() }), column);
  const wrong = (hint: Said = verbatim("")): RequirementError =>
    new RequirementError(texts.wrongValue({ name, kind: kinds[kind](), text, hint }), column);
  switch (kind) {
    case "number": {
      if (!number.test(text)) throw wrong(/^\d+(?:\.\d+)?\s*[A-Za-z%]/.test(text) ? unitHint(name) : undefined);
      return Number(text);
    }
    case "version": {
      if (!version.test(text)) throw wrong();
      return text;
    }
    case "yes-no": {
      if (!/^(?:yes|no|true|false)$/i.test(text)) throw wrong();
      return /^(?:yes|true)$/i.test(text);
    }
    default: {
      if (words && !text.includes("*") && !words.includes(text.toLowerCase())) {
        throw new RequirementError(
          texts.noneOf({ name, words: words.join(", "), text, near: nearest(text, words) }),
          column,
        );
      }
      return text;
    }
  }
}

function unitHint(name: string): Said {
  const unit = /(MiB|C)$/.exec(name)?.[1];
  return unit === "MiB" ? texts.mib() : unit === "C" ? texts.celsius() : texts.noUnit();
}

function endOf(sticky: RegExp, text: string, from: number): number {
  sticky.lastIndex = from;
  return sticky.test(text) ? sticky.lastIndex : from;
}

/** Does one reading hold? */
export function holds({ comparison }: Requirement, kind: Kind, found: Reading): boolean {
  if (comparison === null) {
    if (kind === "yes-no") return found === true;
    return kind === "number" ? Number(found) > 0 : true;
  }
  const { operator, value } = comparison;
  const order = compare(kind, found, value);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
  }
}

function compare(kind: Kind, found: Reading, wanted: Reading): number {
  if (kind === "number") return Number(found) - Number(wanted);
  if (kind === "version") return compareVersions(String(found), String(wanted));
  if (kind === "yes-no") return found === wanted ? 0 : 1;
  return matches(String(found), String(wanted)) ? 0 : 1;
}

/** By the parts that `wanted` has: "2.6.0+cu124" and "2.6" are the same. Parts that `found` lacks are 0. */
export function compareVersions(found: string, wanted: string): number {
  const own = partsOf(found);
  for (const [i, part] of partsOf(wanted).entries()) {
    const difference = (own[i] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

function partsOf(text: string): number[] {
  const digits = /^v?(\d{1,9}(?:\.\d{1,9}){0,7})/.exec(text.trim())?.[1];
  return (digits ?? "0").split(".").map(Number);
}

/** `*` stands for any text. Goes through both texts once, whatever the pattern. */
function matches(found: string, pattern: string): boolean {
  const text = found.trim().toLowerCase();
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const next = text.indexOf(part, at);
    if (next < 0) return false;
    at = next + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
