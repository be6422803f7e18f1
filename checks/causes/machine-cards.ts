/** A card that works, but slower or worse than it should, or that is set up to let nobody in. */
import { cause } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts, NvmlGpu } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { machineCardsClues } from "./clues/machine-cards.ts";
import { byHand, type } from "./remedies.ts";

const texts = {
  watchHeat: message(
    "Watch temperature, clocks and slowdown reasons while it trains",
    "训练时观察温度、频率和降频原因",
  ),
  air: message(
    "Clear dust and cables from fans and air ways, give the card a free slot beside it, and check that its fans turn; in a server look at the chassis fans",
    "清理风扇和风道中的灰尘与线缆，让显卡旁边空出一个插槽，确认风扇在转；服务器还要检查机箱风扇",
  ),
  lessPower: message(
    "Until then lower the power limit (here to {watts} W): a little slower, but without the jumps of a card that slows down by itself",
    "在此之前可以降低功耗上限（这里为 {watts} W）：略慢一些，但不会像自动降频那样忽快忽慢",
  ),
  cables: message(
    "Shut down, and plug each power cable of the card in anew, one cable of the supply for each connector; no adapter, no branch of one cable",
    "关机后重新插好显卡的每条供电线，每个接口单独用一条电源线，不要用转接头或一分二线",
  ),
  supply: message(
    "Reckon up what the supply must give, peaks of twice the card's power included; in a server look for an alarm of the supplies in its management log",
    "核算电源功率，要留出显卡功耗两倍的瞬时峰值；服务器请在管理日志中查看电源告警",
  ),
  powerState: message("See what slows it down, and its limits", "查看降频原因和功耗上限"),
  reset: message(
    "Stop every program on the card and reset it: the bad place is taken out of use then",
    "停止所有使用该显卡的程序并复位，复位后坏的位置会停用",
  ),
  reboot: message("Or restart the machine, where the reset is refused", "如果拒绝复位，就重启机器"),
  counts: message("Read the counters again", "再次读取计数"),
  withoutEcc: message(
    "A card without ECC: take back overclocking of its memory and check its cooling; where the errors stay, replace it",
    "没有 ECC 的显卡：取消显存超频并检查散热；如果错误仍在，就更换显卡",
  ),
  repair: message(
    "If errors come again, or a row could not be replaced: run NVIDIA's field diagnostics and have the card replaced",
    "如果错误再次出现，或有行无法替换：运行 NVIDIA 的 field diagnostics，并更换显卡",
  ),
  open: message("Open the card to every program again", "让显卡重新对所有程序开放"),
  stopOthers: message(
    "Where it is exclusive on purpose: wait for the process that has it, or stop it",
    "如果是有意设为独占：等待或停止占用它的进程",
  ),
  makeSlices: message(
    "Make a slice with its compute instance; `sudo nvidia-smi mig -lgip` lists the profiles of this card (14 is the smallest of an A30, 19 that of most others)",
    "创建带计算实例的切片；`sudo nvidia-smi mig -lgip` 列出该显卡可用的配置（14 是 A30 最小的一种，多数其他显卡是 19）",
  ),
  migOff: message("Or switch MIG off and use the whole card", "或者关闭 MIG，使用整张显卡"),
  underLoad: message(
    "Look at the link while the GPU is at work: the number of lanes must stay the same",
    "在 GPU 工作时查看链路：通道数应保持不变",
  ),
  reseat: message(
    "Shut down, reseat the card, without a riser if there is one, and clean the contacts; look whether a drive or another card shares lanes with this slot (the board's manual tells)",
    "关机后重新插好显卡，如有转接线先去掉，并清洁触点；查主板手册，看是否有硬盘或其他卡与该插槽共用通道",
  ),
  otherSlot: message(
    "Put it into the slot that is wired to the processor, and set the slot's speed to Auto in the BIOS",
    "把显卡插到直连处理器的插槽，并在 BIOS 中把该插槽的速度设为 Auto",
  ),
};

const docs = "https://docs.nvidia.com/deploy/nvidia-smi/index.html";

const overheating = cause({
  id: "gpu-overheating",
  group: "machine",
  title: message("The GPU is too hot and slows itself down", "GPU 过热，正在降频")(),
  explanation: message(
    "At its limit of temperature a card lowers its clocks, to half and less, to stay whole. Training goes on and is slower, often after some minutes only. Dust, a fan that stands still, cards packed side by side and a hot room are the usual reasons.",
    "显卡到达温度上限时会把频率降到一半甚至更低来保护自己。训练仍能继续，但会变慢，而且往往几分钟后才出现。常见原因是灰尘、风扇不转、显卡紧挨着安装或机房温度过高。",
  )(),
  recognise: message(
    "`nvidia-smi -q -d PERFORMANCE,TEMPERATURE` shows “HW Thermal Slowdown : Active” or “SW Thermal Slowdown : Active”. “SW Power Cap” alone is everyday: the card works at its power limit.",
    "`nvidia-smi -q -d PERFORMANCE,TEMPERATURE` 显示“HW Thermal Slowdown : Active”或“SW Thermal Slowdown : Active”。只有“SW Power Cap”属于正常：显卡运行在功耗上限。",
  )(),
  references: [docs, "https://docs.nvidia.com/deploy/nvml-api/group__nvmlClocksEventReasons.html"],
  clues: machineCardsClues["gpu-overheating"],
  remedies: (facts) => {
    const watts = lowerLimit(facts);
    return [
      byHand("host", texts.air(), "downtime"),
      type("any", texts.watchHeat(), ["nvidia-smi dmon -s pct"]),
      type("linux", texts.lessPower({ watts }), [`sudo nvidia-smi -pl ${watts}`]),
    ];
  },
});

/** Four fifths of what the card may take now; 250 W where that is not known. */
function lowerLimit({ nvml }: Facts): number {
  const limits = (known(nvml)?.gpus ?? []).flatMap(({ powerW }) => powerW.limit ?? []);
  return limits.length > 0 ? Math.round(Math.min(...limits) * 0.8) : 250;
}

const isFailing = ({ remappedRows: rows, retiredPages: pages, uncorrected }: NvmlGpu): boolean =>
  rows?.pending === true || rows?.failed === true || pages?.pending === true || (uncorrected.volatile ?? 0) > 0;
const isClosed = ({ computeMode }: NvmlGpu): boolean => computeMode !== null && computeMode !== "default";
const isUndivided = ({ mig, migDevices }: NvmlGpu): boolean => mig === true && migDevices === 0;

/** The command for each card that it is about; for the first card where nobody knows which. */
function each({ nvml }: Facts, about: (card: NvmlGpu) => boolean, rest: string): string[] {
  const cards = (known(nvml)?.gpus ?? []).filter(about).map(({ index }) => index);
  return (cards.length > 0 ? cards : [0]).map((index) => `sudo nvidia-smi -i ${index} ${rest}`);
}

function makeSlices({ nvml }: Facts): string[] {
  const cards = (known(nvml)?.gpus ?? []).filter(isUndivided);
  if (cards.length === 0) return ["sudo nvidia-smi mig -i 0 -cgi 19 -C"];
  return cards.map(
    ({ index, name }) => `sudo nvidia-smi mig -i ${index} -cgi ${/A30\b/.test(name ?? "") ? 14 : 19} -C`,
  );
}

const powerInsufficient = cause({
  id: "gpu-power-insufficient",
  group: "machine",
  title: message("The GPU gets too little power", "GPU 供电不足")(),
  explanation: message(
    "The card's own power cables are missing or loose, or the power supply tells the card to brake because it is at its end. A card without its cables does not compute at all; one that is braked runs at half its clocks or less.",
    "显卡的外接供电线没插或松动，或者电源已到极限而要求显卡降频（power brake）。没接供电线的显卡完全不能计算；被要求降频的显卡只有一半甚至更低的频率。",
  )(),
  recognise: message(
    "`nvidia-smi -q -d PERFORMANCE` shows “HW Power Brake Slowdown : Active”, or nvidia-smi says “Insufficient External Power”. With heat it would be “HW Thermal Slowdown”.",
    "`nvidia-smi -q -d PERFORMANCE` 显示“HW Power Brake Slowdown : Active”，或 nvidia-smi 提示“Insufficient External Power”。过热时显示的则是“HW Thermal Slowdown”。",
  )(),
  references: [docs, "https://docs.nvidia.com/deploy/nvml-api/group__nvmlClocksEventReasons.html"],
  clues: machineCardsClues["gpu-power-insufficient"],
  remedies: () => [
    byHand("host", texts.cables(), "downtime"),
    byHand("host", texts.supply()),
    type("any", texts.powerState(), ["nvidia-smi -q -d PERFORMANCE,POWER"]),
  ],
});

const memoryFailing = cause({
  id: "gpu-memory-failing",
  group: "machine",
  title: message("The GPU's memory has errors that nothing corrects", "显存出现未被纠正的错误")(),
  explanation: message(
    "A place in the card's memory went bad. A card without ECC notices nothing, and computes with what it reads. With ECC, the driver replaces it by a spare row (Ampere and newer) or takes its page out of use (older cards), which counts from the next reset on; until then a run that touches it crashes. Where no spare row is left, the card is at its end.",
    "显存中有位置损坏。没有 ECC 的显卡察觉不到，会继续用读到的值计算。有 ECC 时，驱动会用备用行替换（Ampere 及更新）或停用所在的页（更老的显卡），但要到下次复位才生效；在此之前访问到它的训练会崩溃。如果没有备用行可用，这张显卡就该更换了。",
  )(),
  recognise: message(
    "`nvidia-smi -q -d ECC,ROW_REMAPPER,PAGE_RETIREMENT` shows uncorrectable errors, “Pending : Yes” or “Remapping Failure Occurred : Yes”; the kernel log has Xid 48, 63, 64, 94 or 95. Corrected errors alone are harmless. Without ECC, only a test of the memory shows it: `envdoctor train --engine cuda` writes patterns over it and reads them back.",
    "`nvidia-smi -q -d ECC,ROW_REMAPPER,PAGE_RETIREMENT` 显示不可纠正的错误、“Pending : Yes”或“Remapping Failure Occurred : Yes”；内核日志中有 Xid 48、63、64、94 或 95。只有已纠正的错误则无害。没有 ECC 时只能靠显存测试发现：`envdoctor train --engine cuda` 会写入并读回测试图案。",
  )(),
  references: [
    "https://docs.nvidia.com/deploy/a100-gpu-mem-error-mgmt/index.html",
    "https://docs.nvidia.com/deploy/dynamic-page-retirement/index.html",
  ],
  clues: machineCardsClues["gpu-memory-failing"],
  remedies: (facts) => [
    type("linux", texts.reset(), each(facts, isFailing, "--gpu-reset"), "downtime"),
    byHand("host", texts.reboot(), "reboot"),
    type("any", texts.counts(), ["nvidia-smi -q -d ECC,ROW_REMAPPER,PAGE_RETIREMENT"]),
    byHand("host", texts.withoutEcc(), "downtime"),
    byHand("host", texts.repair(), "downtime"),
  ],
});

const computeMode = cause({
  id: "gpu-compute-mode",
  group: "machine",
  title: message("The GPU's compute mode keeps programs out", "GPU 的计算模式不允许程序使用")(),
  explanation: message(
    "An administrator can set a card to let in one process only (Exclusive Process) or none at all (Prohibited). CUDA then tells every other program that all devices are busy or unavailable, though nvidia-smi lists a healthy card.",
    "管理员可以把显卡设成只允许一个进程（Exclusive Process）或完全不允许计算（Prohibited）。这时 CUDA 会对其他程序报告所有设备都忙或不可用，尽管 nvidia-smi 显示显卡正常。",
  )(),
  recognise: message(
    "`nvidia-smi --query-gpu=index,compute_mode --format=csv` shows Prohibited or Exclusive_Process; the program says “all CUDA-capable devices are busy or unavailable” (error 46).",
    "`nvidia-smi --query-gpu=index,compute_mode --format=csv` 显示 Prohibited 或 Exclusive_Process；程序报“all CUDA-capable devices are busy or unavailable”（错误 46）。",
  )(),
  references: [docs, "https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html"],
  clues: machineCardsClues["gpu-compute-mode"],
  remedies: (facts) => {
    const open = type("linux", texts.open(), each(facts, isClosed, "-c DEFAULT"));
    const list = "nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv";
    const wait = type("any", texts.stopOthers(), [list]);
    // One process at a time is somebody's wish, as a rule; none at all is of no use to anybody.
    const modes = (known(facts.nvml)?.gpus ?? []).map(({ computeMode }) => computeMode);
    const exclusive = modes.some((mode) => mode?.startsWith("exclusive")) && !modes.includes("prohibited");
    return exclusive ? [wait, open] : [open, wait];
  },
});

const migWithoutSlices = cause({
  id: "mig-without-slices",
  group: "machine",
  title: message("MIG is on, but no slice was made", "MIG 已开启，但没有创建实例")(),
  explanation: message(
    "A card in MIG mode is used through slices, and each needs a GPU instance and a compute instance in it. They are gone after every restart unless something makes them anew, and without one CUDA finds no device though nvidia-smi lists the card.",
    "处于 MIG 模式的显卡要通过切片使用，每个切片需要一个 GPU 实例和其中的计算实例。重启后它们会消失，除非有服务重新创建；没有切片时，nvidia-smi 能列出显卡，但 CUDA 找不到设备。",
  )(),
  recognise: message(
    "`nvidia-smi` shows “MIG M. Enabled” and below the table “No MIG devices found”; `nvidia-smi -L` lists the card and no line “MIG …” under it.",
    "`nvidia-smi` 显示 MIG M. 为 Enabled，表格下方写着“No MIG devices found”；`nvidia-smi -L` 列出显卡，但下面没有“MIG …”行。",
  )(),
  references: ["https://docs.nvidia.com/datacenter/tesla/mig-user-guide/index.html"],
  clues: machineCardsClues["mig-without-slices"],
  remedies: (facts) => [
    type("linux", texts.makeSlices(), makeSlices(facts)),
    type("linux", texts.migOff(), each(facts, isUndivided, "-mig 0"), "downtime"),
  ],
});

const linkDegraded = cause({
  id: "pcie-link-degraded",
  group: "machine",
  title: message("The GPU's PCIe link runs below what card and slot can do", "GPU 的 PCIe 链路低于显卡和插槽的能力")(),
  explanation: message(
    "Card and slot agree on lanes and speed when the machine starts, and drop what does not work: dirty contacts, a card that is not all the way in, a riser, or lanes that a drive has taken. Batches then reach the GPU at half the rate or less; computing itself is as fast as ever.",
    "开机时显卡和插槽会协商通道数和速度，不可靠的部分会被舍弃：触点不洁、显卡没插到底、使用转接线，或通道被硬盘占用。结果是数据传到 GPU 的速度减半甚至更低，计算本身不受影响。",
  )(),
  recognise: message(
    "`nvidia-smi --query-gpu=pcie.link.width.current,pcie.link.width.max,pcie.link.gen.current,pcie.link.gen.max --format=csv` under load: the current width is below the maximum. A lower generation while the card is idle is normal.",
    "在负载下运行 `nvidia-smi --query-gpu=pcie.link.width.current,pcie.link.width.max,pcie.link.gen.current,pcie.link.gen.max --format=csv`：当前宽度小于最大宽度。空闲时代数降低是正常的。",
  )(),
  references: [docs, "https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html"],
  clues: machineCardsClues["pcie-link-degraded"],
  remedies: () => [
    type("any", texts.underLoad(), [
      "nvidia-smi --query-gpu=index,pstate,pcie.link.width.current,pcie.link.width.max,pcie.link.gen.current,pcie.link.gen.max --format=csv",
    ]),
    byHand("host", texts.reseat(), "downtime"),
    byHand("host", texts.otherSlot(), "downtime"),
  ],
});

export const machineCardCauses = {
  "gpu-memory-failing": memoryFailing,
  "gpu-overheating": overheating,
  "gpu-power-insufficient": powerInsufficient,
  "gpu-compute-mode": computeMode,
  "mig-without-slices": migWithoutSlices,
  "pcie-link-degraded": linkDegraded,
} as const;
