import { type Command, InvalidArgumentError, Option } from "commander";
import { wrap } from "../report/wrap.ts";
import { type Language, languages } from "../text/message.ts";
import type { Say } from "./say.ts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  /** false where --no-color was given, else undefined. */
  readonly color?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly lang?: Language;
  /** Seconds for one probe. */
  readonly timeout: number;
  /** Seconds for the whole command. */
  readonly deadline?: number;
}

export function withCommonOptions(command: Command, say: Say, formats: readonly [string, ...string[]]): Command {
  const { seconds } = readers(say);
  return command
    .option("--json", say("short for --format json", "等同于 --format json"))
    .addOption(new Option("--format <format>", say("format of the report", "报告格式")).choices(formats))
    .option(
      "-o, --output <file>",
      say("write the report to a file instead of stdout", "把报告写入文件，而不是标准输出"),
    )
    .addOption(
      new Option(
        "--no-color",
        say(
          "no colours (also NO_COLOR; FORCE_COLOR forces them)",
          "不使用颜色（也可设 NO_COLOR；FORCE_COLOR 强制使用）",
        ),
      ).default(undefined),
    )
    .option("--verbose", say("every check, its evidence and its time", "列出每项检查及其证据和耗时"))
    .option("--quiet", say("the verdict alone", "只输出结论"))
    .addOption(languageOption(say))
    .addOption(
      new Option("--timeout <seconds>", say("time for one probe", "单次探测的时限（秒）"))
        .argParser(seconds)
        .default(5),
    )
    .addOption(
      new Option("--deadline <seconds>", say("time for the whole command", "整个命令的时限（秒）")).argParser(seconds),
    );
}

export function languageOption(say: Say): Option {
  return new Option(
    "--lang <language>",
    say("language of what is said (default: that of the locale)", "输出语言（默认取自系统区域设置）"),
  ).choices(languages);
}

/** A paragraph below the help of a command. */
export function remark(text: string): string {
  return `\n${wrap(text, 80).join("\n")}`;
}

/** Examples for the help of a command. */
export function examples(say: Say, ...lines: readonly string[]): string {
  return `\n${say("Examples:", "示例：")}\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

export const knownStartMethods = ["fork", "spawn", "forkserver", "worker_threads", "child_process"];

/** Readers of option values; what they expected is said in the language of the run. */
export function readers(say: Say) {
  const wrong = (expected: string): InvalidArgumentError => new InvalidArgumentError(expected);

  /** A comma-separated list; may be given several times. */
  const list = (text: string, before: readonly string[] = []): string[] => {
    const names = text
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    if (names.length === 0)
      throw wrong(say("expected one or more names, separated by commas.", "应为一个或多个名称，以逗号分隔。"));
    return [...before, ...names];
  };

  return {
    list,

    /** A positive, finite number of seconds. */
    seconds(text: string): number {
      const number = Number(text);
      if (text.trim() === "" || !Number.isFinite(number) || number <= 0 || number > 86_400) {
        throw wrong(
          say("expected a number of seconds greater than 0, such as 5 or 0.5.", "应为大于 0 的秒数，例如 5 或 0.5。"),
        );
      }
      return number;
    },

    /** Reads a whole number from 1 to `most`. */
    count(most: number): (text: string) => number {
      return (text) => {
        const number = Number(text);
        if (!/^\d{1,9}$/.test(text) || number < 1 || number > most) {
          throw wrong(say("expected a whole number from 1 to {most}.", "应为 1 到 {most} 的整数。", { most }));
        }
        return number;
      };
    },

    /** Milliseconds of a training step, or auto. */
    stepTime(text: string): number | "auto" {
      if (text === "auto") return text;
      const number = Number(text);
      if (text.trim() === "" || !Number.isFinite(number) || number < 0 || number > 3_600_000) {
        throw wrong(say("expected auto or a number of milliseconds, such as 40.", "应为 auto 或毫秒数，例如 40。"));
      }
      return number;
    },

    startMethods(text: string): string[] {
      const methods = list(text);
      if (methods.some((method) => !knownStartMethods.includes(method))) {
        const names = knownStartMethods.join(", ");
        throw wrong(say("expected some of {names}.", "应取自：{names}。", { names }));
      }
      return methods;
    },
  };
}

/** An option that may be given several times. */
export function each(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
