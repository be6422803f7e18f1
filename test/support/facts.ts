/** Whole machines as facts, the starting points of the tables in test/checks. All of them are healthy. */
import { absent, known, value } from "../../src/facts/fact.ts";
import type {
  Adapter,
  ContainerFacts,
  DeviceNode,
  Facts,
  Framework,
  HypervisorFacts,
  HypervisorVendor,
  LibraryCandidate,
  NvmlGpu,
  NvmlReport,
  PythonFacts,
  SmiGpu,
  SmiReport,
  WslFacts,
} from "../../src/facts/facts.ts";
import { flip } from "./check-tester.ts";
import { unknown } from "./unknown.ts";

export function adapter(over: Partial<Adapter> = {}): Adapter {
  return {
    vendor: "nvidia",
    name: "GeForce RTX 4090",
    pciId: "10de:2684",
    address: "0000:01:00.0",
    driver: value("nvidia"),
    bars: value([16_777_216, 34_359_738_368, 33_554_432]),
    architecture: "ada",
    computeCapability: "8.9",
    ...over,
  };
}

export const rtx5090 = adapter({
  name: "GeForce RTX 5090",
  pciId: "10de:2b85",
  architecture: "blackwell",
  computeCapability: "12.0",
});
export const gtx1080 = adapter({
  name: "GeForce GTX 1080",
  pciId: "10de:1b80",
  architecture: "pascal",
  computeCapability: "6.1",
});

export function smiGpu(over: Partial<SmiGpu> = {}): SmiGpu {
  return {
    index: 0,
    name: "NVIDIA GeForce RTX 4090",
    pciId: "10de:2684",
    memoryMiB: 24_564,
    usedMiB: 512,
    computeCapability: "8.9",
    mig: false,
    driverModel: null,
    trouble: null,
    ...over,
  };
}

export function smi(over: Partial<SmiReport> = {}): SmiReport {
  return {
    path: "/usr/bin/nvidia-smi",
    outcome: "ok",
    exitCode: 0,
    message: null,
    driverVersion: "550.54.14",
    smiVersion: null,
    cudaVersion: "12.4",
    gpus: [smiGpu()],
    ...over,
  };
}

/** The card of `smiGpu` as NVML tells of it. */
export function nvmlGpu(over: Partial<NvmlGpu> = {}): NvmlGpu {
  return {
    index: 0,
    failure: null,
    name: "NVIDIA GeForce RTX 4090",
    uuid: "GPU-5a9f2b1c-0000-4d21-8a44-3c1e7f3b9d10",
    pciId: "10de:2684",
    address: "0000:01:00.0",
    computeCapability: "8.9",
    memoryMiB: 24_564,
    freeMiB: 24_052,
    mig: false,
    migDevices: 0,
    computeMode: "default",
    driverModel: null,
    persistence: true,
    performanceState: 8,
    utilisation: { gpu: 0, memory: 0 },
    clocksMHz: { sm: 210, memory: 405, maxSm: 3105, maxMemory: 10_501 },
    slowdowns: [],
    powerW: { draw: 22, limit: 450 },
    temperatureC: 41,
    slowdownTemperatureC: 95,
    pcie: { generation: 1, maxGeneration: 4, width: 16, maxWidth: 16 },
    ecc: null,
    uncorrected: { volatile: null, aggregate: null },
    remappedRows: null,
    retiredPages: null,
    processes: [],
    ...over,
  };
}

export function nvml(over: Partial<NvmlReport> = {}): NvmlReport {
  return {
    outcome: "ok",
    failure: null,
    stoppedAt: null,
    library: "libnvidia-ml.so.1",
    driverVersion: "550.54.14",
    nvmlVersion: "12.550.54.14",
    cudaVersion: "12.4",
    gpuCount: 1,
    gpus: [nvmlGpu()],
    ...over,
  };
}

/** nvidia-smi that failed with these words. */
export function smiFailed(outcome: SmiReport["outcome"], message: string): SmiReport {
  return smi({ outcome, message, exitCode: 9, driverVersion: null, cudaVersion: null, gpus: [] });
}

export function node(path: string, over: Partial<DeviceNode> = {}): DeviceNode {
  return { path, mode: 0o666, owner: "root", group: "root", accessible: true, ...over };
}

export function library(path: string, over: Partial<LibraryCandidate> = {}): LibraryCandidate {
  return { path, realPath: path, kind: "driver", via: "loader-cache", package: absent(), ...over };
}

export function framework(over: Partial<Framework> = {}): Framework {
  return {
    name: "torch",
    distribution: "torch",
    version: "2.6.0+cu124",
    cudaBuild: value("12.4"),
    hipBuild: null,
    archList: value(["sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"]),
    cudnn: "9.1.0.70",
    location: "/home/user/venv/lib/python3.11/site-packages/torch",
    ...over,
  };
}

export function python(over: Partial<PythonFacts> = {}): PythonFacts {
  return {
    path: "/home/user/venv/bin/python",
    realPath: "/usr/bin/python3.11",
    version: value("3.11.7"),
    environment: "venv",
    foundBy: ["active venv"],
    active: true,
    platform: value("linux"),
    startMethod: value("fork"),
    startMethods: value(["fork", "spawn", "forkserver"]),
    frameworks: value([framework()]),
    nvidiaWheels: value({ "nvidia-cudnn-cu12": "9.1.0.70" }),
    ...over,
  };
}

export function hypervisor(vendor: HypervisorVendor, over: Partial<HypervisorFacts> = {}): HypervisorFacts {
  const signals = [{ says: "name", source: "/sys/class/dmi/id/sys_vendor", excerpt: vendor, weight: 0.9 }];
  return { vendor, product: null, edition: null, signals, ...over };
}

export function container(kind: ContainerFacts["kind"], confidence = 0.95): ContainerFacts {
  const signals = [{ says: "file", source: "/.dockerenv", excerpt: "/.dockerenv", weight: confidence }];
  return { kind, confidence, signals };
}

export function wslFacts(over: Partial<WslFacts> = {}): WslFacts {
  return {
    version: 2,
    package: value("2.6.3.0"),
    distro: value("Ubuntu"),
    interop: value(true),
    customKernel: value(false),
    windowsBuild: unknown("check starts no Windows program"),
    conf: absent(),
    config: absent(),
    ...over,
  };
}

/** Debian on bare metal with an RTX 4090, driver 550 and PyTorch for CUDA 12.4 in an active venv. */
export const metal: Facts = {
  system: {
    platform: value("linux"),
    os: value({ name: "Debian GNU/Linux 12", id: "debian", version: "12", like: [], build: null }),
    kernel: value("6.1.0-28-amd64"),
    arch: value("x64"),
    root: value(false),
    secureBoot: value(false),
  },
  wsl: absent(),
  hypervisor: absent(),
  containers: absent(),
  bus: { adapters: value([adapter()]), nvswitches: value(0) },
  driver: {
    module: value({ version: "550.54.14", flavour: "proprietary" }),
    built: value({
      path: "/lib/modules/6.1.0-28-amd64/updates/dkms/nvidia.ko",
      version: "550.54.14",
      flavour: "proprietary",
      signer: null,
    }),
    builtFor: value(["6.1.0-28-amd64"]),
    packages: value([{ name: "nvidia-driver", version: "550.54.14-1", manager: "dpkg" }]),
    dkms: value([{ module: "nvidia", version: "550.54.14", kernel: "6.1.0-28-amd64", state: "installed" }]),
    headers: value(true),
    nodes: value(["/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm"].map((path) => node(path))),
    dxg: absent(),
    smi: value(smi()),
    kernelLog: value(["NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.54.14"]),
    fabricManager: absent(),
    userspaceVersion: value("550.54.14"),
    primeProfile: absent(),
  },
  nvml: unknown("not asked"),
  libraries: {
    libcuda: value([library("/usr/lib/x86_64-linux-gnu/libcuda.so.1")]),
    libnvml: value([library("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1")]),
    wslLibraries: absent(),
    stubFolders: absent(),
    cudnn: absent(),
  },
  cuda: { toolkits: absent(), visibleDevices: absent() },
  pythons: value([python()]),
  node: value({ version: "20.20.2", napi: "9", tfjs: absent() }),
  limits: {
    affinityCpus: value(16),
    hostCpus: value(16),
    quotaCpus: absent(),
    hostMemoryMiB: value(65_536),
    cgroupMemoryMiB: absent(),
    availableMemoryMiB: value(50_000),
    swapMiB: value(8192),
    shm: value({ totalMiB: 32_768, freeMiB: 32_000 }),
    openFiles: value({ soft: 1024, hard: 1_048_576 }),
  },
  data: value({
    path: "/home/user/project",
    filesystem: value("ext4"),
    mountPoint: value("/"),
    mountSource: value("/dev/nvme0n1p2"),
    freeMiB: value(500_000),
  }),
};

/** The same machine without the NVIDIA card and its driver. */
export const bare: Facts = flip(metal, {
  bus: {
    adapters: value([
      adapter({
        vendor: "intel",
        name: "UHD Graphics 630",
        pciId: "8086:3e92",
        driver: value("i915"),
        architecture: null,
        computeCapability: null,
      }),
    ]),
  },
  driver: {
    module: absent(),
    built: absent(),
    builtFor: absent(),
    packages: absent(),
    dkms: absent(),
    nodes: absent(),
    smi: absent(),
    kernelLog: value([]),
    userspaceVersion: absent(),
  },
  libraries: { libcuda: absent(), libnvml: absent() },
});

/** Ubuntu in WSL2 on a Windows with an RTX 4090. */
export const wsl2: Facts = flip(metal, {
  system: { kernel: value("5.15.153.1-microsoft-standard-WSL2") },
  wsl: value(wslFacts()),
  bus: { adapters: absent(), nvswitches: value(0) },
  driver: {
    ...bare.driver,
    dxg: value(node("/dev/dxg")),
    smi: value(smi({ path: "/usr/lib/wsl/lib/nvidia-smi", driverVersion: "551.61" })),
  },
  libraries: {
    libcuda: value([library("/usr/lib/wsl/lib/libcuda.so.1", { kind: "wsl" })]),
    libnvml: value([library("/usr/lib/wsl/lib/libnvidia-ml.so.1", { kind: "wsl" })]),
    wslLibraries: value(["libcuda.so", "libcuda.so.1", "libdxcore.so", "nvidia-smi"]),
  },
});

/** A Docker container on the machine with the RTX 4090, started with --gpus all. */
export const docker: Facts = flip(metal, {
  containers: value([container("docker")]),
  driver: { built: absent(), builtFor: absent(), packages: absent(), dkms: absent(), headers: value(false) },
});

/** A QEMU guest with the card passed through. */
export const kvm: Facts = flip(metal, {
  hypervisor: value(hypervisor("kvm", { product: "Standard PC (Q35 + ICH9, 2009)" })),
});

/** Windows 11 with the card, its driver and a CUDA build of PyTorch. */
export const windows: Facts = flip(bare, {
  system: {
    platform: value("win32"),
    os: value({ name: "Windows 11 Pro 23H2", id: "windows", version: "23H2", like: [], build: 22_631 }),
    kernel: value("10.0.22631"),
    secureBoot: unknown("looked at on Linux only"),
  },
  bus: {
    adapters: value([adapter({ address: null, driver: unknown("not told"), bars: unknown("not told") })]),
    nvswitches: unknown("looked for on Linux only"),
  },
  driver: { smi: value(smi({ path: "C:\\Windows\\System32\\nvidia-smi.exe", driverVersion: "551.61" })) },
  pythons: value([
    python({
      path: "C:\\venv\\Scripts\\python.exe",
      platform: value("win32"),
      startMethod: value("spawn"),
      startMethods: value(["spawn"]),
    }),
  ]),
});

/** A MacBook with Apple silicon. */
export const mac: Facts = flip(bare, {
  system: {
    platform: value("darwin"),
    os: value({ name: "macOS 15.1", id: "macos", version: "15.1", like: [], build: null }),
    kernel: value("24.1.0"),
    arch: value("arm64"),
  },
  bus: {
    adapters: value([
      adapter({
        vendor: "apple",
        name: "Apple M3",
        pciId: null,
        address: null,
        architecture: null,
        computeCapability: null,
      }),
    ]),
  },
  pythons: value([
    python({
      platform: value("darwin"),
      startMethod: value("spawn"),
      frameworks: value([framework({ version: "2.6.0", cudaBuild: value(null) })]),
    }),
  ]),
});

/** The frameworks of the only Python replaced. */
export function withFramework(facts: Facts, over: Partial<Framework>, of: Partial<PythonFacts> = {}): Facts {
  const base = known(facts.pythons)?.[0] ?? python();
  return flip(facts, { pythons: value([{ ...base, frameworks: value([framework(over)]), ...of }]) });
}

/** The same machine with these adapters on its bus. */
export function showing(facts: Facts, ...adapters: Adapter[]): Facts {
  return flip(facts, {
    bus: { adapters: value(adapters, { source: "/sys/bus/pci/devices", excerpt: "display or compute" }) },
  });
}
