import cudnn from "../../checks/cuda/cudnn.ts";
import libcuda from "../../checks/cuda/libcuda.ts";
import toolkit from "../../checks/cuda/toolkit.ts";
import visibleDevices from "../../checks/cuda/visible-devices.ts";
import wslLibraries from "../../checks/cuda/wsl-libraries.ts";
import { absent, value } from "../../src/facts/fact.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import {
  adapter,
  bare,
  container,
  docker,
  hypervisor,
  library,
  mac,
  metal,
  node,
  smi,
  smiGpu,
  windows,
  wsl2,
} from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const debians = library("/usr/lib/x86_64-linux-gnu/libcuda.so.1", { package: value("libnvidia-compute-550") });
const windowss = library("/usr/lib/wsl/lib/libcuda.so.1", { kind: "wsl" });

checkTester(wslLibraries, {
  pass: {
    "Windows's come first": wsl2,
    "a Linux driver is there, but behind": flip(wsl2, { libraries: { libcuda: value([windowss, debians]) } }),
  },
  fail: {
    "a Linux driver comes first": [
      flip(wsl2, { libraries: { libcuda: value([debians, windowss]) } }),
      "wsl-linux-driver-installed",
    ],
    "NVML alone is shadowed": [
      flip(wsl2, { libraries: { libnvml: value([library("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1")]) } }),
      "wsl-linux-driver-installed",
    ],
    "not on the loader path": [flip(wsl2, { libraries: { libcuda: absent() } }), "wsl-libcuda-not-in-loader-path"],
  },
  skipped: { "bare metal": metal, "a container": flip(wsl2, { containers: value([container("docker")]) }) },
  unknown: { "not told": flip(wsl2, { libraries: { libcuda: unknown("denied") } }) },
});

const radeon = flip(bare, {
  bus: { adapters: value([adapter({ vendor: "amd", name: "Radeon RX 7900 XTX", pciId: "1002:744c" })]) },
});
const first = (kind: "stub" | "compat", path: string) =>
  flip(metal, { libraries: { libcuda: value([library(path, { kind, via: "LD_LIBRARY_PATH" }), debians]) } });

const compat = first("compat", "/usr/local/cuda/compat/libcuda.so.1");

checkTester(libcuda, {
  pass: { "the driver's": metal, "Windows's": wsl2, "in a container": docker },
  warn: {
    "compat on a data-centre card": [
      flip(compat, { driver: { smi: value(smi({ gpus: [smiGpu({ name: "NVIDIA H100 80GB HBM3" })] })) } }),
      "cuda-forward-compat-conflict",
    ],
  },
  fail: {
    "compat on a GeForce": [compat, "cuda-forward-compat-conflict"],
    stub: [first("stub", "/usr/local/cuda/lib64/stubs/libcuda.so.1"), "cuda-stub-library-loaded"],
    "none on bare metal": [flip(metal, { libraries: { libcuda: absent() } }), "driver-not-installed"],
    "none in a container": [flip(docker, { libraries: { libcuda: absent() } }), "container-missing-gpu-flag"],
    "none in a guest with a partitioned GPU": [
      flip(bare, { hypervisor: value(hypervisor("hyperv")), driver: { dxg: value(node("/dev/dxg")) } }),
      "hyperv-gpupv-driver-files-missing",
    ],
  },
  skipped: { Windows: windows, macOS: mac, "AMD's GPU": radeon },
  unknown: {
    "no card that needs it": bare,
    "not told": flip(metal, { libraries: { libcuda: unknown("no ldconfig") } }),
  },
});

const visible = (devices: string, gpus = 2) =>
  flip(metal, {
    cuda: { visibleDevices: value(devices) },
    driver: { smi: value(smi({ gpus: Array.from({ length: gpus }, (_, index) => smiGpu({ index })) })) },
  });

checkTester(visibleDevices, {
  pass: {
    unset: metal,
    "one of two": visible("1"),
    "by its UUID": visible("GPU-8932f937"),
    "the second does not exist": visible("0,7"),
  },
  fail: {
    empty: [visible(""), "cuda-visible-devices-hides-gpu"],
    "minus one": [visible("-1"), "cuda-visible-devices-hides-gpu"],
    "Slurm without a GPU": [visible("NoDevFiles"), "cuda-visible-devices-hides-gpu"],
    "a card that is not there": [visible("2"), "cuda-visible-devices-hides-gpu"],
  },
  skipped: { macOS: mac },
  unknown: { "not told": flip(metal, { cuda: { visibleDevices: unknown("not pasted") } }) },
});

checkTester(toolkit, {
  pass: {
    none: metal,
    "one without a GPU": flip(bare, {
      cuda: { toolkits: value([{ version: "13.0", path: "/usr/local/cuda-13.0", onPath: true }]) },
    }),
  },
  skipped: { macOS: mac },
});

checkTester(cudnn, {
  pass: {
    none: metal,
    one: flip(metal, { libraries: { cudnn: value([{ version: "9.1.0", path: "/usr/lib/libcudnn.so.9" }]) } }),
  },
  skipped: { macOS: mac },
});
