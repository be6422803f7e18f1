import { Argument, type Command } from "commander";
import { examples, languageOption } from "./options.ts";
import type { Say } from "./say.ts";

export function addCompletionCommand(program: Command, say: Say): void {
  program
    .command("completion")
    .description(
      say(
        "completion script for a shell: commands, flags, ids of checks and causes, files",
        "输出 shell 补全脚本：命令、选项、检查和原因的 id、文件",
      ),
    )
    .addArgument(
      new Argument("<shell>", say("the shell to write it for", "目标 shell")).choices([
        "bash",
        "zsh",
        "fish",
        "powershell",
      ]),
    )
    .option(
      "-o, --output <file>",
      say("write the script to a file instead of stdout", "把脚本写入文件，而不是标准输出"),
    )
    .addOption(languageOption(say))
    .addHelpText(
      "after",
      examples(
        say,
        "envdoctor completion bash -o ~/.local/share/bash-completion/completions/envdoctor",
        "envdoctor completion zsh -o ~/.zfunc/_envdoctor",
        "envdoctor completion fish -o ~/.config/fish/completions/envdoctor.fish",
        "envdoctor completion powershell | Out-String | Invoke-Expression",
      ),
    )
    .action(async (shell, options) => (await import("../commands/completion.ts")).completion(shell, options, program));
}
