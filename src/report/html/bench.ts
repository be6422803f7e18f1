import { advise, seconds } from "../../loader/advice.ts";
import { type Benched, labelOf, nameOf } from "../../loader/benched.ts";
import { type Language, message } from "../../text/message.ts";
import { benchCharts } from "./bench-charts.ts";
import { issue } from "./issue.ts";
import { benchMarkdown } from "./issue-texts.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { type Column, command, table, tiles } from "./parts.ts";
import { redactor, type Subject } from "./redact.ts";
import { sheet } from "./shell.ts";
import { type Headline, headline } from "./verdict.ts";
import { type Say, speaker } from "./words.ts";

const texts = {
  title: message("Loader report", "DataLoader 报告"),
  faster: message(
    "num_workers={workers} by {start}: {times} times as fast",
    "num_workers={workers}（{start}）：速度是原来的 {times} 倍",
  ),
  none: message("num_workers=0: loading in the training process is best here", "num_workers=0：在训练进程内加载最快"),
  undecided: message("Not even single batches could be timed", "连单个批次都无法计时"),
  unknown: message("Not known", "未知"),
  dataset: message("Data set {name}", "数据集 {name}"),
  paste: message("Lines for the training script", "可粘贴到训练脚本中的代码"),
  notes: message("Worth knowing", "值得注意"),
  recommended: message("Recommended", "建议"),
  epoch: message("Epoch", "每轮"),
  without: message("{seconds} s without workers", "无 worker 时 {seconds} 秒"),
  batch: message("Making a batch", "生成一个批次"),
  batchNote: message("{cpu} ms processor, {io} ms waiting", "处理器 {cpu} ms，等待 {io} ms"),
  step: message("Training step", "训练步"),
  how: {
    given: message("given by --step-ms", "由 --step-ms 给出"),
    assumed: message("assumed", "假定值"),
    measured: message("measured on {device}", "在 {device} 上测得"),
  },
  engine: message("Measured with", "测量引擎"),
  starts: message("Start of workers", "worker 的启动"),
  method: message("Start method", "启动方式"),
  count: message("Workers", "worker 数"),
  first: message("First batch after", "首个批次"),
  stop: message("Stop", "停止"),
  memory: message("Memory of its own", "独占内存"),
  limits: message("How many workers this machine can bear", "此机器最多可用的 worker 数"),
  limit: message("Limit", "限制"),
  most: message("At most", "最多"),
  troubles: message("What went wrong while measuring", "测量中的问题"),
  where: message("Where", "位置"),
  why: message("Why", "原因"),
  interrupted: message("Interrupted: this is what was measured until then.", "已中断：以下是此前的测量结果。"),
};

export interface BenchRun {
  readonly done: readonly Benched[];
  readonly version: string;
  readonly startedAt: Date;
}

/** `bench loader --format html`: one page, redacted. */
export function benchHtml(run: BenchRun, language: Language, subject: Subject): string {
  const say = speaker(language);
  const done = redactor(subject)(run.done);
  const [first] = done;
  return sheet({
    ...{ language, title: say(texts.title()), version: run.version, at: run.startedAt, charts: true },
    body: html`${first === undefined ? nothing : headline(headlineOfBench(first, say), say)}${benchView(done, say)}${issue(
      benchMarkdown(done, run.version, language),
      say,
    )}`,
  });
}

export function headlineOfBench(done: Benched, say: Say): Headline {
  const best = done.decision?.best ?? null;
  const { reason, lines } = advise(done);
  const speedup = done.decision?.speedup ?? 1;
  const summary =
    best === null
      ? texts.undecided()
      : best.start === null
        ? texts.none()
        : texts.faster({
            ...{ workers: best.workers, start: nameOf(best.start), times: Number(speedup.toPrecision(2)) },
          });
  return {
    mark: best === null ? "unknown" : "pass",
    word: say(best === null ? texts.unknown() : texts.recommended()),
    ...{ summary: say(summary), detail: say(reason) },
    next: lines.length > 0 ? { title: say(texts.paste()), lines } : null,
  };
}

/** Every data set: its numbers, charts and tables. */
export function benchView(done: readonly Benched[], say: Say): Markup {
  return html`${done.map((each, at) => datasetView(each, say, at === 0))}`;
}

function datasetView(done: Benched, say: Say, first: boolean): Markup {
  const { reason, notes, lines } = advise(done);
  const own = first
    ? nothing
    : html`<p>${say(reason)}</p>${lines.length > 0 ? html`<p class="label">${say(texts.paste())}</p>${command(lines, say)}` : nothing}`;
  const told =
    notes.length === 0
      ? nothing
      : html`<section class="card"><h3>${say(texts.notes())}</h3><ul class="notes">${notes.map(
          (note) => html`<li>${say(note)}</li>`,
        )}</ul></section>`;
  return html`<section class="part"><h2>${say(texts.dataset({ name: labelOf(done.options.dataset) }))}</h2>
${done.interrupted ? html`<p>${say(texts.interrupted())}</p>` : nothing}${own}${numbers(done, say)}${benchCharts(done, say)}${told}${tables(
  done,
  say,
)}</section>`;
}

function numbers(done: Benched, say: Say): Markup {
  const { parameters: p, decision, step, engine } = done;
  const plain = done.candidates.find(({ workers }) => workers === 0)?.epochSeconds;
  const how =
    step === null
      ? ""
      : step.how === "measured"
        ? texts.how.measured({ device: step.device ?? "?" })
        : texts.how[step.how]();
  return tiles([
    {
      name: "num_workers",
      value: decision === null ? "?" : String(decision.best.workers),
      note: decision?.best.start ? nameOf(decision.best.start) : "",
    },
    ...(decision === null || plain === undefined
      ? []
      : [
          {
            name: say(texts.epoch()),
            value: `${seconds(decision.best.epochSeconds)} s`,
            note: say(texts.without({ seconds: seconds(plain) })),
          },
        ]),
    ...(p === null
      ? []
      : [
          {
            name: say(texts.batch()),
            value: `${ms(p.batchSeconds)} ms`,
            note: say(
              texts.batchNote({ cpu: ms(p.batchCpuSeconds), io: ms(Math.max(0, p.batchSeconds - p.batchCpuSeconds)) }),
            ),
          },
          { name: say(texts.step()), value: `${ms(p.stepSeconds)} ms`, note: how === "" ? "" : say(how) },
        ]),
    { name: say(texts.engine()), value: engine.name, note: engine.python ?? done.framework ?? "" },
  ]);
}

function tables(done: Benched, say: Say): Markup {
  const starts = done.starts.flatMap((start) => start.points.map((point) => ({ start, point })));
  const columns: Column<(typeof starts)[number]>[] = [
    { head: say(texts.method()), cell: ({ start }) => nameOf(start) },
    { head: say(texts.count()), cell: ({ point }) => String(point.workers), number: true },
    { head: say(texts.first()), cell: ({ point }) => `${ms(point.seconds)} ms`, number: true },
    { head: say(texts.stop()), cell: ({ start }) => `${ms(start.stopSeconds)} ms`, number: true },
    {
      head: say(texts.memory()),
      cell: ({ start }) => (start.privateMiB === null ? "?" : `${Math.ceil(start.privateMiB)} MiB`),
      number: true,
    },
  ];
  const shown = [
    table(say(texts.starts()), columns, starts),
    table(
      say(texts.limits()),
      [
        { head: say(texts.limit()), cell: ({ says }) => say(says) },
        { head: say(texts.most()), cell: ({ maxWorkers }) => String(maxWorkers), number: true },
      ],
      done.limits,
    ),
    table(
      say(texts.troubles()),
      [
        { head: say(texts.where()), cell: ({ where }) => where },
        { head: say(texts.why()), cell: ({ trouble }) => trouble.message },
      ],
      done.troubles,
    ),
  ].filter(({ text }) => text !== "");
  return html`${shown.map((each) => html`<div class="card spaced">${each}</div>`)}`;
}

function ms(value: number): string {
  return String(Number((value * 1000).toPrecision(2)));
}
