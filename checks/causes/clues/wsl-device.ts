import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray wsl-dev-dxg-missing, wsl-gpu-disabled-in-config. */
export const wslDeviceClues = {
  "wsl-dev-dxg-missing": [
    {
      pattern:
        /\/dev\/dxg\b.{0,60}(?:No such file|not exist|not found|missing|not available|"exists": ?false|absent)|(?:no|missing|without|lacks) (?:`|')?\/dev\/dxg/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/6809",
      rulesOut: ["wsl-linux-driver-installed"],
    },
    { pattern: /cannot access '?\/dev\/dxg'?/, weight: 0.9, source: "https://github.com/microsoft/WSL/issues/6809" },
    {
      pattern: /(?:Failed|Unable|Could not) to open.{0,20}\/dev\/dxg/i,
      weight: 0.75,
      source: "https://github.com/microsoft/libdxg",
    },
    {
      pattern:
        /(?:没有|找不到|无|缺少|不存在)[^\n]{0,6}(?:\/dev\/)?`?dxg\b|\/dev\/dxg[^\n]{0,10}(?:不存在|没有|找不到|缺失)/i,
      on: ["wsl"],
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/6809",
    },
  ],
  "wsl-gpu-disabled-in-config": [
    {
      pattern: /gpuSupport ?= ?(?:false|0)/i,
      weight: 0.96,
      source: "https://github.com/microsoft/WSL/blob/master/src/windows/common/WslCoreConfig.h",
      rulesOut: ["wsl-dev-dxg-missing", "wsl-linux-driver-installed"],
    },
    {
      pattern: /\[gpu\]\s{1,20}(?:appendLibPath ?= ?\w+\s{1,8})?enabled ?= ?(?:false|0)/i,
      weight: 0.96,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
      rulesOut: ["wsl-dev-dxg-missing", "wsl-libcuda-not-in-loader-path", "wsl-linux-driver-installed"],
    },
    {
      pattern: /gpu\.?enabled ?= ?(?:false|0)|safeMode ?= ?(?:true|1)/i,
      on: ["wsl"],
      weight: 0.8,
      source: "https://learn.microsoft.com/windows/wsl/wsl-config",
    },
    {
      pattern: /WSL environment detected but no adapters were found/,
      weight: 0.3,
      source: "https://github.com/NVIDIA/libnvidia-container/blob/main/src/nvc_info.c",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
