/** The cuda engine beside the others: who is tried, who is believed, and what that says about the framework. */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { value } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import type { Host } from "../../src/host/host.ts";
import { type TrainReport, trainReport } from "../../src/report/train-report.ts";
import { type Session, type SessionOptions, trainingSession } from "../../src/training/session.ts";
import { flip } from "../support/check-tester.ts";
import { processesWith, temporaryFolder } from "../support/cli.ts";
import { cudaStandin } from "../support/cuda-standin.ts";
import { metal, python, withFramework } from "../support/facts.ts";
import { engine, hostWith, withPython } from "../training/programs.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const standin = cudaStandin();
const root = fileURLToPath(new URL("../..", import.meta.url));
const steps = 130 + (process.pid % 30);
const noTorch = flip(metal, { pythons: value([python({ frameworks: value([]) })]) });

async function session(
  facts: Facts,
  over: Partial<SessionOptions> = {},
  host: Host = hostWith([500, 900, 500, 900]),
): Promise<Session> {
  const options: SessionOptions = { engine: "auto", device: "auto", steps, totalMs: 60_000, ...over };
  return trainingSession(host, facts, diagnose(facts, checks, catalogue), options);
}

const report = (done: Session, language: "en" | "zh" = "en"): TrainReport =>
  trainReport({ session: done, version: "0", startedAt: new Date(), durationMs: 1 }, language);
const causesOf = ({ causes }: Session): string[] => causes.map(({ cause }) => cause.id);
const outcomeOf = ({ engines }: Session, name: string) => engines.find((one) => one.engine === name);

describe.runIf(standin !== null)("the driver beside the frameworks", () => {
  const before = { ...process.env };
  beforeEach(() => {
    process.env["LD_LIBRARY_PATH"] = standin ?? "";
  });
  afterEach(() => {
    for (const name of ["LD_LIBRARY_PATH", "CUDA_STANDIN_SICK"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  test("nothing is installed: the driver proves the GPU, and setup comes next", async () => {
    const done = await session(noTorch);
    expect(done).toMatchObject({ success: true, causes: [], without: "framework" });
    expect(done.trained?.candidate.engine).toBe("cuda");
    expect(report(done).summary).toMatch(/proven with the driver alone.*No framework is installed yet/);
    expect(report(done, "zh").summary).toMatch(/仅用驱动已证实/);
    expect(report(done).next).toBe("envdoctor setup");
  });

  test("PyTorch trains on the GPU: it stays the proof", async () => {
    const done = await session(withPython(metal, engine({ claims: "cuda" })));
    expect(done.trained?.candidate.engine).toBe("torch");
    expect(outcomeOf(done, "cuda")?.reason.en).toBe("not needed after torch");
  });

  test("a wheel without CUDA: the driver works, the wheel does not", async () => {
    const done = await session(withFramework(metal, { version: "2.6.0+cpu", cudaBuild: value(null) }));
    expect(done.trained?.candidate.engine).toBe("cuda");
    expect(done).toMatchObject({ success: false, without: "idle-framework" });
    expect(done.trained?.proof.gpuProven).toBe(true);
    expect(causesOf(done)[0]).toBe("cpu-only-wheel");
    expect(report(done).summary).toMatch(/The GPU and its driver work.*no framework here trains on it/);
  });

  test("a wheel that was thought to use the GPU stays on the CPU: then the driver is asked", async () => {
    const why = "Torch not compiled with CUDA enabled";
    const done = await session(withPython(metal, engine({ claims: "cpu", why })));
    expect(done.trained?.candidate.engine).toBe("cuda");
    expect(done.success).toBe(false);
    expect(causesOf(done)[0]).toBe("cpu-only-wheel");
  });

  test("a failure of the cuda engine, where PyTorch trains well, blames no card", async () => {
    process.env["CUDA_STANDIN_SICK"] = "wrong-product";
    const done = await session(withPython(metal, engine({ claims: "cuda" })), { engine: "cuda" });
    expect(done).toMatchObject({ success: false, causes: [] });
    expect(outcomeOf(done, "cuda")?.reason.en).toMatch(/PyTorch trains well on this GPU.*is not known/);
    expect(outcomeOf(done, "torch")?.usable).toBe(true);
  });

  test("a failure where no PyTorch can be asked is told as it is", async () => {
    process.env["CUDA_STANDIN_SICK"] = "wrong-product";
    const done = await session(noTorch, { engine: "cuda" });
    expect(causesOf(done)).toEqual(["training-results-wrong"]);
  });

  test("its memory is held until a slow nvidia-smi has looked", async () => {
    const host = hostWith([500, 900]);
    let alive: number | undefined;
    const slow: Host = {
      ...host,
      run: async (argv, options) => {
        const asksMemory = argv.join(" ").includes("memory.used");
        if (asksMemory && processesWith(`"steps":${steps},`).length > 0) {
          await new Promise((next) => setTimeout(next, 2500));
          alive = processesWith(`"steps":${steps},`).length;
        }
        return host.run(argv, options);
      },
    };
    const done = await session(noTorch, {}, slow);
    expect(alive).toBe(1);
    expect(done.success).toBe(true);
    expect(done.trained?.proof.notShown).toEqual([]);
    expect(done.trained?.proof.points.map(({ id }) => id)).toContain("gpu-memory");
  });
});

describe("a machine that shows a card", () => {
  const start = (args: readonly string[]): ChildProcessByStdio<null, Readable, null> => {
    const folder = join(temporaryFolder(), "gpu");
    mkdirSync(folder);
    const namespace = ["--mount", "--propagation", "private", "sh", join(root, "test/fleet/fake-gpu.sh"), folder];
    const variables = [`LD_LIBRARY_PATH=${standin}`, `PATH=${dirname(process.execPath)}:/usr/bin:/bin`];
    const command = [process.execPath, join(root, "dist/cli.cjs"), ...args];
    return spawn("unshare", [...namespace, "env", ...variables, ...command], { stdio: ["ignore", "pipe", "ignore"] });
  };
  let why = "";
  if (standin !== null) {
    try {
      const probe = "mount -t tmpfs tmpfs /mnt && mknod /mnt/x c 195 0";
      execFileSync("unshare", ["--mount", "--propagation", "private", "sh", "-c", probe], { stdio: "ignore" });
    } catch {
      why = "this machine allows no mount namespace with device nodes";
    }
  }

  const possible = (): boolean => {
    if (standin !== null && why === "") return true;
    if (why !== "") console.warn(`NOT RUN: ${why}`);
    return false;
  };

  test("train needs nothing but the driver", async () => {
    if (!possible()) return;
    const told = JSON.parse(await text(start(["train", "--json"]).stdout)) as TrainReport;
    expect(told).toMatchObject({ engine: "cuda", gpuProven: true });
  });

  test("doctor proves the GPU before anything is installed", async () => {
    if (!possible()) return;
    const child = start(["doctor"]);
    let said = "";
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.includes("== 2. Setup")) break;
    }
    child.kill("SIGTERM");
    expect(said).toMatch(/== The GPU, by its driver alone\s+.*GPU training is proven: CUDA driver 13\.0 on Stand-in/);
  });
});
