import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../src/cli/program.ts";
import { exitCodes } from "../../src/exit-codes.ts";
import { commandsOf, envdoctorCalls, shellLines, wrongUsage } from "./commands.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const readmes = ["README.md", "README.zh-CN.md"] as const;
const pages = [
  ...readmes,
  "CONTRIBUTING.md",
  ...folderPages("src"),
  ...folderPages("scripts"),
  ...folderPages("checks"),
];

function folderPages(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

describe("a line of shell", () => {
  test.each([
    ["python train.py 2>&1 | envdoctor explain -", [["explain", "-"]]],
    ["npm ci && npx envdoctor check   # a comment", [["check"]]],
    [
      "srun envdoctor preflight --require 'gpu.freeMemoryMiB>=8000' -- python a.py",
      [["preflight", "--require", "gpu.freeMemoryMiB>=8000", "--", "python", "a.py"]],
    ],
    ["node dist/envdoctor-single.mjs check --json > report.json", [["check", "--json"]]],
    ["npm test", []],
  ])("%s", (line, calls) => {
    expect(envdoctorCalls(line)).toEqual(calls);
  });
});

describe.each(pages)("%s", (page) => {
  const text = read(page);
  const lines = shellLines(text);

  test("has command lines that the program takes", async () => {
    const wrong: string[] = [];
    for (const { number, text: line } of lines) {
      for (const words of envdoctorCalls(line)) {
        const said = await wrongUsage(words);
        if (said !== null) wrong.push(`${page}:${number}: ${line}\n${said}`);
      }
    }
    for (const words of inlineCalls(text)) {
      const said = await wrongUsage(words);
      // Running text may name a command without what it needs.
      if (said !== null && !said.includes("missing")) wrong.push(`${page}: \`envdoctor ${words.join(" ")}\`\n${said}`);
    }
    expect(wrong).toEqual([]);
  });

  test("names scripts that are there", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const commands = [...lines.map((line) => line.text), ...inlineCode(text)].flatMap(commandsOf);
    const named = commands.flatMap(([program, first = "", second = ""]) =>
      program === "npm" && first === "run" ? [second] : [],
    );
    expect(named.filter((name) => !name.startsWith("-") && !(name in scripts))).toEqual([]);
    const files = commands.flatMap(([program = "", first = ""]) => (program === "node" ? [first] : [program]));
    expect(files.filter((file) => /^scripts\/[\w./-]+\.\w+$/.test(file) && !existsSync(join(root, file)))).toEqual([]);
  });

  test("links to what is there", () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => target.replace(/#.*$/, ""));
    expect(local.filter((target) => target !== "" && !existsSync(join(root, dirname(page), target)))).toEqual([]);
    const anchors = targets.filter((target) => target.startsWith("#")).map((target) => target.slice(1));
    expect(anchors.filter((anchor) => !headings(text).some(({ words }) => slug(words) === anchor))).toEqual([]);
  });
});

describe.each(readmes)("%s tells of the program as it is", (page) => {
  const text = read(page);

  test("all commands", () => {
    const program = buildProgram("en");
    const names = program.commands.flatMap((command) =>
      command.commands.length > 0 ? command.commands.map((sub) => `${command.name()} ${sub.name()}`) : [command.name()],
    );
    expect(names.filter((name) => !text.includes(`| \`envdoctor ${name}`))).toEqual([]);
  });

  test("all exit codes", () => {
    const codes = [exitCodes.ok, exitCodes.findings, exitCodes.usage, exitCodes.bug, exitCodes.refused];
    expect(codes.filter((code) => !text.includes(`\n| ${code} |`))).toEqual([]);
    expect(text).toContain(`| ${exitCodes.interrupted} / ${exitCodes.terminated} |`);
  });

  test("the formats of check", () => {
    const check = buildProgram("en").commands.find((command) => command.name() === "check");
    const formats = check?.options.find(({ long }) => long === "--format")?.argChoices ?? [];
    expect(text).toContain(`\`--format ${formats.join("\\|")}\``);
  });
});

describe("the README in two languages", () => {
  const [english, chinese] = [read("README.md"), read("README.zh-CN.md")];

  test("has the same headings, one level by one", () => {
    expect(headings(chinese).map(({ level }) => level)).toEqual(headings(english).map(({ level }) => level));
  });

  test("has the same commands", () => {
    const commands = (text: string): string[][] => shellLines(text).flatMap((line) => commandsOf(line.text));
    expect(commands(chinese)).toEqual(commands(english));
  });

  test("has the same code, files and links", () => {
    const code = (text: string): string[] => [...new Set(inlineCode(text).map(unlanguaged))].sort();
    expect(code(chinese)).toEqual(code(english));
    const links = (text: string): string[] =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => unlanguaged(target).replace(/^#.*/, "#")).sort();
    expect(links(chinese)).toEqual(links(english));
  });

  test("has tables of the same size", () => {
    const rows = (text: string): number[] =>
      text
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => line.split(/(?<!\\)\|/).length);
    expect(rows(chinese)).toEqual(rows(english));
  });
});

/** Pictures and the pages themselves come in both languages. */
function unlanguaged(target: string): string {
  return target.replace(/\.(en|zh)(\.\w+)$/, "$2").replace(/^README(\.zh-CN)?\.md$/, "README");
}

function headings(text: string): { level: number; words: string }[] {
  const outside = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
  return [...outside.matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", words = ""]) => ({ level: marks.length, words }));
}

/** The anchor that GitHub makes of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function inlineCode(text: string): string[] {
  const outside = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
  return [...outside.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** Calls in running text and tables; what stands for a value is one, and the first of several ways is taken. */
function inlineCalls(text: string): string[][] {
  return inlineCode(text)
    .filter((code) => code.startsWith("envdoctor ") && !/COMMAND --help/.test(code))
    .flatMap((code) =>
      envdoctorCalls(
        code
          .replaceAll(/\\\|\S+|[[\]…]/g, "")
          .replaceAll("SHELL", "bash")
          .replace("[ID]", "wsl1-no-gpu"),
      ),
    );
}
