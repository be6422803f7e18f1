/** Which build of a framework the card, driver and Python at hand take, and the lines that install it. */
import type { Remedy } from "../../src/diagnosis/cause.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, FrameworkName } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { compareDotted, type DriverPlatform, oldestDriverFor } from "../compatibility.ts";
import { activePython, computeCapabilities, driverVersion, inWsl2, nvidiaAdapters } from "../situation.ts";
import { type NoWheel, torchIndex, type Wheel, type WheelAnswer, wheelFor } from "../wheels.ts";
import { installDriver } from "./driver-install.ts";
import { pipInstall, pythonOs, pythonWhere, quotedRequirement } from "./python.ts";
import { byHand, type } from "./remedies.ts";

/** Is there an NVIDIA card? null: nobody could tell. */
export function hasNvidiaGpu(facts: Facts): boolean | null {
  if ((known(driverReport(facts))?.gpus.length ?? 0) > 0 || nvidiaAdapters(facts).length > 0) return true;
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

interface Assumed {
  /** Compute capability, instead of that of the machine's cards. */
  readonly card?: string;
  /** Driver version that is assumed where the machine's is not known. */
  readonly driver?: string;
}

function driverPlatform(facts: Facts): DriverPlatform {
  return pythonOs(facts) === "windows" || inWsl2(facts) ? "windows" : "linux";
}

/** The build that fits this machine, or what is assumed of it. */
function wheelHere(facts: Facts, framework: FrameworkName, pick: Pick, assumed: Assumed = {}): WheelAnswer {
  const python = activePython(facts);
  const driverApi = known(driverReport(facts))?.cudaVersion ?? null;
  const driver = driverVersion(facts) ?? (driverApi === null ? assumed.driver : undefined);
  return wheelFor({
    framework,
    computeCapability: assumed.card ?? capability(facts, pick),
    driver: driver ?? null,
    driverApi,
    platform: driverPlatform(facts),
    python: (python && known(python.version)) ?? null,
    os: pythonOs(facts) ?? "linux",
    arch: known(facts.system.arch) ?? null,
  });
}

const names: Readonly<Record<FrameworkName, string>> = { torch: "PyTorch", tensorflow: "TensorFlow", jax: "JAX" };

const texts = {
  install: message(
    "Install the {framework} build for CUDA {cuda}, which fits this card and driver",
    "安装适合该显卡和驱动的 {framework}（CUDA {cuda}）",
  ),
  installNeeds: message(
    "Install the {framework} build for CUDA {cuda}, which needs NVIDIA driver {driver} or newer",
    "安装 CUDA {cuda} 版的 {framework}，需要 NVIDIA 驱动 {driver} 或更高版本",
  ),
  installFor: message(
    "For {cards} with NVIDIA driver {driver} or newer: install the {framework} build for CUDA {cuda}",
    "{cards}（NVIDIA 驱动 {driver} 或更高版本）：安装 CUDA {cuda} 版的 {framework}",
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
    "官方发布的 {framework} 都不含该显卡的 GPU 代码：请从源码编译，或改用 CPU、其他显卡训练",
  ),
  windows: message(
    '{framework} has no GPU build for native Windows: install it in WSL2 (wsl --install, then inside the distro: python3 -m pip install "{requirement}")',
    '{framework} 在原生 Windows 上没有 GPU 版本：请安装到 WSL2（执行 wsl --install，然后在发行版中执行 python3 -m pip install "{requirement}"）',
  ),
  python: message(
    "Make an environment with Python 3.12, for which every current framework has wheels, and install into it (by {tool})",
    "创建一个 Python 3.12 环境（各框架当前版本均提供 wheel），并安装到其中（使用 {tool}）",
  ),
};

const generations = [
  { cards: "RTX 50, B200", card: "12.0" },
  { cards: "RTX 20 to 40, T4, A100, H100", card: "8.6" },
  { cards: "GTX 9 and 10, P100, V100", card: "6.1" },
];

interface FrameworkRemedy {
  readonly pick?: Pick;
  /** The framework is there in a build that does not fit. */
  readonly replace?: boolean;
  /** The cards that come into question where the machine's are not known. */
  readonly cards?: readonly string[];
  /** Driver that is assumed where the machine's is not known. */
  readonly driver?: string;
}

/** Remedies that install the GPU build of a framework which fits this card, driver and Python. */
export function installGpuBuild(facts: Facts, framework: FrameworkName, how: FrameworkRemedy = {}): readonly Remedy[] {
  const { driver } = how;
  const { wheel, reason } = wheelHere(facts, framework, how.pick ?? "newest", { driver });
  if (wheel) return [installWheel(facts, framework, wheel, how)];
  return withoutWheel(facts, framework, reason, how);
}

function installWheel(
  facts: Facts,
  name: FrameworkName,
  wheel: Wheel,
  { replace, pick }: FrameworkRemedy,
  cards = "",
): Remedy {
  const { cuda, requirement, index } = wheel;
  const upgrade = name !== "torch";
  const commands = pipInstall(facts, {
    requirements: [requirement],
    index,
    replace: replace && !upgrade,
    upgrade: replace && upgrade,
  });
  const words = { framework: names[name], cuda: cuda ?? "" };
  const driver = (cuda && oldestDriverFor(cuda, driverPlatform(facts))) ?? "";
  const sure = driverVersion(facts) !== undefined && capability(facts, pick ?? "newest") !== null;
  const plain = sure ? texts.install(words) : texts.installNeeds({ ...words, driver });
  const title = cards === "" ? plain : texts.installFor({ ...words, cards, driver });
  return type(pythonWhere(facts), title, commands, "network");
}

function withoutWheel(
  facts: Facts,
  framework: FrameworkName,
  reason: NoWheel,
  how: FrameworkRemedy,
): readonly Remedy[] {
  const name = names[framework];
  switch (reason) {
    case "no-cuda-on-macos":
      return how.replace ? [] : [installMacos(facts, framework)];
    case "no-gpu-on-native-windows": {
      const requirement = framework === "jax" ? "jax[cuda13]" : "tensorflow[and-cuda]";
      return [byHand("windows", texts.windows({ framework: name, requirement }), "administrator", "network", "reboot")];
    }
    case "card-unknown":
      return byGeneration(facts, framework, how);
    case "card-not-served":
      return [byHand("any", texts.noBuild({ framework: name }))];
    case "driver-too-old":
      return driverFirst(facts, framework);
    case "python-not-served":
      return [environmentWith(facts, framework)];
  }
}

function driverFirst(facts: Facts, framework: FrameworkName): readonly Remedy[] {
  const ways = installDriver(facts, { atLeast: 580 });
  return ways.length > 0 ? ways : [byHand("any", texts.driverFirst({ framework: names[framework] }))];
}

/** The card is not known: one remedy for each group of cards that takes the same build. */
function byGeneration(facts: Facts, framework: FrameworkName, how: FrameworkRemedy): readonly Remedy[] {
  const builds = new Map<string, { wheel: Wheel; cards: string[] }>();
  for (const { cards, card } of generations.filter((one) => how.cards?.includes(one.card) ?? true)) {
    const { wheel } = wheelHere(facts, framework, "newest", { card, driver: how.driver });
    if (wheel === null) continue;
    const key = `${wheel.requirement} ${wheel.tag}`;
    const entry = builds.get(key) ?? { wheel, cards: [] };
    entry.cards.push(cards);
    builds.set(key, entry);
  }
  if (builds.size === 0) return driverFirst(facts, framework);
  return [...builds.values()].map(({ wheel, cards }) => installWheel(facts, framework, wheel, how, cards.join(", ")));
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
  const build = wheelForPython(facts, framework);
  const what = `${quotedRequirement(build?.requirement ?? framework)}${build?.index ? ` --index-url ${build.index}` : ""}`;
  if (activePython(facts)?.environment === "conda") {
    const commands = ["conda create -y -n training python=3.12", `conda run -n training python -m pip install ${what}`];
    return type(pythonWhere(facts), texts.python({ tool: "conda" }), commands, "network");
  }
  if (pythonOs(facts) === "windows") {
    const commands = [
      "winget install --exact --id Python.Python.3.12",
      "py -3.12 -m venv .venv",
      `.venv\\Scripts\\python -m pip install ${what}`,
    ];
    return type("windows", texts.python({ tool: "winget" }), commands, "network");
  }
  const commands = ["uv venv --python 3.12 .venv", `uv pip install --python .venv ${what}`];
  return type(pythonWhere(facts), texts.python({ tool: "uv, https://docs.astral.sh/uv/" }), commands, "network");
}

function wheelForPython(facts: Facts, framework: FrameworkName): Wheel | null {
  if (hasNvidiaGpu(facts) === false) return null;
  const pythons = { state: "absent" } as const;
  return wheelHere({ ...facts, pythons }, framework, "newest").wheel;
}
