/** Small pieces that remedies of many causes are made of: whose package manager, which kernel, what to type. */
import type { Need, Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, Package } from "../../src/facts/facts.ts";
import type { Said } from "../../src/text/message.ts";

export type Where = Remedy["where"];

/** Lines to type. "sudo" is added to the needs where a line has it. */
export function type(where: Where, title: Said, commands: readonly string[], ...needs: readonly Need[]): Remedy {
  const sudo = commands.some((command) => /\bsudo\b/.test(command));
  return { title, commands, where, needs: sudo ? ["sudo", ...needs] : needs };
}

/** What no command does: a firmware setting, a dialog, the settings of another machine. */
export function byHand(where: Where, title: Said, ...needs: readonly Need[]): Remedy {
  return { title, commands: [], where, needs };
}

const families = ["debian", "ubuntu", "fedora", "rhel", "arch", "suse"] as const;
/** Distributions that share a package manager and the names of packages. */
export type Family = (typeof families)[number];

export const familyNames: Readonly<Record<Family, string>> = {
  debian: "Debian",
  ubuntu: "Ubuntu",
  fedora: "Fedora",
  rhel: "RHEL, Rocky, AlmaLinux",
  arch: "Arch Linux",
  suse: "openSUSE",
};

const idsOf: ReadonlyArray<readonly [Family, RegExp]> = [
  ["ubuntu", /^(ubuntu|pop|linuxmint|elementary|zorin|neon)$/],
  ["debian", /^(debian|kali|devuan|raspbian)$/],
  ["rhel", /^(rhel|centos|rocky|almalinux|ol|amzn)$/],
  ["fedora", /^(fedora|nobara|ultramarine)$/],
  ["arch", /^(arch|manjaro|endeavouros|cachyos|garuda|artix)$/],
  ["suse", /^(suse|sles|sled|sle|sle-micro|opensuse.*)$/],
];

/** null: not known; "other": known, and none of ours (NixOS, Gentoo, Alpine …). */
export function familyOf(facts: Facts): Family | "other" | null {
  const os = known(facts.system.os);
  if (os === undefined || os.id === "") return null;
  for (const id of [os.id, ...os.like]) {
    const match = idsOf.find(([, ids]) => ids.test(id));
    if (match) return match[0];
  }
  return "other";
}

/** The families that a remedy has to serve: the machine's own, or all of them where it is not known. */
export function familiesFor(facts: Facts): readonly Family[] {
  const family = familyOf(facts);
  if (family === null) return families;
  return family === "other" ? [] : [family];
}

/** Texts from a paste end up in commands that somebody types: only plain words may. */
export function plainWord(text: string): string | null {
  return /^[\w.+:@~-]{1,100}$/.test(text) && !text.startsWith("-") ? text : null;
}

/** The release of the running kernel, or the command that says it. */
export function kernelRelease(facts: Facts): string {
  return plainWord(known(facts.system.kernel) ?? "") ?? "$(uname -r)";
}

/** Name of the WSL distro as `wsl --list` shows it. null: not known. */
export function wslDistro(facts: Facts): string | null {
  const wsl = known(facts.wsl);
  return wsl === undefined ? null : plainWord(known(wsl.distro) ?? "");
}

const installers: Readonly<Record<Family, string>> = {
  debian: "sudo apt-get install -y",
  ubuntu: "sudo apt-get install -y",
  fedora: "sudo dnf install -y",
  rhel: "sudo dnf install -y",
  arch: "sudo pacman -S --needed --noconfirm",
  suse: "sudo zypper install -y",
};

export function install(family: Family, packages: readonly string[]): string {
  return `${installers[family]} ${packages.join(" ")}`;
}

/** Packages with the headers that a module for the running kernel is built against. */
export function headerPackages(family: Family, facts: Facts): readonly string[] {
  const release = kernelRelease(facts);
  switch (family) {
    case "debian":
      return [`${/-pve$/.test(release) ? "proxmox" : "linux"}-headers-${release}`];
    case "ubuntu":
      return [`linux-headers-${release}`];
    case "fedora":
      return [`kernel-devel-${release}`];
    case "rhel":
      return [`kernel-devel-${release}`, "kernel-headers"];
    case "arch":
      return [`${archKernel(release)}-headers`];
    case "suse":
      return [`kernel-${/-(\w+)$/.exec(release)?.[1] ?? "default"}-devel`];
  }
}

/** The kernel package of an Arch release such as 6.12.8-arch1-1, 6.6.69-1-lts, 6.12.8-zen1-1-zen. */
export function archKernel(release: string): string {
  const flavour = /\b(lts|zen|hardened|rt|cachyos)\b/.exec(release)?.[1];
  return flavour === undefined ? "linux" : `linux-${flavour}`;
}

/** Writes the boot image anew, so that a change in /etc/modprobe.d counts from the first second. */
export function rebuildInitramfs(family: Family): string {
  if (family === "arch") return "sudo mkinitcpio -P";
  return family === "debian" || family === "ubuntu" ? "sudo update-initramfs -u" : "sudo dracut --force";
}

/** Removes exactly these packages; null where none of them can be named. */
export function removePackages(packages: readonly Package[], family: Family | "other" | null): string | null {
  const names = [...new Set(packages.flatMap((of) => plainWord(of.name) ?? []))].sort();
  const manager = packages[0]?.manager;
  if (names.length === 0) return null;
  if (manager === "pacman") return `sudo pacman -R --noconfirm ${names.join(" ")}`;
  if (manager !== "rpm") return `sudo apt-get purge -y ${names.join(" ")}`;
  return `${family === "suse" ? "sudo zypper remove -y" : "sudo dnf remove -y"} ${names.join(" ")}`;
}
