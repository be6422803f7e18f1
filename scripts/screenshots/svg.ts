import { type Run, rowsOf } from "./ansi.ts";

const cell = { width: 8.4, height: 19 };
const margin = { left: 18, top: 46, bottom: 18 };
const font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace";
const seconds = { typing: 1.2, line: 0.09, wait: 0.8 };

/** Colours of the text that hold a contrast of 4.5 on the window, #161b22. */
const palette: Readonly<Record<string, string>> = {
  black: "#8b949e",
  red: "#ff7b72",
  green: "#56d364",
  yellow: "#e3b341",
  blue: "#79c0ff",
  magenta: "#d2a8ff",
  cyan: "#76e3ea",
  white: "#f0f6fc",
};

export interface Screen {
  /** As it was typed. */
  readonly command: string;
  /** What the program wrote, with its colours. */
  readonly output: string;
  readonly columns: number;
  /** Rows of the window; what is longer scrolls. */
  readonly rows: number;
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly animated: boolean;
}

/** A terminal window as SVG; animated ones type the command, print and scroll once, and then stand. */
export function terminalSvg(screen: Screen): string {
  const prompt = `\u001b[32m$\u001b[39m \u001b[1m${screen.command}\u001b[22m`;
  const lines = rowsOf(`${prompt}\n${screen.output.trimEnd()}`, screen.columns);
  const rows = Math.min(screen.rows, lines.length);
  const width = Math.ceil(screen.columns * cell.width + 2 * margin.left);
  const height = margin.top + rows * cell.height + margin.bottom;
  const over = Math.max(0, lines.length - rows);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(screen.label)}">
<title>${escaped(screen.label)}</title>
<style>
text { white-space: pre; }
${screen.animated ? animation(lines.length, over) : ""}</style>
<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>
<circle cx="20" cy="20" r="6" fill="#ff5f56"/><circle cx="40" cy="20" r="6" fill="#ffbd2e"/><circle cx="60" cy="20" r="6" fill="#27c93f"/>
<clipPath id="window"><rect y="${margin.top - 14}" width="${width}" height="${rows * cell.height + 14 + margin.bottom / 2}"/></clipPath>
<g clip-path="url(#window)" font-family="${font}" font-size="14" fill="#e6edf3"><g class="scroll" transform="translate(0 ${-over * cell.height})">
${lines.map((line, row) => lineText(line, row, screen.animated)).join("\n")}
</g></g>
</svg>
`;
}

function lineText(runs: readonly Run[], row: number, animated: boolean): string {
  const y = margin.top + row * cell.height;
  const texts = runs.filter(({ text }) => text.trim() !== "").map((run) => runText(run, y));
  return animated
    ? `<g class="line" style="animation-delay:${shownAt(row).toFixed(2)}s">${texts.join("")}</g>`
    : texts.join("");
}

/** `textLength` keeps the columns where the font is another one than was measured for. */
function runText({ text, column, cells, colour, bold, dim }: Run, y: number): string {
  const lead = text.length - text.trimStart().length;
  const trail = text.length - text.trimEnd().length;
  const x = margin.left + (column + lead) * cell.width;
  const length = (cells - lead - trail) * cell.width;
  const style = [
    ...(colour === null ? [] : [`fill="${palette[colour] ?? palette["white"]}"`]),
    ...(bold ? ['font-weight="700"'] : []),
    ...(dim ? ['opacity=".72"'] : []),
    // A wide character fills two columns.
    ...(cells > text.length ? ['font-size="15.5"'] : []),
  ];
  const place = `x="${number(x)}" y="${y}" textLength="${number(length)}"`;
  return `<text ${[place, ...style].join(" ")}>${escaped(text.trim())}</text>`;
}

const number = (value: number): string => String(Math.round(value * 10) / 10);

/** Seconds after which a line stands there; the first is the command. */
function shownAt(row: number): number {
  return row === 0 ? 0.3 : 0.3 + seconds.typing + seconds.wait + row * seconds.line;
}

function animation(lines: number, over: number): string {
  const total = shownAt(lines - 1) + seconds.line;
  const steps = Array.from({ length: over }, (_, step) => {
    const at = (shownAt(lines - over + step) / total) * 100;
    return `${at.toFixed(2)}% { transform: translateY(${-(step + 1) * cell.height}px); }`;
  });
  return `@media (prefers-reduced-motion: no-preference) {
.line { opacity: 0; animation: show .01s forwards; }
.scroll { animation: scroll ${total.toFixed(2)}s steps(1, end) forwards; }
}
@keyframes show { to { opacity: 1; } }
@keyframes scroll { from { transform: translateY(0); } ${steps.join(" ")} to { transform: translateY(${-over * cell.height}px); } }
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
