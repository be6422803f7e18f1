import { known } from "../facts/fact.ts";
import type { Facts, Framework, PythonFacts } from "../facts/facts.ts";
import { gpuByPciId } from "../facts/gpu-table.ts";
import { message } from "../text/message.ts";
import type { ReadReport } from "./report-schema.ts";
import { many, nothing, one, type Trait, told } from "./trait.ts";

/** What the driver of the kernel leaves behind, from the module to the answer of the library. */
const driverStates = [
  "driver.module",
  "driver.built",
  "driver.headers",
  "driver.nodes",
  "driver.smi",
  "driver.kernelLog",
  "nvml",
];
const driverChecks = [
  "driver.binding",
  "driver.installed",
  "driver.flavour",
  "driver.module",
  "driver.device-nodes",
  "driver.api",
  "driver.versions-agree",
  "driver.branch",
];

/** By the device where it is known: the driver, while it answers, has another name for the same card than the bus. */
function cardName({ name, pciId, vendor }: ReadReport["gpus"][number]): string {
  return (pciId === null ? undefined : gpuByPciId(pciId)?.name) ?? name ?? pciId ?? vendor;
}

function counted(names: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].map(([name, count]) => [name, `×${count}`]));
}

/** The Python that will train, else the first that was found. */
const used = <P extends { readonly active: boolean }>(pythons: readonly P[]): P | undefined =>
  pythons.find(({ active }) => active) ?? pythons[0];

/** What every report tells, a snapshot as well. */
export const reportTraits: readonly Trait[] = [
  {
    id: "system",
    title: message("system", "系统")(),
    role: "act",
    read: ({ report: { machine } }) => one([machine.platform, machine.arch].filter((each) => each !== null).join(" ")),
    rests: ["system.platform", "system.arch"],
    checks: ["machine.os"],
  },
  {
    id: "kernel",
    title: message("kernel", "内核")(),
    role: "act",
    read: (side) => told(side, "machine.kernel", side.report.machine.kernel),
    rests: ["system.kernel"],
    upsets: [...driverStates, "bus.adapters", "driver.dxg"],
    checks: ["wsl.kernel", ...driverChecks],
  },
  {
    id: "os",
    title: message("operating system", "操作系统")(),
    role: "act",
    read: (side) => told(side, "machine.os", side.report.machine.os),
    rests: ["system.os"],
    upsets: ["driver.packages", ...driverStates],
    checks: ["machine.os", "python.supported"],
  },
  {
    id: "wsl",
    title: message("WSL", "WSL")(),
    role: "act",
    read: (side) => {
      const { wsl } = side.report.machine;
      if (wsl === null) return told(side, "machine.wsl", null);
      return one([`WSL${wsl.version}`, wsl.package].filter((part) => part !== null).join(" "));
    },
    rests: ["wsl"],
    upsets: ["system.kernel", "driver.dxg", "driver.smi", "nvml", "libraries.wslLibraries", "libraries.libcuda"],
    checks: ["wsl.version", "wsl.kernel", "wsl.config", "wsl.gpu-device", "wsl.libraries", "gpu.present"],
  },
  {
    id: "hypervisor",
    title: message("hypervisor", "虚拟化平台")(),
    role: "act",
    read: (side) => told(side, "machine.hypervisor", side.report.machine.hypervisor),
    rests: ["hypervisor"],
    upsets: ["bus.adapters", ...driverStates],
    checks: ["machine.virtualization", "gpu.present"],
  },
  {
    id: "container",
    title: message("containers", "容器")(),
    role: "act",
    read: (side) => {
      const { containers } = side.report.machine;
      return containers.length === 0 ? told(side, "machine.container", null) : one(containers.join(", "));
    },
    rests: ["containers"],
    upsets: [...driverStates, "libraries.libcuda", "libraries.libnvml", "limits.shm"],
    checks: ["machine.container", "gpu.present", "driver.device-nodes", "driver.api", "limits.shm"],
  },
  {
    id: "gpus",
    title: message("GPU", "GPU")(),
    role: "act",
    silentIsState: true,
    read: (side) => {
      const names = side.report.gpus.map(cardName);
      return names.length === 0 ? told(side, "gpus", null) : many(counted(names));
    },
    rests: ["bus.adapters"],
    upsets: driverStates,
    checks: ["gpu.present", "gpu.bars", "frameworks.arch", "driver.branch", "driver.flavour"],
  },
  {
    id: "driver",
    title: message("driver", "驱动")(),
    role: "act",
    silentIsState: true,
    read: (side) => told(side, "cuda.driverVersion", side.report.cuda.driverVersion),
    rests: ["driver.userspaceVersion", "driver.packages"],
    upsets: [...driverStates, "libraries.libcuda", "libraries.libnvml"],
    checks: [...driverChecks, "frameworks.driver", "cuda.libcuda"],
  },
  {
    id: "driver-api",
    title: message("CUDA of the driver", "驱动支持的 CUDA")(),
    role: "state",
    read: (side) => told(side, "cuda.driverVersion", side.report.cuda.driverApi),
    // It stands in the answer of nvidia-smi, which is a trait of its own.
    rests: [],
    checks: ["frameworks.driver"],
  },
  {
    id: "toolkits",
    title: message("CUDA toolkit", "CUDA Toolkit")(),
    role: "act",
    read: (side) => {
      const versions = side.report.cuda.toolkits.map(({ version }) => version);
      return versions.length === 0 ? told(side, "cuda.toolkits", null) : one([...new Set(versions)].sort().join(", "));
    },
    rests: ["cuda.toolkits"],
    checks: ["cuda.toolkit"],
  },
  {
    id: "python",
    title: message("Python", "Python")(),
    role: "act",
    read: (side) => {
      const python = used(side.report.pythons);
      if (python === undefined) return told(side, "pythons", null);
      return python.version === null ? { known: false } : one(`${python.version} (${python.environment})`);
    },
    rests: ["pythons"],
    checks: ["python.supported", "frameworks.installed", "frameworks.gpu-build", "workers.start-method"],
  },
  {
    id: "frameworks",
    title: message("framework", "框架")(),
    role: "act",
    read: (side) => {
      const python = used(side.report.pythons);
      if (python === undefined) return nothing;
      if (Object.hasOwn(side.report.unknown, `pythons[${side.report.pythons.indexOf(python)}].frameworks`))
        return { known: false };
      return many(
        python.frameworks.map(({ name, version, cudaBuild }) => [
          name,
          cudaBuild === null || version.includes("+") ? version : `${version} (CUDA ${cudaBuild})`,
        ]),
      );
    },
    rests: ["pythons"],
    revert: (facts, before, name) => {
      const was = frameworkOf(used(known(before.pythons) ?? []), name);
      return withPython(facts, (python) => {
        if (python.frameworks.state === "unknown") return python;
        const others = (known(python.frameworks) ?? []).filter((each) => each.name !== name);
        return { ...python, frameworks: { state: "value", value: was ? [...others, was] : others } };
      });
    },
    checks: [
      "frameworks.installed",
      "frameworks.gpu-build",
      "frameworks.arch",
      "frameworks.driver",
      "frameworks.cudnn",
      "python.supported",
    ],
  },
  {
    id: "start-method",
    title: message("start method of workers", "worker 启动方式")(),
    role: "state",
    read: ({ report }) => one(used(report.pythons)?.startMethod ?? null),
    rests: ["pythons"],
    revert: (facts, before) => {
      const was = used(known(before.pythons) ?? []);
      return withPython(facts, (python) => ({ ...python, startMethod: was?.startMethod ?? python.startMethod }));
    },
    checks: ["workers.start-method"],
  },
  limit("cpus", message("usable CPUs", "可用 CPU 数")(), ["limits.affinityCpus", "limits.quotaCpus"], "limits.cpus"),
  limit(
    "memoryMiB",
    message("usable memory, MiB", "可用内存（MiB）")(),
    ["limits.hostMemoryMiB", "limits.cgroupMemoryMiB"],
    "limits.memory",
  ),
  limit("shmMiB", message("shared memory, MiB", "共享内存（MiB）")(), ["limits.shm"], "limits.shm"),
  limit("openFiles", message("open files allowed", "允许打开的文件数")(), ["limits.openFiles"], "limits.open-files"),
];

function limit(
  name: keyof ReadReport["limits"],
  title: Trait["title"],
  rests: readonly string[],
  check: string,
): Trait {
  return {
    id: `limits.${name}`,
    title,
    role: "act",
    read: (side) => told(side, `limits.${name}`, side.report.limits[name]),
    rests,
    checks: [check],
    better: "more",
    // What the kernel keeps for itself differs a little from boot to boot.
    tolerance: name.endsWith("MiB") ? 0.02 : 0,
  };
}

function frameworkOf(python: PythonFacts | undefined, name: string): Framework | undefined {
  return python && known(python.frameworks)?.find((each) => each.name === name);
}

/** The facts with the Python that will train changed. */
export function withPython(facts: Facts, change: (python: PythonFacts) => PythonFacts): Facts {
  if (facts.pythons.state !== "value") return facts;
  const pythons = facts.pythons.value;
  const chosen = used(pythons);
  return { ...facts, pythons: { ...facts.pythons, value: pythons.map((p) => (p === chosen ? change(p) : p)) } };
}
