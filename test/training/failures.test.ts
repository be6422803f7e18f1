import { describe, expect, test } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import { value } from "../../src/facts/fact.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import type { RunResult } from "../../src/host/host.ts";
import { failureOf, failureOfProof } from "../../src/training/failures.ts";
import { prove } from "../../src/training/proof.ts";
import { parseReport } from "../../src/training/protocol.ts";
import { flip } from "../support/check-tester.ts";
import { wslFacts } from "../support/facts.ts";
import { candidate, ended, observation, ready, runSeen } from "./build.ts";

const anywhere = unknownFacts();
const inWsl = flip(anywhere, { wsl: value(wslFacts()) });

describe("a program that did not train to its end", () => {
  const dlopen = (library: string): string =>
    `node:internal/modules/cjs/loader\nError: ${library}: cannot open shared object file: No such file or directory\n    at Module._extensions..node`;
  const cases: [string, Partial<RunResult>, CauseId | undefined][] = [
    ["segmentation fault", { exitCode: null, signal: "SIGSEGV" }, "framework-crashes"],
    ["illegal instruction", { exitCode: null, signal: "SIGILL" }, "framework-crashes"],
    ["crash behind a wrapper", { exitCode: 139 }, "framework-crashes"],
    ["access violation of Windows", { exitCode: 3221225477 }, "framework-crashes"],
    [
      "abort for memory",
      { exitCode: null, signal: "SIGABRT", stderr: "terminate called after throwing an instance of 'std::bad_alloc'" },
      "worker-oom-killed",
    ],
    ["killed", { exitCode: null, signal: "SIGKILL" }, "worker-oom-killed"],
    ["MemoryError", { exitCode: 1, stderr: "Traceback (most recent call last):\nMemoryError" }, "worker-oom-killed"],
    [
      "no room for a library",
      { exitCode: 1, stderr: "ImportError: libtorch_cpu.so: failed to map segment from shared object" },
      "worker-oom-killed",
    ],
    ["hang", { outcome: "timeout", exitCode: null }, "training-hangs"],
    ["no torch", { exitCode: 1, stderr: "ModuleNotFoundError: No module named 'torch'" }, "framework-not-installed"],
    [
      "a CPU wheel asked for CUDA",
      { exitCode: 1, stderr: "AssertionError: Torch not compiled with CUDA enabled" },
      "cpu-only-wheel",
    ],
    [
      "GPU memory",
      { exitCode: 1, stderr: "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 MiB." },
      "gpu-memory-full",
    ],
    [
      "no binding",
      {
        exitCode: 1,
        stderr: "Error: The Node.js native addon module (tfjs_binding.node) can not be found at path: lib/napi-v8",
      },
      "tfjs-binding-missing",
    ],
    [
      "a binding for another Node",
      {
        exitCode: 1,
        stderr:
          "Error: The module 'tfjs_binding.node' was compiled against a different Node.js version using NODE_MODULE_VERSION 93.",
      },
      "tfjs-binding-missing",
    ],
    ["no libtensorflow", { exitCode: 1, stderr: dlopen("libtensorflow_cc.so.2") }, "tfjs-binding-dll-missing"],
    [
      "no tensorflow.dll",
      {
        exitCode: 1,
        stderr: "Error: The specified module could not be found.\n\\\\?\\C:\\lib\\napi-v8\\tfjs_binding.node",
      },
      "tfjs-binding-dll-missing",
    ],
    [
      "Node 23",
      { exitCode: 1, stderr: "TypeError: (0 , util_1.isNullOrUndefined) is not a function" },
      "node-version-unsupported",
    ],
    ["words nobody knows", { exitCode: 3, stderr: "the flux capacitor is empty" }, undefined],
  ];
  test.each(cases)("%s", (_, end, cause) => {
    const failure = failureOf(observation({ end: { ...ended, ...end }, done: false }), candidate, anywhere);
    expect(failure).not.toBeNull();
    expect(failure?.suspicions[0]?.cause).toBe(cause);
    for (const { evidence } of failure?.suspicions ?? []) expect(evidence[0]?.excerpt).not.toBe("");
  });

  test("in WSL2 it is the VM's memory that ran out", () => {
    const seen = observation({ end: { ...ended, exitCode: null, signal: "SIGKILL" }, done: false });
    expect(failureOf(seen, candidate, inWsl)?.suspicions[0]?.cause).toBe("wsl-memory-limit");
  });

  test("a program that ends well without having reported is no success", () => {
    expect(failureOf(observation({ done: false }), candidate, anywhere)).not.toBeNull();
    expect(failureOf(observation(), candidate, anywhere)).toBeNull();
  });

  test("a flood of other lines is told", () => {
    const noise = { lines: 1_000_000, excerpt: "y" };
    const seen = observation({ end: { ...ended, outcome: "timeout" }, done: false, noise });
    const evidence = failureOf(seen, candidate, anywhere)?.suspicions[0]?.evidence ?? [];
    expect(evidence.some(({ excerpt }) => excerpt.includes("1000000 lines"))).toBe(true);
  });
});

describe("a proof that does not hold", () => {
  const judge = (seen = observation(), steps = 200): ReturnType<typeof failureOfProof> =>
    failureOfProof(prove(seen, { gpu: null, cpu: null }), { candidate, steps, device: seen.ready?.device ?? "cpu" });

  test("wrong numbers are the device's or the framework's fault", () => {
    expect(judge()).toBeNull();
    expect(judge(observation({ product: null }))?.suspicions[0]?.cause).toBe("training-results-wrong");
  });
  test("parameters elsewhere: the GPU was not used", () => {
    const placed = { event: "placed", parameters: ["meta"], gradients: ["meta"] } as const;
    const seen = observation({
      placed: { ...placed, parameters: [...placed.parameters], gradients: [...placed.gradients] },
    });
    expect(judge(seen)?.suspicions[0]?.cause).toBe("gpu-not-used");
  });
  test("a GPU that nobody confirms is not proven", () => {
    const seen = observation({ ready: { ...ready, device: "cuda" } });
    expect(judge(seen)?.suspicions[0]?.cause).toBe("gpu-not-used");
  });
  test("too few steps are nobody's fault", () => {
    const seen = observation({ training: runSeen(0.3, () => 2.2) });
    expect(judge(seen, 20)?.suspicions).toEqual([]);
    expect(judge(seen, 200)?.suspicions).toHaveLength(1);
  });
});

describe("lines of an engine program", () => {
  const cases: [string, string, boolean][] = [
    ["a step", '{"event":"step","run":"training","step":1,"loss":2.3,"ms":1.5}', true],
    ["a step whose loss was NaN", '{"event":"step","run":"control","step":1,"loss":null,"ms":1.5}', true],
    ["an unknown event", '{"event":"boast","accuracy":1}', false],
    ["a loss that is text", '{"event":"step","run":"training","step":1,"loss":"low","ms":1}', false],
    ["JSON that is cut", '{"event":"step","run":"tra', false],
    ["words of the framework", "Loading CUDA kernels …", false],
    ["another object", '{"loss": 0}', false],
    ["nothing", "", false],
  ];
  test.each(cases)("%s", (_, line, isReport) => {
    expect(parseReport(line) !== undefined).toBe(isReport);
  });
});
