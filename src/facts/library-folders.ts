import type { Host } from "../host/host.ts";

export const wslFolder = "/usr/lib/wsl/lib";

/** Folders in which a system keeps the driver's libraries, those of the loader's own first. */
export function driverFolders(host: Host): string[] {
  return [
    ...systemFolders(host),
    ...multiarch(host).flatMap((folder) => [`${folder}/nvidia/current`, `${folder}/nvidia`]),
    "/usr/lib64/nvidia",
    "/usr/lib/nvidia",
    "/usr/local/nvidia/lib64",
    "/usr/local/nvidia/lib",
    "/usr/local/cuda/compat",
    "/run/opengl-driver/lib",
  ];
}

/** What the loader searches when neither a variable nor its cache names the library. */
export function loaderFolders(host: Host): string[] {
  return [...multiarch(host), "/usr/lib64", "/usr/lib"];
}

/** Folders that distributions have on the loader's path. */
export function systemFolders(host: Host): string[] {
  return [...loaderFolders(host), "/usr/local/lib"];
}

function multiarch(host: Host): string[] {
  if (host.identity.arch === "x64") return ["/usr/lib/x86_64-linux-gnu"];
  return host.identity.arch === "arm64" ? ["/usr/lib/aarch64-linux-gnu"] : [];
}
