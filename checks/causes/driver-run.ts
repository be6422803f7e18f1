/** A driver that is installed and loaded, and still refuses: versions, permissions, services. */
import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { driverRunClues } from "./clues/driver-run.ts";
import { byHand, familiesFor, familyNames, familyOf, install, plainWord, type } from "./remedies.ts";

const texts = {
  reboot: message(
    "Restart the machine: the new module is then loaded to the new libraries",
    "重启机器：新的内核模块会随之加载，与新的库一致",
  ),
  reload: message(
    "Or, without a restart: end every program that uses the GPU (the desktop, too) and load the module anew",
    "或者不重启：结束所有使用 GPU 的程序（包括图形桌面），再重新加载模块",
  ),
  restartContainers: message(
    "Containers that were running keep the old libraries: restart them",
    "正在运行的容器仍使用旧库：请重启它们",
  ),
  hold: message(
    "To keep automatic updates from doing this in the middle of a job, hold the driver packages",
    "为避免自动更新在任务中途造成这种情况，可锁定驱动包版本",
  ),
  hostRestart: message(
    "Inside a container this is the host's affair: restart the host or reload its module, then restart the container",
    "在容器内出现时要在宿主机上处理：重启宿主机或重新加载模块，然后重启容器",
  ),
  join: message(
    "Add yourself to the group {group}, then log out and in again",
    "把自己加入 {group} 组，然后注销并重新登录",
  ),
  modes: message(
    "Or give everybody access again, as the driver does by default",
    "或者恢复驱动的默认设置，允许所有人访问",
  ),
  modprobeConf: message(
    "If the modes come back after a restart: look for NVreg_DeviceFileMode, NVreg_DeviceFileUID or NVreg_DeviceFileGID and take them away",
    "如果重启后权限又变回去：查找并删除 NVreg_DeviceFileMode、NVreg_DeviceFileUID、NVreg_DeviceFileGID",
  ),
  reloadUvm: message(
    "End the programs that use the GPU, then load nvidia_uvm anew",
    "结束使用 GPU 的程序，然后重新加载 nvidia_uvm",
  ),
  keepMemory: message(
    "So that it does not come back after suspend, let the driver save the cards' memory, then reboot",
    "为避免休眠后再次出现，让驱动在休眠时保存显存，然后重启",
  ),
  rebootUvm: message("If that does not help, restart the machine", "如果无效，重启机器"),
  startFabric: message("Start the Fabric Manager now and at every boot", "立即启动 Fabric Manager 并设为开机启动"),
  installFabric: message(
    "{system}: install the Fabric Manager of exactly the driver's version {version}",
    "{system}：安装与驱动版本 {version} 完全一致的 Fabric Manager",
  ),
  fabricLog: message(
    "If it does not start, read why (its version must equal the driver's to the last digit)",
    "如果无法启动，查看原因（其版本必须与驱动完全一致）",
  ),
};

const driverLibraryVersionMismatch = cause({
  id: "driver-library-version-mismatch",
  group: "driver",
  title: message(
    "The loaded NVIDIA module and the libraries are of different versions",
    "已加载的 NVIDIA 模块与用户态库版本不一致",
  )(),
  explanation: message(
    "The driver was updated while the old kernel module stayed loaded. Module and libraries must be of the very same version, so NVML and CUDA refuse to work (CUDA calls it error 803). Nothing is broken: the new module only has to be loaded.",
    "驱动已升级，但旧的内核模块仍在内存中。模块与库的版本必须完全一致，因此 NVML 和 CUDA 拒绝工作（CUDA 报错误 803）。并没有损坏，只需加载新模块。",
  )(),
  recognise: message(
    "nvidia-smi says “Driver/library version mismatch”; `cat /proc/driver/nvidia/version` shows another version than `modinfo -F version nvidia` or the installed packages; the kernel log says “NVRM: API mismatch”.",
    "nvidia-smi 提示“Driver/library version mismatch”；`cat /proc/driver/nvidia/version` 与 `modinfo -F version nvidia` 或已安装的软件包版本不同；内核日志有“NVRM: API mismatch”。",
  )(),
  references: [
    "https://docs.nvidia.com/deploy/cuda-compatibility/index.html",
    "https://github.com/oddmario/NVIDIA-Ubuntu-Driver-Guide/issues/4",
    "https://github.com/Syllo/nvtop/issues/125",
  ],
  clues: driverRunClues["driver-library-version-mismatch"],
  remedies: (facts) => {
    if (known(facts.containers) !== undefined) return [byHand("host", texts.hostRestart(), "downtime", "reboot")];
    const reload = ["sudo rmmod nvidia_drm nvidia_modeset nvidia_uvm nvidia", "sudo modprobe nvidia", "nvidia-smi"];
    return [
      type("linux", texts.reboot(), ["sudo reboot"], "reboot", "downtime"),
      type("linux", texts.reload(), reload, "downtime"),
      byHand("linux", texts.restartContainers(), "downtime"),
      ...hold(facts),
    ];
  },
});

function hold(facts: Facts): readonly Remedy[] {
  const family = familyOf(facts);
  if (family !== "debian" && family !== "ubuntu") return [];
  const names = (known(facts.driver.packages) ?? []).flatMap((of) => plainWord(of.name) ?? []).join(" ");
  return names === "" ? [] : [type("linux", texts.hold(), [`sudo apt-mark hold ${names}`])];
}

const deviceNodePermissions = cause({
  id: "device-node-permissions",
  group: "driver",
  title: message("This user may not open /dev/nvidia*", "当前用户无权打开 /dev/nvidia*")(),
  explanation: message(
    "CUDA opens the device files /dev/nvidia0, nvidiactl and nvidia-uvm. Here their mode or group keeps this user out, mostly because of a driver option, an udev rule or a rootless container. As root it works.",
    "CUDA 需要打开设备文件 /dev/nvidia0、nvidiactl 和 nvidia-uvm。这里的权限或属组把当前用户挡在外面，多因驱动选项、udev 规则或 rootless 容器所致。用 root 则正常。",
  )(),
  recognise: message(
    "`ls -l /dev/nvidia*` shows crw-rw---- with a group (video, render) that `id` does not list; nvidia-smi says “Insufficient Permissions”; `sudo nvidia-smi` works.",
    "`ls -l /dev/nvidia*` 显示 crw-rw----，属组（video、render）不在 `id` 的输出中；nvidia-smi 提示“Insufficient Permissions”；`sudo nvidia-smi` 正常。",
  )(),
  references: [
    "https://github.com/NVIDIA/nvidia-docker/issues/1608",
    "https://download.nvidia.com/XFree86/Linux-x86_64/580.95.05/README/faq.html",
  ],
  clues: driverRunClues["device-node-permissions"],
  remedies: (facts) => {
    const nodes = (known(facts.driver.nodes) ?? []).filter((node) => node.path.startsWith("/dev/nvidia"));
    const group = nodes.map((node) => node.group).find((name) => name !== null && name !== "root") ?? null;
    const grouped = nodes.length === 0 || nodes.some((node) => node.mode === null || (node.mode & 0o060) === 0o060);
    const name = plainWord(group ?? "video") ?? "video";
    const join = type("linux", texts.join({ group: name }), [`sudo usermod -aG ${name} "$USER"`], "relogin");
    const paths = nodes.flatMap((node) => plainPath(node.path) ?? []);
    const listed = paths.length > 0 ? paths.join(" ") : "/dev/nvidia0 /dev/nvidiactl /dev/nvidia-uvm";
    return [
      ...(grouped && group !== null ? [join] : nodes.length === 0 ? [join] : []),
      type("linux", texts.modes(), [`sudo chmod 0666 ${listed}`]),
      type("linux", texts.modprobeConf(), ["grep -r NVreg_DeviceFile /etc/modprobe.d"], "reboot"),
    ];
  },
});

function plainPath(path: string): string | null {
  return /^\/dev\/[\w/-]+$/.test(path) ? path : null;
}

const uvmBrokenAfterSuspend = cause({
  id: "uvm-broken-after-suspend",
  group: "driver",
  title: message("CUDA fails with error 999: nvidia_uvm is broken", "CUDA 报错误 999：nvidia_uvm 失效")(),
  explanation: message(
    "nvidia-smi works, but CUDA cannot start: the memory module nvidia_uvm is missing or lost its state, typically after the machine was suspended and woken up. Reloading that one module mends it until the next suspend.",
    "nvidia-smi 正常，但 CUDA 无法初始化：内存管理模块 nvidia_uvm 未加载或状态丢失，通常发生在休眠唤醒之后。重新加载该模块即可恢复，直到下次休眠。",
  )(),
  recognise: message(
    '`python -c "import torch; torch.cuda.init()"` says “CUDA unknown error” (999), while nvidia-smi lists the card; it began after suspend (`journalctl -b | grep -i suspend`). A changed CUDA_VISIBLE_DEVICES can give the same words.',
    '`python -c "import torch; torch.cuda.init()"` 提示“CUDA unknown error”（999），而 nvidia-smi 能列出显卡；问题从休眠后开始（`journalctl -b | grep -i suspend`）。程序中途改变 CUDA_VISIBLE_DEVICES 也会报同样的话。',
  )(),
  references: [
    "https://github.com/gbionics/jaxsim/issues/50",
    "https://download.nvidia.com/XFree86/Linux-x86_64/580.95.05/README/powermanagement.html",
  ],
  clues: driverRunClues["uvm-broken-after-suspend"],
  remedies: () => [
    type("linux", texts.reloadUvm(), ["sudo modprobe -r nvidia_uvm && sudo modprobe nvidia_uvm"], "downtime"),
    type(
      "linux",
      texts.keepMemory(),
      [
        "echo 'options nvidia NVreg_PreserveVideoMemoryAllocations=1' | sudo tee /etc/modprobe.d/nvidia-suspend.conf",
        "sudo systemctl enable nvidia-suspend.service nvidia-resume.service nvidia-hibernate.service",
      ],
      "reboot",
    ),
    type("linux", texts.rebootUvm(), ["sudo reboot"], "reboot", "downtime"),
  ],
});

const fabricmanagerNotRunning = cause({
  id: "fabricmanager-not-running",
  group: "driver",
  title: message("The Fabric Manager is not running (CUDA error 802)", "Fabric Manager 未运行（CUDA 错误 802）")(),
  explanation: message(
    "On machines with NVSwitch (HGX, DGX) the GPUs wait until the Fabric Manager has set the switches up. While it is missing, stopped or of another version than the driver, nvidia-smi works and every CUDA program ends with “system not yet initialized”.",
    "在带 NVSwitch 的机器（HGX、DGX）上，GPU 要等 Fabric Manager 配置好交换芯片后才能使用。如果它没有安装、没有运行或版本与驱动不一致，nvidia-smi 正常，但所有 CUDA 程序都会报“system not yet initialized”。",
  )(),
  recognise: message(
    "`systemctl status nvidia-fabricmanager` is not active, `lspci -d 10de: | grep -i bridge` shows NVSwitches and `nvidia-smi -q | grep -A2 Fabric` shows a state other than Completed.",
    "`systemctl status nvidia-fabricmanager` 不是 active，`lspci -d 10de: | grep -i bridge` 显示 NVSwitch，`nvidia-smi -q | grep -A2 Fabric` 的状态不是 Completed。",
  )(),
  references: [
    "https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/index.html",
    "https://github.com/gpustack/gpustack/issues/1254",
    "https://github.com/pytorch/pytorch/issues/35710",
  ],
  clues: driverRunClues["fabricmanager-not-running"],
  remedies: (facts) => {
    const start = type("linux", texts.startFabric(), ["sudo systemctl enable --now nvidia-fabricmanager"]);
    const log = type("linux", texts.fabricLog(), ["sudo journalctl -u nvidia-fabricmanager -b --no-pager"]);
    const { fabricManager } = facts.driver;
    const installed = fabricManager.state === "value" ? [] : installFabricManager(facts);
    return [...installed, start, log];
  },
});

function installFabricManager(facts: Facts): readonly Remedy[] {
  const version = known(facts.driver.module)?.version ?? known(driverReport(facts))?.driverVersion ?? null;
  const branch = /^\d{3}/.exec(version ?? "")?.[0] ?? "580";
  return familiesFor(facts)
    .filter((family) => family !== "arch")
    .map((family) => {
      const name = {
        debian: version === null ? "nvidia-fabricmanager" : `nvidia-fabricmanager=${version}-1`,
        ubuntu: `nvidia-fabricmanager-${branch}`,
        fedora: "nvidia-fabric-manager",
        rhel: version === null ? "nvidia-fabric-manager" : `nvidia-fabric-manager-${version}-1`,
        suse: "nvidia-fabricmanager",
      }[family];
      const title = texts.installFabric({ system: familyNames[family], version: version ?? "nvidia-smi" });
      return type("linux", title, [install(family, [name])], "network");
    });
}

const fabricmanagerNoNvswitch = cause({
  id: "fabricmanager-no-nvswitch",
  group: "driver",
  title: message(
    "The Fabric Manager fails because there is no NVSwitch",
    "没有 NVSwitch，所以 Fabric Manager 启动失败",
  )(),
  explanation: message(
    "The Fabric Manager is for machines with NVSwitch. On others (single cards, NVLink bridges, PCIe servers) it says that it finds none and ends; the service shows as failed, and CUDA works all the same.",
    "Fabric Manager 只用于带 NVSwitch 的机器。在其他机器上（单卡、NVLink 桥、PCIe 服务器）它找不到 NVSwitch 就退出；服务显示为 failed，但 CUDA 不受影响。",
  )(),
  recognise: message(
    "`journalctl -u nvidia-fabricmanager` says “NV_WARN_NOTHING_TO_DO” or “request to query NVSwitch device information … failed”, no NVSwitch is in lspci and nvidia-smi works.",
    "`journalctl -u nvidia-fabricmanager` 提示“NV_WARN_NOTHING_TO_DO”或“request to query NVSwitch device information … failed”，lspci 中没有 NVSwitch，nvidia-smi 正常。",
  )(),
  harmless: true,
  references: ["https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/index.html"],
  clues: driverRunClues["fabricmanager-no-nvswitch"],
  remedies: () => [],
});

export const driverRunCauses = {
  "driver-library-version-mismatch": driverLibraryVersionMismatch,
  "device-node-permissions": deviceNodePermissions,
  "uvm-broken-after-suspend": uvmBrokenAfterSuspend,
  "fabricmanager-not-running": fabricmanagerNotRunning,
  "fabricmanager-no-nvswitch": fabricmanagerNoNvswitch,
} as const;
