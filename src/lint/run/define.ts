import type { ClassNode, FunctionNode, Statement } from "../syntax/tree.ts";
import { call } from "./call.ts";
import { evaluate, evaluateArguments } from "./evaluate.ts";
import { execute } from "./execute.ts";
import type { Run } from "./run.ts";
import { classScope } from "./scopes.ts";
import type { ClassValue, FunctionValue, Scope, Value } from "./values.ts";

export function defineFunction(node: FunctionNode, scope: Scope, run: Run): Value {
  const defaults = new Map<string, Value>();
  for (const { name, fallback } of node.parameters) if (fallback) defaults.set(name, evaluate(fallback, scope, run));
  const decorators = node.decorators.map((decorator) => ({ node: decorator, value: evaluate(decorator, scope, run) }));
  const role = decorators.map(({ value }) => roleOf(value)).find((found) => found !== "plain") ?? "plain";
  const own: FunctionValue = {
    kind: "function",
    node,
    scope,
    name: node.name,
    defaults,
    local: withinFunction(scope),
    role,
    decorators: decorators.map(({ value }) => value),
    owner: null,
  };
  if (!own.local) run.defined.add(node);
  let value: Value = own;
  for (const decorator of decorators.toReversed()) {
    register(decorator.node, own, scope, run);
    if (!rewraps(decorator.value)) continue;
    const wrapped = call(
      decorator.value,
      { positional: [value], named: new Map(), open: false },
      decorator.node,
      scope,
      run,
    );
    if (wrapped.kind !== "unknown") value = wrapped;
  }
  return value;
}

/** Decorators of this file are followed; those of libraries are taken to give the function itself. */
function rewraps(decorator: Value): boolean {
  if (decorator.kind === "made") return decorator.path === "functools.wraps";
  return decorator.kind === "function" || decorator.kind === "class";
}

/** `@app.command()`: what is called later as `app()` may run the function. */
function register(decorator: FunctionNode["decorators"][number], own: FunctionValue, scope: Scope, run: Run): void {
  const target = decorator.type === "call" ? decorator.callee : decorator;
  if (target.type !== "attribute" || target.object.type !== "name") return;
  const object = evaluate(target.object, scope, run);
  if (object.kind !== "made" && object.kind !== "function") return;
  run.registered.set(object, [...(run.registered.get(object) ?? []), own]);
}

function roleOf(decorator: Value): FunctionValue["role"] {
  if (decorator.kind !== "imported") return "plain";
  switch (decorator.path) {
    case "builtins.staticmethod":
      return "static";
    case "builtins.classmethod":
      return "class";
    case "builtins.property":
    case "functools.cached_property":
      return "property";
    default:
      return "plain";
  }
}

function withinFunction(scope: Scope): boolean {
  for (let at: Scope | null = scope; at; at = at.parent) if (at.kind === "function") return true;
  return false;
}

export function defineClass(node: ClassNode, scope: Scope, run: Run): Value {
  const { positional: bases } = evaluateArguments(node.args, scope, run);
  const decorators = node.decorators.map((decorator) => evaluate(decorator, scope, run));
  const inner = classScope(scope);
  execute(node.body, inner, run);
  const value: ClassValue = {
    kind: "class",
    node,
    bases,
    attributes: inner.variables,
    local: withinFunction(scope),
    fields: takesFields(decorators, bases) ? fieldNames(node.body) : null,
  };
  if (!value.local) run.defined.add(node);
  for (const held of inner.variables.values()) if (held.kind === "function" && held.owner === null) held.owner = value;
  return value;
}

const fieldClasses = /(^|\.)(dataclass|define|frozen|NamedTuple|BaseModel|BaseSettings|Struct)(\(\))?$/;

function takesFields(decorators: readonly Value[], bases: readonly Value[]): boolean {
  return [...decorators, ...bases].some((value) => {
    if (value.kind === "class") return value.fields !== null;
    return (value.kind === "imported" || value.kind === "made") && fieldClasses.test(value.path);
  });
}

function fieldNames(body: readonly Statement[]): string[] {
  return body.flatMap((statement) =>
    statement.type === "assign"
      ? statement.targets.flatMap((target) => (target.type === "name" ? [target.id] : []))
      : [],
  );
}
