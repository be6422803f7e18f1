import { describe, expect, test } from "vitest";
import { driverCauses } from "../../checks/causes/driver.ts";
import { installDriver } from "../../checks/causes/driver-install.ts";
import drivers from "../../checks/data/drivers.json" with { type: "json" };
import { absent, value } from "../../src/facts/fact.ts";
import { flip } from "../support/check-tester.ts";
import { adapter, container, gtx1080, node, rtx5090 } from "../support/facts.ts";
import {
  commandsOf,
  debian12,
  describeRules,
  installed,
  linux,
  macos,
  titlesOf,
  ubuntu2404,
  unknownMachine,
  windows11,
  wslUbuntu,
} from "./rules.ts";

describeRules(driverCauses);

const rtx4090 = adapter();
const fedora = (card = rtx4090) =>
  linux("fedora", { cards: [card], version: "44", kernel: "7.2.6-200.fc44.x86_64", name: "Fedora Linux 44" });
const arch = (card = rtx4090, kernel = "6.12.8-arch1-1") => linux("arch", { cards: [card], kernel });
const leap = (card = rtx4090) =>
  linux("opensuse-leap", { cards: [card], version: "15.6", like: ["suse"], kernel: "6.4.0-150600.23.25-default" });

describe("driver-not-installed", () => {
  const rpmFusion =
    "sudo dnf install -y https://mirrors.rpmfusion.org/free/fedora/rpmfusion-free-release-$(rpm -E %fedora).noarch.rpm" +
    " https://mirrors.rpmfusion.org/nonfree/fedora/rpmfusion-nonfree-release-$(rpm -E %fedora).noarch.rpm";
  const akmods = "sudo akmods --force --rebuild --kernels 7.2.6-200.fc44.x86_64";
  const nonFree =
    "printf 'deb http://deb.debian.org/debian bookworm contrib non-free non-free-firmware\\n' | sudo tee /etc/apt/sources.list.d/non-free.list";

  test.each([
    [
      "Debian 12 with an RTX 5090, which its own branch 535 does not know",
      debian12(rtx5090),
      [
        "wget https://developer.download.nvidia.com/compute/cuda/repos/debian12/x86_64/cuda-keyring_1.1-1_all.deb",
        "sudo apt-get install -y ./cuda-keyring_1.1-1_all.deb",
        "sudo apt-get update",
        "sudo apt-get install -y linux-headers-6.1.0-25-amd64 nvidia-open",
      ],
    ],
    [
      "Debian 12 with an RTX 4090",
      debian12(rtx4090),
      [
        nonFree,
        "sudo apt-get update",
        "sudo apt-get install -y linux-headers-6.1.0-25-amd64 nvidia-driver nvidia-smi libcuda1",
      ],
    ],
    [
      "Debian 12 with a GTX 1080",
      debian12(gtx1080),
      [
        nonFree,
        "sudo apt-get update",
        "sudo apt-get install -y linux-headers-6.1.0-25-amd64 nvidia-driver nvidia-smi libcuda1",
      ],
    ],
    [
      "Ubuntu 24.04 with a GTX 1080",
      ubuntu2404(gtx1080),
      ["sudo apt-get update", "sudo apt-get install -y linux-headers-6.8.0-45-generic nvidia-driver-580"],
    ],
    [
      "Ubuntu 24.04 with an RTX 5090",
      ubuntu2404(rtx5090),
      ["sudo apt-get update", "sudo apt-get install -y linux-headers-6.8.0-45-generic nvidia-driver-580-open"],
    ],
    [
      "Ubuntu with a card that the table does not know",
      ubuntu2404(adapter({ name: null, architecture: null, computeCapability: null })),
      ["sudo apt-get update", "sudo apt-get install -y ubuntu-drivers-common", "sudo ubuntu-drivers install"],
    ],
    [
      "Fedora with an RTX 4090",
      fedora(),
      [
        rpmFusion,
        "echo '%_with_kmod_nvidia_open 1' | sudo tee /etc/rpm/macros.nvidia-kmod",
        "sudo dnf install -y kernel-devel-7.2.6-200.fc44.x86_64 akmod-nvidia xorg-x11-drv-nvidia-cuda",
        akmods,
      ],
    ],
    [
      "Fedora with a GTX 1080",
      fedora(gtx1080),
      [
        rpmFusion,
        "sudo dnf install -y kernel-devel-7.2.6-200.fc44.x86_64 akmod-nvidia-580xx xorg-x11-drv-nvidia-580xx-cuda",
        akmods,
      ],
    ],
    [
      "Rocky 9 with an RTX 4090",
      linux("rocky", { cards: [rtx4090], version: "9.4", like: ["rhel"], kernel: "5.14.0-427.el9.x86_64" }),
      [
        "sudo dnf install -y dnf-plugins-core https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm",
        "sudo dnf config-manager --add-repo https://developer.download.nvidia.com/compute/cuda/repos/rhel9/x86_64/cuda-rhel9.repo",
        "sudo dnf module enable -y nvidia-driver:open-dkms",
        "sudo dnf install -y kernel-devel-5.14.0-427.el9.x86_64 kernel-headers nvidia-open",
      ],
    ],
    ["Arch with its stock kernel", arch(), ["sudo pacman -Syu --needed --noconfirm nvidia-open nvidia-utils"]],
    [
      "Arch with the LTS kernel",
      arch(rtx4090, "6.6.69-1-lts"),
      ["sudo pacman -Syu --needed --noconfirm linux-lts-headers nvidia-open-dkms nvidia-utils"],
    ],
    [
      "Arch with a GTX 1080",
      arch(gtx1080),
      [
        "sudo pacman -S --needed --noconfirm base-devel git dkms linux-headers",
        "git clone https://aur.archlinux.org/nvidia-580xx-utils.git",
        "cd nvidia-580xx-utils && makepkg -si",
      ],
    ],
    [
      "openSUSE Leap",
      leap(),
      [
        "sudo zypper addrepo --refresh https://download.nvidia.com/opensuse/leap/15.6 nvidia",
        "sudo zypper --gpg-auto-import-keys refresh",
        "sudo zypper install -y --auto-agree-with-licenses nvidia-open-driver-G07-signed-kmp-meta",
      ],
    ],
    ["a distribution of another kind", linux("nixos", { cards: [rtx4090] }), []],
    ["no NVIDIA card", debian12(), []],
    ["WSL2, where the driver is Windows's", wslUbuntu, []],
    ["Windows", windows11, []],
    ["macOS", macos, []],
    ["a container, where it is the host's", flip(debian12(rtx4090), { containers: value([container("docker")]) }), []],
  ])("%s", (_, facts, commands) => {
    expect(commandsOf(driverCauses["driver-not-installed"], facts)).toEqual(commands);
  });

  test.each([
    ["Debian's own branch 535", debian12(gtx1080), "Debian GNU/Linux 12: install the NVIDIA driver, then reboot"],
    ["a legacy package", ubuntu2404(gtx1080), "Ubuntu 24.04: install the NVIDIA driver of branch 580, the last one"],
    ["the open modules", ubuntu2404(rtx5090), "Ubuntu 24.04: install the NVIDIA driver with the open kernel modules"],
    ["a release without a table", linux("debian", { cards: [gtx1080] }), "enable the components contrib, non-free"],
  ])("says what it installs: %s", (_, facts, title) => {
    expect(titlesOf(driverCauses["driver-not-installed"], facts)).toContain(title);
  });

  test("says nothing at all where there is no card", () => {
    expect(driverCauses["driver-not-installed"].remedies(debian12())).toEqual([]);
    expect(driverCauses["driver-not-installed"].remedies(macos)).toEqual([]);
  });

  test("offers every family's commands where the distribution is not known", () => {
    const titles = driverCauses["driver-not-installed"].remedies(unknownMachine).map((remedy) => remedy.title.en);
    expect(titles.map((title) => title.split(":")[0])).toEqual([
      "Debian",
      "Ubuntu",
      "Fedora",
      "RHEL, Rocky, AlmaLinux",
      "Arch Linux",
      "openSUSE",
    ]);
  });

  test("a program that needs a newer branch takes NVIDIA's repository on Debian", () => {
    const commands = installDriver(debian12(rtx4090), { atLeast: 580 }).flatMap((remedy) => remedy.commands);
    expect(commands.at(-1)).toMatch(/ nvidia-open$/);
    const old = installDriver(debian12(gtx1080), { atLeast: 580 }).flatMap((remedy) => remedy.commands);
    expect(old.slice(-2)).toEqual([
      "sudo apt-get install -y nvidia-driver-pinning-580",
      "sudo apt-get install -y linux-headers-6.1.0-25-amd64 cuda-drivers-580",
    ]);
  });

  test("cards that no one driver serves together are told of", () => {
    expect(titlesOf(driverCauses["driver-not-installed"], ubuntu2404(gtx1080, rtx5090))).toMatch(
      /^No single driver serves GeForce GTX 1080 and GeForce RTX 5090/,
    );
  });

  test("the name tells the architecture where nothing else does", () => {
    const named = (name: string) => ubuntu2404(adapter({ name, architecture: null, computeCapability: null }));
    expect(commandsOf(driverCauses["driver-not-installed"], named("Tesla V100-SXM2-16GB"))[1]).toMatch(/-580$/);
    expect(commandsOf(driverCauses["driver-not-installed"], named("NVIDIA RTX PRO 6000"))[1]).toMatch(/-580-open$/);
    expect(commandsOf(driverCauses["driver-not-installed"], named("Tesla K80"))[1]).toMatch(/-470$/);
  });
});

describe("kernel-module-missing", () => {
  const missing = driverCauses["kernel-module-missing"];

  test.each([
    ["Debian", debian12(rtx4090), "sudo apt-get install -y linux-headers-6.1.0-25-amd64"],
    ["Proxmox", linux("debian", { kernel: "6.8.12-4-pve" }), "sudo apt-get install -y proxmox-headers-6.8.12-4-pve"],
    ["Arch with zen", arch(rtx4090, "6.12.8-zen1-1-zen"), "sudo pacman -S --needed --noconfirm linux-zen-headers"],
    [
      "Ubuntu's prebuilt modules, of which there is none for this kernel",
      installed(ubuntu2404(rtx4090), "dpkg", "nvidia-driver-580-open"),
      "sudo apt-get install -y linux-headers-6.8.0-45-generic nvidia-dkms-580-open",
    ],
    ["Arch without DKMS", installed(arch(), "pacman", "nvidia-open"), "sudo pacman -Syu --noconfirm"],
    [
      "openSUSE",
      installed(leap(), "rpm", "nvidia-open-driver-G07-signed-kmp-default", "nvidia-compute-utils-G07"),
      "sudo zypper install -y --force nvidia-open-driver-G07-signed-kmp-default",
    ],
    ["an unknown kernel", linux("ubuntu"), "sudo apt-get install -y linux-headers-$(uname -r)"],
  ])("%s: the headers of the running kernel", (_, facts, command) => {
    expect(commandsOf(missing, facts)).toContain(command);
  });

  test("builds for that kernel, and names the ones that work", () => {
    expect(commandsOf(missing, debian12(rtx4090))).toContain("sudo dkms autoinstall -k 6.1.0-25-amd64");
    expect(commandsOf(missing, fedora())).toContain("sudo akmods --force --rebuild --kernels 7.2.6-200.fc44.x86_64");
    const built = flip(debian12(rtx4090), { driver: { builtFor: value(["6.1.0-23-amd64"]) } });
    expect(titlesOf(missing, built)).toContain("6.1.0-23-amd64");
  });
});

describe("nouveau-conflict", () => {
  const conflict = driverCauses["nouveau-conflict"];
  const bound = (driver: string) => debian12(adapter({ driver: value(driver) }));

  test.each([
    ["debian", debian12(rtx4090), "sudo update-initramfs -u"],
    ["fedora", fedora(), "sudo dracut --force"],
    ["arch", arch(), "sudo mkinitcpio -P"],
    ["suse", leap(), "sudo dracut --force"],
  ])("%s: blacklist, then the boot image", (_, facts, rebuild) => {
    expect(commandsOf(conflict, facts)).toEqual([
      "printf 'blacklist nouveau\\noptions nouveau modeset=0\\n' | sudo tee /etc/modprobe.d/blacklist-nouveau.conf",
      rebuild,
    ]);
  });

  test("nova is named, and vfio-pci is no conflict to blacklist", () => {
    expect(commandsOf(conflict, bound("nova_core"))[0]).toContain("blacklist nova_core");
    expect(commandsOf(conflict, bound("vfio-pci")).join()).not.toContain("blacklist");
  });

  test("the driver is installed first where it is missing", () => {
    const bare = flip(ubuntu2404(rtx4090), { driver: { packages: absent() } });
    expect(commandsOf(conflict, bare)[1]).toContain("nvidia-driver-580-open");
  });
});

test.each([
  ["debian", debian12(rtx4090), "/var/lib/dkms/mok.pub"],
  ["ubuntu", ubuntu2404(rtx4090), "/var/lib/shim-signed/mok/MOK.der"],
  ["fedora", fedora(), "/etc/pki/akmods/certs/public_key.der"],
  ["suse", leap(), "/var/lib/dkms/mok.pub"],
])("secure-boot-unsigned-module on %s enrols that distribution's key", (_, facts, key) => {
  expect(commandsOf(driverCauses["secure-boot-unsigned-module"], facts)).toContain(`sudo mokutil --import ${key}`);
});

describe("the wrong driver for the card", () => {
  test("Blackwell: the proprietary module goes, the open one comes", () => {
    const facts = installed(ubuntu2404(rtx5090), "dpkg", "nvidia-dkms-580", "libnvidia-compute-580");
    expect(commandsOf(driverCauses["open-kernel-module-required"], facts)).toEqual([
      "sudo apt-get purge -y nvidia-dkms-580",
      "sudo apt-get update",
      "sudo apt-get install -y linux-headers-6.8.0-45-generic nvidia-driver-580-open",
    ]);
  });

  test("Pascal after an update to 590", () => {
    const facts = installed(arch(gtx1080), "pacman", "nvidia-open", "nvidia-utils");
    expect(commandsOf(driverCauses["driver-branch-dropped-gpu"], facts)[0]).toBe(
      "sudo pacman -R --noconfirm nvidia-open nvidia-utils",
    );
    expect(commandsOf(driverCauses["driver-branch-dropped-gpu"], facts).join()).toContain("nvidia-580xx-utils");
  });

  test("the cause says what card it is where the facts do not", () => {
    const open = commandsOf(driverCauses["open-kernel-module-required"], linux("ubuntu", { version: "24.04" }));
    expect(open.at(-1)).toContain("nvidia-driver-580-open");
    const old = commandsOf(driverCauses["driver-branch-dropped-gpu"], linux("ubuntu", { version: "24.04" }));
    expect(old.at(-1)).toMatch(/nvidia-driver-580$/);
  });
});

test("a version mismatch is mended by a restart first", () => {
  const cause = driverCauses["driver-library-version-mismatch"];
  expect(commandsOf(cause, unknownMachine)[0]).toBe("sudo reboot");
  const inside = flip(debian12(rtx4090), { containers: value([container("docker")]) });
  expect(cause.remedies(inside).map((remedy) => remedy.where)).toEqual(["host"]);
});

test("device nodes: join the group that has access, or open exactly these nodes", () => {
  const nodes = [node("/dev/nvidia0", { mode: 0o660, group: "render" }), node("/dev/nvidiactl", { mode: 0o660 })];
  const commands = commandsOf(
    driverCauses["device-node-permissions"],
    flip(unknownMachine, { driver: { nodes: value(nodes) } }),
  );
  expect(commands.slice(0, 2)).toEqual([
    'sudo usermod -aG render "$USER"',
    "sudo chmod 0666 /dev/nvidia0 /dev/nvidiactl",
  ]);
});

test("the fabric manager is installed in the driver's version, or only started", () => {
  const cause = driverCauses["fabricmanager-not-running"];
  const module = value({ version: "570.124.06", flavour: "open" } as const);
  const missing = flip(ubuntu2404(), { driver: { module, fabricManager: absent() } });
  expect(commandsOf(cause, missing)[0]).toBe("sudo apt-get install -y nvidia-fabricmanager-570");
  const stopped = flip(ubuntu2404(), { driver: { module, fabricManager: value("inactive") } });
  expect(commandsOf(cause, stopped)[0]).toBe("sudo systemctl enable --now nvidia-fabricmanager");
});

test("every table of the driver data names its source and date", () => {
  const { architectures, toolkitMinimum, toolkitDrivers, distributions } = drivers;
  for (const table of [architectures, toolkitMinimum, toolkitDrivers, distributions]) {
    expect(table.asOf).toBe("2026-11-22");
    expect(table.source).toMatch(/^https:\/\//);
  }
});
