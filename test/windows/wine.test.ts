import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckReport } from "../../src/report/check-report.ts";
import { runCli } from "../support/cli.ts";
import {
  prepareWine,
  stillRunning,
  type WineRun,
  windowsFolder,
  windowsNode,
  windowsPath,
  wineNode,
} from "./support/wine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = windowsPath(join(root, "dist", "cli.cjs"));

const missing = prepareWine();
if (missing !== null) console.log(`NOT RUN: envdoctor on Windows's own node: ${missing}`);

const folder = windowsFolder();
/** Beside it, and without spaces. */
const plain = dirname(folder);
const inFolder = (name: string): string => windowsPath(join(folder, name));

/** One command line of envdoctor; no run may end in a bug of ours or in a stack trace. */
function windows(args: readonly string[], env: Readonly<Record<string, string>> = {}): WineRun {
  const run = wineNode([program, ...args], folder, env);
  expect(run.stderr).not.toMatch(/this is a bug|^\s+at .*:\d+:\d+\)?$/m);
  expect(run.code).not.toBe(70);
  return run;
}

const shape = (report: CheckReport) => ({
  verdict: report.verdict,
  causes: report.causes.map(({ id }) => id),
  findings: report.findings.map(({ id, status, found }) => `${id} ${status} ${found}`),
});

describe.runIf(missing === null)("on Windows's own node", () => {
  let checked: CheckReport;
  beforeAll(() => {
    const run = windows(["check", "--json"]);
    checked = JSON.parse(run.stdout);
  }, 300_000);
  afterAll(() => {
    expect(stillRunning()).toEqual([]);
  });

  test("check knows the platform, and calls unknown what wine lacks", () => {
    expect(checked.machine).toMatchObject({ platform: "win32", arch: "x64", wsl: null, container: null });
    expect(checked.machine.os).toMatch(/^Windows 10/);
    // wine has no PowerShell, so nothing tells the display adapters: a card may or may not be there.
    const gpu = checked.findings.find(({ id }) => id === "gpu.present");
    expect(gpu?.status).toBe("unknown");
    expect(checked.verdict.gpuTraining).not.toBe("yes");
    expect(checked.causes.map(({ id }) => id)).not.toContain("no-nvidia-gpu-hardware");
    expect(checked.causes.map(({ id }) => id)).not.toContain("driver-not-installed");
    const fixes = checked.causes.flatMap(({ fix }) => fix).flatMap(({ commands }) => commands);
    expect(fixes.filter((command) => /\b(sudo|apt-get|modprobe)\b/.test(command))).toEqual([]);
  });

  test("a snapshot in a folder with spaces is the same machine on Linux", async () => {
    const run = windows(["snapshot", "-o", inFolder("snap shot.json")]);
    expect(run.code).toBe(0);
    const file = join(folder, "snap shot.json");
    const [there, here] = [
      windows(["check", "--json", "--from", windowsPath(file)]),
      await runCli(["check", "--json", "--from", file]),
    ];
    expect(shape(JSON.parse(here.stdout))).toEqual(shape(JSON.parse(there.stdout)));
    expect(JSON.parse(here.stdout).machine.platform).toBe("win32");
  });

  const log = "RuntimeError: CUDA error: no kernel image is available for execution on the device\r\n";
  test.each([
    ["UTF-8 with CRLF", Buffer.from(log, "utf8")],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${log}`, "utf8")],
    ["UTF-16 as PowerShell writes it", Buffer.from(`\uFEFF${log}`, "utf16le")],
  ])("explain reads %s", (name, bytes) => {
    writeFileSync(join(folder, `${name}.log`), bytes);
    const run = windows(["explain", "--json", inFolder(`${name}.log`)]);
    expect(JSON.parse(run.stdout).causes[0]?.id).toBe("gpu-arch-too-new-for-wheel");
    expect(run.code).toBe(0);
  });

  test("explain names a file that is not there, and ends with 2", () => {
    const run = windows(["explain", inFolder("not here.log")]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("not here.log");
  });

  test.each([
    ["cmd.exe", ["cmd.exe", "/c", "exit 7"], 7],
    ["a program in a folder with spaces", [inFolder("my node.exe"), "-e", "process.exit(9)"], 9],
    // The cmd.exe of wine cannot start a batch file whose own path has spaces.
    ["a batch file", [windowsPath(join(plain, "end-as.cmd")), "11"], 11],
    ["a command that is not there", ["no-such-command"], 127],
  ])("preflight ends as %s ends", (_, command, code) => {
    copyFileSync(join(root, "node_modules/.cache/envdoctor-wine/package/bin/node.exe"), join(folder, "my node.exe"));
    writeFileSync(join(plain, "end-as.cmd"), "@exit /b %1\r\n");
    const run = windows(["preflight", "--require", "limits.memoryMiB>=100", "--", ...command]);
    expect(run.code, run.stderr).toBe(code);
  });

  test("preflight refuses with 78 what cannot be told", () => {
    const run = windows(["preflight", "--require", "gpu.count>=1", "--", windowsNode, "-e", "process.exit(0)"]);
    expect(run.code).toBe(78);
    expect(run.stderr).toContain("gpu.count>=1");
  });

  test("setup shows a plan in PowerShell's terms and does nothing", () => {
    const run = windows(["setup", "--dry-run", "--target", "cpu", "--dir", inFolder("work")]);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/Step 1 of \d/);
    expect(run.stdout).not.toMatch(/\bsudo\b|bin\/activate/);
    expect(existsSync(join(folder, "work"))).toBe(false);
    const script = windows(["setup", "--print-script", "powershell", "--target", "cpu", "-o", inFolder("set up.ps1")]);
    expect(script.code).toBe(0);
    expect(readFileSync(join(folder, "set up.ps1"), "utf8")).toMatch(/\$ErrorActionPreference/);
  });

  test("nvidia-smi that answers in UTF-16 is read", () => {
    const tools = plain;
    const xml = readFileSync(join(root, "test/texts/nvidia-smi/rtx4090-r550.xml"), "utf8");
    writeFileSync(join(tools, "answer.xml"), Buffer.from(`\uFEFF${xml}`, "utf16le"));
    const say = 'process.stdout.write(require("fs").readFileSync(__dirname + "/answer.xml"))';
    writeFileSync(join(tools, "answer.cjs"), say);
    writeFileSync(join(tools, "nvidia-smi.cmd"), `@"${windowsNode}" "%~dp0answer.cjs"\r\n`);
    const report: CheckReport = JSON.parse(windows(["check", "--json"], { WINEPATH: windowsPath(tools) }).stdout);
    expect(report.gpus.map(({ name }) => name)).toEqual(["NVIDIA GeForce RTX 4090"]);
    expect(report.cuda).toMatchObject({ driverVersion: "550.54.14", driverApi: "12.4" });
  });

  test("lint, causes and Chinese work", () => {
    writeFileSync(
      join(folder, "train it.py"),
      "import torch\r\nfor x in torch.utils.data.DataLoader([1], num_workers=2):\r\n    pass\r\n",
    );
    const lint = windows(["lint", "--json", inFolder("train it.py")]);
    expect(JSON.parse(lint.stdout).files[0].problems[0]).toMatchObject({ cause: "missing-main-guard", line: 2 });
    expect(windows(["--lang", "zh", "check"]).stdout).toContain("操作系统");
    expect(windows(["causes", "wsl1-no-gpu"]).code).toBe(0);
  });
});
