/** tfjs-node-gpu 4.22 brings libtensorflow 2.9.1, which loads the libraries of CUDA 11 and cuDNN 8 from the system. */
import type { Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { byHand, type } from "./remedies.ts";

const texts = {
  wheels: message(
    "Put the libraries of CUDA 11 and cuDNN 8 into a folder of their own and on the library path (no root, nothing on the system changes)",
    "把 CUDA 11 和 cuDNN 8 的库装入独立目录并加入库搜索路径（无需 root，不改动系统）",
  ),
  windows: message(
    "Install CUDA 11.2 and cuDNN 8.1 for Windows from NVIDIA's archive, and put their bin folders on PATH",
    "从 NVIDIA 存档页面安装 Windows 版 CUDA 11.2 和 cuDNN 8.1，并把它们的 bin 目录加入 PATH",
  ),
};

const folder = "~/.venvs/cuda11";
/** Names of the wheels on PyPI; cuDNN 9 has another soname than the libcudnn.so.8 that is asked for. */
const wheels = ["cuda-runtime", "cublas", "cufft", "curand", "cusolver", "cusparse"].map(
  (part) => `nvidia-${part}-cu11`,
);

export function usesTfjsGpu(facts: Facts): boolean {
  const node = known(facts.node);
  const packages = node ? (known(node.tfjs) ?? []) : [];
  return packages.some(({ name }) => name === "@tensorflow/tfjs-node-gpu");
}

export function cuda11ForTfjs(facts: Facts): readonly Remedy[] {
  if (known(facts.system.platform) === "win32") return [byHand("windows", texts.windows(), "administrator", "network")];
  const commands = [
    `python3 -m venv ${folder}`,
    `${folder}/bin/python -m pip install ${wheels.join(" ")} "nvidia-cudnn-cu11<9"`,
    `export LD_LIBRARY_PATH="$(find ${folder} -type d -path '*/nvidia/*/lib' | paste -sd: -)\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
  ];
  return [type("linux", texts.wheels(), commands, "network")];
}
