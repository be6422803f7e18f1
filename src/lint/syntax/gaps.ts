/** How far a header may reach that is written over several lines. */
const maxHeader = 4000;

/**
 * Valid Python that the grammar does not know, rewritten to what it does, character for character: offsets stay. What
 * stands in strings may change, so values are read from the original text.
 */
export function closeGaps(source: string): string {
  return withoutWithParentheses(source)
    .replace(/(?<![\w.])\d[\d_]{0,40}\.(?![\w.])/g, (number) => `${number.slice(0, -1)} `)
    .replace(/\bfor\s[\w\s,*()]{1,200}?\sin\b/g, (header) => header.replaceAll("*", " "))
    .replace(/\bas\s{1,10}\([^()]{0,400}\)(?=\s{0,10}:)/g, (target) => target.replace(/[()\r\n]/g, " "))
    .replace(/^[ \t]{0,200}case\b[^\n]{0,400}/gm, (header) => header.replaceAll("()", "  "));
}

/** `with (open(a) as f, open(b) as g):` without its parentheses, on one line. */
function withoutWithParentheses(source: string): string {
  const parts: string[] = [];
  let done = 0;
  for (const header of source.matchAll(/^[ \t]{0,200}(?:async[ \t]{1,10})?with[ \t]{0,10}\(/gm)) {
    const open = header.index + header[0].length - 1;
    if (open < done) continue;
    const close = closing(source, open);
    if (close === undefined || !/^\s{0,10}:/.test(source.slice(close + 1, close + 12))) continue;
    const inside = source.slice(open + 1, close);
    if (!/\sas\s/.test(inside)) continue;
    const flat = inside.replace(/#[^\n]*/g, (comment) => " ".repeat(comment.length)).replace(/[\r\n]/g, " ");
    parts.push(source.slice(done, open), " ", flat.replace(/,(\s*)$/, " $1"), " ");
    done = close + 1;
  }
  return parts.length === 0 ? source : parts.join("") + source.slice(done);
}

function closing(source: string, open: number): number | undefined {
  let depth = 0;
  const end = Math.min(source.length, open + maxHeader);
  for (let at = open; at < end; at++) {
    const mark = source[at];
    if (mark === "(") depth++;
    else if (mark === ")" && --depth === 0) return at;
  }
  return undefined;
}
