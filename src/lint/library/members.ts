import { externalBase, method } from "../run/call.ts";
import { iterate } from "../run/iterate.ts";
import type { Place, Run } from "../run/run.ts";
import {
  type Arguments,
  argument,
  type DictValue,
  type InstanceValue,
  literal,
  noArguments,
  none,
  optionsOf,
  type SequenceValue,
  systemDependent,
  union,
  unknown,
  type Value,
} from "../run/values.ts";
import { callParser } from "./argparse.ts";
import { callback, coroutines } from "./callbacks.ts";
import { touchByMember } from "./cuda.ts";
import { callImported } from "./imported.ts";
import { loaderOf, startLoader } from "./loader.ts";
import { contextOf, processApi, runTask, startOwnProcess, startProcess } from "./processes.ts";
import { callTrainer } from "./trainers.ts";
import { callWith } from "./worker.ts";

/** Methods that give the object itself. */
const chained = /^(to|cuda|cpu|eval|train|half|float|double|bfloat16|share_memory|requires_grad_|compile)$/;

/** `object.name(…)` for a method that this file does not define. */
export function callMember(object: Value, name: string, args: Arguments, at: Place, run: Run): Value {
  switch (object.kind) {
    case "dict":
      return callDict(object, name, args, run);
    case "sequence":
      return callSequence(object, name, args, at, run);
    case "super":
      return callSuper(object.self, object.after, name, args, at, run);
    case "instance":
      return callInstance(object, name, args, at, run);
    case "literal":
      return callText(object.value, name, args);
    case "generator":
      return name === "__next__" || name === "send" ? object.run() : unknown;
    case "made":
      break;
    default:
      return systemDependent(object) ? object : callOther(object, name, args, at, run);
  }
  if (object.path === "argparse.ArgumentParser" || object.path.endsWith("ArgumentParser")) {
    const value = callParser(object, name, args, run);
    if (value) return value;
  }
  const api = processApi(object.path);
  if (api === "Process" || api === "SpawnProcess" || api === "ForkProcess" || api === "SyncManager") {
    if (name === "start") startProcess(object, at, run);
    return none;
  }
  if ((api === "Pool" || api === "ProcessPoolExecutor") && runTask(object, name, args, at, run)) return unknown;
  if (api === "get_context") return callContext(object, name, args, at, run);
  if (object.path.endsWith("threading.Thread") || object.path.endsWith("threading.Timer")) {
    const target = argument(object.args, 1, "target");
    const given = argument(object.args, 3, "args");
    if (name === "start" && target) callWith(target, given?.kind === "sequence" ? given.items : [], run);
    return none;
  }
  const loader = loaderOf(object);
  if (loader && name === "__iter__") return startLoader(loader, at, run);
  return callOther(object, name, args, at, run);
}

function callContext(
  context: Extract<Value, { kind: "made" }>,
  name: string,
  args: Arguments,
  at: Place,
  run: Run,
): Value {
  const made = callImported(
    `multiprocessing.${name}`,
    { ...args, named: new Map([...args.named, ["context", contextOf(context) ?? context]]) },
    at,
    run,
  );
  return made;
}

function callOther(object: Value, name: string, args: Arguments, at: Place, run: Run): Value {
  touchByMember(name, args, at, run);
  coroutines(args);
  if (callTrainer(object, name, args, at, run)) return chained.test(name) ? object : unknown;
  if (chained.test(name)) return object;
  if (name === "prepare") {
    const [only] = args.positional;
    return args.positional.length === 1 && only
      ? only
      : { kind: "sequence", form: "tuple", items: [...args.positional], open: false };
  }
  callback(name, args, run);
  return {
    kind: "made",
    path: `${object.kind === "made" ? object.path : ""}().${name}`,
    args: noArguments,
    attributes: new Map(),
    at: at.from,
    to: at.to,
  };
}

function callInstance(object: InstanceValue, name: string, args: Arguments, at: Place, run: Run): Value {
  const base = externalBase(object.of) ?? "";
  if (name === "start" && /(^|\.)Thread$/.test(base)) {
    const target = method(object.of, "run");
    if (target) callWith({ kind: "bound", self: object, method: target }, [], run);
    return none;
  }
  if (name === "start" && processApi(base)?.endsWith("Process")) {
    startOwnProcess(object, at, run);
    return none;
  }
  const made = object.base.get("base");
  const loader = loaderOf(object);
  if (loader && name === "__iter__") return startLoader(loader, at, run);
  if (chained.test(name)) {
    touchByMember(name, args, at, run);
    return object;
  }
  return made?.kind === "made" && !loader
    ? callMember(made, name, args, at, run)
    : callOther(object, name, args, at, run);
}

/** super().__init__(…) of a base class from a library. */
function callSuper(
  self: Value,
  after: Extract<Value, { kind: "class" }>,
  name: string,
  args: Arguments,
  at: Place,
  run: Run,
): Value {
  const base = externalBase(after);
  if (self.kind !== "instance" || !base) return unknown;
  if (name === "__init__") {
    self.base.set("base", callImported(base, args, at, run));
    return none;
  }
  const loader = loaderOf(self);
  if (loader && name === "__iter__") return startLoader(loader, at, run);
  return name === "start" ? callInstance(self, name, args, at, run) : unknown;
}

function callDict(dict: DictValue, name: string, args: Arguments, run: Run): Value {
  const [key, second] = args.positional;
  const held = (): Value => union([...dict.entries.values(), ...dict.rest]);
  const list = (items: Value[]): Value => ({ kind: "sequence", form: "list", items, open: dict.rest.length > 0 });
  switch (name) {
    case "items":
      return list(
        [...dict.entries].map(([k, v]) => ({ kind: "sequence", form: "tuple", items: [literal(k), v], open: false })),
      );
    case "values":
      return list([...dict.entries.values(), ...dict.rest]);
    case "keys":
      return list([...dict.entries.keys()].map(literal));
    case "copy":
      return { kind: "dict", entries: new Map(dict.entries), rest: [...dict.rest] };
    case "get":
    case "pop":
    case "setdefault": {
      if (key?.kind !== "literal") return held();
      const found = dict.entries.get(String(key.value));
      if (found && name === "pop") run.write(dict.entries, String(key.value), { kind: "absent" });
      if (!found && name === "setdefault" && second) run.write(dict.entries, String(key.value), second);
      return found ?? (dict.rest.length > 0 ? unknown : (second ?? none));
    }
    case "update":
      for (const source of args.positional.flatMap(optionsOf)) {
        if (source.kind === "dict") for (const [k, v] of source.entries) run.write(dict.entries, k, v);
        else dict.rest.push(unknown);
      }
      for (const [k, v] of args.named) run.write(dict.entries, k, v);
      return none;
    default:
      return unknown;
  }
}

function callSequence(list: SequenceValue, name: string, args: Arguments, at: Place, run: Run): Value {
  const [first, second] = args.positional;
  switch (name) {
    case "append":
    case "add":
      if (first && list.items.length < 1000) list.items.push(first);
      return none;
    case "insert":
      if (second) list.items.push(second);
      return none;
    case "extend":
      if (first) list.items.push(iterate(first, at, run));
      return none;
    case "copy":
      return { ...list, items: [...list.items] };
    case "pop":
      return union(list.items);
    default:
      return unknown;
  }
}

function callText(value: string | number | boolean | null, name: string, { positional }: Arguments): Value {
  const [first] = positional;
  if (typeof value !== "string" || first?.kind !== "literal" || typeof first.value !== "string") {
    return typeof value === "string" && name === "lower" ? literal(value.toLowerCase()) : unknown;
  }
  if (name === "startswith") return literal(value.startsWith(first.value));
  if (name === "endswith") return literal(value.endsWith(first.value));
  return name === "__eq__" ? literal(value === first.value) : unknown;
}
