import { iterate } from "../run/iterate.ts";
import { attribute, setAttribute } from "../run/members.ts";
import type { Place, Run } from "../run/run.ts";
import {
  type Arguments,
  argument,
  literal,
  type MadeValue,
  noArguments,
  none,
  optionsOf,
  stopped,
  text,
  union,
  unknown,
  type Value,
} from "../run/values.ts";
import { callback, coroutines, loaderGivenAway } from "./callbacks.ts";
import { touchByImported } from "./cuda.ts";
import { loaderOf } from "./loader.ts";
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
  coroutines(args, run);
  // A class keeps what it is given; a function may call it.
  if (!/(^|\.)[A-Z]\w*$/.test(path) || /(^|\.)Fire$/.test(path)) callback(path, args, at, run);
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

/** enumerate(loader) and zip(loader) call iter() before the first element is asked for. */
function startsAtOnce(path: string, args: Arguments, at: Place, run: Run): Value {
  const positional = args.positional.map((value): Value => {
    if (!loaderOf(value)) return value;
    iterate(value, at, run);
    return unknown;
  });
  return made(path, { ...args, positional }, at, run);
}

function callBuiltin(name: string, args: Arguments, at: Place, run: Run): Value | undefined {
  const [first = unknown, second, third] = args.positional;
  switch (name) {
    case "exit":
    case "quit":
      return stopped;
    case "iter": {
      const value = made("builtins.iter", noArguments, at, run);
      if (first.kind === "generator") return first;
      value.attributes.set("element", iterate(first, at, run));
      return value;
    }
    case "next":
    case "list":
    case "tuple":
    case "set":
    case "sorted":
    case "sum":
    case "any":
    case "all":
    case "frozenset": {
      if (name === "list" && first.kind === "sequence") return { ...first, items: [...first.items] };
      const element = args.positional.length > 0 ? iterate(first, at, run) : unknown;
      if (name === "next") return element;
      if (name === "sum" || name === "any" || name === "all") return unknown;
      const form = name === "tuple" ? "tuple" : name === "set" || name === "frozenset" ? "set" : "list";
      const empty = args.positional.length === 0;
      return { kind: "sequence", form, items: empty ? [] : [element], open: !empty };
    }
    case "max":
    case "min":
      return extreme(name, args, at, run);
    case "enumerate":
    case "zip":
    case "reversed":
      return startsAtOnce(`builtins.${name}`, args, at, run);
    case "map":
    case "filter": {
      const lazy = second === undefined || second.kind === "generator";
      const element = lazy ? unknown : iterate(second, at, run);
      const mapped = callWith(first, [element], run);
      return { kind: "sequence", form: "list", items: [name === "map" ? mapped : element], open: true };
    }
    case "len":
      return first.kind === "sequence" && !first.open ? literal(first.items.length) : lengthOf(first);
    case "int":
    case "float":
      if (first.kind === "processors") return first;
      return union(
        optionsOf(first).map((option) =>
          option.kind === "literal" &&
          option.value !== null &&
          option.value !== "" &&
          Number.isFinite(Number(option.value))
            ? literal(name === "int" ? Math.trunc(Number(option.value)) : Number(option.value))
            : option.kind === "literal"
              ? unknown
              : option,
        ),
      );
    case "bool":
    case "str":
      return first.kind === "literal" && typeof first.value === (name === "str" ? "string" : "boolean")
        ? first
        : unknown;
    case "dict": {
      const base =
        first.kind === "dict"
          ? first
          : { entries: new Map<string, Value>(), rest: args.positional.length > 0 ? [unknown] : [] };
      return {
        kind: "dict",
        entries: new Map([...base.entries, ...args.named]),
        rest: [...base.rest, ...(args.open ? [unknown] : [])],
      };
    }
    case "getattr": {
      const key = text(second);
      const value = key === undefined ? unknown : attribute(first, key, run, at);
      return value.kind === "member" && third ? union([third, value]) : value;
    }
    case "setattr": {
      const key = text(second);
      if (key !== undefined && third) setAttribute(first, key, third, run);
      return none;
    }
    case "vars":
      if (first.kind === "instance" || first.kind === "made")
        return {
          kind: "dict",
          entries: first.attributes,
          rest: first.kind === "made" && first.path !== "argparse.Namespace" ? [unknown] : [],
        };
      return unknown;
    case "globals":
      return { kind: "dict", entries: run.module.variables, rest: [] };
    case "range":
      return made("builtins.range", args, at, run);
    case "type":
      return first.kind === "instance" ? first.of : unknown;
    case "open":
      return undefined;
    case "print":
    case "isinstance":
    case "issubclass":
    case "hasattr":
    case "callable":
    case "id":
    case "repr":
    case "abs":
    case "round":
    case "input":
    case "format":
    case "divmod":
    case "eval":
    case "exec":
    case "dir":
    case "locals":
      return unknown;
    default:
      return undefined;
  }
}

function lengthOf(value: Value): Value {
  // len(os.sched_getaffinity(0))
  return value.kind === "made" && value.path === "os.sched_getaffinity" ? { kind: "processors" } : unknown;
}

function extreme(name: "min" | "max", args: Arguments, at: Place, run: Run): Value {
  const [only] = args.positional;
  const values = args.positional.length === 1 && only?.kind === "sequence" ? only.items : args.positional;
  if (args.positional.length === 1 && only && only.kind !== "sequence") iterate(only, at, run);
  const numbers = values.flatMap((value) =>
    value.kind === "literal" && typeof value.value === "number" ? [value.value] : [],
  );
  const some = values.some((value) => value.kind === "processors");
  if (
    values.length === 0 ||
    numbers.length + (some ? values.filter((value) => value.kind === "processors").length : 0) !== values.length
  ) {
    // max(1, x) is at least 1, whatever x is.
    return name === "max" && numbers.some((number) => number > 0) ? { kind: "processors" } : unknown;
  }
  if (!some) return literal(name === "min" ? Math.min(...numbers) : Math.max(...numbers));
  return name === "min" && numbers.some((number) => number <= 0)
    ? literal(Math.min(...numbers))
    : { kind: "processors" };
}
