import { madeAttribute } from "../library/made.ts";
import type { Expression } from "../syntax/tree.ts";
import { call, externalBase, method, runMethod } from "./call.ts";
import type { Place, Run } from "./run.ts";
import { dropAbsent } from "./scopes.ts";
import {
  absent,
  type ClassValue,
  type InstanceValue,
  noArguments,
  optionsOf,
  union,
  unknown,
  type Value,
} from "./values.ts";

/** `object.name`; properties are run. */
export function attribute(object: Value, name: string, run: Run, node: Place): Value {
  switch (object.kind) {
    case "imported":
      return importedValue(`${object.path}.${name}`, false, node.from);
    case "instance":
      return instanceAttribute(object, name, run, node) ?? { kind: "member", object, name };
    case "class":
      return classAttribute(object, name) ?? { kind: "member", object, name };
    case "super": {
      for (const base of object.after.bases) {
        const found = base.kind === "class" ? method(base, name) : undefined;
        if (found) return { kind: "bound", self: object.self, method: found };
      }
      return { kind: "member", object, name };
    }
    case "made":
      return madeAttribute(object, name);
    case "union":
      return union(
        object.options
          .filter((option) => option.kind !== "literal" || option.value !== null)
          .map((option) => attribute(option, name, run, node)),
      );
    default:
      return { kind: "member", object, name };
  }
}

/** What a name of another module stands for. */
export function importedValue(path: string, module: boolean, at: number): Value {
  if (path === "sys.platform" || path === "os.name") return { kind: "unknown", system: true };
  return { kind: "imported", path, module, at };
}

function instanceAttribute(object: InstanceValue, name: string, run: Run, node: Place): Value | undefined {
  const own = object.attributes.get(name);
  if (own) return dropAbsent(own);
  if (name === "__dict__") return { kind: "dict", entries: object.attributes, rest: [] };
  if (name === "__class__") return object.of;
  const shared = classAttribute(object.of, name);
  if (shared?.kind !== "function") {
    const base = object.base.get("base");
    return shared ?? (base?.kind === "made" ? (base.attributes.get(name) ?? base.args.named.get(name)) : undefined);
  }
  if (shared.role === "static") return shared;
  if (shared.role === "property") {
    return call(
      shared,
      { ...noArguments, positional: [object] },
      { ...node, type: "other", parts: [] },
      run.module,
      run,
    );
  }
  return { kind: "bound", self: shared.role === "class" ? object.of : object, method: shared };
}

function classAttribute(of: ClassValue, name: string, depth = 0): Value | undefined {
  const own = of.attributes.get(name);
  if (own)
    return own.kind === "function" && own.role === "class" ? { kind: "bound", self: of, method: own } : dropAbsent(own);
  if (depth > 20) return undefined;
  for (const base of of.bases) {
    const found = base.kind === "class" ? classAttribute(base, name, depth + 1) : undefined;
    if (found) return found;
  }
  const base = depth === 0 ? externalBase(of) : undefined;
  return base && name === "__init__"
    ? { kind: "imported", path: `${base}.${name}`, module: false, at: of.node.from }
    : undefined;
}

export function setAttribute(object: Value, name: string, value: Value, run: Run): void {
  for (const option of optionsOf(object)) {
    if (option.kind === "instance" || option.kind === "made" || option.kind === "class")
      run.write(option.attributes, name, value);
  }
}

export function removeAttribute(object: Value, name: string, run: Run): void {
  for (const option of optionsOf(object)) if (option.kind === "instance") run.write(option.attributes, name, absent);
}

/** `object[index]`. */
export function item(object: Value, index: Value, run: Run, node: Expression): Value {
  switch (object.kind) {
    case "union":
      return union(object.options.map((option) => item(option, index, run, node)));
    case "dict": {
      const keys = optionsOf(index);
      const found = keys.flatMap((key) =>
        key.kind === "literal" ? (object.entries.get(String(key.value)) ?? []) : [],
      );
      if (found.length === keys.length) return dropAbsent(union(found));
      const held = [...object.entries.values(), ...object.rest];
      return keys.every((key) => key.kind === "literal") && object.rest.length === 0
        ? unknown
        : dropAbsent(union([...found, ...held]));
    }
    case "sequence": {
      if (index.kind === "literal" && typeof index.value === "number" && !object.open) {
        return object.items.at(index.value) ?? unknown;
      }
      return union(object.items);
    }
    case "instance":
      return runMethod(object, "__getitem__", [index], run) ?? unknown;
    case "made":
      return object.path === "os.environ"
        ? unknown
        : (object.attributes.get(String(index.kind === "literal" ? index.value : "")) ?? unknown);
    default:
      return unknown;
  }
}
