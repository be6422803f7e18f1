import { cannotTell, check, fail, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { type Evidence, evidenceOf, hidden, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Adapter, Facts, GpuVendor } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import {
  containersOf,
  gpuNames,
  hypervisorOf,
  inWsl2,
  nvidiaAdapters,
  onJetson,
  onLinux,
  onMacos,
  onWindows,
  smiGpus,
} from "../situation.ts";

const texts = {
  title: message("NVIDIA GPU", "NVIDIA GPU"),
  wanted: message("an NVIDIA GPU", "NVIDIA GPU"),
  none: message("no display adapter", "没有显示适配器"),
  jetson: message("Jetson, GPU on the chip", "Jetson，片上 GPU"),
  loaded: message("behind the loaded driver {version}", "由已加载的驱动 {version} 管理"),
  paravirtual: message("GPU of Windows through /dev/dxg", "经由 /dev/dxg 使用 Windows 的 GPU"),
  noNvidiaLibraries: message("/dev/dxg without NVIDIA's libraries", "有 /dev/dxg，但没有 NVIDIA 的库"),
  windowsHasNone: message(
    "Windows offers WSL2 no CUDA library: it has no NVIDIA card, or no NVIDIA driver for it.",
    "Windows 没有向 WSL2 提供 CUDA 库：Windows 中没有 NVIDIA 显卡，或没有安装其驱动。",
  ),
  noCard: message(
    "There is no NVIDIA card in this machine; a driver would have nothing to drive.",
    "这台机器没有 NVIDIA 显卡，安装驱动也没有用。",
  ),
  instance: message(
    "This virtual machine was given no NVIDIA card; a driver would have nothing to drive.",
    "这台虚拟机没有分配到 NVIDIA 显卡，安装驱动也没有用。",
  ),
  virtualOnly: message(
    "The guest has only a virtual display adapter, on which CUDA does not run.",
    "虚拟机里只有虚拟显示适配器，无法运行 CUDA。",
  ),
  amd: message(
    "The GPU is AMD's: it trains through ROCm, and what is said of CUDA does not apply to it.",
    "这是 AMD 的 GPU：需要通过 ROCm 训练，与 CUDA 有关的说明不适用。",
  ),
  macos: message(
    "macOS has no CUDA; frameworks use Apple's GPU through MPS.",
    "macOS 没有 CUDA；框架通过 MPS 使用 Apple GPU。",
  ),
  macosIntel: message(
    "macOS has no CUDA, and this Mac has no Apple GPU for MPS.",
    "macOS 没有 CUDA，这台 Mac 也没有可用于 MPS 的 Apple GPU。",
  ),
  prime: message(
    'The hybrid-graphics profile "{profile}" has taken the NVIDIA card off the bus.',
    '混合显卡配置 "{profile}" 把 NVIDIA 显卡从总线上移除了。',
  ),
  notTold: message("no NVIDIA GPU was mentioned", "没有提到 NVIDIA GPU"),
};

export default check({
  id: "gpu.present",
  layer: "bus",
  impact: "gpu",
  after: ["wsl.version", "wsl.gpu-device"],
  title: texts.title(),
  judge(facts) {
    if (onMacos(facts)) return onApple(facts);
    return seen(facts) ?? missing(facts);
  },
});

/** An NVIDIA GPU that was seen in one way or another. */
function seen(facts: Facts): Outcome | null {
  const { driver, bus } = facts;
  if (smiGpus(facts).length > 0) return pass(gpuNames(facts), { evidence: evidenceOf(driverReport(facts)) });
  if (nvidiaAdapters(facts).length > 0) return pass(gpuNames(facts), { evidence: evidenceOf(bus.adapters) });
  if (onJetson(facts)) return pass(texts.jetson(), { evidence: evidenceOf(facts.system.kernel) });
  if (known(driver.dxg)) return paravirtual(facts);
  // In a sandbox that hides the bus, the driver of the machine around it still shows.
  const loaded = known(driver.module);
  const hidden = facts.bus.adapters.state !== "value" || containersOf(facts).length > 0;
  if (loaded && hidden)
    return pass(texts.loaded({ version: loaded.version ?? "" }), { evidence: evidenceOf(driver.module) });
  return null;
}

/** /dev/dxg is there for every GPU of Windows; NVIDIA's libraries beside it tell whose it is. */
function paravirtual({ driver, libraries }: Facts): Outcome {
  const files = libraries.wslLibraries;
  if (hidden(files)) return cannotTell(files.reason);
  const evidence = evidenceOr({ source: "ls /usr/lib/wsl/lib", excerpt: listed(files) }, driver.dxg, files);
  if (files.state !== "value" || files.value.some((name) => name.startsWith("libcuda.so"))) {
    return pass(texts.paravirtual(), { evidence });
  }
  return fail({
    found: texts.noNvidiaLibraries(),
    wanted: texts.wanted(),
    detail: texts.windowsHasNone(),
    suspicions: [suspect("no-nvidia-gpu-hardware", 0.6, ...evidence)],
    evidence,
  });
}

function listed(files: Facts["libraries"]["wslLibraries"]): string {
  return known(files)?.join(" ") ?? "";
}

function missing(facts: Facts): Outcome {
  const { adapters } = facts.bus;
  if (inWsl2(facts)) return cannotTell(whyUnknown(facts.driver.dxg, driverReport(facts)) ?? texts.notTold());
  if (adapters.state === "unknown") return cannotTell(adapters.reason, adapters.evidence);
  const others = known(adapters) ?? [];
  // A partition of the host's GPU is on no bus.
  if (hypervisorOf(facts) === "hyperv" && onLinux(facts) && hidden(facts.driver.dxg))
    return cannotTell(facts.driver.dxg.reason);
  if (mayBeWsl(facts, others)) return cannotTell(whyUnknown(facts.wsl) ?? texts.notTold());
  // With the profile "intel" the card is switched off, and on no bus either.
  if (hidden(facts.driver.primeProfile) && onLinux(facts)) return cannotTell(facts.driver.primeProfile.reason);
  const profile = known(facts.driver.primeProfile);
  const shown = { source: "lspci", excerpt: others.map(called).join(", ") || "no display adapter" };
  const evidence = evidenceOr(shown, adapters, facts.hypervisor);
  const no = (detail: Said, suspicion: ReturnType<typeof suspect>): Outcome => {
    const found = others.length > 0 ? shown.excerpt : texts.none();
    return fail({ found, wanted: texts.wanted(), detail, suspicions: [suspicion], evidence });
  };
  if (profile === "intel") {
    const evidence: Evidence = { source: "prime-select query", excerpt: profile };
    return no(texts.prime({ profile }), suspect("prime-profile-not-nvidia", 0.75, evidence));
  }
  if (others.some((a) => a.vendor === "amd")) return amd(facts, others);
  if (!isGuest(facts)) return no(texts.noCard(), suspect("no-nvidia-gpu-hardware", 0.95, ...evidence));
  if (hasOnlyVirtualDisplay(facts, others)) return no(texts.virtualOnly(), suspect("vm-no-gpu", 0.95, ...evidence));
  return no(texts.instance(), suspect("no-nvidia-gpu-hardware", 0.95, ...evidence));
}

/** In WSL2 no card is on the bus either. */
function mayBeWsl(facts: Facts, adapters: readonly Adapter[]): boolean {
  return facts.wsl.state === "unknown" && !onWindows(facts) && adapters.every((a) => a.vendor === "microsoft");
}

function isGuest(facts: Facts): boolean {
  return hypervisorOf(facts) !== undefined;
}

const virtualDisplays: readonly GpuVendor[] = ["vmware", "virtualbox", "qemu", "microsoft"];

/**
 * Desktop hypervisors give their guests no other adapter; at a cloud, a virtual display says no more than that the
 * instance type is one without a GPU.
 */
function hasOnlyVirtualDisplay(facts: Facts, adapters: readonly Adapter[]): boolean {
  const vendor = hypervisorOf(facts);
  if (vendor === "amazon" || vendor === "google" || vendor === "azure" || vendor === "firecracker") return false;
  if (vendor === "vmware" || vendor === "virtualbox" || vendor === "parallels" || vendor === "bhyve") return true;
  return adapters.some((a) => virtualDisplays.includes(a.vendor));
}

function amd(facts: Facts, adapters: readonly Adapter[]): Outcome {
  const evidence = evidenceOr({ source: "lspci", excerpt: adapters.map(called).join(", ") }, facts.bus.adapters);
  const pythons = known(facts.pythons) ?? [];
  const rocm = pythons.some(
    (p) => hidden(p.frameworks) || (known(p.frameworks) ?? []).some((f) => f.hipBuild !== null),
  );
  return (rocm ? warn : fail)({
    found: adapters.map(called).join(", "),
    wanted: texts.wanted(),
    detail: texts.amd(),
    suspicions: [suspect("amd-rocm-present", 0.95, ...evidence)],
    evidence,
  });
}

function onApple(facts: Facts): Outcome {
  const adapters = known(facts.bus.adapters) ?? [];
  const silicon = known(facts.system.arch) !== "x64";
  const evidence = evidenceOr({ source: "uname", excerpt: "Darwin" }, facts.bus.adapters);
  return (silicon ? warn : fail)({
    found: adapters.length > 0 ? adapters.map(called).join(", ") : "macOS",
    wanted: texts.wanted(),
    detail: silicon ? texts.macos() : texts.macosIntel(),
    suspicions: [suspect("macos-no-cuda-use-mps", 0.97, ...evidence)],
    evidence,
  });
}

function called({ name, pciId, vendor }: Adapter): string {
  if (name !== null) return name;
  return pciId === null ? vendor : vendor === "other" ? pciId : `${vendor} ${pciId}`;
}
