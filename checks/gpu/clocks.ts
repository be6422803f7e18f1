import type { Suspicion } from "../../src/diagnosis/cause.ts";
import { check, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import type { Evidence } from "../../src/facts/fact.ts";
import type { Facts, NvmlGpu } from "../../src/facts/facts.ts";
import { message, type Said, verbatim } from "../../src/text/message.ts";
import { smiGpus } from "../situation.ts";
import { cardLabel, nvmlCards } from "./cards.ts";

const texts = {
  title: message("GPU clocks", "GPU 频率"),
  free: message("nothing holds them back", "没有被限制"),
  wanted: message("no slowdown", "无降频"),
  found: message("{reasons}{card}", "{reasons}{card}"),
  heat: message(
    "Heat slows this card down at this moment: training takes longer than it should.",
    "这张显卡此刻因过热而降频，训练会比应有的慢。",
  ),
  power: message(
    "The power supply or the board orders this card to slow down at this moment.",
    "电源或主板此刻要求这张显卡降频。",
  ),
  either: message(
    "Heat or power slows this card down at this moment; the driver does not tell which.",
    "这张显卡此刻因过热或供电而降频，驱动没有说明是哪一种。",
  ),
};

interface Card {
  readonly index: number | null;
  readonly slowdowns: readonly string[];
  readonly temperatureC: number | null;
  readonly slowdownTemperatureC: number | null;
  readonly source: string;
}

export default check({
  id: "gpu.clocks",
  layer: "driver-api",
  impact: "speed",
  after: ["gpu.present", "driver.api"],
  title: texts.title(),
  appliesTo: (facts) => cardsOf(facts).length > 0,
  judge(facts) {
    const cards = cardsOf(facts);
    const slowed = cards.find(({ slowdowns }) => slowdowns.length > 0);
    if (!slowed) return pass(texts.free(), state(facts));
    const evidence: Evidence[] = [{ source: slowed.source, excerpt: said(slowed) }];
    const { detail, suspicions } = meaning(slowed, evidence);
    const found = texts.found({ reasons: slowed.slowdowns.join(", "), card: cardLabel(slowed, cards) });
    return warn({ found, wanted: texts.wanted(), detail, suspicions, evidence });
  },
});

/** How the cards run now; left out where NVML does not tell. */
function state(facts: Facts): { readonly detail?: Said } {
  const told = nvmlCards(facts).flatMap((card) => {
    const { clocksMHz: clocks, powerW: power, performanceState, temperatureC } = card;
    const parts = [
      performanceState === null ? null : `P${performanceState}`,
      of("MHz", clocks.sm, clocks.maxSm),
      of("W", power.draw, power.limit),
      of("°C", temperatureC, null),
    ].filter((part) => part !== null);
    return parts.length > 0 ? [`GPU ${card.index}: ${parts.join(", ")}`] : [];
  });
  return told.length > 0 ? { detail: verbatim(told.join("; ")) } : {};
}

function of(unit: string, now: number | null, most: number | null): string | null {
  if (now === null) return null;
  return most === null ? `${now} ${unit}` : `${now} / ${most} ${unit}`;
}

/** By NVML, which reads at one moment; else by nvidia-smi. */
function cardsOf(facts: Facts): Card[] {
  const own = nvmlCards(facts).flatMap((card: NvmlGpu) =>
    card.slowdowns === null
      ? []
      : [
          {
            ...card,
            slowdowns: card.slowdowns,
            source: `NVML nvmlDeviceGetCurrentClocksThrottleReasons, GPU ${card.index}`,
          },
        ],
  );
  if (own.length > 0) return own;
  return smiGpus(facts).flatMap(({ index, now }) =>
    now?.slowdowns
      ? [
          {
            index,
            slowdowns: now.slowdowns,
            temperatureC: now.temperatureC,
            slowdownTemperatureC: null,
            source: "nvidia-smi -q -d PERFORMANCE",
          },
        ]
      : [],
  );
}

function meaning({ slowdowns, temperatureC: now, slowdownTemperatureC: limit }: Card, evidence: readonly Evidence[]) {
  const has = (reason: string): boolean => slowdowns.includes(reason);
  const heat = (confidence: number): Suspicion => suspect("gpu-overheating", confidence, ...evidence);
  const power = (confidence: number): Suspicion => suspect("gpu-power-insufficient", confidence, ...evidence);
  if (has("hw_thermal_slowdown")) return { detail: texts.heat(), suspicions: [heat(0.9)] };
  if (has("hw_power_brake_slowdown")) return { detail: texts.power(), suspicions: [power(0.9)] };
  if (has("sw_thermal_slowdown")) return { detail: texts.heat(), suspicions: [heat(0.7)] };
  // Drivers before R384 do not tell the two apart.
  if (now !== null && limit !== null && now >= limit - 3) return { detail: texts.heat(), suspicions: [heat(0.8)] };
  return { detail: texts.either(), suspicions: [power(0.5), heat(0.45)] };
}

function said({ slowdowns, temperatureC, slowdownTemperatureC: limit }: Card): string {
  const heat = temperatureC === null ? "" : `, ${temperatureC} °C`;
  return `${slowdowns.join(", ")}${heat}${limit === null ? "" : ` (max ${limit} °C)`}`;
}
