import { cause } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, HypervisorVendor } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { byHand, onWindows, trainOnCpu, type } from "./remedies.ts";

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
    "如果宿主机有 NVIDIA 显卡：在宿主机的虚拟机设置中通过 PCI 直通或 vGPU 把它交给该客户机",
  ),
  cloud: message(
    "In the cloud, choose an instance type that has an NVIDIA GPU; an ordinary one has none",
    "在云上请选择带 NVIDIA GPU 的实例类型；普通实例没有 GPU",
  ),
  hideLibvirt: message(
    "On the KVM host (virsh edit GUEST), inside <features>: <kvm><hidden state='on'/></kvm> and <hyperv><vendor_id state='on' value='whatever'/></hyperv>; then stop and start the guest",
    "在 KVM 宿主机上（virsh edit GUEST），在 <features> 内加入：<kvm><hidden state='on'/></kvm> 和 <hyperv><vendor_id state='on' value='whatever'/></hyperv>；然后关机再启动客户机",
  ),
  hideProxmox: message(
    "On Proxmox, put the number of the virtual machine in the place of VMID, then stop and start the guest",
    "在 Proxmox 上，把 VMID 换成虚拟机编号，然后关机再启动客户机",
  ),
  hideQemu: message(
    "With plain QEMU, start the guest with -cpu host,kvm=off,hv_vendor_id=whatever",
    "直接使用 QEMU 时，用 -cpu host,kvm=off,hv_vendor_id=whatever 启动客户机",
  ),
  hideVmware: message(
    'On ESXi, add to the virtual machine\'s advanced configuration: hypervisor.cpuid.v0 = "FALSE"; then power it off and on',
    '在 ESXi 的虚拟机高级配置中加入：hypervisor.cpuid.v0 = "FALSE"；然后关机再开机',
  ),
  newerDriver: message(
    "Or update the driver in the guest to branch 465 or newer: it no longer refuses GeForce cards in virtual machines",
    "或者把客户机内的驱动升级到 465 或更新的分支：不再拒绝虚拟机中的 GeForce 显卡",
  ),
  mmioVmware: message(
    'On ESXi, with the guest off and its firmware EFI, add to its advanced configuration: pciPassthru.use64bitMMIO = "TRUE" and pciPassthru.64bitMMIOSizeGB = "{size}" (the sum of all cards\' memory, doubled, as a power of two)',
    '在 ESXi 上关闭客户机并确认固件为 EFI，在高级配置中加入：pciPassthru.use64bitMMIO = "TRUE" 和 pciPassthru.64bitMMIOSizeGB = "{size}"（所有显卡显存之和的两倍，取 2 的幂）',
  ),
  mmioQemu: message(
    "On QEMU/libvirt, use machine type q35 with OVMF and add to the QEMU command line: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string={mib}",
    "在 QEMU/libvirt 上使用 q35 机型和 OVMF，并在 QEMU 命令行加入：-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string={mib}",
  ),
  mmioProxmox: message(
    "On Proxmox (machine q35, BIOS OVMF), put the number of the virtual machine in the place of VMID",
    "在 Proxmox 上（机型 q35，BIOS 选 OVMF），把 VMID 换成虚拟机编号",
  ),
  mmioHyperv: message(
    "On the Hyper-V host, in PowerShell run as administrator, with the guest off: put its name in the place of GUEST",
    "在 Hyper-V 宿主机上以管理员身份打开 PowerShell，关闭客户机，把 GUEST 换成虚拟机名称",
  ),
  mmioHost: message(
    "On the host, switch “Above 4G Decoding” on in the BIOS",
    "在宿主机 BIOS 中开启“Above 4G Decoding”",
  ),
  realloc: message(
    "If the regions are still 0, start the guest's kernel with pci=realloc",
    "如果区域仍为 0，用 pci=realloc 参数启动客户机内核",
  ),
  readLog: message("Read in the guest what the driver says", "在客户机中查看驱动的日志"),
  stopStart: message(
    "Power the guest off and on from the host; if it fails again, restart the host (many cards cannot be reset while running)",
    "在宿主机上把客户机关机再开机；如果仍失败，重启宿主机（许多显卡不支持运行中复位）",
  ),
  vfio: message(
    "On the host, make sure that vfio-pci holds the whole card (GPU and audio function) from boot, as the host's driver must never have started it",
    "在宿主机上确认整张卡（GPU 和音频功能）从开机起就由 vfio-pci 占用，宿主机驱动不能先初始化它",
  ),
  guestFirmware: message(
    "Give the guest UEFI firmware (OVMF), machine type q35 and the card as PCI Express",
    "让客户机使用 UEFI 固件（OVMF）、q35 机型，并以 PCI Express 方式接入显卡",
  ),
  atomicsHost: message(
    "Put the card into a slot whose root port passes PCIe atomics (directly on the CPU), and offer them to the guest: QEMU ≥ 8.1 with machine q35 and the card behind a pcie-root-port",
    "把显卡插到根端口支持 PCIe atomics 的插槽（CPU 直连），并传给客户机：QEMU ≥ 8.1，机型 q35，显卡挂在 pcie-root-port 之后",
  ),
  atomicsCheck: message("See on the host what the card and its port offer", "在宿主机上查看显卡和端口是否支持"),
  atomicsNative: message("Or run the job on the host or in a container there", "或者在宿主机或其容器中运行任务"),
  profile: message(
    "On the host, give the guest a C- or Q-series vGPU profile (for example {example}) instead of an A- or B-series one; C needs an NVIDIA AI Enterprise licence, Q an RTX vWS licence",
    "在宿主机上为客户机分配 C 或 Q 系列的 vGPU 配置（例如 {example}），而不是 A 或 B 系列；C 需要 NVIDIA AI Enterprise 许可，Q 需要 RTX vWS 许可",
  ),
  wholeCard: message("Or pass the whole card through to one guest", "或者把整张卡直通给一个客户机"),
  license: message("Check that the guest holds a licence", "确认客户机已获得许可"),
  hostFiles: message(
    "On the Windows host, find the folder of the NVIDIA driver: the newest nv_dispi or nvlt* folder under C:\\Windows\\System32\\DriverStore\\FileRepository",
    "在 Windows 宿主机上找到 NVIDIA 驱动目录：C:\\Windows\\System32\\DriverStore\\FileRepository 下最新的 nv_dispi 或 nvlt* 目录",
  ),
  listStore: message("The host lists these folders with", "宿主机上可用此命令列出这些目录"),
  copyFiles: message(
    "Copy that folder into the guest's /usr/lib/wsl/drivers and the files of the host's C:\\Windows\\System32\\lxss\\lib into /usr/lib/wsl/lib (a Windows guest: into C:\\Windows\\System32\\HostDriverStore\\FileRepository); again after each driver update on the host",
    "把该目录复制到客户机的 /usr/lib/wsl/drivers，并把宿主机 C:\\Windows\\System32\\lxss\\lib 中的文件复制到 /usr/lib/wsl/lib（Windows 客户机则复制到 C:\\Windows\\System32\\HostDriverStore\\FileRepository）；宿主机每次更新驱动后都要重做",
  ),
  registerLibraries: message("In the guest, let the loader know the libraries", "在客户机中让动态链接器认识这些库"),
  rebuildDxg: message(
    "In the guest, build a dxgkrnl module that fits this kernel and the Windows host: take the branch of https://github.com/staralt/dxgkrnl-dkms for {kernel}",
    "在客户机中编译与当前内核和 Windows 宿主机匹配的 dxgkrnl 模块：在 https://github.com/staralt/dxgkrnl-dkms 选择对应 {kernel} 的分支",
  ),
  olderKernel: message(
    "Or boot the guest with the kernel version that the module supports (a 5.15 or 6.x LTS kernel)",
    "或者让客户机使用该模块支持的内核版本（5.15 或 6.x LTS）",
  ),
  dkmsStatus: message("See whether the module was built for the running kernel", "查看模块是否已为当前内核编译"),
};

const neverPassesThrough: readonly HypervisorVendor[] = ["virtualbox", "parallels", "bhyve", "apple", "firecracker"];
const clouds: readonly HypervisorVendor[] = ["amazon", "google", "azure"];

function vendorOf(facts: Facts): HypervisorVendor | null {
  return known(facts.hypervisor)?.vendor ?? null;
}

/** True where this hypervisor is known, and is none of these. */
function isNoneOf(facts: Facts, ...vendors: readonly HypervisorVendor[]): boolean {
  const vendor = vendorOf(facts);
  return vendor !== null && !vendors.includes(vendor);
}

const vmNoGpu = cause({
  id: "vm-no-gpu",
  group: "vm",
  title: message("This virtual machine has no CUDA GPU", "这台虚拟机没有可用于 CUDA 的 GPU")(),
  explanation: message(
    "The guest has only a virtual display adapter. VMware Workstation, Player and Fusion, VirtualBox and Parallels draw 3D through the host's card but never hand it over, so no driver installed in the guest can offer CUDA. Server hypervisors can, if the host's settings give this guest a card. CPU training works here as anywhere.",
    "客户机里只有虚拟显示适配器。VMware Workstation/Player/Fusion、VirtualBox 和 Parallels 会借宿主机显卡绘制 3D，但不会把显卡交给客户机，因此在客户机里装什么驱动都得不到 CUDA。服务器级虚拟化平台可以，但要在宿主机上为该客户机分配显卡。这里可以正常使用 CPU 训练。",
  )(),
  recognise: message(
    "`lspci -nn` shows “VMware SVGA II Adapter [15ad:0405]”, “VirtualBox Graphics Adapter [80ee:beef]”, QXL, Cirrus or virtio and no device of 10de; `systemd-detect-virt` names the hypervisor. With a 10de device in that list the card was passed through: see the passthrough causes.",
    "`lspci -nn` 只显示 “VMware SVGA II Adapter [15ad:0405]”、“VirtualBox Graphics Adapter [80ee:beef]”、QXL、Cirrus 或 virtio，没有 10de 设备；`systemd-detect-virt` 会给出虚拟化平台。如果列表中有 10de 设备，说明显卡已直通，请看直通相关的原因。",
  )(),
  hardware: true,
  references: [
    "https://www.info2soft.com/blogs/vmware-how-to-enable-gpu.html",
    "https://github.com/NVIDIA/nvidia-docker/issues/431",
    "https://www.virtualbox.org/manual/",
  ],
  clues: [],
  remedies: (facts) => {
    const vendor = vendorOf(facts);
    const desktop = vendor === "vmware" && known(facts.hypervisor)?.edition !== "server";
    const locked = vendor !== null && (neverPassesThrough.includes(vendor) || desktop);
    if (vendor !== null && clouds.includes(vendor)) return [trainOnCpu(facts), byHand("any", texts.cloud())];
    const host = [byHand("host", texts.wsl()), byHand("host", texts.native())];
    if (locked) return [trainOnCpu(facts), ...host, byHand("host", texts.otherHypervisor(), "downtime")];
    if (vendor === null) {
      return [trainOnCpu(facts), ...host, byHand("host", texts.otherHypervisor()), byHand("host", texts.addDevice())];
    }
    return [trainOnCpu(facts), byHand("host", texts.addDevice(), "downtime")];
  },
});

const hypervisorVisible = cause({
  id: "vm-passthrough-hypervisor-visible",
  group: "vm",
  title: message(
    "The driver refuses the passed-through card because it sees the hypervisor",
    "驱动发现自己运行在虚拟机中，拒绝直通的显卡",
  )(),
  explanation: message(
    "NVIDIA's drivers before branch 465 refused GeForce cards in virtual machines: “Code 43” on Windows, a failing RmInitAdapter on Linux. The card is passed through correctly; the driver only must not see KVM's signature. Newer drivers accept it.",
    "465 之前的 NVIDIA 驱动拒绝在虚拟机中使用 GeForce 显卡：Windows 上是“代码 43”，Linux 上是 RmInitAdapter 失败。直通本身是正确的，只是不能让驱动看到 KVM 特征。更新的驱动已经放开。",
  )(),
  recognise: message(
    "The card is in the guest's `lspci -nn -d 10de:`, the Windows device manager shows “Code 43”, or nvidia-smi says “No devices were found” with a driver older than 465. `lscpu | grep Hypervisor` shows KVM.",
    "客户机的 `lspci -nn -d 10de:` 能看到显卡，Windows 设备管理器显示“代码 43”，或驱动低于 465 且 nvidia-smi 提示 “No devices were found”。`lscpu | grep Hypervisor` 显示 KVM。",
  )(),
  references: [
    "https://github.com/pop-os/nvidia-graphics-drivers/issues/93",
    "https://github.com/clayfreeman/gpu-passthrough/issues/4",
    "https://pve.proxmox.com/wiki/PCI_Passthrough",
    "https://libvirt.org/formatdomain.html",
  ],
  clues: [],
  remedies: (facts) => {
    const newer = byHand("guest", texts.newerDriver());
    const vmware = byHand("host", texts.hideVmware(), "downtime");
    const kvm = [
      byHand("host", texts.hideLibvirt(), "downtime"),
      type("host", texts.hideProxmox(), ["qm set VMID --cpu host,hidden=1"], "downtime"),
      byHand("host", texts.hideQemu(), "downtime"),
    ];
    if (vendorOf(facts) === "vmware") return [newer, vmware];
    return [newer, ...kvm, ...(vendorOf(facts) === null ? [vmware] : [])];
  },
});

const mmioTooSmall = cause({
  id: "vm-passthrough-mmio-too-small",
  group: "vm",
  title: message("The guest's 64-bit MMIO space is too small for the card", "客户机的 64 位 MMIO 空间放不下这张显卡")(),
  explanation: message(
    "A data-centre card wants a memory window (BAR1) as large as its memory. The guest's firmware has too little address space to place it, leaves it at 0, and the driver gives up on the card.",
    "数据中心显卡需要与显存一样大的内存窗口（BAR1）。客户机固件的地址空间不够，只能把它留成 0，驱动因此放弃这张卡。",
  )(),
  recognise: message(
    "In the guest `dmesg | grep NVRM` shows “This PCI I/O region assigned to your NVIDIA device is invalid: BAR1 is 0M @ 0x0”; `lspci -vv -d 10de:` shows “Region 1: Memory at <unassigned>”. The same lines on bare metal mean Above 4G Decoding.",
    "客户机中 `dmesg | grep NVRM` 显示 “This PCI I/O region assigned to your NVIDIA device is invalid: BAR1 is 0M @ 0x0”；`lspci -vv -d 10de:` 显示 “Region 1: Memory at <unassigned>”。在物理机上同样的日志表示未开启 Above 4G Decoding。",
  )(),
  references: [
    "https://github.com/NVIDIA/gpu-operator/issues/492",
    "https://docs.nvidia.com/vgpu/latest/grid-vgpu-release-notes-vmware-vsphere/index.html",
    "https://learn.microsoft.com/windows-server/virtualization/hyper-v/deploy/deploying-graphics-devices-using-dda",
  ],
  clues: [],
  remedies: (facts) => {
    const size = mmioGiB(facts);
    const mib = size * 1024;
    const vmware = byHand("host", texts.mmioVmware({ size }), "downtime");
    const proxmox = `qm set VMID --args '-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=${mib}'`;
    const qemu = [
      byHand("host", texts.mmioQemu({ mib }), "downtime"),
      type("host", texts.mmioProxmox(), [proxmox], "downtime"),
    ];
    const windows = [
      "Set-VM GUEST -GuestControlledCacheTypes $true",
      `Set-VM GUEST -HighMemoryMappedIoSpace ${size}GB`,
    ];
    const hyperv = type("host", texts.mmioHyperv(), windows, "administrator", "downtime");
    const rest = [byHand("host", texts.mmioHost(), "downtime"), byHand("guest", texts.realloc(), "reboot")];
    return [
      ...(isNoneOf(facts, "vmware") ? [] : [vmware]),
      ...(isNoneOf(facts, "kvm", "qemu", "other") ? [] : qemu),
      ...(isNoneOf(facts, "hyperv", "azure") ? [] : [hyperv]),
      ...rest,
    ];
  },
});

/** Twice the memory of all cards as a power of two, 128 GiB where no card tells its size. */
function mmioGiB(facts: Facts): number {
  const bars = (known(facts.bus.adapters) ?? []).flatMap((adapter) => known(adapter.bars) ?? []);
  const cards = known(facts.driver.smi)?.gpus ?? [];
  const bytes =
    bars.reduce((sum, size) => sum + size, 0) + cards.reduce((sum, gpu) => sum + (gpu.memoryMiB ?? 0) * 2 ** 20, 0);
  const doubled = (2 * bytes) / 2 ** 30;
  return Math.max(128, 2 ** Math.ceil(Math.log2(Math.max(1, doubled))));
}

const gpuInitFailed = cause({
  id: "vm-passthrough-gpu-init-failed",
  group: "vm",
  title: message("The passed-through GPU fails to start in the guest", "直通的 GPU 在客户机中初始化失败")(),
  explanation: message(
    "The card is on the guest's bus and the driver loads, but starting it fails. Mostly the card was not reset when the guest restarted, the host had started it before, or the guest's firmware is not UEFI. On bare metal the same card would work.",
    "显卡在客户机总线上，驱动也已加载，但启动失败。多数情况是客户机重启时显卡没有被复位、宿主机先初始化过它，或客户机固件不是 UEFI。同一张卡在物理机上通常正常。",
  )(),
  recognise: message(
    "`lspci -nn -d 10de:` in the guest shows the card and `sudo dmesg | grep NVRM` shows “RmInitAdapter failed!”; nvidia-smi says “No devices were found”. It worked at the first start of the guest and fails from the second on: a reset fault.",
    "客户机中 `lspci -nn -d 10de:` 能看到显卡，`sudo dmesg | grep NVRM` 显示 “RmInitAdapter failed!”，nvidia-smi 提示 “No devices were found”。如果客户机第一次启动正常、第二次起失败，就是复位问题。",
  )(),
  references: [
    "https://github.com/NVIDIA/cuda-samples/issues/104",
    "https://pve.proxmox.com/wiki/PCI_Passthrough",
    "https://docs.kernel.org/driver-api/vfio.html",
  ],
  clues: [],
  remedies: (facts) => [
    byHand("host", texts.stopStart(), "downtime"),
    byHand("host", texts.vfio(), "downtime"),
    byHand("host", texts.guestFirmware(), "downtime"),
    ...(onWindows(facts) ? [] : [type("guest", texts.readLog(), ["sudo dmesg | grep -E 'NVRM|BAR'"])]),
  ],
});

const pcieAtomics = cause({
  id: "vm-passthrough-pcie-atomics",
  group: "vm",
  title: message("The hypervisor passes no PCIe atomics (ROCm)", "虚拟化平台没有传递 PCIe atomics（ROCm）")(),
  explanation: message(
    "ROCm's compute driver needs PCIe atomic operations between the card and the memory. In the guest the virtual root port does not offer them, so the driver skips the card for compute, though it may still draw.",
    "ROCm 的计算驱动需要显卡与内存之间的 PCIe 原子操作。客户机的虚拟根端口没有提供，驱动便不把该卡用于计算，尽管它仍可能显示画面。",
  )(),
  recognise: message(
    "`sudo dmesg | grep kfd` shows “skipped device …, PCI rejects atomics”; `rocminfo` lists no GPU agent.",
    "`sudo dmesg | grep kfd` 显示 “skipped device …, PCI rejects atomics”；`rocminfo` 没有列出 GPU。",
  )(),
  references: [
    "https://rocm.docs.amd.com/en/latest/conceptual/pcie-atomics.html",
    "https://github.com/qemu/qemu/blob/master/docs/pcie.txt",
  ],
  clues: [],
  remedies: () => [
    byHand("host", texts.atomicsHost(), "downtime"),
    type("host", texts.atomicsCheck(), ["sudo lspci -vv | grep AtomicOps"]),
    byHand("host", texts.atomicsNative()),
  ],
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
    "客户机中 `nvidia-smi -L` 显示类似 “GRID P4-8A” 或 “NVIDIA A40-8B” 的名字，`nvidia-smi` 的 Compute M. 一栏为 “Prohibited”。",
  )(),
  references: [
    "https://docs.nvidia.com/vgpu/latest/grid-vgpu-user-guide/index.html",
    "https://github.com/ollama/ollama/issues/6364",
  ],
  clues: [],
  remedies: (facts) => {
    const names = (known(facts.driver.smi)?.gpus ?? []).flatMap((gpu) => gpu.name ?? []);
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
    "Hyper-V 客户机缺少宿主机 GPU 驱动的部分文件",
  )(),
  explanation: message(
    "With GPU partitioning (GPU-PV) the guest uses the host's driver and needs copies of its files, of exactly the version that the host runs. After a driver update on the host the copies are out of date, and every call is refused.",
    "使用 GPU 分区（GPU-PV）时，客户机用的是宿主机的驱动，需要一份与宿主机版本完全相同的驱动文件。宿主机更新驱动后，旧的拷贝失效，所有调用都会被拒绝。",
  )(),
  recognise: message(
    "/dev/dxg exists in a guest that is not WSL, /usr/lib/wsl/lib or /usr/lib/wsl/drivers is empty or older than the host's driver, and nvidia-smi says “GPU access blocked by the operating system”.",
    "在非 WSL 的客户机中存在 /dev/dxg，但 /usr/lib/wsl/lib 或 /usr/lib/wsl/drivers 为空或比宿主机驱动旧，nvidia-smi 提示 “GPU access blocked by the operating system”。",
  )(),
  references: [
    "https://github.com/staralt/dxgkrnl-dkms/issues/7",
    "https://learn.microsoft.com/windows-server/virtualization/hyper-v/gpu-partitioning",
  ],
  clues: [],
  remedies: () => [
    type("host", texts.listStore(), [
      "Get-ChildItem C:\\Windows\\System32\\DriverStore\\FileRepository -Filter nv_dispi* | Sort-Object LastWriteTime",
    ]),
    byHand("host", texts.hostFiles()),
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
  title: message("The guest's dxgkrnl module does not fit", "客户机的 dxgkrnl 模块不匹配")(),
  explanation: message(
    "Outside WSL the driver for /dev/dxg is a module of one's own build. One that was made for another kernel, or for another version of the Windows host's GPU protocol, loads and even creates /dev/dxg, but the host refuses its calls.",
    "在 WSL 之外，/dev/dxg 的驱动是自行编译的模块。如果它是为别的内核或别的 Windows 宿主机协议版本编译的，虽然能加载甚至创建 /dev/dxg，但宿主机会拒绝它的调用。",
  )(),
  recognise: message(
    "The files in /usr/lib/wsl are those of the host's driver, /dev/dxg exists, and nvidia-smi is still blocked; `dmesg | grep dxg` shows protocol or version errors.",
    "/usr/lib/wsl 中的文件与宿主机驱动一致，/dev/dxg 也存在，但 nvidia-smi 仍被拒绝；`dmesg | grep dxg` 显示协议或版本错误。",
  )(),
  references: ["https://github.com/staralt/dxgkrnl-dkms/issues/9", "https://github.com/microsoft/WSL2-Linux-Kernel"],
  clues: [],
  remedies: (facts) => [
    type("guest", texts.dkmsStatus(), ["dkms status"]),
    byHand("guest", texts.rebuildDxg({ kernel: known(facts.system.kernel) ?? "uname -r" }), "reboot"),
    byHand("guest", texts.olderKernel(), "reboot"),
  ],
});

export const vmCauses = {
  "vm-no-gpu": vmNoGpu,
  "vm-passthrough-hypervisor-visible": hypervisorVisible,
  "vm-passthrough-mmio-too-small": mmioTooSmall,
  "vm-passthrough-gpu-init-failed": gpuInitFailed,
  "vm-passthrough-pcie-atomics": pcieAtomics,
  "vgpu-profile-no-compute": vgpuProfileNoCompute,
  "hyperv-gpupv-driver-files-missing": driverFilesMissing,
  "hyperv-gpupv-module-incompatible": moduleIncompatible,
} as const;
