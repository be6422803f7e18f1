/** What happens to a text on its way from a terminal into an issue: each change keeps the words and spoils the form. */
export const disturbances: Readonly<Record<string, (text: string) => string>> = {
  "lines dropped": (text) =>
    lines(text).length < 5
      ? text
      : lines(text)
          .filter((_, i) => i % 5 !== 3)
          .join("\n"),
  shortened: (text) => {
    const all = lines(text);
    return all.length < 4 ? text : all.slice(Math.floor(all.length / 4)).join("\n");
  },
  "cut at 160 columns": (text) =>
    lines(text)
      .map((line) => line.slice(0, 160))
      .join("\n"),
  "wrapped at 80 columns": (text) =>
    lines(text)
      .flatMap((line) => pieces(line, 80))
      .join("\n"),
  "wrapped at blanks": (text) =>
    lines(text)
      .flatMap((line) => folded(line, 80))
      .join("\n"),
  quoted: (text) =>
    lines(text)
      .map((line) => `> ${line}`)
      .join("\n"),
  "quoted and wrapped": (text) =>
    lines(text)
      .flatMap((line) => pieces(line, 78))
      .map((line) => `> ${line}`)
      .join("\n"),
  "with colours": (text) =>
    lines(text)
      .map((line) => `\x1b[1;31m${line.replace(/ /, "\x1b[0m \x1b[33m")}\x1b[0m`)
      .join("\n"),
  "with timestamps": (text) =>
    lines(text)
      .map((line, i) => `2025-03-04T10:${pad(i % 60)}:07.123Z ${line}`)
      .join("\n"),
  "with colours and timestamps": (text) =>
    lines(text)
      .map((line, i) => `\x1b[90m[2025-03-04 10:${pad(i % 60)}:07]\x1b[0m \x1b[31m${line}\x1b[0m`)
      .join("\n"),
  "as syslog": (text) =>
    lines(text)
      .map((line, i) => `Mar  4 10:${pad(i % 60)}:07 gpu01 ${line}`)
      .join("\n"),
  "as docker JSON log": (text) =>
    lines(text)
      .map((line) => JSON.stringify({ log: `${line}\n`, stream: "stderr", time: "2025-03-04T10:00:07Z" }))
      .join("\n"),
  "with CRLF": (text) => text.replace(/\n/g, "\r\n"),
  "as HTML": (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;"),
  "with curly quotes": (text) => text.replace(/'/g, "\u2019").replace(/"(\w)/g, "\u201c$1").replace(/"/g, "\u201d"),
  "in a code fence": (text) => `Hi, I get this, any idea?\n\n\`\`\`shell\n${text}\n\`\`\`\nThanks!`,
  "as UTF-16 read as bytes": (text) => [...text].join("\0"),
};

const lines = (text: string): string[] => text.replace(/\n$/, "").split("\n");
const pad = (number: number): string => String(number).padStart(2, "0");

function pieces(line: string, width: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at === 0 || at < line.length; at += width) parts.push(line.slice(at, at + width));
  return parts;
}

function folded(line: string, width: number): string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(" ", width);
    const end = blank > 0 ? blank : width;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest];
}
