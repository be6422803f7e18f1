/** Guests with a virtual adapter, a vGPU or a GPU partition instead of a whole card. */
import { cause } from "../../src/diagnosis/cause.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { known } from "../../src/facts/fact.ts";
import type { HypervisorVendor } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { hypervisorOf } from "../situation.ts";
import { vmVirtualGpuClues } from "./clues/vm-virtual-gpu.ts";
import { trainOnCpu } from "./cpu.ts";
import { byHand, type } from "./remedies.ts";

const texts = {
  wsl: message(
    "If the host runs Windows with an NVIDIA card: train in WSL2 on the host, which reaches the card without a virtual machine of your own",
    "如果宿主机是带 NVIDIA 显卡的 Windows：直接在宿主机的 WSL2 里训练，无需自建虚拟机就能用到显卡",
  ),
  native: message(
    "Or train on the host itself, or install Linux beside the host's system (dual boot)",
    "或者直接在宿主机上训练，或在宿主机上安装双系统 Linux",
  ),
  otherHypervisor: message(
    "Or run this guest where PCI passthrough exists: VMware ESXi, Proxmox/KVM, Xen, or Hyper-V on Windows Server (DDA)",
    "或者改用支持 PCI 直通的平台运行该虚拟机：VMware ESXi、Proxmox/KVM、Xen，或 Windows Server 上的 Hyper-V（DDA）",
  ),
  addDevice: message(
    "If the host has an NVIDIA card: hand it to this guest by PCI passthrough or vGPU in the host's settings of the virtual machine",
    "如果宿主机有 NVIDIA 显卡：在宿主机的虚拟机设置中通过 PCI 直通或 vGPU 把它交给该虚拟机",
  ),
  cloud: message(
    "In the cloud, choose an instance type that has an NVIDIA GPU; an ordinary one has none",
    "在云上请选择带 NVIDIA GPU 的实例类型；普通实例没有 GPU",
  ),
  profile: message(
    "On the host, give the guest a C- or Q-series vGPU profile (for example {example}) instead of an A- or B-series one; C needs an NVIDIA AI Enterprise licence, Q an RTX vWS licence",
    "在宿主机上为虚拟机分配 C 或 Q 系列的 vGPU 配置（例如 {example}），而不是 A 或 B 系列；C 需要 NVIDIA AI Enterprise 许可，Q 需要 RTX vWS 许可",
  ),
  wholeCard: message("Or pass the whole card through to one guest", "或者把整张卡直通给一个虚拟机"),
  license: message("Check that the guest holds a licence", "确认虚拟机已获得许可"),
  hostFiles: message(
    "On the Windows host, find the folder of the NVIDIA driver: the newest of these (on laptops and some cards its name begins with nvlt or nvmd instead)",
    "在 Windows 宿主机上找到 NVIDIA 驱动目录：其中最新的一个（部分笔记本和显卡的目录名以 nvlt 或 nvmd 开头）",
  ),
  copyFiles: message(
    "Copy that folder into the guest's /usr/lib/wsl/drivers and the files of the host's C:\\Windows\\System32\\lxss\\lib into /usr/lib/wsl/lib (a Windows guest: into C:\\Windows\\System32\\HostDriverStore\\FileRepository); again after each driver update on the host",
    "把该目录复制到虚拟机的 /usr/lib/wsl/drivers，并把宿主机 C:\\Windows\\System32\\lxss\\lib 中的文件复制到 /usr/lib/wsl/lib（Windows 虚拟机则复制到 C:\\Windows\\System32\\HostDriverStore\\FileRepository）；宿主机每次更新驱动后都要重做",
  ),
  registerLibraries: message("In the guest, let the loader know the libraries", "在虚拟机中让动态链接器认识这些库"),
  rebuildDxg: message(
    "In the guest, build a dxgkrnl module that fits this kernel and the Windows host: take the branch of https://github.com/staralt/dxgkrnl-dkms for {kernel}",
    "在虚拟机中编译与当前内核和 Windows 宿主机匹配的 dxgkrnl 模块：在 https://github.com/staralt/dxgkrnl-dkms 选择对应 {kernel} 的分支",
  ),
  olderKernel: message(
    "Or boot the guest with the kernel version that the module supports (a 5.15 or 6.x LTS kernel)",
    "或者让虚拟机使用该模块支持的内核版本（5.15 或 6.x LTS）",
  ),
  dkmsStatus: message("See whether the module was built for the running kernel", "查看模块是否已为当前内核编译"),
};

const neverPassesThrough: readonly HypervisorVendor[] = ["virtualbox", "parallels", "bhyve", "apple"];
const clouds: readonly HypervisorVendor[] = ["amazon", "google", "azure", "firecracker"];

const vmNoGpu = cause({
  id: "vm-no-gpu",
  group: "vm",
  title: message("This virtual machine has no CUDA GPU", "这台虚拟机没有可用于 CUDA 的 GPU")(),
  explanation: message(
    "The guest has only a virtual display adapter. VMware Workstation, Player and Fusion, VirtualBox and Parallels draw 3D through the host's card but never hand it over, so no driver installed in the guest can offer CUDA. Server hypervisors can, if the host's settings give this guest a card. CPU training works here as anywhere.",
    "虚拟机里只有虚拟显示适配器。VMware Workstation/Player/Fusion、VirtualBox 和 Parallels 会借宿主机显卡绘制 3D，但不会把显卡交给虚拟机，因此在虚拟机里装什么驱动都得不到 CUDA。服务器级虚拟化平台可以，但要在宿主机上为该虚拟机分配显卡。这里可以正常使用 CPU 训练。",
  )(),
  recognise: message(
    "`lspci -nn` shows “VMware SVGA II Adapter [15ad:0405]”, “VirtualBox Graphics Adapter [80ee:beef]”, QXL, Cirrus or virtio and no device of 10de; `systemd-detect-virt` names the hypervisor. With a 10de device in that list the card was passed through: see the passthrough causes.",
    "`lspci -nn` 只显示“VMware SVGA II Adapter [15ad:0405]”、“VirtualBox Graphics Adapter [80ee:beef]”、QXL、Cirrus 或 virtio，没有 10de 设备；`systemd-detect-virt` 会给出虚拟化平台。如果列表中有 10de 设备，说明显卡已直通，请看直通相关的原因。",
  )(),
  hardware: true,
  references: [
    "https://www.info2soft.com/blogs/vmware-how-to-enable-gpu.html",
    "https://github.com/NVIDIA/nvidia-docker/issues/431",
    "https://www.virtualbox.org/manual/",
  ],
  clues: vmVirtualGpuClues["vm-no-gpu"],
  remedies: (facts) => {
    const vendor = hypervisorOf(facts) ?? null;
    const edition = known(facts.hypervisor)?.edition ?? null;
    const cpu = trainOnCpu(facts);
    if (vendor !== null && clouds.includes(vendor)) return [cpu, byHand("any", texts.cloud())];
    const onHost = [byHand("host", texts.wsl()), byHand("host", texts.native())];
    const move = byHand("host", texts.otherHypervisor(), "downtime");
    const add = byHand("host", texts.addDevice(), "downtime");
    if (vendor === null || (vendor === "vmware" && edition === null)) return [cpu, ...onHost, move, add];
    const locked = neverPassesThrough.includes(vendor) || (vendor === "vmware" && edition === "desktop");
    if (locked) return [cpu, ...onHost, move];
    return vendor === "hyperv" ? [cpu, ...onHost, add] : [cpu, add];
  },
});

const vgpuProfileNoCompute = cause({
  id: "vgpu-profile-no-compute",
  group: "vm",
  title: message("This vGPU profile has no CUDA", "该 vGPU 配置不支持 CUDA")(),
  explanation: message(
    "NVIDIA vGPU profiles end in a letter: A and B are for virtual applications and desktops and do not offer CUDA; C (compute) and Q (workstation) do. The driver works, but the compute mode is prohibited.",
    "NVIDIA vGPU 配置名以字母结尾：A、B 面向虚拟应用和桌面，不提供 CUDA；C（计算）和 Q（工作站）才提供。驱动本身正常，但计算模式被禁止。",
  )(),
  recognise: message(
    "`nvidia-smi -L` in the guest names a card such as “GRID P4-8A” or “NVIDIA A40-8B”, and `nvidia-smi` shows “Prohibited” under Compute M.",
    "虚拟机中 `nvidia-smi -L` 显示类似“GRID P4-8A”或“NVIDIA A40-8B”的名字，`nvidia-smi` 的 Compute M. 一栏为“Prohibited”。",
  )(),
  references: [
    "https://docs.nvidia.com/vgpu/latest/grid-vgpu-user-guide/index.html",
    "https://github.com/ollama/ollama/issues/6364",
  ],
  clues: vmVirtualGpuClues["vgpu-profile-no-compute"],
  remedies: (facts) => {
    const names = (known(driverReport(facts))?.gpus ?? []).flatMap((gpu) => gpu.name ?? []);
    const profile = names.map((name) => /\b(\w+-\d+)[AB]\b/.exec(name)?.[1]).find((found) => found !== undefined);
    return [
      byHand("host", texts.profile({ example: `${profile ?? "A40-8"}Q` }), "downtime"),
      byHand("host", texts.wholeCard(), "downtime"),
      type("guest", texts.license(), ["nvidia-smi -q"]),
    ];
  },
});

const driverFilesMissing = cause({
  id: "hyperv-gpupv-driver-files-missing",
  group: "vm",
  title: message(
    "The Hyper-V guest lacks parts of the host's GPU driver",
    "Hyper-V 虚拟机缺少宿主机 GPU 驱动的部分文件",
  )(),
  explanation: message(
    "With GPU partitioning (GPU-PV) the guest uses the host's driver and needs copies of its files, of exactly the version that the host runs. After a driver update on the host the copies are out of date, and every call is refused.",
    "使用 GPU 分区（GPU-PV）时，虚拟机用的是宿主机的驱动，需要一份与宿主机版本完全相同的驱动文件。宿主机更新驱动后，旧的拷贝失效，所有调用都会被拒绝。",
  )(),
  recognise: message(
    "`ls /dev/dxg /usr/lib/wsl/lib /usr/lib/wsl/drivers` in a guest that is not WSL shows the device, and folders that are empty or older than the host's driver; nvidia-smi says “GPU access blocked by the operating system”.",
    "在非 WSL 的虚拟机中，`ls /dev/dxg /usr/lib/wsl/lib /usr/lib/wsl/drivers` 能看到设备，但目录为空或比宿主机驱动旧；nvidia-smi 提示“GPU access blocked by the operating system”。",
  )(),
  references: [
    "https://github.com/staralt/dxgkrnl-dkms/issues/7",
    "https://learn.microsoft.com/windows-server/virtualization/hyper-v/gpu-partitioning",
  ],
  clues: vmVirtualGpuClues["hyperv-gpupv-driver-files-missing"],
  remedies: () => [
    type("host", texts.hostFiles(), [
      "Get-ChildItem C:\\Windows\\System32\\DriverStore\\FileRepository -Filter nv_dispi* | Sort-Object LastWriteTime",
    ]),
    byHand("guest", texts.copyFiles()),
    type("guest", texts.registerLibraries(), [
      "echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf",
      "sudo ldconfig",
    ]),
  ],
});

const moduleIncompatible = cause({
  id: "hyperv-gpupv-module-incompatible",
  group: "vm",
  title: message("The guest's dxgkrnl module does not fit", "虚拟机的 dxgkrnl 模块不匹配")(),
  explanation: message(
    "Outside WSL the driver for /dev/dxg is a module of one's own build. One that was made for another kernel, or for another version of the Windows host's GPU protocol, loads and even creates /dev/dxg, but the host refuses its calls.",
    "在 WSL 之外，/dev/dxg 的驱动是自行编译的模块。如果它是为别的内核或别的 Windows 宿主机协议版本编译的，虽然能加载甚至创建 /dev/dxg，但宿主机会拒绝它的调用。",
  )(),
  recognise: message(
    "The files in /usr/lib/wsl are those of the host's driver, /dev/dxg exists, and nvidia-smi is still blocked; `dmesg | grep dxg` shows protocol or version errors.",
    "/usr/lib/wsl 中的文件与宿主机驱动一致，/dev/dxg 也存在，但 nvidia-smi 仍被拒绝；`dmesg | grep dxg` 显示协议或版本错误。",
  )(),
  references: ["https://github.com/staralt/dxgkrnl-dkms/issues/9", "https://github.com/microsoft/WSL2-Linux-Kernel"],
  clues: vmVirtualGpuClues["hyperv-gpupv-module-incompatible"],
  remedies: (facts) => [
    type("guest", texts.dkmsStatus(), ["dkms status"]),
    byHand("guest", texts.rebuildDxg({ kernel: known(facts.system.kernel) ?? "uname -r" }), "reboot"),
    byHand("guest", texts.olderKernel(), "reboot"),
  ],
});

export const vmVirtualGpuCauses = {
  "vm-no-gpu": vmNoGpu,
  "vgpu-profile-no-compute": vgpuProfileNoCompute,
  "hyperv-gpupv-driver-files-missing": driverFilesMissing,
  "hyperv-gpupv-module-incompatible": moduleIncompatible,
} as const;
