/** The commands that train and measure. */
import { type Command, Option } from "commander";
import { each, examples, readers, withCommonOptions } from "./options.ts";
import type { Say } from "./say.ts";

export function addTrain(program: Command, say: Say): void {
  const { count } = readers(say);
  withCommonOptions(program.command("train"), say, ["text", "json", "html"])
    .description(say("a short training run that proves on what it ran", "一次短暂的训练，并证明它在什么设备上运行"))
    .addOption(
      new Option("--engine <engine>", say("what trains", "用什么引擎训练"))
        .choices(["auto", "torch", "tfjs-node-gpu", "cuda", "tfjs-wasm"])
        .default("auto"),
    )
    .addOption(
      new Option("--device <device>", say("where it trains", "在什么设备上训练"))
        .choices(["auto", "cuda", "cpu"])
        .default("auto"),
    )
    .addOption(new Option("--steps <n>", say("training steps", "训练步数")).argParser(count(1_000_000)).default(200))
    .option("--python <path>", say("the Python with PyTorch", "装有 PyTorch 的 Python"))
    .addHelpText(
      "after",
      examples(say, "envdoctor train", "envdoctor train --device cuda --python .venv/bin/python --json"),
    )
    .action(async (options) => (await import("../commands/train.ts")).train(options));
}

export function addBench(program: Command, say: Say): void {
  const { count, seconds, startMethods, stepTime } = readers(say);
  const bench = program.command("bench").description(say("benchmarks: bench loader", "性能测试：bench loader"));
  bench.addHelpText(
    "after",
    examples(say, "envdoctor bench loader", "envdoctor bench loader --dataset images --sweep"),
  );
  withCommonOptions(bench.command("loader"), say, ["text", "json", "html"])
    .description(
      say(
        "how many data loader workers, how they start, and why, by measuring here",
        "实测得出 DataLoader 该用多少 worker、以何种方式启动，并给出理由",
      ),
    )
    .addOption(
      new Option(
        "--dataset <set>",
        say("table, images or FILE.py:NAME (repeatable)", "table、images 或 FILE.py:NAME（可重复）"),
      ).argParser(each),
    )
    .addOption(
      new Option("--engine <engine>", say("what measures", "用什么引擎测量"))
        .choices(["auto", "torch", "python", "node"])
        .default("auto"),
    )
    .option("--python <path>", say("the Python that will train", "训练所用的 Python"))
    .addOption(
      new Option("--batch-size <n>", say("samples in a batch (default: 32)", "每个批次的样本数（默认 32）")).argParser(
        count(1_000_000),
      ),
    )
    .addOption(
      new Option("--step-ms <ms>", say("the training step that is fed", "所供给的训练步的时长（毫秒）"))
        .argParser(stepTime)
        .default("auto"),
    )
    .addOption(
      new Option("--epochs <n>", say("over how many the start is paid", "启动开销分摊到多少个 epoch"))
        .argParser(count(1_000_000))
        .default(10),
    )
    .addOption(
      new Option(
        "--start-methods <methods>",
        say("only these, separated by commas", "只测这些启动方式，以逗号分隔"),
      ).argParser(startMethods),
    )
    .addOption(new Option("--max-workers <n>", say("no more than these", "worker 数的上限")).argParser(count(256)))
    .addOption(
      new Option("--budget <seconds>", say("time for each data set", "每个数据集的时限（秒）"))
        .argParser(seconds)
        .default(25),
    )
    .option("--sweep", say("measure every combination instead of predicting", "实测每种组合，而不是预测"))
    .addHelpText(
      "after",
      examples(say, "envdoctor bench loader", "envdoctor bench loader --dataset train.py:make_dataset --step-ms 40"),
    )
    .action(async (options) => (await import("../commands/bench-loader.ts")).benchLoader(options));
}
