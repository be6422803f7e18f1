import type { Place, Run } from "../run/run.ts";
import {
  type Arguments,
  argument,
  literal,
  type MadeValue,
  noArguments,
  none,
  stopped,
  text,
  unknown,
  type Value,
} from "../run/values.ts";
import { callBuiltin, startsAtOnce } from "./call-builtin.ts";
import { callback, coroutines, loaderGivenAway } from "./callbacks.ts";
import { touchByImported } from "./cuda.ts";
import { processApi, spawnProcesses, startManager, startPool } from "./processes.ts";
import { callWith } from "./worker.ts";

const processors =
  /^(os\.(process_)?cpu_count|(torch\.)?multiprocessing\.cpu_count|psutil\.cpu_count|torch\.get_num_threads|joblib\.cpu_count)$/;
const system = /^(platform\.(system|platform|uname)|sys\.getwindowsversion)$/;

/** Calls a function or class of another module. */
export function callImported(path: string, args: Arguments, at: Place, run: Run): Value {
  if (path.startsWith("builtins.")) {
    const value = callBuiltin(path.slice("builtins.".length), args, at, run);
    if (value) return value;
  }
  const value = callProcessApi(path, args, at, run) ?? callKnown(path, args, at, run);
  if (value) return value;
  touchByImported(path, args, at, run);
  coroutines(args);
  // A class keeps what it is given; a function may call it.
  if (!/(^|\.)[A-Z]\w*$/.test(path) || /(^|\.)Fire$/.test(path)) callback(path, args, run);
  loaderGivenAway(path, args, at, run);
  return made(path, args, at, run);
}

export function made(path: string, args: Arguments, at: Place, run: Run): MadeValue {
  const value: MadeValue = { kind: "made", path: canonical(path), args, attributes: new Map(), at: at.from, to: at.to };
  run.madeIn.set(value, [...run.loops]);
  return value;
}

function canonical(path: string): string {
  if (path === "torch.utils.data.dataloader.DataLoader") return "torch.utils.data.DataLoader";
  return path.replace(/^torch\.utils\.data\.dataset\./, "torch.utils.data.");
}

function callProcessApi(path: string, args: Arguments, at: Place, run: Run): Value | undefined {
  const api = processApi(path);
  if (api === undefined) return undefined;
  const context = args.named.get("context");
  const keep = (): MadeValue => {
    const value = made(path, args, at, run);
    if (context) value.attributes.set("context", context);
    return value;
  };
  switch (api) {
    case "Pool":
      startPool(args, context, at, run);
      return { ...keep(), path: "multiprocessing.Pool" };
    case "Manager":
      startManager(context, at, run);
      return keep();
    case "Process":
    case "ProcessPoolExecutor":
    case "SyncManager":
    case "get_context":
      return keep();
    case "spawn":
      return spawnProcesses(args, "spawn", at, run);
    case "start_processes": {
      const name = text(argument(args, 5, "start_method"));
      return spawnProcesses(args, name === "fork" || name === "forkserver" ? name : "spawn", at, run);
    }
    case "set_start_method": {
      const name = text(argument(args, 0, "method"));
      if (name === "spawn" || name === "fork" || name === "forkserver") run.method = name;
      const force = argument(args, 1, "force");
      if (run.child === null && !(force?.kind === "literal" && force.value)) {
        run.start({ kind: "method", certainty: "sure", from: at.from, to: at.to, what: run.text(at) });
      }
      return none;
    }
    case "get_start_method":
      return literal(run.method);
    case "cpu_count":
      return { kind: "processors" };
    case "current_process": {
      const value = made(path, noArguments, at, run);
      value.attributes.set(
        "name",
        run.role === "main" && run.child === null ? literal("MainProcess") : literal("Worker-1"),
      );
      return value;
    }
    case "parent_process":
      return run.role === "main" && run.child === null ? none : made(path, noArguments, at, run);
    default:
      return undefined;
  }
}

function callKnown(path: string, args: Arguments, at: Place, run: Run): Value | undefined {
  const [first, second] = args.positional;
  if (processors.test(path)) return { kind: "processors" };
  if (system.test(path)) return { kind: "unknown", system: true };
  switch (path) {
    case "sys.exit":
    case "os._exit":
    case "os.abort":
      return stopped;
    case "os.environ.get":
    case "os.getenv":
      return second?.kind === "literal" && second.value !== null ? second : unknown;
    case "copy.deepcopy":
    case "copy.copy":
      return first ?? unknown;
    case "functools.reduce":
      return unknown;
    case "itertools.cycle":
    case "itertools.islice":
    case "itertools.chain":
    case "itertools.zip_longest":
      return startsAtOnce(path, args, at, run);
    case "tyro.cli":
    case "simple_parsing.parse":
      return first ? callWith(first, [], run) : unknown;
    case "omegaconf.OmegaConf.create":
    case "easydict.EasyDict":
    case "munch.Munch":
    case "munch.munchify":
    case "box.Box": {
      const value = made("types.SimpleNamespace", args, at, run);
      if (first?.kind === "dict") for (const [key, held] of first.entries) value.attributes.set(key, held);
      return value;
    }
    case "torch.utils.data.random_split": {
      const part = (): Value => ({ ...made(path, args, at, run), path: "torch.utils.data.Subset" });
      return {
        kind: "sequence",
        form: "list",
        items: [part(), part(), part()].slice(0, partCount(second)),
        open: false,
      };
    }
    case "tqdm.contrib.concurrent.process_map": {
      startPool(noArguments, undefined, at, run);
      return unknown;
    }
    default:
      return undefined;
  }
}

function partCount(lengths: Value | undefined): number {
  return lengths?.kind === "sequence" ? lengths.items.length : 2;
}
