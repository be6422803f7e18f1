import type { Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { absent, type Evidence, type Fact, unknown, value } from "./fact.ts";
import type { OsFacts, SystemFacts } from "./facts.ts";
import { textOf, whyNot } from "./parse/answers.ts";
import { macosName, windowsName } from "./parse/os-name.ts";
import { parseOsRelease } from "./parse/os-release.ts";
import type { Probe } from "./probe.ts";

const texts = {
  windowsRoot: message("Windows does not tell it without a call", "Windows 不经系统调用无从得知"),
  noRelease: message("no readable os-release file", "没有可读的 os-release 文件"),
  linuxOnly: message("looked at on Linux only", "仅在 Linux 上查看"),
  short: message("{path}: too short", "{path}：内容过短"),
  unmounted: message("{path} is not mounted", "{path} 没有挂载"),
  hidden: message("/sys/firmware is hidden from this container", "该容器看不到 /sys/firmware"),
};

/** The operating system, its kernel, and what this process may do. */
export const systemProbe: Probe<"system"> = {
  subject: "system",
  needs: [],
  async look(host): Promise<SystemFacts> {
    const { platform, release, arch, uid } = host.identity;
    const [os, secureBoot] = await Promise.all([osFact(host), secureBootFact(host)]);
    return {
      platform: value(platform),
      os,
      kernel: value(release, { source: platform === "win32" ? "ver" : "uname -r", excerpt: release }),
      arch: value(arch),
      root: uid === null ? unknown(texts.windowsRoot()) : value(uid === 0),
      secureBoot,
    };
  },
};

function osFact(host: Host): Promise<Fact<OsFacts>> {
  if (host.identity.platform === "linux") return linuxName(host);
  return host.identity.platform === "win32" ? windowsFact(host) : macosFact(host);
}

async function linuxName(host: Host): Promise<Fact<OsFacts>> {
  const paths = ["/etc/os-release", "/usr/lib/os-release"];
  const answers = await Promise.all(paths.map((path) => host.readFile(path)));
  for (const [at, answer] of answers.entries()) {
    const os = parseOsRelease(textOf(answer));
    if (os !== null) return value(os, { source: paths[at] ?? "", excerpt: os.name });
  }
  return unknown(texts.noRelease());
}

async function windowsFact(host: Host): Promise<Fact<OsFacts>> {
  const inventory = await host.inventory();
  const version = host.identity.release;
  const os = windowsName(version, inventory.ok ? inventory.value.os.distro : undefined);
  return value(os, { source: "ver", excerpt: `${os.name} (${version})` });
}

async function macosFact(host: Host): Promise<Fact<OsFacts>> {
  const path = "/System/Library/CoreServices/SystemVersion.plist";
  const plist = await host.readFile(path);
  const named = macosName(textOf(plist));
  if (named !== null) return value(named, { source: path, excerpt: `ProductVersion ${named.version}` });
  const inventory = await host.inventory();
  if (!inventory.ok) return unknown(whyNot(path, plist));
  const version = inventory.value.os.release;
  return value({ name: `macOS ${version}`, id: "macos", version, like: [], build: null });
}

/** Variables of the firmware: four bytes of attributes, then the value. https://docs.kernel.org/filesystems/efivarfs.html */
const efivars = "/sys/firmware/efi/efivars";
const secureBootVariable = `${efivars}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c`;
/** Set by shim once the user switched validation off with mokutil: the kernel then takes Secure Boot as off. */
const shimVariable = `${efivars}/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23`;
const nonVolatile = 1;

async function secureBootFact(host: Host): Promise<Fact<boolean>> {
  if (host.identity.platform !== "linux") return unknown(texts.linuxOnly());
  const [variable, variables, firmware] = await Promise.all([
    host.readBytes(secureBootVariable, 5),
    host.listFolder(efivars),
    host.listFolder("/sys/firmware"),
  ]);
  if (variable.ok) {
    const state = variable.value[4];
    if (state !== 0 && state !== 1) return unknown(texts.short({ path: secureBootVariable }));
    return state === 1 ? shimState(host, variable.value) : value(false, bytesSeen(secureBootVariable, variable.value));
  }
  if (variable.trouble !== "missing") return unknown(whyNot(secureBootVariable, variable));
  if (firmware.ok && firmware.value.includes("efi")) {
    const mounted = variables.ok && variables.value.length > 0;
    return mounted ? value(false) : unknown(texts.unmounted({ path: efivars }));
  }
  // Container engines put an empty folder over /sys/firmware.
  if (firmware.ok && firmware.value.length === 0) return unknown(texts.hidden());
  return absent();
}

async function shimState(host: Host, secureBoot: Uint8Array): Promise<Fact<boolean>> {
  const shim = await host.readBytes(shimVariable, 5);
  const off = shim.ok && shim.value[4] === 1 && ((shim.value[0] ?? nonVolatile) & nonVolatile) === 0;
  return off
    ? value(false, bytesSeen(shimVariable, shim.value))
    : value(true, bytesSeen(secureBootVariable, secureBoot));
}

function bytesSeen(source: string, bytes: Uint8Array): Evidence {
  return { source, excerpt: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ") };
}
