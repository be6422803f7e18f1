import { mac, windows, wsl1 } from "../../checks/causes/clues/words.ts";
import type { Setting } from "../diagnosis/cause.ts";
import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Haystack } from "./search.ts";

/** Words that give a setting away where no reader understood the text. */
const words: Readonly<Record<Setting, readonly RegExp[]>> = {
  wsl: [
    /microsoft-standard|\bwsl:? ?[12]?\b|\bwsl\.exe|\/usr\/lib\/wsl|\.wslconfig|\/dev\/dxg\b|dxgk(?:rnl|io)?\b|dxcore|适用于 Linux 的 Windows 子系统/i,
    /Windows Subsystem for Linux/i,
    // Microsoft numbers its kernels with four parts; issue forms ask for the Windows build beside the kernel.
    /kernel(?: version)?\W{0,4}[:=]? ?\d\.\d{1,2}\.\d{1,3}\.\d{1,2}(?:-\d)?\s/i,
    /^kernel(?: version)?:? ?\d\.\d[\s\S]{0,120}\b10\.0\.\d{5}|\b10\.0\.\d{5}[\s\S]{0,120}^kernel(?: version)?:? ?\d\.\d/im,
    /-Microsoft \(|-Microsoft\b.{0,40}\bGNU\/Linux/,
  ],
  wsl1: [wsl1, /^\*? ?\S{1,40} (?:Running|Stopped) 1$/m],
  container: [
    /\bdocker(?:file|-compose)?\b|\bpodman\b|(?<![-\w])container(?:d|s)?\b(?![-\w])|nvidia-container-cli: |kubectl|kubelet|kubernetes|\bk8s\b|\/\.dockerenv|\bpods?\b|apptainer|singularity|\blxc\b/i,
    /^root@[0-9a-f]{12}:/m,
    // tags of images
    /[:-](?:devel|runtime|base)(?:-\w{1,12})?-?(?:ubuntu|ubi|rockylinux|centos)\d|\bnvcr\.io\/|-(?:devel|runtime)\b.{0,20}(?:image|镜像)|镜像|容器/i,
  ],
  vm: [
    /\bvmware|virtualbox|\bvbox|\bqemu\b|(?<!grep )\bkvm\b(?! +\d{4,})(?!,? ?kvm_)|proxmox|\besxi\b|\bvsphere\b|hyper-?v\b(?! UEFI)|\bxen\b|\bxcp-ng\b|pass(?:ing|ed)?[- ]?thro?u(?:gh)?|\bvfio\b|\bhypervisor\b|virtual machine|\bguest(?: os| vm|:)|(?:in|inside|on|from) (?:the |a )?guest\b|\bvirsh\b|libvirt|\bunraid\b|\bvgpu\b|\bGRID\b|\bqubes?\b|\bdom[0U]\b|\bHVM\b|\bbhyve\b|\bparallels desktop|直通|虚拟机|仮想マシン|виртуальн|virtuelle Maschine|máquina virtual/i,
  ],
  windows: [
    /\b[A-Z]:\\{1,2}[\w%. -]{1,60}\\|\bPS [A-Z]:\\|popen_spawn_win32|\bWinError\b|\bwin32\b|\bwin_amd64\b|Microsoft Windows|OS(?: Name| Version)?: ?(?:Microsoft )?Windows|\.dll\b|Windows-1[01]-/i,
    windows,
  ],
  macos: [mac, /\bmps\b.{0,30}(?:backend|device|available)/i],
  amd: [
    /ROCM used to build PyTorch: (?!N\/A|Could not|None)|\bgfx\d{3,4}[a-z]?\b|\bhip(?:Error|cc|blas)|\bHIP (?:error|(?:runtime )?version: ?\d)|\brocm(?! used to build)(?:info|-smi|\d|[ -]|\b)|\bMIOpen\b(?! runtime version: N)|\+rocm\d|\bMI(?:50|60|100|210|250X?|300[AX]?)\b/i,
  ],
};

const amdCard =
  /\bRadeon\b|\bamdgpu\b|\bAMD (?:GPU|graphics|video|card|Instinct)|\bRX ?(?:[4-7]\d0|[5-9]\d00)(?: ?XTX?)?\b|A卡|AMD ?显卡/i;
const nvidiaCard = /GeForce|\b[RG]TX ?\d{3,4}|NVIDIA Corporation|\b10de:|Tesla [A-Z]?\d|NVIDIA-SMI \d/;

/** An NVIDIA stack may mention these in passing ("ROCM used to build PyTorch: N/A", "Hyper-V UEFI"). */
export function settingsOf(text: Haystack, facts: Facts): ReadonlySet<Setting> {
  const settings = new Set<Setting>();
  for (const setting of Object.keys(words) as Setting[]) {
    if (words[setting].some((pattern) => text.has(pattern))) settings.add(setting);
  }
  const wsl = known(facts.wsl);
  if (wsl) settings.add("wsl");
  if (wsl?.version === 1) settings.add("wsl1");
  if (known(facts.hypervisor)) settings.add("vm");
  if (known(facts.containers)?.length) settings.add("container");
  const platform = known(facts.system.platform);
  if (platform === "win32") settings.add("windows");
  if (platform === "darwin") settings.add("macos");
  if (platform === "linux" || settings.has("wsl")) settings.delete("windows");
  if (platform === "linux" || platform === "win32") settings.delete("macos");
  // A Ryzen's own graphics beside an NVIDIA card say nothing of ROCm.
  if (text.has(amdCard) && !text.has(nvidiaCard)) settings.add("amd");
  return settings;
}
