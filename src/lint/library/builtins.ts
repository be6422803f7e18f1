import type { Value } from "../run/values.ts";

const names = new Set(
  (
    "abs all any bool bytes callable classmethod dict dir divmod enumerate eval exec exit filter float format frozenset " +
    "getattr globals hasattr id input int isinstance issubclass iter len list locals map max min next object open print " +
    "property quit range repr reversed round set setattr sorted staticmethod str sum super tuple type vars zip"
  ).split(" "),
);

/** The builtin of that name, as a path below `builtins`. */
export function builtin(name: string): Value | undefined {
  return names.has(name) ? { kind: "imported", path: `builtins.${name}`, module: false, at: 0 } : undefined;
}
