/** Why no NVIDIA kernel module drives the card: not installed, not built, refused, or of the wrong kind. */
import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { nvidiaCards } from "./cards.ts";
import { driverModuleClues } from "./clues/driver-module.ts";
import { buildModule } from "./driver-build.ts";
import { installDriver } from "./driver-install.ts";
import {
  byHand,
  type Family,
  familiesFor,
  familyNames,
  familyOf,
  install,
  plainWord,
  rebuildInitramfs,
  removePackages,
  type,
} from "./remedies.ts";

const texts = {
  load: message("Load the module and look", "加载模块并查看"),
  bootKernel: message(
    "Or restart into a kernel that the module was built for: {kernels}",
    "或者重启进入模块已编译好的内核：{kernels}",
  ),
  noHeaders: message(
    "If the headers of the running kernel are no longer offered, update the kernel and restart first",
    "如果当前内核的头文件已不再提供，请先升级内核并重启",
  ),
  buildLog: message(
    "If the build fails, read its log (a kernel newer than the driver knows needs a newer driver)",
    "如果编译失败，查看日志（内核比驱动支持的更新时，需要更新的驱动）",
  ),
  blacklist: message("{system}: keep {module} off the card, then reboot", "{system}：禁止 {module} 占用显卡，然后重启"),
  vfio: message(
    "vfio-pci holds the card for a virtual machine: take it out of the vfio settings (options vfio-pci ids=… in /etc/modprobe.d, or vfio-pci.ids= on the kernel's command line) if this machine itself shall train, then reboot",
    "vfio-pci 把显卡留给了虚拟机：如果要在本机训练，请从 vfio 设置中去掉它（/etc/modprobe.d 中的 options vfio-pci ids=…，或内核参数 vfio-pci.ids=），然后重启",
  ),
  findVfio: message("Find where it is set", "查找设置位置"),
  enrol: message(
    "{system}: enrol the key that signs the module, reboot, choose “Enroll MOK” in the blue screen and give the password chosen here",
    "{system}：登记给模块签名的密钥，重启后在蓝色界面选择“Enroll MOK”，输入此处设置的密码",
  ),
  signed: message(
    "{system}: or use modules that the distribution has signed already",
    "{system}：或者改用发行版已签名的模块",
  ),
  secureBootOff: message(
    "Or switch Secure Boot off in the firmware set-up (in a virtual machine: in the host's settings of it)",
    "或者在固件设置中关闭 Secure Boot（虚拟机则在宿主机的虚拟机设置中关闭）",
  ),
  archKeys: message(
    "Arch Linux: sign the kernel and its modules with own keys (sbctl), or switch Secure Boot off",
    "Arch Linux：用自己的密钥（sbctl）签名内核和模块，或关闭 Secure Boot",
  ),
  removeProprietary: message(
    "Remove the packages of the proprietary kernel module first",
    "先卸载闭源内核模块的软件包",
  ),
  removeNew: message(
    "Remove the packages of the branch that no longer knows the card",
    "先卸载不再支持该显卡的驱动分支",
  ),
  windowsBranch: message(
    "On Windows, install the newest driver of branch 580 for this card: https://www.nvidia.com/drivers lists it under the card's own name",
    "在 Windows 上为这张卡安装 580 分支的最新驱动：在 https://www.nvidia.com/drivers 按显卡型号选择",
  ),
};

const driverNotInstalled = cause({
  id: "driver-not-installed",
  group: "driver",
  title: message("There is an NVIDIA card, but no NVIDIA driver", "有 NVIDIA 显卡，但没有安装 NVIDIA 驱动")(),
  explanation: message(
    "The card is on the bus and neither the kernel module nor nvidia-smi is installed. A CUDA toolkit or a framework's CUDA wheel does not bring the driver with it (since toolkit 13.4 not even NVIDIA's installer does).",
    "显卡在总线上，但内核模块和 nvidia-smi 都没有安装。CUDA toolkit 和框架的 CUDA wheel 都不包含驱动（从 CUDA 13.4 起连 NVIDIA 的安装程序也不再附带）。",
  )(),
  recognise: message(
    "`lspci -nn -d 10de:` shows the card, `nvidia-smi` is “command not found”, and no nvidia package is installed. If packages are installed and the module is not loaded, see kernel-module-missing.",
    "`lspci -nn -d 10de:` 能看到显卡，`nvidia-smi` 提示“command not found”，也没有安装任何 nvidia 软件包。如果装了包但模块没加载，见 kernel-module-missing。",
  )(),
  references: [
    "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/index.html",
    "https://wiki.debian.org/NvidiaGraphicsDrivers",
    "https://rpmfusion.org/Howto/NVIDIA",
    "https://wiki.archlinux.org/title/NVIDIA",
    "https://en.opensuse.org/SDB:NVIDIA_drivers",
  ],
  clues: driverModuleClues["driver-not-installed"],
  remedies: (facts) => installDriver(facts),
});

const kernelModuleMissing = cause({
  id: "kernel-module-missing",
  group: "driver",
  title: message("No NVIDIA kernel module for the running kernel", "当前内核没有可用的 NVIDIA 内核模块")(),
  explanation: message(
    "The driver is installed, but its kernel module was not built or not loaded for the kernel that runs. Mostly the kernel was updated and its headers were missing, so DKMS (or akmods) skipped the build, or the build failed.",
    "驱动已安装，但没有为正在运行的内核编译或加载模块。多数情况是内核升级后缺少头文件，DKMS（或 akmods）跳过了编译，或者编译失败。",
  )(),
  recognise: message(
    "nvidia-smi says “couldn't communicate with the NVIDIA driver”, `lsmod | grep nvidia` is empty and `modinfo nvidia` finds nothing for `uname -r`; `dkms status` lists other kernels. “Key was rejected” is Secure Boot, and nouveau in lsmod is nouveau-conflict.",
    "nvidia-smi 提示“couldn't communicate with the NVIDIA driver”，`lsmod | grep nvidia` 为空，`modinfo nvidia` 找不到对应 `uname -r` 的模块，`dkms status` 列出的是别的内核。“Key was rejected”属于 Secure Boot；lsmod 中有 nouveau 则是 nouveau-conflict。",
  )(),
  references: [
    "https://wiki.debian.org/NvidiaGraphicsDrivers",
    "https://wiki.archlinux.org/title/Dynamic_Kernel_Module_Support",
    "https://rpmfusion.org/Howto/NVIDIA",
    "https://github.com/CachyOS/linux-cachyos/issues/118",
  ],
  clues: driverModuleClues["kernel-module-missing"],
  remedies: (facts) => {
    const kernels = (known(facts.driver.builtFor) ?? []).flatMap((kernel) => plainWord(kernel) ?? []);
    return [
      ...familiesFor(facts).map((family) => buildModule(family, facts)),
      type("linux", texts.load(), ["sudo modprobe nvidia", "nvidia-smi"]),
      ...(kernels.length > 0 ? [byHand("linux", texts.bootKernel({ kernels: kernels.join(", ") }), "reboot")] : []),
      byHand("linux", texts.noHeaders(), "reboot"),
      type("linux", texts.buildLog(), ["dkms status", "sudo journalctl -k -b | grep -i nvidia"]),
    ];
  },
});

const nouveauConflict = cause({
  id: "nouveau-conflict",
  group: "driver",
  title: message("Another driver (nouveau) owns the card", "显卡被另一个驱动（nouveau）占用")(),
  explanation: message(
    "The open driver nouveau (or nova, or vfio-pci) bound the card at boot, and two drivers cannot share it. NVIDIA's module then finds no free card. nouveau gives a picture but no CUDA.",
    "开源驱动 nouveau（或 nova、vfio-pci）在启动时已绑定显卡，两个驱动不能共用。NVIDIA 模块因此找不到空闲的显卡。nouveau 能显示画面，但没有 CUDA。",
  )(),
  recognise: message(
    "`lspci -k -d 10de:` shows “Kernel driver in use: nouveau” (or nova_core, vfio-pci); the kernel log says “NVRM: No NVIDIA GPU found” or “… is already bound to nouveau”.",
    "`lspci -k -d 10de:` 显示“Kernel driver in use: nouveau”（或 nova_core、vfio-pci）；内核日志有“NVRM: No NVIDIA GPU found”或“… is already bound to nouveau”。",
  )(),
  references: [
    "https://docs.nvidia.com/cuda/cuda-installation-guide-linux/index.html",
    "https://wiki.archlinux.org/title/Kernel_module",
  ],
  clues: driverModuleClues["nouveau-conflict"],
  remedies: (facts) => {
    const bound = (known(facts.bus.adapters) ?? [])
      .filter((adapter) => adapter.vendor === "nvidia")
      .flatMap((adapter) => known(adapter.driver) ?? []);
    if (bound.includes("vfio-pci")) {
      const where = ["grep -r vfio /etc/modprobe.d", "cat /proc/cmdline"];
      return [type("linux", texts.findVfio(), where), byHand("linux", texts.vfio(), "reboot")];
    }
    const module = bound.some((driver) => driver.startsWith("nova")) ? "nova_core" : "nouveau";
    const lines =
      module === "nouveau"
        ? "blacklist nouveau\\noptions nouveau modeset=0\\n"
        : "blacklist nova_core\\nblacklist nova_drm\\n";
    const write = `printf '${lines}' | sudo tee /etc/modprobe.d/blacklist-nouveau.conf`;
    const missing = facts.driver.packages.state === "absent" ? installDriver(facts) : [];
    const blacklist = familiesFor(facts).map((family) =>
      type(
        "linux",
        texts.blacklist({ system: familyNames[family], module }),
        [write, rebuildInitramfs(family)],
        "reboot",
      ),
    );
    return [...missing, ...blacklist];
  },
});

const secureBootUnsignedModule = cause({
  id: "secure-boot-unsigned-module",
  group: "driver",
  title: message("Secure Boot rejects the unsigned NVIDIA module", "Secure Boot 拒绝加载未签名的 NVIDIA 模块")(),
  explanation: message(
    "With Secure Boot on, the kernel loads only modules signed with a key that the firmware knows. A module that DKMS or akmods built here is signed with this machine's own key (or not at all), and that key must be enrolled once.",
    "开启 Secure Boot 时，内核只加载由固件已知密钥签名的模块。本机用 DKMS 或 akmods 编译的模块使用本机自己的密钥签名（或没有签名），该密钥需要登记一次。",
  )(),
  recognise: message(
    "`sudo modprobe nvidia` says “Key was rejected by service” or “Required key not available”, and `mokutil --sb-state` prints “SecureBoot enabled”. `modinfo -F signer nvidia` tells whose key signed it.",
    "`sudo modprobe nvidia` 提示“Key was rejected by service”或“Required key not available”，`mokutil --sb-state` 输出“SecureBoot enabled”。`modinfo -F signer nvidia` 显示签名者。",
  )(),
  references: [
    "https://wiki.debian.org/SecureBoot",
    "https://wiki.ubuntu.com/UEFI/SecureBoot/DKMS",
    "https://rpmfusion.org/Howto/Secure%20Boot",
    "https://wiki.archlinux.org/title/Unified_Extensible_Firmware_Interface/Secure_Boot",
  ],
  clues: driverModuleClues["secure-boot-unsigned-module"],
  remedies: (facts) => [
    ...familiesFor(facts).flatMap((family) => enrol(family, facts)),
    byHand("linux", texts.secureBootOff(), "reboot"),
  ],
});

/** The key that each distribution's build tool signs with. */
const keys: Readonly<Record<Exclude<Family, "arch">, string>> = {
  debian: "/var/lib/dkms/mok.pub",
  ubuntu: "/var/lib/shim-signed/mok/MOK.der",
  fedora: "/etc/pki/akmods/certs/public_key.der",
  rhel: "/var/lib/dkms/mok.pub",
  suse: "/var/lib/dkms/mok.pub",
};

function enrol(family: Family, facts: Facts): readonly Remedy[] {
  if (family === "arch") return [byHand("linux", texts.archKeys(), "reboot")];
  const system = familyNames[family];
  const prepare = {
    debian: install("debian", ["mokutil"]),
    ubuntu: "sudo update-secureboot-policy --new-key",
    fedora: "sudo kmodgenca -a",
    rhel: install("rhel", ["mokutil"]),
    suse: install("suse", ["mokutil"]),
  }[family];
  const importKey = type(
    "linux",
    texts.enrol({ system }),
    [prepare, `sudo mokutil --import ${keys[family]}`],
    "reboot",
  );
  if (family !== "suse") return [importKey];
  const [signed] = installDriver(facts).filter((remedy) => remedy.commands.some((line) => line.includes("signed-kmp")));
  const remedy = signed ? [{ ...signed, title: texts.signed({ system }) }] : [];
  return [...remedy, importKey];
}

const openKernelModuleRequired = cause({
  id: "open-kernel-module-required",
  group: "driver",
  title: message("This card needs the open kernel modules", "这张显卡必须使用开源内核模块")(),
  explanation: message(
    "NVIDIA ships its kernel module in two flavours. Blackwell cards (RTX 50, RTX PRO, B200) work with the open flavour only; with the proprietary one the driver loads, refuses the card and nvidia-smi finds no device. The user-space libraries are the same.",
    "NVIDIA 内核模块有两种版本。Blackwell 显卡（RTX 50、RTX PRO、B200）只支持开源版本；用闭源版本时驱动能加载，但会拒绝该卡，nvidia-smi 找不到设备。用户态库是相同的。",
  )(),
  recognise: message(
    "`sudo dmesg | grep NVRM` says “requires use of the NVIDIA open kernel modules”; `modinfo -F license nvidia` prints NVIDIA (proprietary) instead of Dual MIT/GPL.",
    "`sudo dmesg | grep NVRM` 提示“requires use of the NVIDIA open kernel modules”；`modinfo -F license nvidia` 输出 NVIDIA（闭源），而不是 Dual MIT/GPL。",
  )(),
  references: [
    "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html",
    "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
    "https://github.com/getsolus/packages/issues/5575",
  ],
  clues: driverModuleClues["open-kernel-module-required"],
  remedies: (facts) => [...removeModulePackages(facts), ...installDriver(asCard(facts, "12.0"))],
});

/** On this cause the card is a Blackwell one, whether the facts name it or not. */
function asCard(facts: Facts, computeCapability: string): Facts {
  const cards = nvidiaCards(facts);
  if (cards?.length === 0 || cards?.some((card) => card.architecture !== null)) return facts;
  const driver = { state: "absent" } as const;
  const card = { vendor: "nvidia", name: null, pciId: null, address: null, architecture: null } as const;
  const adapters = { state: "value", value: [{ ...card, driver, bars: driver, computeCapability }] } as const;
  return { ...facts, bus: { ...facts.bus, adapters } };
}

/** A package of the other module flavour in the way of the right one, where it is installed. */
function removeModulePackages(facts: Facts): readonly Remedy[] {
  const kernelPackages = /^(nvidia-(kernel-)?dkms(-\d+)?|nvidia-kernel-(dkms|source)(-\d+)?|nvidia|nvidia-lts)$/;
  const packages = (known(facts.driver.packages) ?? []).filter((of) => kernelPackages.test(of.name));
  const command = removePackages(packages, familyOf(facts));
  return command === null ? [] : [type("linux", texts.removeProprietary(), [command])];
}

const driverBranchDroppedGpu = cause({
  id: "driver-branch-dropped-gpu",
  group: "driver",
  title: message("This driver branch no longer supports the card", "该驱动分支已不再支持这张显卡")(),
  explanation: message(
    "Driver branch 580 is the last one for Maxwell, Pascal and Volta cards (GTX 750–1080 Ti, Titan V, V100), branch 470 for Kepler. A newer branch, often installed by a plain update, loads and ignores the card.",
    "580 是支持 Maxwell、Pascal、Volta（GTX 750 至 1080 Ti、Titan V、V100）的最后一个驱动分支，Kepler 的最后一个是 470。更新的分支（常在普通升级时装上）会加载，但忽略这张卡。",
  )(),
  recognise: message(
    "`sudo dmesg | grep NVRM` says “is supported through the NVIDIA 580.xx Legacy drivers”, and `modinfo -F version nvidia` shows 590 or newer (for Kepler: 495 or newer).",
    "`sudo dmesg | grep NVRM` 提示“is supported through the NVIDIA 580.xx Legacy drivers”，`modinfo -F version nvidia` 显示 590 或更新（Kepler 为 495 或更新）。",
  )(),
  references: [
    "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html",
    "https://www.neowin.net/amp/nvidia-is-soon-ending-driver-support-for-some-of-its-most-legendary-graphics-cards/",
    "https://archlinux.org/news/nvidia-590-driver-drops-pascal-support-main-packages-switch-to-open-kernel-modules/",
  ],
  clues: driverModuleClues["driver-branch-dropped-gpu"],
  remedies: (facts) => {
    if (known(facts.system.platform) === "win32" || known(facts.wsl)?.version === 2) {
      return [byHand("windows", texts.windowsBranch(), "administrator", "network", "reboot")];
    }
    const command = removePackages(known(facts.driver.packages) ?? [], familyOf(facts));
    const remove = command === null ? [] : [type("linux", texts.removeNew(), [command])];
    return [...remove, ...installDriver(asCard(facts, "6.1"))];
  },
});

export const driverModuleCauses = {
  "driver-not-installed": driverNotInstalled,
  "kernel-module-missing": kernelModuleMissing,
  "nouveau-conflict": nouveauConflict,
  "secure-boot-unsigned-module": secureBootUnsignedModule,
  "open-kernel-module-required": openKernelModuleRequired,
  "driver-branch-dropped-gpu": driverBranchDroppedGpu,
} as const;
