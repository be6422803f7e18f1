import type { CompletedCommand, Flag } from "./command-line.ts";
import { singleQuoted as quoted } from "./quote.ts";
import { repeatable, type Values } from "./values.ts";

/** For zsh 5: a file of $fpath, or to be sourced after compinit. Nothing is run at a TAB. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const words = new Words();
  const functions = commands.map((command) => commandFunction(command, words));
  return [...words.functions(), ...functions, ending].join("\n\n");
}

/** Functions that offer words, written once for each set of words. */
class Words {
  private readonly bodies = new Map<string, string>();

  /** The action of _arguments that offers the values called `name`. */
  action(name: string, values: Values): string {
    switch (values.kind) {
      case "free":
        return " ";
      case "paths":
        return "_files";
      case "command":
        return " _command_names -e";
      default: {
        const short = values.words.every(({ value, about }) => about === "" && /^[\w.-]+$/.test(value));
        if (values.kind === "words" && short) return `(${values.words.map(({ value }) => value).join(" ")})`;
        const called = `_envdoctor_${values.kind}_${name}`;
        this.bodies.set(called, wordsBody(name, values.kind, values.words));
        return called;
      }
    }
  }

  functions(): string[] {
    return [...this.bodies].map(([name, body]) => `${name}() {\n${body}\n}`);
  }
}

type Described = { readonly value: string; readonly about: string };

function wordsBody(name: string, kind: "words" | "list" | "either", words: readonly Described[]): string {
  const lines = (join: (word: Described) => string): string[] =>
    words.map((word) => `    ${quoted(word.about === "" ? word.value : join(word))}`);
  if (kind === "list") {
    const values = lines(({ value, about }) => `${value}[${bracketed(about)}]`);
    return `  _values -s , ${name} \\\n${values.join(" \\\n")}`;
  }
  const offers = lines(({ value, about }) => `${value}:${about}`);
  const describe = `  local -a offers=(\n${offers.join("\n")}\n  )\n  _describe -t ${name} ${name} offers`;
  return kind === "either" ? `${describe}\n  _files` : describe;
}

const bracketed = (text: string): string => text.replace(/[\\[\]:]/g, "\\$&");

function functionName({ path }: CompletedCommand): string {
  return ["_envdoctor", ...path].join("_");
}

function commandFunction(command: CompletedCommand, words: Words): string {
  const flags = command.flags.flatMap((flag) => flagSpecs(flag, words));
  return `${functionName(command)}() {\n${
    command.commands.length > 0 ? withCommands(command, flags) : withOperands(command, flags, words)
  }\n}`;
}

function withOperands(command: CompletedCommand, flags: readonly string[], words: Words): string {
  const operands = command.operands.map(({ name, values, repeats }) => {
    if (values.kind === "command") {
      return `${quoted(`(-)1:${name}:${words.action(name, values)}`)} \\\n    '*::argument: _normal'`;
    }
    return quoted(`${repeats ? "*" : ""}:${name}:${words.action(name, values)}`);
  });
  return `  _arguments -S -s : \\\n${[...flags, ...operands].map((spec) => `    ${spec}`).join(" \\\n")}`;
}

function withCommands(command: CompletedCommand, flags: readonly string[]): string {
  const names = command.commands.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}`);
  const name = command.path.at(-1) ?? "envdoctor";
  const arms = command.commands.map(
    (sub) => `    (${sub.name}) ${[functionName(command), sub.name].join("_")} && ret=0 ;;`,
  );
  return `  local curcontext="$curcontext" state line ret=1
  typeset -A opt_args
  local -a subcommands=(
${names.join("\n")}
  )
  _arguments -C -S -s : \\
${[...flags, "'1: :->command'", "'*:: :->argument'"].map((spec) => `    ${spec}`).join(" \\\n")} && ret=0
  case $state in
    (command) _describe -t commands ${quoted(`${name} command`)} subcommands && ret=0 ;;
    (argument)
      curcontext="\${curcontext%:*:*}:envdoctor-$words[1]:"
      case $words[1] in
${arms.map((arm) => `    ${arm}`).join("\n")}
      esac
      ;;
  esac
  return ret`;
}

function flagSpecs({ short, long, about, takes }: Flag, words: Words): string[] {
  const said = `[${bracketed(about)}]`;
  const alone = long === "--help" || long === "--version";
  const exclusive = alone ? "(-)" : short && long ? `(${short} ${long})` : "";
  const value =
    takes === null ? "" : `:${takes.optional ? ":" : ""}${takes.name}:${words.action(takes.name, takes.values)}`;
  const many = takes !== null && repeatable.has(takes.name) ? "*" : "";
  const spec = (flag: string, sign: string): string =>
    quoted(`${many === "" ? exclusive : many}${flag}${takes === null ? "" : sign}${said}${value}`);
  return [
    ...(short === null ? [] : [spec(short, "+")]),
    ...(long === null ? [] : [spec(long, takes?.optional ? "=-" : "=")]),
  ];
}

const ending = `# As a file of $fpath it is called; sourced, it registers itself.
if [[ $funcstack[1] == _envdoctor ]]; then
  _envdoctor "$@"
else
  compdef _envdoctor envdoctor
fi
`;
