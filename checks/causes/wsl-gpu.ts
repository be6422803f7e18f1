/** Causes that keep the GPU of the Windows host out of a WSL distro. */
import { cause } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { wslGpuClues } from "./clues/wsl-gpu.ts";
import { byHand, type, wslDistro } from "./remedies.ts";
import { configPath, restartWsl, shutdown, updateWindowsDriver, updateWsl } from "./wsl-remedies.ts";

const enableInConf =
  "sudo sed -i '/^\\[gpu\\]/,/^\\[[^g]/ s/^[[:space:]]*enabled[[:space:]]*=.*/enabled=true/' /etc/wsl.conf";

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
};

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
  clues: wslGpuClues["wsl1-no-gpu"],
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
  clues: wslGpuClues["wsl-windows-build"],
  remedies: (facts) => {
    const build = wslBuild(facts);
    const back = byHand("windows", texts.leavePreview(), "administrator", "reboot");
    const forward = byHand("windows", texts.updateWindows(), "administrator", "network", "reboot");
    return build !== null && build >= 19044 ? [updateWsl, back, forward] : [forward, updateWsl, back];
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
  clues: wslGpuClues["wsl-kernel-too-old"],
  remedies: () => [updateWsl],
});

const wslCustomKernel = cause({
  id: "wsl-custom-kernel",
  group: "wsl",
  title: message("A self-built WSL kernel lacks a working dxgkrnl", "自编译的 WSL 内核没有可用的 dxgkrnl")(),
  explanation: message(
    "The line `kernel=` in .wslconfig starts another kernel than Microsoft's. The GPU channel needs the dxgkrnl driver of Microsoft's tree, in a version that fits the Windows host; mainline and distribution kernels have none.",
    ".wslconfig 中的 `kernel=` 让 WSL 启动了非微软的内核。GPU 通道需要微软源码树里的 dxgkrnl 驱动，且版本要与 Windows 宿主机匹配；主线内核和发行版内核都没有它。",
  )(),
  recognise: message(
    "`uname -r` lacks “microsoft-standard-WSL2”, or .wslconfig has `kernel=`; nvidia-smi says “GPU access blocked by the operating system” or /dev/dxg is missing. With Microsoft's kernel the same distro works.",
    "`uname -r` 不含“microsoft-standard-WSL2”，或 .wslconfig 里有 `kernel=`；nvidia-smi 提示“GPU access blocked by the operating system”或没有 /dev/dxg。换回微软内核后同一发行版即可正常工作。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/wsl-config",
    "https://github.com/microsoft/WSL2-Linux-Kernel",
    "https://github.com/zhenruyan/WSL-libre-linux-kernel/issues/5",
  ],
  clues: wslGpuClues["wsl-custom-kernel"],
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
    "在 WSL2 发行版中 `ls -l /dev/dxg` 提示“No such file or directory”，而 Windows 上 nvidia-smi 正常。请先排除 /etc/wsl.conf 中的 `[gpu] enabled=false` 和自编译内核。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute",
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://github.com/microsoft/WSL/issues/6809",
  ],
  clues: wslGpuClues["wsl-dev-dxg-missing"],
  remedies: () => [
    updateWsl,
    updateWindowsDriver,
    byHand("windows", texts.updateWindows(), "administrator", "network", "reboot"),
  ],
});

const wslGpuDisabledInConfig = cause({
  id: "wsl-gpu-disabled-in-config",
  group: "wsl",
  title: message("The GPU is switched off in WSL's configuration", "WSL 的配置关闭了 GPU")(),
  explanation: message(
    "WSL passes the GPU on unless it is told not to. Here it is: `[gpu] enabled=false` in the distro's /etc/wsl.conf hides it from this distro, `[wsl2] gpuSupport=false` in .wslconfig from all of them.",
    "WSL 默认会传入 GPU，除非配置禁止，而这里正是如此：发行版 /etc/wsl.conf 中的 `[gpu] enabled=false` 只对该发行版生效，.wslconfig 中的 `[wsl2] gpuSupport=false` 对所有发行版生效。",
  )(),
  recognise: message(
    "`grep -n -A3 gpu /etc/wsl.conf` shows enabled=false, or .wslconfig on Windows has gpuSupport=false. Everything else (Windows build, driver) is in order.",
    "`grep -n -A3 gpu /etc/wsl.conf` 显示 enabled=false，或 Windows 上的 .wslconfig 有 gpuSupport=false；其他方面（Windows 版本、驱动）都正常。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/wsl-config",
    "https://github.com/microsoft/WSL/blob/master/src/windows/common/WslCoreConfig.h",
  ],
  clues: wslGpuClues["wsl-gpu-disabled-in-config"],
  remedies: (facts) => {
    const wsl = known(facts.wsl);
    const byConf = wsl && known(wsl.conf)?.gpuEnabled === false;
    const byConfig = wsl && known(wsl.config)?.gpuSupport === false;
    const conf = type("linux", texts.enableConf(), [enableInConf]);
    const config = byHand("windows", texts.enableConfig({ path: configPath(facts) }));
    const both = !byConf && !byConfig;
    return [...(byConf || both ? [conf] : []), ...(byConfig || both ? [config] : []), restartWsl];
  },
});

export const wslGpuCauses = {
  "wsl1-no-gpu": wsl1NoGpu,
  "wsl-windows-build": wslWindowsBuild,
  "wsl-kernel-too-old": wslKernelTooOld,
  "wsl-custom-kernel": wslCustomKernel,
  "wsl-dev-dxg-missing": wslDevDxgMissing,
  "wsl-gpu-disabled-in-config": wslGpuDisabledInConfig,
} as const;
