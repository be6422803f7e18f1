/** What only a training run shows: faults of the framework's process and of its results. */
import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { trainingClues } from "./clues/training.ts";
import { frameworksHere, pipInstall, pythonWhere } from "./python.ts";
import { byHand, type } from "./remedies.ts";

const texts = {
  reinstall: message(
    "Install the framework afresh, so that all its libraries are of one release",
    "重新安装框架，使其所有库都属于同一版本",
  ),
  rebuild: message("Fetch or build tfjs-node's native binding again", "重新下载或编译 tfjs-node 的原生 binding"),
  instructions: message(
    "If it ended by SIGILL: the processor, or the one that the virtual machine shows, lacks instructions such as AVX that the wheel uses; give the guest the host's CPU model",
    "如果以 SIGILL 结束：处理器（或虚拟机所呈现的处理器）缺少 wheel 使用的 AVX 等指令；请让虚拟机使用宿主机的 CPU 型号",
  ),
  longer: message("Give it more time, if the first start is merely slow", "如果只是首次启动较慢，给它更多时间"),
  kernelLog: message(
    "Look into the kernel's log for the driver's errors (Xid, NVRM); a card that hangs needs a restart of the machine",
    "查看内核日志中的驱动错误（Xid、NVRM）；显卡挂起时需要重启机器",
  ),
  onCpu: message(
    "Run the same steps on the CPU: if they are right there, the GPU or its driver is at fault",
    "在 CPU 上运行相同的步骤：如果结果正确，问题在 GPU 或其驱动",
  ),
  burn: message(
    "Take back overclocking, check cooling and power, and test the card's memory",
    "取消超频，检查散热和供电，并测试显存",
  ),
  look: message("Look at the whole machine for what keeps the GPU away", "检查整台机器，找出 GPU 不可用的原因"),
};

/** What is known to be installed anew: the frameworks of the Python, tfjs-node; PyTorch where none is known. */
function reinstall(facts: Facts): Remedy[] {
  const node = known(facts.node);
  const packages = node ? (known(node.tfjs) ?? []) : [];
  const rebuilt = packages.map(({ name }) => type("any", texts.rebuild(), [`npm rebuild ${name}`], "network"));
  const installed = frameworksHere(facts);
  if (installed.length === 0 && rebuilt.length > 0) return rebuilt;
  const requirements = installed.length > 0 ? installed : ["torch"];
  const commands = pipInstall(facts, { requirements, replace: true });
  return [type(pythonWhere(facts), texts.reinstall(), commands, "network"), ...rebuilt];
}

export const trainingCauses = {
  "framework-crashes": cause({
    id: "framework-crashes",
    group: "frameworks",
    title: message("The framework's native code crashes", "框架的原生代码崩溃")(),
    explanation: message(
      "The process was ended by a signal such as SIGSEGV, SIGILL or SIGABRT inside compiled code, so no Python or JavaScript error says why. Usual reasons are libraries of different releases mixed in one environment, a wheel that uses processor instructions this machine does not have, or a binding built against another library.",
      "进程在编译后的代码中被 SIGSEGV、SIGILL 或 SIGABRT 等信号终止，因此没有 Python 或 JavaScript 错误说明原因。常见原因是同一环境中混用了不同版本的库、wheel 使用了这台机器没有的处理器指令，或 binding 是针对另一个库编译的。",
    )(),
    recognise: message(
      "The shell prints 'Segmentation fault' or 'Illegal instruction', the exit code is 139, 132 or 134, and `python -X faulthandler -c \"import torch; print(torch.ones(2, 2) @ torch.ones(2, 2))\"` names the line.",
      'shell 输出 Segmentation fault 或 Illegal instruction，退出码为 139、132 或 134，`python -X faulthandler -c "import torch; print(torch.ones(2, 2) @ torch.ones(2, 2))"` 会指出出错的行。',
    )(),
    references: ["https://docs.python.org/3/library/faulthandler.html", "https://www.tensorflow.org/install/pip"],
    clues: trainingClues["framework-crashes"],
    remedies: (facts) => [...reinstall(facts), byHand("any", texts.instructions())],
  }),

  "training-hangs": cause({
    id: "training-hangs",
    group: "frameworks",
    title: message("Training hangs", "训练卡住")(),
    explanation: message(
      "The training process was alive, but did not finish in the time given. A stuck driver or card, a library that waits for another process, or the first compilation of kernels for a card that the build does not know are the usual reasons.",
      "训练进程仍在运行，但没有在规定时间内完成。常见原因是驱动或显卡卡死、某个库在等待其他进程，或首次为该版本不认识的显卡编译 CUDA kernel。",
    )(),
    recognise: message(
      "`envdoctor train` stops it at its deadline; `py-spy dump --pid PID` or `nvidia-smi` shows where it waits. A process in state D in `ps` is stuck in the driver.",
      "`envdoctor train` 在期限到达时终止它；`py-spy dump --pid PID` 或 `nvidia-smi` 可显示它在等待什么。`ps` 中状态为 D 的进程卡在驱动里。",
    )(),
    references: ["https://docs.nvidia.com/deploy/xid-errors/", "https://github.com/benfred/py-spy"],
    clues: [],
    remedies: () => [
      type("any", texts.longer(), ["envdoctor train --deadline 900"]),
      type("linux", texts.kernelLog(), ["sudo dmesg | grep -iE 'nvrm|xid|hung task'"]),
    ],
  }),

  "training-results-wrong": cause({
    id: "training-results-wrong",
    group: "frameworks",
    title: message("The device computes wrong results", "设备的计算结果错误")(),
    explanation: message(
      "The training steps ran, but their numbers cannot be right: a matrix product differs from its known value, a loss is NaN or never falls, or a network learns labels that carry no information. A faulty or overclocked card, a broken driver, or a damaged or replaced build of the framework does this; real training would fail in the same silent way.",
      "训练步骤可以运行，但结果不可能正确：矩阵乘积与已知值不符、损失为 NaN 或从不下降，或网络学会了不含信息的标签。显卡故障或超频、驱动损坏、框架安装损坏或被替换都会造成这种情况；真正的训练也会这样悄无声息地失败。",
    )(),
    recognise: message(
      "`envdoctor train` fails its points on the product, the loss or the control run, while `envdoctor train --device cpu` passes them where the card or its driver is at fault.",
      "`envdoctor train` 在乘积、损失或对照训练这些项上失败；如果是显卡或驱动的问题，`envdoctor train --device cpu` 会通过这些项。",
    )(),
    references: ["https://docs.nvidia.com/deploy/xid-errors/", "https://docs.pytorch.org/docs/stable/notes/cuda.html"],
    clues: [],
    remedies: (facts) => [
      type("any", texts.onCpu(), ["envdoctor train --device cpu"]),
      ...reinstall(facts),
      byHand("any", texts.burn()),
    ],
  }),

  "gpu-not-used": cause({
    id: "gpu-not-used",
    group: "frameworks",
    title: message("The framework claims a GPU, but the work ran elsewhere", "框架声称使用了 GPU，但计算在别处进行")(),
    explanation: message(
      "The framework reports a CUDA device, yet nothing outside of it confirms that: the driver shows no memory in use for the process, or the steps take as long as on the CPU. The build may be patched or emulated, or operations fall back to the CPU one by one.",
      "框架报告使用 CUDA 设备，但外部没有任何证据：驱动显示该进程没有占用显存，或步骤耗时与 CPU 相同。可能是框架被修改或在模拟，也可能是运算逐个回退到 CPU。",
    )(),
    recognise: message(
      "While it trains, `nvidia-smi` lists no process and no rise of memory, and the time of a step is that of `envdoctor train --device cpu`.",
      "训练时 `nvidia-smi` 没有列出进程，显存也没有增加，每步耗时与 `envdoctor train --device cpu` 相同。",
    )(),
    references: ["https://docs.pytorch.org/docs/stable/notes/cuda.html", "https://www.tensorflow.org/guide/gpu"],
    clues: [],
    remedies: (facts) => [type("any", texts.look(), ["envdoctor check --verbose"]), ...reinstall(facts)],
  }),
};
