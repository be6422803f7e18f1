/** The commands for those who run training jobs and many machines. */
import { type Command, Option } from "commander";
import { each, examples, readers, remark, withCommonOptions } from "./options.ts";
import type { Say } from "./say.ts";

export function addPreflight(program: Command, say: Say): void {
  const exitCodes = say(
    "Exit codes: 78 refused (the command was not started), else as the command ended.",
    "退出码：78 表示拒绝（命令未启动），否则与命令自身的退出码相同。",
  );
  const { seconds } = readers(say);
  const formats = ["text", "json", "markdown", "junit", "sarif", "prometheus"] as const;
  withCommonOptions(program.command("preflight"), say, [...formats])
    .description(
      say(
        "start a command only on a machine that is fit for it, and end as it ends",
        "仅在机器满足条件时启动命令，并以该命令的退出码结束",
      ),
    )
    .argument(
      "[command...]",
      say("the command, behind --; without one the machine is only judged", "写在 -- 之后的命令；省略时只判断机器"),
    )
    .passThroughOptions()
    .addOption(
      new Option(
        "--require <expr>",
        say(
          "what must hold, e.g. torch.cuda, gpu.count>=1, driver>=550 (repeatable)",
          "必须满足的条件，例如 torch.cuda、gpu.count>=1、driver>=550（可重复）",
        ),
      ).argParser(each),
    )
    .option(
      "--policy <file>",
      say("a TOML file of requirements, waivers and groups of hosts", "TOML 策略文件：要求、豁免与主机分组"),
    )
    .option("--pin <file>", say("write a policy from this machine", "按本机现状生成策略文件"))
    .option(
      "--python <path>",
      say("the Python that the command will use, where it cannot be told", "无法从命令看出时，指定命令将使用的 Python"),
    )
    .addOption(
      new Option(
        "--prove <seconds>",
        say("run the training proof, for so long at most", "运行训练验证，最多这么多秒"),
      ).argParser(seconds),
    )
    .option(
      "--explain-on-failure",
      say("explain the end of stderr where the command fails", "命令失败时解释其 stderr 的末尾"),
    )
    .addHelpText(
      "after",
      `${examples(
        say,
        "envdoctor preflight -- python train.py",
        "envdoctor preflight --require torch.cuda --require 'gpu.freeMemoryMiB>=8000' -- torchrun train.py",
        "envdoctor preflight --pin fleet.toml",
      )}\n${remark(exitCodes)}`,
    )
    .action(async (command, options) => (await import("../commands/preflight.ts")).preflight(command, options));
}

export function addFleet(program: Command, say: Say): void {
  withCommonOptions(program.command("fleet"), say, ["text", "json", "html", "prometheus"])
    .description(
      say(
        "compare many machines' reports of check --json: the odd ones first, and what is odd",
        "对比多台机器的 check --json 报告：先列出异常的机器及其异常之处",
      ),
    )
    .argument(
      "<paths...>",
      say(
        "reports, lists of reports (NDJSON, srun --label, pdsh), folders of them; - for stdin",
        "报告、报告列表（NDJSON、srun --label、pdsh）或存放报告的目录；- 表示标准输入",
      ),
    )
    .option(
      "--expect <file>",
      say(
        "names of all machines, also as node[01-16]: those that sent nothing are named",
        "全部机器名的清单，可写作 node[01-16]：没有交来报告的机器会被点名",
      ),
    )
    .addHelpText(
      "after",
      examples(
        say,
        "envdoctor fleet reports/ --expect hosts.txt",
        "envdoctor fleet reports/ --format html -o fleet.html",
      ),
    )
    .action(async (paths, options) => (await import("../commands/fleet.ts")).fleet(paths, options));
}
