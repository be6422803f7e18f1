import { check, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, evidenceOf } from "../../src/facts/fact.ts";
import type { Facts, NvmlGpu } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import { smiGpus } from "../situation.ts";
import { cardLabel, nvmlCards, nvmlEvidence } from "./cards.ts";

const texts = {
  title: message("Memory errors of the GPU", "显存错误"),
  none: message("none that was not corrected", "没有未纠正的错误"),
  replaced: message(
    "{rows} rows of memory were replaced by spare ones, none waits",
    "{rows} 行显存已由备用行替换，没有待处理的",
  ),
  wanted: message("no uncorrected error", "没有未纠正的错误"),
  failed: message("no spare row was left for a bad one{card}", "没有备用行可替换坏行{card}"),
  failedDetail: message(
    "A row of the card's memory is bad and could not be replaced: results may be wrong, and runs will crash. The card is due for repair.",
    "显存中有坏行而且无法替换：结果可能出错，训练会崩溃。这张显卡该送修了。",
  ),
  pending: message("a bad row waits for a reset{card}", "有坏行等待复位后替换{card}"),
  pagesPending: message("a bad page waits for a reset{card}", "有坏页等待复位后停用{card}"),
  pendingDetail: message(
    "A bad place in the card's memory was found and is taken out of use only when the card is reset. Until then a run may hit it again.",
    "发现显存中有损坏的位置，但要等显卡复位后才会停用。在此之前训练可能再次碰到它。",
  ),
  errors: message(
    "{count} uncorrected since the driver was loaded{card}",
    "驱动加载以来有 {count} 个未纠正的错误{card}",
  ),
  errorsDetail: message(
    "The card's memory gave wrong data that ECC could not correct. Runs of that time crashed or computed with it.",
    "显存给出了 ECC 无法纠正的错误数据。那段时间的训练要么崩溃，要么用了错误的数据。",
  ),
  pages: message("{count} pages of memory are out of use{card}", "{count} 页显存已停用{card}"),
  pagesDetail: message(
    "So many pages of the card's memory went bad that NVIDIA counts the card as due for replacement.",
    "损坏的显存页太多，按 NVIDIA 的标准应更换这张显卡。",
  ),
};

/** From so many retired pages on a card is to be replaced: https://docs.nvidia.com/deploy/dynamic-page-retirement/index.html */
const tooManyPages = 60;

export default check({
  id: "gpu.memory-errors",
  layer: "driver-api",
  impact: "training",
  after: ["gpu.present", "driver.api"],
  title: texts.title(),
  appliesTo: (facts) => nvmlCards(facts).some(counts) || errorsBySmi(facts).length > 0,
  judge(facts) {
    const cards = nvmlCards(facts).filter(counts);
    for (const judge of [rows, errors, pages]) {
      for (const card of cards) {
        const trouble = judge(card, cardLabel(card, cards));
        if (trouble) return trouble;
      }
    }
    return (cards.length === 0 && bySmi(facts)) || healthy(facts, cards);
  },
});

/** Cards without ECC count nothing. */
function counts({ ecc, uncorrected, remappedRows, retiredPages }: NvmlGpu): boolean {
  return ecc === true || uncorrected.volatile !== null || remappedRows !== null || retiredPages !== null;
}

function failing(found: Said, detail: Said, confidence: number, evidence: Evidence): Outcome {
  const suspicions = [suspect("gpu-memory-failing", confidence, evidence)];
  return warn({ found, wanted: texts.wanted(), detail, suspicions, evidence: [evidence] });
}

function rows(card: NvmlGpu, label: string): Outcome | null {
  const { remappedRows: remapped } = card;
  if (remapped === null || (!remapped.failed && !remapped.pending)) return null;
  const says = `uncorrected ${remapped.uncorrected}, pending ${remapped.pending}, failure ${remapped.failed}`;
  const evidence = nvmlEvidence(card, "nvmlDeviceGetRemappedRows", says);
  return remapped.failed
    ? failing(texts.failed({ card: label }), texts.failedDetail(), 0.95, evidence)
    : failing(texts.pending({ card: label }), texts.pendingDetail(), 0.9, evidence);
}

function errors(card: NvmlGpu, label: string): Outcome | null {
  const { volatile: count } = card.uncorrected;
  if (count === null || count === 0) return null;
  const evidence = nvmlEvidence(card, "nvmlDeviceGetTotalEccErrors", `uncorrected, volatile: ${count}`);
  return failing(texts.errors({ count, card: label }), texts.errorsDetail(), 0.85, evidence);
}

function pages(card: NvmlGpu, label: string): Outcome | null {
  const { retiredPages: retired } = card;
  if (retired === null) return null;
  const count = retired.doubleBit + retired.singleBit;
  const evidence = nvmlEvidence(card, "nvmlDeviceGetRetiredPages", `${count} pages, pending ${retired.pending}`);
  if (retired.pending) return failing(texts.pagesPending({ card: label }), texts.pendingDetail(), 0.85, evidence);
  return count < tooManyPages ? null : failing(texts.pages({ count, card: label }), texts.pagesDetail(), 0.8, evidence);
}

function errorsBySmi(facts: Facts): number[] {
  return smiGpus(facts).flatMap(({ now }) => now?.uncorrectedErrors ?? []);
}

function bySmi(facts: Facts): Outcome | null {
  const count = errorsBySmi(facts).find((errors) => errors > 0);
  if (count === undefined) return null;
  const evidence = { source: "nvidia-smi -q -d ECC", excerpt: `volatile, uncorrectable: ${count}` };
  return failing(texts.errors({ count, card: "" }), texts.errorsDetail(), 0.85, evidence);
}

function healthy({ nvml }: Facts, cards: readonly NvmlGpu[]): Outcome {
  const replaced = cards.reduce((sum, { remappedRows: of }) => sum + (of ? of.corrected + of.uncorrected : 0), 0);
  return pass(replaced > 0 ? texts.replaced({ rows: replaced }) : texts.none(), { evidence: evidenceOf(nvml) });
}
