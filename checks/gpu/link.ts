import { check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { evidenceOf } from "../../src/facts/fact.ts";
import type { NvmlGpu } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { cardLabel, nvmlCards, nvmlEvidence } from "./cards.ts";

const texts = {
  title: message("PCIe link of the GPU", "GPU 的 PCIe 链路"),
  full: message("×{width}, PCIe {generation}", "×{width}，PCIe {generation}"),
  fullWidth: message("×{width}", "×{width}"),
  width: message("×{width} of ×{most}{card}", "×{most} 只用了 ×{width}{card}"),
  byDesign: message(
    "Notebooks wire fewer lanes than the chip has, and boards share the lanes of one slot among several cards: no fault.",
    "笔记本的连线通道数少于芯片本身，主板也会让多张显卡共用一个插槽的通道：这不是故障。",
  ),
  generation: message("PCIe {generation} of {most} under load{card}", "负载下 PCIe {generation}，应为 {most}{card}"),
  wantedWidth: message("×{most}", "×{most}"),
  wantedGeneration: message("PCIe {most}", "PCIe {most}"),
  narrow: message(
    "Card and slot both have {most} lanes, and the link runs with {width} of them: data reaches the GPU slower.",
    "显卡和插槽都有 {most} 条通道，链路却只用了 {width} 条，数据传到 GPU 会变慢。",
  ),
  narrowIdle: message(
    "Card and slot both have {most} lanes, and the link runs with {width} of them. The card is idle now: look again under load before you open the machine.",
    "显卡和插槽都有 {most} 条通道，链路却只用了 {width} 条。显卡现在空闲，拆机前请在负载下再看一次。",
  ),
  slow: message(
    "The GPU is at work and its link runs at PCIe {generation}, though card and slot can do {most}.",
    "GPU 正在工作，链路却运行在 PCIe {generation}，而显卡和插槽都支持 {most}。",
  ),
};

/**
 * A card that is idle lowers the generation of its link to save power, and raises it under load; the number of lanes
 * stays. Source: https://docs.nvidia.com/deploy/nvidia-smi/index.html, "GPU Link Info".
 */
export default check({
  id: "gpu.link",
  layer: "driver-api",
  impact: "speed",
  after: ["gpu.present", "driver.api"],
  title: texts.title(),
  appliesTo: (facts) => nvmlCards(facts).some(tellsWidth),
  judge(facts) {
    const cards = nvmlCards(facts).filter(tellsWidth);
    const narrow = cards.find(isNarrow);
    if (narrow && byDesign(cards)) {
      const words = { width: narrow.pcie.width ?? 0, most: narrow.pcie.maxWidth ?? 0, card: "" };
      return pass(texts.width(words), { detail: texts.byDesign(), evidence: evidenceOf(facts.nvml) });
    }
    if (narrow) {
      const { width, maxWidth: most } = narrow.pcie;
      const words = { width: width ?? 0, most: most ?? 0, card: cardLabel(narrow, cards) };
      const evidence = [nvmlEvidence(narrow, "nvmlDeviceGetCurrPcieLinkWidth", `${width}, maximum ${most}`)];
      return warn({
        found: texts.width(words),
        wanted: texts.wantedWidth(words),
        detail: busy(narrow) ? texts.narrow(words) : texts.narrowIdle(words),
        suspicions: [suspect("pcie-link-degraded", busy(narrow) ? 0.85 : 0.65, ...evidence)],
        evidence,
      });
    }
    const slow = cards.find(
      (card) => busy(card) && (card.pcie.generation ?? 0) < (card.pcie.maxGeneration ?? 0) && card.pcie.generation,
    );
    if (slow) {
      const { generation, maxGeneration: most } = slow.pcie;
      const words = { generation: generation ?? 0, most: most ?? 0, card: cardLabel(slow, cards) };
      const evidence = [nvmlEvidence(slow, "nvmlDeviceGetCurrPcieLinkGeneration", `${generation}, maximum ${most}`)];
      return warn({
        found: texts.generation(words),
        wanted: texts.wantedGeneration(words),
        detail: texts.slow(words),
        suspicions: [suspect("pcie-link-degraded", 0.75, ...evidence)],
        evidence,
      });
    }
    return pass(allWell(cards), { evidence: evidenceOf(facts.nvml) });
  },
});

function tellsWidth({ pcie }: NvmlGpu): boolean {
  return pcie.width !== null && pcie.maxWidth !== null;
}

function isNarrow({ pcie }: NvmlGpu): boolean {
  return (pcie.width ?? 0) < (pcie.maxWidth ?? 0);
}

/**
 * Notebooks wire fewer lanes than the chip has, and boards share those of one slot among two; the ports go on to name
 * the full number as their maximum.
 */
function byDesign(cards: readonly NvmlGpu[]): boolean {
  if (cards.every(({ name }) => /\b(?:Laptop|Mobile|Max-Q|MX\d{3})\b/.test(name ?? ""))) return true;
  const widths = new Set(cards.map(({ pcie }) => pcie.width));
  return cards.length > 1 && widths.size === 1 && cards.every(({ pcie }) => pcie.width === 8);
}

/** It computes, at the clocks of a card that computes. */
function busy({ utilisation, performanceState }: NvmlGpu): boolean {
  return (utilisation?.gpu ?? 0) >= 20 && (performanceState ?? 15) <= 2;
}

function allWell(cards: readonly NvmlGpu[]) {
  const [first] = cards;
  const width = first?.pcie.width ?? 0;
  const generation = first?.pcie.maxGeneration;
  return generation ? texts.full({ width, generation }) : texts.fullWidth({ width });
}
