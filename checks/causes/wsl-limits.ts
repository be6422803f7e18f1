/** What WSL limits or shows strangely: memory, drives, and messages that are no fault. */
import { cause } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { wslLimitsClues } from "./clues/wsl-limits.ts";
import { byHand, plainWord, type } from "./remedies.ts";
import { configPath, shutdown } from "./wsl-remedies.ts";

const texts = {
  lessPinned: message(
    "Set pin_memory=False in the DataLoader, or pin smaller batches",
    "在 DataLoader 中设置 pin_memory=False，或减小需要锁页的 batch",
  ),
  moreMemory: message(
    "Give the WSL virtual machine more memory: pinned memory is taken from it ({setting} under [wsl2] in {path})",
    "给 WSL 虚拟机更多内存：锁页内存从中分配（在 {path} 的 [wsl2] 下设置 {setting}）",
  ),
  raiseLimit: message(
    "On Windows, edit {path}: under [wsl2] set {setting} (leave Windows some GiB) and swap=16GB",
    "在 Windows 上编辑 {path}：在 [wsl2] 下设置 {setting}（给 Windows 留几 GiB）以及 swap=16GB",
  ),
  openConfig: message("On Windows, in PowerShell, open the file", "在 Windows 的 PowerShell 中打开该文件"),
  applyConfig: message(
    "Then shut WSL down, so that the next start reads it (all distros and Docker Desktop stop)",
    "然后关闭 WSL，下次启动时才会读取（所有发行版和 Docker Desktop 都会停止）",
  ),
  checkMemory: message("In the distro, see what arrived", "在发行版中查看是否生效"),
  smallerJob: message(
    "Make the job fit: fewer DataLoader workers, smaller chunks, memory-mapped data",
    "让任务能放下：减少 DataLoader worker、减小分块、使用内存映射数据",
  ),
  moveConfig: message(
    "WSL reads only the .wslconfig of the Windows user that starts it, at %UserProfile%\\.wslconfig (no .txt at the end): move the file there",
    "WSL 只读取启动它的 Windows 用户的 %UserProfile%\\.wslconfig（末尾没有 .txt）：把文件移到那里",
  ),
  resave: message(
    "On Windows, in PowerShell, save {path} again as UTF-8 without a byte-order mark",
    "在 Windows 的 PowerShell 中把 {path} 重新保存为不带 BOM 的 UTF-8",
  ),
  sections: message(
    "On Windows, see in {path} that each key stands under its section: [wsl2] for memory, processors, swap, kernel; [experimental] for autoMemoryReclaim, sparseVhd",
    "在 Windows 上检查 {path}，确认每个键都在所属的节下：memory、processors、swap、kernel 属于 [wsl2]；autoMemoryReclaim、sparseVhd 属于 [experimental]",
  ),
  misplaced: message(
    "On Windows, in {path}, move {keys} under the section that WSL reads them from: [wsl2] for memory, processors, swap, kernel; [experimental] for autoMemoryReclaim, sparseVhd",
    "在 Windows 上，把 {path} 中的 {keys} 移到 WSL 会读取的节下：memory、processors、swap、kernel 属于 [wsl2]；autoMemoryReclaim、sparseVhd 属于 [experimental]",
  ),
  distroSettings: message(
    "Settings of one distro ([automount], [gpu], [boot], [user]) belong in its own /etc/wsl.conf, not in .wslconfig",
    "单个发行版的设置（[automount]、[gpu]、[boot]、[user]）应写在它自己的 /etc/wsl.conf，而不是 .wslconfig",
  ),
  copyData: message(
    "Copy the data onto the distro's own disk and train from there",
    "把数据复制到发行版自己的磁盘上，从那里训练",
  ),
  packData: message(
    "If it must stay on the Windows drive, keep it in a few big files (tar shards, Parquet, HDF5): each small file costs a round trip",
    "如果必须留在 Windows 盘，请打包成少量大文件（tar 分片、Parquet、HDF5）：每个小文件都要一次往返",
  ),
  windowsPython: message(
    "Or run the training with a Python on Windows, where that drive is local",
    "或者用 Windows 上的 Python 训练，那块盘对它是本地的",
  ),
};

/** WSL2 takes half of the host's memory unless told otherwise, so three quarters are about 1.5 times what it has. */
function memorySetting(facts: Facts): string {
  const wsl = known(facts.wsl);
  const configured = wsl && known(wsl.config)?.memoryMiB;
  const visible = known(facts.limits.hostMemoryMiB);
  if (configured || visible === undefined) return "memory=24GB";
  return `memory=${Math.max(4, Math.round((visible * 1.5) / 1024))}GB`;
}

const openConfig = type("windows", texts.openConfig(), ["notepad $env:USERPROFILE\\.wslconfig"]);
const applyConfig = type("windows", texts.applyConfig(), [shutdown], "downtime");
const checkMemory = type("linux", texts.checkMemory(), ["free -h"]);

const wslLibcudaNotSymlink = cause({
  id: "wsl-libcuda-not-symlink",
  group: "wsl",
  title: message(
    "“libcuda.so.1 is not a symbolic link” is harmless in WSL",
    "WSL 中的“libcuda.so.1 is not a symbolic link”无害",
  )(),
  explanation: message(
    "ldconfig expects libcuda.so.1 to be a link to a numbered file. In /usr/lib/wsl/lib, which Windows mounts read-only, it is a copy. The warning comes with every package installation and has no effect: the library loads as it should.",
    "ldconfig 期望 libcuda.so.1 是指向带版本号文件的符号链接，而在 Windows 只读挂载的 /usr/lib/wsl/lib 中它是一份拷贝。每次安装软件包都会出现这条警告，但没有影响，库可以正常加载。",
  )(),
  recognise: message(
    "`sudo ldconfig` says “/usr/lib/wsl/lib/libcuda.so.1 is not a symbolic link”, and nvidia-smi works. If CUDA fails all the same, the cause is another one.",
    "`sudo ldconfig` 提示“/usr/lib/wsl/lib/libcuda.so.1 is not a symbolic link”，而 nvidia-smi 正常。如果 CUDA 仍失败，原因在别处。",
  )(),
  harmless: true,
  references: ["https://github.com/yuk7/ArchWSL/issues/248", "https://github.com/microsoft/WSL/issues/11229"],
  clues: wslLimitsClues["wsl-libcuda-not-symlink"],
  remedies: () => [],
});

const wslLspciExpected = cause({
  id: "wsl-lspci-expected",
  group: "wsl",
  title: message("lspci shows no NVIDIA card in WSL: that is normal", "WSL 中 lspci 看不到 NVIDIA 显卡：这是正常的")(),
  explanation: message(
    "WSL2 and Hyper-V GPU partitioning do not put the card on the guest's PCI bus: they show a virtual 3D controller of Microsoft's (1414:008e), and CUDA reaches the card through /dev/dxg. A missing 10de device says nothing there, and neither does “Basic Render Driver”.",
    "WSL2 和 Hyper-V 的 GPU 分区不会把显卡挂到虚拟机的 PCI 总线上，只显示一个微软的虚拟 3D 控制器（1414:008e），CUDA 通过 /dev/dxg 访问显卡。因此看不到 10de 设备或出现“Basic Render Driver”都不说明问题。",
  )(),
  recognise: message(
    "`lspci -nn` prints “3D controller [0302]: Microsoft Corporation Device [1414:008e]”. Whether the GPU works is told by `ls -l /dev/dxg` and nvidia-smi.",
    "`lspci -nn` 输出“3D controller [0302]: Microsoft Corporation Device [1414:008e]”。GPU 是否可用要看 `ls -l /dev/dxg` 和 nvidia-smi。",
  )(),
  harmless: true,
  references: [
    "https://github.com/brokeDude2901/dxgkrnl_ubuntu/issues/12",
    "https://github.com/Osmantic/ODS/pull/3737",
  ],
  clues: wslLimitsClues["wsl-lspci-expected"],
  remedies: () => [],
});

const wslDmesgNoise = cause({
  id: "wsl-dmesg-noise",
  group: "wsl",
  title: message(
    "dxgk “Ioctl failed: -22 / -2” lines in dmesg are harmless",
    "dmesg 中的 dxgk“Ioctl failed: -22 / -2”无害",
  )(),
  explanation: message(
    "WSL's GPU driver logs every request that Windows declines, among them probes for features that this Windows or card does not have. Lines with -22 (invalid argument) or -2 (not found) appear on machines where everything works.",
    "WSL 的 GPU 驱动会记录 Windows 拒绝的每个请求，其中包括对该系统或显卡不具备的功能的探测。-22（参数无效）或 -2（未找到）的日志在一切正常的机器上也会出现。",
  )(),
  recognise: message(
    "`dmesg | grep dxgk` shows “dxgkio_query_adapter_info: Ioctl failed: -22” (or -2), and nvidia-smi works. “create_process failed” with nvidia-smi refused is wsl-gpu-channel-broken.",
    "`dmesg | grep dxgk` 显示“dxgkio_query_adapter_info: Ioctl failed: -22”（或 -2），而 nvidia-smi 正常。若出现“create_process failed”且 nvidia-smi 被拒绝，则是 wsl-gpu-channel-broken。",
  )(),
  harmless: true,
  references: ["https://github.com/microsoft/WSL/issues/40715", "https://github.com/microsoft/WSL/issues/11293"],
  clues: wslLimitsClues["wsl-dmesg-noise"],
  remedies: () => [],
});

const wslPinnedMemoryLimit = cause({
  id: "wsl-pinned-memory-limit",
  group: "wsl",
  title: message("WSL2 limits pinned memory", "WSL2 限制了锁页内存（pinned memory）")(),
  explanation: message(
    "Page-locked host memory in WSL2 comes out of a limited share of the virtual machine's memory. DataLoader(pin_memory=True) and other pinned buffers then fail with “out of memory” although the card and the system have memory free.",
    "WSL2 中的锁页主机内存只能占用虚拟机内存的一部分。此时 DataLoader(pin_memory=True) 等锁页缓冲会报“out of memory”，而显存和系统内存都还有空闲。",
  )(),
  recognise: message(
    "“CUDA error: out of memory” arises in pin_memory or cudaHostAlloc (the traceback says so), `nvidia-smi` shows free memory, and with pin_memory=False it goes away. Where other processes hold the card's memory, see gpu-memory-full.",
    "“CUDA error: out of memory”出现在 pin_memory 或 cudaHostAlloc 中（看 traceback），`nvidia-smi` 显示显存空闲，设 pin_memory=False 后消失。如果是其他进程占用显存，见 gpu-memory-full。",
  )(),
  references: [
    "https://docs.nvidia.com/cuda/wsl-user-guide/index.html",
    "https://github.com/microsoft/WSL/issues/8447",
  ],
  clues: wslLimitsClues["wsl-pinned-memory-limit"],
  remedies: (facts) => [
    byHand("any", texts.lessPinned()),
    byHand("windows", texts.moreMemory({ setting: memorySetting(facts), path: configPath(facts) })),
    openConfig,
    applyConfig,
  ],
});

const wslMemoryLimit = cause({
  id: "wsl-memory-limit",
  group: "wsl",
  title: message("The WSL2 virtual machine ran out of its share of memory", "WSL2 虚拟机用完了分给它的内存")(),
  explanation: message(
    "WSL2 gives its virtual machine half of the computer's memory unless .wslconfig says otherwise. When a job needs more, the kernel inside kills it with the bare word “Killed”, although Windows has memory left.",
    "除非 .wslconfig 另有设置，WSL2 只给虚拟机一半的物理内存。任务超出时，里面的内核会直接杀掉它，只留下一个“Killed”，尽管 Windows 还有空闲内存。",
  )(),
  recognise: message(
    "The program ends with “Killed” (exit code 137) and `dmesg | grep -i oom` names it; `free -h` in the distro shows about half of the memory that Windows has, or what .wslconfig says.",
    "程序以“Killed”（退出码 137）结束，`dmesg | grep -i oom` 中有它的名字；发行版内 `free -h` 显示的总内存约为 Windows 的一半，或等于 .wslconfig 中的值。",
  )(),
  references: ["https://learn.microsoft.com/windows/wsl/wsl-config", "https://github.com/oobabooga/textgen/issues/440"],
  clues: wslLimitsClues["wsl-memory-limit"],
  remedies: (facts) => [
    byHand("windows", texts.raiseLimit({ setting: memorySetting(facts), path: configPath(facts) })),
    openConfig,
    applyConfig,
    checkMemory,
    byHand("any", texts.smallerJob()),
  ],
});

const wslconfigIgnored = cause({
  id: "wslconfig-ignored",
  group: "wsl",
  title: message("WSL ignores the .wslconfig file", "WSL 忽略了 .wslconfig 文件")(),
  explanation: message(
    "WSL reads .wslconfig from the Windows user's own folder only, and takes each key only from its section. A file saved as UTF-16 (as PowerShell's > and older Notepad do), one named .wslconfig.txt, one inside the distro or a key outside [wsl2] is passed over without a word.",
    "WSL 只读取 Windows 用户目录下的 .wslconfig，并且每个键只在所属的节里有效。保存成 UTF-16 的文件（PowerShell 的 > 和旧版记事本会这样）、名为 .wslconfig.txt 的文件、放在发行版里的文件，或写在 [wsl2] 之外的键，都会被悄悄忽略。",
  )(),
  recognise: message(
    "After `wsl --shutdown` the settings have no effect (`free -h`, `nproc`). On Windows `Format-Hex $env:USERPROFILE\\.wslconfig` begins with FF FE for UTF-16.",
    "执行 `wsl --shutdown` 后设置仍不生效（用 `free -h`、`nproc` 查看）。在 Windows 上 `Format-Hex $env:USERPROFILE\\.wslconfig` 以 FF FE 开头即为 UTF-16。",
  )(),
  references: ["https://learn.microsoft.com/windows/wsl/wsl-config", "https://github.com/microsoft/WSL/issues/7851"],
  clues: wslLimitsClues["wslconfig-ignored"],
  remedies: (facts) => {
    const wsl = known(facts.wsl);
    const config = wsl && known(wsl.config);
    const path = configPath(facts);
    const file = "$env:USERPROFILE\\.wslconfig";
    // WriteAllLines writes UTF-8 without a byte-order mark in every PowerShell; Set-Content -Encoding utf8 does not.
    const rewrite = `[IO.File]::WriteAllLines("${file}", (Get-Content "${file}"))`;
    const resave = type("windows", texts.resave({ path }), [rewrite]);
    const keys = (config?.ignoredKeys ?? []).flatMap((key) => plainWord(key) ?? []).join(", ");
    const sections = byHand("windows", keys === "" ? texts.sections({ path }) : texts.misplaced({ path, keys }));
    const move = byHand("windows", texts.moveConfig());
    const misplaced = keys !== "";
    const misencoded = config?.encoding === "utf-16" || config?.encoding === "utf-8-bom";
    const told = [...(misencoded ? [resave] : []), ...(misplaced ? [sections] : [])];
    const all = [move, resave, sections, byHand("linux", texts.distroSettings())];
    return [...(told.length > 0 ? told : all), applyConfig, checkMemory];
  },
});

const wslWindowsDriveSlow = cause({
  id: "wsl-windows-drive-slow",
  group: "wsl",
  title: message(
    "The data lies on a Windows drive, which is slow from WSL2",
    "数据放在 Windows 盘上，从 WSL2 读取很慢",
  )(),
  explanation: message(
    "Files under /mnt/c cross from Windows into the WSL virtual machine by a network-like protocol (9p), one round trip for each operation. Reading many small files is then many times slower than from the distro's own disk, and the GPU waits.",
    "/mnt/c 下的文件要通过类似网络的协议（9p）从 Windows 传到 WSL 虚拟机，每个操作都要往返一次。读取大量小文件会比发行版自己的磁盘慢很多倍，GPU 只能等待。",
  )(),
  recognise: message(
    "`findmnt --target DATA` shows the type 9p or drvfs (or virtiofs); the loader is the bottleneck and a copy in the home folder is fast.",
    "`findmnt --target 数据目录` 显示类型为 9p 或 drvfs（或 virtiofs）；瓶颈在数据加载，而放到主目录后就变快。",
  )(),
  references: [
    "https://learn.microsoft.com/windows/wsl/filesystems",
    "https://github.com/microsoft/WSL/issues/4197",
    "https://github.com/microsoft/WSL/issues/13640",
  ],
  clues: wslLimitsClues["wsl-windows-drive-slow"],
  remedies: (facts) => {
    const path = known(facts.data)?.path;
    const source = path !== undefined && /^\/[\w./ +-]+$/.test(path) ? path : "/mnt/c/path/to/data";
    const quoted = source.includes(" ") ? `"${source}"` : source;
    return [
      type("linux", texts.copyData(), ["mkdir -p ~/data", `cp -r --no-clobber ${quoted} ~/data/`]),
      byHand("any", texts.packData()),
      byHand("windows", texts.windowsPython()),
    ];
  },
});

export const wslLimitCauses = {
  "wsl-libcuda-not-symlink": wslLibcudaNotSymlink,
  "wsl-lspci-expected": wslLspciExpected,
  "wsl-dmesg-noise": wslDmesgNoise,
  "wsl-pinned-memory-limit": wslPinnedMemoryLimit,
  "wsl-memory-limit": wslMemoryLimit,
  "wslconfig-ignored": wslconfigIgnored,
  "wsl-windows-drive-slow": wslWindowsDriveSlow,
} as const;
