import { describe, expect, test } from "vitest";
import type { CauseId } from "../../checks/causes/ids.ts";
import errors from "../../checks/data/cuda-errors.json" with { type: "json" };
import { value } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import { driverFailure, unusableDriver } from "../../src/training/driver-failure.ts";
import type { Failed } from "../../src/training/protocol.ts";
import { flip } from "../support/check-tester.ts";
import { bare, container, hypervisor, metal, node, wslFacts } from "../support/facts.ts";
import { observation, ready } from "./build.ts";

const anywhere = unknownFacts();
const wsl2 = flip(anywhere, { system: { ...anywhere.system, platform: value("linux") }, wsl: value(wslFacts()) });
const inContainer = flip(metal, {
  containers: value([container("docker")]),
  driver: { ...metal.driver, nodes: value([node("/dev/nvidia0"), node("/dev/nvidiactl")]) },
});
const guest = flip(bare, { hypervisor: value(hypervisor("vmware")) });

const switched = flip(metal, { bus: { ...metal.bus, nvswitches: value(6) } });

function failed(code: number | null, call = "cuInit"): Failed {
  const codeName = errors.rows.find((row) => row.code === code)?.name ?? null;
  return { event: "failed", call, code, codeName, library: "libcuda.so.1" };
}

const atStart = (one: Failed) => observation({ ready: null, failed: one, done: false, stage: one.call });

describe("a code of the driver before the card answered", () => {
  const cases: [string, Failed, Facts, CauseId | undefined][] = [
    ["the toolkit's stub", failed(34), metal, "cuda-stub-library-loaded"],
    ["no fabric manager", failed(802), switched, "fabricmanager-not-running"],
    ["a fabric without a switch", failed(802), metal, "fabricmanager-no-nvswitch"],
    ["library and module of different drivers", failed(803), metal, "driver-library-version-mismatch"],
    ["a forward-compatibility library", failed(804), metal, "cuda-forward-compat-conflict"],
    ["nvidia-uvm is broken", failed(999), metal, "uvm-broken-after-suspend"],
    ["nvidia-uvm is not in the container", failed(999), inContainer, "container-uvm-device-missing"],
    ["unknown error in WSL2", failed(999), wsl2, "wsl-gpu-channel-broken"],
    ["a driver before CUDA 8", failed(222, "cuModuleLoadDataEx"), metal, "driver-too-old-for-framework-cuda"],
    ["a vGPU without compute", failed(801, "cuCtxCreate_v2"), guest, "vgpu-profile-no-compute"],
    ["a vGPU without licence", failed(102, "cuCtxCreate_v2"), guest, "vgpu-profile-no-compute"],
    ["others may not use the card", failed(46, "cuCtxCreate_v2"), metal, "gpu-compute-mode"],
    ["memory that failed", failed(214, "cuMemAlloc_v2"), metal, "gpu-memory-failing"],
    ["no room for a context", failed(2, "cuCtxCreate_v2"), metal, "gpu-memory-full"],
    ["several cards in WSL2", failed(2), wsl2, "wsl-multi-gpu-init-oom"],
    ["a driver without a call", failed(null), metal, "driver-too-old-for-framework-cuda"],
    ["no device: the diagnosis knows why", failed(100), metal, undefined],
    ["not supported, on no virtual machine", failed(801), metal, undefined],
    ["the compiler is not there", failed(221, "cuModuleLoadDataEx"), metal, undefined],
  ];
  test.each(cases)("%s", (_, one, facts, cause) => {
    const { suspicions } = driverFailure(one, atStart(one), facts, null);
    expect(suspicions[0]?.cause).toBe(cause);
    for (const { evidence } of suspicions) expect(evidence[0]?.source).toBe("libcuda.so.1");
  });

  test.each(errors.rows)("$name is said by its name and number", ({ code, name }) => {
    const { reason } = driverFailure(failed(code), atStart(failed(code)), metal, null);
    for (const words of [reason.en, reason.zh]) {
      expect(words).toContain(`cuInit`);
      expect(words).toContain(String(code));
      expect(words).toContain(name);
    }
  });

  test.each([100, 101, 999])("%i leaves it to the diagnosis to say why there is no GPU", (code) => {
    const { diagnosed } = driverFailure(failed(code), atStart(failed(code)), metal, null);
    expect(diagnosed?.[0]?.excerpt).toMatch(new RegExp(`^cuInit returned ${code} CUDA_ERROR_`));
  });

  test("a code without a cause blames nobody", () => {
    const one = failed(221, "cuModuleLoadDataEx");
    expect(driverFailure(one, atStart(one), metal, null)).not.toHaveProperty("diagnosed");
  });
});

describe("a code in the midst of the run", () => {
  const onCard = { ...ready, device: "cuda" } as const;
  const midRun = (one: Failed) => observation({ ready: onCard, failed: one, done: false, stage: "training" });
  const lost = failed(719, "cuMemcpyDtoH_v2");

  test("the card is gone when it is asked again", () => {
    const again = atStart(failed(100));
    const { reason, suspicions } = driverFailure(lost, midRun(lost), metal, again);
    expect(suspicions).toMatchObject([{ cause: "gpu-fallen-off-bus" }]);
    expect(suspicions[0]?.evidence.map(({ excerpt }) => excerpt)).toEqual([
      "cuMemcpyDtoH returned 719 CUDA_ERROR_LAUNCH_FAILED",
      "cuInit returned 100 CUDA_ERROR_NO_DEVICE",
    ]);
    expect(reason.en).toMatch(/training; asked again, the driver can no longer use the card/);
  });

  test("the card answers again: nothing is known", () => {
    const { suspicions, reason } = driverFailure(lost, midRun(lost), metal, observation({ ready: onCard }));
    expect(suspicions).toEqual([]);
    expect(reason.en).toBe(
      "cuMemcpyDtoH returned 719 (CUDA_ERROR_LAUNCH_FAILED) in the midst of the run, at: training",
    );
  });

  test.each([34, 803, 804, 802])("%i means nothing there that it means at the start", (code) => {
    const one = failed(code, "cuLaunchKernel");
    expect(driverFailure(one, midRun(one), metal, null).suspicions).toEqual([]);
  });

  test("memory runs out", () => {
    const one = failed(2, "cuMemAlloc_v2");
    expect(driverFailure(one, midRun(one), metal, null).suspicions).toMatchObject([{ cause: "gpu-memory-full" }]);
    const pinned = failed(2, "cuMemAllocHost_v2");
    expect(driverFailure(pinned, midRun(pinned), wsl2, null).suspicions[0]?.cause).toBe("wsl-pinned-memory-limit");
    expect(driverFailure(pinned, midRun(pinned), metal, null).suspicions).toEqual([]);
  });
});

test("nothing to call: no koffi proves nothing, no library is for the diagnosis", () => {
  const ffi = unusableDriver({ event: "unusable", missing: "ffi", reason: "koffi: Cannot find module 'koffi'" });
  expect(ffi).toMatchObject({ passedOver: true, suspicions: [] });
  expect(ffi.reason.en).toMatch(/Cannot find module 'koffi'/);
  expect(ffi).not.toHaveProperty("diagnosed");
  const library = unusableDriver({ event: "unusable", missing: "library", reason: "libcuda.so.1: no such file" });
  expect(library.diagnosed).toEqual([{ source: "libcuda", excerpt: "libcuda.so.1: no such file" }]);
});
