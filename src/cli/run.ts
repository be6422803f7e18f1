import { type Command, CommanderError } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Runs one command line and gives its exit code. Wrong usage ends with 2 and says what was expected; anything that was
 * not foreseen ends with 70 and says how to report it.
 */
export async function runCommandLine(program: Command, args: readonly string[]): Promise<number> {
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
      process.stderr.write(`envdoctor: ${error.message}\n`);
      return exitCodes.usage;
    }
    process.stderr.write(
      `envdoctor: this is a bug in envdoctor: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n` +
        "Please report it with the output of `envdoctor snapshot -o snapshot.json` (it is redacted when written).\n",
    );
    return exitCodes.bug;
  }
}

/** The default command would take a misspelt command for an argument of its own. */
async function rejectUnknownCommand(program: Command, args: readonly string[]): Promise<void> {
  const first = args[0];
  if (first === undefined || first.startsWith("-")) return;
  const names = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  if (names.includes(first) || first === "help") return;
  const { nearest } = await import("../text/nearest.ts");
  throw new UsageError(`unknown command '${first}'${nearest(first, names)}. See 'envdoctor --help'.`);
}
