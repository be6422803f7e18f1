import { describe, expect, test } from "vitest";
import clocks from "../../checks/gpu/clocks.ts";
import computeMode from "../../checks/gpu/compute-mode.ts";
import driverApi from "../../checks/gpu/driver-api.ts";
import health from "../../checks/gpu/health.ts";
import link from "../../checks/gpu/link.ts";
import memoryErrors from "../../checks/gpu/memory-errors.ts";
import mig from "../../checks/gpu/mig.ts";
import agreement from "../../checks/gpu/nvml.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { absent, known, value } from "../../src/facts/fact.ts";
import type { CardNow, Facts, NvmlGpu, NvmlReport, SmiGpu, SmiReport } from "../../src/facts/facts.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import { metal, nvml, nvmlGpu, smi, smiFailed, smiGpu } from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const told = (over: Partial<NvmlReport> = {}, machine: Facts = metal): Facts =>
  flip(machine, { nvml: value(nvml(over)) });
const card = (over: Partial<NvmlGpu>): Facts => told({ gpus: [nvmlGpu(over)] });
const cards = (...all: readonly Partial<NvmlGpu>[]): Facts =>
  told({ gpuCount: all.length, gpus: all.map((over, index) => nvmlGpu({ index, ...over })) });
const said = (of: SmiReport, machine: Facts): Facts => flip(machine, { driver: { smi: value(of) } });
const now: CardNow = {
  uuid: null,
  freeMiB: 24_000,
  temperatureC: 60,
  slowdowns: [],
  uncorrectedErrors: null,
  computeProcesses: 0,
};
const bySmi = (over: Partial<CardNow>, gpu: Partial<SmiGpu> = {}): Facts =>
  said(smi({ gpus: [smiGpu({ ...gpu, now: { ...now, ...over } })] }), metal);
const failed = (code: number): Partial<NvmlReport> => ({
  outcome: "failed",
  failure: { call: "nvmlInit_v2", code },
  driverVersion: null,
  cudaVersion: null,
  gpuCount: null,
  gpus: [],
});
const hung: Partial<NvmlReport> = { outcome: "timeout", stoppedAt: "nvmlDeviceGetPowerUsage, GPU 0" };
const withoutSmi = (facts: Facts): Facts => flip(facts, { driver: { smi: absent() } });
const busy = { utilisation: { gpu: 98, memory: 40 }, performanceState: 2 };
const pcie = { generation: 4, maxGeneration: 4, width: 16, maxWidth: 16 };

checkTester(link, {
  pass: {
    "all lanes": card({ pcie }),
    "a lower generation while idle": card({ pcie: { ...pcie, generation: 1 } }),
    "a lower generation that is not told": card({ ...busy, pcie: { ...pcie, generation: null } }),
    "a slot with eight lanes": card({ pcie: { ...pcie, width: 8, maxWidth: 8 } }),
    "a notebook with eight lanes": card({ name: "NVIDIA GeForce RTX 4070 Laptop GPU", pcie: { ...pcie, width: 8 } }),
    "two cards that share the lanes of one slot": cards(
      { pcie: { ...pcie, width: 8 } },
      { pcie: { ...pcie, width: 8 } },
    ),
    "only the width is told": card({ pcie: { generation: null, maxGeneration: null, width: 16, maxWidth: 16 } }),
  },
  warn: {
    "half the lanes": [card({ pcie: { ...pcie, width: 8 } }), "pcie-link-degraded"],
    "one of two cards": [cards({ pcie }, { pcie: { ...pcie, width: 4 } }), "pcie-link-degraded"],
    "a low generation under load": [card({ ...busy, pcie: { ...pcie, generation: 1 } }), "pcie-link-degraded"],
  },
  skipped: {
    "NVML was not asked": metal,
    "a GPU without PCIe": card({ pcie: { generation: null, maxGeneration: null, width: null, maxWidth: null } }),
  },
});

checkTester(clocks, {
  pass: {
    "nothing holds them back": card({}),
    "by nvidia-smi": bySmi({}),
  },
  warn: {
    heat: [card({ slowdowns: ["hw_slowdown", "hw_thermal_slowdown"] }), "gpu-overheating"],
    "heat of the board": [card({ slowdowns: ["sw_thermal_slowdown"] }), "gpu-overheating"],
    "the power supply": [card({ slowdowns: ["hw_slowdown", "hw_power_brake_slowdown"] }), "gpu-power-insufficient"],
    "an old driver, at the limit": [card({ slowdowns: ["hw_slowdown"], temperatureC: 94 }), "gpu-overheating"],
    "an old driver": [card({ slowdowns: ["hw_slowdown"] }), "gpu-power-insufficient", "gpu-overheating"],
    "by nvidia-smi": [bySmi({ slowdowns: ["hw_thermal_slowdown"] }), "gpu-overheating"],
    "one of two cards": [cards({}, { slowdowns: ["hw_thermal_slowdown"] }), "gpu-overheating"],
  },
  skipped: { "nobody tells": metal, "a card that does not tell": card({ slowdowns: null }) },
});

const ecc = { ecc: true, uncorrected: { volatile: 0, aggregate: 0 } };
const remapped = { corrected: 0, uncorrected: 1, pending: false, failed: false };
const retired = { doubleBit: 1, singleBit: 2, pending: false };

checkTester(memoryErrors, {
  pass: {
    none: card(ecc),
    "rows that were replaced": card({ ...ecc, remappedRows: remapped }),
    "pages that are out of use": card({ ...ecc, retiredPages: retired }),
    "errors of earlier days": card({ ...ecc, uncorrected: { volatile: 0, aggregate: 7 } }),
    "by nvidia-smi": bySmi({ uncorrectedErrors: 0 }),
  },
  warn: {
    "errors since the driver was loaded": [
      card({ ...ecc, uncorrected: { volatile: 3, aggregate: 3 } }),
      "gpu-memory-failing",
    ],
    "a row that waits": [card({ ...ecc, remappedRows: { ...remapped, pending: true } }), "gpu-memory-failing"],
    "no spare row": [card({ ...ecc, remappedRows: { ...remapped, failed: true } }), "gpu-memory-failing"],
    "a page that waits": [card({ ...ecc, retiredPages: { ...retired, pending: true } }), "gpu-memory-failing"],
    "too many pages": [card({ ...ecc, retiredPages: { ...retired, doubleBit: 61 } }), "gpu-memory-failing"],
    "by nvidia-smi": [bySmi({ uncorrectedErrors: 4 }), "gpu-memory-failing"],
  },
  skipped: { "nobody tells": metal, "a card without ECC": card({}) },
});

checkTester(computeMode, {
  pass: {
    default: card({}),
    "for one process, and free": card({ computeMode: "exclusive-process" }),
  },
  fail: { "no program may compute": [card({ computeMode: "prohibited" }), "gpu-compute-mode"] },
  warn: {
    "one of two cards": [cards({}, { computeMode: "prohibited" }), "gpu-compute-mode"],
    "for one process, which has it": [
      card({ computeMode: "exclusive-process", processes: [{ pid: 4000, usedMiB: 700 }] }),
      "gpu-compute-mode",
    ],
  },
  skipped: { "NVML was not asked": metal, "a card that does not tell": card({ computeMode: null }) },
});

checkTester(mig, {
  pass: { slices: card({ mig: true, migDevices: 3 }) },
  fail: { "no slice": [card({ mig: true, migDevices: 0 }), "mig-without-slices"] },
  warn: { "no slice on one of two": [cards({}, { mig: true, migDevices: 0 }), "mig-without-slices"] },
  skipped: { "MIG is off": card({}), "NVML was not asked": metal },
  unknown: { "this user may not see them": card({ mig: true, migDevices: null }) },
});

checkTester(health, {
  pass: { "NVML sees nothing either": card({}) },
  fail: {
    "lost, by NVML": [card({ failure: { call: "nvmlDeviceGetPowerUsage", code: 15 } }), "gpu-fallen-off-bus"],
    "to be reset": [card({ failure: { call: "nvmlDeviceGetHandleByIndex_v2", code: 16 } }), "gpu-rm-init-failed"],
    "without its power cable": [
      card({ failure: { call: "nvmlDeviceGetHandleByIndex_v2", code: 8 } }),
      "gpu-power-insufficient",
    ],
  },
  warn: {
    "a corrupted infoROM": [card({ failure: { call: "nvmlDeviceGetEccMode", code: 14 } })],
    "a failure without a cause": [card({ failure: { call: "nvmlDeviceGetHandleByIndex_v2", code: 11 } })],
  },
});

checkTester(agreement, {
  pass: {
    "in all": told({}, bySmi({})),
    "what one does not tell is no difference": told({ cudaVersion: null }, said(smi({ driverVersion: null }), metal)),
    "both fail": told(failed(9), said(smiFailed("no-driver", "couldn't communicate"), metal)),
    "a size that is rounded": told({ gpus: [nvmlGpu({ memoryMiB: 24_563 })] }),
    "cards that this user may not touch": told({
      gpuCount: 2,
      gpus: [nvmlGpu(), nvmlGpu({ index: 1, name: null, failure: { call: "nvmlDeviceGetHandleByIndex_v2", code: 4 } })],
    }),
  },
  warn: {
    "another driver": [told({ driverVersion: "535.104.05" }), "driver-library-version-mismatch"],
    "another CUDA version": [told({ cudaVersion: "12.2" }), "driver-library-version-mismatch"],
    "another number of cards": [cards({}, {})],
    "another card": [card({ name: "NVIDIA GeForce RTX 3090" })],
    "another size": [card({ memoryMiB: 12_288 })],
    "another MIG mode": [card({ mig: true })],
    "only NVML fails": [told(failed(18)), "driver-library-version-mismatch"],
    "only nvidia-smi fails": [told({}, said(smiFailed("lost", "GPU is lost"), metal))],
    "nvidia-smi hangs": [told({}, said(smiFailed("timeout", "no answer within 5 s"), metal))],
  },
  skipped: { "NVML was not asked": metal, "no nvidia-smi": withoutSmi(told()) },
  unknown: {
    "NVML hangs": told(hung),
    "NVML fails in a way that tells nothing": told(failed(23)),
  },
});

checkTester(driverApi, {
  pass: {
    "no nvidia-smi, but NVML": withoutSmi(told()),
    "nvidia-smi hangs, NVML answers": told({}, said(smiFailed("timeout", "no answer within 5 s"), metal)),
    "NVML hangs, nvidia-smi answers": told(hung),
  },
  fail: {
    "by NVML: no driver": [withoutSmi(told(failed(9))), "kernel-module-missing"],
    "by NVML: versions": [withoutSmi(told(failed(18))), "driver-library-version-mismatch"],
    "by NVML: permission": [withoutSmi(told(failed(4))), "device-node-permissions"],
    "by NVML: lost": [
      withoutSmi(
        told({ gpus: [nvmlGpu({ name: null, failure: { call: "nvmlDeviceGetHandleByIndex_v2", code: 15 } })] }),
      ),
      "gpu-fallen-off-bus",
    ],
    "nvidia-smi's own words come first": [
      told({}, said(smiFailed("mismatch", "Driver/library version mismatch"), metal)),
      "driver-library-version-mismatch",
    ],
  },
  unknown: {
    "by NVML: a code without a cause": withoutSmi(told(failed(23))),
    "both hang": told(hung, said(smiFailed("timeout", "no answer within 5 s"), metal)),
    "no nvidia-smi, and NVML crashes": withoutSmi(told({ outcome: "crashed", stoppedAt: "nvmlInit_v2" })),
  },
});

describe("the driver's word", () => {
  test("is nvidia-smi's where it has one, else NVML's", () => {
    const own = smi({ driverVersion: "551.61" });
    expect(known(driverReport(told({}, said(own, metal))))).toEqual(own);
    const report = known(driverReport(withoutSmi(told())));
    expect(report).toMatchObject({ outcome: "ok", path: null, driverVersion: "550.54.14", cudaVersion: "12.4" });
    expect(report?.gpus).toEqual([
      {
        ...smiGpu({ usedMiB: 512 }),
        now: {
          uuid: "GPU-5a9f2b1c-0000-4d21-8a44-3c1e7f3b9d10",
          freeMiB: 24_052,
          temperatureC: 41,
          slowdowns: [],
          uncorrectedErrors: null,
          computeProcesses: 0,
        },
      },
    ]);
  });

  test("stays unknown where nobody could be asked", () => {
    const facts = flip(metal, { driver: { smi: unknown("not called") }, nvml: unknown("not asked") });
    expect(driverReport(facts)).toBe(facts.driver.smi);
  });
});
