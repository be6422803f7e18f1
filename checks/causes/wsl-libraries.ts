/** The GPU is passed into WSL, and its libraries or its channel do not work. */
import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { wslLibrariesClues } from "./clues/wsl-libraries.ts";
import { byHand, familyOf, plainWord, removePackages, type } from "./remedies.ts";
import { restartWsl, updateWindowsDriver, updateWsl } from "./wsl-remedies.ts";

const appendInConf = "sudo sed -i 's/^[[:space:]]*appendLibPath[[:space:]]*=.*/appendLibPath=true/' /etc/wsl.conf";

const texts = {
  purge: message(
    "In the distro, remove the Linux NVIDIA driver packages; the driver comes from Windows",
    "在发行版中卸载 Linux 版 NVIDIA 驱动包；驱动由 Windows 提供",
  ),
  findOwner: message(
    "In the distro, find the packages that own the Linux driver libraries, then remove them by name",
    "在发行版中查出 Linux 驱动库属于哪些包，再按包名卸载",
  ),
  uninstallRunfile: message(
    "The library belongs to no package: it came from NVIDIA's .run installer, whose own uninstaller removes it",
    "该库不属于任何软件包：它来自 NVIDIA 的 .run 安装程序，用其自带的卸载程序移除",
  ),
  onlyToolkit: message(
    "From now on install only cuda-toolkit-X-Y in WSL, never cuda, cuda-drivers or nvidia-driver",
    "今后在 WSL 里只装 cuda-toolkit-X-Y，不要装 cuda、cuda-drivers 或 nvidia-driver",
  ),
  loaderPath: message("Let the loader know /usr/lib/wsl/lib", "让动态链接器认识 /usr/lib/wsl/lib"),
  loaderNow: message("Or for this terminal only", "或者只对当前终端生效"),
  libPathConf: message(
    "In /etc/wsl.conf, under [gpu], take appendLibPath=false away, then shut WSL down from Windows",
    "删掉 /etc/wsl.conf 中 [gpu] 下的 appendLibPath=false，然后在 Windows 上关闭 WSL",
  ),
  oneGpu: message(
    "Show CUDA fewer cards: start with one, then add others as long as it works",
    "让 CUDA 看到更少的显卡：先从一张开始，再逐张增加直到出错为止",
  ),
  oneGpuWindows: message(
    "Switch the cards that are not needed off in the Windows device manager, then shut WSL down",
    "在 Windows 设备管理器中停用不需要的显卡，然后关闭 WSL",
  ),
};

const wslGpuChannelBroken = cause({
  id: "wsl-gpu-channel-broken",
  group: "wsl",
  title: message(
    "The GPU channel between WSL and Windows broke while running",
    "WSL 与 Windows 之间的 GPU 通道在运行中断开",
  )(),
  explanation: message(
    "The GPU worked in this WSL session and then stopped: the VMBus channel behind /dev/dxg was lost, often after Windows slept, updated its driver or reset the card. The device file stays, but every call on it fails until the WSL virtual machine starts anew.",
    "GPU 在这次 WSL 会话中本来正常，后来失效：/dev/dxg 背后的 VMBus 通道丢失了，常见于 Windows 休眠、更新驱动或重置显卡之后。设备文件还在，但所有调用都会失败，直到 WSL 虚拟机重新启动。",
  )(),
  recognise: message(
    "/dev/dxg exists and nvidia-smi says “GPU access blocked by the operating system”, while `dmesg | grep dxg` shows failures such as “create_process failed -75” or “vmbus” errors late in the uptime. After `wsl --shutdown` it works.",
    "/dev/dxg 存在，nvidia-smi 却提示“GPU access blocked by the operating system”；`dmesg | grep dxg` 在运行较久之后出现“create_process failed -75”或“vmbus”之类的错误。执行 `wsl --shutdown` 后恢复。",
  )(),
  references: [
    "https://github.com/microsoft/WSL/issues/41062",
    "https://learn.microsoft.com/windows/wsl/basic-commands",
  ],
  clues: wslLibrariesClues["wsl-gpu-channel-broken"],
  remedies: () => [restartWsl, updateWsl, updateWindowsDriver],
});

const wslLinuxDriverInstalled = cause({
  id: "wsl-linux-driver-installed",
  group: "wsl",
  title: message(
    "A Linux NVIDIA driver inside WSL shadows the Windows libraries",
    "WSL 里装了 Linux 版 NVIDIA 驱动，遮住了 Windows 提供的库",
  )(),
  explanation: message(
    "In WSL2 the driver is the Windows one, and its Linux libraries are mounted at /usr/lib/wsl/lib. A Linux driver package in the distro puts its own libcuda and nvidia-smi before them; those look for a kernel module that WSL does not have, and fail.",
    "WSL2 使用的是 Windows 驱动，对应的 Linux 库挂载在 /usr/lib/wsl/lib。发行版里的 Linux 驱动包会把自己的 libcuda 和 nvidia-smi 排在前面；它们要找 WSL 里没有的内核模块，于是失败。",
  )(),
  recognise: message(
    '`ldconfig -p | grep libcuda.so.1` lists a path other than /usr/lib/wsl/lib first, and `dpkg -l | grep -E "nvidia|libcuda"` names the packages; /usr/lib/wsl/lib/nvidia-smi works by its full path.',
    '`ldconfig -p | grep libcuda.so.1` 排在最前的不是 /usr/lib/wsl/lib，`dpkg -l | grep -E "nvidia|libcuda"` 列出相关包；用完整路径运行 /usr/lib/wsl/lib/nvidia-smi 则正常。',
  )(),
  references: [
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://github.com/microsoft/WSL/issues/11755",
    "https://github.com/microsoft/WSL/issues/9166",
  ],
  clues: wslLibrariesClues["wsl-linux-driver-installed"],
  remedies: (facts) => [...removeLinuxDriver(facts), restartWsl, byHand("linux", texts.onlyToolkit())],
});

/** Exactly the packages that were seen; otherwise the way to find their names. */
function removeLinuxDriver(facts: Facts): readonly Remedy[] {
  const shadow = known(facts.libraries.libcuda)?.find((library) => library.via !== "LD_LIBRARY_PATH");
  const fromRunfile = shadow?.kind === "driver" && shadow.package.state === "absent";
  if (fromRunfile) return [type("linux", texts.uninstallRunfile(), ["sudo nvidia-uninstall", "sudo ldconfig"])];
  const removal = removePackages(known(facts.driver.packages) ?? [], familyOf(facts));
  if (removal !== null) return [type("linux", texts.purge(), [removal, "sudo ldconfig"])];
  const owner = shadow?.package.state === "value" ? plainWord(shadow.package.value) : null;
  const query = owner ?? "NAMES";
  switch (familyOf(facts)) {
    case "fedora":
    case "rhel":
      return [type("linux", texts.findOwner(), ["rpm -qf /usr/lib64/libcuda.so.1", `sudo dnf remove -y ${query}`])];
    case "suse":
      return [type("linux", texts.findOwner(), ["rpm -qf /usr/lib64/libcuda.so.1", `sudo zypper remove -y ${query}`])];
    case "arch":
      return [type("linux", texts.findOwner(), ["pacman -Qo /usr/lib/libcuda.so.1", `sudo pacman -R ${query}`])];
    default:
      return [type("linux", texts.findOwner(), ["dpkg --search libcuda.so.1", `sudo apt-get purge -y ${query}`])];
  }
}

const wslLibcudaNotInLoaderPath = cause({
  id: "wsl-libcuda-not-in-loader-path",
  group: "wsl",
  title: message("The loader does not know /usr/lib/wsl/lib", "动态链接器的搜索路径里没有 /usr/lib/wsl/lib")(),
  explanation: message(
    "The Windows driver's libcuda.so.1 lies in /usr/lib/wsl/lib, and WSL normally registers that folder with the loader at start (/etc/ld.so.conf.d/ld.wsl.conf). Where it does not (appendLibPath=false, a distro without ldconfig, a chroot or service environment), programs do not find libcuda although the GPU is there.",
    "Windows 驱动的 libcuda.so.1 位于 /usr/lib/wsl/lib，WSL 启动时通常会把该目录登记给动态链接器（/etc/ld.so.conf.d/ld.wsl.conf）。如果没有登记（appendLibPath=false、发行版没有 ldconfig、chroot 或服务环境），即使 GPU 存在，程序也找不到 libcuda。",
  )(),
  recognise: message(
    "`ls /usr/lib/wsl/lib/libcuda.so.1` shows the file and `ldconfig -p | grep libcuda` shows nothing. A program says “libcuda.so.1: cannot open shared object file” or finds no driver.",
    "`ls /usr/lib/wsl/lib/libcuda.so.1` 能看到文件，而 `ldconfig -p | grep libcuda` 没有输出。程序提示“libcuda.so.1: cannot open shared object file”或找不到驱动。",
  )(),
  references: [
    "https://github.com/microsoft/WSL/issues/8587",
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://learn.microsoft.com/windows/wsl/wsl-config",
  ],
  clues: wslLibrariesClues["wsl-libcuda-not-in-loader-path"],
  remedies: (facts) => {
    const wsl = known(facts.wsl);
    const off = (wsl && known(wsl.conf)?.appendLibPath) === false;
    const path = type("linux", texts.loaderPath(), [
      "echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf",
      "sudo ldconfig",
    ]);
    const now = `export LD_LIBRARY_PATH="/usr/lib/wsl/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`;
    const conf = type("linux", texts.libPathConf(), [appendInConf], "downtime");
    return [...(off ? [conf] : []), path, type("linux", texts.loaderNow(), [now])];
  },
});

const wslMultiGpuInitOom = cause({
  id: "wsl-multi-gpu-init-oom",
  group: "wsl",
  title: message(
    "CUDA start-up fails in WSL2 with several GPUs (error 2)",
    "WSL2 多显卡时 CUDA 初始化失败（错误 2）",
  )(),
  explanation: message(
    "With several cards (mostly reported with four), CUDA's first call in WSL2 can end with error 2, “out of memory”, although the cards' memory is free. It is a limit of WSL2, not of the cards: the same machine works on native Linux. With fewer visible cards it goes away.",
    "在有多张显卡（多数报告为四张）的 WSL2 中，第一次调用 CUDA 可能返回错误 2“out of memory”，而显存其实空闲。这是 WSL2 的限制，不是显卡的问题：同一台机器在原生 Linux 上正常。减少可见的显卡后问题消失。",
  )(),
  recognise: message(
    '`CUDA_VISIBLE_DEVICES=0 python -c "import torch; print(torch.cuda.device_count())"` works, and without the variable the same line says “Error 2: out of memory”. nvidia-smi shows free memory.',
    '`CUDA_VISIBLE_DEVICES=0 python -c "import torch; print(torch.cuda.device_count())"` 正常，去掉该变量则报“Error 2: out of memory”；nvidia-smi 显示显存空闲。',
  )(),
  references: [
    "https://github.com/microsoft/WSL/issues/10269",
    "https://github.com/MicrosoftDocs/WSL/issues/1947",
    "https://github.com/microsoft/WSL/issues/12467",
  ],
  clues: wslLibrariesClues["wsl-multi-gpu-init-oom"],
  remedies: () => [
    type("linux", texts.oneGpu(), ["export CUDA_VISIBLE_DEVICES=0"]),
    updateWsl,
    updateWindowsDriver,
    byHand("windows", texts.oneGpuWindows(), "administrator", "downtime"),
  ],
});

export const wslLibraryCauses = {
  "wsl-gpu-channel-broken": wslGpuChannelBroken,
  "wsl-linux-driver-installed": wslLinuxDriverInstalled,
  "wsl-libcuda-not-in-loader-path": wslLibcudaNotInLoaderPath,
  "wsl-multi-gpu-init-oom": wslMultiGpuInitOom,
} as const;
