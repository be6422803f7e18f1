import { eastAsianWidth } from "get-east-asian-width";

const colourCodes = /\x1b\[[0-9;]*m/g;
const noWidth = /\p{Mark}|\p{Cf}/u;

/** Columns that a text takes in a terminal: Chinese characters take two, colour codes and combining marks none. */
export function columns(text: string): number {
  let total = 0;
  for (const character of text.replace(colourCodes, "")) {
    // string-width knows emoji sequences as well, but compiling its emoji expression costs 25 ms at every start.
    if (!noWidth.test(character)) total += eastAsianWidth(character.codePointAt(0) ?? 0x20);
  }
  return total;
}

/** The beginning of a text that fits into so many columns. */
export function cut(text: string, width: number): string {
  let end = 0;
  let total = 0;
  for (const character of text) {
    total += columns(character);
    if (total > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}
