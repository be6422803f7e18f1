import { type Command, InvalidArgumentError, Option } from "commander";
import { type Language, languages } from "../text/message.ts";

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

export function withCommonOptions(command: Command, formats: readonly [string, ...string[]]): Command {
  return command
    .option("--json", "short for --format json")
    .addOption(new Option("--format <format>", "format of the report").choices(formats))
    .option("-o, --output <file>", "write the report to a file instead of stdout")
    .addOption(new Option("--no-color", "no colours (also NO_COLOR; FORCE_COLOR forces them)").default(undefined))
    .option("--verbose", "every check, its evidence and its time")
    .option("--quiet", "the verdict alone")
    .addOption(new Option("--lang <language>", "language of the report (default: by LC_ALL/LANG)").choices(languages))
    .addOption(new Option("--timeout <seconds>", "time for one probe").argParser(seconds).default(5))
    .addOption(new Option("--deadline <seconds>", "time for the whole command").argParser(seconds));
}

/** A positive, finite number of seconds. */
export function seconds(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number <= 0 || number > 86_400) {
    throw new InvalidArgumentError("expected a number of seconds greater than 0, such as 5 or 0.5.");
  }
  return number;
}

/** Reads a whole number from 1 to `most`. */
export function count(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d{1,9}$/.test(text) || number < 1 || number > most) {
      throw new InvalidArgumentError(`expected a whole number from 1 to ${most}.`);
    }
    return number;
  };
}

/** A comma-separated list; may be given several times. */
export function list(text: string, before: readonly string[] = []): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("expected one or more names, separated by commas.");
  return [...before, ...names];
}

/** An option that may be given several times. */
export function each(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Milliseconds of a training step, or auto. */
export function stepTime(text: string): number | "auto" {
  if (text === "auto") return text;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < 0 || number > 3_600_000) {
    throw new InvalidArgumentError("expected auto or a number of milliseconds, such as 40.");
  }
  return number;
}

const knownStartMethods = ["fork", "spawn", "forkserver", "worker_threads", "child_process"];

export function startMethods(text: string): string[] {
  const methods = list(text);
  const wrong = methods.find((method) => !knownStartMethods.includes(method));
  if (wrong !== undefined) throw new InvalidArgumentError(`expected some of ${knownStartMethods.join(", ")}.`);
  return methods;
}
