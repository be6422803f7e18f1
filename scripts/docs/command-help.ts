import type { Command, Option } from "commander";

/** One command as its help tells it. */
export interface CommandHelp {
  /** "check", "bench loader". */
  readonly name: string;
  /** "envdoctor lint [options] <files...>" */
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly about: string }[];
  readonly flags: readonly FlagHelp[];
  readonly examples: readonly string[];
  /** What else stands behind the options, such as exit codes of its own. */
  readonly notes: readonly string[];
}

export interface FlagHelp {
  /** "-o, --output <file>" */
  readonly flags: string;
  readonly about: string;
  readonly choices: readonly string[];
  readonly standard: string | null;
}

/** The commands of the program that do something themselves, in the order of its help. */
export function commandHelps(program: Command): readonly CommandHelp[] {
  return program.commands.flatMap((command) =>
    command.commands.length > 0 ? command.commands.map((sub) => helpOf(sub, [command])) : [helpOf(command, [])],
  );
}

function helpOf(command: Command, parents: readonly Command[]): CommandHelp {
  const name = [...parents, command].map((one) => one.name()).join(" ");
  const { examples, notes } = behindOptions(command);
  return {
    name,
    usage: `envdoctor ${name} ${command.usage()}`,
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      name: command.createHelp().argumentTerm(argument),
      about: argument.description,
    })),
    flags: command.options.map(flagOf),
    examples,
    notes,
  };
}

function flagOf(option: Option): FlagHelp {
  const { defaultValue } = option;
  return {
    flags: option.flags,
    about: option.description,
    choices: option.argChoices ?? [],
    standard: defaultValue === undefined || typeof defaultValue === "boolean" ? null : String(defaultValue),
  };
}

/** Commander hands out what was added behind the options only as printed help. */
function behindOptions(command: Command): { examples: string[]; notes: string[] } {
  let help = "";
  const output = command.configureOutput();
  command.configureOutput({ ...output, writeOut: (text) => (help += text) });
  command.outputHelp();
  command.configureOutput(output);
  const paragraphs = help.split("\n\n").map((paragraph) => paragraph.trim().split("\n"));
  const at = paragraphs.findIndex(([heading]) => heading === "Examples:");
  if (at === -1) return { examples: [], notes: [] };
  const [own = [], ...rest] = paragraphs.slice(at);
  return {
    examples: own.slice(1).map((line) => line.trim()),
    notes: rest.map((lines) => lines.join(" ").trim()).filter((text) => text !== ""),
  };
}
