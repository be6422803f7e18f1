import { absent, type Fact, known, unknown, value } from "../facts/fact.ts";
import type { CardNow, SmiGpu } from "../facts/facts.ts";
import { message } from "../text/message.ts";
import type { Reading } from "./requirement.ts";
import { andThen, type Subject } from "./subject.ts";

const texts = {
  slices: message(
    "the card is divided by MIG, and the command gets a slice of it",
    "该显卡被 MIG 划分，命令只得到其中一个切片",
  ),
  unreported: message("nvidia-smi does not report it for this card", "nvidia-smi 没有报告这张显卡的该项信息"),
};

export function cardReader(
  field: "name" | "memoryMiB" | "computeCapability",
): (subject: Subject) => Fact<readonly Reading[]> {
  return (subject) =>
    cardFacts(subject, (card) =>
      field === "memoryMiB" && card.mig === true ? inSlices : (orUntold(card[field]) satisfies Fact<Reading>),
    );
}

/** absent: there is no card to ask. */
export function cardFacts(subject: Subject, read: (card: SmiGpu) => Fact<Reading>): Fact<readonly Reading[]> {
  const { cards } = subject.cards;
  return andThen(cards, (all): Fact<readonly Reading[]> => {
    if (all.length === 0) return absent(...(cards.evidence ?? []));
    const readings = all.map(read);
    const silent = readings.find((reading) => reading.state !== "value");
    if (silent?.state === "unknown") return silent;
    return value(readings.flatMap((reading) => known(reading) ?? []));
  });
}

const inSlices = unknown(texts.slices());

export function freeMemory(card: SmiGpu): Fact<number> {
  if (card.mig === true) return inSlices;
  if (card.now && card.now.freeMiB !== null) return value(card.now.freeMiB);
  const { memoryMiB, usedMiB } = card;
  return memoryMiB === null || usedMiB === null ? orUntold<number>(null) : value(memoryMiB - usedMiB);
}

export function nowFact<Field extends keyof CardNow>(
  field: Field,
): (card: SmiGpu) => Fact<NonNullable<CardNow[Field]>> {
  return ({ now }) => orUntold<NonNullable<CardNow[Field]>>(now?.[field] ?? null);
}

function orUntold<T>(reading: T | null): Fact<T> {
  return reading === null ? unknown(texts.unreported()) : value(reading);
}
