import type { Place, Run, StartMethod } from "../run/run.ts";
import { type MadeValue, optionsOf, text, truth, unknown, type Value } from "../run/values.ts";
import { reportUnpicklable } from "./pickle.ts";
import { inWorker, useAsWorker } from "./worker.ts";

/** Positional parameters of torch.utils.data.DataLoader, https://docs.pytorch.org/docs/stable/data.html */
const parameters = [
  "dataset",
  "batch_size",
  "shuffle",
  "sampler",
  "batch_sampler",
  "num_workers",
  "collate_fn",
  "pin_memory",
  "drop_last",
  "timeout",
  "worker_init_fn",
  "multiprocessing_context",
  "generator",
];

/** The loader that a value is or, as an object of a subclass, holds. */
export function loaderOf(value: Value): MadeValue | undefined {
  const made = value.kind === "instance" ? value.base.get("base") : value;
  return made?.kind === "made" && made.path.endsWith("DataLoader") ? made : undefined;
}

function setting(loader: MadeValue, name: string): Value | undefined {
  const given = loader.attributes.get(name) ?? loader.args.named.get(name);
  if (given) return given;
  // Loaders of other libraries share PyTorch's names, but not its order.
  const known = name === "dataset" || loader.path.startsWith("torch.utils.data.");
  const positional = known ? loader.args.positional[parameters.indexOf(name)] : undefined;
  return positional ?? (loader.args.open ? unknown : undefined);
}

export type Certainty = "sure" | "maybe" | "unknown" | "none";

/** Whether a number of workers is above zero. */
export function workers(count: Value | undefined): Certainty {
  if (count === undefined) return "none";
  const answers = new Set(optionsOf(count).map(positive));
  if (answers.has("yes")) return answers.size === 1 ? "sure" : "maybe";
  return answers.has("unknown") ? "unknown" : "none";
}

function positive(value: Value): "yes" | "no" | "unknown" {
  if (value.kind === "processors") return "yes";
  if (value.kind === "literal") return Number(value.value) > 0 ? "yes" : "no";
  return value.kind === "absent" ? "no" : "unknown";
}

/** The start method of a context: a name, multiprocessing.get_context(name), or the default. */
export function methodOf(context: Value | undefined, run: Run): StartMethod {
  const name =
    text(context) ??
    (context?.kind === "made" ? text(context.args.positional[0] ?? context.args.named.get("method")) : undefined);
  return name === "spawn" || name === "fork" || name === "forkserver" ? name : run.method;
}

/** Begins to go through a loader: this is when its workers start. */
export function startLoader(loader: MadeValue, at: Place, run: Run): Value {
  const certainty = workers(setting(loader, "num_workers"));
  if (certainty === "none") return unknown;
  const persistent = setting(loader, "persistent_workers");
  if (persistent && truth(persistent) !== false && run.done.has(loader)) return unknown;
  const method = methodOf(setting(loader, "multiprocessing_context"), run);
  run.start({ kind: "loader", method, certainty, from: at.from, to: at.to, what: run.text(at) });
  if (run.role === "import" || certainty === "unknown") return unknown;
  const [dataset, collate, initialise] = ["dataset", "collate_fn", "worker_init_fn"].map((name) =>
    setting(loader, name),
  );
  const sent = [dataset, collate, initialise].filter((value) => value !== undefined);
  if (method !== "fork") {
    reportUnpicklable(sent, at, run);
    reportRespawn(loader, persistent, at, run);
  }
  if (!run.done.has(loader)) {
    run.done.add(loader);
    inWorker({ start: at, loader: true, method, parentCuda: run.cuda }, run, () => {
      for (const value of sent) useAsWorker(value, run);
    });
  }
  return unknown;
}

/** Workers that end with each epoch and start again with the next. */
function reportRespawn(loader: MadeValue, persistent: Value | undefined, at: Place, run: Run): void {
  // The loops within which the same loader, or this very call, is gone through again.
  const loops = run.loops.filter((loop) => loop.repeats && !(loop.place.from === at.from && loop.place.to === at.to));
  if (loops.length === 0) return;
  const around = new Set(run.madeIn.get(loader));
  const innermost = loops.at(-1);
  const madeInside = innermost !== undefined && around.has(innermost);
  if (madeInside && !innermost.epochs) return;
  const keeps = persistent !== undefined && truth(persistent) !== false;
  if (keeps && !madeInside) return;
  run.find({
    kind: "respawn",
    detail: madeInside ? "made-in-loop" : "loop",
    from: loader.at,
    to: loader.to,
    start: at,
    severity: "warn",
    value: loader,
  });
}
