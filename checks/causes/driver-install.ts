/** How each distribution installs the driver that its NVIDIA cards need. */
import type { Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import drivers from "../data/drivers.json" with { type: "json" };
import { inContainer, inWsl2, onJetson, onMacos, onWindows } from "../situation.ts";
import { branchWanted, type Card, type Line, lineFor, nvidiaCards } from "./cards.ts";
import {
  archKernel,
  byHand,
  type Family,
  familiesFor,
  familyNames,
  familyOf,
  headerPackages,
  install,
  kernelRelease,
  type,
} from "./remedies.ts";

const texts = {
  open: message(
    "{system}: install the NVIDIA driver with the open kernel modules, then reboot",
    "{system}：安装使用开源内核模块的 NVIDIA 驱动，然后重启",
  ),
  plain: message("{system}: install the NVIDIA driver, then reboot", "{system}：安装 NVIDIA 驱动，然后重启"),
  debian: message(
    "{system}: enable the components contrib, non-free and non-free-firmware in APT's sources, install the NVIDIA driver, then reboot",
    "{system}：在 APT 源中启用 contrib、non-free 和 non-free-firmware，安装 NVIDIA 驱动，然后重启",
  ),
  newer: message(
    "{system}: install the NVIDIA driver for Turing (GTX 16, RTX 20) and newer cards, then reboot",
    "{system}：安装适用于 Turing（GTX 16、RTX 20）及更新显卡的 NVIDIA 驱动，然后重启",
  ),
  legacy: message(
    "{system}: install the NVIDIA driver of branch {branch}, the last one for this card, then reboot",
    "{system}：安装 {branch} 分支的 NVIDIA 驱动（支持这张显卡的最后一个分支），然后重启",
  ),
  other: message(
    "Install the NVIDIA driver the way your distribution documents it ({flavour}), then reboot",
    "按发行版文档安装 NVIDIA 驱动（{flavour}），然后重启",
  ),
  windows: message(
    "On Windows, install the current NVIDIA driver from https://www.nvidia.com/drivers; the distro inside WSL gets none",
    "在 Windows 上从 https://www.nvidia.com/drivers 安装最新的 NVIDIA 驱动；WSL 发行版内不要安装驱动",
  ),
  windowsOnly: message(
    "Install the current NVIDIA driver for this card from https://www.nvidia.com/drivers",
    "从 https://www.nvidia.com/drivers 为这张显卡安装最新的 NVIDIA 驱动",
  ),
  container: message(
    "Install the driver on the host of this container, not inside the container",
    "在容器的宿主机上安装驱动，而不是在容器里",
  ),
  jetson: message(
    "On a Jetson the driver is part of JetPack: install the JetPack release for this board from https://developer.nvidia.com/embedded/jetpack",
    "Jetson 的驱动包含在 JetPack 中：从 https://developer.nvidia.com/embedded/jetpack 安装适合该板的 JetPack",
  ),
  mixed: message(
    "No single driver serves {older} and {newer} together: decide for one of them (the commands below are for the newer card)",
    "没有任何一个驱动能同时支持 {older} 和 {newer}：只能选其一（下面的命令针对较新的显卡）",
  ),
};

const flavours: Readonly<Record<Line, string>> = {
  open: "nvidia-open",
  r580: "580, proprietary",
  r470: "470, proprietary",
};

/**
 * How to install the driver that these cards need; empty where there is known to be no NVIDIA card.
 * `atLeast` is the driver branch that a program needs.
 */
export function installDriver(facts: Facts, { atLeast = 0 }: { readonly atLeast?: number } = {}): readonly Remedy[] {
  if (nvidiaCards(facts)?.length === 0 && !inWsl2(facts)) return [];
  if (onMacos(facts)) return [];
  if (inWsl2(facts)) return [byHand("windows", texts.windows(), "administrator", "network")];
  if (onWindows(facts)) return [byHand("windows", texts.windowsOnly(), "administrator", "network", "reboot")];
  if (inContainer(facts)) return [byHand("host", texts.container())];
  if (onJetson(facts)) return [byHand("linux", texts.jetson(), "network", "reboot")];
  const line = lineFor(facts);
  const own = familiesFor(facts).map((family) => installOn(family, facts, line, atLeast));
  const other =
    familyOf(facts) === "other" ? [byHand("linux", texts.other({ flavour: flavours[line ?? "open"] }), "reboot")] : [];
  return [...mixedCards(facts), ...own, ...other];
}

function mixedCards(facts: Facts): readonly Remedy[] {
  const cards = nvidiaCards(facts) ?? [];
  const older = cards.find((card) => card.architecture !== null && !card.architecture.modules.includes("open"));
  const newer = cards.find((card) => card.architecture !== null && !card.architecture.modules.includes("proprietary"));
  if (older === undefined || newer === undefined) return [];
  const name = (card: Card): string => card.name ?? card.architecture?.architecture ?? "";
  return [byHand("linux", texts.mixed({ older: name(older), newer: name(newer) }))];
}

function installOn(family: Family, facts: Facts, line: Line | null, atLeast: number): Remedy {
  const system = familyOf(facts) === null ? familyNames[family] : (known(facts.system.os)?.name ?? familyNames[family]);
  const commands = {
    debian: debianCommands,
    ubuntu: ubuntuCommands,
    fedora: fedoraCommands,
    rhel: rhelCommands,
    arch: archCommands,
    suse: suseCommands,
  }[family](facts, line, atLeast);
  return type("linux", installTitle(family, facts, system, line, commands), commands, "network", "reboot");
}

function installTitle(
  family: Family,
  facts: Facts,
  system: string,
  line: Line | null,
  commands: readonly string[],
): Said {
  if (family === "debian" && debianRelease(facts) === undefined) return texts.debian({ system });
  const branch = line === "r470" ? 470 : 580;
  const legacy = (line === "r580" || line === "r470") && commands.some((command) => command.includes(`${branch}`));
  if (legacy) return texts.legacy({ system, branch });
  if (line === null) return family === "ubuntu" ? texts.plain({ system }) : texts.newer({ system });
  return (commands.some((command) => command.includes("open")) ? texts.open : texts.plain)({ system });
}

function osVersion(facts: Facts): string {
  return known(facts.system.os)?.version ?? "";
}

function major(facts: Facts): string {
  return osVersion(facts).split(".")[0] ?? "";
}

/** NVIDIA's repositories call 64-bit ARM servers "sbsa". */
function repositoryArch(facts: Facts): string {
  return known(facts.system.arch) === "arm64" ? "sbsa" : "x86_64";
}

/** undefined: not Debian itself, or a release that the table does not know. */
function debianRelease(facts: Facts) {
  if (known(facts.system.os)?.id !== "debian") return undefined;
  return Object.entries(drivers.distributions.debian.releases).find(([version]) => version === major(facts))?.[1];
}

/**
 * Debian's own branches (535, 550) predate open modules as the default, so they serve Turing to Ada with the
 * proprietary flavour; Blackwell and programs that need a newer driver take NVIDIA's repository.
 */
function debianCommands(facts: Facts, line: Line | null, atLeast: number): string[] {
  const { own, vendor } = drivers.distributions.debian;
  const headers = headerPackages("debian", facts);
  const release = debianRelease(facts);
  const wanted = branchWanted(facts, atLeast);
  if (release === undefined) {
    const packages = line === "open" && wanted >= 570 ? own.open : own[line === "r470" ? "r470" : "r580"];
    return ["sudo apt-get update", install("debian", [...headers, ...packages])];
  }
  if (release.branch >= wanted || line === "r470") {
    const packages = line === "r470" && release.branch > 470 ? own.r470 : own.r580;
    return [
      `printf 'deb http://deb.debian.org/debian ${release.codename} ${release.components}\\n' | sudo tee /etc/apt/sources.list.d/non-free.list`,
      "sudo apt-get update",
      install("debian", [...headers, ...packages]),
    ];
  }
  const repository = `https://developer.download.nvidia.com/compute/cuda/repos/debian${major(facts)}/${repositoryArch(facts)}`;
  return [
    `wget ${repository}/cuda-keyring_1.1-1_all.deb`,
    "sudo apt-get install -y ./cuda-keyring_1.1-1_all.deb",
    "sudo apt-get update",
    ...(line === "r580" ? [install("debian", vendor.r580.slice(0, 1))] : []),
    install("debian", [...headers, ...(line === "r580" ? vendor.r580.slice(1) : vendor.open)]),
  ];
}

function ubuntuCommands(facts: Facts, line: Line | null): string[] {
  const { ubuntu } = drivers.distributions;
  const version = known(facts.system.os)?.id === "ubuntu" ? osVersion(facts) : "";
  const old = version !== "" && Number.parseFloat(version) < Number.parseFloat(ubuntu.firstReleaseWith580);
  if (line === null || old) {
    return ["sudo apt-get update", install("ubuntu", ["ubuntu-drivers-common"]), "sudo ubuntu-drivers install"];
  }
  return ["sudo apt-get update", install("ubuntu", [...headerPackages("ubuntu", facts), ...ubuntu[line]])];
}

function fedoraCommands(facts: Facts, line: Line | null): string[] {
  const mirror = "https://mirrors.rpmfusion.org";
  const release = (name: string): string =>
    `${mirror}/${name}/fedora/rpmfusion-${name}-release-$(rpm -E %fedora).noarch.rpm`;
  return [
    install("fedora", [release("free"), release("nonfree")]),
    ...(line === "open" ? ["echo '%_with_kmod_nvidia_open 1' | sudo tee /etc/rpm/macros.nvidia-kmod"] : []),
    install("fedora", [...headerPackages("fedora", facts), ...drivers.distributions.fedora[line ?? "open"]]),
    `sudo akmods --force --rebuild --kernels ${kernelRelease(facts)}`,
  ];
}

function rhelCommands(facts: Facts, line: Line | null): string[] {
  const { rhel } = drivers.distributions;
  const amazon = known(facts.system.os)?.id === "amzn";
  const version = major(facts) === "" ? "$(rpm -E %rhel)" : major(facts);
  const name = amazon ? "amzn2023" : `rhel${version}`;
  const repository = `https://developer.download.nvidia.com/compute/cuda/repos/${name}/${repositoryArch(facts)}/cuda-${name}.repo`;
  const modular = Number(version) < 10 || Number.isNaN(Number(version)) || amazon;
  const lock =
    line === "open" || line === null
      ? []
      : [install("rhel", ["python3-dnf-plugin-versionlock"]), "sudo dnf versionlock '*nvidia*580*'"];
  const epel = `https://dl.fedoraproject.org/pub/epel/epel-release-latest-${version}.noarch.rpm`;
  return [
    install("rhel", ["dnf-plugins-core", ...(amazon ? [] : [epel])]),
    `sudo dnf config-manager --add-repo ${repository}`,
    ...(modular ? [`sudo dnf module enable -y nvidia-driver:${rhel.streams[line ?? "open"]}`] : lock),
    install("rhel", [...headerPackages("rhel", facts), ...rhel[line ?? "open"]]),
  ];
}

function archCommands(facts: Facts, line: Line | null): string[] {
  const { arch } = drivers.distributions;
  const release = kernelRelease(facts);
  if (line === "r580" || line === "r470") {
    const aur = arch.aur[line];
    return [
      install("arch", ["base-devel", "git", "dkms", ...headerPackages("arch", facts)]),
      `git clone https://aur.archlinux.org/${aur}.git`,
      `cd ${aur} && makepkg -si`,
    ];
  }
  const stock = archKernel(release) === "linux" && release !== "$(uname -r)" && /-arch\d/.test(release);
  const packages = stock ? arch.open : [...headerPackages("arch", facts), ...arch.openDkms];
  return [`sudo pacman -Syu --needed --noconfirm ${packages.join(" ")}`];
}

function suseCommands(facts: Facts, line: Line | null): string[] {
  return [
    `sudo zypper addrepo --refresh ${suseRepository(facts)} nvidia`,
    "sudo zypper --gpg-auto-import-keys refresh",
    `sudo zypper install -y --auto-agree-with-licenses ${drivers.distributions.suse[line ?? "open"].join(" ")}`,
  ];
}

function suseRepository(facts: Facts): string {
  const os = known(facts.system.os);
  const base = "https://download.nvidia.com";
  const [release = "16", pack = "0"] = osVersion(facts).split(".");
  if (os !== undefined && /^sle/.test(os.id))
    return `${base}/suse/sle${release}${Number(release) < 16 ? `sp${pack}` : ""}`;
  if (os?.id === "opensuse-leap" && osVersion(facts) !== "") return `${base}/opensuse/leap/${osVersion(facts)}`;
  return `${base}/opensuse/tumbleweed`;
}
