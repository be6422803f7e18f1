import { driverReport } from "../facts/driver-report.ts";
import { type Fact, known, unknown, value } from "../facts/fact.ts";
import type { Facts, SmiGpu } from "../facts/facts.ts";
import { gpuVendorsThatTrain } from "../report/gpus.ts";
import { message, type Said } from "../text/message.ts";

const texts = {
  timeout: message("nvidia-smi: no answer in time", "nvidia-smi 未在时限内响应"),
  crashed: message("nvidia-smi: it crashed", "nvidia-smi 崩溃"),
  unreadable: message("nvidia-smi: not understood", "无法理解 nvidia-smi 的输出"),
  order: message(
    "which card is number {list} depends on CUDA_DEVICE_ORDER: set CUDA_DEVICE_ORDER=PCI_BUS_ID",
    "编号 {list} 是哪张显卡取决于 CUDA_DEVICE_ORDER：请设置 CUDA_DEVICE_ORDER=PCI_BUS_ID",
  ),
  mig: message(
    "CUDA_VISIBLE_DEVICES names MIG slices, which are not looked into",
    "CUDA_VISIBLE_DEVICES 指定了 MIG 切片，envdoctor 不查看切片",
  ),
  noSmi: message("nvidia-smi was not found", "找不到 nvidia-smi"),
  nvidiaOnly: message("only NVIDIA cards are looked into", "只查看 NVIDIA 显卡"),
};

/** The cards that a command sees. */
export interface VisibleCards {
  readonly count: Fact<number>;
  /** NVIDIA's, as the driver tells them. */
  readonly cards: Fact<readonly SmiGpu[]>;
}

/**
 * The cards that CUDA_VISIBLE_DEVICES leaves. `pciOrder`: CUDA counts them as nvidia-smi does
 * (CUDA_DEVICE_ORDER=PCI_BUS_ID); its own order is fastest first, which is another one where the cards differ.
 * Source: https://docs.nvidia.com/cuda/cuda-c-programming-guide/#cuda-environment-variables
 */
export function visibleCards(facts: Facts, pciOrder: boolean): VisibleCards {
  const all = allCards(facts);
  if (all.cards.state !== "value") return all;
  const chosen = known(facts.cuda.visibleDevices);
  if (chosen === undefined) return all;
  return select(all.cards.value, chosen, pciOrder);
}

function allCards(facts: Facts): VisibleCards {
  const smi = driverReport(facts);
  if (smi.state === "unknown") return neither(smi.reason);
  if (smi.state === "absent") return withoutSmi(facts);
  const { outcome, message, gpus } = smi.value;
  if (outcome === "ok") return { count: value(gpus.length), cards: value(gpus) };
  const said = message ?? `nvidia-smi: ${outcome}`;
  if (outcome === "timeout" || outcome === "crashed" || outcome === "unreadable")
    return neither({ en: `nvidia-smi: ${said}`, zh: texts[outcome]().zh });
  const evidence = { source: "nvidia-smi", excerpt: said };
  return { count: value(0, evidence), cards: value([], evidence) };
}

/** Without nvidia-smi the bus tells how many cards there are, and no more. */
function withoutSmi({ bus }: Facts): VisibleCards {
  if (bus.adapters.state === "unknown") return neither(bus.adapters.reason);
  const adapters = (known(bus.adapters) ?? []).filter(({ vendor }) => gpuVendorsThatTrain.has(vendor));
  if (adapters.some(({ vendor }) => vendor === "nvidia")) return neither(texts.noSmi());
  const others = adapters.filter(({ vendor }) => vendor === "amd" || vendor === "apple");
  if (others.length === 0) return { count: value(0), cards: value([]) };
  return { count: value(others.length), cards: unknown(texts.nvidiaOnly()) };
}

function neither(reason: Said): VisibleCards {
  return { count: unknown(reason), cards: unknown(reason) };
}

/** The list ends at the first entry that names no card. */
function select(all: readonly SmiGpu[], list: string, pciOrder: boolean): VisibleCards {
  const evidence = { source: "echo $CUDA_VISIBLE_DEVICES", excerpt: list === "" ? "(empty)" : list };
  const chosen: SmiGpu[] = [];
  let slices = 0;
  let byIndex = false;
  for (const entry of list.split(",").map((part) => part.trim())) {
    if (/^MIG-/i.test(entry)) {
      slices += 1;
      continue;
    }
    const isIndex = /^\d{1,4}$/.test(entry);
    const card = isIndex ? all[Number(entry)] : byUuid(all, entry);
    if (card === undefined || chosen.includes(card)) break;
    byIndex ||= isIndex;
    chosen.push(card);
  }
  const count = value(chosen.length + slices, evidence);
  if (slices > 0) return { count, cards: unknown(texts.mig()) };
  const alike = new Set(all.map(({ name, memoryMiB }) => `${name} ${memoryMiB}`)).size <= 1;
  if (byIndex && !alike && !pciOrder && chosen.length < all.length) {
    return { count, cards: unknown(texts.order({ list }), evidence) };
  }
  return { count, cards: value(chosen, evidence) };
}

function byUuid(all: readonly SmiGpu[], entry: string): SmiGpu | undefined {
  if (!/^GPU-[0-9a-f-]{1,60}$/i.test(entry)) return undefined;
  return all.find(({ now }) => now?.uuid?.toLowerCase().startsWith(entry.toLowerCase()));
}
