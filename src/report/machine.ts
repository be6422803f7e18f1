import { driverReport } from "../facts/driver-report.ts";
import type { Fact } from "../facts/fact.ts";
import type { Adapter, Facts, PythonFacts, SmiGpu } from "../facts/facts.ts";
import { gpuVendorsThatTrain, sameDevice } from "./gpus.ts";

/** The machine-readable picture of a machine, as `check --json` and `explain --json` carry it. */
export interface MachinePicture {
  readonly machine: {
    readonly platform: string | null;
    readonly os: string | null;
    readonly kernel: string | null;
    readonly arch: string | null;
    readonly wsl: { readonly version: 1 | 2; readonly package: string | null; readonly distro: string | null } | null;
    readonly hypervisor: string | null;
    readonly container: string | null;
    /** Every container around the process, innermost first. */
    readonly containers: readonly string[];
  };
  readonly gpus: readonly GpuPicture[];
  readonly cuda: {
    readonly driverVersion: string | null;
    readonly driverApi: string | null;
    readonly toolkits: readonly { readonly version: string; readonly path: string }[];
  };
  readonly pythons: readonly PythonPicture[];
  readonly limits: {
    readonly cpus: number | null;
    readonly memoryMiB: number | null;
    readonly shmMiB: number | null;
    readonly openFiles: number | null;
  };
  /** Why a null above is null: the path of the field and the reason. What is absent is null without an entry here. */
  readonly unknown: Readonly<Record<string, string>>;
}

interface GpuPicture {
  readonly vendor: string;
  readonly name: string | null;
  readonly pciId: string | null;
  readonly memoryMiB: number | null;
  readonly computeCapability: string | null;
}

interface PythonPicture {
  readonly path: string;
  readonly version: string | null;
  readonly environment: string;
  readonly active: boolean;
  readonly startMethod: string | null;
  readonly startMethods: readonly string[];
  readonly frameworks: readonly {
    readonly name: string;
    readonly version: string;
    readonly cudaBuild: string | null;
    readonly archList: readonly string[];
  }[];
}

/** Facts in the shape of the contract; see README, "JSON". */
export function machinePicture(facts: Facts): MachinePicture {
  const reasons: Record<string, string> = {};
  const read = <T, U>(field: string, fact: Fact<T>, pick: (of: T) => U): U | null => {
    if (fact.state === "value") return pick(fact.value);
    if (fact.state === "unknown") reasons[field] = fact.reason.en;
    return null;
  };
  const same = <T>(of: T): T => of;
  const { system, limits } = facts;
  const containers = read("machine.container", facts.containers, (list) => list.map((c) => c.kind)) ?? [];
  const report = driverReport(facts);
  const smi = report.state === "value" ? report.value : null;
  return {
    machine: {
      platform: read("machine.platform", system.platform, same),
      os: read("machine.os", system.os, (os) => os.name),
      kernel: read("machine.kernel", system.kernel, same),
      arch: read("machine.arch", system.arch, same),
      wsl: read("machine.wsl", facts.wsl, (wsl) => ({
        version: wsl.version,
        package: read("machine.wsl.package", wsl.package, same),
        distro: read("machine.wsl.distro", wsl.distro, same),
      })),
      hypervisor: read("machine.hypervisor", facts.hypervisor, (h) => h.vendor),
      container: containers[0] ?? null,
      containers,
    },
    gpus: gpus(read("gpus", facts.bus.adapters, same) ?? [], smi?.gpus ?? []),
    cuda: {
      driverVersion: driverVersion(facts) ?? read("cuda.driverVersion", report, () => null),
      driverApi: smi?.cudaVersion ?? null,
      toolkits: (read("cuda.toolkits", facts.cuda.toolkits, same) ?? []).map(({ version, path }) => ({
        version,
        path,
      })),
    },
    pythons: (read("pythons", facts.pythons, same) ?? []).map((python, i) =>
      pythonPicture(python, `pythons[${i}]`, read),
    ),
    limits: {
      cpus: usableCpus(facts) ?? read("limits.cpus", limits.affinityCpus, same),
      memoryMiB: usableMemory(facts) ?? read("limits.memoryMiB", limits.hostMemoryMiB, same),
      shmMiB: read("limits.shmMiB", limits.shm, (shm) => shm.totalMiB),
      openFiles: read("limits.openFiles", limits.openFiles, (files) => files.soft),
    },
    unknown: reasons,
  };
}

type Read = <T, U>(field: string, fact: Fact<T>, pick: (of: T) => U) => U | null;

function pythonPicture(python: PythonFacts, at: string, read: Read): PythonPicture {
  return {
    path: python.path,
    version: read(`${at}.version`, python.version, (v) => v),
    environment: python.environment,
    active: python.active,
    startMethod: read(`${at}.startMethod`, python.startMethod, (m) => m),
    startMethods: read(`${at}.startMethods`, python.startMethods, (m) => m) ?? [],
    frameworks: (read(`${at}.frameworks`, python.frameworks, (f) => f) ?? []).map((framework, i) => ({
      name: framework.name,
      version: framework.version,
      cudaBuild: read(`${at}.frameworks[${i}].cudaBuild`, framework.cudaBuild, (v) => v),
      archList: read(`${at}.frameworks[${i}].archList`, framework.archList, (v) => v) ?? [],
    })),
  };
}

/** Adapters of the bus with what the driver adds; cards that only the driver knows (WSL2, containers) follow. */
function gpus(adapters: readonly Adapter[], cards: readonly SmiGpu[]): GpuPicture[] {
  const left = [...cards];
  const pictures = adapters
    .filter((a) => gpuVendorsThatTrain.has(a.vendor))
    .map((adapter): GpuPicture => {
      const at = left.findIndex((card) => adapter.vendor === "nvidia" && sameDevice(adapter, card));
      const card = at < 0 ? undefined : left.splice(at, 1)[0];
      return {
        vendor: adapter.vendor,
        name: card?.name ?? adapter.name,
        pciId: adapter.pciId,
        memoryMiB: card?.memoryMiB ?? null,
        computeCapability: card?.computeCapability ?? adapter.computeCapability,
      };
    });
  for (const { name, pciId, memoryMiB, computeCapability } of left) {
    pictures.push({ vendor: "nvidia", name, pciId, memoryMiB, computeCapability });
  }
  return pictures;
}

function driverVersion(facts: Facts): string | null {
  const { driver } = facts;
  const report = driverReport(facts);
  if (report.state === "value" && report.value.driverVersion !== null) return report.value.driverVersion;
  return driver.module.state === "value" ? driver.module.value.version : null;
}

/** Processors that a job may use: affinity and quota together, never less than one; null where the affinity is unknown. */
function usableCpus({ limits }: Facts): number | null {
  if (limits.affinityCpus.state !== "value") return null;
  const quota = limits.quotaCpus.state === "value" ? limits.quotaCpus.value : Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(limits.affinityCpus.value, Math.ceil(quota)));
}

function usableMemory({ limits }: Facts): number | null {
  if (limits.hostMemoryMiB.state !== "value") return null;
  const limit = limits.cgroupMemoryMiB.state === "value" ? limits.cgroupMemoryMiB.value : Number.POSITIVE_INFINITY;
  return Math.min(limits.hostMemoryMiB.value, limit);
}
