import type { Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { absent, type Fact, unknown, value } from "./fact.ts";
import type { Signal, WslFacts } from "./facts.ts";
import { namesOf, outcomeOf, textOf, whyNot } from "./parse/answers.ts";
import { isWindowsDrive, type Mount, parseMountinfo } from "./parse/mountinfo.ts";
import { combinedWeight, signalEvidence } from "./parse/signals.ts";
import type { Probe } from "./probe.ts";
import { readWslConf, readWslConfig } from "./wsl-config.ts";

const texts = {
  noDistro: message(
    "WSL_DISTRO_NAME is not set (sudo, ssh, a service or a container)",
    "未设置 WSL_DISTRO_NAME（sudo、ssh、服务或容器中）",
  ),
  noWindows: message(
    "it takes a Windows program to tell the build of Windows, and check starts none",
    "需要运行 Windows 程序才能得知 Windows 的内部版本，而 check 不会启动它们",
  ),
  noInfo: message(
    "no wslinfo here: a WSL of Windows itself, an old one, or a container",
    "这里没有 wslinfo：可能是 Windows 自带的 WSL、旧版 WSL，或者在容器中",
  ),
  noVersion: message("wslinfo told no version", "wslinfo 没有给出版本"),
  unmounted: message("{path} is not mounted", "{path} 没有挂载"),
};

/** Is this WSL1, WSL2 (also inside a container there) or neither, and how is it set up? */
export const wslProbe: Probe<"wsl"> = {
  subject: "wsl",
  needs: [],
  async look(host) {
    if (host.identity.platform !== "linux") return absent();
    const [signals, mountinfo] = await Promise.all([wslSignals(host), host.readFile("/proc/self/mountinfo")]);
    const mounts = parseMountinfo(textOf(mountinfo));
    const all = [...signals, ...mountSignals(mounts)];
    if (combinedWeight(all) < threshold) return absent(...signalEvidence(all));
    return value(await describe(host, wslVersion(host.identity.release) ?? 2, mounts), ...signalEvidence(all));
  },
};

/** Signals must prove this much together: the session's variables alone (they travel over ssh) do not. */
const threshold = 0.75;

/**
 * The kernel of WSL1 (lxcore) writes "Microsoft", those of WSL2 "microsoft":
 * https://github.com/microsoft/WSL/blob/master/src/linux/init/util.cpp (UtilIsUtilityVm). Never ask the host name.
 */
export function wslVersion(release: string): 1 | 2 | null {
  if (/-Microsoft\b/.test(release)) return 1;
  return release.includes("microsoft") ? 2 : null;
}

/** A kernel of Microsoft's own: "5.15.153.1-microsoft-standard-WSL2"; a self-built one ends in "+" or in another name. */
export function isStockKernel(release: string): boolean {
  return /^\d+(?:\.\d+){1,4}-microsoft-standard(?:-WSL2)?$/.test(release);
}

async function wslSignals(host: Host): Promise<Signal[]> {
  const { release } = host.identity;
  if (wslVersion(release) !== null) {
    return [{ says: "the kernel is WSL's", source: "uname -r", excerpt: release, weight: 0.97 }];
  }
  const [run, binfmt, cmdline] = await Promise.all([
    host.stat("/run/WSL"),
    host.listFolder(binfmtFolder),
    host.readFile("/proc/cmdline"),
  ]);
  const handler = interopHandler(namesOf(binfmt));
  const boot = /\bWSL_(?:ROOT_INIT|ENABLE_CRASH_DUMP)=\S+/.exec(textOf(cmdline))?.[0];
  const signals: Signal[] = [];
  if (run.ok && run.value.kind === "folder") {
    signals.push({ says: "WSL's sockets", source: "/run/WSL", excerpt: "/run/WSL", weight: 0.9 });
  }
  if (handler !== undefined) {
    const source = `${binfmtFolder}/${handler}`;
    signals.push({ says: "Windows programs are registered", source, excerpt: handler, weight: 0.9 });
  }
  if (boot !== undefined) {
    signals.push({ says: "WSL started this kernel", source: "/proc/cmdline", excerpt: boot, weight: 0.95 });
  }
  for (const name of ["WSL_DISTRO_NAME", "WSL_INTEROP"]) {
    const set = host.env[name];
    if (set) signals.push({ says: "WSL session", source: `$${name}`, excerpt: `${name}=${set}`, weight: 0.45 });
  }
  return signals;
}

/**
 * Folders that Windows serves over 9p. /dev/dxg and a folder /usr/lib/wsl prove nothing: a Hyper-V guest with a
 * partitioned GPU has the same device, and its owner copies the same folder there by hand.
 */
function mountSignals(mounts: readonly Mount[]): Signal[] {
  const served = mounts.find((mount) => mount.type !== "drvfs" && isWindowsDrive(mount));
  const drivers = mounts.find(({ type, mountPoint }) => type === "9p" && mountPoint === "/usr/lib/wsl/drivers");
  const found = served ?? drivers;
  if (found === undefined) return [];
  const excerpt = `${found.mountPoint} ${found.source} ${found.type}`;
  return [{ says: "Windows folders are mounted", source: "/proc/self/mountinfo", excerpt, weight: 0.9 }];
}

const binfmtFolder = "/proc/sys/fs/binfmt_misc";

function interopHandler(names: readonly string[]): string | undefined {
  return names.find((name) => name === "WSLInterop" || name === "WSLInterop-late");
}

async function describe(host: Host, version: 1 | 2, mounts: readonly Mount[]): Promise<WslFacts> {
  const [packageVersion, interop, conf, config] = await Promise.all([
    wslPackage(host),
    interopFact(host),
    readWslConf(host),
    version === 1 ? absent() : readWslConfig(host, mounts),
  ]);
  const { release } = host.identity;
  const distro = host.env.WSL_DISTRO_NAME;
  return {
    version,
    package: packageVersion,
    distro: distro ? value(distro, { source: "$WSL_DISTRO_NAME", excerpt: distro }) : unknown(texts.noDistro()),
    interop,
    customKernel: version === 1 ? absent() : customKernel(release, config),
    windowsBuild: unknown(texts.noWindows()),
    conf,
    config,
  };
}

function customKernel(release: string, config: WslFacts["config"]): Fact<boolean> {
  const shown = { source: "uname -r", excerpt: release };
  if (!isStockKernel(release)) return value(true, shown);
  const named = config.state === "value" ? config.value.kernel : null;
  if (config.state !== "value" || named === null) return value(false, shown);
  return value(true, shown, { source: config.value.path, excerpt: `kernel=${named}` });
}

/** wslinfo is looked for first: asking for a missing program would walk the Windows folders of PATH over 9p. */
async function wslPackage(host: Host): Promise<Fact<string>> {
  const places = await Promise.all(["/usr/bin/wslinfo", "/bin/wslinfo"].map((path) => host.stat(path)));
  if (!places.some(({ ok }) => ok)) return unknown(texts.noInfo());
  for (const flag of ["--version", "--wsl-version"]) {
    const ran = await host.run(["wslinfo", flag]);
    const version = /^\d+\.\d+\.\d+(?:\.\d+)?$/m.exec(ran.stdout.slice(0, 1000).replaceAll("\r", ""))?.[0];
    if (version !== undefined) return value(version, { source: `wslinfo ${flag}`, excerpt: version });
    if (ran.outcome !== "ended") return unknown(outcomeOf(`wslinfo ${flag}`, ran.outcome));
  }
  return unknown(texts.noVersion());
}

async function interopFact(host: Host): Promise<Fact<boolean>> {
  const names = await host.listFolder(binfmtFolder);
  if (!names.ok) return unknown(whyNot(binfmtFolder, names));
  if (names.value.length === 0) return unknown(texts.unmounted({ path: binfmtFolder }));
  const handler = interopHandler(names.value);
  if (handler === undefined) return value(false, { source: binfmtFolder, excerpt: names.value.join(" ") });
  const source = `${binfmtFolder}/${handler}`;
  const state = textOf(await host.readFile(source)).split("\n")[0] ?? "";
  return value(state !== "disabled", { source, excerpt: state || handler });
}
