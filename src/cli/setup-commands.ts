/** The commands that mend. */
import { type Command, Option } from "commander";
import { examples, withCommonOptions } from "./options.ts";
import type { Say } from "./say.ts";

export function addDoctor(program: Command, say: Say): void {
  withSetupOptions(withCommonOptions(program.command("doctor"), say, ["text", "html"]), say)
    .description(
      say(
        "the whole walk: check, setup, check again, train, measure the loader",
        "完整流程：检查、设置、再次检查、训练、测量数据加载",
      ),
    )
    .addHelpText("after", examples(say, "envdoctor doctor", "envdoctor doctor --target cpu --yes"))
    .action(async (options) => (await import("../commands/doctor.ts")).doctor(options));
}

export function addSetup(program: Command, say: Say): void {
  withSetupOptions(withCommonOptions(program.command("setup"), say, ["text", "json"]), say)
    .description(
      say(
        "mend what check found and install a framework, step by step; every step is asked for",
        "逐步修复 check 发现的问题并安装框架；每一步都先征求同意",
      ),
    )
    .option("--dry-run", say("print the plan and do nothing", "只输出计划，不执行任何操作"))
    .addOption(
      new Option("--print-script <shell>", say("print the plan as a script", "把计划输出为脚本")).choices([
        "bash",
        "powershell",
      ]),
    )
    .option("--resume", say("go on with the setup that was interrupted", "继续上次中断的设置"))
    .option(
      "--undo [run]",
      say("take the changes of the last run back, or those of this one", "撤销上次运行（或指定运行）所做的改动"),
    )
    .addHelpText(
      "after",
      examples(
        say,
        "envdoctor setup",
        "envdoctor setup --target cpu --framework torch --env venv --yes",
        "envdoctor setup --print-script bash -o setup.sh",
        "envdoctor setup --undo",
      ),
    )
    .action(async (options) => (await import("../commands/setup.ts")).setup(options));
}

function withSetupOptions(command: Command, say: Say): Command {
  return command
    .addOption(
      new Option(
        "--target <device>",
        say("what to train on (default: by what is there)", "用什么设备训练（默认按现有硬件决定）"),
      ).choices(["gpu", "cpu"]),
    )
    .addOption(
      new Option(
        "--framework <name>",
        say("what to train with (default: torch)", "用什么框架训练（默认 torch）"),
      ).choices(["torch", "tensorflow", "tfjs"]),
    )
    .addOption(
      new Option(
        "--env <kind>",
        say(
          "make a new environment of this kind (default: the one that is active)",
          "新建此类环境（默认使用当前已激活的环境）",
        ),
      ).choices(["venv", "conda", "uv"]),
    )
    .option(
      "--dir <path>",
      say("folder for the environment (default: the working folder)", "新环境所在的目录（默认为当前工作目录）"),
    )
    .option(
      "--mirror <url>",
      say(
        "package index to use; {tag} in it stands for PyTorch's cpu, cu126 …",
        "要使用的软件包索引；其中的 {tag} 代表 PyTorch 的 cpu、cu126 等标签",
      ),
    )
    .option("--python <path>", say("the Python that will train", "训练所用的 Python"))
    .option(
      "--yes",
      say(
        "take every step that needs neither a person nor sudo, without asking",
        "不再询问，直接执行所有既不需要人工也不需要 sudo 的步骤",
      ),
    );
}
