import { call } from "../run/call.ts";
import type { Place, Run } from "../run/run.ts";
import { type Arguments, argument, type MadeValue, noArguments, text, unknown, type Value } from "../run/values.ts";
import { callback } from "./callbacks.ts";
import { touchByImported } from "./cuda.ts";
import { loaderOf } from "./loader.ts";

/** Calls what a library gave: a partial, a wrapper, a layer. */
export function callMade(made: MadeValue, args: Arguments, at: Place, run: Run): Value {
  const [target, ...bound] = made.args.positional;
  const node = { ...at, type: "other", parts: [] } as const;
  if (made.path === "functools.partial" && target) {
    const named = new Map([...made.args.named, ...args.named]);
    return call(
      target,
      { positional: [...bound, ...args.positional], named, open: args.open || made.args.open },
      node,
      run.module,
      run,
    );
  }
  if (made.path === "collections.namedtuple") return namedTuple(made, args);
  const [wrapper] = args.positional;
  if (made.path === "functools.wraps") {
    // Pickle finds the wrapper by the name of what it wraps.
    if (wrapper?.kind !== "function" || target?.kind !== "function") return wrapper ?? unknown;
    return { ...wrapper, local: target.local, name: target.name, namedAs: target.namedAs ?? target.node };
  }
  if (wrapper?.kind === "function" && args.positional.length === 1 && made.args.positional.length === 0) return wrapper;
  callback(made.path, args, run);
  touchByImported(made.path, args, at, run);
  return {
    kind: "made",
    path: `${made.path}()`,
    args: { positional: [], named: new Map(), open: false },
    attributes: new Map(),
    at: at.from,
    to: at.to,
  };
}

/** `Point = namedtuple("Point", "x y")`, then `Point(1, y=2)`. */
function namedTuple(type: MadeValue, args: Arguments): Value {
  const [, names] = type.args.positional;
  const fields =
    names?.kind === "sequence" ? names.items.map((name) => text(name) ?? "") : (text(names) ?? "").split(/[\s,]+/);
  const attributes = new Map(args.named);
  for (const [i, value] of args.positional.entries()) attributes.set(fields[i] ?? "", value);
  return { ...type, path: "types.SimpleNamespace", args: noArguments, attributes };
}

/** An attribute of what a library gave. */
export function madeAttribute(made: MadeValue, name: string): Value {
  const own = made.attributes.get(name);
  if (own) return own;
  if (loaderOf(made) && name === "dataset") return argument(made.args, 0, "dataset") ?? unknown;
  if (keepsNamed.test(made.path)) return made.args.named.get(name) ?? { kind: "member", object: made, name };
  return { kind: "member", object: made, name };
}

/** Plain holders of settings: `SimpleNamespace(workers=4).workers`. */
const keepsNamed =
  /(^|\.)(SimpleNamespace|Namespace|Munch|Box|EasyDict|edict|AttrDict|DotMap|ConfigDict|TrainingArguments)$/;
