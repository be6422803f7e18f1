import { Command } from "commander";
import type { Language } from "../text/message.ts";
import { version } from "../version.ts";
import { addCompletionCommand } from "./completion-command.ts";
import { addCauses, addCheck, addDiff, addExplain, addLint, addSnapshot } from "./diagnosis-commands.ts";
import { addFleet, addPreflight } from "./job-commands.ts";
import { localise } from "./localise.ts";
import { addBench, addTrain } from "./measuring-commands.ts";
import { examples, languageOption, remark } from "./options.ts";
import { type Say, speaker } from "./say.ts";
import { addDoctor, addSetup } from "./setup-commands.ts";

const commands = {
  check: addCheck,
  doctor: addDoctor,
  setup: addSetup,
  train: addTrain,
  bench: addBench,
  preflight: addPreflight,
  explain: addExplain,
  lint: addLint,
  snapshot: addSnapshot,
  diff: addDiff,
  causes: addCauses,
  fleet: addFleet,
  completion: addCompletionCommand,
} satisfies Record<string, (program: Command, say: Say) => void>;

export const commandNames = Object.keys(commands);

/**
 * The command line, without the code behind it: each command loads its own when it is called. Help and errors are in
 * `language`. Where `only` one of them is called, the others and their texts are left out.
 */
export function buildProgram(language: Language = "en", only?: string): Command {
  const say = speaker(language);
  const program = new Command("envdoctor");
  localise(program, language, say);
  program
    .description(
      say(
        "Says whether this machine can train neural networks, why not, how to mend it.",
        "判断本机能否训练神经网络；不能时说明原因和修复方法。",
      ),
    )
    .version(version, "-V, --version", say("output the version number", "输出版本号"))
    .addOption(languageOption(say))
    // preflight gives the options behind its command to the command.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `${examples(say, "envdoctor", "envdoctor check --verbose")}\n${remark(
        say(
          "Exit codes: 0 all well, 1 findings at or above --fail-on, 2 wrong usage or input, 70 a bug.",
          "退出码：0 一切正常，1 有达到 --fail-on 级别的问题，2 用法或输入有误，70 envdoctor 自身的缺陷。",
        ),
      )}`,
    )
    // --lang may stand before the command, too.
    .hook("preAction", (whole, command) => {
      const { lang } = whole.opts();
      if (lang !== undefined && command.getOptionValue("lang") === undefined) command.setOptionValue("lang", lang);
    });

  for (const [name, add] of Object.entries(commands)) if (only === undefined || only === name) add(program, say);
  return program;
}
