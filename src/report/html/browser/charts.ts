/** Draws what the data blocks of the page describe. */
import uPlot from "uplot";
import { type ChartSpec, written } from "../chart.ts";

/** So many points are drawn as points, with room beside the outer ones. */
const few = 12;
const drawn: { plot: uPlot; place: HTMLElement }[] = [];

for (const figure of document.querySelectorAll<HTMLElement>("figure.chart")) {
  const place = figure.querySelector<HTMLElement>(".plot");
  const data = figure.querySelector(".chart-data")?.textContent;
  if (place && data) drawn.push({ plot: draw(figure, place, JSON.parse(data)), place });
}

function draw(figure: HTMLElement, place: HTMLElement, spec: ChartSpec): uPlot {
  const readings = [...figure.querySelectorAll("output")];
  const values = valuesOf(spec);
  const order = spec.kind === "stacks" ? [...spec.series.keys()].reverse() : [...spec.series.keys()];
  const options: uPlot.Options = {
    ...sizeOf(place),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: spec.kind === "lines" } },
    scales: {
      x: { time: false, ...(spec.x.length < few && { range: paddedRange(spec) }) },
      y: { range: (_, __, most) => [0, spec.yMax ?? most * 1.12] },
    },
    axes: [xAxis(spec), yAxis(spec)],
    series: [{}, ...order.map((at) => seriesOf(spec, at))],
    hooks: {
      draw: [(plot) => marks(plot, spec)],
      setCursor: [
        ({ cursor: { idx } }) => {
          for (const [at, reading] of readings.entries()) {
            const value = idx == null ? null : (spec.series[at]?.values[idx] ?? null);
            reading.textContent = value === null ? "" : written(value, spec.unit);
          }
        },
      ],
    },
  };
  return new uPlot(options, [xOf(spec), ...order.map((at) => values[at] ?? [])], place);
}

function paddedRange({ kind, x }: ChartSpec): [number, number] {
  if (kind === "stacks") return [-0.6, x.length - 0.4];
  const [first = 0, last = 1] = [x[0], x.at(-1)];
  const room = 0.04 * Math.max(last - first, 1);
  return [first - room, last + room];
}

function xOf({ kind, x }: ChartSpec): number[] {
  return kind === "stacks" ? x.map((_, at) => at) : [...x];
}

/** Parts of a stack are drawn as what they add up to, the highest first. */
function valuesOf({ kind, series }: ChartSpec): (number | null)[][] {
  if (kind === "lines") return series.map(({ values }) => [...values]);
  let sums: number[] = [];
  return series.map(({ values }) => {
    sums = values.map((value, i) => (sums[i] ?? 0) + (value ?? 0));
    return sums;
  });
}

function seriesOf(spec: ChartSpec, at: number): uPlot.Series {
  const series = spec.series[at];
  if (series === undefined) return {};
  const { colour, dashed, pointsOnly } = series;
  const stroke = (): string => colourOf(`--chart-${colour}`);
  if (spec.kind === "stacks") {
    const fills = (): string[] =>
      spec.x.map((_, i) => colourOf(`--chart-${colour}${spec.pale.includes(i) ? "-pale" : ""}`));
    const bars = uPlot.paths.bars?.({ size: [0.66, 64], disp: { fill: { unit: 3, values: fills } } });
    return { width: 0, fill: stroke, points: { show: false }, ...(bars && { paths: bars }) };
  }
  return {
    stroke,
    width: pointsOnly ? 0 : 2,
    spanGaps: false,
    points: pointsOnly ? { show: true, size: 9, fill: stroke, width: 0 } : { show: spec.x.length < few, fill: stroke },
    ...(dashed && { dash: [6, 5] }),
    ...(pointsOnly && { paths: () => null }),
  };
}

function xAxis(spec: ChartSpec): uPlot.Axis {
  const stacks = spec.kind === "stacks";
  return {
    ...axisLook(),
    label: spec.xTitle,
    labelSize: 22,
    size: 30,
    grid: { show: false },
    ...(stacks && {
      splits: () => spec.x.map((_, at) => at),
      values: (_: uPlot, splits: number[]) => splits.map((at) => spec.categories[at] ?? ""),
    }),
    ...(!stacks &&
      spec.x.length < few && { splits: () => [...spec.x], values: (_: uPlot, at: number[]) => at.map(String) }),
  };
}

function yAxis(spec: ChartSpec): uPlot.Axis {
  return {
    ...axisLook(),
    size: 56,
    values: (_, splits) => splits.map((value) => written(value, spec.unit)),
    ...(spec.unit === "share" && { incrs: [0.05, 0.1, 0.2, 0.25, 0.5] }),
  };
}

function axisLook(): uPlot.Axis {
  const line = (): string => colourOf("--line");
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    stroke: () => colourOf("--muted"),
    font,
    labelFont: font,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
  };
}

/** The level to compare with and the recommended place, on top of everything. */
function marks(plot: uPlot, { level, chosen, kind, x }: ChartSpec): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${12 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
  if (level) {
    const y = plot.valToPos(level.at, "y", true);
    ctx.strokeStyle = ctx.fillStyle = colourOf("--muted");
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.textAlign = "right";
    ctx.fillText(level.label, bbox.left + bbox.width - 4 * ratio, y - 5 * ratio);
  }
  if (chosen) {
    const at = plot.valToPos(kind === "stacks" ? chosen.at : (x[chosen.at] ?? 0), "x", true);
    ctx.strokeStyle = ctx.fillStyle = colourOf("--good");
    ctx.textAlign = "center";
    const half = ctx.measureText(chosen.label).width / 2 + 2 * ratio;
    const middle = Math.min(bbox.left + bbox.width - half, Math.max(bbox.left + half, at));
    ctx.fillText(chosen.label, middle, bbox.top + 12 * ratio);
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    line(ctx, at, bbox.top + 18 * ratio, at, bbox.top + bbox.height);
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function sizeOf(place: HTMLElement): { width: number; height: number } {
  return { width: Math.max(200, place.clientWidth), height: place.clientWidth < 420 ? 210 : 260 };
}

/** Paper is narrower than the screen and always light. */
function redraw(): void {
  for (const { plot, place } of drawn) {
    const size = sizeOf(place);
    if (size.width !== plot.width || size.height !== plot.height) plot.setSize(size);
    else plot.redraw(false, true);
  }
}

for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", redraw);
addEventListener("beforeprint", redraw);
addEventListener("afterprint", redraw);
const watch = new ResizeObserver(redraw);
for (const { place } of drawn) watch.observe(place);
