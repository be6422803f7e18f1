import { plainText } from "../../text/plain.ts";

/** What the GPU drivers, module signing and the paravirtual GPU write. */
const relevant =
  /NVRM|nvidia|\bXid\b|nouveau|dxgk|dxgkrnl|Lockdown|module verification|Loading of (?:unsigned )?module|Key was rejected|BAR \d.{0,40}(?:no space|can't assign|failed to assign)/i;
const maxLines = 60;
const maxColumns = 300;

/** The lines of a kernel log that tell of GPUs, oldest first; of many the newest, each once in a row. */
export function gpuLines(text: string): string[] {
  const lines: string[] = [];
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(from, Math.min(end, from + 2000));
    if (relevant.test(line)) lines.push(plainText(line).slice(0, maxColumns).trimEnd());
    from = end + 1;
  }
  return lines.filter((line, index) => withoutTime(line) !== withoutTime(lines[index - 1] ?? "")).slice(-maxLines);
}

/** Drops "[   12.345678] " or "Nov 22 10:11:12 host kernel: ". */
function withoutTime(line: string): string {
  return line.replace(/^\[\s*\d+\.\d+\]\s?/, "").replace(/^\w{3} [ \d]\d \d\d:\d\d:\d\d \S{1,80} kernel: /, "");
}
