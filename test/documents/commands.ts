import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program.ts";

export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
}

/** The lines of the blocks of shell commands in a Markdown text. */
export function shellLines(markdown: string): Line[] {
  let fence: string | null = null;
  return markdown.split("\n").flatMap((text, at) => {
    const opened = /^\s*```(\w*)$/.exec(text);
    if (opened) {
      fence = fence === null ? (opened[1] ?? "") : null;
      return [];
    }
    return fence === "sh" && text.trim() !== "" ? [{ number: at + 1, text: text.trim() }] : [];
  });
}

/** Command lines of envdoctor in a line of shell: behind pipes, in front of comments, started by other programs. */
export function envdoctorCalls(line: string): string[][] {
  return commandsOf(line).flatMap((words) => {
    const at = words.findIndex((word) => /(^|\/)(envdoctor|envdoctor-single\.mjs)$/.test(word));
    return at === -1 || words[0] === "install" ? [] : [words.slice(at + 1)];
  });
}

/** What a POSIX shell would start, as words; enough of its grammar for documentation. */
export function commandsOf(line: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  for (const [token] of line.matchAll(/#.*$|'[^']*'(?:[^\s'"|&;]*)|"[^"]*"|[|&;]+|[^\s'"|&;]+(?:'[^']*'|"[^"]*")?/g)) {
    if (token.startsWith("#")) break;
    if (/^[|&;]+$/.test(token)) {
      commands.push(words);
      words = [];
    } else words.push(token.replaceAll(/['"]/g, ""));
  }
  return [...commands, words]
    .map((command) => command.filter((word, at) => !redirects(word) && !redirects(command[at - 1] ?? "")))
    .filter((command) => command.length > 0);
}

/** `> file`, which begins with the sign; a requirement such as gpu.count>=1 only holds one. */
const redirects = (word: string): boolean => /^\d?>+$/.test(word);

/** Parses the words as the program would; null where it would start, else what it says is wrong. */
export async function wrongUsage(words: readonly string[]): Promise<string | null> {
  const program = buildProgram("en");
  let said = "";
  silence(program, (text) => {
    said += text;
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return null;
  } catch (error) {
    const code = error instanceof Error && "exitCode" in error ? error.exitCode : null;
    return code === 0 ? null : said || String(error);
  }
}

function silence(command: Command, write: (text: string) => void): void {
  command.configureOutput({ writeErr: write, writeOut: () => {} });
  command.exitOverride();
  if (command.commands.length === 0) command.action(() => {});
  for (const sub of command.commands) silence(sub, write);
}
