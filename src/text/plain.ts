/** Sequences that a terminal would act on: CSI, OSC and the other escapes, with a bound on their length. */
const escapes =
  /\x1b(?:\[[0-9:;<=>?]{0,40}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|[PX^_][^\x1b]{0,4096}\x1b\\|[ -/]{0,4}[0-~])/g;
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Nearly no text has any of them, and one look tells. */
const anyControl = new RegExp(controls.source);

/**
 * Text from a machine that is safe to print: no terminal escape, control or bidirectional-override character is left;
 * newlines and tabs stay, CRLF becomes LF.
 */
export function plainText(text: string): string {
  if (!anyControl.test(text)) return text;
  return text.replace(/\r\n/g, "\n").replace(escapes, "").replace(controls, "");
}

/** The first `lines` lines that say anything, each cut to `columns` characters: what evidence quotes. */
export function excerpt(text: string, lines = 3, columns = 200): string {
  const kept: string[] = [];
  for (const line of plainText(text.slice(0, 65_536)).split("\n")) {
    if (line.trim() === "") continue;
    kept.push(line.length > columns ? `${line.slice(0, columns - 1)}…` : line.trimEnd());
    if (kept.length === lines) break;
  }
  return kept.join("\n");
}
