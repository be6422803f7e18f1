import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, FrameworkName, PythonFacts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { oldestDriverFor } from "../compatibility.ts";
import { activePython, inWsl2 } from "../situation.ts";
import { frameworksBuildsClues } from "./clues/frameworks-builds.ts";
import { installDriver } from "./driver-install.ts";
import { environmentWith, hasNvidiaGpu, installCpuBuild, installGpuBuild, type Pick } from "./framework-install.ts";
import { cpuOnlyFrameworks, frameworksHere, pipUninstall, pythonOs, pythonWhere, quoted } from "./python.ts";
import { byHand, type } from "./remedies.ts";

const pytorchInstall = "https://pytorch.org/get-started/locally/";
const pytorchReleases = "https://github.com/pytorch/pytorch/blob/main/RELEASE.md";
const tensorflowInstall = "https://www.tensorflow.org/install/pip";
const minorVersions = "https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html";

const texts = {
  removeCpu: message(
    "First remove the CPU-only package: it would hide the GPU one",
    "先卸载仅支持 CPU 的包，否则它会遮住 GPU 版本",
  ),
  useThere: message("Run the script with the Python that has {framework}", "用装有 {framework} 的 Python 运行脚本"),
  activate: message(
    "Activate the environment that has the framework before you start the script, and install only with python -m pip, so that pip and python are the same",
    "启动脚本前先激活装有该框架的环境；安装时只用 python -m pip，确保 pip 与 python 属于同一环境",
  ),
  notebook: message(
    "In a notebook or an editor: choose the kernel or interpreter of that environment",
    "在 Notebook 或编辑器中：选择该环境对应的内核（kernel）或解释器",
  ),
};

/** The frameworks the fault is about: those here, or PyTorch where none is known. */
function concerned(facts: Facts): readonly FrameworkName[] {
  const here = frameworksHere(facts);
  return here.length > 0 ? here : ["torch"];
}

/** The frameworks with a GPU build: a card or driver that does not fit concerns only them. */
function concernedGpu(facts: Facts): readonly FrameworkName[] {
  const python = activePython(facts);
  const installed = (python && known(python.frameworks)) ?? [];
  const names = installed.flatMap(({ name, cudaBuild }) => (known(cudaBuild) ? [name] : []));
  return names.length > 0 ? [...new Set(names)] : concerned(facts);
}

/** Where the driver's number is not known, it is known to be below what the build needs: the branch before that. */
function driverRemedies(facts: Facts): readonly Remedy[] {
  const cuda = activeCuda(facts) ?? "13.0";
  const platform = inWsl2(facts) || pythonOs(facts) === "windows" ? "windows" : "linux";
  const needed = (oldestDriverFor(cuda, platform) ?? "580").split(".")[0];
  const driver = needed === "580" ? "570.124.06" : "470.82.01";
  const builds = concernedGpu(facts).flatMap((name) => installGpuBuild(facts, name, { replace: true, driver }));
  const titles = new Set(builds.map(({ title }) => title.en));
  return [...builds, ...installDriver(facts, { atLeast: Number(needed) }).filter(({ title }) => !titles.has(title.en))];
}

/** Highest CUDA version that a framework of the active Python was built for. */
function activeCuda(facts: Facts): string | undefined {
  const python = activePython(facts);
  const frameworks = (python && known(python.frameworks)) ?? [];
  return frameworks
    .flatMap((framework) => known(framework.cudaBuild) ?? [])
    .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
    .at(-1);
}

function cpuOnlyRemedies(facts: Facts): readonly Remedy[] {
  if (hasNvidiaGpu(facts) === false) return [];
  const found = [...new Set(cpuOnlyFrameworks(facts))];
  const frameworks = found.length > 0 ? found : concerned(facts);
  return frameworks.flatMap((framework) => {
    const install = installGpuBuild(facts, framework, { replace: true });
    return hidesGpuPackage(facts, framework) && install.length > 0
      ? [type(pythonWhere(facts), texts.removeCpu(), pipUninstall(facts, [`${framework}-cpu`])), ...install]
      : install;
  });
}

/** tensorflow-cpu and tensorflow write into the same folder. */
function hidesGpuPackage(facts: Facts, framework: FrameworkName): boolean {
  const python = activePython(facts);
  const installed = (python && known(python.frameworks)) ?? [];
  return installed.some(({ distribution }) => distribution === `${framework}-cpu`);
}

const otherBuild =
  (pick: Pick, cards: readonly string[]) =>
  (facts: Facts): readonly Remedy[] =>
    concernedGpu(facts).flatMap((name) => installGpuBuild(facts, name, { pick, cards, replace: true }));

function notInstalledRemedies(facts: Facts): readonly Remedy[] {
  const gpu = hasNvidiaGpu(facts);
  if (gpu === false || pythonOs(facts) === "macos") return [installCpuBuild(facts, "torch")];
  const withGpu = installGpuBuild(facts, "torch");
  return gpu ? withGpu : [...withGpu, installCpuBuild(facts, "torch")];
}

function wrongEnvironmentRemedies(facts: Facts): readonly Remedy[] {
  const active = activePython(facts);
  const equipped = (known(facts.pythons) ?? []).filter((python) => python !== active && namesOf(python).length > 0);
  const run = equipped.slice(0, 2).map((python) => {
    const path = quoted(python.path, pythonOs(facts));
    const command = `${path.startsWith("'") && pythonOs(facts) === "windows" ? "& " : ""}${path} train.py`;
    return type(pythonWhere(facts), texts.useThere({ framework: namesOf(python).join(", ") }), [command]);
  });
  return [...run, byHand("any", texts.activate()), byHand("any", texts.notebook())];
}

function namesOf(python: PythonFacts): readonly string[] {
  return (known(python.frameworks) ?? []).map(({ name, version }) => `${name} ${version}`);
}

export const buildCauses = {
  "driver-too-old-for-framework-cuda": cause({
    id: "driver-too-old-for-framework-cuda",
    group: "frameworks",
    title: message(
      "The NVIDIA driver is too old for the CUDA version of the framework",
      "NVIDIA 驱动版本低于框架所用 CUDA 的要求",
    )(),
    explanation: message(
      "A framework brings its own CUDA libraries, but the driver must serve their major version: CUDA 12 needs driver 525 or newer, CUDA 13 needs 580 or newer. A newer minor version of the same major is no fault. With an older driver the framework loads and then reports that it finds no usable GPU.",
      "框架自带 CUDA 库，但驱动必须支持其主版本：CUDA 12 需要 525 或更高版本的驱动，CUDA 13 需要 580 或更高版本。同一主版本内的次版本较新不算问题。驱动过旧时，框架能够加载，但会报告找不到可用的 GPU。",
    )(),
    recognise: message(
      "`nvidia-smi` shows a CUDA Version below that of `python -c \"import torch; print(torch.version.cuda)\"` by a whole major; PyTorch says 'The NVIDIA driver on your system is too old (found version 12020)', which means 12.2.",
      '`nvidia-smi` 显示的 CUDA Version 比 `python -c "import torch; print(torch.version.cuda)"` 低一个主版本；PyTorch 报“The NVIDIA driver on your system is too old (found version 12020)”，12020 即 12.2。',
    )(),
    references: [minorVersions, "https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/index.html"],
    clues: frameworksBuildsClues["driver-too-old-for-framework-cuda"],
    remedies: driverRemedies,
  }),

  "cpu-only-wheel": cause({
    id: "cpu-only-wheel",
    group: "frameworks",
    title: message("The framework was installed without GPU support", "安装的框架是仅支持 CPU 的版本")(),
    explanation: message(
      "This build of the framework contains no CUDA code, so it cannot use the GPU however well driver and card work. On Windows the PyTorch wheels of PyPI are CPU-only; elsewhere a CPU index, a mirror or the tensorflow-cpu package is the usual origin.",
      "这个框架版本不含任何 CUDA 代码，因此无论驱动和显卡是否正常都无法使用 GPU。在 Windows 上，PyPI 提供的 PyTorch 只有 CPU 版；在其他系统上，通常来自 CPU 索引、镜像源或 tensorflow-cpu 包。",
    )(),
    recognise: message(
      "`python -c \"import torch; print(torch.__version__, torch.version.cuda)\"` prints +cpu and None; an attempt to use the GPU says 'Torch not compiled with CUDA enabled'. With a number instead of None the build is right and the fault lies with the driver.",
      '`python -c "import torch; print(torch.__version__, torch.version.cuda)"` 输出 +cpu 和 None；使用 GPU 时报“Torch not compiled with CUDA enabled”。如果输出的是版本号而不是 None，则框架没有问题，故障在驱动一侧。',
    )(),
    references: [pytorchInstall, "https://docs.astral.sh/uv/guides/integration/pytorch/", tensorflowInstall],
    clues: frameworksBuildsClues["cpu-only-wheel"],
    remedies: cpuOnlyRemedies,
  }),

  "gpu-arch-too-new-for-wheel": cause({
    id: "gpu-arch-too-new-for-wheel",
    group: "frameworks",
    title: message("The framework's build has no kernels for this newer GPU", "框架不含这款新显卡的 GPU 代码")(),
    explanation: message(
      "A build holds machine code for a list of architectures, and code of one major architecture does not run on another: an RTX 50 card (12.0) is not served by code for 9.0. torch.cuda.is_available() still says True, and the first kernel fails. A build with a newer CUDA, 12.8 or later for RTX 50, has the code.",
      "每个版本只包含若干架构的机器码，不同主架构之间不通用：为 9.0 编译的代码不能在 RTX 50（12.0）上运行。此时 torch.cuda.is_available() 仍返回 True，但第一个 CUDA kernel 就会失败。使用更新 CUDA 的版本（RTX 50 需要 12.8 或更高）才包含对应代码。",
    )(),
    recognise: message(
      "'no kernel image is available for execution on the device' or 'sm_120 is not compatible with the current PyTorch installation'; `python -c \"import torch; print(torch.cuda.get_arch_list(), torch.cuda.get_device_capability())\"` shows a capability above the list.",
      '报“no kernel image is available for execution on the device”，或“sm_120 is not compatible with the current PyTorch installation”；`python -c "import torch; print(torch.cuda.get_arch_list(), torch.cuda.get_device_capability())"` 显示的计算能力高于列表中的架构。',
    )(),
    references: [pytorchReleases, "https://github.com/pytorch/pytorch/issues/157517"],
    clues: frameworksBuildsClues["gpu-arch-too-new-for-wheel"],
    remedies: otherBuild("newest", ["12.0"]),
  }),

  "gpu-arch-too-old-for-wheel": cause({
    id: "gpu-arch-too-old-for-wheel",
    group: "frameworks",
    title: message("The GPU is older than the framework's build supports", "显卡架构低于框架的最低要求")(),
    explanation: message(
      "CUDA 13 can no longer compile for cards before Turing (below 7.5), so builds with cu130 or later leave out GTX 9 and 10, P100 and V100. The driver serves the card and the framework sees it, but no kernel of this build runs on it. The cu126 builds of PyTorch still have the code.",
      "CUDA 13 不再支持为 Turing（7.5）之前的显卡编译，因此 cu130 及之后的版本不包含 GTX 9、GTX 10 系列以及 P100、V100。驱动支持该显卡，框架也能看到它，但这个版本的任何 CUDA kernel 都无法在上面运行。PyTorch 的 cu126 版本仍包含这些代码。",
    )(),
    recognise: message(
      "'Found GPU0 … which is of compute capability (CC) 6.1' followed by a minimum above it, or 'no kernel image is available' on a card before the RTX 20 line; `nvidia-smi --query-gpu=name,compute_cap --format=csv` shows the card's capability.",
      "报“Found GPU0 … which is of compute capability (CC) 6.1”并给出更高的最低要求，或在 RTX 20 之前的显卡上报“no kernel image is available”；`nvidia-smi --query-gpu=name,compute_cap --format=csv` 显示显卡的计算能力。",
    )(),
    references: [pytorchReleases, "https://github.com/pytorch/pytorch/issues/157517"],
    clues: frameworksBuildsClues["gpu-arch-too-old-for-wheel"],
    remedies: otherBuild("oldest", ["6.1"]),
  }),

  "python-version-unsupported": cause({
    id: "python-version-unsupported",
    group: "frameworks",
    title: message("The framework has no wheels for this Python version", "该 Python 版本没有对应的框架 wheel")(),
    explanation: message(
      "A framework is published as a wheel for each Python version it supports. For a Python that is newer than the release, or that has been dropped, pip finds no wheel and says that no matching distribution exists, or falls back to a very old release.",
      "框架会为其支持的每个 Python 版本发布 wheel。如果 Python 比该版本更新，或已不再受支持，pip 就找不到 wheel，会提示没有匹配的发行版，或退回到很旧的版本。",
    )(),
    recognise: message(
      "pip says 'Could not find a version that satisfies the requirement' or 'Ignored the following versions that require a different python version'; `python --version` lies outside the range in the framework's release notes. 32-bit Python gives the same message.",
      "pip 报“Could not find a version that satisfies the requirement”或“Ignored the following versions that require a different python version”；`python --version` 不在框架发布说明的范围内。32 位 Python 也会给出同样的信息。",
    )(),
    references: [pytorchReleases, "https://www.tensorflow.org/install/source#gpu"],
    clues: frameworksBuildsClues["python-version-unsupported"],
    remedies: (facts) => [environmentWith(facts, concerned(facts)[0] ?? "torch")],
  }),

  "wrong-python-environment": cause({
    id: "wrong-python-environment",
    group: "frameworks",
    title: message(
      "The framework is in another environment than the Python that runs",
      "框架安装在另一个环境中，而不是当前运行的 Python",
    )(),
    explanation: message(
      "Each virtual environment, conda environment and system Python has its own packages. The script is started by one Python while the framework was installed into another, often because pip belongs to a different Python than python, or because an environment is not activated.",
      "每个虚拟环境、conda 环境和系统 Python 都有各自的包。脚本由一个 Python 启动，而框架装在另一个里，常见原因是 pip 与 python 不属于同一个解释器，或环境没有激活。",
    )(),
    recognise: message(
      "'No module named torch' although `pip show torch` finds it; `python -c \"import sys; print(sys.executable)\"` and the path in `pip --version` differ. If no Python has it, the framework is not installed at all.",
      '报“No module named torch”，但 `pip show torch` 能找到；`python -c "import sys; print(sys.executable)"` 与 `pip --version` 中的路径不同。如果所有 Python 中都没有，则是根本没有安装。',
    )(),
    references: ["https://docs.python.org/3/library/venv.html", "https://docs.python.org/3/installing/index.html"],
    clues: frameworksBuildsClues["wrong-python-environment"],
    remedies: wrongEnvironmentRemedies,
  }),

  "framework-not-installed": cause({
    id: "framework-not-installed",
    group: "frameworks",
    title: message("No deep-learning framework is installed", "没有安装任何深度学习框架")(),
    explanation: message(
      "None of the Pythons on this machine has PyTorch, TensorFlow or JAX. Driver and card may be in order, but there is nothing yet that trains on them. The wheels of PyTorch bring their own CUDA libraries, so no CUDA toolkit has to be installed.",
      "这台机器上的所有 Python 都没有安装 PyTorch、TensorFlow 或 JAX。驱动和显卡可能都正常，但还没有可用来训练的框架。PyTorch 的 wheel 自带 CUDA 库，无需另外安装 CUDA Toolkit。",
    )(),
    recognise: message(
      "`python -c \"import torch\"` says 'No module named torch' in every environment; if one of them has it, the wrong one is active.",
      '在每个环境中执行 `python -c "import torch"` 都报“No module named torch”；如果其中某个环境里有，则是激活了错误的环境。',
    )(),
    references: [pytorchInstall, tensorflowInstall],
    clues: frameworksBuildsClues["framework-not-installed"],
    remedies: notInstalledRemedies,
  }),
};
