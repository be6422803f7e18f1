import type { Argument, Expression } from "../syntax/tree.ts";
import { call } from "./call.ts";
import { comprehension } from "./comprehension.ts";
import { binary, unary } from "./fold.ts";
import { iterate } from "./iterate.ts";
import { attribute, item } from "./members.ts";
import type { Run } from "./run.ts";
import { bind, lookUp } from "./scopes.ts";
import {
  type Arguments,
  addItems,
  type Scope,
  systemDependent,
  truth,
  union,
  unknown,
  type Value,
  type Variables,
} from "./values.ts";

/** Calls in calls, beyond which nothing is followed. */
export const maxDepth = 500;

/** The value an expression stands for, after all that its evaluation starts. */
export function evaluate(expression: Expression, scope: Scope, run: Run): Value {
  if (run.depth >= maxDepth) return unknown;
  run.depth++;
  const value = evaluateKnown(expression, scope, run);
  run.depth--;
  return value;
}

function evaluateKnown(node: Expression, scope: Scope, run: Run): Value {
  const of = (part: Expression): Value => evaluate(part, scope, run);
  switch (node.type) {
    case "literal":
      return { kind: "literal", value: node.value };
    case "name":
      return lookUp(scope, node.id, run);
    case "attribute":
      return attribute(of(node.object), node.name, run, node);
    case "subscript": {
      const object = of(node.object);
      const [index] = node.index.map(of);
      return node.index.length === 1 && index ? item(object, index, run, node) : unknown;
    }
    case "call": {
      const callee = of(node.callee);
      const args = evaluateArguments(node.args, scope, run);
      atModule(run, node);
      return call(callee, args, node, scope, run);
    }
    case "sequence":
      return sequence(node, scope, run);
    case "dict": {
      const entries: Variables = new Map();
      const rest: Value[] = [];
      for (const { key, value } of node.entries) addEntry(entries, rest, key ? of(key) : null, of(value));
      return { kind: "dict", entries, rest };
    }
    case "comprehension":
      return comprehension(node, scope, run);
    case "lambda": {
      const defaults = new Map<string, Value>();
      for (const { name, fallback } of node.parameters) if (fallback) defaults.set(name, of(fallback));
      return {
        kind: "function",
        node,
        scope,
        name: "<lambda>",
        defaults,
        local: true,
        role: "plain",
        decorators: [],
        owner: null,
      };
    }
    case "conditional":
      return choose(
        of(node.test),
        () => of(node.chosen),
        () => of(node.otherwise),
        run,
      );
    case "logical": {
      const left = of(node.left);
      const known = truth(left);
      const stops = node.operator === "and" ? known === false : known === true;
      if (stops) return left;
      if (known !== undefined) return of(node.right);
      return choose(
        left,
        () => (node.operator === "and" ? of(node.right) : left),
        () => (node.operator === "and" ? left : of(node.right)),
        run,
      );
    }
    case "binary":
      return binary(node.operator, of(node.left), of(node.right));
    case "unary":
      return unary(node.operator, of(node.operand));
    case "await": {
      const value = of(node.value);
      return value.kind === "generator" && value.form === "coroutine" ? value.run() : unknown;
    }
    case "yield": {
      const value = node.value ? of(node.value) : { kind: "literal" as const, value: null };
      run.frames.at(-1)?.yields.push(node.delegated ? iterate(value, node, run) : value);
      return unknown;
    }
    case "assigned": {
      const value = of(node.value);
      if (node.target.type === "name") bind(scope, node.target.id, value, run);
      return value;
    }
    case "star":
      return iterate(of(node.value), node, run);
    case "other":
      for (const part of node.parts) of(part);
      return unknown;
  }
}

/** Remembers what runs at module level, for what it leads to in functions. */
export function atModule(run: Run, place: Expression): void {
  if (run.frames.length === 0) run.modulePlace = run.where(place);
}

function sequence(node: Extract<Expression, { type: "sequence" }>, scope: Scope, run: Run): Value {
  const items: Value[] = [];
  let open = false;
  for (const part of node.items) {
    if (part.type !== "star") {
      items.push(evaluate(part, scope, run));
      continue;
    }
    const spread = evaluate(part.value, scope, run);
    const whole = addItems(items, spread.kind === "sequence" ? spread.items : [iterate(spread, part, run)]);
    open ||= spread.kind !== "sequence" || spread.open || !whole;
  }
  return { kind: "sequence", form: node.form, items, open };
}

/** One of two values by a condition; both are followed where it is not known. */
function choose(test: Value, then: () => Value, otherwise: () => Value, run: Run): Value {
  const known = truth(test);
  if (known !== undefined) return known ? then() : otherwise();
  const values: Value[] = [];
  const system = systemDependent(test);
  if (system) run.systemBranches++;
  run.alternatives(
    [then, otherwise].map((body) => () => {
      values.push(body());
      return "normal";
    }),
  );
  if (system) run.systemBranches--;
  return union(values);
}

/** Adds `key: value`, or the entries of `**value` where there is no key. */
export function addEntry(entries: Variables, rest: Value[], key: Value | null, value: Value): void {
  if (key === null) {
    if (value.kind !== "dict") {
      rest.push(value);
      return;
    }
    for (const [name, held] of value.entries) entries.set(name, held);
    addItems(rest, value.rest);
    return;
  }
  const keys = key.kind === "union" ? key.options : [key];
  if (keys.some((option) => option.kind !== "literal")) rest.push(value);
  for (const option of keys) if (option.kind === "literal") entries.set(String(option.value), value);
}

export function evaluateArguments(list: readonly Argument[], scope: Scope, run: Run): Arguments {
  const positional: Value[] = [];
  const named: Variables = new Map();
  let open = false;
  for (const { kind, name, value: part } of list) {
    const value = evaluate(part, scope, run);
    if (kind === "positional") positional.push(value);
    else if (kind === "keyword") named.set(name, value);
    else if (kind === "star" && value.kind === "sequence") {
      const whole = addItems(positional, value.items);
      open ||= value.open || !whole;
    } else if (kind === "doubleStar" && value.kind === "dict") {
      for (const [key, held] of value.entries) named.set(key, held);
      open ||= value.rest.length > 0;
    } else {
      if (kind === "star") iterate(value, part, run);
      open = true;
    }
  }
  return { positional, named, open };
}
