/** Points of the proof that only the cuda engine can show: it has the card's memory and copies in its own hands. */
import { message } from "../text/message.ts";
import type { Observation } from "./observe.ts";
import type { ProofPoint } from "./proof.ts";

const texts = {
  memory: message("The card's memory keeps what is written", "显存能保持写入的内容"),
  memorySeen: message(
    "{tested} of {free} free MiB written and read twice in {seconds} s",
    "在 {seconds} 秒内对 {free} MiB 空闲显存中的 {tested} MiB 读写两遍",
  ),
  memoryWrong: message(
    "{wrong} words of {tested} MiB came back changed, the first at MiB {first}",
    "{tested} MiB 中有 {wrong} 个字读回时已改变，第一个位于第 {first} MiB",
  ),
  copies: message("Copies arrive unchanged", "数据复制无误"),
  copiesSeen: message("what came back is what was sent", "读回的内容与发送的一致"),
  copiesWrong: message("what came back differs from what was sent", "读回的内容与发送的不同"),
  compared: message("Every entry of a product is right", "乘积的每一项都正确"),
  comparedSeen: message(
    "{entries} entries differ from the CPU's by {error} of the terms' sum at most, allowed {allowed}",
    "{entries} 个元素与 CPU 结果的最大偏差为各项之和的 {error}，允许 {allowed}",
  ),
  repeat: message("A repeat gives the same bits", "重复运行得到逐位相同的结果"),
  repeatSame: message("{steps} steps from the same seed", "从相同种子开始的 {steps} 步"),
  repeatDiffers: message(
    "{steps} steps from the same seed gave another loss or other weights",
    "从相同种子开始的 {steps} 步得到了不同的损失或权重",
  ),
};

/** float32 on both sides, each as in `tolerances` of product.ts. */
const allowedDeviation = 4e-5;

/** What the engine reported of these; nothing for the other engines. */
export function driverPoints({ memoryTest, copies, repeat, compared }: Observation): ProofPoint[] {
  return [
    ...(memoryTest ? [memoryPoint(memoryTest)] : []),
    ...(copies ? [copiesPoint(copies)] : []),
    ...(repeat ? [repeatPoint(repeat)] : []),
    ...(compared ? [comparedPoint(compared)] : []),
  ];
}

function memoryPoint(test: NonNullable<Observation["memoryTest"]>): ProofPoint {
  const { testedMiB: tested, freeMiB: free, wrongWords: wrong, firstWrongMiB: first } = test;
  const detail =
    wrong > 0
      ? texts.memoryWrong({ wrong, tested, first: first ?? "?" })
      : texts.memorySeen({ tested, free, seconds: test.seconds.toFixed(1) });
  return { id: "memory-test", what: texts.memory(), ok: wrong === 0, detail };
}

function copiesPoint({ intact }: NonNullable<Observation["copies"]>): ProofPoint {
  const detail = intact ? texts.copiesSeen() : texts.copiesWrong();
  return { id: "copies", what: texts.copies(), ok: intact, detail };
}

function repeatPoint({ steps, same }: NonNullable<Observation["repeat"]>): ProofPoint {
  const detail = same ? texts.repeatSame({ steps }) : texts.repeatDiffers({ steps });
  return { id: "repeat", what: texts.repeat(), ok: same, detail };
}

function comparedPoint({ size, deviation }: NonNullable<Observation["compared"]>): ProofPoint {
  const error = deviation === null ? "NaN" : deviation.toExponential(1);
  const detail = texts.comparedSeen({ entries: size * size, error, allowed: allowedDeviation.toExponential(0) });
  const ok = deviation !== null && deviation <= allowedDeviation;
  return { id: "whole-product", what: texts.compared(), ok, detail };
}
