/**
 * The cuda engine from the command line to a trained network: the real path through koffi and a libcuda.so.1, which is
 * the stand-in that runs the engine's own kernels on the CPU, well, sick, or failing.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import type { CheckReport } from "../../src/report/check-report.ts";
import type { TrainReport } from "../../src/report/train-report.ts";
import { type CliRun, processesWith, runCli, temporaryFolder } from "../support/cli.ts";
import { cudaStandin } from "../support/cuda-standin.ts";
import { trainReportOf } from "../support/train.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const standin = cudaStandin();
/** Tells the processes of this file from those of others. */
const steps = 160 + (process.pid % 40);
const byDriver = ["train", "--engine", "cuda", "--device", "cuda"];

interface Ran {
  readonly run: CliRun;
  readonly report: TrainReport;
  /** What the stand-in had handed out and did not get back; null where it could not say. */
  readonly left: Record<string, number> | null;
}

async function onStandin(env: Record<string, string> = {}, args: readonly string[] = []): Promise<Ran> {
  const log = join(temporaryFolder(), "left.json");
  const run = await runCli([...byDriver, "--json", "--steps", String(steps), ...args], {
    env: { LD_LIBRARY_PATH: standin ?? "", CUDA_STANDIN_LOG: log, ...env },
  });
  const left = existsSync(log) ? JSON.parse(readFileSync(log, "utf8")) : null;
  return { run, report: trainReportOf(run), left };
}

const nothing = { contexts: 0, modules: 0, allocations: 0, pinned: 0 };
const failedPoints = ({ proof }: TrainReport): string[] => proof.filter(({ ok }) => !ok).map(({ id }) => id);
const reasonOf = ({ engines }: TrainReport): string | undefined =>
  engines.find(({ engine }) => engine === "cuda")?.reason;

describe.runIf(standin !== null)("a card that works", () => {
  test("is proven by a network that trains on it", async () => {
    const { run, report, left } = await onStandin();
    expect(failedPoints(report)).toEqual([]);
    expect(report).toMatchObject({
      engine: "cuda",
      device: "cuda",
      framework: "CUDA driver 13.0",
      success: true,
      gpuProven: true,
      steps,
    });
    expect(report.proof.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["product", "accuracy", "control", "memory-test", "copies", "repeat", "gpu-speed"]),
    );
    expect(report.card).toEqual({ computeCapability: "8.9", memoryMiB: 96, cards: 1 });
    expect(report.memoryTest?.testedMiB).toBeGreaterThan(16);
    expect(report.bandwidth?.hostToDevice.pinned).toBeGreaterThan(0);
    expect(report.pinMemoryGain).toBeGreaterThan(0);
    expect(report.curves?.training.accuracy?.at(-1)).toBeGreaterThan(0.9);
    expect(left).toEqual(nothing);
    expect(run.code).toBe(0);
  });

  test("a second run gives the same losses", async () => {
    const [one, other] = [await onStandin(), await onStandin()];
    expect(other.report.curves).toEqual(one.report.curves);
  });

  test("says so in both languages", async () => {
    const env = { LD_LIBRARY_PATH: standin ?? "" };
    const english = await runCli(byDriver, { env });
    expect(english.stdout.split("\n")[0]).toMatch(/GPU training is proven: CUDA driver 13\.0 on Stand-in/);
    expect(english.stdout).toMatch(/compute capability 8\.9, 96 MiB/);
    expect(english.stdout).toMatch(/from pinned memory [\d.]+ GB\/s/);
    const chinese = await runCli([...byDriver, "--lang", "zh"], { env });
    expect(chinese.stdout.split("\n")[0]).toMatch(/已证实可用 GPU 训练/);
    expect(chinese.stdout).toMatch(/显存能保持写入的内容/);
  });

  test("a quarter of the free memory is taken where it is that of the whole system", async () => {
    const { report } = await onStandin({ CUDA_STANDIN_INTEGRATED: "1" });
    expect(report.success).toBe(true);
    expect(report.memoryTest?.testedMiB).toBeLessThan((report.memoryTest?.freeMiB ?? 0) * 0.3);
  });

  test("half of the free memory is left to others where they use the card", async () => {
    const { report } = await onStandin({ CUDA_STANDIN_TAKEN_MIB: "40" });
    expect(report.success).toBe(true);
    expect(report.memoryTest?.testedMiB).toBeLessThan((report.memoryTest?.freeMiB ?? 0) * 0.6);
  });
});

interface Sick {
  readonly env: Record<string, string>;
  readonly cause?: CauseId;
  readonly fails?: readonly string[];
  readonly reason?: RegExp;
  /** The process ends before the stand-in can say what is left. */
  readonly untold?: true;
  readonly args?: readonly string[];
}

describe.runIf(standin !== null)("a sick card", () => {
  const cases: Record<string, Sick> = {
    "a bit of its memory is stuck": {
      env: { CUDA_STANDIN_SICK: "stuck-bit" },
      cause: "gpu-memory-failing",
      fails: ["memory-test"],
    },
    "products are wrong": {
      env: { CUDA_STANDIN_SICK: "wrong-product" },
      cause: "training-results-wrong",
      fails: ["product", "whole-product"],
    },
    "one entry of products is wrong": {
      env: { CUDA_STANDIN_SICK: "wrong-entry" },
      cause: "training-results-wrong",
      fails: ["whole-product"],
    },
    "now and then a result is wrong": {
      env: { CUDA_STANDIN_SICK: "flaky" },
      cause: "training-results-wrong",
      fails: ["repeat"],
    },
    "losses are no numbers": {
      env: { CUDA_STANDIN_SICK: "nan" },
      cause: "training-results-wrong",
      fails: ["finite-loss", "loss-falls", "accuracy", "repeat"],
    },
    "copies arrive changed": {
      env: { CUDA_STANDIN_SICK: "corrupt-copy" },
      cause: "training-results-wrong",
      fails: ["copies"],
    },
    "others hold the memory": {
      env: { CUDA_STANDIN_TAKEN_MIB: "90" },
      cause: "gpu-memory-full",
      reason: /cuMemAlloc returned 2 \(CUDA_ERROR_OUT_OF_MEMORY\)/,
    },
    "a launch fails once": {
      env: { CUDA_STANDIN_FAIL: "cuLaunchKernel:719:500" },
      reason: /cuLaunchKernel returned 719 \(CUDA_ERROR_LAUNCH_FAILED\) in the midst of the run, at: training/,
    },
    "a call never returns": {
      env: { CUDA_STANDIN_HANG: "cuCtxCreate_v2" },
      cause: "training-hangs",
      reason: /did not finish within \d s; its last step was: cuCtxCreate_v2/,
      untold: true,
      args: ["--deadline", "4"],
    },
    "a call crashes": {
      env: { CUDA_STANDIN_CRASH: "cuModuleLoadDataEx" },
      reason: /it crashed \(SIGSEGV\); its last step was: cuModuleLoadDataEx/,
      untold: true,
    },
    "a launch crashes": {
      env: { CUDA_STANDIN_CRASH: "cuLaunchKernel" },
      reason: /it crashed \(SIGSEGV\); its last step was: matrix product/,
      untold: true,
    },
  };

  test.each(Object.entries(cases))("%s", async (_, { env, cause, fails = [], reason, untold, args }) => {
    const { run, report, left } = await onStandin(env, args);
    expect(run.code).toBe(1);
    expect(report.success).toBe(false);
    expect(report.gpuProven).toBe(false);
    expect(report.causes.map(({ id }) => id)).toEqual(cause === undefined ? [] : [cause]);
    expect(failedPoints(report)).toEqual(fails);
    // No framework took part.
    expect(JSON.stringify(report.causes.map(({ fix }) => fix))).not.toMatch(/pip install/);
    if (reason) expect(reasonOf(report)).toMatch(reason);
    expect(left).toEqual(untold ? null : nothing);
    expect(processesWith(`"steps":${steps},`)).toEqual([]);
  });

  test("is lost in the midst of the run: asked again, it is gone", async () => {
    const state = join(temporaryFolder(), "lost");
    const { report } = await onStandin({ CUDA_STANDIN_SICK: "lost", CUDA_STANDIN_STATE: state });
    expect(report.causes.map(({ id }) => id)).toEqual(["gpu-fallen-off-bus"]);
    expect(reasonOf(report)).toMatch(/returned 999 \(CUDA_ERROR_UNKNOWN\).*can no longer use the card/);
    expect(JSON.stringify(report.causes[0]?.evidence)).toMatch(/cuInit returned 100/);
  });
});

describe.runIf(standin !== null)("a driver that refuses", () => {
  const cases: [string, CauseId][] = [
    ["cuInit:34", "cuda-stub-library-loaded"],
    ["cuInit:803", "driver-library-version-mismatch"],
    ["cuInit:804", "cuda-forward-compat-conflict"],
    ["cuCtxCreate_v2:46", "gpu-compute-mode"],
    ["cuMemAlloc_v2:214:3", "gpu-memory-failing"],
  ];
  test.each(cases)("%s: %s", async (what, cause) => {
    const { report, left } = await onStandin({ CUDA_STANDIN_FAIL: what });
    expect(report.causes[0]?.id).toBe(cause);
    expect(report.engine).toBeNull();
    expect(left).toEqual(nothing);
  });

  test("a failure of giving back is told, too", async () => {
    const { report } = await onStandin({ CUDA_STANDIN_FAIL: "cuCtxDestroy_v2:700" });
    expect(report.success).toBe(false);
    expect(reasonOf(report)).toMatch(/cuCtxDestroy returned 700 \(CUDA_ERROR_ILLEGAL_ADDRESS\)/);
  });
});

describe("a machine without what the engine needs", () => {
  test("no libcuda: the causes of check", async () => {
    const check = JSON.parse((await runCli(["check", "--json"])).stdout) as CheckReport;
    if (check.verdict.gpuTraining !== "no") {
      console.warn("NOT RUN: this machine has a GPU, or may have one");
      return;
    }
    const run = await runCli([...byDriver, "--json"]);
    const report = trainReportOf(run);
    expect(run.code).toBe(1);
    expect(report.causes[0]?.id).toBe(check.causes[0]?.id);
    expect(reasonOf(report)).toMatch(/the driver's library does not load: libcuda\.so\.1/);
  });

  test("a card before Maxwell", async () => {
    if (standin === null) return;
    const { run, report, left } = await onStandin({ CUDA_STANDIN_CC: "3.7" });
    expect(reasonOf(report)).toBe("its kernels need compute capability 5.0, and this card has 3.7");
    expect(report.causes).toEqual([]);
    expect(left).toEqual(nothing);
    expect(run.code).toBe(1);
  });

  test("no koffi: the engine says so, and nothing crashes", async () => {
    const copy = temporaryFolder();
    for (const part of ["dist", "scripts", "package.json"])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    mkdirSync(join(copy, "node_modules"));
    for (const name of readdirSync(join(root, "node_modules"))) {
      if (name !== "koffi") symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name));
    }
    const run = await runCli([...byDriver, "--json"], { program: join(copy, "dist/cli.cjs"), cwd: copy });
    expect(reasonOf(trainReportOf(run))).toMatch(/the driver cannot be called: koffi: Cannot find module 'koffi'/);
    expect(run.code).toBe(1);
  });

  test.runIf(process.platform === "linux")(
    "NVIDIA's real libcuda without a kernel driver: code 100, and why",
    async () => {
      const folder = join(root, "node_modules", ".cache", "envdoctor", "nvidia-userspace");
      try {
        execFileSync("bash", [join(root, "test/support/nvidia-userspace.sh"), folder], {
          stdio: "pipe",
          timeout: 120_000,
        });
      } catch {
        console.warn("NOT RUN: NVIDIA's user-space packages are not to be had here");
        return;
      }
      const env = { LD_LIBRARY_PATH: join(folder, "lib") };
      const nodes = (): string[] => readdirSync("/dev").filter((name) => name.startsWith("nvidia"));
      const before = nodes();
      const check = JSON.parse((await runCli(["check", "--json"], { env })).stdout) as CheckReport;
      const report = trainReportOf(await runCli([...byDriver, "--json"], { env }));
      expect(reasonOf(report)).toBe("cuInit returned 100 (CUDA_ERROR_NO_DEVICE)");
      expect(report.causes[0]?.id).toBe(check.causes[0]?.id);
      expect(JSON.stringify(report.causes[0]?.evidence)).toMatch(/cuInit returned 100 CUDA_ERROR_NO_DEVICE/);
      expect(nodes()).toEqual(before);
    },
    150_000,
  );
});

test.runIf(standin !== null)("Ctrl-C leaves no process behind, and nothing on the card", async () => {
  const many = String(200_000 + process.pid);
  const log = join(temporaryFolder(), "left.json");
  const child = spawn(process.execPath, [join(root, "dist/cli.cjs"), ...byDriver, "--steps", many], {
    env: { ...process.env, LD_LIBRARY_PATH: standin ?? "", CUDA_STANDIN_LOG: log },
    stdio: "ignore",
  });
  const marker = `"steps":${many},`;
  while (processesWith(marker).length === 0 && child.exitCode === null)
    await new Promise((next) => setTimeout(next, 50));
  // Well into the training.
  await new Promise((next) => setTimeout(next, 1500));
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  child.kill("SIGINT");
  expect(["SIGINT", 130]).toContain(await ended);
  expect(processesWith(marker)).toEqual([]);
  expect(JSON.parse(readFileSync(log, "utf8"))).toEqual(nothing);
});

test("the package carries the kernels", () => {
  const pack = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: root,
    encoding: "utf8",
  });
  const [packed] = JSON.parse(pack) as { files: { path: string }[] }[];
  const paths = packed?.files.map(({ path }) => path) ?? [];
  expect(paths).toEqual(expect.arrayContaining(["scripts/kernels/kernels.ptx", "dist/driver-cuda.mjs"]));
});
