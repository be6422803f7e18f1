import { iterate } from "../run/iterate.ts";
import { attribute, setAttribute } from "../run/members.ts";
import type { Place, Run } from "../run/run.ts";
import {
  type Arguments,
  literal,
  noArguments,
  none,
  optionsOf,
  stopped,
  text,
  union,
  unknown,
  type Value,
} from "../run/values.ts";
import { made } from "./imported.ts";
import { loaderOf } from "./loader.ts";
import { callWith } from "./worker.ts";

/** enumerate(loader) and zip(loader) call iter() before the first element is asked for. */
export function startsAtOnce(path: string, args: Arguments, at: Place, run: Run): Value {
  const positional = args.positional.map((value): Value => {
    if (!loaderOf(value)) return value;
    iterate(value, at, run);
    return unknown;
  });
  return made(path, { ...args, positional }, at, run);
}

/** Calls a builtin; undefined for one of which nothing is known. */
export function callBuiltin(name: string, args: Arguments, at: Place, run: Run): Value | undefined {
  const [first = unknown, second, third] = args.positional;
  switch (name) {
    case "exit":
    case "quit":
      return stopped;
    case "iter": {
      const value = made("builtins.iter", noArguments, at, run);
      if (first.kind === "generator") return first;
      value.attributes.set("element", iterate(first, at, run));
      return value;
    }
    case "next":
    case "list":
    case "tuple":
    case "set":
    case "sorted":
    case "sum":
    case "any":
    case "all":
    case "frozenset": {
      if (name === "list" && first.kind === "sequence") return { ...first, items: [...first.items] };
      const element = args.positional.length > 0 ? iterate(first, at, run) : unknown;
      if (name === "next") return element;
      if (name === "sum" || name === "any" || name === "all") return unknown;
      const form = name === "tuple" ? "tuple" : name === "set" || name === "frozenset" ? "set" : "list";
      const empty = args.positional.length === 0;
      return { kind: "sequence", form, items: empty ? [] : [element], open: !empty };
    }
    case "max":
    case "min":
      return extreme(name, args, at, run);
    case "enumerate":
    case "zip":
    case "reversed":
      return startsAtOnce(`builtins.${name}`, args, at, run);
    case "map":
    case "filter": {
      const lazy = second === undefined || second.kind === "generator";
      const element = lazy ? unknown : iterate(second, at, run);
      const mapped = callWith(first, [element], run);
      return { kind: "sequence", form: "list", items: [name === "map" ? mapped : element], open: true };
    }
    case "len":
      return first.kind === "sequence" && !first.open ? literal(first.items.length) : lengthOf(first);
    case "int":
    case "float":
      if (first.kind === "processors") return first;
      return union(
        optionsOf(first).map((option) =>
          option.kind === "literal" &&
          option.value !== null &&
          option.value !== "" &&
          Number.isFinite(Number(option.value))
            ? literal(name === "int" ? Math.trunc(Number(option.value)) : Number(option.value))
            : option.kind === "literal"
              ? unknown
              : option,
        ),
      );
    case "bool":
    case "str":
      return first.kind === "literal" && typeof first.value === (name === "str" ? "string" : "boolean")
        ? first
        : unknown;
    case "dict": {
      const base =
        first.kind === "dict"
          ? first
          : { entries: new Map<string, Value>(), rest: args.positional.length > 0 ? [unknown] : [] };
      return {
        kind: "dict",
        entries: new Map([...base.entries, ...args.named]),
        rest: [...base.rest, ...(args.open ? [unknown] : [])],
      };
    }
    case "getattr": {
      const key = text(second);
      const value = key === undefined ? unknown : attribute(first, key, run, at);
      return value.kind === "member" && third ? union([third, value]) : value;
    }
    case "setattr": {
      const key = text(second);
      if (key !== undefined && third) setAttribute(first, key, third, run);
      return none;
    }
    case "vars":
      if (first.kind === "instance" || first.kind === "made")
        return {
          kind: "dict",
          entries: first.attributes,
          rest: first.kind === "made" && first.path !== "argparse.Namespace" ? [unknown] : [],
        };
      return unknown;
    case "globals":
      return { kind: "dict", entries: run.module.variables, rest: [] };
    case "range":
      return made("builtins.range", args, at, run);
    case "type":
      return first.kind === "instance" ? first.of : unknown;
    case "open":
      return undefined;
    case "print":
    case "isinstance":
    case "issubclass":
    case "hasattr":
    case "callable":
    case "id":
    case "repr":
    case "abs":
    case "round":
    case "input":
    case "format":
    case "divmod":
    case "eval":
    case "exec":
    case "dir":
    case "locals":
      return unknown;
    default:
      return undefined;
  }
}

function lengthOf(value: Value): Value {
  // len(os.sched_getaffinity(0))
  return value.kind === "made" && value.path === "os.sched_getaffinity" ? { kind: "processors" } : unknown;
}

function extreme(name: "min" | "max", args: Arguments, at: Place, run: Run): Value {
  const [only] = args.positional;
  const values = args.positional.length === 1 && only?.kind === "sequence" ? only.items : args.positional;
  if (args.positional.length === 1 && only && only.kind !== "sequence") iterate(only, at, run);
  const numbers = values.flatMap((value) =>
    value.kind === "literal" && typeof value.value === "number" ? [value.value] : [],
  );
  const some = values.some((value) => value.kind === "processors");
  if (
    values.length === 0 ||
    numbers.length + (some ? values.filter((value) => value.kind === "processors").length : 0) !== values.length
  ) {
    // max(1, x) is at least 1, whatever x is.
    return name === "max" && numbers.some((number) => number > 0) ? { kind: "processors" } : unknown;
  }
  if (!some) return literal(name === "min" ? Math.min(...numbers) : Math.max(...numbers));
  return name === "min" && numbers.some((number) => number <= 0)
    ? literal(Math.min(...numbers))
    : { kind: "processors" };
}
