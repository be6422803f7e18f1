import type { Language } from "./message.ts";

/** Marks between the parts of a line: Chinese has its own, which bring their blanks with them. */
interface Marks {
  /** Between a label and what is told. */
  readonly colon: string;
  /** After a heading of what stands on the lines below. */
  readonly above: string;
  /** Between parts of a sentence. */
  readonly comma: string;
  /** Between things of one kind. */
  readonly and: string;
  readonly open: string;
  readonly close: string;
}

const marks: Readonly<Record<Language, Marks>> = {
  en: { colon: ": ", above: ":", comma: ", ", and: ", ", open: " (", close: ")" },
  zh: { colon: "：", above: "：", comma: "，", and: "、", open: "（", close: "）" },
};

export function marksOf(language: Language): Marks {
  return marks[language];
}

/** " (no-nvidia-gpu-hardware, 95%)" */
export function inBrackets(language: Language, ...parts: readonly string[]): string {
  const { open, close, comma } = marks[language];
  return parts.length === 0 ? "" : `${open}${parts.join(comma)}${close}`;
}
