import { gpuByPciId } from "../facts/gpu-table.ts";
import { message, type Said } from "../text/message.ts";
import type { MachineReport } from "./report-schema.ts";

/** A property that machines of one kind are expected to share. */
export interface Feature {
  readonly id: string;
  readonly title: Said;
  /** "hardware" tells kinds of machines apart, "software" is compared within a kind. */
  readonly part: "hardware" | "software";
  /** Numbers that differ by less than this share are the same. */
  readonly tolerance?: number;
  /** Where a number is smaller than usual, the machine may have lost something. */
  readonly loss?: boolean;
  /** How much a difference weighs in the search for the machines most like this one; 1 where left out. */
  readonly weight?: number;
  readonly unit?: "MiB";
  readonly read: (report: MachineReport) => string | number;
}

export const unknownValue = "unknown";
export const noneValue = "none";

/** `null` with a reason under `unknown` is not known, without one it is not there. */
function told(report: MachineReport, path: string, value: string | number | null): string | number {
  if (value !== null) return value;
  return Object.hasOwn(report.unknown, path) ? unknownValue : noneValue;
}

/** The Python that will train, else the first that was found. */
const python = (report: MachineReport): MachineReport["pythons"][number] | undefined =>
  report.pythons.find((p) => p.active) ?? report.pythons[0];

const sorted = (words: Iterable<string>): string => [...new Set(words)].sort().join(", ");

/** By the device where it is known: the driver, while it answers, has another name for the same card than the bus. */
function gpuModel({ name, pciId }: MachineReport["gpus"][number]): string {
  return (pciId === null ? undefined : gpuByPciId(pciId)?.name) ?? name ?? pciId ?? unknownValue;
}

export const features: readonly Feature[] = [
  {
    id: "system",
    title: message("system", "系统")(),
    part: "hardware",
    weight: 4,
    read: ({ machine }) => `${machine.platform ?? unknownValue} ${machine.arch ?? unknownValue}`,
  },
  {
    id: "gpu.model",
    title: message("GPU", "GPU")(),
    part: "hardware",
    weight: 3,
    read: (r) => {
      if (r.gpus.length === 0) return told(r, "gpus", null);
      return sorted(r.gpus.map(gpuModel));
    },
  },
  {
    id: "gpu.count",
    title: message("number of GPUs", "GPU 数量")(),
    part: "hardware",
    loss: true,
    read: (r) => (r.gpus.length === 0 && Object.hasOwn(r.unknown, "gpus") ? unknownValue : r.gpus.length),
  },
  {
    id: "gpu.memoryMiB",
    title: message("GPU memory", "显存")(),
    part: "hardware",
    tolerance: 0.015,
    loss: true,
    unit: "MiB",
    read: ({ gpus }) => {
      const sizes = gpus.map((gpu) => gpu.memoryMiB);
      if (sizes.length === 0) return noneValue;
      return sizes.reduce<string | number>(
        (least, size) => (size === null || least === unknownValue ? unknownValue : Math.min(Number(least), size)),
        Number.POSITIVE_INFINITY,
      );
    },
  },
  {
    id: "limits.cpus",
    title: message("CPUs", "CPU 数量")(),
    part: "hardware",
    loss: true,
    read: (r) => told(r, "limits.cpus", r.limits.cpus),
  },
  {
    id: "limits.memoryMiB",
    title: message("memory", "内存")(),
    part: "hardware",
    tolerance: 0.04,
    loss: true,
    unit: "MiB",
    read: (r) => told(r, "limits.memoryMiB", r.limits.memoryMiB),
  },
  {
    id: "driver",
    title: message("driver", "驱动")(),
    part: "software",
    read: (r) => told(r, "cuda.driverVersion", r.cuda.driverVersion),
  },
  {
    id: "cuda",
    title: message("CUDA of the driver", "驱动支持的 CUDA")(),
    part: "software",
    read: (r) => told(r, "cuda.driverVersion", r.cuda.driverApi),
  },
  {
    id: "toolkits",
    title: message("CUDA toolkits", "CUDA Toolkit")(),
    part: "software",
    read: (r) => sorted(r.cuda.toolkits.map((t) => t.version)) || told(r, "cuda.toolkits", null),
  },
  {
    id: "kernel",
    title: message("kernel", "内核")(),
    part: "software",
    read: (r) => told(r, "machine.kernel", r.machine.kernel),
  },
  {
    id: "os",
    title: message("operating system", "操作系统")(),
    part: "software",
    read: (r) => told(r, "machine.os", r.machine.os),
  },
  {
    id: "hypervisor",
    title: message("hypervisor", "虚拟化平台")(),
    part: "software",
    read: (r) => told(r, "machine.hypervisor", r.machine.hypervisor),
  },
  {
    id: "container",
    title: message("container", "容器")(),
    part: "software",
    read: (r) => told(r, "machine.container", r.machine.container),
  },
  {
    id: "wsl",
    title: message("WSL", "WSL")(),
    part: "software",
    read: (r) => {
      const { wsl } = r.machine;
      if (wsl === null) return told(r, "machine.wsl", null);
      return wsl.package === null ? `WSL${wsl.version}` : `WSL${wsl.version} ${wsl.package}`;
    },
  },
  {
    id: "python",
    title: message("Python", "Python")(),
    part: "software",
    read: (r) => {
      const used = python(r);
      return used === undefined ? told(r, "pythons", null) : `${used.version ?? unknownValue} (${used.environment})`;
    },
  },
  {
    id: "wheels",
    title: message("frameworks", "框架")(),
    part: "software",
    read: (r) => {
      const used = python(r);
      if (used === undefined) return told(r, "pythons", null);
      const wheels = sorted(used.frameworks.map(({ name, version }) => `${name} ${version}`));
      return wheels || told(r, `pythons[${r.pythons.indexOf(used)}].frameworks`, null);
    },
  },
  {
    id: "startMethod",
    title: message("start method of workers", "worker 启动方式")(),
    part: "software",
    read: (r) => python(r)?.startMethod ?? unknownValue,
  },
  {
    id: "limits.shmMiB",
    title: message("shared memory", "共享内存")(),
    part: "software",
    tolerance: 0.04,
    unit: "MiB",
    read: (r) => told(r, "limits.shmMiB", r.limits.shmMiB),
  },
  {
    id: "limits.openFiles",
    title: message("open files", "可打开文件数")(),
    part: "software",
    read: (r) => told(r, "limits.openFiles", r.limits.openFiles),
  },
  {
    id: "envdoctor",
    title: message("envdoctor", "envdoctor")(),
    part: "software",
    read: (r) => r.tool.version,
  },
];
