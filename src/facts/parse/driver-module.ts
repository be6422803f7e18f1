import type { BuiltModule, DkmsEntry, LoadedModule } from "../facts.ts";

type Flavour = LoadedModule["flavour"];

const version = /\b(\d{2,4}\.\d{1,4}(?:\.\d{1,4})?)\b/;

/**
 * Reads /proc/driver/nvidia/version: "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  575.57.08 …" or
 * "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01 …". null where it is another text.
 */
export function parseNvrmVersion(text: string): LoadedModule | null {
  const line = text
    .split("\n")
    .find((each) => each.includes("NVRM version:"))
    ?.slice(0, 400);
  if (line === undefined) return null;
  return {
    version: version.exec(line.slice(line.indexOf("NVRM version:")))?.[1] ?? null,
    flavour: line.includes("Open Kernel Module") ? "open" : line.includes("Kernel Module") ? "proprietary" : null,
  };
}

/** Reads `modinfo nvidia`; null where it tells of no file (no such module). */
export function parseModinfo(text: string): BuiltModule | null {
  const fields = new Map<string, string>();
  for (const line of text.split("\n").slice(0, 2000)) {
    const colon = line.indexOf(":");
    const key = line.slice(0, Math.max(colon, 0)).trim();
    if (key !== "" && !fields.has(key)) fields.set(key, line.slice(colon + 1).trim());
  }
  const path = fields.get("filename");
  if (!path?.includes("nvidia")) return null;
  return {
    path,
    version: version.exec(fields.get("version") ?? "")?.[1] ?? null,
    flavour: flavourByLicense(fields.get("license")),
    signer: fields.get("signer") || null,
  };
}

/** Source: MODULE_LICENSE in nvidia/nv.c of both module flavours. */
function flavourByLicense(license: string | undefined): Flavour {
  if (license === undefined) return null;
  if (/GPL/.test(license)) return "open";
  return /^NVIDIA$/i.test(license) ? "proprietary" : null;
}

/** Is this a file name of NVIDIA's main module? Debian calls it nvidia-current.ko, nvidia-tesla-470.ko … */
export function isNvidiaModuleFile(name: string): boolean {
  return /^nvidia(?:-current(?:-open)?|-open|-(?:tesla|legacy)(?:-[0-9a-z]{1,8})*)?\.ko(?:\.(?:xz|zst|gz))?$/.test(
    name,
  );
}

/**
 * Reads `dkms status`: "nvidia/535.104.05, 6.5.0-35-generic, x86_64: installed", the older "nvidia, 470.86, 5.13.0,
 * x86_64: installed", or "nvidia/550.54.14: added". Other modules are left out.
 */
export function parseDkmsStatus(text: string): DkmsEntry[] {
  const entries: DkmsEntry[] = [];
  for (const line of text.split("\n")) {
    if (line.length > 400) continue;
    const colon = line.lastIndexOf(": ");
    const [module = "", ...words] = line.slice(0, Math.max(colon, 0)).split(/\s*[,/]\s*/);
    const [release, kernel] = words;
    if (colon < 0 || release === undefined || !/^nvidia[\w-]{0,40}$/.test(module.trim())) continue;
    const state = /^[a-z]+/.exec(line.slice(colon + 2).trim())?.[0];
    if (state === undefined || !/^[\w.+~-]+$/.test(release)) continue;
    entries.push({ module: module.trim(), version: release, kernel: kernel ?? null, state });
  }
  return entries;
}

/** Kernel in the first line of a make.log: "DKMS make.log for nvidia-535.104.05 for kernel 6.5.0-35-generic (x86_64)". */
export function kernelOfMakeLog(text: string): string | null {
  return /^DKMS make\.log for \S{1,80} for kernel (\S{1,120})/m.exec(text.slice(0, 4096))?.[1] ?? null;
}

/** Driver version in the real name of a user-space library: "libcuda.so.535.104.05". */
export function versionOfLibrary(path: string): string | null {
  return /\.so\.(\d{2,4}\.\d{1,4}(?:\.\d{1,4})?)$/.exec(path)?.[1] ?? null;
}
