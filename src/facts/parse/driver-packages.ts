import type { Package } from "../facts.ts";

/** Names of the packages that carry the driver itself: not the toolkit, the container tools or settings programs. */
const driver = [
  /^nvidia-(?:driver|dkms|kernel|open|headless|utils|compute-utils|tesla|graphics-drivers|legacy|smi|firmware|fabricmanager|imex|gfx|video|compute)(?:-|$|G0)/,
  /^nvidia-(?:open|lts|dkms|utils)$/,
  /^libnvidia-(?:compute|ml|gl|cfg|cuda|common|decode|encode|extra|fbc1|ptxjitcompiler|nvvm|gpucomp|tesla|legacy|eglcore|glcore)/,
  /^(?:libcuda1|libcuda-|cuda-drivers|linux-modules-nvidia-|linux-image-nvidia|linux-objects-nvidia-)/,
  /^(?:akmod|kmod|dkms|xorg-x11-drv)-nvidia/,
];
const notDriver =
  /-dev$|^nvidia-cuda|container|docker|^nvidia-(?:settings|prime|modprobe|persistenced|support|installer)/;

export function isDriverPackage(name: string): boolean {
  return name.length < 120 && !notDriver.test(name) && driver.some((pattern) => pattern.test(name));
}

/** Asks dpkg for packages whose names may be the driver's, as "name|version|status" lines. */
export const dpkgQuery = [
  "dpkg-query",
  "-W",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg's.
  "--showformat=${Package}|${Version}|${db:Status-Status}\\n",
  "nvidia-*",
  "libnvidia-*",
  "libcuda*",
  "cuda-drivers*",
  "linux-modules-nvidia-*",
] as const;

/** Reads the answer to `dpkgQuery`; what is only known by name, or removed, is left out. */
export function parseDpkgQuery(text: string): Package[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", version, status] = line.trim().split("|");
    const there = status === "installed" || status === "half-configured" || status === "unpacked";
    return there && isDriverPackage(name) ? [{ name, version: version || null, manager: "dpkg" }] : [];
  });
}

/** Reads `dpkg -l` as people paste it: "ii  nvidia-driver-535  535.183.01-0ubuntu0.22.04.1  amd64  …". */
export function parseDpkgList(text: string): Package[] {
  return text.split("\n").flatMap((line) => {
    const [state, name = "", version] = line.trim().slice(0, 400).split(/\s+/);
    const plain = name.replace(/:[a-z0-9]+$/, "");
    return state === "ii" || state === "hi"
      ? isDriverPackage(plain)
        ? [{ name: plain, version: version ?? null, manager: "dpkg" }]
        : []
      : [];
  });
}

export const rpmQuery = [
  "rpm",
  "-qa",
  "--queryformat=%{NAME}|%{VERSION}-%{RELEASE}\\n",
  "*nvidia*",
  "cuda-drivers*",
] as const;

export function parseRpmQuery(text: string): Package[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", version] = line.trim().split("|");
    return isDriverPackage(name) ? [{ name, version: version || null, manager: "rpm" }] : [];
  });
}

/** Reads folder names of /var/lib/pacman/local: "nvidia-open-dkms-580.82.07-2". */
export function parsePacmanFolders(names: readonly string[]): Package[] {
  return names.flatMap((folder) => {
    const parts = folder.split("-");
    if (parts.length < 3 || !folder.includes("nvidia")) return [];
    const name = parts.slice(0, -2).join("-");
    const ours = isDriverPackage(name) || /^nvidia(?:-\d+xx)?(?:-(?:open|lts|dkms|utils))*$/.test(name);
    return ours ? [{ name, version: parts.slice(-2).join("-"), manager: "pacman" }] : [];
  });
}
