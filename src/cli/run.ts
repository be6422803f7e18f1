import { type Command, CommanderError } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { type Language, message } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";

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
    await rejectUnknownCommand(program, args);
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

/** The default command would take a misspelt command for an argument of its own. */
async function rejectUnknownCommand(program: Command, args: readonly string[]): Promise<void> {
  const command = args.slice(args[0] === "--lang" ? 2 : args[0]?.startsWith("--lang=") ? 1 : 0)[0];
  if (command === undefined || command.startsWith("-")) return;
  const names = program.commands.flatMap((each) => [each.name(), ...each.aliases()]);
  if (names.includes(command) || command === "help") return;
  const { nearest } = await import("../text/nearest.ts");
  throw new UsageError(texts.unknownCommand({ command, near: nearest(command, names) }));
}
