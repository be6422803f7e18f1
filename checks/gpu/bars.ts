import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { type Evidence, known, whyUnknown } from "../../src/facts/fact.ts";
import type { Adapter } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { hypervisorOf, inWsl, nvidiaAdapters, onLinux } from "../situation.ts";

const texts = {
  untold: message("the system did not tell", "系统没有给出该信息"),
  title: message("GPU memory regions (BARs)", "GPU 内存区域（BAR）"),
  fine: message("{count} assigned", "已分配 {count} 个"),
  none: message("no address assigned to a region of {name}", "{name} 有区域未分配地址"),
  wanted: message("an address for each region", "每个区域都有地址"),
  guest: message(
    "The 64-bit MMIO space of this virtual machine is too small for the card's memory regions.",
    "虚拟机的 64 位 MMIO 空间太小，容纳不下显卡的内存区域。",
  ),
  metal: message(
    "The firmware gave the card's memory regions no address: Above 4G Decoding or Resizable BAR is off.",
    "固件没有给显卡的内存区域分配地址：Above 4G Decoding 或 Resizable BAR 未开启。",
  ),
};

export default check({
  id: "gpu.bars",
  layer: "bus",
  impact: "gpu",
  after: ["gpu.present"],
  title: texts.title(),
  appliesTo: (facts) =>
    onLinux(facts) && !inWsl(facts) && nvidiaAdapters(facts).some((card) => card.bars.state === "value"),
  judge(facts) {
    const cards = nvidiaAdapters(facts);
    const bad = cards.find((card) => (known(card.bars) ?? []).some((size) => size === 0));
    if (!bad) {
      const sizes = cards.flatMap((card) => known(card.bars) ?? []);
      if (sizes.length > 0) return pass(texts.fine({ count: sizes.length }));
      return cannotTell(whyUnknown(...cards.map((card) => card.bars)) ?? texts.untold());
    }
    const evidence = regions(bad);
    const guest = hypervisorOf(facts) !== undefined;
    const cause = guest ? "vm-passthrough-mmio-too-small" : "bios-above-4g-decoding-disabled";
    return fail({
      found: texts.none({ name: bad.name ?? bad.address ?? "GPU" }),
      wanted: texts.wanted(),
      detail: guest ? texts.guest() : texts.metal(),
      suspicions: [suspect(cause, 0.9, ...evidence)],
      evidence,
    });
  },
});

function regions(card: Adapter): readonly Evidence[] {
  const sizes = (known(card.bars) ?? []).map((bytes) => `${bytes / 2 ** 20}M`).join(", ");
  return evidenceOr({ source: `/sys/bus/pci/devices/${card.address ?? "?"}/resource`, excerpt: sizes }, card.bars);
}
