import { addItems, literal, optionsOf, systemDependent, truth, union, unknown, type Value } from "./values.ts";

const maxText = 10_000;

/** Folds an operator over literals and numbers of processors; anything else is unknown. */
export function binary(operator: string, left: Value, right: Value): Value {
  if (left.kind === "union" || right.kind === "union") {
    if (optionsOf(left).length * optionsOf(right).length > 16) return unknown;
    return union(optionsOf(left).flatMap((a) => optionsOf(right).map((b) => binary(operator, a, b))));
  }
  if (systemDependent(left) || systemDependent(right)) return { kind: "unknown", system: true };
  if (left.kind === "literal" && right.kind === "literal") return folded(operator, left.value, right.value);
  if (operator === "is" || operator === "is not") return identity(operator, left, right);
  if (operator === "in" || operator === "not in") return membership(operator, left, right);
  // os.cpu_count() // 2, os.cpu_count() - 1: still meant to be a number of workers.
  if (left.kind === "processors" || right.kind === "processors") {
    return ["+", "-", "*", "/", "//"].includes(operator) ? { kind: "processors" } : unknown;
  }
  if (operator === "+" && left.kind === "sequence" && right.kind === "sequence") {
    const items = [...left.items];
    const whole = addItems(items, right.items);
    return { ...left, items, open: left.open || right.open || !whole };
  }
  if (operator === "|" && left.kind === "dict" && right.kind === "dict") {
    return {
      kind: "dict",
      entries: new Map([...left.entries, ...right.entries]),
      rest: left.rest.length > 0 || right.rest.length > 0 ? [unknown] : [],
    };
  }
  return unknown;
}

function identity(operator: string, left: Value, right: Value): Value {
  const [other, none] =
    left.kind === "literal" && left.value === null
      ? [right, true]
      : [left, right.kind === "literal" && right.value === null];
  const surely =
    other.kind !== "unknown" && other.kind !== "made" && other.kind !== "absent" && other.kind !== "member";
  return none && surely ? literal(operator === "is not") : unknown;
}

function membership(operator: string, left: Value, right: Value): Value {
  if (left.kind !== "literal") return unknown;
  if (right.kind === "dict" && right.rest.length === 0) {
    const found = right.entries.get(String(left.value));
    if (found && optionsOf(found).some((option) => option.kind === "absent")) return unknown;
    return literal((found !== undefined) === (operator === "in"));
  }
  if (right.kind !== "sequence" || right.open) return unknown;
  if (right.items.some((item) => item.kind !== "literal")) return unknown;
  const found = right.items.some((item) => item.kind === "literal" && item.value === left.value);
  return literal(found === (operator === "in"));
}

function folded(operator: string, a: string | number | boolean | null, b: string | number | boolean | null): Value {
  switch (operator) {
    case "==":
    case "is":
      return literal(
        a === b ||
          (typeof a !== "string" && typeof b !== "string" && a !== null && b !== null && Number(a) === Number(b)),
      );
    case "!=":
    case "is not": {
      const equal = folded("==", a, b);
      return literal(!truth(equal));
    }
  }
  if (typeof a === "string" && typeof b === "string") {
    if (operator === "+" && a.length + b.length < maxText) return literal(a + b);
    if (operator === "in") return literal(b.includes(a));
    if (operator === "not in") return literal(!b.includes(a));
    return unknown;
  }
  if (typeof a === "string" || typeof b === "string" || a === null || b === null) return unknown;
  return arithmetic(operator, Number(a), Number(b));
}

function arithmetic(operator: string, a: number, b: number): Value {
  const results: Readonly<Record<string, number | boolean>> = {
    "+": a + b,
    "-": a - b,
    "*": a * b,
    "/": a / b,
    "//": Math.floor(a / b),
    "%": a - b * Math.floor(a / b),
    "**": a ** b,
    "<": a < b,
    "<=": a <= b,
    ">": a > b,
    ">=": a >= b,
  };
  const result = results[operator];
  return result === undefined || (typeof result === "number" && !Number.isFinite(result)) ? unknown : literal(result);
}

export function unary(operator: string, operand: Value): Value {
  if (systemDependent(operand)) return { kind: "unknown", system: true };
  if (operator === "not") {
    const known = truth(operand);
    return known === undefined ? unknown : literal(!known);
  }
  if (operand.kind !== "literal" || typeof operand.value !== "number") return unknown;
  return operator === "-" ? literal(-operand.value) : operator === "+" ? operand : unknown;
}
