import { message } from "../text/message.ts";
import { type Fact, unknown } from "./fact.ts";
import type { Facts } from "./facts.ts";

const texts = {
  notLookedAt: message("not looked at", "未查看"),
};

/** Facts of a machine that nobody has looked at: every one unknown, for the reason given. */
export function unknownFacts(reason = texts.notLookedAt()): Facts {
  const u: Fact<never> = unknown(reason);
  return {
    system: { platform: u, os: u, kernel: u, arch: u, root: u, secureBoot: u },
    wsl: u,
    hypervisor: u,
    containers: u,
    bus: { adapters: u, nvswitches: u },
    driver: {
      module: u,
      built: u,
      builtFor: u,
      packages: u,
      dkms: u,
      headers: u,
      nodes: u,
      dxg: u,
      smi: u,
      kernelLog: u,
      fabricManager: u,
      userspaceVersion: u,
      primeProfile: u,
    },
    nvml: u,
    libraries: { libcuda: u, libnvml: u, wslLibraries: u, stubFolders: u, cudnn: u },
    cuda: { toolkits: u, visibleDevices: u },
    pythons: u,
    node: u,
    limits: {
      affinityCpus: u,
      hostCpus: u,
      quotaCpus: u,
      hostMemoryMiB: u,
      cgroupMemoryMiB: u,
      availableMemoryMiB: u,
      swapMiB: u,
      shm: u,
      openFiles: u,
    },
    data: u,
  };
}
