import { callImported } from "../library/imported.ts";
import { callMade } from "../library/made.ts";
import { callMember } from "../library/members.ts";
import type { Expression, Parameter } from "../syntax/tree.ts";
import { evaluate } from "./evaluate.ts";
import { execute } from "./execute.ts";
import { attribute } from "./members.ts";
import type { Completion, Run } from "./run.ts";
import { functionScope } from "./scopes.ts";
import {
  type Arguments,
  type ClassValue,
  type FunctionValue,
  type InstanceValue,
  type Scope,
  stopped,
  union,
  unknown,
  type Value,
} from "./values.ts";

const maxFrames = 40;

/** Calls a value and gives what the call stands for. */
export function call(callee: Value, args: Arguments, node: Expression, scope: Scope, run: Run): Value {
  if (!run.step()) return unknown;
  switch (callee.kind) {
    case "function": {
      const value = callFunction(callee, args, run);
      callRegistered(callee, node, scope, run);
      return value;
    }
    case "bound":
      return callFunction(callee.method, { ...args, positional: [callee.self, ...args.positional] }, run);
    case "class":
      return instantiate(callee, args, node, run);
    case "imported":
      if (callee.path === "builtins.super") return superOf(args, run);
      return callImported(callee.path, args, node, run);
    case "member":
      return callMember(callee.object, callee.name, args, node, run);
    case "made":
      callRegistered(callee, node, scope, run);
      return callMade(callee, args, node, run);
    case "instance": {
      const method = attribute(callee, "__call__", run, node);
      if (method.kind === "bound") return call(method, args, node, scope, run);
      // torch.nn.Module.__call__ runs forward.
      const forward = attribute(callee, "forward", run, node);
      return forward.kind === "bound"
        ? call(forward, args, node, scope, run)
        : callMember(callee, "__call__", args, node, run);
    }
    case "union": {
      const values: Value[] = [];
      run.alternatives(
        callee.options.map((option) => (): Completion => {
          values.push(call(option, args, node, scope, run));
          return "normal";
        }),
      );
      return union(values);
    }
    default:
      return callMember(callee, "__call__", args, node, run);
  }
}

function callRegistered(callee: object, node: Expression, scope: Scope, run: Run): void {
  for (const target of run.registered.get(callee) ?? []) {
    if (!active(target, run)) call(target, { positional: [], named: new Map(), open: true }, node, scope, run);
  }
}

function active(target: FunctionValue, run: Run): boolean {
  return run.frames.some((frame) => frame.function.node === target.node);
}

function callFunction(target: FunctionValue, args: Arguments, run: Run): Value {
  if (active(target, run) || run.frames.length >= maxFrames || run.exhausted) return unknown;
  const scope = functionScope(target.scope);
  bindParameters(target, args, scope, run);
  const { node } = target;
  if (node.type === "lambda") {
    run.frames.push({ function: target, scope, returns: [], yields: [] });
    const value = evaluate(node.body, scope, run);
    run.frames.pop();
    return value;
  }
  const body = (): Value => {
    if (active(target, run)) return unknown;
    const frame = { function: target, scope, returns: [] as Value[], yields: [] as Value[] };
    run.frames.push(frame);
    const completion = execute(node.body, scope, run);
    run.frames.pop();
    if (node.generator) return union(frame.yields);
    if (completion === "stop" && frame.returns.length === 0) return stopped;
    return completion === "normal" ? union([...frame.returns, { kind: "literal", value: null }]) : union(frame.returns);
  };
  if (!node.generator && !node.asynchronous) return body();
  let result: Value | undefined;
  const once = (): Value => {
    result ??= unknown;
    if (result === unknown) result = body();
    return result;
  };
  return { kind: "generator", at: node.from, form: node.generator ? "generator" : "coroutine", run: once };
}

function bindParameters(target: FunctionValue, args: Arguments, scope: Scope, run: Run): void {
  let next = 0;
  const taken = new Set<string>();
  for (const parameter of target.node.parameters) {
    const { name, kind } = parameter;
    taken.add(name);
    if (kind === "star") {
      scope.variables.set(name, {
        kind: "sequence",
        form: "tuple",
        items: args.positional.slice(next),
        open: args.open,
      });
      next = args.positional.length;
    } else if (kind === "doubleStar") {
      const entries = new Map([...args.named].filter(([key]) => !taken.has(key)));
      scope.variables.set(name, { kind: "dict", entries, rest: args.open ? [unknown] : [] });
    } else {
      const value =
        kind === "positional" && next < args.positional.length ? args.positional[next++] : args.named.get(name);
      scope.variables.set(name, value ?? fallback(parameter, target, args, run));
    }
  }
}

function fallback(parameter: Parameter, target: FunctionValue, args: Arguments, run: Run): Value {
  const option = optionDefault(parameter.name, target, run);
  if (option) return option;
  const own = target.defaults.get(parameter.name);
  if (!own) return unknown;
  // typer writes the default as an argument: `workers: int = typer.Option(4)`.
  if (own.kind === "made" && /(^|\.)(Option|Argument)$/.test(own.path)) {
    return own.args.positional[0] ?? own.args.named.get("default") ?? unknown;
  }
  return args.open ? union([own, ...(own.kind === "literal" ? [] : [unknown])]) : own;
}

/** `@click.option("--num-workers", default=4)`. */
function optionDefault(name: string, target: FunctionValue, run: Run): Value | undefined {
  for (const decorator of target.decorators) {
    if (decorator.kind !== "made" || !/(^|\.)(option|argument)$/.test(decorator.path)) continue;
    const names = decorator.args.positional.flatMap((value) =>
      value.kind === "literal" && typeof value.value === "string"
        ? [value.value.replace(/^-{1,2}/, "").replaceAll("-", "_")]
        : [],
    );
    if (names.includes(name) && run.step()) return decorator.args.named.get("default") ?? unknown;
  }
  return undefined;
}

function instantiate(of: ClassValue, args: Arguments, node: Expression, run: Run): Value {
  const instance: InstanceValue = { kind: "instance", of, attributes: new Map(), base: new Map(), at: node.from };
  run.madeIn.set(instance, [...run.loops]);
  const made = method(of, "__init__");
  if (made) {
    callFunction(made, { ...args, positional: [instance, ...args.positional] }, run);
    return instance;
  }
  if (of.fields) {
    for (const [i, name] of of.fields.entries()) {
      const value = args.named.get(name) ?? args.positional[i];
      if (value) instance.attributes.set(name, value);
    }
    const after = method(of, "__post_init__");
    if (after) callFunction(after, { positional: [instance], named: new Map(), open: false }, run);
    return instance;
  }
  const base = externalBase(of);
  if (base) instance.base.set("base", callImported(base, args, node, run));
  return instance;
}

/** A method of a class or of its bases in this file. */
export function method(of: ClassValue, name: string, depth = 0): FunctionValue | undefined {
  const own = of.attributes.get(name);
  if (own) return own.kind === "function" ? own : undefined;
  if (depth > 20) return undefined;
  for (const base of of.bases) {
    const found = base.kind === "class" ? method(base, name, depth + 1) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Dotted path of the first base class that another module defines. */
export function externalBase(of: ClassValue, depth = 0): string | undefined {
  if (depth > 20) return undefined;
  for (const base of of.bases) {
    if (base.kind === "imported" && base.path !== "builtins.object") return base.path;
    const inherited = base.kind === "class" ? externalBase(base, depth + 1) : undefined;
    if (inherited) return inherited;
  }
  return undefined;
}

function superOf(args: Arguments, run: Run): Value {
  const frame = run.frames.at(-1);
  const [after, given] = args.positional;
  const first = frame?.function.node.parameters[0];
  const self = given ?? (frame && first ? frame.scope.variables.get(first.name) : undefined);
  const owner = after?.kind === "class" ? after : frame?.function.owner;
  return self && owner ? { kind: "super", self, after: owner } : unknown;
}

/** Runs a method of an instance with arguments that are not known; undefined where this file does not define it. */
export function runMethod(instance: InstanceValue, name: string, args: readonly Value[], run: Run): Value | undefined {
  const found = method(instance.of, name);
  return found && callFunction(found, { positional: [instance, ...args], named: new Map(), open: false }, run);
}
