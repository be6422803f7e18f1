import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, TfjsPackage } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { onWindows } from "../situation.ts";
import { frameworksTfClues } from "./clues/frameworks-tf.ts";
import { installGpuBuild } from "./framework-install.ts";
import { quoted } from "./python.ts";
import { byHand, type, type Where } from "./remedies.ts";

const tfjsReadme = "https://github.com/tensorflow/tfjs/tree/master/tfjs-node";

const texts = {
  wsl: message(
    "Install WSL2 with Ubuntu in an administrator's PowerShell and restart; the NVIDIA driver stays on Windows",
    "在管理员 PowerShell 中安装 WSL2 和 Ubuntu 并重启；NVIDIA 驱动只装在 Windows 上",
  ),
  inDistro: message(
    "Then, inside the distro: install TensorFlow with its CUDA libraries",
    "然后在发行版中安装自带 CUDA 库的 TensorFlow",
  ),
  last: message(
    "Or stay on native Windows with TensorFlow 2.10, the last one with GPU support there (Python 3.10, CUDA 11.2, cuDNN 8.1; no RTX 50)",
    "或者在原生 Windows 上使用 TensorFlow 2.10，这是最后一个支持 GPU 的版本（Python 3.10、CUDA 11.2、cuDNN 8.1；不支持 RTX 50）",
  ),
  rebuild: message(
    "Run the package's install script again, which downloads the binding and libtensorflow",
    "重新运行该包的安装脚本，下载 binding 和 libtensorflow",
  ),
  allowScripts: message(
    "If install scripts are switched off: allow them for this one run (pnpm: pnpm approve-builds)",
    "如果禁用了安装脚本：仅为这一次允许运行（pnpm：pnpm approve-builds）",
  ),
  fromSource: message(
    "If there is no prebuilt binding for this Node or system: build it, which needs Python, make and a C++ compiler",
    "如果没有适用于该 Node 或系统的预编译 binding：从源码构建，需要 Python、make 和 C++ 编译器",
  ),
  mirror: message(
    "If storage.googleapis.com cannot be reached: set TFJS_NODE_CDN_STORAGE to the address of a mirror and install again",
    "如果无法访问 storage.googleapis.com：把 TFJS_NODE_CDN_STORAGE 设为镜像地址后重新安装",
  ),
  wasm: message(
    "Or use the WebAssembly backend, which needs no native library",
    "或者使用 WebAssembly 后端，它不需要本地库",
  ),
  copyDll: message(
    "Copy tensorflow.dll beside the binding that Node loads",
    "把 tensorflow.dll 复制到 Node 加载的 binding 所在目录",
  ),
  node22: message("Use Node 22, the newest that this release runs on", "改用 Node 22，这是该版本能运行的最新 Node"),
  rebuildForNode: message("Then build the binding for that Node", "然后为该 Node 重新安装 binding"),
  polyfill: message(
    "Or give back the two functions that newer Node removed, before tfjs-node is loaded",
    "或者在加载 tfjs-node 之前补回新版 Node 移除的两个函数",
  ),
};

const where = (facts: Facts): Where => {
  const platform = known(facts.system.platform);
  return platform === "win32" ? "windows" : platform === "linux" ? "linux" : platform === "darwin" ? "macos" : "any";
};

function tfjsPackages(facts: Facts): readonly TfjsPackage[] {
  const node = known(facts.node);
  return node ? (known(node.tfjs) ?? []) : [];
}

/** The package that is at fault: one without its binding before others, the CPU one where nothing is known. */
function packageName(facts: Facts): string {
  const packages = tfjsPackages(facts);
  const broken = packages.find(({ binding, library }) => binding.state === "absent" || library.state === "absent");
  return (broken ?? packages[0])?.name ?? "@tensorflow/tfjs-node";
}

function bindingRemedies(facts: Facts): readonly Remedy[] {
  const name = packageName(facts);
  return [
    type(where(facts), texts.rebuild(), [`npm rebuild ${name}`], "network"),
    type(where(facts), texts.allowScripts(), [`npm rebuild ${name} --ignore-scripts=false`], "network"),
    type(where(facts), texts.fromSource(), [`npm rebuild ${name} --build-from-source`], "network"),
    byHand("any", texts.mirror(), "network"),
    type("any", texts.wasm(), ["npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm"], "network"),
  ];
}

function libraryRemedies(facts: Facts): readonly Remedy[] {
  const name = packageName(facts);
  const rebuild = type(where(facts), texts.rebuild(), [`npm rebuild ${name}`], "network");
  const known = facts.system.platform.state === "value";
  return known && !onWindows(facts) ? [rebuild] : [copyDll(facts, name), rebuild];
}

/** node-pre-gyp puts the binding into the folder of the N-API version it was built for, the DLL goes to that of Node's. */
function copyDll(facts: Facts, name: string): Remedy {
  const found = tfjsPackages(facts).find((one) => one.name === name);
  const folder = found?.path.replace(/[\\/]+$/, "") ?? `node_modules\\${name.replace("/", "\\")}`;
  const binding = found && known(found.binding);
  const beside = binding?.replace(/[\\/][^\\/]*$/, "") ?? `${folder}\\lib\\napi-v8`;
  return type("windows", texts.copyDll(), [
    `Copy-Item ${quoted(`${folder}\\deps\\lib\\tensorflow.dll`, "windows")} ${quoted(beside, "windows")}`,
  ]);
}

function nodeRemedies(facts: Facts): readonly Remedy[] {
  return [
    type(where(facts), texts.node22(), ["nvm install 22", "nvm use 22"], "network", "new-terminal"),
    type(where(facts), texts.rebuildForNode(), [`npm rebuild ${packageName(facts)}`], "network"),
    type("any", texts.polyfill(), [
      "const util = require('node:util');",
      "util.isNullOrUndefined ??= (value) => value == null;",
      "util.isArray ??= Array.isArray;",
    ]),
  ];
}

export const tensorflowCauses = {
  "tf-native-windows-no-gpu": cause({
    id: "tf-native-windows-no-gpu",
    group: "frameworks",
    title: message(
      "TensorFlow after 2.10 has no GPU support on native Windows",
      "TensorFlow 2.10 之后的版本在原生 Windows 上不支持 GPU",
    )(),
    explanation: message(
      "TensorFlow 2.10 was the last release with a GPU build for native Windows; every later wheel for Windows is CPU-only. Installing CUDA or cuDNN changes nothing. The same card works for TensorFlow inside WSL2.",
      "TensorFlow 2.10 是最后一个为原生 Windows 提供 GPU 版本的发行版，之后的 Windows wheel 都只支持 CPU。安装 CUDA 或 cuDNN 没有用。同一块显卡在 WSL2 中可以供 TensorFlow 使用。",
    )(),
    recognise: message(
      "On Windows `python -c \"import tensorflow as tf; print(tf.__version__, tf.config.list_physical_devices('GPU'))\"` prints 2.11 or newer and an empty list, and tf.test.is_built_with_cuda() is False.",
      "在 Windows 上执行 `python -c \"import tensorflow as tf; print(tf.__version__, tf.config.list_physical_devices('GPU'))\"`，输出 2.11 或更高版本以及空列表，且 tf.test.is_built_with_cuda() 为 False。",
    )(),
    references: [
      "https://www.tensorflow.org/install/pip#windows-native",
      "https://github.com/tensorflow/tensorflow/issues/60237",
    ],
    clues: frameworksTfClues["tf-native-windows-no-gpu"],
    remedies: (facts) => [
      type("windows", texts.wsl(), ["wsl --install -d Ubuntu"], "administrator", "network", "reboot"),
      type(
        "linux",
        texts.inDistro(),
        [
          "sudo apt-get update",
          "sudo apt-get install -y python3-venv",
          "python3 -m venv ~/.venvs/training",
          '~/.venvs/training/bin/python -m pip install "tensorflow[and-cuda]"',
        ],
        "network",
      ),
      ...installGpuBuild(facts, "torch").filter(() => onWindows(facts)),
      type(
        "windows",
        texts.last(),
        [
          "conda create -y -n tf210 -c conda-forge python=3.10 cudatoolkit=11.2 cudnn=8.1.0",
          'conda run -n tf210 python -m pip install "tensorflow<2.11" "numpy<2"',
        ],
        "network",
      ),
    ],
  }),

  "tfjs-binding-missing": cause({
    id: "tfjs-binding-missing",
    group: "frameworks",
    title: message(
      "tfjs-node's native binding was never downloaded or built",
      "tfjs-node 的原生 binding 没有下载或编译",
    )(),
    explanation: message(
      "tfjs-node and tfjs-node-gpu fetch tfjs_binding.node and libtensorflow in their install script. Where scripts are switched off, the download host is blocked, or no prebuilt file exists for this system, npm may still report success, and the first require fails.",
      "tfjs-node 和 tfjs-node-gpu 在安装脚本中下载 tfjs_binding.node 和 libtensorflow。如果禁用了安装脚本、下载地址被屏蔽，或没有适用于该系统的预编译文件，npm 仍可能显示成功，但第一次 require 就会失败。",
    )(),
    recognise: message(
      "'The Node.js native addon module (tfjs_binding.node) can not be found', and there is no tfjs_binding.node in `node_modules/@tensorflow/tfjs-node/lib`. If the file is there and 'The specified module could not be found' is said, the DLL is missing instead.",
      "报“The Node.js native addon module (tfjs_binding.node) can not be found”，并且 `node_modules/@tensorflow/tfjs-node/lib` 中没有 tfjs_binding.node。如果文件存在而报“The specified module could not be found”，则是缺少 DLL。",
    )(),
    references: [tfjsReadme, "https://github.com/tensorflow/tfjs/issues/8736"],
    clues: frameworksTfClues["tfjs-binding-missing"],
    remedies: bindingRemedies,
  }),

  "tfjs-binding-dll-missing": cause({
    id: "tfjs-binding-dll-missing",
    group: "frameworks",
    title: message(
      "tensorflow.dll or libtensorflow does not lie beside tfjs-node's binding",
      "tensorflow.dll 或 libtensorflow 不在 tfjs-node 的 binding 旁边",
    )(),
    explanation: message(
      "tfjs_binding.node is there, but the TensorFlow library it is linked to is not. On Windows the install script copies tensorflow.dll into the folder of Node's own N-API version, while the binding lies in napi-v8; from Node 18.17 and 20.3 on the two differ, and loading fails.",
      "tfjs_binding.node 存在，但它链接的 TensorFlow 库不在旁边。在 Windows 上，安装脚本把 tensorflow.dll 复制到 Node 自身 N-API 版本的目录，而 binding 位于 napi-v8；从 Node 18.17 和 20.3 起两者不同，因此加载失败。",
    )(),
    recognise: message(
      "'The specified module could not be found' with the full path of tfjs_binding.node, which exists; `Get-ChildItem node_modules/@tensorflow/tfjs-node -Recurse -Filter tensorflow.dll` shows the DLL in another folder.",
      "报“The specified module could not be found”并给出 tfjs_binding.node 的完整路径，且该文件存在；`Get-ChildItem node_modules/@tensorflow/tfjs-node -Recurse -Filter tensorflow.dll` 显示 DLL 在别的目录。",
    )(),
    references: ["https://github.com/tensorflow/tfjs/issues/8579", "https://github.com/tensorflow/tfjs/issues/8215"],
    clues: frameworksTfClues["tfjs-binding-dll-missing"],
    remedies: libraryRemedies,
  }),

  "node-version-unsupported": cause({
    id: "node-version-unsupported",
    group: "frameworks",
    title: message("Node is too new for this release of tfjs-node", "Node 版本过新，该版本的 tfjs-node 不支持")(),
    explanation: message(
      "tfjs-node 4.22 calls util.isNullOrUndefined and util.isArray, which Node 23 removed. The package installs and loads, and the first operation throws a TypeError; the correction has been merged but not released. Node 18, 20 and 22 work.",
      "tfjs-node 4.22 调用了 util.isNullOrUndefined 和 util.isArray，而 Node 23 已移除它们。包可以安装和加载，但第一个运算就抛出 TypeError；修复已合并但尚未发布。Node 18、20、22 可以正常使用。",
    )(),
    recognise: message(
      "'TypeError: (0 , util_1.isNullOrUndefined) is not a function' and `node --version` prints v23 or newer.",
      "报“TypeError: (0 , util_1.isNullOrUndefined) is not a function”，且 `node --version` 输出 v23 或更高版本。",
    )(),
    references: ["https://github.com/tensorflow/tfjs/issues/8609", "https://github.com/tensorflow/tfjs/pull/8425"],
    clues: frameworksTfClues["node-version-unsupported"],
    remedies: nodeRemedies,
  }),
};
