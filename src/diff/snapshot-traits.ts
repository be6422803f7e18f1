import { known } from "../facts/fact.ts";
import type { Facts, LibraryCandidate, PythonFacts } from "../facts/facts.ts";
import { message } from "../text/message.ts";
import { withPython } from "./report-traits.ts";
import type { Side } from "./side.ts";
import { type Look, many, nothing, ofFact, one, state, type Trait, yesNo } from "./trait.ts";

/** What else a snapshot tells beyond a report. */
export const snapshotTraits: readonly Trait[] = [
  {
    id: "root",
    title: message("runs as root", "以 root 运行")(),
    role: "act",
    read: ofFact(({ system }) => system.root, yesNo),
    rests: ["system.root"],
    upsets: ["driver.nodes", "driver.kernelLog"],
    checks: ["driver.device-nodes"],
  },
  library("libcuda", message("libcuda.so.1 that the loader takes", "加载器选用的 libcuda.so.1")(), ["cuda.libcuda"]),
  library("libnvml", message("NVML library that the loader takes", "加载器选用的 NVML 库")(), ["driver.api"]),
  state(
    "libraries.cudnn",
    message("cuDNN of the system", "系统的 cuDNN")(),
    "libraries.cudnn",
    ofFact(
      ({ libraries }) => libraries.cudnn,
      (found) => one([...new Set(found.map(({ version }) => version))].sort().join(", ")),
    ),
    ["cuda.cudnn", "frameworks.cudnn"],
  ),
  {
    id: "wheels",
    title: message("wheel", "wheel 包")(),
    role: "act",
    read: ofPython((python) => {
      const wheels = python.nvidiaWheels;
      return wheels.state === "unknown" ? { known: false } : many(Object.entries(known(wheels) ?? {}));
    }),
    rests: ["pythons"],
    revert: (facts, before, name) => {
      const was = wheelsOf(before)[name];
      return withPython(facts, (python) => {
        const { [name]: _, ...others } = known(python.nvidiaWheels) ?? {};
        const value = was === undefined ? others : { ...others, [name]: was };
        return { ...python, nvidiaWheels: { state: "value", value } };
      });
    },
    checks: ["frameworks.cudnn", "cuda.cudnn"],
  },
  {
    id: "node",
    title: message("Node.js", "Node.js")(),
    role: "act",
    read: ofFact(
      ({ node }) => node,
      ({ version }) => one(version),
    ),
    rests: ["node"],
    checks: ["tfjs.node", "tfjs.binding"],
  },
  {
    id: "tfjs",
    title: message("TensorFlow.js", "TensorFlow.js")(),
    role: "act",
    read: ofFact(
      ({ node }) => (node.state === "value" ? node.value.tfjs : node),
      (packages) => many(packages.map(({ name, version, binding }) => [name, `${version}, ${binding.state}`])),
    ),
    rests: ["node"],
    checks: ["tfjs.node", "tfjs.binding"],
  },
  {
    id: "wsl.settings",
    title: message("WSL setting", "WSL 设置")(),
    role: "act",
    read: ofFact(
      ({ wsl }) => wsl,
      ({ conf, config }) => {
        const both = { ...known(conf), ...known(config) };
        const { path: _, encoding: __, ignoredKeys, ...settings } = { ignoredKeys: [], ...both };
        const set = Object.entries(settings).filter(([, value]) => value !== null && value !== undefined);
        const ignored = ignoredKeys.map((key): [string, string] => [key, "ignored"]);
        return many([...set.map(([name, value]): [string, string] => [name, String(value)]), ...ignored]);
      },
    ),
    rests: ["wsl"],
    upsets: ["driver.dxg", "driver.smi", "nvml", "limits.hostMemoryMiB", "limits.affinityCpus", "limits.swapMiB"],
    checks: ["wsl.config", "wsl.kernel", "wsl.gpu-device"],
  },
  {
    id: "data.path",
    title: message("folder of the data", "数据目录")(),
    role: "act",
    read: ofFact(
      ({ data }) => data,
      ({ path }) => one(path),
    ),
    rests: ["data"],
    checks: ["data.filesystem", "data.space"],
  },
  {
    id: "data.filesystem",
    title: message("file system of the data", "数据所在的文件系统")(),
    role: "act",
    read: ofFact(({ data }) => (data.state === "value" ? data.value.filesystem : data), one),
    rests: ["data"],
    checks: ["data.filesystem"],
  },
  {
    id: "env",
    title: message("variable", "环境变量")(),
    role: "act",
    read: variables,
    rests: (name) => restsOfVariable[name] ?? [],
    upsets: (name) => upsetByVariable[name] ?? [],
    checks: ["cuda.visible-devices", "cuda.libcuda", "frameworks.installed"],
  },
  quiet("driver.kernelLog", message("news in the kernel log", "内核日志中的新消息")(), "driver.kernelLog", (facts) =>
    known(facts.driver.kernelLog)?.map(withoutTime).join("\n"),
  ),
  quiet("gpu.now", message("state of the cards", "显卡的状态")(), "driver.smi", cardsNow),
  quiet("memory.free", message("free memory, MiB", "空闲内存（MiB）")(), "limits.availableMemoryMiB", (facts) =>
    known(facts.limits.availableMemoryMiB),
  ),
  quiet("swap", message("swap, MiB", "交换空间（MiB）")(), "limits.swapMiB", (facts) => known(facts.limits.swapMiB)),
  quiet("data.free", message("free space for the data, MiB", "数据所在磁盘的空闲空间（MiB）")(), "data", (facts) => {
    const data = known(facts.data);
    return data && known(data.freeMiB);
  }),
];

/** Always in motion: told only where it explains a cause. */
function quiet(
  id: string,
  title: Trait["title"],
  path: string,
  pick: (facts: Facts) => string | number | undefined,
): Trait {
  const read = ({ seen }: Side): Look => {
    const value = seen === null ? undefined : pick(seen.facts);
    return value === undefined ? null : one(value);
  };
  return { id, title, role: "quiet", read, rests: [path], checks: [] };
}

function library(name: "libcuda" | "libnvml", title: Trait["title"], checks: readonly string[]): Trait {
  const show = (candidates: readonly LibraryCandidate[]): Look =>
    one(candidates[0]?.realPath ?? candidates[0]?.path ?? null);
  return state(
    `libraries.${name}`,
    title,
    `libraries.${name}`,
    ofFact(({ libraries }) => libraries[name], show),
    checks,
  );
}

function activePython(facts: Facts): PythonFacts | undefined {
  const pythons = known(facts.pythons) ?? [];
  return pythons.find(({ active }) => active) ?? pythons[0];
}

function ofPython(show: (python: PythonFacts) => Look): Trait["read"] {
  return ({ seen }) => {
    if (seen === null) return null;
    const python = activePython(seen.facts);
    return python === undefined ? nothing : show(python);
  };
}

function wheelsOf(facts: Facts): Readonly<Record<string, string>> {
  const python = activePython(facts);
  return (python && known(python.nvidiaWheels)) ?? {};
}

const restsOfVariable: Readonly<Record<string, readonly string[]>> = {
  CUDA_VISIBLE_DEVICES: ["cuda.visibleDevices"],
  LD_LIBRARY_PATH: ["libraries.libcuda", "libraries.libnvml", "libraries.stubFolders", "libraries.cudnn"],
  VIRTUAL_ENV: ["pythons"],
  CONDA_PREFIX: ["pythons"],
};

const upsetByVariable: Readonly<Record<string, readonly string[]>> = {
  PATH: ["pythons", "cuda.toolkits", "driver.smi"],
  PYTHONPATH: ["pythons"],
  PYTHONHOME: ["pythons"],
  CUDA_HOME: ["cuda.toolkits"],
};

/** New in every session or shell, and none of the machine's own doing. */
const ofTheSession =
  /^(?:WSL_INTEROP|WSLENV|DISPLAY|WAYLAND_DISPLAY|CONDA_SHLVL|CONDA_PROMPT_MODIFIER|SLURM_(?:JOB|STEP).*|TMPDIR|TMP|TEMP|LANG|LANGUAGE|LC_\w+)$/i;

function variables({ seen }: Side): Look {
  if (seen === null) return null;
  // Windows takes any case of a name.
  const windows = known(seen.facts.system.platform) === "win32";
  const entries = Object.entries(seen.env).map(([name, value]): [string, string] => [
    windows ? name.toUpperCase() : name,
    value,
  ]);
  return many(entries.filter(([name]) => !ofTheSession.test(name)));
}

function withoutTime(line: string): string {
  return line.replace(/^\[\s*\d+\.\d+\]\s?/, "").replace(/^\w{3} [ \d]\d \d\d:\d\d:\d\d \S{1,80} kernel: /, "");
}

function cardsNow(facts: Facts): string | undefined {
  return known(facts.driver.smi)
    ?.gpus.map(({ trouble, usedMiB, now }) => {
      const memory = usedMiB === null ? null : `${usedMiB} MiB in use`;
      const errors = now?.uncorrectedErrors ? `${now.uncorrectedErrors} memory errors` : null;
      return [trouble, memory, errors, ...(now?.slowdowns ?? [])].filter((part) => part !== null).join(", ");
    })
    .join("; ");
}
