/** What a chart shows, as the script of the page reads it from a data block. */
export interface ChartSpec {
  /** lines: x is a number; stacks: bars for each name in `categories`, whose parts add up. */
  readonly kind: "lines" | "stacks";
  readonly x: readonly number[];
  readonly categories: readonly string[];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly unit: "number" | "share" | "seconds";
  /** Upper end of the y axis; null: by the data. It starts at 0. */
  readonly yMax: number | null;
  readonly series: readonly ChartSeries[];
  /** A level to compare with. */
  readonly level: { readonly at: number; readonly label: string } | null;
  /** The category or x value that is recommended. */
  readonly chosen: { readonly at: number; readonly label: string } | null;
  /** Categories whose values were predicted, not measured. */
  readonly pale: readonly number[];
}

export interface ChartSeries {
  readonly label: string;
  /** Names a colour of the style sheet: --chart-one … */
  readonly colour: "one" | "two" | "three" | "four";
  readonly dashed: boolean;
  /** Points without a line between them. */
  readonly pointsOnly: boolean;
  readonly values: readonly (number | null)[];
}

export const plainChart = { categories: [], yMax: null, level: null, chosen: null, pale: [] } as const;

/** A value as the axis, the legend and the table write it. */
export function written(value: number, unit: ChartSpec["unit"]): string {
  if (unit === "share") return `${Math.round(value * 100)}%`;
  const digits = value !== 0 && Math.abs(value) < 10 ? Number(value.toPrecision(3)) : Math.round(value * 10) / 10;
  return unit === "seconds" ? `${digits} s` : String(digits);
}
