import type { Argument, Command, Option } from "commander";
import type { Language } from "../text/message.ts";
import { type Values, valuesOf } from "./values.ts";

/** A flag as a shell completes it. */
export interface Flag {
  readonly short: string | null;
  readonly long: string | null;
  readonly about: string;
  /** Name of the value in the help, such as `file`; null where it takes none. */
  readonly takes: { readonly name: string; readonly values: Values; readonly optional: boolean } | null;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** Words of the command after the program's name: empty for the program itself, ["bench", "loader"]. */
  readonly path: readonly string[];
  readonly about: string;
  readonly flags: readonly Flag[];
  readonly operands: readonly { readonly name: string; readonly values: Values; readonly repeats: boolean }[];
  readonly commands: readonly { readonly name: string; readonly about: string }[];
}

/** The command that is meant where none is named: its flags may follow the program's name. */
const defaultCommand = "check";

/** Every command of the program, the program itself first, read off the definition that parses the command line. */
export function commandLine(program: Command, language: Language): readonly CompletedCommand[] {
  const [root, ...rest] = walk(program, [], language);
  const fallback = rest.find(({ path }) => path.join(" ") === defaultCommand);
  if (root === undefined || fallback === undefined) throw new Error("the command line has no default command");
  const own = new Set(root.flags.map(({ long }) => long));
  return [{ ...root, flags: [...root.flags, ...fallback.flags.filter(({ long }) => !own.has(long))] }, ...rest];
}

function walk(command: Command, path: readonly string[], language: Language): CompletedCommand[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const isHelp = (sub: Command): boolean => sub.name() === "help" && !command.commands.includes(sub);
  return [
    {
      path,
      about: command.description(),
      flags: help.visibleOptions(command).map((option) => flagOf(option, language)),
      operands: command.registeredArguments.map((argument) => operandOf(argument, language)),
      commands: commands.map((sub) => ({ name: sub.name(), about: sub.description() })),
    },
    ...commands.flatMap((sub) =>
      isHelp(sub) ? [helpCommand(sub, [...path, sub.name()], commands)] : walk(sub, [...path, sub.name()], language),
    ),
  ];
}

/** `help COMMAND`, which commander adds by itself. */
function helpCommand(help: Command, path: readonly string[], commands: readonly Command[]): CompletedCommand {
  const words = commands.filter((sub) => sub !== help).map((sub) => ({ value: sub.name(), about: sub.description() }));
  const values: Values = { kind: "words", words };
  return {
    path,
    about: help.description(),
    flags: [],
    operands: [{ name: "command", values, repeats: false }],
    commands: [],
  };
}

function flagOf(option: Option, language: Language): Flag {
  const name = /[<[]([^\]>]+)[\]>]/.exec(option.flags)?.[1];
  return {
    short: option.short ?? null,
    long: option.long ?? null,
    about: option.description,
    takes:
      name === undefined
        ? null
        : { name, values: valuesFor(name, option.argChoices, language), optional: option.optional },
  };
}

function operandOf(argument: Argument, language: Language): CompletedCommand["operands"][number] {
  const name = argument.name();
  return { name, values: valuesFor(name, argument.argChoices, language), repeats: argument.variadic };
}

function valuesFor(name: string, choices: readonly string[] | undefined, language: Language): Values {
  if (choices) return { kind: "words", words: choices.map((value) => ({ value, about: "" })) };
  return valuesOf(name, language);
}
