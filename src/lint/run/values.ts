import type { ClassNode, FunctionNode, LambdaNode, Literal } from "../syntax/tree.ts";

/** Variables by name; undone and joined by the run's trail. */
export type Variables = Map<string, Value>;

export interface Scope {
  readonly variables: Variables;
  readonly parent: Scope | null;
  readonly kind: "module" | "class" | "function";
  /** Names that a global or nonlocal statement binds elsewhere. */
  readonly elsewhere: Map<string, Scope>;
}

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** More arguments may come out of a `*` or `**` that is not known. */
  readonly open: boolean;
}

export interface FunctionValue {
  readonly kind: "function";
  readonly node: FunctionNode | LambdaNode;
  readonly scope: Scope;
  readonly name: string;
  readonly defaults: ReadonlyMap<string, Value>;
  /** Pickle cannot find it by name: it was made in a function. */
  readonly local: boolean;
  /** The definition that its name leads to, where functools.wraps gave it the name of another. */
  readonly namedAs?: object;
  readonly role: "plain" | "static" | "class" | "property";
  /** Calls of other libraries around it, such as click.option, in the order of the text. */
  readonly decorators: readonly Value[];
  /** The class whose body defines it. */
  owner: ClassValue | null;
}

export interface ClassValue {
  readonly kind: "class";
  readonly node: ClassNode;
  readonly bases: readonly Value[];
  readonly attributes: Variables;
  readonly local: boolean;
  /** Its constructor takes its fields: dataclass, NamedTuple, a pydantic model. */
  readonly fields: readonly string[] | null;
}

export interface InstanceValue {
  readonly kind: "instance";
  readonly of: ClassValue;
  readonly attributes: Variables;
  /** What the constructor of a base class from a library was given, under the key `base`. */
  readonly base: Map<"base", Value>;
  readonly at: number;
}

/** What a call into a library gave back. */
export interface MadeValue {
  readonly kind: "made";
  readonly path: string;
  readonly args: Arguments;
  /** Also settings assigned later, such as `loader.num_workers = 4`. */
  readonly attributes: Variables;
  readonly at: number;
  readonly to: number;
}

interface GeneratorValue {
  readonly kind: "generator";
  readonly at: number;
  readonly form: "generator" | "coroutine";
  /** Runs its body once and gives a value that stands for each of its elements. */
  readonly run: () => Value;
}

export interface SequenceValue {
  readonly kind: "sequence";
  readonly form: "list" | "tuple" | "set";
  readonly items: Value[];
  /** There may be more items than these. */
  readonly open: boolean;
}

export interface DictValue {
  readonly kind: "dict";
  readonly entries: Variables;
  /** Values under keys that are not known. */
  readonly rest: Value[];
}

export type Value =
  | { readonly kind: "literal"; readonly value: Literal }
  /** A number of processors or a part of it: a positive number. */
  | { readonly kind: "processors" }
  /** `system`: it depends on the operating system. */
  | { readonly kind: "unknown"; readonly system?: boolean }
  /** The key or attribute may be missing. */
  | { readonly kind: "absent" }
  | { readonly kind: "imported"; readonly path: string; readonly module: boolean; readonly at: number }
  | FunctionValue
  | ClassValue
  | InstanceValue
  | { readonly kind: "bound"; readonly self: Value; readonly method: FunctionValue }
  | { readonly kind: "super"; readonly self: Value; readonly after: ClassValue }
  /** A method of something that is not defined in this file. */
  | { readonly kind: "member"; readonly object: Value; readonly name: string }
  | MadeValue
  | SequenceValue
  | DictValue
  | GeneratorValue
  | { readonly kind: "union"; readonly options: readonly Value[] };

export const unknown: Value = { kind: "unknown" };
export const absent: Value = { kind: "absent" };
export const literal = (value: Literal): Value => ({ kind: "literal", value });
export const none = literal(null);
/** What a call "gives" that never returns: sys.exit, or a function that always raises. */
export const stopped: Value = { kind: "unknown", system: false };
export const noArguments: Arguments = { positional: [], named: new Map(), open: false };

/** Beyond this many options a union says no more than `unknown` does. */
const maxOptions = 12;

/** One value that stands for all of these. */
export function union(values: readonly Value[]): Value {
  const options: Value[] = [];
  for (const value of values) {
    for (const option of value.kind === "union" ? value.options : [value]) {
      if (!options.some((known) => same(known, option))) options.push(option);
    }
  }
  if (options.length === 0) return unknown;
  const [only] = options;
  if (only && options.length === 1) return only;
  return { kind: "union", options: options.length > maxOptions ? options.slice(-maxOptions) : options };
}

/** Items of a sequence or mapping that are held apart. */
const maxItems = 5000;

/** Adds as many items as are held apart; false where some are left out. */
export function addItems(to: Value[], items: readonly Value[]): boolean {
  const room = Math.max(0, maxItems - to.length);
  for (const item of items.slice(0, room)) to.push(item);
  return items.length <= room;
}

export function optionsOf(value: Value): readonly Value[] {
  return value.kind === "union" ? value.options : [value];
}

function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === "literal" && b.kind === "literal") return a.value === b.value;
  if (a.kind === "imported" && b.kind === "imported") return a.path === b.path;
  return a.kind === b.kind && (a.kind === "unknown" || a.kind === "absent" || a.kind === "processors");
}

/** Truth of a value; undefined where it cannot be known. */
export function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case "literal":
      return Boolean(value.value);
    case "processors":
    case "function":
    case "class":
    case "imported":
    case "bound":
    case "generator":
      return true;
    case "instance":
      return value.of.attributes.has("__len__") || value.of.attributes.has("__bool__") ? undefined : true;
    case "sequence":
      return value.open ? undefined : value.items.length > 0;
    case "absent":
      return false;
    case "union": {
      const truths = new Set(value.options.map(truth));
      return truths.size === 1 ? [...truths][0] : undefined;
    }
    default:
      return undefined;
  }
}

export function systemDependent(value: Value): boolean {
  return optionsOf(value).some((option) => option.kind === "unknown" && option.system === true);
}

export function argument(args: Arguments, index: number, name: string): Value | undefined {
  return args.named.get(name) ?? args.positional[index];
}

export function text(value: Value | undefined): string | undefined {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
}

/** All values that were handed over in a call. */
export function handed(args: Arguments): Value[] {
  return [...args.positional, ...args.named.values()];
}
