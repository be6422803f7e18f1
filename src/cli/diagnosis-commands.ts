/** The commands that look or read, and change nothing. */
import { type Command, Option } from "commander";
import { examples, readers, withCommonOptions } from "./options.ts";
import type { Say } from "./say.ts";

export function addCheck(program: Command, say: Say): void {
  const { list } = readers(say);
  const formats = ["text", "json", "markdown", "html", "junit", "sarif", "prometheus"] as const;
  withCommonOptions(program.command("check", { isDefault: true }), say, [...formats])
    .description(say("read-only diagnosis of this machine; changes nothing, ever", "只读诊断本机，绝不做任何改动"))
    .addOption(new Option("--only <ids>", say("report these checks alone", "只报告这些检查项")).argParser(list))
    .addOption(new Option("--skip <ids>", say("leave these checks out", "跳过这些检查项")).argParser(list))
    .option(
      "--from <snapshot>",
      say("diagnose the machine of a snapshot instead of this one", "诊断快照中的机器，而不是本机"),
    )
    .option("--since <file>", say("compare with an earlier snapshot or report, too", "同时与以前的快照或报告对比"))
    .option("--python <path>", say("the Python that will train", "训练所用的 Python"))
    .option("--data <path>", say("the folder of the data set", "数据集所在的目录"))
    .addOption(
      new Option("--fail-on <level>", say("exit with 1 from this level on", "达到此级别时以退出码 1 结束"))
        .choices(["fail", "warn", "unknown"])
        .default("fail"),
    )
    .addHelpText(
      "after",
      examples(say, "envdoctor check --python .venv/bin/python --data /data", "envdoctor check --json -o report.json"),
    )
    .action(async (options) => (await import("../commands/check.ts")).check(options));
}

export function addSnapshot(program: Command, say: Say): void {
  withCommonOptions(program.command("snapshot"), say, ["json"])
    .description(
      say(
        "record what check looked at, redacted, for a bug report or a diagnosis elsewhere",
        "记录 check 查看过的内容（已脱敏），用于报告问题或在别处诊断",
      ),
    )
    .option("--python <path>", say("the Python that will train", "训练所用的 Python"))
    .option("--data <path>", say("the folder of the data set", "数据集所在的目录"))
    .addHelpText("after", examples(say, "envdoctor snapshot -o snapshot.json", "envdoctor check --from snapshot.json"))
    .action(async (options) => (await import("../commands/snapshot.ts")).snapshot(options));
}

export function addDiff(program: Command, say: Say): void {
  withCommonOptions(program.command("diff"), say, ["text", "json", "markdown"])
    .description(
      say(
        "what changed between two snapshots or reports of check --json, and which cause it explains",
        "对比两份快照或 check --json 报告：有哪些变化，以及它们解释了哪个原因",
      ),
    )
    .argument("<old>", say("the snapshot or report of before", "以前的快照或报告"))
    .argument("<new>", say("the one of after", "之后的快照或报告"))
    .addHelpText(
      "after",
      `${examples(say, "envdoctor diff yesterday.json today.json", "envdoctor check --since yesterday.json")}\n\n${say(
        "Exit codes: 0 nothing got worse, 1 something did, 2 a file that cannot be used.",
        "退出码：0 没有变差，1 有变差，2 文件无法使用。",
      )}`,
    )
    .action(async (old, now, options) => (await import("../commands/diff.ts")).diff(old, now, options));
}

export function addExplain(program: Command, say: Say): void {
  withCommonOptions(program.command("explain"), say, ["text", "json"])
    .description(
      say(
        "root cause for a pasted log, traceback, nvidia-smi or collect_env text",
        "从粘贴的日志、traceback、nvidia-smi 或 collect_env 输出中找出根本原因",
      ),
    )
    .argument(
      "[file]",
      say("the text; standard input where it is - or left out", "文本文件；为 - 或省略时读取标准输入"),
    )
    .option(
      "--here",
      say("the text is from this machine: weigh in what check sees", "文本来自本机：结合 check 在本机看到的情况判断"),
    )
    .option("--python <path>", say("with --here: the Python that will train", "与 --here 连用：训练所用的 Python"))
    .addHelpText(
      "after",
      examples(say, "python train.py 2>&1 | envdoctor explain -", "envdoctor explain error.log --json"),
    )
    .action(async (file, options) => (await import("../commands/explain.ts")).explain(file, options));
}

export function addLint(program: Command, say: Say): void {
  withCommonOptions(program.command("lint"), say, ["text", "json", "markdown"])
    .description(
      say(
        "is this Python training script safe to start its workers by spawn or forkserver?",
        "检查 Python 训练脚本能否安全地用 spawn 或 forkserver 启动 worker",
      ),
    )
    .argument(
      "<files...>",
      say("Python scripts or Jupyter notebooks; - for standard input", "Python 脚本或 Jupyter 笔记本；- 表示标准输入"),
    )
    .addOption(
      new Option(
        "--start-method <method>",
        say("how workers start where the script does not say", "脚本未指定时，假定 worker 的启动方式"),
      )
        .choices(["spawn", "forkserver", "fork"])
        .default("spawn"),
    )
    .addHelpText(
      "after",
      examples(say, "envdoctor lint train.py", "envdoctor lint --start-method fork --json src/*.py"),
    )
    .action(async (files, options) => (await import("../commands/lint.ts")).lint(files, options));
}

export function addCauses(program: Command, say: Say): void {
  withCommonOptions(program.command("causes"), say, ["text", "json", "markdown"])
    .description(
      say("list the known root causes, or explain one and its fix", "列出已知的根本原因，或解释其中一个及其修复方法"),
    )
    .argument("[id]", say("a cause, such as wsl1-no-gpu", "原因的 id，例如 wsl1-no-gpu"))
    .addHelpText("after", examples(say, "envdoctor causes", "envdoctor causes wsl-linux-driver-installed"))
    .action(async (id, options) => (await import("../commands/causes.ts")).causes(id, options));
}
