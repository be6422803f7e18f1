/** Causes that keep the GPU of the Windows host out of a WSL distro. */
import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { byHand, familyOf, plainWord, removePackages, type, wslDistro } from "./remedies.ts";

const shutdown = "wsl --shutdown";
const enableInConf =
  "sudo sed -i '/^\\[gpu\\]/,/^\\[[^g]/ s/^[[:space:]]*enabled[[:space:]]*=.*/enabled=true/' /etc/wsl.conf";
const appendInConf = "sudo sed -i 's/^[[:space:]]*appendLibPath[[:space:]]*=.*/appendLibPath=true/' /etc/wsl.conf";

const texts = {
  listDistros: message("On Windows, see which version each distro has", "在 Windows 上查看各发行版的 WSL 版本"),
  toWsl2: message(
    "On Windows, convert {distro} to WSL2 (the files are kept; it takes some minutes)",
    "在 Windows 上把 {distro} 转换为 WSL2（文件会保留，需要几分钟）",
  ),
  putName: message(
    "On Windows, convert the distro to WSL2: put its name in the place of DISTRO (the files are kept)",
    "在 Windows 上把发行版转换为 WSL2：把 DISTRO 换成它的名字（文件会保留）",
  ),
  defaultTwo: message("Let new distros be WSL2", "让以后新装的发行版默认为 WSL2"),
  virtualization: message(
    "If the conversion complains of virtualisation, switch it on in the BIOS and install the Windows feature, then restart",
    "如果转换时提示虚拟化问题，请在 BIOS 中开启虚拟化并安装该 Windows 功能，然后重启",
  ),
  updateWindows: message(
    "Update Windows to Windows 11 or Windows 10 21H2 (build 19044) or newer: Settings → Windows Update",
    "把 Windows 更新到 Windows 11 或 Windows 10 21H2（内部版本 19044）及以上：设置 → Windows 更新",
  ),
  leavePreview: message(
    "If it broke with an Insider build, go back to the former build: Settings → System → Recovery → Go back",
    "如果是 Insider 版本更新后坏掉的，退回之前的版本：设置 → 系统 → 恢复 → 返回",
  ),
  updateWsl: message(
    "On Windows, update WSL and its kernel, then restart it",
    "在 Windows 上更新 WSL 及其内核，然后重启 WSL",
  ),
  restartWsl: message(
    "On Windows, shut WSL down (all distros and Docker Desktop stop) and open the distro again",
    "在 Windows 上关闭 WSL（所有发行版和 Docker Desktop 都会停止），再重新打开发行版",
  ),
  updateDriver: message(
    "On Windows, install the current NVIDIA driver from https://www.nvidia.com/drivers",
    "在 Windows 上从 https://www.nvidia.com/drivers 安装最新的 NVIDIA 驱动",
  ),
  customKernel: message(
    "Go back to Microsoft's kernel: take the line `kernel=` out of {path}, then shut WSL down",
    "改回微软的内核：删掉 {path} 中的 `kernel=` 一行，然后关闭 WSL",
  ),
  ownKernel: message(
    "Or build the own kernel from https://github.com/microsoft/WSL2-Linux-Kernel with CONFIG_DXGKRNL=y",
    "或者用 https://github.com/microsoft/WSL2-Linux-Kernel 的源码自行编译内核，并开启 CONFIG_DXGKRNL=y",
  ),
  removeKernelLine: message(
    "Then shut WSL down, so that the next start takes Microsoft's kernel",
    "然后关闭 WSL，下次启动就会使用微软的内核",
  ),
  enableConf: message(
    "In /etc/wsl.conf, under [gpu], set enabled=true or take the line away",
    "在 /etc/wsl.conf 的 [gpu] 下设置 enabled=true，或删掉该行",
  ),
  enableConfig: message(
    "On Windows, in {path} under [wsl2], take the line gpuSupport=false away",
    "在 Windows 上，删掉 {path} 中 [wsl2] 下的 gpuSupport=false",
  ),
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

const update: Remedy = type("windows", texts.updateWsl(), ["wsl --update", shutdown], "network", "downtime");
const restart: Remedy = type("windows", texts.restartWsl(), [shutdown], "downtime");
const updateDriver: Remedy = byHand("windows", texts.updateDriver(), "administrator", "network");

function configPath(facts: Facts): string {
  const wsl = known(facts.wsl);
  return (wsl && known(wsl.config)?.path) ?? "%UserProfile%\\.wslconfig";
}

const wsl1NoGpu = cause({
  id: "wsl1-no-gpu",
  group: "wsl",
  title: message("The distro runs as WSL1, which has no GPU", "发行版以 WSL1 运行，WSL1 没有 GPU")(),
  explanation: message(
    "WSL1 translates Linux system calls and has no Linux kernel, so there is nowhere to load a GPU driver. Only WSL2 passes the GPU of Windows on. Installing drivers or CUDA inside the distro cannot help.",
    "WSL1 只是翻译 Linux 系统调用，没有真正的 Linux 内核，也就无处加载 GPU 驱动。只有 WSL2 才会把 Windows 的 GPU 传进来。在发行版里安装驱动或 CUDA 都没有用。",
  )(),
  recognise: message(
    "`uname -r` ends in -Microsoft with a capital M (WSL2: microsoft-standard-WSL2); on Windows `wsl --list --verbose` shows VERSION 1.",
    "`uname -r` 以大写 M 的 -Microsoft 结尾（WSL2 是 microsoft-standard-WSL2）；在 Windows 上 `wsl --list --verbose` 的 VERSION 为 1。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/compare-versions",
    "https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute",
    "https://github.com/microsoft/WSL/issues/4519",
  ],
  clues: [],
  remedies: (facts) => {
    const distro = wslDistro(facts);
    const convert = type(
      "windows",
      distro === null ? texts.putName() : texts.toWsl2({ distro }),
      [`wsl --set-version ${distro ?? "DISTRO"} 2`],
      "downtime",
    );
    const list = type("windows", texts.listDistros(), ["wsl --list --verbose"]);
    return [
      ...(distro === null ? [list, convert] : [convert, list]),
      type("windows", texts.virtualization(), ["wsl --install --no-distribution"], "administrator", "reboot"),
      type("windows", texts.defaultTwo(), ["wsl --set-default-version 2"]),
    ];
  },
});

const wslWindowsBuild = cause({
  id: "wsl-windows-build",
  group: "wsl",
  title: message("This Windows build does not give WSL2 a GPU", "该 Windows 版本不支持 WSL2 使用 GPU")(),
  explanation: message(
    "GPU support in WSL2 begins with Windows 11 and Windows 10 21H2. On older builds /dev/dxg never appears, whatever the driver; some preview builds broke it for a while.",
    "WSL2 的 GPU 支持从 Windows 11 和 Windows 10 21H2 开始。在更旧的版本上，无论驱动如何 /dev/dxg 都不会出现；个别预览版也曾一度损坏该功能。",
  )(),
  recognise: message(
    "On Windows `winver` shows a build below 19044 (or a preview build since which it fails). `wsl --version` being unknown there is a sign of an old inbox WSL.",
    "在 Windows 上 `winver` 显示内部版本低于 19044（或更新到某预览版后才失效）。如果 `wsl --version` 不被识别，说明是旧的系统自带 WSL。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute",
    "https://github.com/microsoft/WSL/issues/7056",
  ],
  clues: [],
  remedies: (facts) => {
    const build = wslBuild(facts);
    const back = byHand("windows", texts.leavePreview(), "administrator", "reboot");
    const forward = byHand("windows", texts.updateWindows(), "administrator", "network", "reboot");
    return build !== null && build >= 19044 ? [update, back, forward] : [forward, update, back];
  },
});

function wslBuild(facts: Facts): number | null {
  const wsl = known(facts.wsl);
  return (wsl && known(wsl.windowsBuild)) ?? known(facts.system.os)?.build ?? null;
}

const wslKernelTooOld = cause({
  id: "wsl-kernel-too-old",
  group: "wsl",
  title: message("The running WSL2 kernel is too old for the GPU", "正在运行的 WSL2 内核太旧，不支持 GPU")(),
  explanation: message(
    "The driver behind /dev/dxg (dxgkrnl) came with WSL2 kernel 4.19.121; NVIDIA advises 5.10.16.3 or newer. An older kernel cannot talk to the Windows driver, or speaks an outdated form of its protocol.",
    "/dev/dxg 背后的驱动（dxgkrnl）从 WSL2 内核 4.19.121 开始提供，NVIDIA 建议 5.10.16.3 及以上。更旧的内核无法与 Windows 驱动通信，或使用了过时的协议。",
  )(),
  recognise: message(
    "`uname -r` shows a microsoft kernel below 4.19.121 (or below 5.10.16.3 with odd failures), and /dev/dxg is missing. A kernel without Microsoft's suffix is self-built: see wsl-custom-kernel.",
    "`uname -r` 显示 microsoft 内核低于 4.19.121（或低于 5.10.16.3 且有奇怪的错误），并且没有 /dev/dxg。没有微软后缀的内核是自编译的，见 wsl-custom-kernel。",
  )(),
  references: [
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://learn.microsoft.com/windows/wsl/kernel-release-notes",
  ],
  clues: [],
  remedies: () => [update],
});

const wslCustomKernel = cause({
  id: "wsl-custom-kernel",
  group: "wsl",
  title: message("A self-built WSL kernel lacks a working dxgkrnl", "自编译的 WSL 内核没有可用的 dxgkrnl")(),
  explanation: message(
    "The line `kernel=` in .wslconfig starts another kernel than Microsoft's. The GPU channel needs the dxgkrnl driver of Microsoft's tree, in a version that fits the Windows host; mainline and distribution kernels have none.",
    ".wslconfig 中的 `kernel=` 让 WSL 启动了非微软的内核。GPU 通道需要微软源码树里的 dxgkrnl 驱动，且版本要与 Windows 主机匹配；主线内核和发行版内核都没有它。",
  )(),
  recognise: message(
    "`uname -r` lacks “microsoft-standard-WSL2”, or .wslconfig has `kernel=`; nvidia-smi says “GPU access blocked by the operating system” or /dev/dxg is missing. With Microsoft's kernel the same distro works.",
    "`uname -r` 不含 “microsoft-standard-WSL2”，或 .wslconfig 里有 `kernel=`；nvidia-smi 提示 “GPU access blocked by the operating system” 或没有 /dev/dxg。换回微软内核后同一发行版即可正常工作。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/wsl-config",
    "https://github.com/microsoft/WSL2-Linux-Kernel",
    "https://github.com/zhenruyan/WSL-libre-linux-kernel/issues/5",
  ],
  clues: [],
  remedies: (facts) => [
    byHand("windows", texts.customKernel({ path: configPath(facts) }), "downtime"),
    type("windows", texts.removeKernelLine(), [shutdown], "downtime"),
    byHand("windows", texts.ownKernel(), "downtime"),
  ],
});

const wslDevDxgMissing = cause({
  id: "wsl-dev-dxg-missing",
  group: "wsl",
  title: message("/dev/dxg is missing: Windows passes no GPU into WSL", "缺少 /dev/dxg：Windows 没有把 GPU 传进 WSL")(),
  explanation: message(
    "In WSL2 the GPU appears as the device /dev/dxg. It is missing where Windows has no driver that offers the card to WSL, where WSL or its kernel is too old, or where GPU support failed when the WSL virtual machine started.",
    "在 WSL2 中 GPU 表现为设备 /dev/dxg。如果 Windows 没有能把显卡提供给 WSL 的驱动、WSL 或其内核太旧，或者 WSL 虚拟机启动时 GPU 初始化失败，这个设备就不会出现。",
  )(),
  recognise: message(
    "`ls -l /dev/dxg` says “No such file or directory” in a WSL2 distro, while nvidia-smi works on Windows. Rule out `[gpu] enabled=false` in /etc/wsl.conf and a self-built kernel first.",
    "在 WSL2 发行版中 `ls -l /dev/dxg` 提示 “No such file or directory”，而 Windows 上 nvidia-smi 正常。请先排除 /etc/wsl.conf 中的 `[gpu] enabled=false` 和自编译内核。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute",
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://github.com/microsoft/WSL/issues/6809",
  ],
  clues: [],
  remedies: () => [
    update,
    updateDriver,
    byHand("windows", texts.updateWindows(), "administrator", "network", "reboot"),
  ],
});

const wslGpuDisabledInConfig = cause({
  id: "wsl-gpu-disabled-in-config",
  group: "wsl",
  title: message("The GPU is switched off in WSL's configuration", "WSL 的配置关闭了 GPU")(),
  explanation: message(
    "WSL passes the GPU on unless it is told not to: `[gpu] enabled=false` in the distro's /etc/wsl.conf hides it from this distro, `[wsl2] gpuSupport=false` in .wslconfig from all of them.",
    "WSL 默认会传入 GPU，除非配置禁止：发行版 /etc/wsl.conf 中的 `[gpu] enabled=false` 只对该发行版生效，.wslconfig 中的 `[wsl2] gpuSupport=false` 对所有发行版生效。",
  )(),
  recognise: message(
    "`grep -n -A3 gpu /etc/wsl.conf` shows enabled=false, or .wslconfig on Windows has gpuSupport=false. Everything else (Windows build, driver) is in order.",
    "`grep -n -A3 gpu /etc/wsl.conf` 显示 enabled=false，或 Windows 上的 .wslconfig 有 gpuSupport=false；其他方面（Windows 版本、驱动）都正常。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/wsl-config",
    "https://github.com/microsoft/WSL/blob/master/src/windows/common/WslCoreConfig.h",
  ],
  clues: [],
  remedies: (facts) => {
    const wsl = known(facts.wsl);
    const byConf = wsl && known(wsl.conf)?.gpuEnabled === false;
    const byConfig = wsl && known(wsl.config)?.gpuSupport === false;
    const conf = type("linux", texts.enableConf(), [enableInConf]);
    const config = byHand("windows", texts.enableConfig({ path: configPath(facts) }));
    const both = !byConf && !byConfig;
    return [...(byConf || both ? [conf] : []), ...(byConfig || both ? [config] : []), restart];
  },
});

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
    "/dev/dxg 存在，nvidia-smi 却提示 “GPU access blocked by the operating system”；`dmesg | grep dxg` 在运行较久之后出现 “create_process failed -75” 或 “vmbus” 之类的错误。执行 `wsl --shutdown` 后恢复。",
  )(),
  references: [
    "https://github.com/microsoft/WSL/issues/41062",
    "https://learn.microsoft.com/windows/wsl/basic-commands",
  ],
  clues: [],
  remedies: () => [restart, update, updateDriver],
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
  clues: [],
  remedies: (facts) => [...removeLinuxDriver(facts), restart, byHand("linux", texts.onlyToolkit())],
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
    "`ls /usr/lib/wsl/lib/libcuda.so.1` 能看到文件，而 `ldconfig -p | grep libcuda` 没有输出。程序提示 “libcuda.so.1: cannot open shared object file” 或找不到驱动。",
  )(),
  references: [
    "https://github.com/microsoft/WSL/issues/8587",
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://learn.microsoft.com/windows/wsl/wsl-config",
  ],
  clues: [],
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
    "在有多张显卡（多数报告为四张）的 WSL2 中，第一次调用 CUDA 可能返回错误 2 “out of memory”，而显存其实空闲。这是 WSL2 的限制，不是显卡的问题：同一台机器在原生 Linux 上正常。减少可见的显卡后问题消失。",
  )(),
  recognise: message(
    '`CUDA_VISIBLE_DEVICES=0 python -c "import torch; print(torch.cuda.device_count())"` works, and without the variable the same line says “Error 2: out of memory”. nvidia-smi shows free memory.',
    '`CUDA_VISIBLE_DEVICES=0 python -c "import torch; print(torch.cuda.device_count())"` 正常，去掉该变量则报 “Error 2: out of memory”；nvidia-smi 显示显存空闲。',
  )(),
  references: [
    "https://github.com/microsoft/WSL/issues/10269",
    "https://github.com/MicrosoftDocs/WSL/issues/1947",
    "https://github.com/microsoft/WSL/issues/12467",
  ],
  clues: [],
  remedies: () => [
    type("linux", texts.oneGpu(), ["export CUDA_VISIBLE_DEVICES=0"]),
    update,
    updateDriver,
    byHand("windows", texts.oneGpuWindows(), "administrator", "downtime"),
  ],
});

export const wslGpuCauses = {
  "wsl1-no-gpu": wsl1NoGpu,
  "wsl-windows-build": wslWindowsBuild,
  "wsl-kernel-too-old": wslKernelTooOld,
  "wsl-custom-kernel": wslCustomKernel,
  "wsl-dev-dxg-missing": wslDevDxgMissing,
  "wsl-gpu-disabled-in-config": wslGpuDisabledInConfig,
  "wsl-gpu-channel-broken": wslGpuChannelBroken,
  "wsl-linux-driver-installed": wslLinuxDriverInstalled,
  "wsl-libcuda-not-in-loader-path": wslLibcudaNotInLoaderPath,
  "wsl-multi-gpu-init-oom": wslMultiGpuInitOom,
} as const;
