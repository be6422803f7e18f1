import { check, fail, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import type { NvmlGpu } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { cardLabel, nvmlCards, nvmlEvidence } from "./cards.ts";

const texts = {
  title: message("Compute mode of the GPU", "GPU 的计算模式"),
  shared: message("open to every program", "对所有程序开放"),
  alone: message("for one process at a time, and free", "每次只允许一个进程，目前空闲"),
  prohibited: message("prohibited{card}", "禁止计算{card}"),
  taken: message("for one process, which has it{card}", "只允许一个进程，已被占用{card}"),
  wanted: message("default", "默认（Default）"),
  prohibitedDetail: message(
    "Somebody has set the card to run no CUDA program at all, so CUDA finds it busy or unavailable.",
    "有人把显卡设成了禁止运行任何 CUDA 程序，因此 CUDA 会报设备忙或不可用。",
  ),
  takenDetail: message(
    "The card lets in one process only, and process {pid} has it: a second one is told that the device is busy.",
    "显卡只允许一个进程使用，现在由进程 {pid} 占用；第二个进程会得到设备忙的错误。",
  ),
};

export default check({
  id: "gpu.compute-mode",
  layer: "driver-api",
  impact: "gpu",
  after: ["gpu.present", "driver.api"],
  title: texts.title(),
  appliesTo: (facts) => nvmlCards(facts).some(({ computeMode }) => computeMode !== null),
  judge(facts) {
    const cards = nvmlCards(facts).filter(({ computeMode }) => computeMode !== null);
    const closed = cards.filter(({ computeMode }) => computeMode === "prohibited");
    const [first] = closed;
    if (first) return prohibited(first, cards, closed.length === cards.length);
    const exclusive = cards.filter(({ computeMode }) => computeMode !== "default");
    const taken = exclusive.find(({ processes }) => (processes ?? []).length > 0);
    if (taken) return inUse(taken, cards);
    return pass(exclusive.length > 0 ? texts.alone() : texts.shared());
  },
});

function prohibited(card: NvmlGpu, cards: readonly NvmlGpu[], all: boolean): Outcome {
  const evidence = [nvmlEvidence(card, "nvmlDeviceGetComputeMode", "Prohibited")];
  return (all ? fail : warn)({
    found: texts.prohibited({ card: cardLabel(card, cards) }),
    wanted: texts.wanted(),
    detail: texts.prohibitedDetail(),
    suspicions: [suspect("gpu-compute-mode", all ? 0.95 : 0.7, ...evidence)],
    evidence,
  });
}

function inUse(card: NvmlGpu, cards: readonly NvmlGpu[]): Outcome {
  const pid = card.processes?.[0]?.pid ?? "?";
  const evidence = [nvmlEvidence(card, "nvmlDeviceGetComputeMode", `Exclusive, in use by process ${pid}`)];
  return warn({
    found: texts.taken({ card: cardLabel(card, cards) }),
    wanted: texts.wanted(),
    detail: texts.takenDetail({ pid }),
    suspicions: [suspect("gpu-compute-mode", 0.8, ...evidence)],
    evidence,
  });
}
