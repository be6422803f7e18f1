import type { SmiGpu } from "../../facts.ts";
import { cudaVersionOf, driverVersionOf, gpuOf, maxGpus, type RawGpu, type SmiReading } from "./reading.ts";

const busId = /^\s*[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f]\b/;
const memoryUse = /^\s*(\d{1,9})MiB\s*\/\s*(\d{1,9})MiB\s*$/;

/**
 * Reads the table of a bare `nvidia-smi`. A card is two or three lines: index, name and bus id; the meters; MIG.
 * Since R610 the header says "KMD Version" and "CUDA UMD Version"; drivers before R410 tell no CUDA version.
 */
export function parseTable(text: string): SmiReading {
  const cards: Open[] = [];
  let header: string | undefined;
  for (const line of text.split("\n")) {
    const cells = cellsOf(line);
    if (cells.length === 0) continue;
    if (header === undefined && line.includes("NVIDIA-SMI ")) header = line;
    else if (cards.length < maxGpus) takeLine(cards, cells);
  }
  return {
    driverVersion: driverVersionOf(after(header, "Driver Version:") ?? after(header, "KMD Version:")),
    smiVersion: driverVersionOf(after(header, "NVIDIA-SMI ")),
    cudaVersion: cudaVersionOf(after(header, "CUDA Version:") ?? after(header, "CUDA UMD Version:")),
    attached: null,
    gpus: cards.map(gpuOf).filter((gpu): gpu is SmiGpu => gpu !== null),
  };
}

type Open = { -readonly [Key in keyof RawGpu]: RawGpu[Key] };

function takeLine(cards: Open[], cells: readonly string[]): void {
  const [first = "", second = "", third = ""] = cells;
  const started = busId.test(second) ? openCard(first) : undefined;
  if (started) {
    cards.push({ ...started, rest: `${second} ${third}` });
    return;
  }
  const card = cards.at(-1);
  if (!card || cells.length < 3 || card.mig !== undefined) return;
  const memory = memoryUse.exec(second);
  if (card.memory === undefined && first.trim() !== "") {
    card.memory = memory?.[2] ?? second.trim();
    card.used = memory?.[1] ?? "";
    card.rest = `${card.rest ?? ""} ${first} ${third}`;
  } else if (first.trim() === "" && second.trim() === "") {
    card.mig = third.trim();
  }
}

/** "   0  NVIDIA GeForce RTX 4090        Off  ": the last word is the persistence mode, or the driver model on Windows. */
function openCard(cell: string): RawGpu | undefined {
  const words = cell.trim().split(/\s+/);
  const [index = "", ...rest] = words;
  const mode = rest.pop();
  if (!/^\d{1,4}$/.test(index) || mode === undefined || rest.length === 0) return undefined;
  return { index, name: rest.join(" "), driverModel: mode };
}

/** Cells of a line drawn with bars, also where it was quoted or indented; none for other lines. */
function cellsOf(line: string): string[] {
  const from = line.indexOf("|");
  if (from < 0 || from > 12 || line.length > 400 || /[^\s>]/.test(line.slice(0, from))) return [];
  const cells = line.slice(from + 1).split("|");
  return cells.length > 1 ? cells.slice(0, -1) : [];
}

function after(text: string | undefined, word: string): string | undefined {
  const at = text?.indexOf(word) ?? -1;
  return at < 0 ? undefined : text?.slice(at + word.length);
}
