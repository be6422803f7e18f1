/** The charts of one data set. */
import { type Benched, nameOf } from "../../loader/benched.ts";
import { type Candidate, sameStart } from "../../loader/decide.ts";
import { stallFraction } from "../../loader/model.ts";
import { median } from "../../loader/statistics.ts";
import { message } from "../../text/message.ts";
import { type Row, rowsOf } from "../bench-loader-rows.ts";
import { type ChartSeries, type ChartSpec, plainChart, written } from "./chart.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { figure } from "./parts.ts";
import type { Say } from "./words.ts";

const texts = {
  epoch: message("Seconds per epoch by {start}", "每轮秒数（{start}）"),
  alone: message("Seconds per epoch", "每轮秒数"),
  told: message("Fastest here: {workers} workers, {seconds}.", "此方式最快：{workers} 个 worker，{seconds}。"),
  pale: message(" Pale and with ~: predicted, not measured.", "浅色和 ~：预测值，未实测。"),
  aloneTold: message("Without workers an epoch takes {seconds}.", "无 worker 时每轮 {seconds}。"),
  start: message("start", "启动"),
  steady: message("steady", "稳态"),
  stop: message("stop", "停止"),
  workers: message("workers", "worker 数"),
  chosen: message("recommended", "推荐"),
  waiting: message("GPU waiting time", "GPU 等待时间"),
  waitingOnCpu: message("Waiting time of the training step", "训练步的等待时间"),
  waitingTold: message(
    "Share of an epoch in which the training step waits for its next batch; with {workers} workers it is {share}.",
    "一轮中训练步等待下一批次的时间占比；{workers} 个 worker 时为 {share}。",
  ),
  measured: message("measured", "实测"),
  measuredBy: message("measured, {start}", "实测，{start}"),
  predicted: message("predicted", "预测"),
  reading: message("Files read per second", "每秒读取的文件数"),
  readingTold: message(
    "{folder} is on {filesystem}; beside it the same files on the local disk.",
    "{folder} 位于 {filesystem}；对照为本地磁盘上的相同文件。",
  ),
  readers: message("readers", "读取者数"),
  local: message("local disk", "本地磁盘"),
};

export function benchCharts(done: Benched, say: Say): Markup {
  const drawn = [...epochCharts(done, say), waitingChart(done, say), readingChart(done, say)];
  return html`<div class="charts">${drawn}</div>`;
}

/** One chart for each start method, all with the same scale. */
function epochCharts(done: Benched, say: Say): Markup[] {
  const rows = rowsOf(done);
  if (rows.length === 0) return [];
  const plain = rows.filter(({ candidate }) => candidate.workers === 0);
  const yMax = 1.15 * Math.max(...rows.map(({ candidate }) => candidate.epochSeconds));
  const starts = done.starts.filter((start) => rows.some(({ candidate }) => sameStart(candidate.start, start)));
  if (starts.length === 0) return [epochChart(done, plain, say(texts.alone()), yMax, say)];
  return starts.map((start) => {
    const own = rows.filter(({ candidate }) => candidate.workers > 0 && sameStart(candidate.start, start));
    const sorted = [...plain, ...own].sort((a, b) => a.candidate.workers - b.candidate.workers);
    return epochChart(done, sorted, say(texts.epoch({ start: nameOf(start) })), yMax, say);
  });
}

function epochChart(done: Benched, rows: readonly Row[], title: string, yMax: number, say: Say): Markup {
  const best = done.decision?.best;
  const at = rows.findIndex(
    ({ candidate }) =>
      best !== undefined && candidate.workers === best.workers && sameStart(candidate.start, best.start),
  );
  const part = (name: "start" | "steady" | "stop", colour: ChartSeries["colour"]): ChartSeries => ({
    ...{ label: say(texts[name]()), colour, dashed: false, pointsOnly: false },
    values: rows.map(({ parts }) => parts[name]),
  });
  const chart: ChartSpec = {
    ...{
      ...plainChart,
      kind: "stacks",
      unit: "seconds",
      yTitle: say(texts.alone()),
      xTitle: say(texts.workers()),
      yMax,
    },
    x: rows.map(({ candidate }) => candidate.workers),
    categories: rows.map(({ candidate: { workers, measured } }) => `${measured ? "" : "~"}${workers}`),
    series: [part("start", "two"), part("steady", "one"), part("stop", "three")],
    chosen: at < 0 ? null : { at, label: say(texts.chosen()) },
    pale: [...rows.keys()].filter((row) => !rows[row]?.candidate.measured),
  };
  return figure(title, tellingOf(rows, say), chart, say);
}

function tellingOf(rows: readonly Row[], say: Say): string {
  const withWorkers = rows.filter(({ candidate }) => candidate.workers > 0).map(({ candidate }) => candidate);
  const pale = rows.some(({ candidate }) => !candidate.measured) ? say(texts.pale()) : "";
  const [first] = [...withWorkers].sort((a, b) => a.epochSeconds - b.epochSeconds);
  const plain = rows[0]?.candidate.epochSeconds ?? 0;
  return first === undefined
    ? say(texts.aloneTold({ seconds: written(plain, "seconds") }))
    : say(texts.told({ workers: first.workers, seconds: written(first.epochSeconds, "seconds") })) + pale;
}

function waitingChart(done: Benched, say: Say): Markup {
  const { parameters, decision } = done;
  if (parameters === null || decision === null) return nothing;
  const x = [...new Set(done.candidates.map(({ workers }) => workers))].sort((a, b) => a - b);
  if (x.length < 2) return nothing;
  const predicted = x.map((workers) => share(stallFraction(parameters, workers)));
  const measured = measuredStalls(done, x, say);
  const chosen = x.indexOf(decision.best.workers);
  const now = stallOf(done, decision.best) ?? predicted[chosen] ?? 0;
  const line = { label: say(texts.predicted()), colour: "three", dashed: true, pointsOnly: false } as const;
  const chart: ChartSpec = {
    ...{ ...plainChart, kind: "lines", unit: "share", yMax: 1, xTitle: say(texts.workers()), x },
    yTitle: say(texts.waiting()),
    series: [...measured, { ...line, values: predicted }],
    chosen: chosen < 0 ? null : { at: chosen, label: say(texts.chosen()) },
  };
  const title = done.step?.device?.startsWith("cuda") ? texts.waiting() : texts.waitingOnCpu();
  const telling = texts.waitingTold({ workers: decision.best.workers, share: written(now, "share") });
  return figure(say(title), say(telling), chart, say);
}

/** Measured, if it was. */
function stallOf({ swept, verified }: Benched, { workers, start }: Candidate): number | null {
  const points = swept.length > 0 ? swept.filter((each) => sameStart(each.start, start)) : (verified?.points ?? []);
  const own = points.find((point) => point.workers === workers)?.stallFractions ?? [];
  return own.length > 0 ? share(median(own)) : null;
}

const colours = ["one", "two", "four"] as const;

/** Where every combination was measured, one series for each start method. */
function measuredStalls(done: Benched, x: readonly number[], say: Say): ChartSeries[] {
  const series = (label: string, colour: ChartSeries["colour"], of: ReadonlyMap<number, number>): ChartSeries => ({
    ...{ label, colour, dashed: false, pointsOnly: true },
    values: x.map((workers) => of.get(workers) ?? null),
  });
  if (done.swept.length === 0) {
    const points = done.verified?.points ?? [];
    return [
      series(say(texts.measured()), "one", new Map(points.map((p) => [p.workers, share(median(p.stallFractions))]))),
    ];
  }
  return done.starts.slice(0, colours.length).map((start, i) => {
    const own = done.swept.filter(
      (each) => each.stallFractions.length > 0 && (each.workers === 0 || sameStart(each.start, start)),
    );
    const label = say(texts.measuredBy({ start: nameOf(start) }));
    return series(
      label,
      colours[i] ?? "one",
      new Map(own.map((each) => [each.workers, share(median(each.stallFractions))])),
    );
  });
}

function readingChart({ storage }: Benched, say: Say): Markup {
  if (storage === null) return nothing;
  const x = [...new Set([...storage.there, ...storage.local].map(({ readers }) => readers))].sort((a, b) => a - b);
  const series = (label: string, colour: ChartSeries["colour"], points: typeof storage.there): ChartSeries => ({
    ...{ label, colour, dashed: false, pointsOnly: false },
    values: x.map((readers) => points.find((point) => point.readers === readers)?.filesPerSecond ?? null),
  });
  const chart: ChartSpec = {
    ...{ ...plainChart, kind: "lines", unit: "number", xTitle: say(texts.readers()), x, yTitle: say(texts.reading()) },
    series: [series(storage.filesystem, "two", storage.there), series(say(texts.local()), "one", storage.local)],
  };
  return figure(say(texts.reading()), say(texts.readingTold(storage)), chart, say);
}

function share(of: number): number {
  return Math.min(1, Math.max(0, Number.isFinite(of) ? of : 0));
}
