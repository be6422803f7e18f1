import type { Expression } from "../syntax/tree.ts";
import { addEntry, atModule, evaluate } from "./evaluate.ts";
import { iterate } from "./iterate.ts";
import type { Run } from "./run.ts";
import { functionScope } from "./scopes.ts";
import { assign } from "./targets.ts";
import type { Scope, Value, Variables } from "./values.ts";

type Comprehension = Extract<Expression, { type: "comprehension" }>;

/** Literal lists up to this length are gone through item by item. */
const maxItems = 8;

export function comprehension(node: Comprehension, scope: Scope, run: Run): Value {
  const inner = functionScope(scope);
  if (node.form !== "generator") return collect(node, inner, scope, run);
  const [first] = node.clauses;
  // The outermost iterable is evaluated at once, the rest when the generator is used.
  const source = first ? evaluate(first.iterable, scope, run) : undefined;
  return {
    kind: "generator",
    at: node.from,
    form: "generator",
    run: () => {
      const elements: Value[] = [];
      walk(node, 0, inner, inner, run, () => elements.push(evaluate(node.element, inner, run)), source);
      return elements.at(-1) ?? { kind: "unknown" };
    },
  };
}

function collect(node: Comprehension, inner: Scope, outer: Scope, run: Run): Value {
  const items: Value[] = [];
  const entries: Variables = new Map();
  const rest: Value[] = [];
  let exact = true;
  exact = walk(node, 0, inner, outer, run, () => {
    const key = node.key ? evaluate(node.key, inner, run) : null;
    const value = evaluate(node.element, inner, run);
    if (node.form === "dict") addEntry(entries, rest, key, value);
    else items.push(value);
  });
  if (node.form === "dict") return { kind: "dict", entries, rest };
  return { kind: "sequence", form: node.form === "set" ? "set" : "list", items, open: !exact };
}

/** Runs `each` for the elements; true where it ran once for each of them. */
function walk(
  node: Comprehension,
  level: number,
  inner: Scope,
  outer: Scope,
  run: Run,
  each: () => void,
  given?: Value,
): boolean {
  const clause = node.clauses[level];
  if (!clause) {
    each();
    return true;
  }
  const over = given ?? evaluate(clause.iterable, level === 0 ? outer : inner, run);
  const literal =
    over.kind === "sequence" && !over.open && over.items.length <= maxItems && clause.conditions.length === 0;
  if (!literal) atModule(run, clause.iterable);
  const elements = literal ? over.items : [iterate(over, clause.iterable, run)];
  let exact = literal;
  const repeats = elements.length > 1 || !literal;
  for (const element of elements) {
    assign(clause.target, element, inner, run);
    run.loops.push({ repeats, epochs: false, place: clause.iterable });
    for (const condition of clause.conditions) evaluate(condition, inner, run);
    exact = walk(node, level + 1, inner, inner, run, each) && exact;
    run.loops.pop();
  }
  return exact;
}
