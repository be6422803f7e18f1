/**
 * NVML through real foreign function calls into a library that plays healthy and sick cards (test/support/nvml-standin),
 * and what the diagnosis makes of it, with NVML alone: nvidia-smi is missing here.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Facts, NvmlReport } from "../../src/facts/facts.ts";
import { openLibrary } from "../../src/ffi/library.ts";
import { ask } from "../../src/nvml/ask.ts";
import { nvmlCodes } from "../../src/nvml/codes.ts";
import { readings } from "../../src/nvml/readings.ts";
import { nvmlTold } from "../../src/nvml/report.ts";
import { flip } from "../support/check-tester.ts";
import { metal } from "../support/facts.ts";
import { nvmlStandin } from "../support/nvml-standin.ts";

const standin = nvmlStandin();
const old = nvmlStandin(true);
const reason = "reason" in standin ? standin.reason : "reason" in old ? old.reason : undefined;
if (reason !== undefined) console.warn(`NOT RUN: NVML by foreign function calls: ${reason}`);

/** What the library tells when it plays this; every line goes through JSON, as it does from one process to the other. */
function told(play: string, which = standin): NvmlReport {
  const opened = openLibrary(["folder" in which ? join(which.folder, "libnvidia-ml.so.1") : ""]);
  if (!opened.ok) throw new Error(opened.reason);
  // The library looks into the environment of this process.
  process.env["NVML_STANDIN"] = play;
  const lines: string[] = [];
  ask(opened.library, (line) => lines.push(JSON.stringify(line)));
  const run = { outcome: "ended", exitCode: 0, signal: null, stderr: "", truncated: false, durationMs: 1 } as const;
  const answer = nvmlTold({ ...run, stdout: lines.join("\n") });
  if (answer.told !== "report") throw new Error(answer.reason);
  return answer.report;
}

function diagnosed(report: NvmlReport, machine: Facts = metal) {
  const facts = flip(machine, { driver: { smi: absent() }, nvml: value(report) });
  const { verdict, causes, findings } = diagnose(facts, checks, catalogue);
  const having = (status: string): string =>
    findings
      .filter((f) => f.status === status)
      .map((f) => f.id)
      .join(" ");
  return {
    verdict: `${verdict.status} ${verdict.gpuTraining}`,
    causes: causes.map((c) => c.cause.id).join(" "),
    fail: having("fail"),
    warn: having("warn"),
    unknown: having("unknown"),
  };
}

const healthy = { verdict: "ready yes", causes: "", fail: "", warn: "", unknown: "" };
const sick = (verdict: string, id: string, ...causes: string[]) => ({
  ...healthy,
  verdict,
  [verdict.startsWith("not-ready") ? "fail" : "warn"]: id,
  causes: causes.join(" "),
});

describe.runIf(reason === undefined)("a card by NVML", () => {
  test("healthy: all that is asked is read", () => {
    const report = told("");
    expect(report).toMatchObject({
      outcome: "ok",
      failure: null,
      driverVersion: "550.54.14",
      nvmlVersion: "12.550.54.14",
      cudaVersion: "12.4",
      gpuCount: 1,
    });
    expect(report.gpus).toEqual([
      {
        index: 0,
        failure: null,
        name: "NVIDIA GeForce RTX 4090",
        uuid: "GPU-5a9f2b1c-0000-4d21-8a44-3c1e7f3b9d10",
        pciId: "10de:2684",
        address: "0000:01:00.0",
        computeCapability: "8.9",
        memoryMiB: 24_564,
        freeMiB: 24_000,
        mig: false,
        migDevices: 0,
        computeMode: "default",
        driverModel: null,
        persistence: true,
        performanceState: 8,
        utilisation: { gpu: 0, memory: 0 },
        clocksMHz: { sm: 2520, memory: 2520, maxSm: 3105, maxMemory: 3105 },
        slowdowns: [],
        powerW: { draw: 22, limit: 450 },
        temperatureC: 41,
        slowdownTemperatureC: 95,
        pcie: { generation: 1, maxGeneration: 4, width: 16, maxWidth: 16 },
        ecc: true,
        uncorrected: { volatile: 0, aggregate: 0 },
        remappedRows: { corrected: 0, uncorrected: 0, pending: false, failed: false },
        retiredPages: null,
        processes: [],
      },
    ]);
    expect(diagnosed(report)).toEqual(healthy);
  });

  test("an old library without half of the functions: what it does not tell is no fault", () => {
    const report = told("", old);
    expect(report).toMatchObject({ outcome: "ok", cudaVersion: "9.1" });
    expect(report.gpus[0]).toMatchObject({ computeCapability: "8.9", remappedRows: null, mig: null, migDevices: null });
    const { fail, warn, verdict } = diagnosed(report);
    // A driver of CUDA 9 is too old for the framework, and that is all.
    expect({ fail, warn, verdict }).toEqual({ fail: "frameworks.driver", warn: "", verdict: "not-ready no" });
  });

  test.each([
    ["width=8", sick("degraded yes", "gpu.link", "pcie-link-degraded")],
    ["width=8 busy=97 pstate=0 generation=4", sick("degraded yes", "gpu.link", "pcie-link-degraded")],
    ["busy=97 pstate=0 generation=1", sick("degraded yes", "gpu.link", "pcie-link-degraded")],
    ["generation=1 pstate=8 busy=3", healthy],
    ["reasons=72", sick("degraded yes", "gpu.clocks", "gpu-overheating")],
    ["reasons=32", sick("degraded yes", "gpu.clocks", "gpu-overheating")],
    ["reasons=136", sick("degraded yes", "gpu.clocks", "gpu-power-insufficient")],
    ["reasons=8 temperature=94", sick("degraded yes", "gpu.clocks", "gpu-overheating")],
    ["reasons=8", sick("degraded yes", "gpu.clocks", "gpu-power-insufficient gpu-overheating")],
    // Idle, clocks set by somebody, the power cap, sync boost, display clocks.
    ["reasons=279", healthy],
    ["uncorrected=2", sick("degraded yes", "gpu.memory-errors", "gpu-memory-failing")],
    ["remapPending=1 remapped=1", sick("degraded yes", "gpu.memory-errors", "gpu-memory-failing")],
    ["remapFailed=1", sick("degraded yes", "gpu.memory-errors", "gpu-memory-failing")],
    ["retired=3 retirementPending=1", sick("degraded yes", "gpu.memory-errors", "gpu-memory-failing")],
    ["retired=64", sick("degraded yes", "gpu.memory-errors", "gpu-memory-failing")],
    // What was mended: rows replaced, pages out of use, errors of earlier days.
    ["remapped=2 uncorrectedEver=2 retired=4", healthy],
    ["free=209715200 processes=3", sick("ready yes", "gpu.memory", "gpu-memory-full")],
    ["computeMode=2", sick("not-ready no", "gpu.compute-mode", "gpu-compute-mode")],
    ["computeMode=3 processes=1", sick("ready yes", "gpu.compute-mode", "gpu-compute-mode")],
    ["computeMode=3", healthy],
    ["mig=1", sick("not-ready no", "gpu.mig", "mig-without-slices")],
    ["mig=1 slices=3", healthy],
    [
      "mig=1 fail=nvmlDeviceGetMigDeviceHandleByIndex:4",
      { ...healthy, verdict: "degraded unknown", unknown: "gpu.mig" },
    ],
    ["lost=0", sick("not-ready no", "driver.api", "gpu-fallen-off-bus")],
    ["cards=2 lost=1", sick("not-ready no", "gpu.health", "gpu-fallen-off-bus")],
    ["lostAt=nvmlDeviceGetPowerUsage", sick("not-ready no", "gpu.health", "gpu-fallen-off-bus")],
    ["fail=nvmlInit:18", sick("not-ready no", "driver.api", "driver-library-version-mismatch")],
    ["cards=0", sick("not-ready no", "driver.api", "gpu-rm-init-failed")],
    ["garbage=1", { ...healthy, verdict: "degraded unknown", unknown: "driver.api" }],
  ])("%s", (play, expected) => {
    expect(diagnosed(told(play))).toMatchObject(expected);
  });

  test("who holds the memory is named", () => {
    const facts = flip(metal, { driver: { smi: absent() }, nvml: value(told("free=209715200 processes=3")) });
    const finding = diagnose(facts, checks, catalogue).findings.find(({ id }) => id === "gpu.memory");
    expect(finding?.detail?.en).toContain("PID 4000 (7000 MiB)");
  });

  test("garbage is no reading: nothing of it is believed", () => {
    expect(told("garbage=1")).toMatchObject({ outcome: "unreadable", driverVersion: null, gpus: [] });
    const [card] = told("garbage=1 cards=1").gpus;
    expect(card ?? {}).not.toMatchObject({ memoryMiB: expect.any(Number) });
  });
});

describe.runIf(reason === undefined)("every function of NVML failing in turn with every documented code", () => {
  const ofCards = [...new Set(readings.flatMap(({ symbols }) => symbols[0].replace(/_v\d$/, "")))];
  const others = [
    "nvmlDeviceGetRetiredPages",
    "nvmlDeviceGetComputeRunningProcesses",
    "nvmlDeviceGetMaxMigDeviceCount",
  ];
  const codes = nvmlCodes.filter((code) => code !== 0);

  /** What stops everything: the cause of each code, where the code tells one. */
  const ofAll: Readonly<Record<number, string>> = {
    4: "device-node-permissions",
    9: "kernel-module-missing",
    12: "driver-not-installed",
    15: "gpu-fallen-off-bus",
    17: "device-node-permissions",
    18: "driver-library-version-mismatch",
    999: "device-node-permissions",
  };

  test.each(["nvmlInit", "nvmlDeviceGetCount"])("%s", (symbol) => {
    for (const code of codes) {
      const { causes, verdict, unknown } = diagnosed(told(`fail=${symbol}:${code}`));
      const cause = ofAll[code];
      const wanted = cause === undefined ? ["", "degraded unknown", "driver.api"] : [cause, "not-ready no", ""];
      expect([code, causes, verdict, unknown.split(" ")[0]]).toEqual([code, ...wanted]);
    }
  });

  test("nvmlDeviceGetHandleByIndex", () => {
    const known: Readonly<Record<number, string>> = {
      4: "device-node-permissions",
      8: "gpu-power-insufficient",
      15: "gpu-fallen-off-bus",
      16: "gpu-rm-init-failed",
      999: "gpu-fallen-off-bus",
    };
    for (const code of codes) {
      const { causes, verdict } = diagnosed(told(`fail=nvmlDeviceGetHandleByIndex:${code}`));
      expect([code, causes]).toEqual([code, known[code] ?? ""]);
      expect([code, verdict]).not.toEqual([code, "ready yes"]);
    }
  });

  test.each(["nvmlSystemGetDriverVersion", "nvmlSystemGetNVMLVersion", "nvmlSystemGetCudaDriverVersion"])(
    "%s: the machine is no worse for it",
    (symbol) => {
      for (const code of codes) {
        const { fail, warn, causes } = diagnosed(told(`fail=${symbol}:${code}`));
        expect([code, fail, warn, causes]).toEqual([code, "", "", ""]);
      }
    },
  );

  test.each([...ofCards, ...others])("%s: absent, unless the card itself is in trouble", (symbol) => {
    const trouble: Readonly<Record<number, string>> = {
      8: "gpu-power-insufficient",
      15: "gpu-fallen-off-bus",
      16: "gpu-rm-init-failed",
    };
    // The stand-in asks for these only in a card that has them.
    if (symbol === "nvmlDeviceGetDriverModel") return;
    for (const code of codes) {
      const { causes, fail } = diagnosed(told(`fail=${symbol}:${code}`));
      expect([symbol, code, causes, fail]).toEqual([
        symbol,
        code,
        trouble[code] ?? "",
        trouble[code] ? "gpu.health" : "",
      ]);
    }
  });
});
