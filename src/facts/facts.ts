import type { Platform } from "../host/host.ts";
import type { Fact } from "./fact.ts";

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

export interface DriverFacts {
  /** The nvidia kernel module. absent: not loaded. */
  readonly module: Fact<LoadedModule>;
  /** The module file built for the running kernel. absent: none. */
  readonly built: Fact<BuiltModule>;
  /** Kernels for which some nvidia module is on disk (tells "built, but not for this kernel"). */
  readonly builtFor: Fact<readonly string[]>;
  /** Installed distribution packages of the NVIDIA driver. absent: none. */
  readonly packages: Fact<readonly Package[]>;
  readonly dkms: Fact<readonly DkmsEntry[]>;
  /** /lib/modules/<kernel>/build exists. */
  readonly headers: Fact<boolean>;
  readonly nodes: Fact<readonly DeviceNode[]>;
  /** /dev/dxg: the paravirtual GPU of WSL2 and Hyper-V. */
  readonly dxg: Fact<DeviceNode>;
  /** absent: no nvidia-smi to be found. unknown also where calling it would have changed the machine. */
  readonly smi: Fact<SmiReport>;
  /** Kernel log lines of NVRM, Xid, dxgk, nouveau and module signatures, oldest first. */
  readonly kernelLog: Fact<readonly string[]>;
  /** State of the nvidia-fabricmanager service: "active", "inactive", "failed". absent: not installed. */
  readonly fabricManager: Fact<string>;
  /** Driver version by the user-space files on disk (libcuda.so.535.104.05). absent: none. */
  readonly userspaceVersion: Fact<string>;
  /** The hybrid-graphics profile (prime-select query): nvidia, on-demand, intel. absent: no such tool. */
  readonly primeProfile: Fact<string>;
}

export interface LoadedModule {
  /** null where only its presence is known (lsmod). */
  readonly version: string | null;
  readonly flavour: "open" | "proprietary" | null;
}

export interface BuiltModule {
  readonly path: string;
  readonly version: string | null;
  readonly flavour: "open" | "proprietary" | null;
  /** null: unsigned or not told. */
  readonly signer: string | null;
}

export interface Package {
  readonly name: string;
  readonly version: string | null;
  /** The package manager's own word: dpkg, rpm, pacman. */
  readonly manager: string;
}

export interface DkmsEntry {
  readonly module: string;
  readonly version: string;
  readonly kernel: string | null;
  /** installed, built, added, broken … */
  readonly state: string;
}

export interface DeviceNode {
  readonly path: string;
  /** Permission bits, e.g. 0o666; null where only presence is known. */
  readonly mode: number | null;
  readonly owner: string | null;
  readonly group: string | null;
  /** May this process open it for reading and writing, as far as the modes tell? */
  readonly accessible: boolean | null;
}

export interface SmiReport {
  readonly path: string | null;
  /**
   * ok: it listed its GPUs. Otherwise the failure it named:
   * no-driver: "couldn't communicate with the NVIDIA driver"; mismatch: "Driver/library version mismatch";
   * no-devices: "No devices were found"; blocked: "GPU access blocked by the operating system";
   * nvml-unknown: "Failed to initialize NVML: Unknown Error"; lost: "GPU is lost"/"Unable to determine the device handle";
   * permission: "Insufficient Permissions"; no-library: NVML library not found;
   * timeout, crashed, unreadable: no such word was to be had.
   */
  readonly outcome:
    | "ok"
    | "no-driver"
    | "mismatch"
    | "no-devices"
    | "blocked"
    | "nvml-unknown"
    | "lost"
    | "permission"
    | "no-library"
    | "timeout"
    | "crashed"
    | "unreadable";
  readonly exitCode: number | null;
  /** First telling lines, as printed. */
  readonly message: string | null;
  /** In WSL2 this is the Windows driver's number. */
  readonly driverVersion: string | null;
  /** Version of nvidia-smi itself, where the header has it. */
  readonly smiVersion: string | null;
  /** Highest CUDA version that the driver serves, as it says itself: "12.4". */
  readonly cudaVersion: string | null;
  readonly gpus: readonly SmiGpu[];
}

export interface SmiGpu {
  readonly index: number | null;
  readonly name: string | null;
  readonly pciId: string | null;
  readonly memoryMiB: number | null;
  readonly usedMiB: number | null;
  readonly computeCapability: string | null;
  readonly mig: boolean | null;
  /** Windows driver model of the card. */
  readonly driverModel: "WDDM" | "TCC" | "MCDM" | null;
  /** A field printed as ERR!, [Unknown Error], [GPU requires reset] … */
  readonly trouble: string | null;
  /** How the card is at this moment; left out where the form of the output (table, CSV, list) does not tell. */
  readonly now?: CardNow;
}

/** null: not reported by this card or driver. */
export interface CardNow {
  /** "GPU-5a9f…" */
  readonly uuid: string | null;
  readonly freeMiB: number | null;
  readonly temperatureC: number | null;
  /** What slows the clocks beyond power management: "hw_thermal_slowdown" …; empty: nothing. */
  readonly slowdowns: readonly string[] | null;
  /** Memory errors that ECC could not correct, since the driver was loaded. */
  readonly uncorrectedErrors: number | null;
  /** Processes that compute on the card, of all users. */
  readonly computeProcesses: number | null;
}

/** What NVML, the library behind nvidia-smi, answered. Source: https://docs.nvidia.com/deploy/nvml-api/index.html */
export interface NvmlReport {
  /**
   * ok: it counted its cards and each was asked. failed: a call that all rests on gave `failure`. timeout, crashed: it
   * stopped in the call `stoppedAt`; what it had told before is here.
   */
  readonly outcome: "ok" | "failed" | "timeout" | "crashed" | "unreadable";
  readonly failure: NvmlFailure | null;
  readonly stoppedAt: string | null;
  /** Name or path by which the loader found it. */
  readonly library: string | null;
  /** In WSL2 this is the Windows driver's number. */
  readonly driverVersion: string | null;
  readonly nvmlVersion: string | null;
  /** Highest CUDA version that the driver serves: "12.4". */
  readonly cudaVersion: string | null;
  readonly gpuCount: number | null;
  readonly gpus: readonly NvmlGpu[];
}

export interface NvmlFailure {
  /** nvmlInit_v2 … */
  readonly call: string;
  /** nvmlReturn_t */
  readonly code: number;
}

/** A card as NVML tells of it; null: not told by this card, driver or library. */
export interface NvmlGpu {
  readonly index: number;
  /** The card gave no handle, or one of its readings says that it is lost, needs a reset or has too little power. */
  readonly failure: NvmlFailure | null;
  readonly name: string | null;
  /** "GPU-5a9f…" */
  readonly uuid: string | null;
  readonly pciId: string | null;
  /** "0000:01:00.0" */
  readonly address: string | null;
  readonly computeCapability: string | null;
  readonly memoryMiB: number | null;
  readonly freeMiB: number | null;
  readonly mig: boolean | null;
  /** Slices that a card divided by MIG has. */
  readonly migDevices: number | null;
  readonly computeMode: "default" | "exclusive-thread" | "prohibited" | "exclusive-process" | null;
  readonly driverModel: "WDDM" | "TCC" | "MCDM" | null;
  readonly persistence: boolean | null;
  /** 0 (fastest) to 15. */
  readonly performanceState: number | null;
  /** Per cent of the last moment in which the card computed, and in which its memory was read or written. */
  readonly utilisation: { readonly gpu: number; readonly memory: number } | null;
  readonly clocksMHz: {
    readonly sm: number | null;
    readonly memory: number | null;
    readonly maxSm: number | null;
    readonly maxMemory: number | null;
  };
  /** What slows the clocks beyond power management, in nvidia-smi's words: "hw_thermal_slowdown" …; empty: nothing. */
  readonly slowdowns: readonly string[] | null;
  readonly powerW: { readonly draw: number | null; readonly limit: number | null };
  readonly temperatureC: number | null;
  readonly slowdownTemperatureC: number | null;
  readonly pcie: {
    readonly generation: number | null;
    readonly maxGeneration: number | null;
    /** Lanes in use, and lanes that card and slot have both. */
    readonly width: number | null;
    readonly maxWidth: number | null;
  };
  readonly ecc: boolean | null;
  /** Errors that ECC could not correct: since the driver was loaded, and in the life of the card. */
  readonly uncorrected: { readonly volatile: number | null; readonly aggregate: number | null };
  /** Rows of memory that were replaced by spare ones (Ampere and newer). */
  readonly remappedRows: {
    readonly corrected: number;
    readonly uncorrected: number;
    /** A row waits to be replaced at the next reset. */
    readonly pending: boolean;
    /** No spare row was left. */
    readonly failed: boolean;
  } | null;
  /** Pages of memory that are no longer used (before Ampere). */
  readonly retiredPages: {
    readonly doubleBit: number;
    readonly singleBit: number;
    readonly pending: boolean | null;
  } | null;
  /** Processes that compute on the card, of all users. */
  readonly processes: readonly { readonly pid: number; readonly usedMiB: number | null }[] | null;
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
