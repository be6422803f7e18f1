import { eastAsianWidth } from "get-east-asian-width";

/** A piece of a line in one style; `cells` columns wide. */
export interface Run {
  readonly text: string;
  readonly column: number;
  readonly cells: number;
  readonly colour: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
}

interface Style {
  readonly colour: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
}

const plain: Style = { colour: null, bold: false, dim: false };
const colours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
// biome-ignore lint/complexity/useRegexLiterals: an escape character in a literal is easily overlooked.
const pieces = new RegExp("\u001b\\[([\\d;]*)m|([^\u001b]+)", "g");

/** The rows that a terminal of so many columns shows of what a program wrote, cut into runs of one style. */
export function rowsOf(output: string, columns: number): Run[][] {
  let style = plain;
  return output.split("\n").flatMap((line) => {
    const rows: Run[][] = [[]];
    let column = 0;
    for (const [, codes, text] of line.matchAll(pieces)) {
      if (codes !== undefined) style = restyled(style, codes);
      for (const part of text === undefined ? [] : partsOf(text)) {
        for (const [rest, cells] of fitted(part, columns - column, columns)) {
          if (column + cells > columns) {
            rows.push([]);
            column = 0;
          }
          rows.at(-1)?.push({ text: rest, column, cells, ...style });
          column += cells;
        }
      }
    }
    return rows;
  });
}

/** A part in pieces: the first for the room that is left on the row, the others for whole rows. */
function fitted(part: string, room: number, columns: number): (readonly [string, number])[] {
  const pieces: (readonly [string, number])[] = [];
  let text = "";
  for (const char of part) {
    const most = pieces.length === 0 && room > 0 ? room : columns;
    if (widthOf(text + char) > most) {
      if (text !== "") pieces.push([text, widthOf(text)]);
      text = "";
    }
    text += char;
  }
  return text === "" ? pieces : [...pieces, [text, widthOf(text)]];
}

function restyled(before: Style, codes: string): Style {
  let style = before;
  for (const code of codes.split(";").map(Number)) {
    if (code === 0) style = plain;
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 2) style = { ...style, dim: true };
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 39) style = { ...style, colour: null };
    else if (code >= 30 && code <= 37) style = { ...style, colour: colours[code - 30] ?? null };
    else if (code >= 90 && code <= 97) style = { ...style, colour: colours[code - 90] ?? null };
  }
  return style;
}

/** Wide and narrow characters apart, so that each keeps to the columns of a terminal in any font. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let before: boolean | undefined;
  for (const char of text) {
    const wide = isWide(char);
    if (wide === before) parts.push(`${parts.pop() ?? ""}${char}`);
    else parts.push(char);
    before = wide;
  }
  return parts;
}

const isWide = (char: string): boolean => eastAsianWidth(char.codePointAt(0) ?? 0) === 2;
const widthOf = (text: string): number => [...text].reduce((sum, char) => sum + (isWide(char) ? 2 : 1), 0);
