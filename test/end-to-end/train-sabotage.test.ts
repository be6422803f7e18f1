/** A real PyTorch with one thing broken in it, as it breaks in the field: each must be caught, with its cause. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import { processesWith, runCli, temporaryFolder } from "../support/cli.ts";
import { torchPython } from "../support/pythons.ts";
import { trainReportOf } from "../support/train.ts";

/** Tells the processes of this file from those of others. */
const steps = 103;

/** A folder for PYTHONPATH whose torch is the real one, with code run before and after it is loaded. */
function brokenTorch({ before = "", after = "" }: { before?: string; after?: string }): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "torch"));
  const code = `import os, sys
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path = [path for path in sys.path if os.path.abspath(path) != here]
${before}
del sys.modules["torch"]
import torch
${after}
`;
  writeFileSync(join(folder, "torch", "__init__.py"), code);
  return folder;
}

interface Sabotage {
  readonly before?: string;
  readonly after?: string;
  readonly cause: CauseId;
  /** Points of the proof that must fail. */
  readonly fails?: readonly string[];
  /** Seconds for the whole command. */
  readonly deadline?: number;
}

const claimCuda = `
torch.cuda.is_available = lambda: True
torch.cuda.current_device = lambda: 0
torch.cuda.get_device_name = lambda device=None: "NVIDIA GeForce RTX 4090"
torch.cuda.synchronize = lambda device=None: None
torch.cuda.max_memory_allocated = lambda device=None: 1 << 30
zeros = torch.zeros
torch.zeros = lambda *sizes, device=None, **more: zeros(*sizes, **more)
torch.Tensor.to = lambda self, *to, **more: self
torch.nn.Module.to = lambda self, *to, **more: self
`;

const sabotages: Record<string, Sabotage> = {
  "CUDA faked as available": { after: "torch.cuda.is_available = lambda: True", cause: "cpu-only-wheel" },
  "a whole GPU faked": { after: claimCuda, cause: "gpu-not-used", fails: ["device"] },
  "a loss that never falls": {
    after: "torch.optim.Adam.step = lambda self, closure=None: None",
    cause: "training-results-wrong",
    fails: ["loss-falls", "accuracy"],
  },
  "a constant loss": {
    after: `real = torch.nn.functional.cross_entropy
torch.nn.functional.cross_entropy = lambda *of, **more: real(*of, **more) * 0 + 2.3`,
    cause: "training-results-wrong",
    fails: ["loss-falls", "accuracy"],
  },
  "NaN losses": {
    after: `real = torch.nn.functional.cross_entropy
torch.nn.functional.cross_entropy = lambda *of, **more: real(*of, **more) * float("nan")`,
    cause: "training-results-wrong",
    fails: ["finite-loss"],
  },
  "wrong products": {
    after: `real = torch.Tensor.__matmul__
torch.Tensor.__matmul__ = lambda a, b: real(a, b) * 1.01`,
    cause: "training-results-wrong",
    fails: ["product"],
  },
  "a segmentation fault": {
    after: "import ctypes\ntorch.Tensor.backward = lambda *of, **more: ctypes.string_at(0)",
    cause: "framework-crashes",
  },
  "an illegal instruction": {
    after: "import signal\ntorch.Tensor.backward = lambda *of, **more: os.kill(os.getpid(), signal.SIGILL)",
    cause: "framework-crashes",
  },
  "a hang at the import": { before: "import time\ntime.sleep(600)", cause: "training-hangs", deadline: 5 },
  "a hang that ignores SIGTERM": {
    after: `import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
torch.Tensor.backward = lambda *of, **more: time.sleep(600)`,
    cause: "training-hangs",
    deadline: 8,
  },
  "a flood on stdout": {
    after: `import __main__
while True: __main__.REPORTS.write("noise " * 10 + "\\n")`,
    cause: "training-hangs",
    deadline: 8,
  },
  "a flood without a line end": {
    after: `while True: os.write(__main__.REPORTS.fileno(), b"x" * 65536)`,
    before: "import __main__",
    cause: "training-hangs",
    deadline: 8,
  },
  "a flood on stderr": { after: `while True: os.write(2, b"noise\\n" * 1000)`, cause: "training-hangs", deadline: 8 },
  "no memory for the library": {
    before: "import resource\nresource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))",
    cause: "worker-oom-killed",
  },
  "no memory for the tensors": {
    after: `import resource
in_use = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (in_use + (1 << 20), in_use + (1 << 20)))
torch.empty(64 << 20)`,
    cause: "worker-oom-killed",
  },
  "killed for memory": {
    after: "import signal\ntorch.Tensor.backward = lambda *of, **more: os.kill(os.getpid(), signal.SIGKILL)",
    cause: "worker-oom-killed",
  },
};

describe.runIf(process.platform === "linux")("a PyTorch with", () => {
  test.each(Object.entries(sabotages))(
    "%s",
    async (_, { before, after, cause, fails = [], deadline = 50 }) => {
      const python = torchPython();
      if (python === null) return;
      const env = { PYTHONPATH: brokenTorch({ before, after }) };
      const args = [
        "train",
        "--engine",
        "torch",
        "--python",
        python,
        "--steps",
        `${steps}`,
        "--deadline",
        `${deadline}`,
      ];
      const run = await runCli([...args, "--json"], { env });
      const report = trainReportOf(run);
      expect(report.causes[0]?.id).toBe(cause);
      expect(report).toMatchObject({ success: false, gpuProven: false });
      const failed = report.proof.filter(({ ok }) => !ok).map(({ id }) => id);
      expect(failed).toEqual(expect.arrayContaining([...fails]));
      expect(report.causes[0]?.evidence.length).toBeGreaterThan(0);
      expect(run.code).toBe(1);
      expect(processesWith(`"steps":${steps},`)).toEqual([]);
    },
    900_000,
  );

  test("auto goes on to the next engine after a crash, and still fails", async () => {
    const python = torchPython();
    if (python === null) return;
    const env = { PYTHONPATH: brokenTorch({ after: "import ctypes\nctypes.string_at(0)" }) };
    const run = await runCli(["train", "--python", python, "--json"], { env, cwd: temporaryFolder() });
    const report = trainReportOf(run);
    expect(report.engine).toBe("tfjs-wasm");
    expect(report.causes[0]?.id).toBe("framework-crashes");
    expect(report.engines.find(({ engine }) => engine === "torch")?.reason).toMatch(/SIGSEGV/);
    expect(run.code).toBe(1);
  }, 900_000);
});
