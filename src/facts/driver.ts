import type { Host } from "../host/host.ts";
import { message } from "../text/message.ts";
import { dkmsEntries } from "./driver/dkms.ts";
import { kernelLog } from "./driver/log.ts";
import { loadedModule, modulesOnDisk } from "./driver/module.ts";
import { dxgNode, nvidiaNodes } from "./driver/nodes.ts";
import { driverPackages } from "./driver/packages.ts";
import { fabricManager, primeProfile } from "./driver/services.ts";
import { askNvidiaSmi } from "./driver/smi.ts";
import { absent, type Fact, known, unknown, value } from "./fact.ts";
import type { Adapter, BusFacts, DriverFacts } from "./facts.ts";
import { driverFolders } from "./library-folders.ts";
import { versionOfLibrary } from "./parse/driver-module.ts";
import type { Probe } from "./probe.ts";

const texts = {
  linuxOnly: message("looked for on Linux only", "仅在 Linux 上查看"),
  nothingNvidia: message(
    "not asked for: no NVIDIA card, driver or WSL is here",
    "未查询：这里没有 NVIDIA 显卡、驱动，也不是 WSL",
  ),
  noDriver: message("not asked for: no NVIDIA card or driver is here", "未查询：这里没有 NVIDIA 显卡或驱动"),
  noVersion: message("libcuda.so.1 does not tell its version", "从 libcuda.so.1 看不出版本"),
};

/**
 * The NVIDIA driver from the kernel module to nvidia-smi. Where no NVIDIA card, no driver and no WSL is in sight it
 * looks at files alone and starts no program but an nvidia-smi that happens to lie there.
 */
export const driverProbe: Probe<"driver", "bus" | "wsl"> = {
  subject: "driver",
  needs: ["bus", "wsl"],
  look: async (host, _look, { bus, wsl }) =>
    host.identity.platform === "linux"
      ? lookAtLinux(host, bus, wsl.state === "value")
      : { ...nothingOnDisk, smi: await askNvidiaSmi(host, { module: untold, nodes: untold, dxg: untold }) },
};

const untold = unknown(texts.linuxOnly());
const nothingOnDisk: Omit<DriverFacts, "smi"> = {
  module: untold,
  built: untold,
  builtFor: untold,
  packages: untold,
  dkms: untold,
  headers: untold,
  nodes: untold,
  dxg: untold,
  kernelLog: untold,
  fabricManager: untold,
  userspaceVersion: untold,
  primeProfile: untold,
};

async function lookAtLinux(host: Host, bus: BusFacts, inWsl: boolean): Promise<DriverFacts> {
  const [module, nodes, dxg] = await Promise.all([loadedModule(host), nvidiaNodes(host), dxgNode(host)]);
  const card = nvidiaCards(bus).length > 0;
  const driver = module.state === "value" || nodes.state === "value" || dxg.state === "value";
  const worthAsking = card || driver || inWsl || bus.adapters.state === "unknown";
  const [onDisk, dkms, packages, smi, log, fabric, prime, userspaceVersion] = await Promise.all([
    modulesOnDisk(host, card && known(module)?.flavour == null),
    dkmsEntries(host),
    worthAsking ? driverPackages(host) : unknown(texts.nothingNvidia()),
    askNvidiaSmi(host, { module, nodes, dxg }),
    card || driver ? kernelLog(host) : unknown(texts.noDriver()),
    fabricManager(host, needsFabricManager(bus)),
    primeProfile(host),
    userspace(host),
  ]);
  return {
    module,
    nodes,
    dxg,
    ...onDisk,
    dkms,
    packages,
    smi,
    kernelLog: log,
    fabricManager: fabric,
    primeProfile: prime,
    userspaceVersion,
  };
}

function nvidiaCards(bus: BusFacts): Adapter[] {
  return (known(bus.adapters) ?? []).filter(({ vendor }) => vendor === "nvidia");
}

/** HGX and DGX boards: NVSwitches on the bus, or eight cards of them passed into a guest without the switches. */
function needsFabricManager(bus: BusFacts): boolean {
  const boardCards = nvidiaCards(bus).filter(({ name }) =>
    /\b(?:A100|A800|H100|H200|H800|H20|B200|B300)\b/.test(name ?? ""),
  );
  return (known(bus.nvswitches) ?? 0) > 0 || boardCards.length >= 8;
}

/** By what the links libcuda.so.1 and libnvidia-ml.so.1 lead to; no folder of thousands of names is listed for it. */
async function userspace(host: Host): Promise<Fact<string>> {
  const links = driverFolders(host)
    .filter((folder) => !folder.includes("/compat"))
    .flatMap((folder) => [`${folder}/libcuda.so.1`, `${folder}/libnvidia-ml.so.1`]);
  const targets = await Promise.all(links.map((link) => host.realPath(link)));
  for (const target of targets) {
    const version = target.ok ? versionOfLibrary(target.value) : null;
    if (target.ok && version !== null) return value(version, { source: "ls -l libcuda.so.1", excerpt: target.value });
  }
  return targets.some((target) => target.ok) ? unknown(texts.noVersion()) : absent();
}
