import { distance } from "fastest-levenshtein";
import { message, type Said, verbatim } from "./message.ts";

const didYouMean = message(" (did you mean {names}?)", "（您是不是想写 {names}？）");

/** " (did you mean 'a' or 'b'?)" with the names nearest to a misspelt one, or nothing where none is near. */
export function nearest(wrong: string, names: readonly string[]): Said {
  const near = names
    .map((name) => ({ name, far: name.includes(wrong) || wrong.includes(name) ? 1 : distance(wrong, name) }))
    .filter(({ far, name }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => `'${name}'`);
  if (near.length === 0) return verbatim("");
  return didYouMean({ names: { en: near.join(" or "), zh: near.join(" 或 ") } });
}
