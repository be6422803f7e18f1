import { columns } from "./columns.ts";

const wide = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60";
const colour = "\\x1b\\[[0-9;]*m";
/** Marks that must not begin a line stay with what is before them, those that must not end one with what follows. */
const closing = "，。、；：！？）》」』】〉”’…—";
const closingWord = `[,.;:!?)\\]}%]+(?=[ \\t\\x1b${wide}]|$)`;
const opening = "（《「『【〈“‘(";
// A colour code, a run of blanks, or a wide character or a word with the marks that cling to it.
const token = new RegExp(
  `(?:[${opening}](?:${colour})*)*(?:[${wide}]|[^ \\t\\x1b${wide}“‘]+)(?:(?:${colour})*(?:[${closing}]|${closingWord}))*|${colour}|[ \\t]+|[“‘]`,
  "gu",
);

/**
 * Wraps a paragraph at `width` columns: between words, and between Chinese characters, which have no blanks between
 * them (this is why no wrapping library serves). Lines after the first are indented by `indent` columns. A word longer
 * than the line stays whole, for paths and URLs are copied.
 */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = lines.length === 0 ? "" : " ".repeat(indent);
    let used = columns(line);
    let empty = true;
    for (const [part] of paragraph.matchAll(token)) {
      const taken = columns(part);
      if (!empty && taken > 0 && part.trim() !== "" && used + taken > width) {
        lines.push(line.trimEnd());
        line = " ".repeat(indent);
        used = indent;
        empty = true;
      }
      if (empty && part.trim() === "" && lines.length > 0) continue;
      line += part;
      used += taken;
      if (part.trim() !== "" && taken > 0) empty = false;
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

/** A paragraph wrapped with every line indented, as one string. */
export function block(text: string, width: number, indent: number): string {
  return wrap(" ".repeat(indent) + text, width, indent).join("\n");
}
