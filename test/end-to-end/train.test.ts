import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { CheckReport } from "../../src/report/check-report.ts";
import type { TrainReport } from "../../src/report/train-report.ts";
import { processesWith, runCli, temporaryFolder } from "../support/cli.ts";
import { torchPython } from "../support/pythons.ts";
import { linkedTfjs } from "../support/tensorflow.ts";
import { trainReportOf } from "../support/train.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const onLinux = process.platform === "linux";
/** Steps where it does not matter whether enough was learnt. */
const few = "20";
/** The first time, PyTorch or TensorFlow are installed. */
const installing = 900_000;

function expectTrained(report: TrainReport): void {
  expect(report.proof.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.accuracy).toBeGreaterThanOrEqual(report.accuracyBar);
  expect(report.control?.accuracy).toBeLessThan(0.4);
  expect(report.loss?.last).toBeLessThan(report.loss?.first ?? 0);
  expect(report.samplesPerSecond).toBeGreaterThan(0);
  expect(report.success).toBe(true);
}

describe("each engine trains past the bar, and its shuffled control does not", () => {
  test("tfjs-wasm, which comes with the package", async () => {
    const run = await runCli(["train", "--engine", "tfjs-wasm", "--device", "cpu", "--json"]);
    const report = trainReportOf(run);
    expectTrained(report);
    expect(report).toMatchObject({ engine: "tfjs-wasm", device: "cpu", gpuProven: false, steps: 200 });
    expect(run.code).toBe(0);
  });

  test(
    "torch",
    async () => {
      const python = torchPython();
      if (python === null) return;
      const run = await runCli(["train", "--engine", "torch", "--device", "cpu", "--python", python, "--json"]);
      const report = trainReportOf(run);
      expectTrained(report);
      expect(report).toMatchObject({ engine: "torch", device: "cpu", gpuProven: false });
      expect(run.code).toBe(0);
    },
    installing,
  );

  test(
    "tfjs-node-gpu, linked against the library of a TensorFlow wheel",
    async () => {
      const linked = linkedTfjs();
      if (linked === null) return;
      const run = await runCli(["train", "--engine", "tfjs-node-gpu", "--device", "cpu", "--json"], {
        cwd: linked.project,
      });
      const report = trainReportOf(run);
      expectTrained(report);
      expect(report.framework).toMatch(/^@tensorflow\/tfjs-node-gpu 4\.22\.0 \(TensorFlow 2\./);
      expect(run.code).toBe(0);
    },
    installing,
  );
});

describe("what was asked for, and what the machine can", () => {
  test("says in its first line that it ran on the CPU, and lists the engines passed over", async () => {
    const cwd = temporaryFolder();
    const run = await runCli(["train", "--device", "cpu", "--steps", few], { cwd });
    expect(run.stdout.split("\n")[0]).toMatch(/CPU/);
    const report = trainReportOf(await runCli(["train", "--device", "cpu", "--steps", few, "--json"], { cwd }));
    expect(report.engines.map(({ engine }) => engine).sort()).toEqual(["cuda", "tfjs-node-gpu", "tfjs-wasm", "torch"]);
    for (const { reason } of report.engines) expect(reason).not.toBe("");
  });

  test("on a machine whose GPU is broken, training on the CPU unasked is no success", async () => {
    const check = JSON.parse((await runCli(["check", "--json"])).stdout) as CheckReport;
    const report = trainReportOf(await runCli(["train", "--engine", "tfjs-wasm", "--json"]));
    const cpuOnly = check.verdict.gpuTraining === "no" && check.verdict.status === "degraded";
    expect(report.success).toBe(cpuOnly);
  });

  test("--device cuda without a GPU: the first cause of check, at once", async () => {
    const check = JSON.parse((await runCli(["check", "--json"])).stdout) as CheckReport;
    if (check.verdict.gpuTraining !== "no") {
      console.warn("NOT RUN: this machine has a GPU, or may have one");
      return;
    }
    const run = await runCli(["train", "--device", "cuda", "--json"]);
    const report = trainReportOf(run);
    expect(report).toMatchObject({ engine: null, device: null, gpuProven: false, success: false });
    expect(report.causes[0]?.id).toBe(check.causes[0]?.id);
    expect(run.code).toBe(1);
  });

  test("too few steps fail the proof, and blame nobody", async () => {
    const run = await runCli(["train", "--engine", "tfjs-wasm", "--device", "cpu", "--steps", "3", "--json"]);
    const report = trainReportOf(run);
    expect(report.causes).toEqual([]);
    expect(report.engines[0]?.reason).toMatch(/too few/);
    expect(run.code).toBe(1);
  });

  test("text says the same in Chinese", async () => {
    const { stdout } = await runCli([
      "train",
      "--engine",
      "tfjs-wasm",
      "--device",
      "cpu",
      "--steps",
      few,
      "--lang",
      "zh",
    ]);
    expect(stdout.split("\n")[0]).toMatch(/在 CPU 上训练/);
  });

  test.each([
    ["unknown engine", ["--engine", "jax"], /Allowed choices are auto, torch/],
    ["unknown device", ["--device", "tpu"], /Allowed choices are auto, cuda, cpu/],
    ["no steps", ["--steps", "0"], /whole number from 1/],
    ["half a step", ["--steps", "1.5"], /whole number from 1/],
    ["python that is missing", ["--python", "/no/such/python"], /no such file/],
  ])("wrong usage: %s", async (_, args, message) => {
    const run = await runCli(["train", ...args]);
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(2);
  });
});

test("the package carries what the engines need", () => {
  const pack = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: root,
    encoding: "utf8",
  });
  const [packed] = JSON.parse(pack) as { files: { path: string }[] }[];
  const paths = packed?.files.map(({ path }) => path) ?? [];
  const needed = ["train.mjs", "link.mjs", "locate.mjs"].map((name) => `scripts/tfjs/${name}`);
  expect(paths).toEqual(expect.arrayContaining([...needed, "scripts/python/train_torch.py"]));
});

test.runIf(onLinux)("Ctrl-C leaves no process behind", async () => {
  const steps = String(100_000 + process.pid);
  const child = spawn(process.execPath, [
    join(root, "dist/cli.cjs"),
    "train",
    "--engine",
    "tfjs-wasm",
    "--steps",
    steps,
  ]);
  const marker = `"steps":${steps}`;
  while (processesWith(marker).length === 0 && child.exitCode === null)
    await new Promise((next) => setTimeout(next, 50));
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  child.kill("SIGINT");
  expect(["SIGINT", 130]).toContain(await ended);
  await expect.poll(() => processesWith(marker), { timeout: 5000 }).toEqual([]);
});
