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
    {
      pattern:
        /could not insert (?:module )?'?\S{0,80}nvidia[\w.-]*'?:? (?:Operation not permitted|Permission denied)|nvidia\S{0,40}[^\n]{0,60}Operation not permitted[^\n]{0,20}$/im,
      notOn: ["container", "wsl"],
      unless: /unprivileged|\bsudo\b.{0,20}missing/i,
      weight: 0.82,
      source: "https://man7.org/linux/man-pages/man7/kernel_lockdown.7.html",
      rulesOut: ["kernel-module-missing"],
    },
    {
      pattern:
        /module\.sig_enforce|lockdown ?(?:=|mode|: ?)[^\n]{0,12}(?:integrity|confidentiality)|kernel lockdown|(?:nvidia|module|driver)[^\n]{0,30}\bkeys?\b[^\n]{0,20}reject|(?:un)?sign(?:ed|ing|ature)?[^\n]{0,30}(?:nvidia|kernel) (?:module|driver)s?[^\n]{0,40}(?:reject|refus|fail|not load)/i,
      together: [/nvidia/i, /reject|fail|not permitted|not load|can(?:no|')t load|refus|denied|couldn't communicate/i],
      notOn: ["wsl"],
      weight: 0.78,
      source: "https://man7.org/linux/man-pages/man7/kernel_lockdown.7.html",
      rulesOut: ["kernel-module-missing"],
    },
    {
      pattern:
        /(?:disabl\w+|turn\w* off|with|enabl\w+|because of|关闭|禁用|开启|启用)[^\n]{0,20}(?:secure ?boot|安全启动)|(?:secure ?boot|安全启动)[^\n]{0,30}(?:\bon\b|enabled|prevent|block|开启|已启用)/i,
      together: [/nvidia/i, /couldn't communicate|not loaded|could not insert|reject|fail|nouveau|无法|失败/i],
      notOn: ["wsl"],
      unless: /secure ?boot (?:is )?(?:disabled|off)|(?:secure boot|安全启动)[^\n]{0,8}(?:已关闭|已禁用)/i,
      weight: 0.6,
      source: "https://wiki.debian.org/SecureBoot",
    },
    {
      pattern:
        /could not insert (?:module )?'?\S{0,80}\bnv\w{0,20}(?:\.ko)?'?:? (?:Required key not available|Key was rejected by service|Operation not permitted)/i,
      notOn: ["container"],
      weight: 0.9,
      source: "https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/errno.h",
      rulesOut: ["kernel-module-missing"],
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
