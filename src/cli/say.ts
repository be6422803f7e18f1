import { fill, type Language, type Names, type SamePlaceholders, type Values } from "../text/message.ts";

/**
 * Takes a text in every language and gives it in the one that help and errors of this run are in. A placeholder without
 * a value stays as it stands.
 */
export type Say = <const En extends string, const Zh extends string>(
  en: En,
  zh: SamePlaceholders<En, Zh> & Zh,
  values?: Values<Names<En>>,
) => string;

export function speaker(language: Language): Say {
  return (en, zh, values) => {
    const text = language === "zh" ? zh : en;
    return values === undefined ? text : fill(text, values, language);
  };
}
