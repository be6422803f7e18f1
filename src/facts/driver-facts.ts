/** What is known of NVIDIA's driver: its packages and module, and what nvidia-smi and NVML say of the cards. */
import type { Fact } from "./fact.ts";

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
