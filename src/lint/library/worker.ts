import { call, method, runMethod } from "../run/call.ts";
import { iterate } from "../run/iterate.ts";
import type { Run } from "../run/run.ts";
import { handed, optionsOf, unknown, type Value } from "../run/values.ts";

/** How deep functions are looked for in what library objects were given: Compose([Lambda(f)]). */
const maxDepth = 4;

/** Runs what happens in a worker; what it changes stays there. */
export function inWorker(child: NonNullable<Run["child"]>, run: Run, body: () => void): void {
  if (run.child?.loader || run.role === "import") return;
  const before = { child: run.child, cuda: run.cuda };
  run.child = child;
  run.apart(body);
  run.child = before.child;
  run.cuda = before.cuda;
}

/** Does with a dataset, collate_fn or worker_init_fn what a loader's worker does. */
export function useAsWorker(value: Value, run: Run, depth = 0): void {
  if (depth > maxDepth || !run.step()) return;
  for (const option of optionsOf(value)) {
    if (option.kind === "instance") {
      for (const name of ["__getitem__", "__getitems__"]) runMethod(option, name, [unknown], run);
      const stream = runMethod(option, "__iter__", [], run);
      if (stream && stream !== option) iterate(stream, { from: option.at, to: option.at }, run);
      if (method(option.of, "__call__") && !method(option.of, "__getitem__"))
        runMethod(option, "__call__", [unknown], run);
    } else if (option.kind === "function" || option.kind === "bound") callWith(option, [unknown], run);
    else if (option.kind === "made") for (const inner of handed(option.args)) useAsWorker(inner, run, depth + 1);
    else if (option.kind === "sequence") for (const inner of option.items) useAsWorker(inner, run, depth + 1);
  }
}

export function callWith(target: Value, args: readonly Value[], run: Run): Value {
  const node = { type: "other", from: 0, to: 0, parts: [] } as const;
  return call(target, { positional: args, named: new Map(), open: true }, node, run.module, run);
}
