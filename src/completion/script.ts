import type { Command } from "commander";
import type { Language } from "../text/message.ts";
import { bashScript } from "./bash.ts";
import { commandLine } from "./command-line.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

const writers = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };

export type Shell = keyof typeof writers;

/** The completion script of a shell for every command and flag of the program, with what they mean in one language. */
export function completionScript(shell: Shell, program: Command, language: Language, version: string): string {
  const first = shell === "zsh" ? "#compdef envdoctor\n" : "";
  const head = `# Completion of envdoctor ${version} for ${shell}, written by: envdoctor completion ${shell}\n\n`;
  return `${first}${head}${writers[shell](commandLine(program, language))}`;
}
