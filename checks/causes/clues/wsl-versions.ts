import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { gpuFails, wsl1 } from "./words.ts";

/** Texts that betray wsl1-no-gpu, wsl-windows-build, wsl-kernel-too-old, wsl-custom-kernel. */
export const wslVersionsClues = {
  "wsl1-no-gpu": [
    {
      pattern: /\b[34]\.\d{1,2}\.\d{1,3}-\d{4,5}-Microsoft\b/,
      weight: 0.9,
      source: "https://github.com/microsoft/WSL/blob/master/src/linux/init/util.cpp",
      rulesOut: [
        "driver-not-installed",
        "kernel-module-missing",
        "no-nvidia-gpu-hardware",
        "nouveau-conflict",
        "secure-boot-unsigned-module",
        "wsl-linux-driver-installed",
        "wsl-libcuda-not-in-loader-path",
        "cuda-runtime-missing",
        "container-missing-gpu-flag",
        "wsl-dev-dxg-missing",
      ],
    },
    {
      pattern: wsl1,
      unless: /not WSL ?1|~~WSL ?1|WSL ?2\b|microsoft-standard/i,
      together: /nvidia|cuda|gpu|torch|tensorflow/i,
      weight: 0.8,
      source: "https://learn.microsoft.com/windows/wsl/compare-versions",
      rulesOut: [
        "driver-not-installed",
        "kernel-module-missing",
        "no-nvidia-gpu-hardware",
        "wsl-linux-driver-installed",
        "wsl-libcuda-not-in-loader-path",
      ],
    },
    {
      pattern: /\[[xX]\] WSL ?1\b|wsl --set-version \S+ 2/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues",
      together: /nvidia|cuda|gpu/i,
    },
    {
      pattern:
        /^\*? ?[\w.-]{2,40} (?:Running|Stopped|Wird ausgeführt|Beendet|正在运行|已停止|En cours d'exécution|Arrêté|実行中|停止|В работе|Остановлено|En ejecución|Detenido) 1$/m,
      weight: 0.85,
      source: "https://learn.microsoft.com/windows/wsl/basic-commands",
      rulesOut: ["driver-not-installed", "kernel-module-missing"],
    },
    {
      pattern: /pcilib: Cannot open \/proc\/bus\/pci|lspci: Cannot find any working access method/,
      notOn: ["container"],
      weight: 0.7,
      source: "https://github.com/microsoft/WSL/issues/4519",
    },
    {
      pattern: /WSL environment detected but no adapters were found/,
      weight: 0.35,
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc_info.c",
    },
    {
      pattern: /\b10\.0\.1[5-8]\d{3}\b/,
      on: ["wsl"],
      together: gpuFails,
      unless: /WSL ?2|microsoft-standard|WSL_?2/,
      weight: 0.7,
      source: "https://github.com/microsoft/WSL/issues/3847",
      rulesOut: ["wsl-linux-driver-installed", "driver-not-installed", "kernel-module-missing"],
    },
    {
      pattern: /\bBash on Windows|Windows Subsystem for Linux\b/i,
      together: /couldn't communicate|lspci|no CUDA-capable|\/proc\/driver\/nvidia/i,
      unless: /WSL ?2|microsoft-standard|dxg/i,
      weight: 0.4,
      source: "https://github.com/microsoft/WSL/issues/829",
    },
  ],
  "wsl-windows-build": [
    {
      pattern:
        /\b10\.0\.(?:18362|18363|190[0-3]\d|1904[0-3])\b|\b(?:build|version|os build):? ?(?:10\.0\.)?(?:18362|18363|190[0-3]\d|1904[0-3])\b|Windows 10.{0,20}\b(?:1903|1909|2004|20H1|20H2|21H1)\b/i,
      on: ["wsl"],
      together: gpuFails,
      unless: /wslconfig|libcuda\.so\.1 is not a symbolic|-Microsoft\b|WSL:? ?1\b/,
      weight: 0.7,
      source: "https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute",
    },
    {
      pattern: /(?:build|version|insider|preview|v|\b10\.0\.)[^\n]{0,24}\b(?:201[4-9]\d|20[2-9]\d\d|21[0-3]\d\d)\b/i,
      together: [/build|version|insider|preview|10\.0\./i, /\bdxg\b|wsl|nvidia|cuda/i],
      unless: /10\.0\.20348|wslconfig/,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/6617",
    },
    {
      pattern: /(?:insider|preview|dev channel|canary).{0,40}build|build.{0,20}(?:insider|preview)/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.5,
      source: "https://github.com/microsoft/WSL/issues/6809",
    },
    {
      pattern:
        /(?:after|since) (?:the )?(?:latest |recent |last )?(?:Windows (?:1[01] )?update|upgrad\w+ (?:to )?Windows|KB\d{7})/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.45,
      source: "https://github.com/microsoft/WSL/issues/9099",
    },
    {
      pattern:
        /(?:\bbuild|\bversion|\bupdat\w+|\bupgrad\w+|\binsider\w*|\bKB)\b[^\n]{0,40}(?:\b\d{5}\b|KB\d{7}|\b2[0-9]H[12]\b|insider)[^\n]{0,120}(?:\blost\b|\bbroke|\bbreaks?\b|no longer|stopped|not work|n't work|fails?\b|regress)/i,
      on: ["wsl"],
      together: /GPU|CUDA|nvidia/i,
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/6702",
    },
    {
      pattern:
        /(?:\blost\b|\bbroke|\bbreaks?\b|no longer|stopped working|not work\w*)[^\n]{0,80}(?:\bbuild|\bupdat\w+|\bupgrad\w+|\binsider\w*)[^\n]{0,40}(?:\d{5}|KB\d{7}|\b2[0-9]H[12]\b|windows)|(?:roll\w* back|revert\w*|downgrad\w*|went back)[^\n]{0,40}(?:windows|build|insider|\d{5})/i,
      on: ["wsl"],
      together: /GPU|CUDA|nvidia/i,
      weight: 0.65,
      source: "https://github.com/microsoft/WSL/issues/6809",
    },
    {
      pattern: /\b10\.0\.(?:18362|18363|190[0-3]\d|1904[0-3])\b/,
      on: ["wsl"],
      together: [gpuFails, /WSL ?2|microsoft-standard/i],
      unless: /wslconfig|is not a symbolic/,
      weight: 0.5,
      source: "https://learn.microsoft.com/windows/wsl/tutorials/gpu-compute",
    },
    {
      pattern: /(?:insider|preview build|dev channel|canary)[^\n]{0,40}\b2[0-9]{4}\b/i,
      on: ["wsl"],
      together: [gpuFails, /cuda|nvidia|gpu/i],
      unless: /libcuda\.so\.1 is not a symbolic/,
      weight: 0.55,
      rulesOut: ["driver-too-old-for-framework-cuda"],
      source: "https://github.com/microsoft/WSL/issues/6014",
    },
  ],
  "wsl-kernel-too-old": [
    {
      pattern: /\b4\.19\.(?:\d{1,2}|10\d|11\d|120)-microsoft/i,
      weight: 0.85,
      together: gpuFails,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern: /kernel(?: version)?:? ?4\.19\.(?:\d{1,2}|10\d|11\d|120)\b/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.75,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
    {
      pattern: /\/dev\/dxg\b.{0,60}(?:No such file|not exist|not found|missing|"exists": ?false)/i,
      together: /\b4\.19\.\d+|\b5\.4\.(?:\d{1,2})\b/,
      weight: 0.4,
      source: "https://github.com/microsoft/WSL/issues/6809",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.2,
      source: "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    },
  ],
  "wsl-custom-kernel": [
    {
      pattern:
        /\b(?:5\.(?:[6-9]|1\d)|[6-9]\.\d{1,2})\.\d{1,3}(?:\.\d{1,3})?-microsoft-standard(?!-WSL2)|-microsoft-standard-WSL2\+/,
      weight: 0.7,
      rulesOut: ["gpu-in-tcc-mode"],
      together: gpuFails,
      source: "https://github.com/microsoft/WSL/issues/10289",
    },
    {
      pattern: /CONFIG_DXGKRNL(?:=n| is not set)|(?:Module|module) dxgkrnl not found/,
      on: ["wsl"],
      weight: 0.85,
      source: "https://github.com/microsoft/WSL2-Linux-Kernel/blob/linux-msft-wsl-6.6.y/drivers/hv/dxgkrnl/Kconfig",
    },
    {
      pattern: /^kernel ?= ?[^\n]{3,}/im,
      on: ["wsl"],
      together: /wslconfig|\[wsl2\]/i,
      rulesOut: ["wsl-dev-dxg-missing"],
      weight: 0.6,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern:
        /\b\d\.\d{1,2}\.\d{1,3}(?:\.\d{1,3})?-(?!microsoft-standard)[\w.+-]{0,40}WSL2?\b|\b\d\.\d{1,2}\.\d{1,3}[\w.+-]{0,20}-WSL2?-(?!standard)\w+/,
      together: gpuFails,
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/10289",
    },
    {
      pattern:
        /(?:custom|self[- ](?:built|compiled)|own|compiled?|built?|xanmod|zen|liquorix|cachyos|libre|mainline)[ -](?:wsl2? )?(?:linux )?kernel/i,
      on: ["wsl"],
      together: gpuFails,
      weight: 0.55,
      source: "https://github.com/microsoft/WSL/issues/10289",
    },
    {
      pattern: /WSL2-Linux-Kernel-Rolling|\bwsl-kernel\b|WSL-libre/i,
      weight: 0.5,
      source: "https://github.com/zhenruyan/WSL-libre-linux-kernel/issues/5",
    },
    {
      pattern: /GPU access blocked by the operating system/,
      weight: 0.25,
      source: "https://github.com/zhenruyan/WSL-libre-linux-kernel/issues/5",
    },
    {
      pattern: /microsoft-standard-WSL2\+? \((?!oe-user@|root@[0-9a-f]{12}|Microsoft@)[\w.-]{1,40}@/,
      together: gpuFails,
      weight: 0.7,
      source: "https://github.com/microsoft/WSL2-Linux-Kernel/blob/linux-msft-wsl-6.6.y/README.md",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
