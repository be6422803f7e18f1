import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray secure-boot-unsigned-module. */
export const driverSigningClues = {
  "secure-boot-unsigned-module": [
    {
      pattern: /NVIDIA-SMI has failed because it couldn't communicate/,
      weight: 0.22,
      notOn: ["wsl", "wsl1"],
      source: "https://docs.nvidia.com/deploy/nvidia-smi/index.html",
    },
    {
      pattern: /Key was rejected by service/i,
      together: /nvidia/i,
      weight: 0.93,
      source: "https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/errno.h",
      rulesOut: ["kernel-module-missing", "nouveau-conflict", "driver-not-installed"],
    },
    {
      pattern: /Required key not available/i,
      together: /nvidia/i,
      weight: 0.92,
      source: "https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/errno.h",
      rulesOut: ["kernel-module-missing", "nouveau-conflict", "driver-not-installed"],
    },
    {
      pattern:
        /Loading of (?:unsigned module|module with (?:un\w+ )?(?:unavailable )?\w* ?(?:key|signature)) is rejected|unsigned module loading is restricted|Lockdown: .{0,60}(?:unsigned module|module loading)/i,
      weight: 0.92,
      source: "https://github.com/torvalds/linux/blob/master/kernel/module/signing.c",
      rulesOut: ["kernel-module-missing"],
    },
    {
      pattern: /Secure ?Boot (?:is )?enabled|SecureBoot enabled|Secure boot: (?:enabled|on|yes)/i,
      together: /couldn't communicate|could not insert|nvidia.{0,40}(?:not loaded|fail)|modprobe/i,
      weight: 0.75,
      source: "https://wiki.debian.org/SecureBoot",
    },
    {
      pattern:
        /PKCS#7 signature not signed with a trusted key|module verification failed: signature and\/or required key missing/,
      together: [/nvidia/i, /couldn't communicate|rejected|could not insert/i],
      weight: 0.6,
      source: "https://github.com/torvalds/linux/blob/master/kernel/module/signing.c",
    },
    {
      pattern: /mokutil|MOK (?:key|enrol)|Machine Owner Key|MOK management/i,
      together: /nvidia/i,
      weight: 0.45,
      source: "https://wiki.debian.org/SecureBoot",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
