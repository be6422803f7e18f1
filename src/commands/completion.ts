import type { Command } from "commander";
import { completionScript, type Shell } from "../completion/script.ts";
import { localeLanguage } from "../text/locale.ts";
import type { Language } from "../text/message.ts";
import { version } from "../version.ts";
import { writeReport } from "./output.ts";

interface CompletionOptions {
  readonly lang?: Language;
  readonly output?: string;
}

/** `envdoctor completion SHELL`: the script that makes a shell complete commands, flags and ids. */
export async function completion(shell: Shell, options: CompletionOptions, program: Command): Promise<void> {
  const language = options.lang ?? localeLanguage(process.env);
  await writeReport(completionScript(shell, program, language, version), options);
}
