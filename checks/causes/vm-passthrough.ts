/** A whole card handed to the guest that does not come up there. */
import { cause } from "../../src/diagnosis/cause.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, HypervisorVendor } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { hypervisorOf, onWindows } from "../situation.ts";
import { vmPassthroughClues } from "./clues/vm-passthrough.ts";
import { byHand, type } from "./remedies.ts";

const texts = {
  hideLibvirt: message(
    "Or hide the hypervisor: on the KVM host (virsh edit GUEST), inside <features>: <kvm><hidden state='on'/></kvm> and <hyperv><vendor_id state='on' value='whatever'/></hyperv>; then stop and start the guest",
    "或者隐藏虚拟化平台：在 KVM 宿主机上（virsh edit GUEST），在 <features> 内加入：<kvm><hidden state='on'/></kvm> 和 <hyperv><vendor_id state='on' value='whatever'/></hyperv>；然后关机再启动虚拟机",
  ),
  hideProxmox: message(
    "On Proxmox, put the number of the virtual machine in the place of VMID, then stop and start the guest",
    "在 Proxmox 上，把 VMID 换成虚拟机编号，然后关机再启动虚拟机",
  ),
  hideQemu: message(
    "With plain QEMU, start the guest with -cpu host,kvm=off,hv_vendor_id=whatever",
    "直接使用 QEMU 时，用 -cpu host,kvm=off,hv_vendor_id=whatever 启动虚拟机",
  ),
  hideVmware: message(
    'On ESXi, add to the virtual machine\'s advanced configuration: hypervisor.cpuid.v0 = "FALSE"; then power it off and on',
    '在 ESXi 的虚拟机高级配置中加入：hypervisor.cpuid.v0 = "FALSE"；然后关机再开机',
  ),
  newerDriver: message(
    "Update the driver in the guest to branch 465 or newer: it no longer refuses GeForce cards in virtual machines",
    "把虚拟机内的驱动升级到 465 或更新的分支：不再拒绝虚拟机中的 GeForce 显卡",
  ),
  mmioVmware: message(
    'On ESXi, with the guest off and its firmware EFI, add to its advanced configuration: pciPassthru.use64bitMMIO = "TRUE" and pciPassthru.64bitMMIOSizeGB = "{size}" (the sum of all cards\' memory, doubled, as a power of two)',
    '在 ESXi 上关闭虚拟机并确认固件为 EFI，在高级配置中加入：pciPassthru.use64bitMMIO = "TRUE" 和 pciPassthru.64bitMMIOSizeGB = "{size}"（所有显卡显存之和的两倍，取 2 的幂）',
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
    "在 Hyper-V 宿主机上以管理员身份打开 PowerShell，关闭虚拟机，把 GUEST 换成虚拟机名称",
  ),
  mmioHost: message(
    "On the host, switch “Above 4G Decoding” on in the BIOS",
    "在宿主机 BIOS 中开启“Above 4G Decoding”",
  ),
  realloc: message(
    "If the regions are still 0, start the guest's kernel with pci=realloc",
    "如果区域仍为 0，用 pci=realloc 参数启动虚拟机内核",
  ),
  readLog: message("Read in the guest what the driver says", "在虚拟机中查看驱动的日志"),
  stopStart: message(
    "Power the guest off and on from the host; if it fails again, restart the host (many cards cannot be reset while running)",
    "在宿主机上把虚拟机关机再开机；如果仍失败，重启宿主机（许多显卡不支持运行中复位）",
  ),
  vfio: message(
    "On the host, make sure that vfio-pci holds the whole card (GPU and audio function) from boot, as the host's driver must never have started it",
    "在宿主机上确认整张卡（GPU 和音频功能）从开机起就由 vfio-pci 占用，宿主机驱动不能先初始化它",
  ),
  guestFirmware: message(
    "Give the guest UEFI firmware (OVMF), machine type q35 and the card as PCI Express",
    "让虚拟机使用 UEFI 固件（OVMF）、q35 机型，并以 PCI Express 方式接入显卡",
  ),
  atomicsHost: message(
    "Put the card into a slot whose root port passes PCIe atomics (directly on the CPU), and offer them to the guest: QEMU ≥ 8.1 with machine q35 and the card behind a pcie-root-port",
    "把显卡插到根端口支持 PCIe atomics 的插槽（CPU 直连），并传给虚拟机：QEMU ≥ 8.1，机型 q35，显卡挂在 pcie-root-port 之后",
  ),
  atomicsCheck: message("See on the host what the card and its port offer", "在宿主机上查看显卡和端口是否支持"),
  atomicsNative: message("Or run the job on the host or in a container there", "或者在宿主机或其容器中运行任务"),
};

/** True where this hypervisor is known, and is none of these. */
function isNoneOf(facts: Facts, ...vendors: readonly HypervisorVendor[]): boolean {
  const vendor = hypervisorOf(facts) ?? null;
  return vendor !== null && !vendors.includes(vendor);
}

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
    "虚拟机的 `lspci -nn -d 10de:` 能看到显卡，Windows 设备管理器显示“代码 43”，或驱动低于 465 且 nvidia-smi 提示“No devices were found”。`lscpu | grep Hypervisor` 显示 KVM。",
  )(),
  references: [
    "https://github.com/pop-os/nvidia-graphics-drivers/issues/93",
    "https://github.com/clayfreeman/gpu-passthrough/issues/4",
    "https://pve.proxmox.com/wiki/PCI_Passthrough",
    "https://libvirt.org/formatdomain.html",
  ],
  clues: vmPassthroughClues["vm-passthrough-hypervisor-visible"],
  remedies: (facts) => {
    const newer = byHand("guest", texts.newerDriver());
    const vmware = byHand("host", texts.hideVmware(), "downtime");
    const kvm = [
      byHand("host", texts.hideLibvirt(), "downtime"),
      type("host", texts.hideProxmox(), ["qm set VMID --cpu host,hidden=1"], "downtime"),
      byHand("host", texts.hideQemu(), "downtime"),
    ];
    if (hypervisorOf(facts) === "vmware") return [newer, vmware];
    return [newer, ...kvm, ...(hypervisorOf(facts) === undefined ? [vmware] : [])];
  },
});

const mmioTooSmall = cause({
  id: "vm-passthrough-mmio-too-small",
  group: "vm",
  title: message("The guest's 64-bit MMIO space is too small for the card", "虚拟机的 64 位 MMIO 空间放不下这张显卡")(),
  explanation: message(
    "A data-centre card wants a memory window (BAR1) as large as its memory. The guest's firmware has too little address space to place it, leaves it at 0, and the driver gives up on the card.",
    "数据中心显卡需要与显存一样大的内存窗口（BAR1）。虚拟机固件的地址空间不够，只能把它留成 0，驱动因此放弃这张卡。",
  )(),
  recognise: message(
    "In the guest `dmesg | grep NVRM` shows “This PCI I/O region assigned to your NVIDIA device is invalid: BAR1 is 0M @ 0x0”; `lspci -vv -d 10de:` shows “Region 1: Memory at <unassigned>”. The same lines on bare metal mean Above 4G Decoding.",
    "虚拟机中 `dmesg | grep NVRM` 显示“This PCI I/O region assigned to your NVIDIA device is invalid: BAR1 is 0M @ 0x0”；`lspci -vv -d 10de:` 显示“Region 1: Memory at <unassigned>”。在物理机上同样的日志表示未开启 Above 4G Decoding。",
  )(),
  references: [
    "https://github.com/NVIDIA/gpu-operator/issues/492",
    "https://docs.nvidia.com/vgpu/latest/grid-vgpu-release-notes-vmware-vsphere/index.html",
    "https://learn.microsoft.com/windows-server/virtualization/hyper-v/deploy/deploying-graphics-devices-using-dda",
  ],
  clues: vmPassthroughClues["vm-passthrough-mmio-too-small"],
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
  const cards = known(driverReport(facts))?.gpus ?? [];
  const seen = bars.reduce((sum, size) => sum + size, 0);
  const told = cards.reduce((sum, gpu) => sum + (gpu.memoryMiB ?? 0) * 2 ** 20, 0);
  const bytes = Math.max(seen, told);
  const doubled = (2 * bytes) / 2 ** 30;
  return Math.max(128, 2 ** Math.ceil(Math.log2(Math.max(1, doubled))));
}

const gpuInitFailed = cause({
  id: "vm-passthrough-gpu-init-failed",
  group: "vm",
  title: message("The passed-through GPU fails to start in the guest", "直通的 GPU 在虚拟机中初始化失败")(),
  explanation: message(
    "The card is on the guest's bus and the driver loads, but starting it fails. Mostly the card was not reset when the guest restarted, the host had started it before, or the guest's firmware is not UEFI. On bare metal the same card would work.",
    "显卡在虚拟机总线上，驱动也已加载，但启动失败。多数情况是虚拟机重启时显卡没有被复位、宿主机先初始化过它，或虚拟机固件不是 UEFI。同一张卡在物理机上通常正常。",
  )(),
  recognise: message(
    "`lspci -nn -d 10de:` in the guest shows the card and `sudo dmesg | grep NVRM` shows “RmInitAdapter failed!”; nvidia-smi says “No devices were found”. It worked at the first start of the guest and fails from the second on: a reset fault.",
    "虚拟机中 `lspci -nn -d 10de:` 能看到显卡，`sudo dmesg | grep NVRM` 显示“RmInitAdapter failed!”，nvidia-smi 提示“No devices were found”。如果虚拟机第一次启动正常、第二次起失败，就是复位问题。",
  )(),
  references: [
    "https://github.com/NVIDIA/cuda-samples/issues/104",
    "https://pve.proxmox.com/wiki/PCI_Passthrough",
    "https://docs.kernel.org/driver-api/vfio.html",
  ],
  clues: vmPassthroughClues["vm-passthrough-gpu-init-failed"],
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
    "ROCm 的计算驱动需要显卡与内存之间的 PCIe 原子操作。虚拟机的虚拟根端口没有提供，驱动便不把该卡用于计算，尽管它仍可能显示画面。",
  )(),
  recognise: message(
    "`sudo dmesg | grep kfd` shows “skipped device …, PCI rejects atomics”; `rocminfo` lists no GPU agent.",
    "`sudo dmesg | grep kfd` 显示“skipped device …, PCI rejects atomics”；`rocminfo` 没有列出 GPU。",
  )(),
  references: [
    "https://rocm.docs.amd.com/en/latest/conceptual/pcie-atomics.html",
    "https://github.com/qemu/qemu/blob/master/docs/pcie.txt",
  ],
  clues: vmPassthroughClues["vm-passthrough-pcie-atomics"],
  remedies: () => [
    byHand("host", texts.atomicsHost(), "downtime"),
    type("host", texts.atomicsCheck(), ["sudo lspci -vv | grep AtomicOps"]),
    byHand("host", texts.atomicsNative()),
  ],
});

export const vmPassthroughCauses = {
  "vm-passthrough-hypervisor-visible": hypervisorVisible,
  "vm-passthrough-mmio-too-small": mmioTooSmall,
  "vm-passthrough-gpu-init-failed": gpuInitFailed,
  "vm-passthrough-pcie-atomics": pcieAtomics,
} as const;
