import arch from "../../checks/frameworks/arch.ts";
import cudnn from "../../checks/frameworks/cudnn.ts";
import driver from "../../checks/frameworks/driver.ts";
import gpuBuild from "../../checks/frameworks/gpu-build.ts";
import installed from "../../checks/frameworks/installed.ts";
import pythonSupported from "../../checks/frameworks/python.ts";
import tfjsBinding from "../../checks/frameworks/tfjs-binding.ts";
import tfjsNode from "../../checks/frameworks/tfjs-node.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Facts, Framework, SmiGpu, TfjsPackage } from "../../src/facts/facts.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import { bare, framework, mac, metal, python, smi, smiGpu, windows, withFramework, wsl2 } from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const empty = python({ path: "/usr/bin/python3", environment: "system", frameworks: value([]) });
const pythons = (facts: Facts, ...list: ReturnType<typeof python>[]) => flip(facts, { pythons: value(list) });
const driven = (facts: Facts, driverVersion: string, cudaVersion: string | null, gpu: Partial<SmiGpu> = {}) =>
  flip(facts, { driver: { smi: value(smi({ driverVersion, cudaVersion, gpus: [smiGpu(gpu)] })) } });

const tfjs = (over: Partial<TfjsPackage> = {}): TfjsPackage => ({
  name: "@tensorflow/tfjs-node-gpu",
  version: "4.22.0",
  path: "/home/user/project/node_modules/@tensorflow/tfjs-node-gpu",
  binding: value("lib/napi-v8/tfjs_binding.node"),
  library: value("deps/lib/libtensorflow.so.2"),
  ...over,
});
const withTfjs = (facts: Facts, over: Partial<TfjsPackage> = {}, version = "20.20.2") =>
  flip(facts, { node: value({ version, napi: "9", tfjs: value([tfjs(over)]) }) });
const noPython = pythons(metal, empty);

checkTester(installed, {
  pass: { "in the active one": metal, "tfjs-node": withTfjs(noPython), macOS: mac },
  warn: {
    "in another one": [pythons(metal, empty, python({ active: false })), "wrong-python-environment"],
    "nowhere, and no GPU waits": [pythons(bare, empty), "framework-not-installed"],
  },
  fail: { "nowhere, and a GPU waits": [noPython, "framework-not-installed"] },
  unknown: {
    "Pythons not looked for": flip(metal, { pythons: unknown("not looked at") }),
    "packages not readable": pythons(metal, python({ frameworks: unknown("timed out") })),
  },
});

const cpu: Partial<Framework> = { version: "2.6.0+cpu", cudaBuild: value(null), archList: value([]) };
const tensorflow: Partial<Framework> = {
  name: "tensorflow",
  distribution: "tensorflow",
  version: "2.16.1",
  cudaBuild: value("12.3"),
  cudnn: "8",
  archList: value(["sm_60", "sm_70", "sm_80", "sm_89", "compute_90"]),
};
const onWindows = { platform: value("win32") };

checkTester(gpuBuild, {
  pass: {
    "torch for CUDA": metal,
    "JAX for CUDA beside a CPU torch": pythons(
      metal,
      python({
        frameworks: value([framework(cpu), framework({ name: "jax", version: "0.5.0", cudaBuild: value("12.0") })]),
      }),
    ),
    "tfjs-node-gpu": withTfjs(noPython),
    "TensorFlow 2.10 on Windows": withFramework(
      windows,
      { ...tensorflow, version: "2.10.1", cudaBuild: value("11.2") },
      onWindows,
    ),
  },
  fail: {
    "CPU wheel": [withFramework(metal, cpu), "cpu-only-wheel"],
    "ROCm wheel for an NVIDIA card": [
      withFramework(metal, { version: "2.6.0+rocm6.2", cudaBuild: value(null), hipBuild: "6.2" }),
      "cpu-only-wheel",
    ],
    "CPU wheel on Windows": [withFramework(windows, cpu, onWindows), "cpu-only-wheel"],
    "TensorFlow on Windows": [
      withFramework(windows, { ...tensorflow, cudaBuild: value(null) }, onWindows),
      "tf-native-windows-no-gpu",
    ],
  },
  skipped: { "nothing installed": noPython, macOS: mac },
  unknown: { "not told": withFramework(metal, { cudaBuild: unknown("not told") }) },
});

const built = (facts: Facts, cuda: string) =>
  withFramework(facts, { version: `2.9.0+cu${cuda.replace(".", "")}`, cudaBuild: value(cuda) });

checkTester(driver, {
  pass: {
    "the very same CUDA": metal,
    "cu128 on driver 535, by minor-version compatibility": driven(built(metal, "12.8"), "535.104.05", "12.2"),
    "cu130 on driver 610 that says 13.3": driven(built(metal, "13.0"), "610.10.01", "13.3"),
    "cu118 on a much newer driver": driven(built(metal, "11.8"), "580.95.05", "13.0"),
    "WSL2, where the number is Windows's": driven(built(wsl2, "12.8"), "551.61", "12.4"),
    "by the module's version alone": flip(built(metal, "12.4"), { driver: { smi: absent() } }),
  },
  fail: {
    "cu130 on driver 550": [driven(built(metal, "13.0"), "550.54.14", "12.4"), "driver-too-old-for-framework-cuda"],
    "cu126 on driver 470": [driven(built(metal, "12.6"), "470.82.01", "11.4"), "driver-too-old-for-framework-cuda"],
    "cu130 in WSL2 with Windows's 551": [
      driven(built(wsl2, "13.0"), "551.61", "12.4"),
      "driver-too-old-for-framework-cuda",
    ],
  },
  skipped: { "CPU wheel": withFramework(metal, cpu), "nothing installed": noPython, macOS: mac },
  unknown: {
    "a driver that nobody could ask": flip(metal, { driver: { smi: unknown("timed out"), module: absent() } }),
    "a CUDA of the future": driven(built(metal, "17.0"), "550.54.14", "12.4"),
  },
});

const archs = (facts: Facts, gpu: Partial<SmiGpu>, ...list: string[]) =>
  driven(withFramework(facts, { archList: value(list) }), "580.95.05", "13.0", gpu);
const cu126 = ["sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"];
const cu130 = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120", "compute_120"];

checkTester(arch, {
  pass: {
    "RTX 4090 with sm_86 and sm_90": archs(metal, { computeCapability: "8.9" }, "sm_86", "sm_90"),
    "GTX 1080 with sm_60": archs(metal, { computeCapability: "6.1" }, ...cu126),
    "GB10 with sm_120": archs(metal, { computeCapability: "12.1" }, ...cu130),
    "PTX for a newer card": archs(metal, { computeCapability: "13.0" }, ...cu130),
    "by the bus where nvidia-smi is silent": flip(metal, { driver: { smi: absent() } }),
  },
  fail: {
    "RTX 5090 with cu126": [archs(metal, { computeCapability: "12.0" }, ...cu126), "gpu-arch-too-new-for-wheel"],
    "GTX 1080 with cu130": [archs(metal, { computeCapability: "6.1" }, ...cu130), "gpu-arch-too-old-for-wheel"],
    "RTX 5090 by the table of wheels": [
      driven(
        withFramework(metal, { version: "2.7.1+cu126", cudaBuild: value("12.6"), archList: unknown("not told") }),
        "580.95.05",
        "13.0",
        { computeCapability: "12.0" },
      ),
      "gpu-arch-too-new-for-wheel",
    ],
  },
  skipped: {
    "no list": withFramework(metal, { version: "2.9.0", archList: unknown("not told") }),
    "CPU wheel": withFramework(metal, cpu),
    macOS: mac,
  },
  unknown: {
    "a card that no table knows": flip(driven(metal, "580.95.05", "13.0", { computeCapability: null }), {
      bus: { adapters: absent() },
    }),
  },
});

checkTester(cudnn, {
  pass: {
    "from the wheel": withFramework(metal, tensorflow, { nvidiaWheels: value({ "nvidia-cudnn-cu12": "8.9.4.25" }) }),
    "of the system": flip(withFramework(metal, tensorflow, { nvidiaWheels: value({}) }), {
      libraries: { cudnn: value([{ version: "8", path: "/usr/lib/libcudnn.so.8" }]) },
    }),
  },
  fail: {
    none: [withFramework(metal, tensorflow, { nvidiaWheels: value({}) }), "cudnn-missing"],
    "another major": [
      withFramework(metal, tensorflow, { nvidiaWheels: value({ "nvidia-cudnn-cu12": "9.1.0.70" }) }),
      "cudnn-version-mismatch",
    ],
  },
  skipped: {
    torch: metal,
    conda: withFramework(metal, tensorflow, { environment: "conda" }),
    Windows: withFramework(windows, tensorflow),
  },
  unknown: { "not told": withFramework(metal, tensorflow, { nvidiaWheels: unknown("denied") }) },
});

const versioned = (version: string, frameworks = value<Framework[]>([])) =>
  pythons(metal, python({ version: value(version), frameworks }));

checkTester(pythonSupported, {
  pass: { "3.11": metal, "old, but the framework is there": versioned("3.7.9", value([framework()])) },
  warn: { "too old": [versioned("3.5.3"), "python-version-unsupported"] },
  skipped: { none: pythons(metal) },
  unknown: {
    "newer than the table": versioned("3.19.0"),
    "not told": pythons(metal, python({ version: unknown("timed out") })),
  },
});

checkTester(tfjsBinding, {
  pass: { whole: withTfjs(metal) },
  warn: { "torch is there as well": [withTfjs(metal, { binding: absent() }), "tfjs-binding-missing"] },
  fail: {
    "never downloaded": [withTfjs(noPython, { binding: absent() }), "tfjs-binding-missing"],
    "the library is elsewhere": [withTfjs(pythons(windows, empty), { library: absent() }), "tfjs-binding-dll-missing"],
  },
  skipped: { "not installed": metal },
  unknown: { "not told": withTfjs(metal, { binding: unknown("denied") }) },
});

checkTester(tfjsNode, {
  pass: {
    "Node 20": withTfjs(noPython),
    "a release that mends it": withTfjs(noPython, { version: "4.23.0" }, "24.1.0"),
  },
  warn: { "torch is there as well": [withTfjs(metal, {}, "24.1.0"), "node-version-unsupported"] },
  fail: { "Node 24": [withTfjs(noPython, {}, "24.1.0"), "node-version-unsupported"] },
  skipped: { "not installed": metal },
});
