import type { Place, Run } from "../run/run.ts";
import { type Arguments, handed, type Value } from "../run/values.ts";
import { loaderOf, workers } from "./loader.ts";
import { callWith } from "./worker.ts";

/** Functions of libraries that call the function they are given, in this process and before they return. */
const callers =
  /(^|[.)])(Fire|run|run_until_complete|cli|optimize|minimize|launch|apply|agent|timeit|repeat|call|main|invoke|run_experiment)$/;
/** Functions that keep it for later, if ever. */
const keepers =
  /(^|[.)])(signal|register\w*|add_\w+|set_\w+|on|subscribe|connect|setdefault|wraps|partial|getattr|isinstance|print)$/;

/** A library function that is given functions may call them. */
export function callback(path: string, args: Arguments, run: Run): void {
  const functions = handed(args).filter((value) => value.kind === "function" || value.kind === "bound");
  if (functions.length === 0 || keepers.test(path)) return;
  const sure = callers.test(path);
  if (!sure && run.guesses > 0) return;
  if (!sure) run.guesses++;
  for (const target of functions) callWith(target, [], run);
  if (!sure) run.guesses--;
}

/** asyncio.run(main()): whatever gets a coroutine runs it. */
export function coroutines(args: Arguments): void {
  for (const value of handed(args)) if (value.kind === "generator" && value.form === "coroutine") value.run();
}

/** A function of another module gets a loader with workers: whether it goes through it is not known. */
export function loaderGivenAway(path: string, args: Arguments, at: Place, run: Run): void {
  if (/^(builtins|torch|tqdm|itertools)\./.test(path) || /(^|\.)[A-Z]\w*$/.test(path)) return;
  for (const value of handed(args)) {
    const loader = loaderOf(value);
    if (loader && workers(settingOf(loader)) !== "none") {
      run.start({ kind: "loader", certainty: "unknown", from: at.from, to: at.to, what: run.text(at) });
      return;
    }
  }
}

function settingOf(loader: Extract<Value, { kind: "made" }>): Value | undefined {
  return loader.attributes.get("num_workers") ?? loader.args.named.get("num_workers") ?? loader.args.positional[5];
}
