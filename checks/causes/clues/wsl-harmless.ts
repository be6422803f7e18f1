import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray wsl-libcuda-not-symlink, wsl-lspci-expected, wsl-dmesg-noise. */
export const wslHarmlessClues = {
  "wsl-libcuda-not-symlink": [
    {
      pattern:
        /\/usr\/lib\/wsl\/lib\/libcuda\.so\.1 (?:is not a symbolic link|不是符号连接|不是符号链接|はシンボリックリンクではありません|ist kein symbolischer Link|n'est pas un lien symbolique|no es un enlace simbólico|não é um link simbólico)/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/5548",
    },
    {
      pattern: /libcuda\.so\.1 is not a symbolic link/i,
      weight: 0.85,
      source: "https://github.com/microsoft/WSL/issues/5548",
    },
  ],
  "wsl-lspci-expected": [
    {
      pattern: /Microsoft Corporation (?:Device 008e|Basic Render Driver)|\b1414:008e\b/i,
      rulesOut: ["no-nvidia-gpu-hardware", "vm-no-gpu", "driver-not-installed"],
      weight: 0.75,
      source: "https://github.com/microsoft/WSL/issues/7915",
    },
    {
      pattern: /Basic Render Driver|microsoft basic render/i,
      weight: 0.5,
      on: ["wsl"],
      source: "https://github.com/microsoft/WSL/issues/7915",
    },
    {
      pattern:
        /\b(?:lspci|lshw|lspci -\w+)\b[^\n]{0,120}(?:\n[^\n]{0,160}){0,3}?\bmicrosoft\b[^\n]{0,60}(?:3D|render|device|driver|controller|adapter)/i,
      on: ["wsl"],
      weight: 0.7,
      rulesOut: ["wsl-windows-build"],
      source: "https://github.com/microsoft/WSL/issues/5485",
    },
  ],
  "wsl-dmesg-noise": [
    {
      pattern: /dxgk\w*: dxgkio_\w+: ?(?:Ioctl )?failed: ?-(?:22|2)\b/i,
      weight: 0.8,
      source: "https://github.com/microsoft/WSL/issues/11293",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
