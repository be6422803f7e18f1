import type { SmiGpu } from "../../facts.ts";
import { driverVersionOf, gpuOf, maxGpus, type SmiReading } from "./reading.ts";

/** Fields of `--query-gpu` that name a card: a line is a header only where one of these is in it. */
const naming = new Set(["name", "gpu_name", "pci.device_id"]);

/** Reads `nvidia-smi --query-gpu=… --format=csv`: a header of field names with units in brackets, then a line per card. */
export function parseCsv(text: string): SmiReading {
  const lines = text.split("\n").filter((line) => line.length < 4096 && line.includes(","));
  const at = lines.findIndex((line) => isHeader(cellsOf(line)));
  const fields = cellsOf(lines[at] ?? "").map(fieldOf);
  const rows =
    at < 0
      ? []
      : lines
          .slice(at + 1, at + 1 + maxGpus)
          .map(cellsOf)
          .filter((row) => row.length === fields.length);
  const value = (row: readonly string[], ...names: readonly string[]): string | undefined =>
    row[fields.findIndex((field) => names.includes(field))];
  return {
    driverVersion: driverVersionOf(value(rows[0] ?? [], "driver_version", "kmd_version")),
    smiVersion: null,
    cudaVersion: null,
    attached: null,
    gpus: rows
      .map((row, index) =>
        gpuOf({
          index: value(row, "index") ?? String(index),
          name: value(row, "name", "gpu_name"),
          deviceId: value(row, "pci.device_id"),
          memory: value(row, "memory.total"),
          used: value(row, "memory.used"),
          computeCapability: value(row, "compute_cap"),
          mig: value(row, "mig.mode.current"),
          driverModel: value(row, "driver_model.current"),
          rest: row.join(", "),
        }),
      )
      .filter((gpu): gpu is SmiGpu => gpu !== null),
  };
}

function cellsOf(line: string): string[] {
  return line.split(",").map((cell) => cell.trim());
}

/** "memory.total [MiB]" → "memory.total" */
function fieldOf(cell: string): string {
  const bracket = cell.indexOf(" [");
  return bracket < 0 ? cell : cell.slice(0, bracket);
}

function isHeader(cells: readonly string[]): boolean {
  return (
    cells.some((cell) => naming.has(cell)) &&
    cells.every((cell) => /^[a-z][a-z0-9_.]{0,60}( \[[^\]]{1,12}\])?$/.test(cell))
  );
}
