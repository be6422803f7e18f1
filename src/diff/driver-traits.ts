import type { DeviceNode } from "../facts/facts.ts";
import { message } from "../text/message.ts";
import { listed, many, ofFact, one, state, type Trait, yesNo } from "./trait.ts";

/** The NVIDIA driver from its packages to its answers, as only a snapshot tells it. */
export const driverTraits: readonly Trait[] = [
  {
    id: "driver.packages",
    title: message("driver package", "驱动软件包")(),
    role: "act",
    read: ofFact(
      ({ driver }) => driver.packages,
      (packages) => many(packages.map(({ name, version }) => [name, version ?? "?"])),
    ),
    rests: ["driver.packages"],
    upsets: [
      "driver.module",
      "driver.built",
      "driver.builtFor",
      "driver.userspaceVersion",
      "driver.nodes",
      "driver.smi",
      "nvml",
      "libraries.libcuda",
      "libraries.libnvml",
      "libraries.wslLibraries",
    ],
    checks: ["driver.installed", "driver.module", "driver.flavour", "driver.versions-agree", "driver.api"],
  },
  state(
    "driver.built",
    message("nvidia module for the running kernel", "当前内核的 nvidia 模块")(),
    "driver.built",
    ofFact(
      ({ driver }) => driver.built,
      ({ version, flavour, signer }) =>
        one([version, flavour, signer && `signed by ${signer}`].filter(Boolean).join(", ") || "present"),
    ),
    ["driver.module", "driver.flavour"],
  ),
  state(
    "driver.builtFor",
    message("nvidia module built for kernel", "已构建 nvidia 模块的内核")(),
    "driver.builtFor",
    ofFact(
      ({ driver }) => driver.builtFor,
      (kernels) => listed(kernels),
    ),
    ["driver.module"],
  ),
  state(
    "driver.module",
    message("loaded nvidia module", "已加载的 nvidia 模块")(),
    "driver.module",
    ofFact(
      ({ driver }) => driver.module,
      ({ version, flavour }) => one([version, flavour].filter(Boolean).join(", ") || "present"),
    ),
    ["driver.module", "driver.versions-agree"],
  ),
  state(
    "driver.headers",
    message("headers of the running kernel", "当前内核的头文件")(),
    "driver.headers",
    ofFact(({ driver }) => driver.headers, yesNo),
    ["driver.module"],
  ),
  state(
    "driver.dkms",
    message("DKMS", "DKMS")(),
    "driver.dkms",
    ofFact(
      ({ driver }) => driver.dkms,
      (entries) =>
        many(entries.map(({ module, version, kernel, state }) => [`${module} ${version}, ${kernel ?? "?"}`, state])),
    ),
    ["driver.module"],
  ),
  state(
    "driver.binding",
    message("kernel driver of the card", "显卡绑定的内核驱动")(),
    "bus.adapters",
    ofFact(
      ({ bus }) => bus.adapters,
      (adapters) =>
        many(
          adapters.flatMap(({ address, name, driver }): [string, string][] => {
            const key = address ?? name ?? "?";
            return driver.state === "value" ? [[key, driver.value]] : [];
          }),
        ),
    ),
    ["driver.binding"],
  ),
  state(
    "driver.nodes",
    message("device node", "设备节点")(),
    "driver.nodes",
    ofFact(
      ({ driver }) => driver.nodes,
      (nodes) => many(nodes.map((node) => [node.path, access(node)])),
    ),
    ["driver.device-nodes"],
  ),
  state(
    "driver.dxg",
    message("/dev/dxg", "/dev/dxg")(),
    "driver.dxg",
    ofFact(
      ({ driver }) => driver.dxg,
      (node) => one(access(node)),
    ),
    ["wsl.gpu-device"],
  ),
  state(
    "driver.smi",
    message("answer of nvidia-smi", "nvidia-smi 的结果")(),
    "driver.smi",
    ofFact(
      ({ driver }) => driver.smi,
      ({ outcome }) => one(outcome),
    ),
    ["driver.api"],
  ),
  state(
    "nvml",
    message("answer of NVML", "NVML 的结果")(),
    "nvml",
    ofFact(
      ({ nvml }) => nvml,
      ({ outcome }) => one(outcome),
    ),
    ["driver.nvml", "driver.api"],
  ),
  state(
    "driver.fabricManager",
    message("Fabric Manager", "Fabric Manager")(),
    "driver.fabricManager",
    ofFact(({ driver }) => driver.fabricManager, one),
    ["driver.fabric-manager"],
  ),
  {
    id: "driver.primeProfile",
    title: message("graphics profile (prime-select)", "显卡配置（prime-select）")(),
    role: "act",
    read: ofFact(({ driver }) => driver.primeProfile, one),
    rests: ["driver.primeProfile"],
    upsets: ["driver.module", "driver.nodes", "driver.smi", "nvml"],
    checks: ["driver.prime"],
  },
  {
    id: "secureBoot",
    title: message("Secure Boot", "Secure Boot")(),
    role: "act",
    read: ofFact(({ system }) => system.secureBoot, yesNo),
    rests: ["system.secureBoot"],
    upsets: ["driver.module", "driver.nodes", "driver.smi", "driver.kernelLog", "nvml"],
    checks: ["driver.module"],
  },
];

function access({ mode, accessible }: DeviceNode): string {
  const bits = mode === null ? "?" : mode.toString(8).padStart(4, "0");
  return accessible === false ? `${bits}, no access` : bits;
}
