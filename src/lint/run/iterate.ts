import { loaderOf, startLoader } from "../library/loader.ts";
import { runMethod } from "./call.ts";
import type { Place, Run } from "./run.ts";
import { literal, type MadeValue, union, unknown, type Value } from "./values.ts";

/** Goes through a value as a loop does: starts what that starts, and gives a value that stands for each element. */
export function iterate(value: Value, at: Place, run: Run, depth = 0): Value {
  if (depth > 12 || !run.step()) return unknown;
  switch (value.kind) {
    case "sequence":
      return union(value.items);
    case "dict":
      return union([...value.entries.keys()].map(literal));
    case "generator":
      return value.form === "generator" ? value.run() : unknown;
    case "union":
      return union(value.options.map((option) => iterate(option, at, run, depth + 1)));
    case "instance": {
      const iterator = runMethod(value, "__iter__", [], run);
      if (iterator) {
        if (iterator !== value) return iterate(iterator, at, run, depth + 1);
        return runMethod(value, "__next__", [], run) ?? unknown;
      }
      const loader = loaderOf(value);
      if (loader) return startLoader(loader, at, run);
      return runMethod(value, "__getitem__", [unknown], run) ?? unknown;
    }
    case "made":
      return loaderOf(value) ? startLoader(value, at, run) : iterateMade(value, at, run, depth);
    default:
      return unknown;
  }
}

/** tqdm(loader), zip(a, b), enumerate(loader): the wrapper goes through what it was given. */
function iterateMade(made: MadeValue, at: Place, run: Run, depth: number): Value {
  if (made.path === "builtins.iter") return made.attributes.get("element") ?? unknown;
  const elements = made.args.positional
    .filter((inner) => iterable(inner))
    .map((inner) => iterate(inner, at, run, depth + 1));
  for (const [name, inner] of made.args.named) {
    if (/^(iterable|sequence|it|loader|dataloader|data_loader)$/.test(name) && iterable(inner))
      elements.push(iterate(inner, at, run, depth + 1));
  }
  if (/(^|\.)enumerate$/.test(made.path))
    return { kind: "sequence", form: "tuple", items: [unknown, union(elements)], open: false };
  if (/(^|\.)zip(_longest)?$/.test(made.path)) return { kind: "sequence", form: "tuple", items: elements, open: false };
  const [only] = elements;
  return elements.length === 1 && only ? only : unknown;
}

function iterable(value: Value, depth = 0): boolean {
  if (depth > 3) return false;
  switch (value.kind) {
    case "generator":
      return value.form === "generator";
    case "sequence":
    case "instance":
      return true;
    case "made":
      return loaderOf(value) !== undefined || value.args.positional.some((inner) => iterable(inner, depth + 1));
    case "union":
      return value.options.some((option) => iterable(option, depth));
    default:
      return false;
  }
}
