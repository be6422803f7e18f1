import { cannotTell, check, fail, pass, suspect } from "../../src/diagnosis/check.ts";
import { type Evidence, known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { beyondCuda, smiGpus } from "../situation.ts";

const texts = {
  title: message("CUDA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"),
  unset: message("not set", "未设置"),
  wanted: message("unset, or the number of a GPU", "不设置，或设为 GPU 的编号"),
  none: message(
    'CUDA_VISIBLE_DEVICES="{value}" hides every GPU from CUDA programs.',
    'CUDA_VISIBLE_DEVICES="{value}" 会对 CUDA 程序隐藏所有 GPU。',
  ),
  beyond: message(
    'CUDA_VISIBLE_DEVICES="{value}" begins with a GPU that is not there (there are {count}), so CUDA sees none.',
    'CUDA_VISIBLE_DEVICES="{value}" 的第一个编号不存在（共有 {count} 个 GPU），CUDA 因此看不到任何 GPU。',
  ),
};

export default check({
  id: "cuda.visible-devices",
  layer: "libraries",
  impact: "gpu",
  after: ["gpu.present"],
  title: texts.title(),
  appliesTo: (facts) => !beyondCuda(facts),
  judge(facts) {
    const { visibleDevices } = facts.cuda;
    if (visibleDevices.state === "unknown") return cannotTell(visibleDevices.reason);
    const value = known(visibleDevices);
    if (value === undefined) return pass(texts.unset());
    const detail = hides(value, facts);
    if (detail === null) return pass(value);
    const evidence: Evidence[] = [{ source: "echo $CUDA_VISIBLE_DEVICES", excerpt: `CUDA_VISIBLE_DEVICES="${value}"` }];
    const suspicions = [suspect("cuda-visible-devices-hides-gpu", 0.97, ...evidence)];
    return fail({ found: `"${value}"`, wanted: texts.wanted(), detail, suspicions, evidence });
  },
});

/** CUDA reads the list up to the first entry that names no GPU. */
function hides(value: string, facts: Facts) {
  const first = value.split(",")[0]?.trim() ?? "";
  if (/^(?:|-\d+|none|void|NoDevFiles)$/i.test(first)) return texts.none({ value });
  const count = smiGpus(facts).length;
  return count > 0 && /^\d{1,9}$/.test(first) && Number(first) >= count ? texts.beyond({ value, count }) : null;
}
