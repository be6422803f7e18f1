/** The machine as a stack of levels, each of which needs those below it, with the one that is broken. Pure. */
import type { Finding } from "../../diagnosis/check.ts";
import type { Diagnosis } from "../../diagnosis/diagnose.ts";
import { type Fact, known } from "../../facts/fact.ts";
import type { Facts } from "../../facts/facts.ts";
import { message, type Said, verbatim } from "../../text/message.ts";
import { machinePicture } from "../machine.ts";
import type { Mark } from "./icons.ts";

const texts = {
  hardware: message("Hardware", "硬件"),
  hypervisor: message("Virtual machine", "虚拟机"),
  system: message("Operating system", "操作系统"),
  module: message("Kernel module", "内核模块"),
  api: message("Driver API", "驱动 API"),
  libraries: message("Libraries", "库"),
  framework: message("Framework", "框架"),
  workers: message("Data workers", "worker 进程"),
  training: message("Training", "训练"),
  noGpu: message("no GPU that trains", "没有可用于训练的 GPU"),
  gpuUnknown: message("GPU not known", "GPU 未知"),
  bareMetal: message("none", "无"),
  inContainer: message("in {kind}", "在 {kind} 中"),
  noModule: message("nvidia is not loaded", "未加载 nvidia"),
  loaded: message("nvidia {version}", "nvidia {version}"),
  loadedPlain: message("nvidia", "nvidia"),
  driver: message("driver {version}", "驱动 {version}"),
  noFramework: message("none found", "没有找到"),
  cpuBuild: message("{name} {version} (CPU build)", "{name} {version}（CPU 版）"),
  cudaBuild: message("{name} {version} (CUDA {cuda})", "{name} {version}（CUDA {cuda}）"),
  otherBuild: message("{name} {version}", "{name} {version}"),
  cpus: message("{count} CPUs", "{count} 个 CPU"),
  notRun: message("not tried yet: envdoctor train", "尚未尝试：envdoctor train"),
};

const levelIds = [
  "hardware",
  "hypervisor",
  "system",
  "module",
  "api",
  "libraries",
  "framework",
  "workers",
  "training",
] as const;
type LevelId = (typeof levelIds)[number];

export interface Level {
  readonly id: LevelId;
  readonly name: Said;
  readonly mark: Mark;
  /** What is there, in parts that stand beside each other. */
  readonly seen: readonly Said[];
  /** The checks that say how it is, worst first. */
  readonly findings: readonly Finding[];
  /** What is wrong rests here: the first root cause, else the first level that failed. */
  readonly broken: boolean;
  /** Nothing is broken, the machine has no such hardware. */
  readonly missing: boolean;
  /** It needs the broken one. */
  readonly beyond: boolean;
}

/** What a training run showed; null where none was made. */
export type Trained = { readonly ok: boolean; readonly says: string } | null;

export function stackOf(facts: Facts, { findings, causes }: Diagnosis, trained: Trained): Level[] {
  const by = new Map(levelIds.map((id) => [id, findings.filter((finding) => levelOf(finding) === id)] as const));
  const root = causes.find(({ cause }) => !cause.harmless);
  const rootFinding = findings.find(({ id, status }) => status === "fail" && root?.findings.includes(id));
  const firstFailed = levelIds.find((id) => by.get(id)?.some(({ status }) => status === "fail"));
  const broken = rootFinding === undefined ? firstFailed : levelOf(rootFinding);
  return levelIds.map((id, at): Level => {
    const own = [...(by.get(id) ?? [])].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
    return {
      id,
      name: texts[id](),
      mark: id === "training" ? markOfTraining(trained) : markOf(own),
      seen: id === "training" ? [trained === null ? texts.notRun() : verbatim(trained.says)] : seenOn[id](facts, own),
      findings: own,
      missing: id === broken && root?.cause.hardware === true,
      broken: id === broken || (id === "training" && broken === undefined && trained?.ok === false),
      beyond: broken !== undefined && at > levelIds.indexOf(broken) && !(id === "training" && trained?.ok),
    };
  });
}

const order: readonly Finding["status"][] = ["fail", "warn", "unknown", "skipped", "pass"];

/** /dev/dxg is what WSL has in the place of a kernel module. */
function levelOf({ id, layer }: Finding): LevelId {
  if (id === "wsl.gpu-device") return "module";
  if (id === "machine.virtualization") return "hypervisor";
  const levels: Record<Finding["layer"], LevelId> = {
    machine: "system",
    bus: "hardware",
    "kernel-module": "module",
    "device-nodes": "module",
    "driver-api": "api",
    libraries: "libraries",
    frameworks: "framework",
    workers: "workers",
  };
  return levels[layer];
}

function markOf(findings: readonly Finding[]): Mark {
  const some = (status: Finding["status"]): boolean => findings.some((finding) => finding.status === status);
  for (const mark of ["fail", "warn", "unknown"] as const) if (some(mark)) return mark;
  if (findings.some(({ blockedBy }) => blockedBy !== null)) return "skipped";
  return some("pass") ? "pass" : "skipped";
}

function markOfTraining(trained: Trained): Mark {
  if (trained === null) return "skipped";
  return trained.ok ? "pass" : "fail";
}

const seenOn: Readonly<Record<Exclude<LevelId, "training">, (facts: Facts, findings: readonly Finding[]) => Said[]>> = {
  hardware: (facts, findings) => {
    const { gpus, machine } = machinePicture(facts);
    // Beside a card of another maker the graphics of the processor are not what trains.
    const cardsAlone = gpus.filter(({ vendor }) => vendor !== "intel");
    const named = (cardsAlone.length > 0 ? cardsAlone : gpus).map(({ name, pciId, vendor, memoryMiB }) => {
      const memory = memoryMiB === null ? "" : ` · ${Math.round(memoryMiB / 1024)} GB`;
      return `${name ?? [vendor, pciId].filter(Boolean).join(" ")}${memory}`;
    });
    const cards = counted(named).map(verbatim);
    // In WSL the card is on no bus, and a check that saw it otherwise knows better.
    const otherwise = findings.find(({ id, status }) => id === "gpu.present" && status === "pass")?.found ?? null;
    const told = otherwise ?? (facts.bus.adapters.state === "unknown" ? texts.gpuUnknown() : texts.noGpu());
    return [...(cards.length > 0 ? cards : [told]), ...plain(machine.arch)];
  },
  hypervisor: (facts) => {
    const hypervisor = known(facts.hypervisor);
    if (hypervisor === undefined) return facts.hypervisor.state === "absent" ? [texts.bareMetal()] : [];
    return [verbatim(hypervisor.product ?? hypervisor.vendor)];
  },
  system: (facts) => {
    const { machine } = machinePicture(facts);
    const wsl = machine.wsl === null ? [] : [verbatim(`WSL${machine.wsl.version}`)];
    const containers = machine.containers.map((kind) => texts.inContainer({ kind }));
    return [...plain(machine.os), ...wsl, ...plain(machine.kernel), ...containers];
  },
  module: ({ driver }) => {
    const node = known(driver.dxg);
    if (node !== undefined) return [verbatim(node.path)];
    const module = known(driver.module);
    if (module === undefined) return driver.module.state === "absent" ? [texts.noModule()] : [];
    const name = module.version === null ? texts.loadedPlain() : texts.loaded({ version: module.version });
    return [name, ...plain(module.flavour)];
  },
  api: (facts) => {
    const { driverVersion, driverApi } = machinePicture(facts).cuda;
    return [
      ...(driverVersion === null ? [] : [texts.driver({ version: driverVersion })]),
      ...(driverApi === null ? [] : [verbatim(`CUDA ${driverApi}`)]),
    ];
  },
  libraries: ({ libraries, cuda }) => {
    const first = known(libraries.libcuda)?.[0];
    const toolkits = (known(cuda.toolkits) ?? []).slice(0, 3).map(({ version }) => verbatim(`CUDA toolkit ${version}`));
    return [...(first === undefined ? [] : [verbatim(first.path)]), ...toolkits];
  },
  framework: (facts) => {
    const pythons = known(facts.pythons) ?? [];
    const python = pythons.find(({ active }) => active) ?? pythons[0];
    const version = python && known(python.version);
    const own = (python && known(python.frameworks)) ?? [];
    const tfjs = known(facts.node)?.tfjs;
    const node = (tfjs && known(tfjs)) ?? [];
    const named = [
      ...own.map((framework) => built(framework.name, framework.version, framework.cudaBuild, framework.hipBuild)),
      ...node.map((pack) => verbatim(`${pack.name} ${pack.version}`)),
    ];
    return [
      ...(named.length > 0 ? named : [texts.noFramework()]),
      ...(version === undefined ? [] : [verbatim(`Python ${version}`)]),
    ];
  },
  workers: (facts) => {
    const { pythons, limits } = machinePicture(facts);
    const method = (pythons.find(({ active }) => active) ?? pythons[0])?.startMethod ?? null;
    return [...plain(method), ...(limits.cpus === null ? [] : [texts.cpus({ count: limits.cpus })])];
  },
};

function built(name: string, version: string, cuda: Fact<string | null>, hip: string | null): Said {
  if (hip !== null || cuda.state !== "value") return texts.otherBuild({ name, version });
  return cuda.value === null ? texts.cpuBuild({ name, version }) : texts.cudaBuild({ name, version, cuda: cuda.value });
}

/** "8 × H100" for eight of the same. */
export function counted(names: readonly string[]): string[] {
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  return [...count].map(([name, times]) => (times === 1 ? name : `${times} × ${name}`));
}

function plain(text: string | null): Said[] {
  return text === null ? [] : [verbatim(text)];
}
