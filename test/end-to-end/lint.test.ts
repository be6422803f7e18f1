import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { LintReport } from "../../src/report/lint.ts";
import { type CliRun, runCli, temporaryFolder } from "../support/cli.ts";

const folder = temporaryFolder();
const script = (name: string): string => `test/lint/scripts/${name}`;
const reportOf = (run: CliRun): LintReport => JSON.parse(run.stdout) as LintReport;

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("lint", () => {
  test("a script without the main guard: exit 1, the place, the reason and the corrected lines", async () => {
    const { code, stdout, stderr } = await runCli(["lint", script("noguard-main-call.py")]);
    expect(code).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toContain("test/lint/scripts/noguard-main-call.py:14:1: error missing-main-guard");
    expect(stdout).toContain('    if __name__ == "__main__":\n        main()');
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("Errors: 1, warnings: 0, files: 1 (spawn).");
  });

  test("a safe script: exit 0; warnings alone: exit 0", async () => {
    const [safe, slow] = await Promise.all([
      runCli(["lint", script("guard-classic.py")]),
      runCli(["lint", script("slow-epochs.py")]),
    ]);
    expect([safe.code, slow.code]).toEqual([0, 0]);
    expect(safe.stdout).toBe("Nothing keeps the workers from starting (files: 1, spawn).\n");
    expect(slow.stdout).toContain("warning windows-spawn-slow-epochs");
  });

  test("--json has the shipped schema, English in any language, and one entry per file", async () => {
    const files = ["noguard-loop.py", "lambda-collate.py", "guard-classic.py"].map(script);
    const run = await runCli(["lint", "--json", ...files], { env: { LC_ALL: "zh_CN.UTF-8" } });
    const schema: unknown = JSON.parse(readFileSync("dist/schemas/lint.json", "utf8"));
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.validate(schema as object, reportOf(run));
    expect(ajv.errors).toBeNull();
    expect(run.stdout).not.toMatch(/[\u4e00-\u9fff]/);
    expect(reportOf(run).files.map(({ path, problems }) => [path, problems.length])).toEqual(
      files.map((path, i) => [path, i < 2 ? 1 : 0]),
    );
  });

  test("speaks Chinese, and Markdown for a review", async () => {
    const [chinese, markdown] = await Promise.all([
      runCli(["lint", "--lang", "zh", script("noguard-loop.py")]),
      runCli(["lint", "--format", "markdown", script("noguard-loop.py")]),
    ]);
    expect(chinese.stdout).toContain("修改为：");
    expect(markdown.stdout).toMatch(/^\| Place \| Severity \| Cause \| Reason \|$/m);
    expect(markdown.stdout).toContain("~~~~python");
  });

  test("--start-method fork finds no fault in a missing guard", async () => {
    const { code } = await runCli(["lint", "--start-method", "fork", script("noguard-loop.py")]);
    expect(code).toBe(0);
  });

  test("a notebook: places by cell", async () => {
    const cell = (type: string, source: string[]): object => ({ cell_type: type, metadata: {}, source });
    const cells = [
      cell("markdown", ["# title"]),
      cell("code", ["%matplotlib inline\n", "!pip install torch\n", "from torch.utils.data import DataLoader"]),
      cell("code", ["x = 1\n", "for b in DataLoader([1], num_workers=2, collate_fn=lambda b: b): pass"]),
    ];
    const path = file("train.ipynb", JSON.stringify({ cells, nbformat: 4, nbformat_minor: 5, metadata: {} }));
    const [text, machine] = await Promise.all([runCli(["lint", path]), runCli(["lint", "--json", path])]);
    expect(text.stdout).toContain(`${path}: cell 3, line 2: error unpicklable-worker-args`);
    expect(reportOf(machine).files[0]?.problems[0]).toMatchObject({ cell: 3, line: 2 });
  });

  test("standard input, a byte order mark, UTF-16 and CRLF", async () => {
    const code = "from torch.utils.data import DataLoader\r\n\r\nlist(DataLoader([1], num_workers=2))\r\n";
    const runs = await Promise.all([
      runCli(["lint", "--json", "-"], { input: code }),
      runCli(["lint", "--json", file("bom.py", `\ufeff${code}`)]),
      runCli(["lint", "--json", file("utf16.py", Buffer.from(`\ufeff${code}`, "utf16le"))]),
    ]);
    for (const run of runs) {
      expect(reportOf(run).files[0]?.problems).toEqual([expect.objectContaining({ line: 3, column: 1 })]);
      expect(run.stdout).not.toContain("\\r");
    }
  });

  test("what cannot be parsed is told as a note, and the rest is read", async () => {
    const { code, stdout } = await runCli(["lint", file("broken.py", "def f(:\n  x = [1\nprint 'a'\n\nx = 1\n")]);
    expect(code).toBe(0);
    expect(stdout).toContain("broken.py:1:1: note: cannot read line 1;");
  });

  test("terminal escapes of a script are not printed", async () => {
    const code = "from torch.utils.data import DataLoader\nlist(DataLoader([1, '\x1b[31m'], num_workers=2))\n";
    const { stdout } = await runCli(["lint", file("escape.py", code)]);
    expect(stdout).not.toContain("\x1b");
  });

  test.each([
    ["no file", ["lint"], /missing required argument/],
    ["a file that is not there", ["lint", "nowhere.py"], /cannot read nowhere\.py: .*no such file/],
    ["a folder", ["lint", "src"], /cannot read src: it is a folder; name the Python files in it/],
    ["a file that is no text", ["lint", process.execPath], /it is not a text; expected a Python script/],
    ["a notebook that is none", ["lint", file("no.ipynb", "{}")], /expected a Jupyter notebook/],
    [
      "an unknown start method",
      ["lint", "--start-method", "thread", "x.py"],
      /Allowed choices are spawn, forkserver, fork/,
    ],
  ])("%s ends with 2 and says what was expected", async (_, args, expected) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(expected);
  });
});
