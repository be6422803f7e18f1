import type { Run } from "../run/run.ts";
import { type Arguments, absent, literal, type MadeValue, none, text, unknown, type Value } from "../run/values.ts";

/** Calls on an argparse.ArgumentParser; undefined for those that say nothing of the arguments. */
export function callParser(parser: MadeValue, name: string, args: Arguments, run: Run): Value | undefined {
  switch (name) {
    case "add_argument":
      addArgument(parser, args, run);
      return none;
    case "add_argument_group":
    case "add_mutually_exclusive_group":
    case "add_parser":
    case "add_subparsers":
      return parser;
    case "set_defaults":
      for (const [key, value] of args.named) run.write(parser.attributes, key, value);
      return none;
    case "parse_args":
    case "parse_intermixed_args":
      return namespace(parser);
    case "parse_known_args":
      return { kind: "sequence", form: "tuple", items: [namespace(parser), unknown], open: false };
    default:
      return undefined;
  }
}

function namespace(parser: MadeValue): Value {
  return {
    ...parser,
    path: "argparse.Namespace",
    args: { positional: [], named: new Map(), open: false },
    attributes: new Map(parser.attributes),
  };
}

function addArgument(parser: MadeValue, args: Arguments, run: Run): void {
  const names = args.positional.map((value) => text(value) ?? "");
  const flag = names.find((name) => name.startsWith("--")) ?? names[0] ?? "";
  const destination = text(args.named.get("dest")) ?? flag.replace(/^-{1,2}/, "").replaceAll("-", "_");
  run.write(parser.attributes, destination, defaultOf(args, flag.startsWith("-")));
}

function defaultOf(args: Arguments, optional: boolean): Value {
  const action = text(args.named.get("action"));
  if (action === "store_true" || action === "store_false")
    return args.named.get("default") ?? literal(action === "store_false");
  const given = args.named.get("default");
  if (!given) return optional && !args.named.has("required") ? none : unknown;
  const type = args.named.get("type");
  const converts = type?.kind === "imported" && /^builtins\.(int|float)$/.test(type.path);
  if (converts && given.kind === "literal" && typeof given.value === "string") return literal(Number(given.value));
  return given === absent ? unknown : given;
}
