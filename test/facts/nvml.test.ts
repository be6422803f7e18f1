import { describe, expect, test } from "vitest";
import { nvmlProbe } from "../../src/facts/nvml.ts";
import type { Host } from "../../src/host/host.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

const library = { "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1": "" };
const nodes = {
  "/dev/nvidiactl": { kind: "char", mode: "0666" },
  "/dev/nvidia0": { kind: "char", mode: "0666" },
} as const;
const module = { "/proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14\n" };
const answer = ['{"library":"libnvidia-ml.so.1"}', '{"call":"nvmlInit_v2","code":9}'];

/** The host, and what it is asked to run. */
function watched(description: Description): { host: Host; asked: string[][] } {
  const asked: string[][] = [];
  const host = composed(description);
  const run: Host["run"] = (argv, options) => {
    asked.push([...argv]);
    return host.run(argv, options);
  };
  return { host: { ...host, run }, asked };
}

const linux = (more: Description): Description => ({ identity: { platform: "linux" }, ...more });

describe("NVML is started", () => {
  test.each<[string, Description, string[] | null]>([
    ["with a driver at work", linux({ files: { ...library, ...module }, stats: nodes }), []],
    [
      "in WSL2",
      linux({ files: { "/usr/lib/wsl/lib/libnvidia-ml.so.1": "" }, stats: { "/dev/dxg": nodes["/dev/nvidia0"] } }),
      [],
    ],
    ["without a driver, so that it can change nothing", linux({ files: library }), ["--change-nothing"]],
    [
      "by LD_LIBRARY_PATH",
      linux({ env: { LD_LIBRARY_PATH: "/opt/nvidia/lib" }, files: { "/opt/nvidia/lib/libnvidia-ml.so.1": "" } }),
      ["--change-nothing"],
    ],
    ["not without the library", linux({ files: module, stats: nodes }), null],
    ["not where it would make the nodes of a loaded driver", linux({ files: { ...library, ...module } }), null],
    ["not on macOS", { identity: { platform: "darwin" }, files: library }, null],
  ])("%s", async (_, description, flags) => {
    const { host, asked } = watched(description);
    await nvmlProbe.look(host, {}, {});
    expect(asked).toEqual(flags === null ? [] : [["envdoctor-nvml", ...flags]]);
  });

  test("on Windows, where System32 has it", async () => {
    const { host, asked } = watched({
      identity: { platform: "win32", cwd: "C:\\" },
      env: { SystemRoot: "C:\\Windows" },
      files: { "C:\\Windows\\System32\\nvml.dll": "" },
    });
    await nvmlProbe.look(host, {}, {});
    expect(asked).toEqual([["envdoctor-nvml"]]);
  });
});

describe("what a run of it came to", () => {
  const looked = (run: NonNullable<Description["commands"]>[string]) =>
    nvmlProbe.look(
      composed(linux({ files: { ...library, ...module }, stats: nodes, commands: { "envdoctor-nvml": run } })),
      {},
      {},
    );

  test.each<[string, NonNullable<Description["commands"]>[string], object]>([
    [
      "an error code",
      answer,
      {
        state: "value",
        value: { outcome: "failed", failure: { call: "nvmlInit_v2", code: 9 } },
        evidence: [{ source: "NVML (libnvidia-ml.so.1, nvmlInit_v2)", excerpt: "Driver Not Loaded (NVML error 9)" }],
      },
    ],
    [
      "no answer in time",
      { outcome: "timeout", stdout: [answer[0] ?? ""] },
      { state: "value", value: { outcome: "timeout", stoppedAt: "nvmlInit_v2" } },
    ],
    [
      "a crash",
      { exitCode: null, signal: "SIGSEGV", stdout: '{"library":"libnvidia-ml.so.1"}\n{"call":"nvml' },
      { state: "value", value: { outcome: "crashed", stoppedAt: "nvmlInit_v2" } },
    ],
    ["noise", "\u0000\u001b[31m{}{]\nnull\n[1]\n42\n", { state: "value", value: { outcome: "unreadable", gpus: [] } }],
    ["nothing", "", { state: "value", value: { outcome: "unreadable" } }],
    ["no foreign function calls", '{"missing":"ffi","reason":"koffi: Cannot find module"}\n', { state: "unknown" }],
    ["no program", { outcome: "missing" }, { state: "unknown" }],
    ["no process", { outcome: "failed", stderr: "EAGAIN" }, { state: "unknown" }],
  ])("%s", async (_, run, expected) => {
    expect(await looked(run)).toMatchObject(expected);
  });

  test("values that are none are not told", async () => {
    const lines = [
      ...answer.slice(0, 1),
      { call: "nvmlInit_v2", code: 0 },
      { system: "driverVersion", value: ["550"] },
      { system: "cudaVersion", value: -1 },
      { system: "gpuCount", value: 1 },
      { gpu: 0, call: "nvmlDeviceGetHandleByIndex_v2", code: 0 },
      { gpu: 0, reading: "name", value: "\u001b]0;title\u0007RTX" },
      { gpu: 0, reading: "memory", value: [null, "x", 3] },
      { gpu: 0, reading: "utilisation", value: [140, 2] },
      { gpu: 0, reading: "temperature", value: 4_000_000 },
      { gpu: 0, reading: "uuid", value: "../../etc" },
      { gpu: 0, reading: "processes", value: [[1], "x", null, [7, null]] },
      { gpu: 0, reading: "__proto__", value: { polluted: true } },
      { done: true },
    ].map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
    const fact = await looked(lines);
    expect(fact).toMatchObject({
      value: {
        outcome: "ok",
        driverVersion: null,
        cudaVersion: null,
        gpus: [
          {
            name: "RTX",
            uuid: null,
            memoryMiB: null,
            freeMiB: null,
            utilisation: null,
            temperatureC: null,
            processes: [
              { pid: 1, usedMiB: null },
              { pid: 7, usedMiB: null },
            ],
          },
        ],
      },
    });
    expect({}).not.toHaveProperty("polluted");
  });
});
