import bars from "../../checks/gpu/bars.ts";
import present from "../../checks/gpu/present.ts";
import wslDevice from "../../checks/gpu/wsl-device.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Adapter, GpuVendor } from "../../src/facts/facts.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import {
  adapter,
  bare,
  container,
  hypervisor,
  kvm,
  mac,
  metal,
  node,
  showing,
  withFramework,
  wsl2,
  wslFacts,
} from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const display = (vendor: GpuVendor, name: string, pciId: string): Adapter =>
  adapter({ vendor, name, pciId, driver: absent(), architecture: null, computeCapability: null });
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
    "WSL2 whose libraries cannot be listed": flip(wsl2, {
      driver: { smi: absent() },
      libraries: { wslLibraries: unknown("denied") },
    }),
    "a Hyper-V guest whose partition cannot be looked for": flip(bare, {
      hypervisor: value(hypervisor("hyperv")),
      driver: { dxg: unknown("denied") },
    }),
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
