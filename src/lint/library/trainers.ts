import { method, runMethod } from "../run/call.ts";
import { iterate } from "../run/iterate.ts";
import type { Place, Run } from "../run/run.ts";
import {
  type Arguments,
  argument,
  handed,
  type InstanceValue,
  literal,
  type MadeValue,
  optionsOf,
  type Value,
} from "../run/values.ts";
import { loaderOf, workers } from "./loader.ts";
import { reportUnpicklable } from "./pickle.ts";

/** Methods by which trainers of libraries go through the loaders they are given. */
const goesThrough = /^(fit|fit_one_cycle|train|test|validate|predict|evaluate|run|tune|lr_find)$/;

/** Hooks of lightning.LightningModule and LightningDataModule that give loaders, by the method that asks for them. */
const hooks: Readonly<Record<string, readonly string[]>> = {
  fit: ["train_dataloader", "val_dataloader"],
  validate: ["val_dataloader"],
  test: ["test_dataloader"],
  predict: ["predict_dataloader"],
};

/** trainer.fit(model, loader): true where that may start workers. */
export function callTrainer(trainer: Value, name: string, args: Arguments, at: Place, run: Run): boolean {
  if (!goesThrough.test(name)) return false;
  if (trainer.kind === "made" && ownWorkers(trainer, name, args, at, run)) return true;
  const given = handed(args).flatMap(optionsOf);
  for (const value of given.flatMap(flattened)) {
    if (loaderOf(value)) iterate(value, at, run);
    else if (value.kind === "instance") askHooks(value, name, at, run);
  }
  return true;
}

function flattened(value: Value): readonly Value[] {
  if (value.kind === "sequence") return value.items.flatMap(optionsOf);
  return value.kind === "dict" ? [...value.entries.values()].flatMap(optionsOf) : [value];
}

function askHooks(value: InstanceValue, name: string, at: Place, run: Run): void {
  const asked = hooks[name] ?? [];
  if (!asked.some((hook) => method(value.of, hook))) return;
  for (const before of ["prepare_data", "setup"]) runMethod(value, before, [], run);
  for (const hook of asked) {
    const given = runMethod(value, hook, [], run);
    if (given) for (const loader of optionsOf(given).flatMap(flattened)) iterate(loader, at, run);
  }
}

/** Trainers that make their loaders themselves. */
function ownWorkers(trainer: MadeValue, name: string, args: Arguments, at: Place, run: Run): boolean {
  if (trainer.path.startsWith("ultralytics.")) {
    // https://docs.ultralytics.com/modes/train/#train-settings: workers defaults to 8.
    if (name === "train") start(args.named.get("workers") ?? literal(8), [], at, run);
    return true;
  }
  if (!/^transformers\.(\w+\.)*(Seq2Seq)?Trainer$/.test(trainer.path)) return false;
  const settings = argument(trainer.args, 1, "args");
  const count = settings?.kind === "made" ? settings.args.named.get("dataloader_num_workers") : undefined;
  const sent = ["train_dataset", "eval_dataset", "data_collator"].flatMap((key) => trainer.args.named.get(key) ?? []);
  start(count, sent, at, run);
  return true;
}

function start(count: Value | undefined, sent: readonly Value[], at: Place, run: Run): void {
  const certainty = workers(count);
  if (certainty === "none") return;
  run.start({ kind: "trainer", certainty, from: at.from, to: at.to, what: run.text(at) });
  if (run.method !== "fork" && certainty !== "unknown") reportUnpicklable(sent, at, run);
}
