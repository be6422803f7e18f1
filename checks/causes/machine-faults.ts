/** A card that is there and does not come up, or went away. */
import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { onWindows } from "../situation.ts";
import { nvidiaCards } from "./cards.ts";
import { machineFaultsClues } from "./clues/machine-faults.ts";
import { installDriver } from "./driver-install.ts";
import { byHand, familiesFor, familyNames, type rebuildInitramfs, type } from "./remedies.ts";

const texts = {
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
  prime: message("Or select the NVIDIA card for everything, then reboot", "或者全部改用 NVIDIA 显卡，然后重启"),
  primeOnDemand: message(
    "Keep the display on the integrated GPU and the NVIDIA card for computing, then reboot",
    "让核显负责显示，NVIDIA 显卡只做计算，然后重启",
  ),
  envycontrol: message(
    "Where the profile was set with EnvyControl or supergfxctl, select hybrid there",
    "如果是用 EnvyControl 或 supergfxctl 设置的，请在其中选择 hybrid",
  ),
};

const gpuFallenOffBus = cause({
  id: "gpu-fallen-off-bus",
  group: "machine",
  title: message("The GPU fell off the PCIe bus (Xid 79)", "GPU 从 PCIe 总线掉线（Xid 79）")(),
  explanation: message(
    "The driver lost contact with a card that worked before: its registers read as all ones. Power supply, heat, a loose slot or riser, PCIe power saving or a crashed GPU firmware are the usual reasons. Programs on that card fail until it is powered off and on.",
    "驱动与一张原本正常的显卡失去联系：读寄存器得到的全是 1。常见原因是供电、过热、插槽或转接线松动、PCIe 节能，或 GPU 固件崩溃。断电重启之前，这张卡上的程序都会失败。",
  )(),
  recognise: message(
    "`sudo dmesg | grep -i xid` shows “Xid … 79 … GPU has fallen off the bus”, or nvidia-smi says “GPU is lost” / “Unable to determine the device handle”. Unlike a failed start (RmInitAdapter) it worked before.",
    "`sudo dmesg | grep -i xid` 显示“Xid … 79 … GPU has fallen off the bus”，或 nvidia-smi 提示“GPU is lost”/“Unable to determine the device handle”。与初始化失败（RmInitAdapter）不同，它之前是正常的。",
  )(),
  references: [
    "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/900",
    "https://github.com/NVIDIA/NVSentinel/issues/155",
  ],
  clues: machineFaultsClues["gpu-fallen-off-bus"],
  remedies: () => [
    byHand("host", texts.powerCycle(), "downtime", "reboot"),
    byHand("host", texts.reseat(), "downtime"),
    byHand("linux", texts.quietBus(), "reboot"),
    type("linux", texts.watchXid(), ["sudo dmesg --follow --time-format iso"]),
  ],
});

const gpuRmInitFailed = cause({
  id: "gpu-rm-init-failed",
  group: "machine",
  title: message(
    "The driver loads, but the GPU fails to start (RmInitAdapter)",
    "驱动已加载，但 GPU 初始化失败（RmInitAdapter）",
  )(),
  explanation: message(
    "The kernel module is in place and finds the card, but starting it fails: its firmware (GSP) does not boot, the firmware of the machine gave it no usable memory regions, or the driver has a fault with this card. As a result nvidia-smi lists no device although the driver is loaded.",
    "内核模块已就位也找到了显卡，但启动失败：GPU 固件（GSP）起不来、主板固件没有分配可用的内存区域，或该驱动版本与此卡有问题。因此驱动虽已加载，nvidia-smi 却列不出设备。",
  )(),
  recognise: message(
    "nvidia-smi says “No devices were found” and `sudo dmesg | grep NVRM` shows “RmInitAdapter failed! (0x…)” or a GSP timeout. “requires use of the NVIDIA open kernel modules” there is another cause, and so is “BAR1 is 0M”.",
    "nvidia-smi 提示“No devices were found”，`sudo dmesg | grep NVRM` 显示“RmInitAdapter failed! (0x…)”或 GSP 超时。如果日志写着“requires use of the NVIDIA open kernel modules”或“BAR1 is 0M”，那是另外的原因。",
  )(),
  references: [
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/789",
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    "https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html",
  ],
  clues: machineFaultsClues["gpu-rm-init-failed"],
  remedies: (facts) => [
    byHand("host", texts.coldBoot(), "downtime", "reboot"),
    type("linux", texts.readRm(), ["sudo dmesg | grep NVRM"]),
    byHand("host", texts.bios(), "downtime", "reboot"),
    ...(nvidiaCards(facts) === null ? [] : installDriver(facts)),
  ],
});

const biosAbove4gDecodingDisabled = cause({
  id: "bios-above-4g-decoding-disabled",
  group: "machine",
  title: message("“Above 4G Decoding” is off in the BIOS", "BIOS 中未开启“Above 4G Decoding”")(),
  explanation: message(
    "The card asks for memory regions (BARs) larger than what fits below 4 GiB, and the firmware left them unassigned. Without them the driver cannot reach the card's memory and refuses it.",
    "显卡需要的内存区域（BAR）在 4 GiB 以下放不下，固件就没有给它分配。没有这些区域，驱动无法访问显存，因此拒绝这张卡。",
  )(),
  recognise: message(
    '`sudo dmesg | grep -iE "BAR|NVRM"` shows “BAR 1: no space for [mem size …]” or “This PCI I/O region assigned to your NVIDIA device is invalid”, on bare metal. In a virtual machine the same lines mean that the guest\'s MMIO space is too small.',
    '在物理机上，`sudo dmesg | grep -iE "BAR|NVRM"` 显示“BAR 1: no space for [mem size …]”或“This PCI I/O region assigned to your NVIDIA device is invalid”。在虚拟机中，同样的日志表示虚拟机的 MMIO 空间太小。',
  )(),
  references: [
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/862",
    "https://docs.kernel.org/admin-guide/kernel-parameters.html",
  ],
  clues: machineFaultsClues["bios-above-4g-decoding-disabled"],
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

const primeProfileNotNvidia = cause({
  id: "prime-profile-not-nvidia",
  group: "machine",
  title: message("The hybrid-graphics profile keeps the NVIDIA card off", "混合显卡配置把 NVIDIA 显卡关掉了")(),
  explanation: message(
    "A laptop with two GPUs was switched to the integrated one: the profile “intel” blacklists the NVIDIA module and powers the card down. The driver may be installed correctly and still finds no card.",
    "双显卡笔记本被切换到了核显：“intel”配置会屏蔽 NVIDIA 模块并让独显断电。驱动即使安装正确也找不到显卡。",
  )(),
  recognise: message(
    "`prime-select query` prints “intel” (it must be “nvidia” or “on-demand”); `lsmod | grep nvidia` is empty although the driver packages are installed.",
    "`prime-select query` 输出“intel”（应为“nvidia”或“on-demand”）；驱动包已安装，但 `lsmod | grep nvidia` 没有输出。",
  )(),
  references: [
    "https://manpages.ubuntu.com/manpages/noble/man8/prime-select.8.html",
    "https://wiki.archlinux.org/title/NVIDIA_Optimus",
  ],
  clues: machineFaultsClues["prime-profile-not-nvidia"],
  remedies: () => [
    type("linux", texts.primeOnDemand(), ["sudo prime-select on-demand"], "reboot"),
    type("linux", texts.prime(), ["sudo prime-select nvidia"], "reboot"),
    byHand("linux", texts.envycontrol(), "reboot"),
  ],
});

export const machineFaultCauses = {
  "gpu-fallen-off-bus": gpuFallenOffBus,
  "gpu-rm-init-failed": gpuRmInitFailed,
  "bios-above-4g-decoding-disabled": biosAbove4gDecodingDisabled,
  "prime-profile-not-nvidia": primeProfileNotNvidia,
} as const;
