import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { installDriver, nvidiaCards } from "./driver-install.ts";
import {
  activePython,
  byHand,
  familiesFor,
  familyNames,
  onWindows,
  type rebuildInitramfs,
  trainOnCpu,
  type,
} from "./remedies.ts";

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
  mps: message(
    'Install PyTorch (the macOS wheel contains MPS) and use the device "mps" instead of "cuda"',
    '安装 PyTorch（macOS 的 wheel 自带 MPS），并把设备 "cuda" 换成 "mps"',
  ),
  mpsTensorFlow: message("With TensorFlow, add Apple's Metal plug-in", "使用 TensorFlow 时，安装 Apple 的 Metal 插件"),
  powerCycle: message(
    "Shut the machine down, take it off the mains for half a minute, and start it again; a warm reboot often leaves the card lost",
    "关机并断电半分钟后再开机；热重启往往无法让显卡恢复",
  ),
  reseat: message(
    "If it happens again: reseat the card and its power cables, try without a riser, and check temperature and power supply",
    "如果再次发生：重新插好显卡和供电线，不用转接线试一次，并检查温度和电源功率",
  ),
  quietBus: message(
    "If it happens when idle or after suspend, switch PCIe power saving off at boot (pcie_aspm=off) and watch the log",
    "如果在空闲或休眠后发生，可在启动时关闭 PCIe 节能（pcie_aspm=off），并观察日志",
  ),
  watchXid: message("Watch for the next Xid with its time", "观察下一次 Xid 及其时间"),
  readRm: message("Read which RmInitAdapter code the driver gives", "查看驱动给出的 RmInitAdapter 错误码"),
  coldBoot: message(
    "Cold-boot once (power off, not restart): a hung GPU firmware comes back only with power",
    "先冷启动一次（关机断电，而不是重启）：卡死的 GPU 固件只有断电才能恢复",
  ),
  bios: message(
    "In the firmware set-up switch “Above 4G Decoding” on and CSM off; update the BIOS; if it still fails, try with Resizable BAR off",
    "在 BIOS 中开启“Above 4G Decoding”并关闭 CSM；更新 BIOS；若仍失败，尝试关闭 Resizable BAR",
  ),
  above4g: message(
    "Enter the BIOS/UEFI set-up, switch “Above 4G Decoding” on (often under PCI or Chipset), switch CSM (legacy boot) off, save and restart",
    "进入 BIOS/UEFI，开启“Above 4G Decoding”（多在 PCI 或 Chipset 菜单），关闭 CSM（传统启动），保存并重启",
  ),
  realloc: message(
    "{system}: where the firmware has no such setting, let Linux assign the memory regions itself (pci=realloc), then reboot",
    "{system}：如果固件没有该选项，让 Linux 自己重新分配内存区域（pci=realloc），然后重启",
  ),
  prime: message("Select the NVIDIA card and log in again", "选择 NVIDIA 显卡并重新登录"),
  primeOnDemand: message(
    "Or keep the display on the integrated GPU and the NVIDIA card for computing",
    "或者让核显负责显示，NVIDIA 显卡只做计算",
  ),
  envycontrol: message(
    "Where the profile was set with EnvyControl or supergfxctl, select hybrid there",
    "如果是用 EnvyControl 或 supergfxctl 设置的，请在其中选择 hybrid",
  ),
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

export const healthyGpu = cause({
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
  clues: [],
  remedies: () => [],
});

export const noNvidiaGpuHardware = cause({
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
  clues: [],
  remedies: (facts) => [trainOnCpu(facts), byHand("any", texts.otherMachine())],
});

export const amdRocmPresent = cause({
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
  clues: [],
  remedies: (facts) => {
    if (onWindows(facts)) return [byHand("windows", texts.rocmWindows()), trainOnCpu(facts)];
    const pip = `${activePython(facts)} -m pip`;
    const index = "--index-url https://download.pytorch.org/whl/rocm6.4";
    const wheel = [`${pip} uninstall -y torch`, `${pip} install torch ${index}`];
    const rocm = [type("linux", texts.rocm(), wheel, "network"), type("linux", texts.rocmCheck(), ["rocminfo"])];
    return [...(known(facts.system.platform) === "darwin" ? [] : rocm), trainOnCpu(facts)];
  },
});

export const macosNoCudaUseMps = cause({
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
  clues: [],
  remedies: (facts) => {
    const pip = `${activePython(facts)} -m pip install`;
    return [
      type("macos", texts.mps(), [`${pip} torch`], "network"),
      type("macos", texts.mpsTensorFlow(), [`${pip} tensorflow tensorflow-metal`], "network"),
    ];
  },
});

export const gpuFallenOffBus = cause({
  id: "gpu-fallen-off-bus",
  group: "machine",
  title: message("The GPU fell off the PCIe bus (Xid 79)", "GPU 从 PCIe 总线掉线（Xid 79）")(),
  explanation: message(
    "The driver lost contact with a card that worked before: its registers read as all ones. Power supply, heat, a loose slot or riser, PCIe power saving or a crashed GPU firmware are the usual reasons. Programs on that card fail until it is powered off and on.",
    "驱动与一张原本正常的显卡失去联系：读寄存器得到的全是 1。常见原因是供电、过热、插槽或转接线松动、PCIe 节能，或 GPU 固件崩溃。断电重启之前，这张卡上的程序都会失败。",
  )(),
  recognise: message(
    "`sudo dmesg | grep -i xid` shows “Xid … 79 … GPU has fallen off the bus”, or nvidia-smi says “GPU is lost” / “Unable to determine the device handle”. Unlike a failed start (RmInitAdapter) it worked before.",
    "`sudo dmesg | grep -i xid` 显示 “Xid … 79 … GPU has fallen off the bus”，或 nvidia-smi 提示 “GPU is lost” / “Unable to determine the device handle”。与初始化失败（RmInitAdapter）不同，它之前是正常的。",
  )(),
  references: [
    "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/900",
    "https://github.com/NVIDIA/NVSentinel/issues/155",
  ],
  clues: [],
  remedies: () => [
    byHand("host", texts.powerCycle(), "downtime", "reboot"),
    byHand("host", texts.reseat(), "downtime"),
    byHand("linux", texts.quietBus(), "reboot"),
    type("linux", texts.watchXid(), ["sudo dmesg --follow --time-format iso"]),
  ],
});

export const gpuRmInitFailed = cause({
  id: "gpu-rm-init-failed",
  group: "machine",
  title: message(
    "The driver loads, but the GPU fails to start (RmInitAdapter)",
    "驱动已加载，但 GPU 初始化失败（RmInitAdapter）",
  )(),
  explanation: message(
    "The kernel module is in place and finds the card, but starting it fails: its firmware (GSP) does not boot, the firmware of the machine gave it no usable memory regions, or the driver has a fault with this card. nvidia-smi then lists no device although the driver is loaded.",
    "内核模块已就位也找到了显卡，但启动失败：GPU 固件（GSP）起不来、主板固件没有分配可用的内存区域，或该驱动版本与此卡有问题。因此驱动虽已加载，nvidia-smi 却列不出设备。",
  )(),
  recognise: message(
    "nvidia-smi says “No devices were found” and `sudo dmesg | grep NVRM` shows “RmInitAdapter failed! (0x…)” or a GSP timeout. “requires use of the NVIDIA open kernel modules” there is another cause, and so is “BAR1 is 0M”.",
    "nvidia-smi 提示 “No devices were found”，`sudo dmesg | grep NVRM` 显示 “RmInitAdapter failed! (0x…)” 或 GSP 超时。如果日志写着 “requires use of the NVIDIA open kernel modules” 或 “BAR1 is 0M”，那是另外的原因。",
  )(),
  references: [
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/789",
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
  ],
  clues: [],
  remedies: (facts) => [
    byHand("host", texts.coldBoot(), "downtime", "reboot"),
    type("linux", texts.readRm(), ["sudo dmesg | grep NVRM"]),
    byHand("host", texts.bios(), "downtime", "reboot"),
    ...(nvidiaCards(facts) === null ? [] : installDriver(facts)),
  ],
});

export const biosAbove4gDecodingDisabled = cause({
  id: "bios-above-4g-decoding-disabled",
  group: "machine",
  title: message("“Above 4G Decoding” is off in the BIOS", "BIOS 中未开启“Above 4G Decoding”")(),
  explanation: message(
    "The card asks for memory regions (BARs) larger than what fits below 4 GiB, and the firmware left them unassigned. Without them the driver cannot reach the card's memory and refuses it.",
    "显卡需要的内存区域（BAR）在 4 GiB 以下放不下，固件就没有给它分配。没有这些区域，驱动无法访问显存，因此拒绝这张卡。",
  )(),
  recognise: message(
    '`sudo dmesg | grep -iE "BAR|NVRM"` shows “BAR 1: no space for [mem size …]” or “This PCI I/O region assigned to your NVIDIA device is invalid”, on bare metal. In a virtual machine the same lines mean that the guest\'s MMIO space is too small.',
    '在物理机上，`sudo dmesg | grep -iE "BAR|NVRM"` 显示 “BAR 1: no space for [mem size …]” 或 “This PCI I/O region assigned to your NVIDIA device is invalid”。在虚拟机中，同样的日志表示客户机的 MMIO 空间太小。',
  )(),
  references: [
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    "https://docs.kernel.org/admin-guide/kernel-parameters.html",
  ],
  clues: [],
  remedies: (facts) => [byHand("host", texts.above4g(), "downtime", "reboot"), ...reallocation(facts)],
});

function reallocation(facts: Facts): readonly Remedy[] {
  if (onWindows(facts)) return [];
  return familiesFor(facts).map((family) =>
    type("linux", texts.realloc({ system: familyNames[family] }), kernelParameter(family, "pci=realloc"), "reboot"),
  );
}

/** Adds a parameter to the kernel's command line: grubby where the distribution has it, else a drop-in for GRUB. */
function kernelParameter(family: Parameters<typeof rebuildInitramfs>[0], parameter: string): readonly string[] {
  const dropIn = `printf 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX ${parameter}"\\n' | sudo tee /etc/default/grub.d/${parameter.split("=")[0]}.cfg`;
  switch (family) {
    case "fedora":
    case "rhel":
      return [`sudo grubby --update-kernel=ALL --args=${parameter}`];
    case "debian":
    case "ubuntu":
      return [dropIn, "sudo update-grub"];
    default:
      return [
        `sudo sed -i 's/^GRUB_CMDLINE_LINUX="/&${parameter} /' /etc/default/grub`,
        `sudo grub${family === "suse" ? "2" : ""}-mkconfig -o /boot/grub${family === "suse" ? "2" : ""}/grub.cfg`,
      ];
  }
}

export const primeProfileNotNvidia = cause({
  id: "prime-profile-not-nvidia",
  group: "machine",
  title: message("The hybrid-graphics profile keeps the NVIDIA card off", "混合显卡配置把 NVIDIA 显卡关掉了")(),
  explanation: message(
    "A laptop with two GPUs was switched to the integrated one: the profile “intel” blacklists the NVIDIA module and powers the card down. The driver may be installed correctly and still finds no card.",
    "双显卡笔记本被切换到了核显：“intel” 配置会屏蔽 NVIDIA 模块并让独显断电。驱动即使安装正确也找不到显卡。",
  )(),
  recognise: message(
    "`prime-select query` prints “intel” (it must be “nvidia” or “on-demand”); `lsmod | grep nvidia` is empty although the driver packages are installed.",
    "`prime-select query` 输出 “intel”（应为 “nvidia” 或 “on-demand”）；驱动包已安装，但 `lsmod | grep nvidia` 没有输出。",
  )(),
  references: [
    "https://manpages.ubuntu.com/manpages/noble/man8/prime-select.8.html",
    "https://wiki.archlinux.org/title/NVIDIA_Optimus",
  ],
  clues: [],
  remedies: () => [
    type("linux", texts.primeOnDemand(), ["sudo prime-select on-demand"], "reboot"),
    type("linux", texts.prime(), ["sudo prime-select nvidia"], "reboot"),
    byHand("linux", texts.envycontrol(), "reboot"),
  ],
});

export const gpuInTccMode = cause({
  id: "gpu-in-tcc-mode",
  group: "machine",
  title: message("The Windows card is in TCC mode; WSL2 needs WDDM", "Windows 上的显卡处于 TCC 模式；WSL2 需要 WDDM")(),
  explanation: message(
    "WSL2 reaches the GPU through the Windows display driver model (WDDM). In TCC or MCDM mode the card is a pure compute device that Windows does not share, so every call from WSL is refused. Data-centre and workstation cards often start in that mode.",
    "WSL2 通过 Windows 显示驱动模型（WDDM）访问 GPU。处于 TCC 或 MCDM 模式的显卡是纯计算设备，Windows 不会共享它，于是来自 WSL 的调用全被拒绝。数据中心卡和工作站卡常常默认处于该模式。",
  )(),
  recognise: message(
    "In WSL nvidia-smi says “GPU access blocked by the operating system” while it works on Windows, and there `nvidia-smi --query-gpu=index,name,driver_model.current --format=csv` shows TCC or MCDM.",
    "在 WSL 中 nvidia-smi 提示 “GPU access blocked by the operating system”，而在 Windows 上正常；在 Windows 上 `nvidia-smi --query-gpu=index,name,driver_model.current --format=csv` 显示 TCC 或 MCDM。",
  )(),
  references: [
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://github.com/microsoft/WSL/issues/14339",
    "https://github.com/microsoft/WSL/issues/11865",
  ],
  clues: [],
  remedies: (facts) => {
    const indices = (known(facts.driver.smi)?.gpus ?? [])
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

export const gpuMemoryFull = cause({
  id: "gpu-memory-full",
  group: "machine",
  title: message("The GPU's memory is full", "显存已满")(),
  explanation: message(
    "Other processes hold the memory of the card, or this job needs more than it has. A forgotten notebook kernel, a crashed run whose workers live on and the desktop all count. The driver and the framework are sound.",
    "其他进程占用了显存，或者这个任务需要的显存超过了显卡容量。忘了关的 notebook 内核、崩溃后仍存活的 worker 以及桌面都会占用。驱动和框架本身没有问题。",
  )(),
  recognise: message(
    "`nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv` lists who holds what. If nobody does, the job itself does not fit; “CUDA out of memory. Tried to allocate …” says how much it wanted. In WSL2 a failed pin_memory says “out of memory”, too.",
    "`nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv` 列出各进程的占用。如果没有进程占用，就是任务本身放不下；“CUDA out of memory. Tried to allocate …” 写明了它想申请多少。在 WSL2 中，pin_memory 失败也会报 “out of memory”。",
  )(),
  references: [
    "https://docs.pytorch.org/docs/stable/notes/cuda.html",
    "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
  ],
  clues: [],
  remedies: (facts) => {
    const ask = "nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv";
    const variable = "PYTORCH_CUDA_ALLOC_CONF";
    const grow = onWindows(facts)
      ? `$env:${variable} = "expandable_segments:True"`
      : `export ${variable}=expandable_segments:True`;
    return [
      type("any", texts.whoHolds(), [ask]),
      byHand("any", texts.stop()),
      byHand("any", texts.fit()),
      type("any", texts.fragments(), [grow]),
    ];
  },
});

export const machineCauses = {
  "healthy-gpu": healthyGpu,
  "no-nvidia-gpu-hardware": noNvidiaGpuHardware,
  "amd-rocm-present": amdRocmPresent,
  "macos-no-cuda-use-mps": macosNoCudaUseMps,
  "gpu-fallen-off-bus": gpuFallenOffBus,
  "gpu-rm-init-failed": gpuRmInitFailed,
  "bios-above-4g-decoding-disabled": biosAbove4gDecodingDisabled,
  "prime-profile-not-nvidia": primeProfileNotNvidia,
  "gpu-in-tcc-mode": gpuInTccMode,
  "gpu-memory-full": gpuMemoryFull,
} as const;
