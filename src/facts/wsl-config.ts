import type { Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { plainText } from "../text/plain.ts";
import { absent, type Fact, unknown, value } from "./fact.ts";
import type { WslConf, WslConfig } from "./facts.ts";
import { evidence, namesOf, whyNot } from "./parse/answers.ts";
import { isWindowsDrive, type Mount } from "./parse/mountinfo.ts";
import { booleanOf, integerOf, memoryMiBOf, parseWslIni, settingOf, type WslSetting } from "./parse/wsl-ini.ts";

const texts = {
  noProfile: message("the user's Windows folder is not to be seen from here", "从这里看不到 Windows 用户目录"),
  several: message("several users have a .wslconfig: {paths}", "多个用户都有 .wslconfig：{paths}"),
  notRead: message("{path}: not read", "{path}：未读取"),
};

/** /etc/wsl.conf as WSL reads it. */
export function parseWslConf(text: string): WslConf {
  const settings = parseWslIni(text);
  const flag = (name: string) => booleanOf(settingOf(settings, name));
  return {
    gpuEnabled: flag("gpu.enabled"),
    appendLibPath: flag("gpu.appendLibPath"),
    automount: flag("automount.enabled"),
  };
}

export async function readWslConf(host: Host): Promise<Fact<WslConf>> {
  const path = "/etc/wsl.conf";
  const conf = await host.readFile(path);
  if (conf.ok) return value(parseWslConf(conf.value), evidence(path, conf.value, 8));
  return conf.trouble === "missing" ? absent() : unknown(whyNot(path, conf));
}

/**
 * Settings by section, as in
 * https://github.com/microsoft/WSL/blob/master/src/windows/common/WslCoreConfig.h (and, in [wsl2], older ones of
 * https://learn.microsoft.com/windows/wsl/wsl-config). Used only to tell that a key stands in the wrong section: a key
 * that is in no list here may be newer than this one and is left alone.
 */
const sections: Readonly<Record<string, readonly string[]>> = {
  wsl2: `kernel kernelCommandLine kernelModules memory processors debugConsole earlyBootLogging swap swapFile
    localhostForwarding nestedVirtualization virtio9p virtiofs kernelDebugPort gpuSupport guiApplications systemDistro
    telemetry vmIdleTimeout debugConsoleLogFile kernelBootTimeout distributionStartTimeout virtio hostFileSystemAccess
    mountDeviceTimeout hardwarePerformanceCounters networkingMode vmSwitch macAddress dhcp dhcpTimeout ipv6 dnsProxy
    safeMode defaultVhdSize crashDumpFolder maxCrashDumpCount dnsTunneling firewall autoProxy loadKernelModules
    loadDefaultKernelModules isolateDistroCgroup pageReporting`
    .toLowerCase()
    .split(/\s+/),
  experimental: `networkingMode autoMemoryReclaim sparseVhd dnsTunneling bestEffortDnsParsing dnsTunnelingIpAddress
    firewall autoProxy initialAutoProxyTimeout ignoredPorts hostAddressLoopback setVersionDebug swiotlb
    virtioFsAggregateShares useWindowsDnsCache`
    .toLowerCase()
    .split(/\s+/),
  general: ["distributioninstallpath", "instanceidletimeout"],
};

/** The .wslconfig of a user by its bytes. Where WSL reads none of it (UTF-16), every key is an ignored one. */
export function parseWslConfig(path: string, bytes: Uint8Array): WslConfig {
  const { encoding, text } = decoded(bytes);
  const settings = parseWslIni(plainText(text));
  const read = encoding === "utf-16" ? [] : settings;
  const processors = integerOf(settingOf(read, "wsl2.processors"));
  return {
    path,
    encoding,
    ignoredKeys: settings.filter((each) => encoding === "utf-16" || isMisplaced(each)).map(asWritten),
    // Safe mode switches the GPU off as well.
    gpuSupport: booleanOf(settingOf(read, "wsl2.safeMode")) ? false : booleanOf(settingOf(read, "wsl2.gpuSupport")),
    kernel: settingOf(read, "wsl2.kernel") || null,
    memoryMiB: memoryMiBOf(settingOf(read, "wsl2.memory")),
    processors: processors === 0 ? null : processors,
    swapMiB: memoryMiBOf(settingOf(read, "wsl2.swap")),
  };
}

function isMisplaced(setting: WslSetting): boolean {
  const [section, key] = [setting.section.toLowerCase(), setting.key.toLowerCase()];
  const known = Object.hasOwn(sections, section) ? sections[section] : undefined;
  if (known === undefined) return true;
  return !known.includes(key) && Object.values(sections).some((keys) => keys.includes(key));
}

function asWritten({ section, key }: WslSetting): string {
  return section === "" ? key : `${section}.${key}`;
}

/** UTF-16 without a byte order mark shows by the zero byte that every ASCII character carries. */
function decoded(bytes: Uint8Array): { encoding: WslConfig["encoding"]; text: string } {
  const [first, second, third] = bytes;
  const little = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const big = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined);
  if (little || big) return { encoding: "utf-16", text: new TextDecoder(big ? "utf-16be" : "utf-16le").decode(bytes) };
  const marked = first === 0xef && second === 0xbb && third === 0xbf;
  return { encoding: marked ? "utf-8-bom" : "utf-8", text: new TextDecoder().decode(bytes) };
}

const mostBytes = 65_536;

/** The .wslconfig of the Windows user whose distro this is. */
export async function readWslConfig(host: Host, mounts: readonly Mount[]): Promise<Fact<WslConfig>> {
  const profiles = await windowsProfiles(host, mounts);
  if (profiles.length === 0) return unknown(texts.noProfile());
  const paths = profiles.map((profile) => `${profile}/.wslconfig`);
  const answers = await Promise.all(paths.map((path) => host.readBytes(path, mostBytes)));
  const there = answers.flatMap((answer, at) => (answer.ok || answer.trouble !== "missing" ? [at] : []));
  const [only, another] = there;
  if (only === undefined) return absent();
  if (another !== undefined) return unknown(texts.several({ paths: there.map((at) => paths[at]).join(", ") }));
  const [path, answer] = [paths[only] ?? "", answers[only]];
  if (answer === undefined || !answer.ok) return unknown(answer ? whyNot(path, answer) : texts.notRead({ path }));
  return value(parseWslConfig(path, answer.value), evidence(path, decoded(answer.value).text, 8));
}

async function windowsProfiles(host: Host, mounts: readonly Mount[]): Promise<string[]> {
  const named = await possibleProfiles(host, mounts);
  const stats = await Promise.all(named.map((profile) => host.stat(profile)));
  return named.filter((_, at) => stats[at]?.ok);
}

/** The user's folder where the environment names it, else every user's folder on C:. */
async function possibleProfiles(host: Host, mounts: readonly Mount[]): Promise<string[]> {
  const root = windowsDrive(mounts);
  const passed = host.env.USERPROFILE;
  if (passed?.startsWith("/")) return [passed];
  const name = /^C:\\Users\\([^\\]+)$/i.exec(passed ?? "")?.[1] ?? userOnPath(host.env.PATH ?? "", `${root}/Users/`);
  if (name !== undefined) return [`${root}/Users/${name}`];
  const users = namesOf(await host.listFolder(`${root}/Users`));
  return users.filter((user) => !notUsers.includes(user)).map((user) => `${root}/Users/${user}`);
}

const notUsers = ["All Users", "Default", "Default User", "Public", "desktop.ini"];

/** WSL appends the Windows PATH, where each user's WindowsApps folder stands. */
function userOnPath(path: string, users: string): string | undefined {
  for (const folder of path.split(":")) {
    const name = folder.startsWith(users) ? folder.slice(users.length).split("/") : [];
    if (name[0] && name[1] === "AppData") return name[0];
  }
  return undefined;
}

function windowsDrive(mounts: readonly Mount[]): string {
  const isC = ({ source, options }: Mount) => /^C:/i.test(source) || /[,;]path=C:/i.test(options);
  const drive = mounts.find((mount) => isWindowsDrive(mount) && isC(mount));
  return drive?.mountPoint ?? "/mnt/c";
}
