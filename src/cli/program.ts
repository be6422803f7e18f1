import { Command, Option } from "commander";
import { version } from "../version.ts";
import { count, each, list, seconds, startMethods, stepTime, withCommonOptions } from "./options.ts";

/** The command line, without the code behind it: each command loads its own when it is called. */
export function buildProgram(): Command {
  const program = new Command("envdoctor")
    .description("Says whether this machine can train neural networks, why not, how to mend it.")
    .version(version)
    .showHelpAfterError("(see --help)")
    .exitOverride()
    // preflight gives the options behind its command to the command.
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      "after",
      "\nExit codes: 0 all well, 1 findings at or above --fail-on, 2 wrong usage or input, 70 a bug.",
    );

  withCommonOptions(program.command("check", { isDefault: true }), [
    "text",
    "json",
    "markdown",
    "junit",
    "sarif",
    "prometheus",
  ])
    .description("read-only diagnosis of this machine; changes nothing, ever")
    .addOption(new Option("--only <ids>", "report these checks alone").argParser(list))
    .addOption(new Option("--skip <ids>", "leave these checks out").argParser(list))
    .option("--from <snapshot>", "diagnose the machine of a snapshot instead of this one")
    .option("--python <path>", "the Python that will train")
    .option("--data <path>", "the folder of the data set")
    .addOption(
      new Option("--fail-on <level>", "exit with 1 from this level on")
        .choices(["fail", "warn", "unknown"])
        .default("fail"),
    )
    .addHelpText(
      "after",
      examples("envdoctor check --python .venv/bin/python --data /data", "envdoctor check --json -o report.json"),
    )
    .action(async (options) => (await import("../commands/check.ts")).check(options));

  withSetupOptions(withCommonOptions(program.command("doctor"), ["text"]))
    .description("the whole walk: check, setup, check again, train, measure the loader")
    .addHelpText("after", examples("envdoctor doctor", "envdoctor doctor --target cpu --yes"))
    .action(async (options) => (await import("../commands/doctor.ts")).doctor(options));

  withSetupOptions(withCommonOptions(program.command("setup"), ["text", "json"]))
    .description("mend what check found and install a framework, step by step; every step is asked for")
    .option("--dry-run", "print the plan and do nothing")
    .addOption(new Option("--print-script <shell>", "print the plan as a script").choices(["bash", "powershell"]))
    .option("--resume", "go on with the setup that was interrupted")
    .option("--undo [run]", "take the changes of the last run back, or those of this one")
    .addHelpText(
      "after",
      examples(
        "envdoctor setup",
        "envdoctor setup --target cpu --framework torch --env venv --yes",
        "envdoctor setup --print-script bash -o setup.sh",
        "envdoctor setup --undo",
      ),
    )
    .action(async (options) => (await import("../commands/setup.ts")).setup(options));

  withCommonOptions(program.command("snapshot"), ["json"])
    .description("record what check looked at, redacted, for a bug report or a diagnosis elsewhere")
    .option("--python <path>", "the Python that will train")
    .option("--data <path>", "the folder of the data set")
    .addHelpText("after", examples("envdoctor snapshot -o snapshot.json", "envdoctor check --from snapshot.json"))
    .action(async (options) => (await import("../commands/snapshot.ts")).snapshot(options));

  withCommonOptions(program.command("explain"), ["text", "json"])
    .description("root cause for a pasted log, traceback, nvidia-smi or collect_env text")
    .argument("[file]", "the text; standard input where it is - or left out")
    .option("--here", "the text is from this machine: weigh in what check sees")
    .option("--python <path>", "with --here: the Python that will train")
    .addHelpText("after", examples("python train.py 2>&1 | envdoctor explain -", "envdoctor explain error.log --json"))
    .action(async (file, options) => (await import("../commands/explain.ts")).explain(file, options));

  withCommonOptions(program.command("preflight"), ["text", "json", "markdown", "junit", "sarif", "prometheus"])
    .description("start a command only on a machine that is fit for it, and end as it ends")
    .argument("[command...]", "the command, behind --; without one the machine is only judged")
    .passThroughOptions()
    .addOption(
      new Option(
        "--require <expr>",
        "what must hold, e.g. torch.cuda, gpu.count>=1, driver>=550 (repeatable)",
      ).argParser(each),
    )
    .option("--policy <file>", "a TOML file of requirements, waivers and groups of hosts")
    .option("--pin <file>", "write a policy from this machine")
    .option("--python <path>", "the Python that the command will use, where it cannot be told")
    .addOption(new Option("--prove <seconds>", "run the training proof, for so long at most").argParser(seconds))
    .option("--explain-on-failure", "explain the end of stderr where the command fails")
    .addHelpText(
      "after",
      `${examples(
        "envdoctor preflight -- python train.py",
        "envdoctor preflight --require torch.cuda --require 'gpu.freeMemoryMiB>=8000' -- torchrun train.py",
        "envdoctor preflight --pin fleet.toml",
      )}\n\nExit codes: 78 refused (the command was not started), else as the command ended.`,
    )
    .action(async (command, options) => (await import("../commands/preflight.ts")).preflight(command, options));

  withCommonOptions(program.command("fleet"), ["text", "json", "html", "prometheus"])
    .description("compare many machines' reports of check --json: the odd ones first, and what is odd")
    .argument("<paths...>", "reports, lists of reports (NDJSON, srun --label, pdsh), folders of them; - for stdin")
    .option("--expect <file>", "names of all machines, also as node[01-16]: those that sent nothing are named")
    .addHelpText(
      "after",
      examples("envdoctor fleet reports/ --expect hosts.txt", "envdoctor fleet reports/ --format html -o fleet.html"),
    )
    .action(async (paths, options) => (await import("../commands/fleet.ts")).fleet(paths, options));

  withCommonOptions(program.command("causes"), ["text", "json", "markdown"])
    .description("list the known root causes, or explain one and its fix")
    .argument("[id]", "a cause, such as wsl1-no-gpu")
    .addHelpText("after", examples("envdoctor causes", "envdoctor causes wsl-linux-driver-installed"))
    .action(async (id, options) => (await import("../commands/causes.ts")).causes(id, options));

  withCommonOptions(program.command("lint"), ["text", "json", "markdown"])
    .description("is this Python training script safe to start its workers by spawn or forkserver?")
    .argument("<files...>", "Python scripts or Jupyter notebooks; - for standard input")
    .addOption(
      new Option("--start-method <method>", "how workers start where the script does not say")
        .choices(["spawn", "forkserver", "fork"])
        .default("spawn"),
    )
    .addHelpText("after", examples("envdoctor lint train.py", "envdoctor lint --start-method fork --json src/*.py"))
    .action(async (files, options) => (await import("../commands/lint.ts")).lint(files, options));

  withCommonOptions(program.command("train"), ["text", "json"])
    .description("a short training run that proves on what it ran")
    .addOption(
      new Option("--engine <engine>", "what trains")
        .choices(["auto", "torch", "tfjs-node-gpu", "cuda", "tfjs-wasm"])
        .default("auto"),
    )
    .addOption(new Option("--device <device>", "where it trains").choices(["auto", "cuda", "cpu"]).default("auto"))
    .addOption(new Option("--steps <n>", "training steps").argParser(count(1_000_000)).default(200))
    .option("--python <path>", "the Python with PyTorch")
    .addHelpText("after", examples("envdoctor train", "envdoctor train --device cuda --python .venv/bin/python --json"))
    .action(async (options) => (await import("../commands/train.ts")).train(options));

  addBench(program);

  for (const command of program.commands.flatMap((each) => [each, ...each.commands]))
    command.exitOverride().allowExcessArguments(false).showHelpAfterError("(see --help)");
  return program;
}

function addBench(program: Command): void {
  const bench = program.command("bench").description("benchmarks: bench loader");
  withCommonOptions(bench.command("loader"), ["text", "json"])
    .description("how many data loader workers, how they start, and why, by measuring here")
    .addOption(new Option("--dataset <set>", "table, images or FILE.py:NAME (repeatable)").argParser(each))
    .addOption(
      new Option("--engine <engine>", "what measures").choices(["auto", "torch", "python", "node"]).default("auto"),
    )
    .option("--python <path>", "the Python that will train")
    .addOption(new Option("--batch-size <n>", "samples in a batch (default: 32)").argParser(count(1_000_000)))
    .addOption(new Option("--step-ms <ms>", "the training step that is fed").argParser(stepTime).default("auto"))
    .addOption(new Option("--epochs <n>", "over how many the start is paid").argParser(count(1_000_000)).default(10))
    .addOption(new Option("--start-methods <methods>", "only these, separated by commas").argParser(startMethods))
    .addOption(new Option("--max-workers <n>", "no more than these").argParser(count(256)))
    .addOption(new Option("--budget <seconds>", "time for each data set").argParser(seconds).default(25))
    .option("--sweep", "measure every combination instead of predicting")
    .addHelpText(
      "after",
      examples("envdoctor bench loader", "envdoctor bench loader --dataset train.py:make_dataset --step-ms 40"),
    )
    .action(async (options) => (await import("../commands/bench-loader.ts")).benchLoader(options));
}

function withSetupOptions(command: Command): Command {
  return command
    .addOption(new Option("--target <device>", "what to train on (default: by what is there)").choices(["gpu", "cpu"]))
    .addOption(
      new Option("--framework <name>", "what to train with (default: torch)").choices(["torch", "tensorflow", "tfjs"]),
    )
    .addOption(
      new Option("--env <kind>", "make a new environment of this kind (default: the one that is active)").choices([
        "venv",
        "conda",
        "uv",
      ]),
    )
    .option("--dir <path>", "folder for the environment (default: the working folder)")
    .option("--mirror <url>", "package index to use; {tag} in it stands for PyTorch's cpu, cu126 …")
    .option("--python <path>", "the Python that will train")
    .option("--yes", "take every step that needs neither a person nor sudo, without asking");
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
