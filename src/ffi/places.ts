import { existsSync } from "node:fs";
import { posix } from "node:path";

/** Where WSL2 puts the libraries of the Windows driver: https://docs.nvidia.com/cuda/wsl-user-guide/index.html */
const wslFolder = "/usr/lib/wsl/lib";

interface Platform {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
}

const here: Platform = { platform: process.platform, env: process.env, exists: existsSync };

/** Names of libcuda for the loader, best first; none where the platform has no CUDA driver. */
export function cudaLibraryNames(on: Platform = here): readonly string[] {
  return on.platform === "win32" ? ["nvcuda.dll"] : onLinux(on, "libcuda.so.1");
}

/** Names of NVML for the loader, best first: https://docs.nvidia.com/deploy/nvml-api/nvml-api-reference.html */
export function nvmlLibraryNames(on: Platform = here): readonly string[] {
  if (on.platform !== "win32") return onLinux(on, "libnvidia-ml.so.1");
  // Before the DCH drivers it was not in System32.
  const programs = on.env["ProgramW6432"] ?? on.env["ProgramFiles"] ?? "C:\\Program Files";
  return ["nvml.dll", `${programs}\\NVIDIA Corporation\\NVSMI\\nvml.dll`];
}

/** On WSL2 the Windows driver's library is the right one, unless LD_LIBRARY_PATH says otherwise on purpose. */
function onLinux({ platform, env, exists }: Platform, name: string): readonly string[] {
  if (platform !== "linux") return [];
  const wsl = posix.join(wslFolder, name);
  if (!exists(wsl)) return [name];
  const chosen = (env["LD_LIBRARY_PATH"] ?? "")
    .split(":")
    .some((folder) => folder !== "" && exists(posix.join(folder, name)));
  return chosen ? [name, wsl] : [wsl, name];
}
