import deviceNodes from "../../checks/gpu/device-nodes.ts";
import driverApi from "../../checks/gpu/driver-api.ts";
import driverVersions from "../../checks/gpu/driver-versions.ts";
import fabricManager from "../../checks/gpu/fabric-manager.ts";
import health from "../../checks/gpu/health.ts";
import memory from "../../checks/gpu/memory.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { DeviceNode, SmiGpu } from "../../src/facts/facts.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import {
  adapter,
  bare,
  docker,
  kvm,
  library,
  mac,
  metal,
  node,
  showing,
  smi,
  smiFailed,
  smiGpu,
  windows,
  wsl2,
  wslFacts,
} from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const radeon = adapter({ vendor: "amd", name: "Radeon RX 7900 XTX", pciId: "1002:744c" });
const locked: DeviceNode[] = [
  node("/dev/nvidia0", { mode: 0o660, group: "video", accessible: false }),
  node("/dev/nvidiactl", { mode: 0o660, group: "video", accessible: false }),
];

checkTester(deviceNodes, {
  pass: {
    "all three": metal,
    "made on demand": flip(metal, { driver: { nodes: absent() } }),
    "uvm comes with the first CUDA program": flip(metal, {
      driver: { nodes: value([node("/dev/nvidia0"), node("/dev/nvidiactl")]) },
    }),
    "the modes say no, but nvidia-smi got in": flip(metal, { driver: { nodes: value(locked) } }),
    "MIG's nodes are root's": flip(metal, {
      driver: {
        nodes: value([node("/dev/nvidia0"), node("/dev/nvidia-caps/nvidia-cap1", { accessible: false })]),
        smi: absent(),
      },
    }),
    "in a container": docker,
  },
  fail: {
    locked: [flip(metal, { driver: { nodes: value(locked), smi: absent() } }), "device-node-permissions"],
    "a container without nodes": [flip(docker, { driver: { nodes: absent() } }), "container-missing-gpu-flag"],
    "a container without uvm": [
      flip(docker, { driver: { nodes: value([node("/dev/nvidia0"), node("/dev/nvidiactl")]) } }),
      "container-uvm-device-missing",
    ],
  },
  skipped: { WSL2: wsl2, Windows: windows },
  unknown: { "not told": flip(metal, { driver: { nodes: unknown("denied") } }) },
});

const said = (facts: typeof metal, ...failure: Parameters<typeof smiFailed>) =>
  flip(facts, { driver: { smi: value(smiFailed(...failure)) } });
const blocked = "Failed to initialize NVML: GPU access blocked by the operating system";
const linuxNvml = { libnvml: value([library("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1")]) };

checkTester(driverApi, {
  pass: { "it lists the card": metal, WSL2: wsl2, Windows: windows },
  fail: {
    mismatch: [said(metal, "mismatch", "Driver/library version mismatch"), "driver-library-version-mismatch"],
    "no driver": [said(metal, "no-driver", "couldn't communicate"), "kernel-module-missing"],
    "no devices on bare metal": [said(metal, "no-devices", "No devices were found"), "gpu-rm-init-failed"],
    "no devices in a guest": [said(kvm, "no-devices", "No devices were found"), "vm-passthrough-gpu-init-failed"],
    "no devices, and the driver asks for the open module": [
      flip(said(metal, "no-devices", "No devices were found"), {
        driver: {
          ...said(metal, "no-devices", "No devices were found").driver,
          kernelLog: value(["NVRM: installed in this system requires use of the NVIDIA open kernel modules."]),
        },
      }),
      "open-kernel-module-required",
    ],
    "blocked in WSL2": [said(wsl2, "blocked", blocked), "gpu-in-tcc-mode"],
    "blocked in WSL2 by a Linux driver": [
      flip(said(wsl2, "blocked", blocked), { libraries: linuxNvml }),
      "wsl-linux-driver-installed",
    ],
    "blocked in WSL2 on a custom kernel": [
      flip(said(wsl2, "blocked", blocked), { wsl: value(wslFacts({ customKernel: value(true) })) }),
      "wsl-custom-kernel",
    ],
    "unknown error in a container": [
      said(docker, "nvml-unknown", "Failed to initialize NVML: Unknown Error"),
      "container-cgroup-device-revoked",
    ],
    lost: [said(metal, "lost", "GPU is lost"), "gpu-fallen-off-bus"],
    permission: [said(metal, "permission", "Insufficient Permissions"), "device-node-permissions"],
    "no library": [said(metal, "no-library", "NVML library not found"), "driver-not-installed"],
  },
  skipped: { macOS: mac, "AMD's GPU": showing(bare, radeon) },
  unknown: {
    "it hangs": said(metal, "timeout", ""),
    "it crashed": said(metal, "crashed", "Segmentation fault"),
    garbage: said(metal, "unreadable", "@@@@"),
    "no card listed": flip(metal, { driver: { smi: value(smi({ gpus: [] })) } }),
    "not installed": flip(metal, { driver: { smi: absent() } }),
  },
});

checkTester(driverVersions, {
  pass: {
    agreed: flip(metal, { driver: { smi: absent() } }),
    "two drivers on disk, and nvidia-smi answers": flip(metal, { driver: { userspaceVersion: value("535.104.05") } }),
  },
  fail: {
    "updated without a reboot": [
      flip(metal, {
        driver: { smi: absent(), userspaceVersion: value("550.90.07", { source: "libcuda.so", excerpt: "550.90.07" }) },
      }),
      "driver-library-version-mismatch",
    ],
  },
  skipped: { "one is not known": flip(metal, { driver: { userspaceVersion: unknown("denied") } }), WSL2: wsl2 },
});

const cards = (...over: Partial<SmiGpu>[]) =>
  flip(metal, { driver: { smi: value(smi({ gpus: over.map((one) => smiGpu(one)) })) } });
const log = (facts: typeof metal, line: string) =>
  flip(facts, { driver: { ...facts.driver, kernelLog: value([line]) } });
const xid = (number: number) => `NVRM: Xid (PCI:0000:01:00): ${number}, pid='<unknown>', name=<unknown>`;

checkTester(health, {
  pass: { healthy: metal, "a program's own fault": log(metal, xid(31)) },
  warn: {
    "a reading that failed": [cards({ trouble: "ERR!" }), "gpu-fallen-off-bus"],
    "it came back": [log(metal, xid(79)), "gpu-fallen-off-bus"],
    "memory errors": [log(metal, xid(48)), "gpu-memory-failing"],
  },
  fail: {
    lost: [cards({ trouble: "GPU is lost" }), "gpu-fallen-off-bus"],
    "to be reset": [cards({ trouble: "[GPU requires reset]" }), "gpu-rm-init-failed"],
    "off the bus and gone": [log(said(metal, "timeout", ""), xid(79)), "gpu-fallen-off-bus"],
  },
  skipped: { "nothing to go by": flip(bare, { driver: { kernelLog: unknown("denied") } }) },
});

checkTester(memory, {
  pass: {
    free: metal,
    "GB10 reports none": cards({ memoryMiB: null, usedMiB: null }),
    "one of two is free": cards({ usedMiB: 24_000 }, { index: 1 }),
  },
  warn: { full: [cards({ usedMiB: 24_000 }), "gpu-memory-full"] },
  skipped: { "no card": bare },
});

const switched = (state: string) =>
  flip(metal, { bus: { nvswitches: value(6) }, driver: { fabricManager: value(state) } });

checkTester(fabricManager, {
  pass: { active: switched("active") },
  fail: {
    failed: [switched("failed"), "fabricmanager-not-running"],
    "not installed": [flip(metal, { bus: { nvswitches: value(6) } }), "fabricmanager-not-running"],
  },
  skipped: { "no NVSwitch": metal, "a container": flip(docker, { bus: { nvswitches: value(6) } }) },
  unknown: {
    "not told": flip(metal, { bus: { nvswitches: value(6) }, driver: { fabricManager: unknown("no systemctl") } }),
  },
});
