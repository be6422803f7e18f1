/** What GPU the machine has, and whether it is free for the job. */
import { cause } from "../../src/diagnosis/cause.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, Framework } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { activePython, onMacos, onWindows } from "../situation.ts";
import { machineKindClues } from "./clues/machine-kind.ts";
import { trainOnCpu } from "./cpu.ts";
import { pipInstall, pipUninstall } from "./python.ts";
import { byHand, type } from "./remedies.ts";

const texts = {
  otherMachine: message(
    "For GPU training, use a machine with an NVIDIA card: another computer, a cloud instance, or a card added to this one",
    "要用 GPU 训练，请换用有 NVIDIA 显卡的机器：另一台电脑、云实例，或给本机加装一张显卡",
  ),
  rocm: message(
    "Install the ROCm build of PyTorch (Linux; the index of the newest ROCm version is named at https://pytorch.org/get-started/locally/)",
    "安装 ROCm 版 PyTorch（Linux；最新 ROCm 版本对应的索引见 https://pytorch.org/get-started/locally/）",
  ),
  rocmCheck: message("See whether ROCm itself sees the card", "确认 ROCm 本身能看到显卡"),
  rocmWindows: message(
    "On Windows, follow AMD's guide for PyTorch on Radeon and Ryzen: https://rocm.docs.amd.com/projects/radeon-ryzen/",
    "在 Windows 上按 AMD 的 Radeon/Ryzen PyTorch 指南操作：https://rocm.docs.amd.com/projects/radeon-ryzen/",
  ),
  mpsUse: message(
    'PyTorch is installed: use the device "mps" instead of "cuda" in the script',
    '已安装 PyTorch：在脚本中把设备 "cuda" 换成 "mps"',
  ),
  mps: message(
    'Install PyTorch (the macOS wheel contains MPS) and use the device "mps" instead of "cuda"',
    '安装 PyTorch（macOS 的 wheel 自带 MPS），并把设备 "cuda" 换成 "mps"',
  ),
  mpsTensorFlow: message("With TensorFlow, add Apple's Metal plug-in", "使用 TensorFlow 时，安装 Apple 的 Metal 插件"),
  tcc: message(
    "On Windows, in a terminal run as administrator, set GPU {index} to WDDM (0), then restart Windows",
    "在 Windows 上以管理员身份打开终端，把 GPU {index} 设为 WDDM（0），然后重启 Windows",
  ),
  tccDriver: message(
    "If the driver refuses (data-centre cards under a data-centre driver), install the RTX/GRID driver that offers WDDM for this card, or train on Windows or native Linux",
    "如果驱动拒绝（数据中心卡配数据中心驱动），请安装该卡支持 WDDM 的 RTX/GRID 驱动，或改在 Windows 或原生 Linux 上训练",
  ),
  whoHolds: message("See which processes hold the memory", "查看是哪些进程占用了显存"),
  stop: message(
    "End the processes that are no longer needed (a stopped notebook kernel keeps its memory), each by its number",
    "结束不再需要的进程（停下的 notebook 内核仍占着显存），逐个按进程号结束",
  ),
  fit: message(
    "Make the job fit: a smaller batch, mixed precision, gradient accumulation or checkpointing",
    "让任务能放下：减小 batch、混合精度、梯度累积或 checkpointing",
  ),
  fragments: message(
    "Where PyTorch says that much memory is reserved but unallocated, let segments grow",
    "如果 PyTorch 提示大量显存已保留但未分配，允许显存段扩展",
  ),
};

const healthyGpu = cause({
  id: "healthy-gpu",
  group: "machine",
  title: message("The GPU stack works", "GPU 软硬件栈工作正常")(),
  explanation: message(
    "The driver answers, lists its card and reports no error. Nothing here is to be mended; if a program still does not use the GPU, the reason lies in that program's own build or settings.",
    "驱动正常响应，列出了显卡，也没有报错。这里没有需要修的东西；如果某个程序仍不使用 GPU，原因在于该程序自身的构建或设置。",
  )(),
  recognise: message(
    "`nvidia-smi` prints its table with the card, its memory and no ERR! field. “CUDA Version” in the header is the highest version that the driver serves, not an installed toolkit.",
    "`nvidia-smi` 打印出含显卡和显存的表格，没有 ERR! 字段。表头的“CUDA Version”是驱动支持的最高版本，并不表示装了 CUDA toolkit。",
  )(),
  harmless: true,
  references: ["https://docs.nvidia.com/deploy/nvidia-smi/index.html"],
  clues: machineKindClues["healthy-gpu"],
  remedies: () => [],
});

const noNvidiaGpuHardware = cause({
  id: "no-nvidia-gpu-hardware",
  group: "machine",
  title: message("There is no NVIDIA GPU in this machine", "这台机器没有 NVIDIA 显卡")(),
  explanation: message(
    "No device of NVIDIA's (PCI vendor 10de) is on the bus, so there is nothing for CUDA to run on. Installing a driver or a CUDA toolkit changes nothing. Training on the CPU works.",
    "PCI 总线上没有 NVIDIA 设备（厂商号 10de），CUDA 没有可运行的硬件。安装驱动或 CUDA toolkit 都无济于事。可以用 CPU 训练。",
  )(),
  recognise: message(
    "`lspci -nn -d 10de:` prints nothing on bare metal. In WSL2 this is normal (see /dev/dxg), and in a virtual machine the card may exist on the host only.",
    "在物理机上 `lspci -nn -d 10de:` 没有输出。在 WSL2 中这是正常现象（应看 /dev/dxg）；在虚拟机中，显卡可能只存在于宿主机。",
  )(),
  hardware: true,
  references: [
    "https://docs.nvidia.com/cuda/cuda-installation-guide-linux/index.html",
    "https://github.com/xencon/aixcl/issues/142",
  ],
  clues: machineKindClues["no-nvidia-gpu-hardware"],
  remedies: (facts) => [trainOnCpu(facts), byHand("any", texts.otherMachine())],
});

const amdRocmPresent = cause({
  id: "amd-rocm-present",
  group: "machine",
  title: message("The GPU is AMD's: use ROCm, not CUDA", "显卡是 AMD 的：应使用 ROCm，而不是 CUDA")(),
  explanation: message(
    'CUDA runs on NVIDIA cards only; an AMD card is served by ROCm/HIP. PyTorch\'s ROCm build keeps the names torch.cuda and "cuda", so a CUDA-looking message does not mean that NVIDIA software is missing.',
    'CUDA 只能在 NVIDIA 显卡上运行，AMD 显卡由 ROCm/HIP 支持。PyTorch 的 ROCm 版仍沿用 torch.cuda 和 "cuda" 这些名字，所以看到 CUDA 字样的信息并不表示缺少 NVIDIA 软件。',
  )(),
  recognise: message(
    '`lspci -nn` shows a display device of vendor 1002; `python -c "import torch; print(torch.version.hip)"` prints a version where the ROCm build is installed; `rocminfo` lists the agents.',
    '`lspci -nn` 显示厂商号 1002 的显示设备；装了 ROCm 版时 `python -c "import torch; print(torch.version.hip)"` 会打印版本；`rocminfo` 列出设备。',
  )(),
  hardware: true,
  references: [
    "https://rocm.docs.amd.com/projects/install-on-linux/en/latest/reference/system-requirements.html",
    "https://pytorch.org/get-started/locally/",
    "https://github.com/ROCm/pytorch/issues/627",
  ],
  clues: machineKindClues["amd-rocm-present"],
  remedies: (facts) => {
    if (onWindows(facts)) return [byHand("windows", texts.rocmWindows()), trainOnCpu(facts)];
    if (onMacos(facts)) return [trainOnCpu(facts)];
    const installed = hasFramework(facts, (framework) => framework.hipBuild !== null);
    if (installed) return [type("linux", texts.rocmCheck(), ["rocminfo"])];
    const index = "https://download.pytorch.org/whl/rocm7.2";
    const wheel = [...removeTorch(facts), ...pipInstall(facts, { requirements: ["torch"], index })];
    return [
      type("linux", texts.rocm(), wheel, "network"),
      type("linux", texts.rocmCheck(), ["rocminfo"]),
      trainOnCpu(facts),
    ];
  },
});

/** pip takes a build for CUDA as good as one for ROCm, and would keep it. */
function removeTorch(facts: Facts): readonly string[] {
  return hasFramework(facts, ({ distribution }) => distribution === "torch") ? pipUninstall(facts, ["torch"]) : [];
}

function hasFramework(facts: Facts, like: (framework: Framework) => boolean): boolean {
  const active = activePython(facts);
  return active !== undefined && (known(active.frameworks) ?? []).some(like);
}

const macosNoCudaUseMps = cause({
  id: "macos-no-cuda-use-mps",
  group: "machine",
  title: message("macOS has no CUDA: use MPS or the CPU", "macOS 没有 CUDA：请使用 MPS 或 CPU")(),
  explanation: message(
    'NVIDIA ended CUDA for macOS with toolkit 10.2, and Apple silicon never had it. PyTorch uses the Apple GPU through the device "mps" (Metal), TensorFlow through the tensorflow-metal plug-in. Code that asks for "cuda" must ask for "mps" instead.',
    'NVIDIA 在 CUDA 10.2 之后停止支持 macOS，Apple 芯片从未有过 CUDA。PyTorch 通过设备 "mps"（Metal）使用 Apple GPU，TensorFlow 通过 tensorflow-metal 插件使用。代码里请求 "cuda" 的地方要改成 "mps"。',
  )(),
  recognise: message(
    '`uname -s` prints Darwin; `python -c "import torch; print(torch.backends.mps.is_available())"` prints True on Apple silicon with macOS 12.3 or newer.',
    '`uname -s` 输出 Darwin；在 macOS 12.3 及以上的 Apple 芯片上，`python -c "import torch; print(torch.backends.mps.is_available())"` 输出 True。',
  )(),
  hardware: true,
  references: [
    "https://docs.pytorch.org/docs/stable/notes/mps.html",
    "https://developer.apple.com/metal/pytorch/",
    "https://github.com/datalab-to/chandra/issues/11",
  ],
  clues: machineKindClues["macos-no-cuda-use-mps"],
  remedies: (facts) => [
    hasFramework(facts, ({ name }) => name === "torch")
      ? byHand("macos", texts.mpsUse())
      : type("macos", texts.mps(), pipInstall(facts, { requirements: ["torch"] }), "network"),
    type(
      "macos",
      texts.mpsTensorFlow(),
      pipInstall(facts, { requirements: ["tensorflow", "tensorflow-metal"] }),
      "network",
    ),
  ],
});

const gpuInTccMode = cause({
  id: "gpu-in-tcc-mode",
  group: "machine",
  title: message("The Windows card is in TCC mode; WSL2 needs WDDM", "Windows 上的显卡处于 TCC 模式；WSL2 需要 WDDM")(),
  explanation: message(
    "WSL2 reaches the GPU through the Windows display driver model (WDDM). In TCC or MCDM mode the card is a pure compute device that Windows does not share, so every call from WSL is refused. Data-centre and workstation cards often start in that mode.",
    "WSL2 通过 Windows 显示驱动模型（WDDM）访问 GPU。处于 TCC 或 MCDM 模式的显卡是纯计算设备，Windows 不会共享它，于是来自 WSL 的调用全被拒绝。数据中心卡和工作站卡常常默认处于该模式。",
  )(),
  recognise: message(
    "In WSL nvidia-smi says “GPU access blocked by the operating system” while it works on Windows, and there `nvidia-smi --query-gpu=index,name,driver_model.current --format=csv` shows TCC or MCDM.",
    "在 WSL 中 nvidia-smi 提示“GPU access blocked by the operating system”，而在 Windows 上正常；在 Windows 上 `nvidia-smi --query-gpu=index,name,driver_model.current --format=csv` 显示 TCC 或 MCDM。",
  )(),
  references: [
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://github.com/microsoft/WSL/issues/14339",
    "https://github.com/microsoft/WSL/issues/11865",
  ],
  clues: machineKindClues["gpu-in-tcc-mode"],
  remedies: (facts) => {
    const indices = (known(driverReport(facts))?.gpus ?? [])
      .filter((gpu) => gpu.driverModel === "TCC" || gpu.driverModel === "MCDM")
      .flatMap((gpu) => gpu.index ?? []);
    const commands = (indices.length > 0 ? indices : [0]).map((index) => `nvidia-smi -i ${index} -dm 0`);
    const index = indices.length > 0 ? indices.join(", ") : "0";
    return [
      type("windows", texts.tcc({ index }), commands, "administrator", "reboot"),
      byHand("windows", texts.tccDriver(), "administrator"),
    ];
  },
});

const gpuMemoryFull = cause({
  id: "gpu-memory-full",
  group: "machine",
  title: message("The GPU's memory is full", "显存已满")(),
  explanation: message(
    "Other processes hold the memory of the card, or this job needs more than it has. A forgotten notebook kernel, a crashed run whose workers live on and the desktop all count. The driver and the framework are sound.",
    "其他进程占用了显存，或者这个任务需要的显存超过了显卡容量。忘了关的 notebook 内核、崩溃后仍存活的 worker 以及桌面都会占用。驱动和框架本身没有问题。",
  )(),
  recognise: message(
    "`nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv` lists who holds what. If nobody does, the job itself does not fit; “CUDA out of memory. Tried to allocate …” says how much it wanted. In WSL2 a failed pin_memory says “out of memory”, too.",
    "`nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv` 列出各进程的占用。如果没有进程占用，就是任务本身放不下；“CUDA out of memory. Tried to allocate …”写明了它想申请多少。在 WSL2 中，pin_memory 失败也会报“out of memory”。",
  )(),
  references: [
    "https://docs.pytorch.org/docs/stable/notes/cuda.html",
    "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
  ],
  clues: machineKindClues["gpu-memory-full"],
  remedies: (facts) => {
    const ask = "nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv";
    const grow = type("linux", texts.fragments(), ["export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True"]);
    return [
      type("any", texts.whoHolds(), [ask]),
      byHand("any", texts.stop()),
      byHand("any", texts.fit()),
      ...(onWindows(facts) ? [] : [grow]),
    ];
  },
});

export const machineKindCauses = {
  "healthy-gpu": healthyGpu,
  "no-nvidia-gpu-hardware": noNvidiaGpuHardware,
  "amd-rocm-present": amdRocmPresent,
  "macos-no-cuda-use-mps": macosNoCudaUseMps,
  "gpu-in-tcc-mode": gpuInTccMode,
  "gpu-memory-full": gpuMemoryFull,
} as const;
