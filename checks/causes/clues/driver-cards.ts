import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { blackwell, pascalAndOlder } from "./words.ts";

/** Texts that betray open-kernel-module-required, driver-branch-dropped-gpu. */
export const driverCardsClues = {
  "open-kernel-module-required": [
    {
      pattern: /RmInitAdapter failed! \(0x22:0x56/,
      together: blackwell,
      unless: /Resizable BAR|Above 4G/i,
      weight: 0.88,
      rulesOut: ["gpu-rm-init-failed"],
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
    },
    {
      pattern:
        /requires use of the NVIDIA open kernel modules|requires? (?:the )?(?:use of )?(?:the )?(?:NVIDIA )?open(?:-source)? (?:GPU )?kernel modules?/i,
      weight: 0.96,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
      rulesOut: [
        "gpu-rm-init-failed",
        "kernel-module-missing",
        "vm-passthrough-gpu-init-failed",
        "driver-branch-dropped-gpu",
      ],
    },
    {
      pattern: /No devices were found/,
      together: blackwell,
      unless: /Open Kernel Module|RmInitAdapter|nvidia-open|-open\b/i,
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
      rulesOut: ["gpu-rm-init-failed"],
    },
    {
      pattern: /RmInitAdapter failed! \(0x22:0x56/,
      weight: 0.7,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/872",
    },
    {
      pattern: /couldn't communicate with the NVIDIA driver/,
      together: blackwell,
      unless: /Open Kernel Module|nvidia-open|-open\b|Key was rejected|nouveau/i,
      notOn: ["wsl"],
      weight: 0.45,
      source: "https://github.com/oddmario/NVIDIA-Ubuntu-Driver-Guide/issues/10",
    },
    {
      pattern: /NVIDIA UNIX x86_64 Kernel Module/,
      together: [blackwell, /No devices were found|probe .{0,30}fail|RmInitAdapter/i],
      weight: 0.75,
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html",
      rulesOut: ["gpu-rm-init-failed"],
    },
    {
      pattern:
        /nvidia-(?:driver-)?(?:\d{3}-)?(?:server-)?open\b[^\n]{0,60}(?:instead|works?|fix|solv)|(?:need|requir|switch|install)\w*[^\n]{0,30}(?:open kernel modules?|open[- ]source (?:kernel )?(?:module|driver)|nvidia-(?:driver-)?(?:\d{3}-)?open\b)/i,
      together: blackwell,
      weight: 0.72,
      source: "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html",
    },
  ],
  "driver-branch-dropped-gpu": [
    {
      pattern:
        /supported through the NVIDIA [\d.x]+ Legacy drivers|NVIDIA driver will ignore this GPU|is not supported by the (?:NVIDIA )?[\d.x]+ (?:NVRM: )?(?:NVIDIA )?(?:Linux )?driver release|legacy (?:NVIDIA )?GPU.{0,60}no longer supported|no longer supported (?:in|by) (?:the |this )?(?:NVIDIA )?driver|(?:has )?dropped support for (?:the )?(?:Maxwell|Pascal|Volta|Kepler|GTX)/i,
      weight: 0.93,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv-pci.c",
      rulesOut: ["kernel-module-missing", "gpu-rm-init-failed", "driver-not-installed", "nouveau-conflict"],
    },
    {
      pattern:
        /not supported by open\s?nvidia\.ko|does not include the required GPU\s?System Processor|GPU System Processor \(GSP\)/i,
      weight: 0.85,
      source: "https://github.com/NVIDIA/open-gpu-kernel-modules/blob/main/kernel-open/nvidia/nv.c",
      rulesOut: ["gpu-rm-init-failed", "kernel-module-missing"],
    },
    {
      pattern:
        /\b(?:59\d|6[0-9]{2})\.\d{2,3}(?:\.\d{2})?\b|nvidia-(?:driver-|open-|utils-|dkms-)?(?:59\d|6\d\d)\b|cuda-drivers-(?:59\d|6\d\d)/,
      together: [pascalAndOlder, /No devices were found|couldn't communicate|not (?:supported|detected|found)|ignore/i],
      weight: 0.85,
      notOn: ["wsl"],
      source: "https://docs.nvidia.com/datacenter/tesla/drivers/supported-drivers-and-cuda-toolkit-versions.html",
      rulesOut: ["gpu-rm-init-failed", "kernel-module-missing"],
    },
    {
      pattern:
        /(?:580|470|390|340)\.?x?x? (?:is the |was the )?(?:last|final) (?:driver )?(?:branch|driver|version|release)|nvidia-(?:470|390|340|580)xx|legacy (?:driver )?branch/i,
      weight: 0.6,
      source:
        "https://archlinux.org/news/nvidia-590-driver-drops-pascal-support-main-packages-switch-to-open-kernel-modules/",
    },
    {
      pattern: /(?:nvidia|drivers?|驱动)(?: (?:version|branch|to))?[ -]{1,2}(?:59\d|6[0-4]\d)(?:xx)?\b(?![.\d])/i,
      together: [
        pascalAndOlder,
        /No devices were found|couldn't communicate|not (?:supported|detected|found|work)|ignore|black screen/i,
      ],
      notOn: ["wsl"],
      weight: 0.8,
      rulesOut: ["gpu-rm-init-failed", "kernel-module-missing"],
      source:
        "https://archlinux.org/news/nvidia-590-driver-drops-pascal-support-main-packages-switch-to-open-kernel-modules/",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
