import type { Platform } from "../host/host.ts";
import type { DriverFacts, NvmlReport } from "./driver-facts.ts";
import type { Fact } from "./fact.ts";

export type * from "./driver-facts.ts";

/**
 * All that a check may know of a machine, as plain data. Probes fill it from a host, readers from a pasted text; both
 * start from `unknownFacts()`, so what nobody looked at is unknown, never absent.
 * Sizes are in MiB (2^20 bytes) unless the name says otherwise; versions are the strings the machine gave.
 */
export interface Facts {
  readonly system: SystemFacts;
  /** absent: not inside WSL. */
  readonly wsl: Fact<WslFacts>;
  /** absent: bare metal (or a WSL2 distro, whose Hyper-V is said in `wsl`). */
  readonly hypervisor: Fact<HypervisorFacts>;
  /** Containers around this process, innermost first; absent: none. A container in WSL2 in Hyper-V is three facts. */
  readonly containers: Fact<readonly ContainerFacts[]>;
  readonly bus: BusFacts;
  readonly driver: DriverFacts;
  /** absent: no NVML library is here, so nobody was asked. unknown also where asking would have changed the machine. */
  readonly nvml: Fact<NvmlReport>;
  readonly libraries: LibraryFacts;
  readonly cuda: CudaFacts;
  /** Interpreters that matter, the one a bare `python` starts first. absent: none found. */
  readonly pythons: Fact<readonly PythonFacts[]>;
  readonly node: Fact<NodeFacts>;
  readonly limits: LimitFacts;
  /** The folder of the data (`--data`), else the working folder. */
  readonly data: Fact<DataFacts>;
}

export interface SystemFacts {
  readonly platform: Fact<Platform>;
  readonly os: Fact<OsFacts>;
  /** `uname -r`, or the Windows build "10.0.22631". */
  readonly kernel: Fact<string>;
  /** x64, arm64 … */
  readonly arch: Fact<string>;
  /** May this process do what needs root/Administrator? */
  readonly root: Fact<boolean>;
  readonly secureBoot: Fact<boolean>;
}

export interface OsFacts {
  /** "Debian GNU/Linux 12", "Windows 11 Pro 23H2", "macOS 15.1". */
  readonly name: string;
  /** ID of /etc/os-release, or "windows", "macos". */
  readonly id: string;
  readonly version: string | null;
  /** ID_LIKE of /etc/os-release. */
  readonly like: readonly string[];
  /** Windows build number, e.g. 22631. */
  readonly build: number | null;
}

export interface WslFacts {
  readonly version: 1 | 2;
  readonly package: Fact<string>;
  readonly distro: Fact<string>;
  /** Windows programs can be started from here. */
  readonly interop: Fact<boolean>;
  /** A kernel that Microsoft did not build (no -microsoft-standard suffix, or `kernel=` in .wslconfig). */
  readonly customKernel: Fact<boolean>;
  readonly windowsBuild: Fact<number>;
  readonly conf: Fact<WslConf>;
  readonly config: Fact<WslConfig>;
}

/** What /etc/wsl.conf says of the GPU; null where it says nothing. */
export interface WslConf {
  readonly gpuEnabled: boolean | null;
  readonly appendLibPath: boolean | null;
  readonly automount: boolean | null;
}

/** The user's .wslconfig on the Windows side. */
export interface WslConfig {
  readonly path: string;
  readonly encoding: "utf-8" | "utf-8-bom" | "utf-16";
  /** Keys that stand outside a section WSL reads, or in the wrong one: they are ignored. */
  readonly ignoredKeys: readonly string[];
  readonly gpuSupport: boolean | null;
  readonly kernel: string | null;
  readonly memoryMiB: number | null;
  readonly processors: number | null;
  readonly swapMiB: number | null;
}

export type HypervisorVendor =
  | "vmware"
  | "virtualbox"
  | "hyperv"
  | "kvm"
  | "qemu"
  | "firecracker"
  | "xen"
  | "parallels"
  | "bhyve"
  | "apple"
  | "nutanix"
  | "amazon"
  | "google"
  | "azure"
  | "other";

export interface HypervisorFacts {
  readonly vendor: HypervisorVendor;
  /** "VMware20,1", "Standard PC (Q35 + ICH9, 2009)" … */
  readonly product: string | null;
  /** VMware only: Workstation/Fusion (no passthrough) or ESXi, where it can be told. */
  readonly edition: "desktop" | "server" | null;
  /** Signals with weights; the vendor is the one with the most weight. */
  readonly signals: readonly Signal[];
}

export interface Signal {
  readonly says: string;
  readonly source: string;
  readonly excerpt: string;
  /** 0…1, how much this one alone proves. */
  readonly weight: number;
}

export type ContainerKind = "docker" | "podman" | "lxc" | "kubernetes" | "apptainer" | "other";

export interface ContainerFacts {
  readonly kind: ContainerKind;
  readonly confidence: number;
  readonly signals: readonly Signal[];
}

export type GpuVendor = "nvidia" | "amd" | "intel" | "apple" | "microsoft" | "vmware" | "virtualbox" | "qemu" | "other";

export interface BusFacts {
  /** Display and compute adapters on PCI (or, on Windows and macOS, of the system's inventory). absent: none. */
  readonly adapters: Fact<readonly Adapter[]>;
  /** NVSwitch bridges on the bus (HGX/DGX boards need the Fabric Manager). */
  readonly nvswitches: Fact<number>;
}

export interface Adapter {
  readonly vendor: GpuVendor;
  /** Marketing or chip name, null where unknown. */
  readonly name: string | null;
  /** "10de:2684", lower case, null where the system does not tell. */
  readonly pciId: string | null;
  /** "0000:01:00.0" */
  readonly address: string | null;
  /** Kernel driver bound to the device: nvidia, nouveau, vfio-pci …; absent: none. */
  readonly driver: Fact<string>;
  /** Memory regions (BARs) as sizes in bytes; 0 where the firmware assigned none. */
  readonly bars: Fact<readonly number[]>;
  /** Chip family of checks/data/gpus.json, e.g. "ada". */
  readonly architecture: string | null;
  /** "8.9" from the PCI id, null where the table does not know the id. */
  readonly computeCapability: string | null;
}

export interface LibraryFacts {
  /** libcuda.so.1 in the order in which the loader would take it. absent: the loader finds none. */
  readonly libcuda: Fact<readonly LibraryCandidate[]>;
  readonly libnvml: Fact<readonly LibraryCandidate[]>;
  /** Files in /usr/lib/wsl/lib. absent: no such folder. */
  readonly wslLibraries: Fact<readonly string[]>;
  /** Folders in LD_LIBRARY_PATH that hold a stub libcuda. */
  readonly stubFolders: Fact<readonly string[]>;
  /** cuDNN of the system: versions such as "8.9.7" or "9". absent: none. */
  readonly cudnn: Fact<readonly { readonly version: string; readonly path: string }[]>;
}

export interface LibraryCandidate {
  readonly path: string;
  /** With links resolved. */
  readonly realPath: string | null;
  readonly kind: "driver" | "wsl" | "stub" | "compat" | "other";
  readonly via: "LD_LIBRARY_PATH" | "loader-cache" | "default-path";
  /** Package that owns the file. */
  readonly package: Fact<string>;
}

export interface CudaFacts {
  /** Every toolkit found, on PATH or not. absent: none. */
  readonly toolkits: Fact<readonly Toolkit[]>;
  /** CUDA_VISIBLE_DEVICES. absent: not set. */
  readonly visibleDevices: Fact<string>;
}

export interface Toolkit {
  readonly version: string;
  readonly path: string;
  readonly onPath: boolean;
}

export type StartMethod = "fork" | "spawn" | "forkserver";

export type EnvironmentKind = "venv" | "conda" | "uv" | "pyenv" | "system" | "store" | "other";

export interface PythonFacts {
  /** As it was found. */
  readonly path: string;
  /** With links resolved: two paths with the same one and the same prefix are one interpreter. */
  readonly realPath: string;
  readonly version: Fact<string>;
  readonly environment: EnvironmentKind;
  /** How it was found: "active venv", "active conda", "PATH", "pyenv", "uv", "--python", "launcher". */
  readonly foundBy: readonly string[];
  /** What a bare `python`/`python3` starts, or the one asked for with --python. */
  readonly active: boolean;
  /** sys.platform of this Python: a Windows Python seen from WSL says win32. */
  readonly platform: Fact<string>;
  /** Decides, beside the version, which wheels fit; left out where it did not answer. */
  readonly build?: { readonly implementation: string; readonly bits: number; readonly freeThreaded: boolean };
  /** Default start method of multiprocessing, asked from this Python. */
  readonly startMethod: Fact<StartMethod>;
  readonly startMethods: Fact<readonly StartMethod[]>;
  readonly frameworks: Fact<readonly Framework[]>;
  /** NVIDIA wheels beside the framework, e.g. {"nvidia-cudnn-cu12": "9.1.0.70"}. */
  readonly nvidiaWheels: Fact<Readonly<Record<string, string>>>;
}

export type FrameworkName = "torch" | "tensorflow" | "jax";

export interface Framework {
  readonly name: FrameworkName;
  /** The distribution it came from: torch, tensorflow, tensorflow-cpu, jax … */
  readonly distribution: string;
  readonly version: string;
  /** CUDA version it was built for, "12.8". null: a build without CUDA. unknown: it cannot be told without importing it. */
  readonly cudaBuild: Fact<string | null>;
  /** HIP (ROCm) version, null where it is not a ROCm build. */
  readonly hipBuild: string | null;
  /** Real architectures and PTX of the build: ["sm_75", "sm_80", "compute_120"]. */
  readonly archList: Fact<readonly string[]>;
  /** cuDNN major (or full) version it needs, where known. */
  readonly cudnn: string | null;
  /** Folder of the package. */
  readonly location: string | null;
}

interface NodeFacts {
  readonly version: string;
  readonly napi: string | null;
  /** Installed tfjs-node packages seen from the working folder. absent: none. */
  readonly tfjs: Fact<readonly TfjsPackage[]>;
}

export interface TfjsPackage {
  readonly name: "@tensorflow/tfjs-node" | "@tensorflow/tfjs-node-gpu";
  readonly version: string;
  readonly path: string;
  /** tfjs_binding.node. absent: never downloaded or built. */
  readonly binding: Fact<string>;
  /** libtensorflow / tensorflow.dll beside it. */
  readonly library: Fact<string>;
}

export interface LimitFacts {
  /** Logical processors this process may run on (affinity). */
  readonly affinityCpus: Fact<number>;
  /** Processors of the machine. */
  readonly hostCpus: Fact<number>;
  /** cgroup quota in processors, may be fractional. absent: no quota. */
  readonly quotaCpus: Fact<number>;
  readonly hostMemoryMiB: Fact<number>;
  /** absent: no limit. */
  readonly cgroupMemoryMiB: Fact<number>;
  readonly availableMemoryMiB: Fact<number>;
  /** Swap, or on Windows the page files. 0 where there is none. */
  readonly swapMiB: Fact<number>;
  readonly shm: Fact<{ readonly totalMiB: number; readonly freeMiB: number }>;
  readonly openFiles: Fact<{ readonly soft: number; readonly hard: number }>;
}

export interface DataFacts {
  readonly path: string;
  /** Type as the mount table names it: ext4, 9p, drvfs, virtiofs, fuse.vmhgfs-fuse, nfs4, overlay, ntfs … */
  readonly filesystem: Fact<string>;
  readonly mountPoint: Fact<string>;
  readonly mountSource: Fact<string>;
  readonly freeMiB: Fact<number>;
}
