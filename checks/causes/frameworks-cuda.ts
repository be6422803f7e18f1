import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { compareDotted } from "../compatibility.ts";
import { activePython, onWindows } from "../situation.ts";
import { frameworksCudaClues } from "./clues/frameworks-cuda.ts";
import { installGpuBuild } from "./framework-install.ts";
import { frameworksHere, pipInstall, pipUninstall, pythonOs, pythonWhere } from "./python.ts";
import { type } from "./remedies.ts";
import { cuda11ForTfjs, usesTfjsGpu } from "./tfjs-libraries.ts";

const cudaEnvironment = "https://docs.nvidia.com/cuda/cuda-programming-guide/index.html";
const cudnnSupport = "https://docs.nvidia.com/deeplearning/cudnn/backend/latest/reference/support-matrix.html";

const texts = {
  unset: message(
    "Unset the variable in this shell, then start the training again",
    "在当前 shell 中取消该变量，然后重新启动训练",
  ),
  findSetter: message("Find where it is set, and remove that line", "查找设置该变量的位置并删除那一行"),
  unsetWindows: message(
    "Unset the variable in this PowerShell and for the user, then open a new terminal",
    "在当前 PowerShell 和用户环境变量中删除它，然后打开新终端",
  ),
  setFirst: message("Set the variable before Python starts", "在启动 Python 之前设置该变量"),
  setBeforeImport: message(
    "Or set it in the first lines of the script, before torch or anything that imports it",
    "或者在脚本最开头设置，位于导入 torch（以及任何会导入它的模块）之前",
  ),
  dropStubs: message(
    "Take the stubs folder off the library path, so that the driver's libcuda is found",
    "把 stubs 目录从库搜索路径中去掉，使程序找到驱动自带的 libcuda",
  ),
  findStubs: message(
    "If it comes back: find what adds the folder (shell profile, ld.so.conf.d, Dockerfile) and remove that line. Stubs are for linking only",
    "如果再次出现：查找是哪里添加了该目录（shell 配置、ld.so.conf.d、Dockerfile）并删除。stubs 只用于链接",
  ),
  toolkitPath: message(
    "Put the libraries of the CUDA toolkit {version} that is installed on the library path",
    "把已安装的 CUDA Toolkit {version} 的库目录加入库搜索路径",
  ),
  dropLibraryPath: message(
    "Start without LD_LIBRARY_PATH, so that the libraries which came with the framework are used",
    "去掉 LD_LIBRARY_PATH 后再启动，使用框架自带的库",
  ),
  removeWheels: message("Remove the CUDA wheels of the other major version", "卸载另一个 CUDA 主版本的 wheel"),
  cudnnWheel: message(
    "Install cuDNN {major} as a wheel beside the framework",
    "以 wheel 形式在框架所在环境中安装 cuDNN {major}",
  ),
};

const withoutFolder = (folder: string): string =>
  `export LD_LIBRARY_PATH="$(printf %s "$LD_LIBRARY_PATH" | tr ':' '\\n' | grep -v '/${folder}' | paste -sd: -)"`;

function visibleDevicesRemedies(facts: Facts): readonly Remedy[] {
  const linux = [
    type("linux", texts.unset(), ["unset CUDA_VISIBLE_DEVICES"]),
    type("linux", texts.findSetter(), ["grep -n CUDA_VISIBLE_DEVICES ~/.bashrc ~/.profile ~/.zshrc /etc/environment"]),
  ];
  const windows = type(
    "windows",
    texts.unsetWindows(),
    [
      "Remove-Item Env:CUDA_VISIBLE_DEVICES",
      "[Environment]::SetEnvironmentVariable('CUDA_VISIBLE_DEVICES', $null, 'User')",
    ],
    "new-terminal",
  );
  if (onWindows(facts)) return [windows];
  return facts.system.platform.state === "unknown" ? [...linux, windows] : linux;
}

function setTooLateRemedies(facts: Facts): readonly Remedy[] {
  const linux = type("linux", texts.setFirst(), ["CUDA_VISIBLE_DEVICES=0 python train.py"]);
  const windows = type("windows", texts.setFirst(), ["$env:CUDA_VISIBLE_DEVICES = '0'", "python train.py"]);
  const script = type("any", texts.setBeforeImport(), [
    "import os",
    'os.environ["CUDA_VISIBLE_DEVICES"] = "0"',
    "import torch",
  ]);
  if (onWindows(facts)) return [windows, script];
  return facts.system.platform.state === "unknown" ? [linux, windows, script] : [linux, script];
}

function stubRemedies(): readonly Remedy[] {
  return [
    type("linux", texts.dropStubs(), [withoutFolder("stubs"), "ldconfig -p | grep libcuda.so"]),
    type("linux", texts.findStubs(), ["grep -rn stubs /etc/ld.so.conf.d ~/.bashrc ~/.profile"]),
  ];
}

/** The framework's own libraries come back with the framework; tfjs-node-gpu has none and needs those of CUDA 11. */
function reinstall(facts: Facts): readonly Remedy[] {
  const here = frameworksHere(facts);
  if (here.length === 0 && usesTfjsGpu(facts)) return cuda11ForTfjs(facts);
  const frameworks = here.length > 0 ? here : (["tensorflow", "torch"] as const);
  return frameworks.flatMap((framework) => installGpuBuild(facts, framework, { replace: true }));
}

function runtimeRemedies(facts: Facts): readonly Remedy[] {
  return [...reinstall(facts), ...toolkitOnPath(facts)];
}

function toolkitOnPath(facts: Facts): readonly Remedy[] {
  if (pythonOs(facts) === "windows") return [];
  const toolkits = [...(known(facts.cuda.toolkits) ?? [])].sort((a, b) => compareDotted(b.version, a.version));
  return toolkits
    .slice(0, 1)
    .map(({ version, path }) =>
      type("linux", texts.toolkitPath({ version }), [
        `export LD_LIBRARY_PATH="${path}/lib64\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
      ]),
    );
}

const dropLibraryPath = (): Remedy => type("linux", texts.dropLibraryPath(), ["unset LD_LIBRARY_PATH"]);

function mixedRemedies(facts: Facts): readonly Remedy[] {
  const foreign = foreignWheels(facts);
  const remove =
    foreign.length > 0 ? [type(pythonWhere(facts), texts.removeWheels(), pipUninstall(facts, foreign))] : [];
  return [...(pythonOs(facts) === "windows" ? [] : [dropLibraryPath()]), ...remove, ...reinstall(facts)];
}

/** NVIDIA wheels of another CUDA major than the framework beside them was built for. */
function foreignWheels(facts: Facts): readonly string[] {
  const python = activePython(facts);
  if (!python) return [];
  const builds = (known(python.frameworks) ?? []).flatMap((framework) => known(framework.cudaBuild) ?? []);
  const majors = new Set(builds.map((cuda) => cuda.split(".")[0]));
  if (majors.size === 0) return [];
  return Object.keys(known(python.nvidiaWheels) ?? {}).filter((name) => {
    const own = /-cu(\d\d)$/.exec(name)?.[1];
    return own !== undefined && !majors.has(own);
  });
}

function cudnnMissing(facts: Facts): readonly Remedy[] {
  if (frameworksHere(facts).length === 0 && usesTfjsGpu(facts)) return cuda11ForTfjs(facts);
  return [...reinstall(facts), ...cudnnWheel(facts)];
}

function cudnnMismatch(facts: Facts): readonly Remedy[] {
  return [...(pythonOs(facts) === "windows" ? [] : [dropLibraryPath()]), ...reinstall(facts), ...cudnnWheel(facts)];
}

/** cuDNN of the major version that the framework names, for the CUDA major it was built for. */
function cudnnWheel(facts: Facts): readonly Remedy[] {
  const python = activePython(facts);
  const framework = (python && known(python.frameworks))?.find(({ cudnn }) => cudnn !== null);
  const cuda = framework && known(framework.cudaBuild)?.split(".")[0];
  const major = framework?.cudnn?.split(".")[0];
  if (!cuda || !major || !/^1[1-3]$/.test(cuda) || !/^\d{1,2}$/.test(major)) return [];
  const requirement = `nvidia-cudnn-cu${cuda}==${major}.*`;
  const commands = pipInstall(facts, { requirements: [requirement], replace: true });
  return [type(pythonWhere(facts), texts.cudnnWheel({ major }), commands, "network")];
}

export const cudaCauses = {
  "cuda-visible-devices-hides-gpu": cause({
    id: "cuda-visible-devices-hides-gpu",
    group: "frameworks",
    title: message("CUDA_VISIBLE_DEVICES hides every GPU", "CUDA_VISIBLE_DEVICES 隐藏了所有 GPU")(),
    explanation: message(
      "CUDA shows a program only the GPUs that CUDA_VISIBLE_DEVICES lists, up to the first entry that does not exist. Empty, -1 or an index beyond the last card leaves none, and frameworks then report that no GPU is available although the driver is in order.",
      "CUDA 只向程序展示 CUDA_VISIBLE_DEVICES 中列出的 GPU，遇到第一个不存在的编号即停止。变量为空、为 -1，或编号超出最后一块显卡时，一块 GPU 都不会展示；即使驱动正常，框架也会报告没有可用的 GPU。",
    )(),
    recognise: message(
      "`printenv CUDA_VISIBLE_DEVICES` prints an empty line, -1 or too high a number, while `nvidia-smi` lists the cards; `env -u CUDA_VISIBLE_DEVICES python …` finds them.",
      "`printenv CUDA_VISIBLE_DEVICES` 输出空行、-1 或过大的编号，而 `nvidia-smi` 能列出显卡；`env -u CUDA_VISIBLE_DEVICES python …` 可以找到它们。",
    )(),
    references: [cudaEnvironment],
    clues: frameworksCudaClues["cuda-visible-devices-hides-gpu"],
    remedies: visibleDevicesRemedies,
  }),

  "cuda-visible-devices-set-too-late": cause({
    id: "cuda-visible-devices-set-too-late",
    group: "frameworks",
    title: message(
      "CUDA_VISIBLE_DEVICES was changed after CUDA had been asked",
      "在查询 CUDA 之后才修改 CUDA_VISIBLE_DEVICES",
    )(),
    explanation: message(
      "The CUDA driver reads the variable once, when a program first asks for its devices. A script that sets os.environ after importing or querying the framework changes nothing, or leaves the framework with a count of devices that no longer fits.",
      "CUDA 驱动只在程序第一次查询设备时读取该变量。脚本在导入或查询框架之后再设置 os.environ，要么不起作用，要么使框架记录的设备数与实际不符。",
    )(),
    recognise: message(
      "A warning mentions 'changing env variable CUDA_VISIBLE_DEVICES after program start', or the wrong card is used; setting the variable in the shell works. If it fails there too, see uvm-broken-after-suspend.",
      "警告中提到“changing env variable CUDA_VISIBLE_DEVICES after program start”，或用了错误的显卡；在 shell 中设置则正常。如果在 shell 中设置也失败，请看 uvm-broken-after-suspend。",
    )(),
    references: [cudaEnvironment, "https://docs.pytorch.org/docs/stable/notes/cuda.html"],
    clues: frameworksCudaClues["cuda-visible-devices-set-too-late"],
    remedies: setTooLateRemedies,
  }),

  "cuda-stub-library-loaded": cause({
    id: "cuda-stub-library-loaded",
    group: "frameworks",
    title: message(
      "The toolkit's stub libcuda is loaded instead of the driver's",
      "加载的是 CUDA Toolkit 的 stub libcuda，而不是驱动自带的",
    )(),
    explanation: message(
      "The CUDA toolkit has an empty libcuda in lib64/stubs for linking programs on machines without a GPU. When that folder is on LD_LIBRARY_PATH or in the loader's cache, programs load the stub at run time, and every CUDA call ends with error 34.",
      "CUDA Toolkit 在 lib64/stubs 中带有一个空壳 libcuda，供没有 GPU 的机器链接程序使用。如果该目录出现在 LD_LIBRARY_PATH 或加载器缓存中，程序运行时会加载这个空壳，所有 CUDA 调用都会以错误 34 结束。",
    )(),
    recognise: message(
      "'CUDA driver is a stub library' (error 34), while `nvidia-smi` works; `echo $LD_LIBRARY_PATH` or `ldconfig -p | grep libcuda.so` shows a path with /stubs.",
      "报“CUDA driver is a stub library”（错误 34），而 `nvidia-smi` 正常；`echo $LD_LIBRARY_PATH` 或 `ldconfig -p | grep libcuda.so` 中出现带 /stubs 的路径。",
    )(),
    references: ["https://github.com/numba/numba/issues/8985", "https://github.com/xmake-io/xmake/issues/4686"],
    clues: frameworksCudaClues["cuda-stub-library-loaded"],
    remedies: stubRemedies,
  }),

  "cuda-runtime-missing": cause({
    id: "cuda-runtime-missing",
    group: "frameworks",
    title: message("A CUDA library of the version that is needed is not found", "找不到所需版本的 CUDA 库")(),
    explanation: message(
      "The framework was linked against a certain major version of libcudart, libcublas and their kin, and the loader finds no file of that name. A newer toolkit does not help: libcudart.so.12 does not stand in for libcudart.so.11.0, and a link from one name to the other crashes later. TensorFlow then goes on silently on the CPU.",
      "框架链接的是特定主版本的 libcudart、libcublas 等库，而加载器找不到该名称的文件。安装更新的 Toolkit 没有用：libcudart.so.12 不能代替 libcudart.so.11.0，把一个链接成另一个的名字也只会在之后崩溃。TensorFlow 会因此悄悄退回到 CPU。",
    )(),
    recognise: message(
      "'Could not load dynamic library libcudart.so.11.0' or 'libcublas.so.12: cannot open shared object file'; `ldconfig -p | grep libcudart` shows another version or none. If only libcudnn is named, see cudnn-missing.",
      "报“Could not load dynamic library libcudart.so.11.0”或 libcublas.so.12: cannot open shared object file；`ldconfig -p | grep libcudart` 显示其他版本或没有。如果只提到 libcudnn，请看 cudnn-missing。",
    )(),
    references: ["https://www.tensorflow.org/install/source#gpu", "https://github.com/tensorflow/tfjs/issues/8187"],
    clues: frameworksCudaClues["cuda-runtime-missing"],
    remedies: runtimeRemedies,
  }),

  "cuda-libs-mixed-versions": cause({
    id: "cuda-libs-mixed-versions",
    group: "frameworks",
    title: message("Libraries of two CUDA versions are mixed", "混用了两个 CUDA 版本的库")(),
    explanation: message(
      "The framework loads part of its CUDA libraries from its own wheels and part from another place: LD_LIBRARY_PATH, a system toolkit or wheels of a second framework in the same environment. The parts do not fit each other, so symbols are missing or calls fail at random.",
      "框架的一部分 CUDA 库来自自带的 wheel，另一部分来自别处：LD_LIBRARY_PATH、系统中的 Toolkit，或同一环境里另一个框架的 wheel。这些库互不匹配，导致符号缺失或调用随机失败。",
    )(),
    recognise: message(
      "'undefined symbol … version libcublasLt.so.12' or CUBLAS_STATUS_NOT_INITIALIZED at the first matrix product; `python -m pip list` shows nvidia packages that end in -cu11, -cu12 and -cu13 side by side, or `echo $LD_LIBRARY_PATH` names a toolkit.",
      "报 undefined symbol … version libcublasLt.so.12，或首次矩阵乘法时报 CUBLAS_STATUS_NOT_INITIALIZED；`python -m pip list` 中同时出现以 -cu11、-cu12、-cu13 结尾的 nvidia 包，或 `echo $LD_LIBRARY_PATH` 指向某个 Toolkit。",
    )(),
    references: ["https://docs.jax.dev/en/latest/installation.html", "https://github.com/NVIDIA/tensorflow/issues/110"],
    clues: frameworksCudaClues["cuda-libs-mixed-versions"],
    remedies: mixedRemedies,
  }),

  "cudnn-missing": cause({
    id: "cudnn-missing",
    group: "frameworks",
    title: message("The cuDNN version that is needed is not found", "找不到所需版本的 cuDNN")(),
    explanation: message(
      "cuDNN is no part of the CUDA toolkit; a framework needs one of its major versions (libcudnn.so.8 or .9) beside it. PyTorch's wheels and tensorflow[and-cuda] bring it, older TensorFlow and tfjs-node-gpu expect it on the system. Without it convolutions fail or TensorFlow registers no GPU.",
      "cuDNN 不属于 CUDA Toolkit；框架需要其某个主版本（libcudnn.so.8 或 .9）。PyTorch 的 wheel 和 tensorflow[and-cuda] 自带它，较旧的 TensorFlow 和 tfjs-node-gpu 则要求系统中已安装。缺少时卷积会失败，或 TensorFlow 不注册 GPU。",
    )(),
    recognise: message(
      "'libcudnn.so.8: cannot open shared object file' or 'Could not load library libcudnn…'; `ldconfig -p | grep libcudnn` and `python -m pip list` show no cuDNN of that major. If one of another minor is found, see cudnn-version-mismatch.",
      "报 libcudnn.so.8: cannot open shared object file 或“Could not load library libcudnn…”；`ldconfig -p | grep libcudnn` 和 `python -m pip list` 中没有该主版本的 cuDNN。如果找到的是其他次版本，请看 cudnn-version-mismatch。",
    )(),
    references: [cudnnSupport, "https://github.com/tensorflow/tensorflow/issues/42199"],
    clues: frameworksCudaClues["cudnn-missing"],
    remedies: cudnnMissing,
  }),

  "cudnn-version-mismatch": cause({
    id: "cudnn-version-mismatch",
    group: "frameworks",
    title: message("The loaded cuDNN does not fit the framework's build", "加载的 cuDNN 与框架版本不匹配")(),
    explanation: message(
      "The framework was compiled against a newer cuDNN than the one that is loaded at run time. Mostly an older cuDNN on LD_LIBRARY_PATH or in the system wins over the one that came with the framework, and initialisation stops or convolutions fail.",
      "框架编译时使用的 cuDNN 比运行时加载的版本更新。多数情况是 LD_LIBRARY_PATH 或系统中的旧 cuDNN 优先于框架自带的版本，导致初始化中止或卷积失败。",
    )(),
    recognise: message(
      "'Loaded runtime CuDNN library: 8.0.5 but source was compiled with: 8.1.0' or 'cuDNN version incompatibility'; `python -c \"import torch; print(torch.backends.cudnn.version())\"` differs with and without LD_LIBRARY_PATH.",
      '报“Loaded runtime CuDNN library: 8.0.5 but source was compiled with: 8.1.0”或 cuDNN version incompatibility；设置与不设置 LD_LIBRARY_PATH 时，`python -c "import torch; print(torch.backends.cudnn.version())"` 的结果不同。',
    )(),
    references: [cudnnSupport, "https://github.com/tensorflow/tensorflow/issues/23715"],
    clues: frameworksCudaClues["cudnn-version-mismatch"],
    remedies: cudnnMismatch,
  }),
};
