import { mac } from "../../../checks/causes/clues/words.ts";
import { known } from "../../facts/fact.ts";
import { windowsName } from "../../facts/parse/os-name.ts";
import type { Platform } from "../../host/host.ts";
import type { Haystack } from "../search.ts";
import { at, factOf, group, type Reader, type Told } from "./told.ts";

const uname =
  /^.{0,40}\bLinux (?!version|kernel|distro)\S{1,80} (\d\S{2,80}) .{0,160}?\b(x86_64|aarch64|arm64|ppc64le|i686)\b/m;
const procVersion = /\bLinux version (\d\S{2,80})/;
const kernelField =
  /^(?:\W{0,6}(?:linux )?kernel(?: version| release)?|uname -r|.{0,20}kernel)\W{0,4}[:=|] ?`?(\d+\.\d+\S{0,80})/im;
const pythonKernel = /Python platform: Linux-(\S{3,80}?)-(?:x86_64|aarch64|arm64|ppc64le)-with/;
const pythonPlatform = /Python platform: (Linux|Windows|macOS|Darwin)-(\S{3,80})/;
const bareKernel =
  /\b(\d\.\d{1,2}\.\d{1,3}(?:\.\d+)?-(?:microsoft-standard\S{0,10}|generic|\d{1,3}-(?:generic|amd64|aws|azure|gcp|lowlatency|oem)|\d{4,5}-Microsoft|arch\d\S{0,10}|zen\S{0,12}|\S{1,20}\.el\d\S{0,12}|\d{3}\.fc\d\d\S{0,10}))\b/;
const windowsBuild = /\b(10\.0\.(?:1[0-9]|2[0-9])\d{3}(?:\.\d{1,6})?)\b/;
const windowsSaid =
  /\bMicrosoft Windows\b|\bOS(?: Name| Version)?: ?(?:Microsoft )?Windows|\bWin(?:dows)? ?-?(?:7|8|10|11)\b|\bWindows Server\b|(?:\bos\b|platform|system|distribution)[^\n]{0,24}[:=]?\s{1,4}windows\b|popen_spawn_win32|\bWinError\b|[A-Z]:\\{1,2}(?:Users|Program|Windows|Anaconda|ProgramData|Python)\b|\bwin32\b|\bwin_amd64\b|PS [A-Z]:\\|Windows-1[01]-/i;
const linuxSaid =
  /\b(?:Ubuntu|Debian|Fedora|CentOS|Rocky|Red ?Hat|RHEL|Arch ?Linux|Manjaro|openSUSE|SUSE|NixOS|Pop!?_OS|Linux Mint|Gentoo|Alpine|Kali|Solus)\b|\/home\/|\/usr\/(?:lib|bin|local)|\.so(?:\.\d|\b)|\/dev\/|\bapt(?:-get)?\b|modprobe|dmesg|journalctl|systemctl|linux/i;
const distribution =
  /\b((?:Ubuntu|Debian(?: GNU\/Linux)?|Fedora(?: Linux)?|CentOS(?: Linux| Stream)?|Rocky(?: Linux)?|AlmaLinux|Red Hat Enterprise Linux(?: Server)?|openSUSE(?: Leap| Tumbleweed)?|Linux Mint|Pop!_OS|Manjaro(?: Linux)?|Arch Linux|NixOS|Amazon Linux)(?: (?:release )?\d{1,2}(?:\.\d{1,2}(?:\.\d{1,2})?)?(?: LTS)?(?![\d.-]))?)/;

/** The same where the text says that it is the system: collect_env, /etc/os-release, issue forms. */
const said = new RegExp(
  `^(?:(?:host |guest )?os|guest|distro|distribution|platform|PRETTY_NAME|description)[^\\n]{0,20}?[:=] ?"?${distribution.source}`,
  "im",
);

/** Operating system, kernel and architecture: uname, /proc/version, collect_env, `ver`, sw_vers, and what issue forms ask for. */
export const readSystem: Reader = (text, told) => {
  readKernel(text, told);
  const platform = platformOf(text, told);
  if (platform) told.system.platform = factOf(platform, []);
  readOs(text, told, platform);
  const arch = group(text, uname, 2) ?? group(text, /\b(x86_64|amd64|aarch64|arm64|x64)\b/);
  if (arch) told.system.arch = factOf(/^a(?:arch|rm)64$/.test(arch) ? "arm64" : "x64", []);
  readSecureBoot(text, told);
};

function readKernel(text: Haystack, told: Told): void {
  for (const pattern of [procVersion, uname, pythonKernel, kernelField, bareKernel]) {
    const release = group(text, pattern);
    if (release && /^\d+\.\d+/.test(release) && !/^10\.0\.\d{5}/.test(release)) {
      told.system.kernel = factOf(release.replace(/[`,;)]+$/, ""), at(text, pattern, "uname -r"));
      return;
    }
  }
}

function platformOf(text: Haystack, told: Told): Platform | undefined {
  const python = group(text, pythonPlatform);
  if (python) return python === "Linux" ? "linux" : python === "Windows" ? "win32" : "darwin";
  if (known(told.system.kernel) !== undefined) return "linux";
  if (text.has(/^platform:? (?:darwin|macos)/im)) return "darwin";
  const onMac = text.has(mac);
  if (text.has(windowsSaid) && !text.has(/\bwsl ?2?\b|microsoft-standard/i)) return "win32";
  if (onMac) return "darwin";
  return text.has(linuxSaid) ? "linux" : undefined;
}

function readOs(text: Haystack, told: Told, platform: Platform | undefined): void {
  if (platform === "win32") {
    const build = group(text, windowsBuild);
    const own = group(
      text,
      /\b((?:Microsoft )?Windows (?:10|11|Server \d{4})(?: (?:Home|Pro|Enterprise|Education)(?: Single Language| N)?)?)/i,
    );
    if (build || own)
      told.system.os = factOf(windowsName(build ?? "", own), at(text, build ? windowsBuild : windowsSaid, "ver"));
    if (build) told.system.kernel = factOf(build, []);
    return;
  }
  if (platform === "darwin") {
    const version = group(text, /\b(?:macOS|Mac OS X|OS X|macos:?)[ :-]{0,3}(?:\w+ )?(\d{2}(?:\.\d+){0,2})/i);
    told.system.os = factOf(
      { name: `macOS${version ? ` ${version}` : ""}`, id: "macos", version: version ?? null, like: [], build: null },
      at(text, mac, "sw_vers"),
    );
    return;
  }
  const name = group(text, said) ?? group(text, distribution);
  if (!name) {
    guessOs(text, told);
    return;
  }
  const version = /(\d{1,2}(?:\.\d{1,2}){0,2})/.exec(name)?.[1] ?? null;
  const id = name.split(/[ !]/)[0]?.toLowerCase() ?? "linux";
  const like = id === "ubuntu" || id === "pop" || id === "linux" ? ["debian"] : [];
  told.system.os = factOf({ name, id, version, like, build: null }, at(text, distribution, "/etc/os-release"));
}

/** Who built the kernel or the packages that the text names. The system may be a derivative of theirs. */
const builders: readonly (readonly [pattern: RegExp, name: string, id: string])[] = [
  [/\d-?0?ubuntu\d[\w.]{0,20}?~?0?\.?(2\d\.04|18\.04|16\.04)/, "Ubuntu", "ubuntu"],
  [/~deb(\d{1,2})u\d/, "Debian GNU/Linux", "debian"],
  [/\d\.fc(\d{2})\b/, "Fedora Linux", "fedora"],
  [/\d\.el(\d{1,2})(?:_\d{1,2})?\b/, "Red Hat Enterprise Linux", "rhel"],
  [/\b\d\.\d{1,2}\.\d{1,3}-\d{1,3}-generic\b|-\d+ubuntu\d/, "Ubuntu", "ubuntu"],
  [/\b\d\.\d{1,2}\.\d{1,3}(?:[.-]\w+)?-arch\d/, "Arch Linux", "arch"],
  [/\b\d\.\d{1,2}\.\d{1,3}-\d{1,2}-amd64\b/, "Debian GNU/Linux", "debian"],
];

function guessOs(text: Haystack, told: Told): void {
  for (const [pattern, name, id] of builders) {
    const found = text.match(pattern);
    if (!found) continue;
    const version = found[1] ?? null;
    const os = { name: version === null ? name : `${name} ${version}`, id, version, like: [], build: null };
    told.system.os = factOf(os, at(text, pattern, "/etc/os-release"));
    return;
  }
}

function readSecureBoot(text: Haystack, told: Told): void {
  const boot = /Secure ?Boot:? (?:is )?(enabled|disabled)/i;
  const state = group(text, boot);
  if (state) told.system.secureBoot = factOf(/enabled/i.test(state), at(text, boot, "mokutil --sb-state"));
}
