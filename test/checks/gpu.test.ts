import bars from "../../checks/gpu/bars.ts";
import deviceNodes from "../../checks/gpu/device-nodes.ts";
import driverApi from "../../checks/gpu/driver-api.ts";
import driverBinding from "../../checks/gpu/driver-binding.ts";
import driverBranch from "../../checks/gpu/driver-branch.ts";
import driverFlavour from "../../checks/gpu/driver-flavour.ts";
import driverInstalled from "../../checks/gpu/driver-installed.ts";
import driverModule from "../../checks/gpu/driver-module.ts";
import driverPrime from "../../checks/gpu/driver-prime.ts";
import driverVersions from "../../checks/gpu/driver-versions.ts";
import fabricManager from "../../checks/gpu/fabric-manager.ts";
import health from "../../checks/gpu/health.ts";
import memory from "../../checks/gpu/memory.ts";
import present from "../../checks/gpu/present.ts";
import wslDevice from "../../checks/gpu/wsl-device.ts";
import { absent, unknown, value } from "../../src/facts/fact.ts";
import type { Adapter, DeviceNode, GpuVendor, LoadedModule, SmiGpu } from "../../src/facts/facts.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import {
  adapter,
  bare,
  container,
  docker,
  gtx1080,
  hypervisor,
  kvm,
  library,
  mac,
  metal,
  node,
  rtx5090,
  smi,
  smiFailed,
  smiGpu,
  windows,
  withFramework,
  wsl2,
  wslFacts,
} from "../support/facts.ts";

const display = (vendor: GpuVendor, name: string, pciId: string): Adapter =>
  adapter({ vendor, name, pciId, driver: absent(), architecture: null, computeCapability: null });
const showing = (facts: typeof metal, ...adapters: Adapter[]) =>
  flip(facts, {
    bus: { adapters: value(adapters, { source: "/sys/bus/pci/devices", excerpt: "display or compute" }) },
  });
const svga = display("vmware", "SVGA II", "15ad:0405");
const radeon = display("amd", "Radeon RX 7900 XTX", "1002:744c");

checkTester(wslDevice, {
  pass: { "there it is": wsl2 },
  fail: {
    missing: [flip(wsl2, { driver: { dxg: absent() } }), "wsl-dev-dxg-missing"],
    "an old Windows": [
      flip(wsl2, { driver: { dxg: absent() }, wsl: value(wslFacts({ windowsBuild: value(18_363) })) }),
      "wsl-windows-build",
    ],
    "a container that was given none": [
      flip(wsl2, { driver: { dxg: absent() }, containers: value([container("docker")]) }),
      "container-missing-gpu-flag",
    ],
    "without access": [
      flip(wsl2, { driver: { dxg: value(node("/dev/dxg", { accessible: false })) } }),
      "device-node-permissions",
    ],
  },
  skipped: { "bare metal": metal },
  unknown: { "not told": flip(wsl2, { driver: { dxg: unknown("denied") } }) },
});

checkTester(present, {
  pass: {
    "a card on the bus": flip(metal, { driver: { smi: absent() } }),
    "a card passed through": kvm,
    "WSL2, where no card is on the bus": wsl2,
    "WSL2 whose libraries are not told": flip(wsl2, {
      driver: { smi: absent() },
      libraries: { wslLibraries: unknown("denied") },
    }),
    "Hyper-V GPU-PV": flip(bare, {
      hypervisor: value(hypervisor("hyperv")),
      bus: { adapters: absent() },
      driver: { dxg: value(node("/dev/dxg")) },
    }),
    "the bus is hidden, the driver is not": flip(metal, {
      bus: { adapters: unknown("hidden") },
      driver: { smi: absent() },
    }),
  },
  warn: {
    "Apple silicon": [mac, "macos-no-cuda-use-mps"],
    "AMD with a framework for ROCm": [
      withFramework(showing(bare, radeon), { version: "2.9.0+rocm6.4", cudaBuild: value(null), hipBuild: "6.4" }),
      "amd-rocm-present",
    ],
  },
  fail: {
    "Intel graphics only": [bare, "no-nvidia-gpu-hardware"],
    "no adapter at all": [flip(bare, { bus: { adapters: absent() } }), "no-nvidia-gpu-hardware"],
    "Firecracker, which has no adapters": [
      flip(bare, { bus: { adapters: absent() }, hypervisor: value(hypervisor("firecracker")) }),
      "no-nvidia-gpu-hardware",
    ],
    "VMware guest": [flip(showing(bare, svga), { hypervisor: value(hypervisor("vmware")) }), "vm-no-gpu"],
    "VirtualBox guest with VMware's adapter": [
      flip(showing(bare, svga), { hypervisor: value(hypervisor("virtualbox")) }),
      "vm-no-gpu",
    ],
    "QEMU guest with its own display": [
      flip(showing(bare, display("qemu", "Standard VGA", "1234:1111")), { hypervisor: value(hypervisor("kvm")) }),
      "vm-no-gpu",
    ],
    "an instance without a GPU": [
      flip(showing(bare, display("other", "Display", "1d0f:1111")), { hypervisor: value(hypervisor("amazon")) }),
      "no-nvidia-gpu-hardware",
    ],
    "Azure shows a Hyper-V display": [
      flip(showing(bare, display("microsoft", "Hyper-V virtual VGA", "1414:5353")), {
        hypervisor: value(hypervisor("azure")),
      }),
      "no-nvidia-gpu-hardware",
    ],
    "AMD alone": [showing(bare, radeon), "amd-rocm-present"],
    "WSL2 on a Windows without NVIDIA": [
      flip(wsl2, { driver: { smi: absent() }, libraries: { wslLibraries: value(["libd3d12.so", "libdxcore.so"]) } }),
      "no-nvidia-gpu-hardware",
    ],
    "taken off the bus by a profile": [
      flip(bare, { driver: { primeProfile: value("intel") } }),
      "prime-profile-not-nvidia",
    ],
    "an Intel Mac": [flip(mac, { system: { arch: value("x64") } }), "macos-no-cuda-use-mps"],
  },
  unknown: {
    "the bus is hidden": flip(bare, { bus: { adapters: unknown("hidden") } }),
    "WSL2 of which only the kernel is known": flip(wsl2, {
      driver: { dxg: unknown("not told"), smi: unknown("not told") },
    }),
  },
});

const unassigned = adapter({ bars: value([16_777_216, 0, 0]) });

checkTester(bars, {
  pass: { assigned: metal },
  fail: {
    "in a guest": [showing(kvm, unassigned), "vm-passthrough-mmio-too-small"],
    "on bare metal": [showing(metal, unassigned), "bios-above-4g-decoding-disabled"],
  },
  skipped: { WSL2: wsl2, "no card": bare, "sizes not told": showing(metal, adapter({ bars: unknown("denied") })) },
});

const nothingInstalled = { ...bare.driver };

checkTester(driverInstalled, {
  pass: {
    "from packages": metal,
    "from the .run file": flip(metal, { driver: { packages: absent(), dkms: absent() } }),
    "packages only, the module is still to be built": flip(metal, {
      driver: { ...nothingInstalled, packages: value([{ name: "nvidia-driver", version: "550", manager: "dpkg" }]) },
    }),
    Windows: windows,
  },
  fail: {
    "a card and nothing for it": [flip(metal, { driver: nothingInstalled }), "driver-not-installed"],
    "Windows without nvidia-smi": [flip(windows, { driver: { smi: absent() } }), "driver-not-installed"],
  },
  skipped: { "no card": bare, WSL2: wsl2, container: docker },
  unknown: {
    "files not readable": flip(metal, {
      driver: { ...nothingInstalled, userspaceVersion: unknown("denied") },
    }),
  },
});

const bound = (driver: string) => showing(metal, adapter({ driver: value(driver) }));

checkTester(driverBinding, {
  pass: {
    nvidia: metal,
    "nothing yet": showing(metal, adapter({ driver: absent() })),
    "one of two is kept for a guest": showing(metal, adapter(), adapter({ driver: value("vfio-pci") })),
  },
  fail: {
    nouveau: [bound("nouveau"), "nouveau-conflict"],
    "vfio-pci": [bound("vfio-pci"), "nouveau-conflict"],
  },
  skipped: { "no card": bare, WSL2: wsl2, Windows: windows },
  unknown: { "not told": showing(metal, adapter({ driver: unknown("denied") })) },
});

checkTester(driverPrime, {
  pass: { "on-demand": flip(metal, { driver: { primeProfile: value("on-demand") } }) },
  fail: {
    intel: [flip(metal, { driver: { primeProfile: value("intel"), smi: absent() } }), "prime-profile-not-nvidia"],
  },
  skipped: { "no such tool": metal },
});

const driver595 = {
  module: absent(),
  smi: absent(),
  built: value({ path: "nvidia.ko", version: "595.71.05", flavour: "proprietary", signer: null } as const),
};

checkTester(driverBranch, {
  pass: {
    current: metal,
    "the last branch of Pascal": flip(showing(metal, gtx1080), {
      driver: { smi: value(smi({ driverVersion: "580.95.05" })) },
    }),
    "Windows's number of that branch": flip(showing(windows, gtx1080), {
      driver: { smi: value(smi({ driverVersion: "582.16" })) },
    }),
    "another card of the machine is served": flip(showing(metal, gtx1080, adapter()), { driver: driver595 }),
  },
  fail: {
    "Pascal with 595": [flip(showing(metal, gtx1080), { driver: driver595 }), "driver-branch-dropped-gpu"],
  },
  skipped: { "no card": bare, "version not known": flip(metal, { driver: nothingInstalled }) },
});

const modules = (flavour: LoadedModule["flavour"], card: Adapter) =>
  flip(showing(metal, card), {
    driver: {
      module: value({ version: "575.57.08", flavour }),
      smi: value(smiFailed("no-devices", "No devices were found")),
    },
  });

checkTester(driverFlavour, {
  pass: {
    "Ada takes either": modules("open", adapter()),
    "Ada with the proprietary one": metal,
    "Blackwell with the open one": modules("open", rtx5090),
    "nvidia-smi lists the card, whatever the table says": flip(modules("proprietary", rtx5090), {
      driver: { smi: value(smi()) },
    }),
  },
  fail: {
    "Blackwell with the proprietary one": [modules("proprietary", rtx5090), "open-kernel-module-required"],
    "Pascal with the open one": [modules("open", gtx1080), "driver-branch-dropped-gpu"],
  },
  skipped: { "flavour not known": flip(showing(metal, rtx5090), { driver: nothingInstalled }), WSL2: wsl2 },
});

const rejected = value(["nvidia: module verification failed", "Loading of module with unavailable key is rejected"]);

checkTester(driverModule, {
  pass: { loaded: metal },
  fail: {
    "built for another kernel": [
      flip(metal, { driver: { module: absent(), built: absent(), builtFor: value(["6.1.0-25-amd64"]) } }),
      "kernel-module-missing",
    ],
    "Secure Boot, by the kernel log": [
      flip(metal, { driver: { module: absent(), kernelLog: rejected } }),
      "secure-boot-unsigned-module",
    ],
    "Secure Boot, by the missing signer": [
      flip(metal, { system: { secureBoot: value(true) }, driver: { module: absent() } }),
      "secure-boot-unsigned-module",
    ],
    "built and idle": [flip(metal, { driver: { module: absent() } }), "kernel-module-missing"],
  },
  skipped: { WSL2: wsl2, container: docker, "no card": bare, Windows: windows },
  unknown: {
    "not told": flip(metal, { driver: { module: unknown("denied") } }),
    "not loaded, and the folder cannot be read": flip(metal, {
      driver: { module: absent(), built: unknown("denied") },
    }),
  },
});

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
    "memory errors": [log(metal, xid(48))],
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
