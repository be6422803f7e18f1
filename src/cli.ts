import { buildProgram } from "./cli/program.ts";
import { calledCommand, firstWord, runCommandLine } from "./cli/run.ts";
import { argumentLanguage } from "./text/locale.ts";

/** Runs the command line `given`, without the program's own name, and leaves its exit code in process.exitCode. */
export async function main(given: readonly string[]): Promise<void> {
  // Somebody at a terminal is asked; a script gets the report of check, the default command.
  const attended = process.stdin.isTTY && process.stderr.isTTY && !process.env["CI"];
  const language = argumentLanguage(given, process.env);
  const args = firstWord(given) === undefined && attended ? [...given, "doctor"] : given;
  process.exitCode = await runCommandLine(buildProgram(language, calledCommand(args)), args, language);
}
