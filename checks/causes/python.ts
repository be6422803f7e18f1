/** Installing into the Python that runs: how it is called, and which build of a framework its card and driver take. */
import type { Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, FrameworkName, PythonFacts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { compareDotted } from "../compatibility.ts";
import { activePython, computeCapabilities, driverVersion, inContainer, inWsl2, nvidiaAdapters } from "../situation.ts";
import { type NoWheel, torchIndex, type Wheel, type WheelAnswer, wheelFor } from "../wheels.ts";
import { installDriver } from "./driver-install.ts";
import { byHand, familyOf, type, type Where } from "./remedies.ts";

export type Os = "linux" | "windows" | "macos";

/** System of the interpreter that matters: a Windows Python called from WSL is a Windows one. null: not known. */
export function pythonOs(facts: Facts): Os | null {
  const python = activePython(facts);
  const platform = (python && known(python.platform)) ?? known(facts.system.platform);
  if (platform === "win32") return "windows";
  if (platform === "darwin") return "macos";
  return platform === "linux" || known(facts.wsl) !== undefined ? "linux" : null;
}

/** Where the commands for that interpreter are typed. */
export function pythonWhere(facts: Facts): Where {
  return pythonOs(facts) ?? "any";
}

/** A path as one argument of the shell that reads it: PowerShell on Windows, else a POSIX shell. */
export function quoted(path: string, os: Os | null): string {
  if (os === "windows") return /^[\w.:\\/~-]+$/.test(path) ? path : `'${path.replaceAll("'", "''")}'`;
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** How the interpreter is called. PowerShell starts a quoted path only after `&`. */
export function pythonCommand(facts: Facts): string {
  const os = pythonOs(facts);
  const python = activePython(facts);
  if (!python) return os === "linux" || os === "macos" ? "python3" : "python";
  const path = quoted(python.path, os);
  return os === "windows" && path.startsWith("'") ? `& ${path}` : path;
}

const venv = "~/.venvs/training";

/** A Python of the distribution, where pip refuses to install (PEP 668) or would mix with system packages. */
export function managedBySystem(facts: Facts): boolean {
  const python = activePython(facts);
  const own = python === undefined || python.environment === "system";
  return own && pythonOs(facts) === "linux" && !inContainer(facts);
}

/** Lines that make an environment beside a Python that belongs to the system. */
function freshEnvironment(facts: Facts): string[] {
  const family = familyOf(facts);
  const needsPackage = family === "debian" || family === "ubuntu";
  const create = `${pythonCommand(facts)} -m venv ${venv}`;
  return needsPackage ? ["sudo apt-get install -y python3-venv", create] : [create];
}

interface Install {
  readonly requirements: readonly string[];
  readonly index?: string | null;
  /** Replaces a build of the same version that pip would take for installed. */
  readonly replace?: boolean;
  readonly upgrade?: boolean;
}

/** Lines that install into the active Python; for one of the system, into a new environment beside it. */
export function pipInstall(facts: Facts, { requirements, index = null, replace, upgrade }: Install): string[] {
  const what = requirements.map(quotedRequirement).join(" ");
  const from = index === null ? "" : ` --index-url ${index}`;
  if (managedBySystem(facts)) {
    return [...freshEnvironment(facts), `${venv}/bin/python -m pip install ${what}${from}`];
  }
  const python = activePython(facts);
  if (python?.environment === "uv") {
    const flags = replace ? " --reinstall" : upgrade ? " --upgrade" : "";
    return [`uv pip install --python ${quoted(python.path, pythonOs(facts))}${flags} ${what}${from}`];
  }
  const flags = replace ? " --force-reinstall" : upgrade ? " --upgrade" : "";
  return [`${pythonCommand(facts)} -m pip install${flags} ${what}${from}`];
}

/** Line that removes packages from the active Python. */
export function pipUninstall(facts: Facts, packages: readonly string[]): string[] {
  const python = activePython(facts);
  const what = packages.join(" ");
  if (python?.environment === "uv") {
    return [`uv pip uninstall --python ${quoted(python.path, pythonOs(facts))} ${what}`];
  }
  return [`${pythonCommand(facts)} -m pip uninstall -y ${what}`];
}

/** Brackets, stars and comparisons mean something to shells. */
function quotedRequirement(requirement: string): string {
  return /^[\w.=-]+$/.test(requirement) ? requirement : `"${requirement}"`;
}

/** Is there an NVIDIA card? null: nobody could tell. */
export function hasNvidiaGpu(facts: Facts): boolean | null {
  if ((known(facts.driver.smi)?.gpus.length ?? 0) > 0 || nvidiaAdapters(facts).length > 0) return true;
  const dxg = known(facts.driver.dxg) !== undefined;
  // What is behind /dev/dxg may be any vendor's card, and a container sees the bus but not always the card.
  return facts.bus.adapters.state === "unknown" || dxg || inWsl2(facts) ? null : false;
}

/** Which card a build has to serve where several are there. */
export type Pick = "newest" | "oldest";

function capability(facts: Facts, pick: Pick): string | null {
  const sorted = computeCapabilities(facts)
    .map(({ cc }) => cc)
    .sort(compareDotted);
  return (pick === "newest" ? sorted.at(-1) : sorted[0]) ?? null;
}

/** The build that fits this machine; `card` asks for another compute capability than the machine's. */
export function wheelHere(facts: Facts, framework: FrameworkName, pick: Pick, card?: string): WheelAnswer {
  const python = activePython(facts);
  const os = pythonOs(facts) ?? "linux";
  return wheelFor({
    framework,
    computeCapability: card ?? capability(facts, pick),
    driver: driverVersion(facts) ?? null,
    driverApi: known(facts.driver.smi)?.cudaVersion ?? null,
    platform: os === "windows" || inWsl2(facts) ? "windows" : "linux",
    python: (python && known(python.version)) ?? null,
    os,
    arch: known(facts.system.arch) ?? null,
  });
}

const names: Readonly<Record<FrameworkName, string>> = { torch: "PyTorch", tensorflow: "TensorFlow", jax: "JAX" };

const texts = {
  install: message(
    "Install the {framework} build for CUDA {cuda}, which fits this card and driver",
    "安装适合该显卡和驱动的 {framework}（CUDA {cuda}）",
  ),
  installFor: message(
    "For {cards}: install the {framework} build for CUDA {cuda}",
    "{cards}：安装 CUDA {cuda} 版的 {framework}",
  ),
  installCpu: message("Install the CPU build of {framework}", "安装 CPU 版 {framework}"),
  installMacos: message(
    "Install {framework}; on Apple silicon PyTorch uses the GPU through MPS",
    "安装 {framework}；在 Apple 芯片上 PyTorch 通过 MPS 使用 GPU",
  ),
  driverFirst: message(
    "No current build of {framework} runs with this driver: install NVIDIA driver 580 or newer first",
    "没有任何当前版本的 {framework} 支持该驱动：请先安装 NVIDIA 驱动 580 或更高版本",
  ),
  noBuild: message(
    "No published build of {framework} has kernels for this card: build it from source for the card, or train on the CPU or another card",
    "官方发布的 {framework} 都没有适合该显卡的内核：请从源码编译，或改用 CPU、其他显卡训练",
  ),
  windows: message(
    '{framework} has no GPU build for native Windows: install it in WSL2 (wsl --install, then inside the distro: python3 -m pip install "{requirement}")',
    '{framework} 在原生 Windows 上没有 GPU 版本：请安装到 WSL2（执行 wsl --install，然后在发行版中执行 python3 -m pip install "{requirement}"）',
  ),
  python: message(
    "Make an environment with Python 3.12, for which every current framework has wheels, and install into it",
    "创建一个 Python 3.12 环境（各框架当前版本均提供 wheel），并安装到其中",
  ),
};

const generations = [
  { cards: "GeForce RTX 50, B200", card: "12.0" },
  { cards: "GeForce RTX 20, 30, 40, T4, A100, H100", card: "8.6" },
  { cards: "GeForce GTX 9 and 10, P100, V100", card: "6.1" },
];

interface FrameworkRemedy {
  readonly pick?: Pick;
  /** The framework is there in a build that does not fit. */
  readonly replace?: boolean;
}

/** Remedies that install the GPU build of a framework which fits this card, driver and Python. */
export function installGpuBuild(
  facts: Facts,
  framework: FrameworkName,
  { pick = "newest", replace = false }: FrameworkRemedy = {},
): readonly Remedy[] {
  const { wheel, reason } = wheelHere(facts, framework, pick);
  if (wheel) return [installWheel(facts, framework, wheel, replace)];
  return withoutWheel(facts, framework, reason, replace);
}

function installWheel(facts: Facts, framework: FrameworkName, wheel: Wheel, replace: boolean, cards?: string): Remedy {
  const words = { framework: names[framework], cuda: wheel.cuda ?? "" };
  const title = cards === undefined ? texts.install(words) : texts.installFor({ ...words, cards });
  const upgrade = framework !== "torch";
  const commands = pipInstall(facts, {
    requirements: [wheel.requirement],
    index: wheel.index,
    replace: replace && !upgrade,
    upgrade: replace && upgrade,
  });
  return type(pythonWhere(facts), title, commands, "network");
}

function withoutWheel(facts: Facts, framework: FrameworkName, reason: NoWheel, replace: boolean): readonly Remedy[] {
  const name = names[framework];
  switch (reason) {
    case "no-cuda-on-macos":
      return replace ? [] : [installMacos(facts, framework)];
    case "no-gpu-on-native-windows": {
      const requirement = framework === "jax" ? "jax[cuda13]" : "tensorflow[and-cuda]";
      return [byHand("windows", texts.windows({ framework: name, requirement }), "administrator", "network", "reboot")];
    }
    case "card-unknown":
      return byGeneration(facts, framework, replace);
    case "card-not-served":
      return [byHand("any", texts.noBuild({ framework: name }))];
    case "driver-too-old": {
      const ways = installDriver(facts, { atLeast: 580 });
      return ways.length > 0 ? ways : [byHand("any", texts.driverFirst({ framework: name }))];
    }
    case "python-not-served":
      return [environmentWith(facts, framework)];
  }
}

/** The card is not known: one remedy for each group of cards that takes the same build. */
function byGeneration(facts: Facts, framework: FrameworkName, replace: boolean): readonly Remedy[] {
  const builds = new Map<string, { wheel: Wheel; cards: string[] }>();
  for (const { cards, card } of generations) {
    const { wheel } = wheelHere(facts, framework, "newest", card);
    if (wheel === null) continue;
    const key = `${wheel.requirement} ${wheel.tag}`;
    const entry = builds.get(key) ?? { wheel, cards: [] };
    entry.cards.push(cards);
    builds.set(key, entry);
  }
  if (builds.size === 0) return withoutWheel(facts, framework, "driver-too-old", replace);
  return [...builds.values()].map(({ wheel, cards }) =>
    installWheel(facts, framework, wheel, replace, cards.join(", ")),
  );
}

function installMacos(facts: Facts, framework: FrameworkName): Remedy {
  const title = texts.installMacos({ framework: names[framework] });
  return type("macos", title, pipInstall(facts, { requirements: [framework] }), "network");
}

export function installCpuBuild(facts: Facts, framework: FrameworkName): Remedy {
  if (pythonOs(facts) === "macos") return installMacos(facts, framework);
  const index = framework === "torch" ? torchIndex("cpu") : null;
  const requirement = framework === "tensorflow" && pythonOs(facts) !== "windows" ? "tensorflow-cpu" : framework;
  const commands = pipInstall(facts, { requirements: [requirement], index });
  return type(pythonWhere(facts), texts.installCpu({ framework: names[framework] }), commands, "network");
}

/** A Python for which there are wheels, by the tool that is at hand: uv, conda, the Windows launcher. */
export function environmentWith(facts: Facts, framework: FrameworkName): Remedy {
  const os = pythonOs(facts);
  const build = wheelForPython(facts, framework);
  const what = `${quotedRequirement(build?.requirement ?? framework)}${build?.index ? ` --index-url ${build.index}` : ""}`;
  const conda = ["conda create -y -n training python=3.12", `conda run -n training python -m pip install ${what}`];
  const windows = ["py -3.12 -m venv .venv", `.venv\\Scripts\\python -m pip install ${what}`];
  const uv = ["uv venv --python 3.12 .venv", `uv pip install --python .venv ${what}`];
  const commands = activePython(facts)?.environment === "conda" ? conda : os === "windows" ? windows : uv;
  return type(pythonWhere(facts), texts.python(), commands, "network");
}

function wheelForPython(facts: Facts, framework: FrameworkName): Wheel | null {
  if (hasNvidiaGpu(facts) === false) return null;
  const pythons = { state: "absent" } as const;
  return wheelHere({ ...facts, pythons }, framework, "newest").wheel;
}

/** Frameworks of the active Python that were built without CUDA, else of any Python. */
export function cpuOnlyFrameworks(facts: Facts): readonly FrameworkName[] {
  const cpuOnly = (python: PythonFacts): FrameworkName[] =>
    (known(python.frameworks) ?? []).flatMap((framework) =>
      framework.cudaBuild.state === "value" && framework.cudaBuild.value === null && framework.hipBuild === null
        ? [framework.name]
        : [],
    );
  const active = activePython(facts);
  const found = active ? cpuOnly(active) : [];
  return found.length > 0 ? found : (known(facts.pythons) ?? []).flatMap(cpuOnly);
}

/** Frameworks of the active Python, without repeats. */
export function frameworksHere(facts: Facts): readonly FrameworkName[] {
  const python = activePython(facts);
  return [...new Set((python ? (known(python.frameworks) ?? []) : []).map(({ name }) => name))];
}
