/** The built program in Chinese and in English: what it says of wrong usage, and how its text stands in a terminal. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { columns } from "../../src/report/columns.ts";
import { foreignIn } from "../languages/sentences.ts";
import { runCli, temporaryFolder } from "../support/cli.ts";
import { machineRecording } from "../support/machine.ts";
import { Terminal } from "../wizard/terminal.ts";

const program = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
const folder = temporaryFolder();
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const snapshots = ["wsl2-linux-driver", "kernel-upgrade-no-module", "docker-small-shm", "bare-metal-4090"].map(
  (name) => ({
    name,
    path: file(`${name}.json`, JSON.stringify(machineRecording(name))),
  }),
);
const snapshot = snapshots[0]?.path ?? "";
mkdirSync(join(folder, "empty"));

const wrongUsages: readonly (readonly [string, readonly string[]])[] = [
  ["no such command", ["chekc"]],
  ["no such check", ["check", "--only", "gpu.presnt"]],
  ["no such cause", ["causes", "wsl1-nogpu"]],
  ["no snapshot", ["check", "--from", join(folder, "none.json")]],
  ["a snapshot that is a folder", ["check", "--from", folder]],
  ["no JSON", ["check", "--from", file("broken.json", "{")]],
  ["an empty file", ["check", "--from", file("nothing.json", "")]],
  ["another kind of file", ["check", "--from", file("kind.json", '{"kind": "train"}')]],
  ["a newer version", ["check", "--from", file("newer.json", '{"kind": "snapshot", "schemaVersion": 99}')]],
  ["a snapshot of another shape", ["check", "--from", file("shape.json", '{"kind": "snapshot", "schemaVersion": 1}')]],
  ["two formats", ["check", "--json", "--format", "markdown"]],
  ["a place that cannot be written", ["check", "--from", snapshot, "-o", join(folder, "none", "report.txt")]],
  ["no data", ["check", "--data", join(folder, "none")]],
  ["no text", ["explain", join(folder, "none.log")]],
  ["a folder as text", ["explain", folder]],
  ["no script", ["lint", join(folder, "none.py")]],
  ["a folder as script", ["lint", folder]],
  ["no notebook", ["lint", file("no.ipynb", "print()")]],
  ["binary", ["lint", file("no.py", "\0\0")]],
  ["no reports", ["fleet", join(folder, "empty")]],
  ["no such reports", ["fleet", join(folder, "none")]],
  ["no list of hosts", ["fleet", folder, "--expect", join(folder, "none.txt")]],
  ["a list of hosts that cannot be read", ["fleet", folder, "--expect", file("hosts", "node[1-")]],
  ["an unknown name", ["preflight", "--require", "torhc.cuda"]],
  ["a word for a number", ["preflight", "--require", "gpu.memoryMiB>=8GB"]],
  ["a number for a word", ["preflight", "--require", "platform=Linuks"]],
  ["no value", ["preflight", "--require", "driver>="]],
  ["no policy", ["preflight", "--policy", join(folder, "none.toml")]],
  ["no TOML", ["preflight", "--policy", file("broken.toml", "[[")]],
  [
    "a policy with an unknown key",
    ["preflight", "--policy", file("key.toml", '[[requirement]]\nrequired = "torch"\n')],
  ],
  ["a policy of another shape", ["preflight", "--policy", file("shape.toml", "schemaVersion = 2\nrequirement = 7\n")]],
  ["a command that is not there", ["preflight", "--", "there-is-no-such-program"]],
  ["two ways of setup", ["setup", "--resume", "--undo"]],
  ["a target when it is resumed", ["setup", "--resume", "--target", "cpu"]],
  ["to do and not to do", ["setup", "--yes", "--dry-run"]],
  ["a data set of no file", ["bench", "loader", "--dataset", "nothing"]],
  ["a data set that node cannot have", ["bench", "loader", "--engine", "node", "--dataset", "a.py:b"]],
  ["no shell", ["completion", "ksh"]],
];

describe.each(["zh", "en"] as const)("%s", (language) => {
  const env = { LC_ALL: language === "zh" ? "zh_CN.UTF-8" : "en_US.UTF-8" };

  test.each(wrongUsages)("wrong usage: %s", async (_, args) => {
    const { code, stdout, stderr } = await runCli(args, { env, cwd: folder });
    expect([2, 127]).toContain(code);
    expect(stdout).toBe("");
    expect(stderr.split("\n").length).toBeLessThanOrEqual(8);
    const wrong = foreignIn(language, stderr);
    expect(wrong, wrong.join("\n")).toEqual([]);
    if (language === "zh") expect(stderr).toMatch(/\p{Script=Han}/u);
  });

  test.each(snapshots)("check of $name, by the locale and by --lang", async ({ name, path }) => {
    const { stdout, stderr } = await runCli(["check", "--from", path], { env });
    expect(stderr).toBe("");
    expect((await runCli(["--lang", language, "check", "--from", path])).stdout).toBe(stdout);
    const said = JSON.stringify(machineRecording(name));
    const wrong = foreignIn(language, stdout).filter((part) => !said.includes(part));
    expect(wrong, wrong.join("\n")).toEqual([]);
  });

  test("a training run on the CPU", async () => {
    const args = ["train", "--engine", "tfjs-wasm", "--device", "cpu", "--steps", "120"];
    const { stdout, code } = await runCli(args, { env, timeoutMs: 120_000 });
    expect([0, 1]).toContain(code);
    const wrong = foreignIn(language, stdout);
    expect(wrong, wrong.join("\n")).toEqual([]);
  }, 150_000);

  test("machine formats are English in both", async () => {
    const args = ["check", "--from", snapshot, "--json"];
    const report = JSON.parse((await runCli(args, { env })).stdout);
    expect(JSON.stringify(report)).not.toMatch(/\p{Script=Han}/u);
  });
});

const untold = Terminal.missing;
if (untold !== null) console.warn(`NOT RUN: Chinese in a terminal: ${untold}`);

describe.skipIf(untold !== null)("Chinese in a terminal of 80 columns", () => {
  const open: Terminal[] = [];
  afterEach(() => {
    for (const terminal of open.splice(0)) terminal.close();
  });

  /** The lines of a command's text, once it has ended. */
  async function shown(args: readonly string[], seconds: number): Promise<{ lines: string[]; whole: string[] }> {
    const terminal = new Terminal([process.execPath, program, "--lang", "zh", ...args], { CI: "1" }, 200);
    open.push(terminal);
    await terminal.until(/^exit code \d+/m, seconds);
    return { lines: terminal.lines(), whole: terminal.screen().split("\n") };
  }

  /** What is copied from the screen is not wrapped: commands, addresses, and words longer than the line. */
  const copied = /^\s*(?:\$ |loader = |下一步：|· )|\S{60}/;

  test.each(snapshots)(
    "check of $name: nothing is broken by the terminal, the columns stand",
    async ({ path }) => {
      const { lines, whole } = await shown(["check", "--from", path], 60);
      for (const line of whole.filter((each) => !lines.includes(each))) expect(line).toMatch(copied);
      for (const line of lines) {
        expect(columns(line)).toBeLessThanOrEqual(80);
        expect(line.trimStart()).not.toMatch(/^[，。、；：！？）》」”]/);
        expect(line).not.toMatch(/[（《「“]$/);
      }
      const rows = lines.filter((line) => /^[✓▲✗] .*\S {2,}\S/u.test(line));
      expect(rows.length).toBeGreaterThan(8);
      const starts = new Set(rows.map((line) => columns(/^[✓▲✗] .*? {2,}(?=\S)/u.exec(line)?.[0] ?? "")));
      expect(starts.size).toBe(1);
    },
    90_000,
  );

  test("the chart of bench loader: bars begin in one column, no line is broken", async () => {
    const args = ["bench", "loader", "--engine", "node", "--dataset", "images", "--budget", "4", "--max-workers", "2"];
    const { lines, whole } = await shown(args, 180);
    for (const line of whole.filter((each) => !lines.includes(each))) expect(line).toMatch(copied);
    const bars = lines.filter((line) => /^ {2}[^\s▒].* {2}[▒█░]/u.test(line));
    expect(bars.length).toBeGreaterThanOrEqual(2);
    expect(new Set(bars.map((line) => columns(/^.*? {2}(?=[▒█░])/u.exec(line)?.[0] ?? ""))).size).toBe(1);
    for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(80);
    const wrong = foreignIn("zh", lines.join("\n"));
    expect(wrong, wrong.join("\n")).toEqual([]);
  }, 200_000);
});
