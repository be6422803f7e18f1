import { type Command, CommanderError } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { type Language, message } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";
import { commandNames } from "./program.ts";

const texts = {
  bug: message("envdoctor: this is a bug in envdoctor: {trace}", "envdoctor: 这是 envdoctor 自身的缺陷：{trace}"),
  report: message(
    "Please report it with the output of `envdoctor snapshot -o snapshot.json` (it is redacted when written).",
    "请附上 `envdoctor snapshot -o snapshot.json` 的输出进行反馈（写入时已脱敏）。",
  ),
  unknownCommand: message(
    "unknown command '{command}'{near}. See 'envdoctor --help'.",
    "未知命令 '{command}'{near}。见 'envdoctor --help'。",
  ),
};

/**
 * Runs one command line and gives its exit code. Wrong usage ends with 2 and says what was expected; anything that was
 * not foreseen ends with 70 and says how to report it. `language` is that of the errors.
 */
export async function runCommandLine(program: Command, args: readonly string[], language: Language): Promise<number> {
  // A reader that stops early (`envdoctor causes | head`) is no fault of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.ok);
    throw error;
  });
  try {
    await rejectUnknownCommand(args);
    await program.parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof UsageError) {
      process.stderr.write(`envdoctor: ${error.said[language]}\n`);
      return exitCodes.usage;
    }
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${texts.bug({ trace })[language]}\n${texts.report()[language]}\n`);
    return exitCodes.bug;
  }
}

/**
 * The command that the arguments call, where no other one is spoken of; undefined where all of them are: in the help of
 * the program, for completion, and where there is no such command.
 */
export function calledCommand(args: readonly string[]): string | undefined {
  const word = firstWord(args);
  if (word === undefined) return "check";
  if (word.startsWith("-")) return args.some((each) => /^(?:-h|--help|-V|--version)$/.test(each)) ? undefined : "check";
  return word !== "completion" && commandNames.includes(word) ? word : undefined;
}

/** The first word behind --lang, which may stand before the command; undefined where there is none. */
export function firstWord(args: readonly string[]): string | undefined {
  return args[args[0] === "--lang" ? 2 : args[0]?.startsWith("--lang=") ? 1 : 0];
}

/** The default command would take a misspelt command for an argument of its own. */
async function rejectUnknownCommand(args: readonly string[]): Promise<void> {
  const command = firstWord(args);
  if (command === undefined || command.startsWith("-") || command === "help" || commandNames.includes(command)) return;
  const { nearest } = await import("../text/nearest.ts");
  throw new UsageError(texts.unknownCommand({ command, near: nearest(command, commandNames) }));
}
