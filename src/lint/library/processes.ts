import { runMethod } from "../run/call.ts";
import type { Place, Run } from "../run/run.ts";
import { type Arguments, argument, type InstanceValue, type MadeValue, unknown, type Value } from "../run/values.ts";
import { methodOf } from "./loader.ts";
import { reportUnpicklable } from "./pickle.ts";
import { callWith, inWorker } from "./worker.ts";

/** Name below multiprocessing of what starts processes; torch.multiprocessing has the same names. */
export function processApi(path: string): string | undefined {
  const match = /^(?:torch\.)?multiprocessing\.(?:pool\.|context\.|process\.|managers\.)?(\w+)$/.exec(path);
  if (match) return match[1];
  return /^concurrent\.futures\.(process\.)?ProcessPoolExecutor$/.test(path) ? "ProcessPoolExecutor" : undefined;
}

const tasks = /^(apply|apply_async|map|map_async|starmap|starmap_async|imap|imap_unordered|submit)$/;

function what(at: Place, run: Run): Place & { readonly what: string } {
  return { from: at.from, to: at.to, what: run.text(at) };
}

/** multiprocessing.Pool(4) starts its processes at once. */
export function startPool(args: Arguments, context: Value | undefined, at: Place, run: Run): void {
  const method = methodOf(context ?? args.named.get("context"), run);
  run.start({ kind: "pool", method, certainty: "sure", ...what(at, run) });
  const initialiser = argument(args, 1, "initializer");
  const sent = [initialiser, argument(args, 2, "initargs")].filter((value) => value !== undefined);
  if (method !== "fork") reportUnpicklable(sent, at, run);
  if (initialiser)
    inWorker({ start: at, loader: false, method, parentCuda: run.cuda }, run, () => callWith(initialiser, [], run));
}

export function startManager(context: Value | undefined, at: Place, run: Run): void {
  run.start({ kind: "manager", method: methodOf(context, run), certainty: "sure", ...what(at, run) });
}

/** Pool.map(f, data), ProcessPoolExecutor.submit(f, x): the function and its arguments are pickled by every method. */
export function runTask(pool: MadeValue, name: string, args: Arguments, at: Place, run: Run): boolean {
  if (!tasks.test(name)) return false;
  const executor = pool.path.endsWith("ProcessPoolExecutor");
  const method = methodOf(contextOf(pool), run);
  if (executor && !run.done.has(pool)) {
    run.done.add(pool);
    run.start({ kind: "pool", method, certainty: "sure", ...what(at, run) });
  }
  const [target] = args.positional;
  // A generator of tasks is gone through here and only its elements are sent.
  const sent = [...args.positional, ...args.named.values()].filter((value) => value.kind !== "generator");
  reportUnpicklable(sent, at, run);
  if (target)
    inWorker({ start: at, loader: false, method, parentCuda: run.cuda }, run, () => callWith(target, [], run));
  return true;
}

export function contextOf(made: MadeValue): Value | undefined {
  return made.attributes.get("context") ?? made.args.named.get("mp_context") ?? made.args.named.get("context");
}

/** Process(target=f, args=(…)).start() */
export function startProcess(process: MadeValue, at: Place, run: Run): void {
  const method = methodOf(contextOf(process), run);
  run.start({ kind: "process", method, certainty: "sure", ...what(at, run) });
  const target = argument(process.args, 1, "target");
  const args = argument(process.args, 3, "args");
  const sent = [target, args, argument(process.args, 4, "kwargs")].filter((value) => value !== undefined);
  if (method !== "fork") reportUnpicklable(sent, at, run);
  const given = args?.kind === "sequence" ? args.items : [];
  if (target && !run.done.has(process)) {
    run.done.add(process);
    inWorker({ start: at, loader: false, method, parentCuda: run.cuda }, run, () => callWith(target, given, run));
  }
}

/** An object of a class derived from Process is sent as a whole, and its run() is what the process does. */
export function startOwnProcess(process: InstanceValue, at: Place, run: Run): void {
  run.start({ kind: "process", certainty: "sure", ...what(at, run) });
  if (run.method !== "fork") reportUnpicklable([process], at, run);
  inWorker({ start: at, loader: false, method: run.method, parentCuda: run.cuda }, run, () =>
    runMethod(process, "run", [], run),
  );
}

/** torch.multiprocessing.spawn(fn, args, nprocs), which spawns whatever the default is. */
export function spawnProcesses(args: Arguments, method: Run["method"], at: Place, run: Run): Value {
  run.start({ kind: "process", method, certainty: "sure", ...what(at, run) });
  const [target, given] = [argument(args, 0, "fn"), argument(args, 1, "args")];
  if (method !== "fork")
    reportUnpicklable(
      [target, given].filter((value) => value !== undefined),
      at,
      run,
    );
  const items = given?.kind === "sequence" ? given.items : [];
  if (target)
    inWorker({ start: at, loader: false, method, parentCuda: run.cuda }, run, () =>
      callWith(target, [unknown, ...items], run),
    );
  return unknown;
}
