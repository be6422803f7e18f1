/** Every call of the driver, failing with every code that NVIDIA documents, in the real path through koffi. */
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import errors from "../../checks/data/cuda-errors.json" with { type: "json" };
import { Driver, DriverError } from "../../src/cuda/driver.ts";
import { trainByDriver } from "../../src/cuda/engine.ts";
import { type Library, openLibrary } from "../../src/ffi/library.ts";
import { type TrainingPlan, trainingPlan } from "../../src/training/plan.ts";
import type { Report } from "../../src/training/protocol.ts";
import { cudaStandin } from "../support/cuda-standin.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const whole = trainingPlan(1, "cuda");
const plan: TrainingPlan = {
  ...whole,
  trainLabels: whole.trainLabels.slice(0, 64),
  shuffledLabels: whole.shuffledLabels.slice(0, 64),
  testLabels: whole.testLabels.slice(0, 10),
  product: { ...whole.product, size: 8, entries: [[0, 0]] },
};
/** Not cuGetErrorName, which only tells about the others. */
const calls = [
  "cuInit",
  "cuDriverGetVersion",
  "cuDeviceGetCount",
  "cuDeviceGet",
  "cuDeviceGetName",
  "cuDeviceGetAttribute",
  "cuDeviceTotalMem_v2",
  "cuCtxCreate_v2",
  "cuCtxSynchronize",
  "cuModuleLoadDataEx",
  "cuModuleGetFunction",
  "cuMemGetInfo_v2",
  "cuMemAlloc_v2",
  "cuPointerGetAttribute",
  "cuMemAllocHost_v2",
  "cuMemcpyHtoD_v2",
  "cuMemcpyDtoH_v2",
  "cuLaunchKernel",
  "cuMemFreeHost",
  "cuMemFree_v2",
  "cuModuleUnload",
  "cuCtxDestroy_v2",
] as const;

const standin = cudaStandin();

describe.runIf(standin !== null)("the driver's calls", () => {
  let library: Library;
  let fail: (what: string) => void;
  let outstanding: () => number;

  beforeAll(() => {
    process.env["CUDA_STANDIN_MEMORY_MIB"] = "8";
    process.env["CUDA_STANDIN_TAKEN_MIB"] = "1";
    const opened = openLibrary([join(standin ?? "", "libcuda.so.1")]);
    if (!opened.ok) throw new Error(opened.reason);
    library = opened.library;
    const [told, counted] = [library.find("standin_fail", ["str"]), library.find("standin_outstanding", [])];
    fail = (what) => void told?.(what);
    outstanding = () => counted?.() ?? -1;
  });

  async function run(): Promise<Report[]> {
    const reports: Report[] = [];
    const quiet = async (): Promise<void> => {};
    const limits = { memoryTestMs: 1000, timedSize: 8 };
    const around = { print: (report: Report) => void reports.push(report), breathe: quiet, hold: quiet };
    await trainByDriver(new Driver(library), plan, { ...around, limits, began: 0 });
    return reports;
  }

  test("all go well, and everything is given back", async () => {
    fail("");
    const reports = await run();
    expect(reports.at(-1)).toEqual({ event: "done" });
    expect(outstanding()).toBe(0);
  });

  test.each(calls)("%s fails with every code: it is named, and everything is given back", async (call) => {
    for (const { code, name } of errors.rows) {
      fail(`${call}:${code}`);
      const error = await run().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      const trouble = error instanceof DriverError ? [error.call, error.code, error.codeName] : error;
      expect(trouble, `${call} ${name}`).toEqual([call, code, name]);
      // A context that the driver does not let go stays until the process ends.
      expect([name, outstanding()]).toEqual([name, call === "cuCtxDestroy_v2" ? 1 : 0]);
    }
  });

  test("a call that the driver does not know is named", async () => {
    fail("");
    const old: Library = {
      ...library,
      find: (name, types) => (name === "cuInit" ? undefined : library.find(name, types)),
    };
    const around = { print: () => {}, breathe: async () => {}, hold: async () => {} };
    const limits = { memoryTestMs: 1000, timedSize: 8 };
    const went = trainByDriver(new Driver(old), plan, { ...around, limits, began: 0 });
    await expect(went).rejects.toMatchObject({ call: "cuInit", code: null });
  });

  test("a code that nobody knows yet is told by its number", async () => {
    fail("cuInit:4242");
    await expect(run()).rejects.toMatchObject({ call: "cuInit", code: 4242, codeName: null });
  });
});
