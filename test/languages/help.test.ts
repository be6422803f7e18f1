/** Help and errors of the command line, in both languages; the examples in it are read by the parser itself. */
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram, commandNames } from "../../src/cli/program.ts";
import { calledCommand } from "../../src/cli/run.ts";
import { columns } from "../../src/report/columns.ts";
import type { Language } from "../../src/text/message.ts";
import { foreignIn } from "./sentences.ts";

interface Heard {
  readonly out: string;
  readonly err: string;
}

/** What the parser says to a command line, without the command behind it. */
async function heard(language: Language, args: readonly string[]): Promise<Heard> {
  const program = buildProgram(language);
  let out = "";
  let err = "";
  for (const command of everyCommand(program)) {
    command.configureOutput({
      ...command.configureOutput(),
      writeOut: (text) => {
        out += text;
      },
      writeErr: (text) => {
        err += text;
      },
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    });
    // Groups of commands have no action of their own.
    if (command.commands.length === 0) command.action(() => {});
  }
  await program.parseAsync([...args], { from: "user" }).catch(() => {});
  return { out, err };
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** The words that call a command: none for the program itself. */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

const commands = everyCommand(buildProgram()).map((command) => ({
  path: pathOf(command),
  name: pathOf(command).join(" "),
}));

/** Splits a line as a shell would that knows quotes, and gives what stands before a pipe or after it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? "",
  );
}

/** Option names and choices, which are the same in every language. */
const quotes = ["<file>", "<id>", "[file]", "[id]"];

describe.each(["zh", "en"] as const)("%s", (language) => {
  test.each(commands)("help of envdoctor $name", async ({ path }) => {
    const { out, err } = await heard(language, [...path, "--help"]);
    expect(err).toBe("");
    expect(out).toContain(language === "zh" ? "用法：envdoctor" : "Usage: envdoctor");
    const wrong = foreignIn(language, out, quotes);
    expect(wrong, wrong.join("\n")).toEqual([]);
    for (const line of out.split("\n"))
      if (!line.startsWith("  envdoctor ")) expect(columns(line)).toBeLessThanOrEqual(80);
    if (language === "zh") expect(out).not.toMatch(/\b(?:default|choices|Options|Arguments|Commands|Usage|Examples):/);
  });

  test.each(commands)(
    "two examples at least in the help of envdoctor $name, and the parser takes them",
    async ({ path }) => {
      const { out } = await heard(language, [...path, "--help"]);
      const [, told = ""] = out.split(/^(?:Examples:|示例：)$/m);
      const examples = told.trim().split("\n\n")[0]?.split("\n") ?? [];
      expect(examples.length).toBeGreaterThanOrEqual(2);
      for (const example of examples) {
        const call = /\benvdoctor\b(.*)$/.exec(example)?.[1];
        expect(call, example).toBeDefined();
        expect(await heard(language, wordsOf((call ?? "").split(/ [|>] /)[0] ?? "")), example).toEqual({
          out: "",
          err: "",
        });
      }
    },
  );

  test.each([
    ["an unknown option", ["check", "--jsno"]],
    ["an option that is like nothing", ["check", "--wxyz"]],
    ["an option without its value", ["check", "--from"]],
    ["a value that is no choice", ["check", "--format", "pdf"]],
    ["no number of seconds", ["check", "--timeout", "soon"]],
    ["an empty list", ["check", "--only", ","]],
    ["too many arguments", ["check", "one", "two"]],
    ["an argument too many", ["causes", "one", "two"]],
    ["a missing argument", ["lint"]],
    ["no whole number", ["train", "--steps", "0"]],
    ["no start method", ["bench", "loader", "--start-methods", "magic"]],
    ["no time of a step", ["bench", "loader", "--step-ms", "soon"]],
    ["an unknown part of bench", ["bench", "loadre"]],
    ["an unknown language", ["check", "--lang", "fr"]],
  ])("%s", async (_, args) => {
    const { out, err } = await heard(language, args);
    expect(out).toBe("");
    expect(err).not.toBe("");
    expect(err).toContain(language === "zh" ? "错误：" : "error:");
    const wrong = foreignIn(language, err);
    expect(wrong, wrong.join("\n")).toEqual([]);
    if (language === "zh") expect(err).not.toMatch(/error|Did you mean|is invalid/);
  });
});

describe("a program that is built for one command alone", () => {
  test.each(commandNames)("%s has the same help as in the whole one", (name) => {
    const helpIn = (program: Command) => program.commands.find((each) => each.name() === name)?.helpInformation();
    expect(helpIn(buildProgram("en", name))).toBe(helpIn(buildProgram("en")));
  });

  test.each([
    ["no words: the default command", [], "check"],
    ["its flags", ["--json"], "check"],
    ["--lang before it", ["--lang", "zh"], "check"],
    ["a command", ["train", "--json"], "train"],
    ["a command behind --lang", ["--lang=zh", "fleet", "x"], "fleet"],
    ["its help", ["train", "--help"], "train"],
    ["the help of the program", ["--help"], undefined],
    ["the version", ["-V"], undefined],
    ["help", ["help", "train"], undefined],
    ["completion tells of all", ["completion", "bash"], undefined],
    ["no such command", ["chekc"], undefined],
  ])("%s", (_, args, called) => {
    expect(calledCommand(args)).toBe(called);
  });
});
