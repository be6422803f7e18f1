import { builtin } from "../library/builtins.ts";
import type { Run } from "./run.ts";
import { type Scope, unknown, type Value } from "./values.ts";

export function functionScope(parent: Scope): Scope {
  // Names of a class body are not seen from its methods.
  let seen = parent;
  while (seen.kind === "class" && seen.parent) seen = seen.parent;
  return { variables: new Map(), parent: seen, kind: "function", elsewhere: new Map() };
}

export function classScope(parent: Scope): Scope {
  return { variables: new Map(), parent, kind: "class", elsewhere: new Map() };
}

export function lookUp(scope: Scope, name: string, run: Run): Value {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const found = at.variables.get(name);
    if (found) return dropAbsent(found);
  }
  if (name === "__name__") return { kind: "literal", value: run.role === "main" ? "__main__" : "__mp_main__" };
  return builtin(name) ?? unknown;
}

export function bind(scope: Scope, name: string, value: Value, run: Run): void {
  run.write((scope.elsewhere.get(name) ?? scope).variables, name, value);
}

/** A variable that may be unset fails where it is unset: only its values matter. */
export function dropAbsent(value: Value): Value {
  if (value.kind === "absent") return unknown;
  if (value.kind !== "union") return value;
  const options = value.options.filter((option) => option.kind !== "absent");
  const [only] = options;
  if (only && options.length === 1) return only;
  return options.length === value.options.length ? value : { kind: "union", options };
}
