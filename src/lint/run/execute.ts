import type { Statement } from "../syntax/tree.ts";
import { call } from "./call.ts";
import { defineClass, defineFunction } from "./define.ts";
import { atModule, evaluate, maxDepth } from "./evaluate.ts";
import { binary } from "./fold.ts";
import { iterate } from "./iterate.ts";
import { attribute, importedValue, removeAttribute } from "./members.ts";
import type { Completion, Run } from "./run.ts";
import { bind } from "./scopes.ts";
import { assign } from "./targets.ts";
import {
  literal,
  noArguments,
  optionsOf,
  type Scope,
  stopped,
  systemDependent,
  truth,
  unknown,
  type Value,
} from "./values.ts";

/** Executes statements in turn until one of them leaves the block. */
export function execute(body: readonly Statement[], scope: Scope, run: Run): Completion {
  if (run.depth >= maxDepth) return "normal";
  run.depth++;
  const completion = executeAll(body, scope, run);
  run.depth--;
  return completion;
}

function executeAll(body: readonly Statement[], scope: Scope, run: Run): Completion {
  for (const statement of body) {
    if (!run.step()) return "normal";
    if (run.frames.length === 0 && scope.kind === "module" && body === run.topLevel) run.statement = statement;
    const completion = executeOne(statement, scope, run);
    if (completion !== "normal") return completion;
  }
  return "normal";
}

function executeOne(node: Statement, scope: Scope, run: Run): Completion {
  switch (node.type) {
    case "expression": {
      const value = evaluate(node.value, scope, run);
      return value === stopped ? "stop" : "normal";
    }
    case "assign": {
      if (!node.value) return "normal";
      const value = evaluate(node.value, scope, run);
      for (const target of node.targets) assign(target, value, scope, run);
      return "normal";
    }
    case "augment": {
      const before = evaluate(node.target, scope, run);
      const value = evaluate(node.value, scope, run);
      assign(node.target, binary(node.operator, before, value), scope, run);
      return "normal";
    }
    case "if":
      return executeIf(node, scope, run);
    case "while":
      return executeWhile(node, scope, run);
    case "for":
      return executeFor(node, scope, run);
    case "with":
      return executeWith(node, scope, run);
    case "try":
      return executeTry(node, scope, run);
    case "function":
      bind(scope, node.name, defineFunction(node, scope, run), run);
      return "normal";
    case "class":
      bind(scope, node.name, defineClass(node, scope, run), run);
      return "normal";
    case "return":
      run.frames.at(-1)?.returns.push(node.value ? evaluate(node.value, scope, run) : literal(null));
      return "return";
    case "raise":
      for (const value of node.values) evaluate(value, scope, run);
      return "stop";
    case "break":
    case "continue":
      return node.type;
    case "import":
      for (const { path, name, module } of node.names) {
        bind(scope, name, importedValue(path, module, node.from), run);
      }
      return "normal";
    case "scope":
      for (const name of node.names)
        scope.elsewhere.set(name, node.kind === "global" ? run.module : outer(scope, name));
      return "normal";
    case "delete":
      for (const target of node.targets) remove(target, scope, run);
      return "normal";
    case "match": {
      evaluate(node.subject, scope, run);
      const cases = node.cases.map(({ captures, body }) => () => {
        for (const name of captures) bind(scope, name, unknown, run);
        return execute(body, scope, run);
      });
      return run.alternatives([...cases, () => "normal" as const]);
    }
  }
}

function outer(scope: Scope, name: string): Scope {
  for (let at = scope.parent; at; at = at.parent) if (at.kind === "function" && at.variables.has(name)) return at;
  return scope.parent ?? scope;
}

function remove(target: Extract<Statement, { type: "delete" }>["targets"][number], scope: Scope, run: Run): void {
  if (target.type === "attribute") removeAttribute(evaluate(target.object, scope, run), target.name, run);
  else if (target.type === "name") bind(scope, target.id, { kind: "absent" }, run);
}

function executeIf(node: Extract<Statement, { type: "if" }>, scope: Scope, run: Run): Completion {
  const possible: (() => Completion)[] = [];
  let certain = node.otherwise;
  let system = false;
  for (const { test, body } of node.branches) {
    const value = evaluate(test, scope, run);
    const known = truth(value);
    if (known === false) continue;
    if (known === true) {
      certain = body;
      break;
    }
    system ||= systemDependent(value);
    possible.push(() => execute(body, scope, run));
  }
  if (possible.length === 0) return execute(certain, scope, run);
  if (system) run.systemBranches++;
  const completion = run.alternatives([...possible, () => execute(certain, scope, run)]);
  if (system) run.systemBranches--;
  return completion;
}

function executeWhile(node: Extract<Statement, { type: "while" }>, scope: Scope, run: Run): Completion {
  const known = truth(evaluate(node.test, scope, run));
  if (known === false) return execute(node.otherwise, scope, run);
  const epochs = /epoch|\bep\b/i.test(run.text(node.test));
  const leaves = endsWithBreak(node.body);
  run.loops.push({ repeats: !leaves, epochs, place: node });
  const body = (): Completion => settled(execute(node.body, scope, run));
  const completion = known === true ? body() : run.alternatives([body, () => "normal"]);
  run.loops.pop();
  return completion === "normal" ? execute(node.otherwise, scope, run) : completion;
}

function executeFor(node: Extract<Statement, { type: "for" }>, scope: Scope, run: Run): Completion {
  const over = evaluate(node.iterable, scope, run);
  atModule(run, node.iterable);
  const element = iterate(over, node.iterable, run);
  assign(node.target, element, scope, run);
  const repeats = !runsOnce(over) && !endsWithBreak(node.body);
  run.loops.push({ repeats, epochs: /ep(och)?s?\d?$/i.test(run.text(node.target)), place: node });
  const completion = run.alternatives([
    () => settled(execute(node.body, scope, run)),
    ...(neverEmpty(over) ? [] : [() => "normal" as const]),
  ]);
  run.loops.pop();
  return completion === "normal" ? execute(node.otherwise, scope, run) : completion;
}

/** After a loop it does not matter whether its body was left by break or continue. */
function settled(completion: Completion): Completion {
  return completion === "break" || completion === "continue" ? "normal" : completion;
}

function endsWithBreak(body: readonly Statement[]): boolean {
  return body.at(-1)?.type === "break";
}

function neverEmpty(over: Value): boolean {
  if (over.kind === "sequence") return over.items.length > 0;
  return over.kind === "made";
}

function runsOnce(over: Value): boolean {
  if (over.kind === "sequence") return !over.open && over.items.length <= 1;
  if (over.kind !== "made") return false;
  if (over.path === "builtins.range") {
    const bounds = over.args.positional.map((bound) => (bound.kind === "literal" ? Number(bound.value) : Number.NaN));
    const [first = 0, second] = bounds;
    return second === undefined ? first <= 1 : second - first <= 1;
  }
  const [inner] = over.args.positional;
  return inner !== undefined && /(^|\.)(tqdm|trange|enumerate|track)$/.test(over.path) && runsOnce(inner);
}

function executeWith(node: Extract<Statement, { type: "with" }>, scope: Scope, run: Run): Completion {
  for (const { context, target } of node.items) {
    const manager = evaluate(context, scope, run);
    const entered = enter(manager, context, scope, run);
    if (target) assign(target, entered, scope, run);
  }
  return execute(node.body, scope, run);
}

function enter(
  manager: Value,
  context: Extract<Statement, { type: "with" }>["items"][number]["context"],
  scope: Scope,
  run: Run,
): Value {
  const [first] = optionsOf(manager);
  if (first?.kind !== "instance") return first?.kind === "generator" ? first.run() : manager;
  const method = attribute(first, "__enter__", run, context);
  return method.kind === "bound" ? call(method, noArguments, context, scope, run) : manager;
}

function executeTry(node: Extract<Statement, { type: "try" }>, scope: Scope, run: Run): Completion {
  const normal = (): Completion => {
    const completion = execute(node.body, scope, run);
    return completion === "normal" ? execute(node.otherwise, scope, run) : completion;
  };
  const handlers = node.handlers.map(({ name, body }) => () => {
    if (name) bind(scope, name, unknown, run);
    return execute(body, scope, run);
  });
  const completion = run.alternatives([normal, ...handlers]);
  const last = execute(node.last, scope, run);
  return last === "normal" ? completion : last;
}
