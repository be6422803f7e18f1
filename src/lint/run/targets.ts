import type { Expression } from "../syntax/tree.ts";
import { evaluate } from "./evaluate.ts";
import { iterate } from "./iterate.ts";
import { setAttribute } from "./members.ts";
import type { Run } from "./run.ts";
import { bind } from "./scopes.ts";
import { optionsOf, type Scope, union, unknown, type Value } from "./values.ts";

/** Assigns to a name, an attribute, an item, or to each part of a tuple. */
export function assign(target: Expression, value: Value, scope: Scope, run: Run): void {
  switch (target.type) {
    case "name":
      bind(scope, target.id, value, run);
      return;
    case "attribute":
      setAttribute(evaluate(target.object, scope, run), target.name, keptAt(value, target), run);
      return;
    case "subscript": {
      const object = evaluate(target.object, scope, run);
      const [index] = target.index.map((part) => evaluate(part, scope, run));
      for (const option of optionsOf(object)) setItem(option, index ?? unknown, value, run);
      return;
    }
    case "sequence":
      assignParts(target.items, value, scope, run);
      return;
    case "star":
      assign(target.value, { kind: "sequence", form: "list", items: [value], open: true }, scope, run);
      return;
    default:
  }
}

/** A module is told by the place where an object takes it up, for its import is no fault. */
function keptAt(value: Value, target: Expression): Value {
  return value.kind === "imported" && value.module ? { ...value, at: target.from } : value;
}

function setItem(object: Value, index: Value, value: Value, run: Run): void {
  if (object.kind === "sequence") {
    if (!object.items.includes(value)) object.items.push(value);
    return;
  }
  if (object.kind !== "dict") return;
  for (const key of optionsOf(index)) {
    if (key.kind === "literal") run.write(object.entries, String(key.value), value);
    else object.rest.push(value);
  }
}

function assignParts(targets: readonly Expression[], value: Value, scope: Scope, run: Run): void {
  const exact =
    value.kind === "sequence" && !value.open && !targets.some((target) => target.type === "star")
      ? value.items
      : undefined;
  const parts = optionsOf(value);
  const element = exact
    ? unknown
    : union(
        parts.map((part) =>
          part.kind === "sequence" ? union(part.items) : iterate(part, targets[0] ?? { from: 0, to: 0 }, run),
        ),
      );
  for (const [i, target] of targets.entries()) assign(target, exact ? (exact[i] ?? unknown) : element, scope, run);
}
