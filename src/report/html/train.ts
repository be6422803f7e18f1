import { type Language, message } from "../../text/message.ts";
import type { Checked } from "../check-report.ts";
import { type TrainReport, type TrainRun, trainReport } from "../train-report.ts";
import { causesOf } from "./causes.ts";
import { type ChartSpec, plainChart } from "./chart.ts";
import { icon } from "./icons.ts";
import { issue } from "./issue.ts";
import { trainMarkdown } from "./issue-texts.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { figure, type Tile, table, tiles } from "./parts.ts";
import { redactor, type Subject } from "./redact.ts";
import { sheet } from "./shell.ts";
import { stackOf } from "./stack.ts";
import { stackView } from "./stack-view.ts";
import { type Headline, headline } from "./verdict.ts";
import { type Say, speaker, statusWord } from "./words.ts";

const texts = {
  title: message("Training report", "训练报告"),
  gpu: message("Proven", "已证实"),
  cpu: message("CPU only", "仅 CPU"),
  failed: message("Not proven", "未能证实"),
  nothing: message("Did not train", "没有训练成功"),
  proof: message("The proof", "证明"),
  notShown: message("not shown: {reason}", "未验证：{reason}"),
  loss: message("Loss", "损失"),
  lossTold: message(
    "With true labels it goes from {first} to {last}. With shuffled labels nothing can be learnt, and it must not fall as far.",
    "使用真实标签时从 {first} 降到 {last}；使用打乱的标签学不到东西，损失不应有同样的下降。",
  ),
  accuracy: message("Accuracy on the training batches", "训练批次上的准确率"),
  accuracyTold: message(
    "On images it had not seen it was {accuracy} in the end; {bar} were wanted, and chance is 10%.",
    "在未见过的图像上最终为 {accuracy}；要求至少 {bar}，随机为 10%。",
  ),
  training: message("true labels", "真实标签"),
  control: message("shuffled labels", "打乱的标签"),
  step: message("step", "步"),
  wanted: message("{bar} wanted", "要求 {bar}"),
  device: message("Device", "设备"),
  finalAccuracy: message("Accuracy on new images", "新图像上的准确率"),
  speed: message("Speed", "速度"),
  perSecond: message("{count} samples/s", "{count} 样本/秒"),
  perStep: message("{ms} ms a step", "每步 {ms} ms"),
  start: message("Start", "启动"),
  started: message("until the device answered", "至设备响应"),
  memory: message("Memory", "内存"),
  atMost: message("at most", "峰值"),
  copies: message("Copies to the card", "复制到显卡"),
  pinned: message("{pinned} GB/s from pinned memory", "从锁页内存 {pinned} GB/s"),
  memoryTest: message("Memory tested", "已测试显存"),
  noneWrong: message("no wrong word", "没有错误"),
  wrong: message("{count} wrong words", "{count} 个错误字"),
  engines: message("Engines", "引擎"),
  engine: message("Engine", "引擎"),
  became: message("What became of it", "结果"),
};

/** `train --format html`: one page, redacted. */
export function trainHtml(run: TrainRun, checked: Checked, language: Language, subject: Subject): string {
  const redact = redactor(subject);
  const report = redact(trainReport(run, language));
  const say = speaker(language);
  const top = headlineOfTraining(report, say);
  const trained = trainedAs(report);
  const stack = stackView(stackOf(redact(checked.facts), redact(checked.diagnosis), trained), say);
  return sheet({
    ...{ language, title: say(texts.title()), version: run.version, at: run.startedAt, charts: report.curves !== null },
    body: html`${headline(top, say)}${numbersOf(report, say)}${chartsOf(report, say)}
<div class="columns">${stack}<div class="causes">${causesOf(report.causes, top.next?.title ?? null, say)}${proofOf(report, say)}</div></div>${enginesOf(
      report,
      say,
    )}${issue(trainMarkdown(report, language), say)}`,
  });
}

/** The run as the last level of the stack. */
export function trainedAs({ success, summary }: TrainReport): { ok: boolean; says: string } {
  return { ok: success, says: summary };
}

export function headlineOfTraining(report: TrainReport, say: Say): Headline {
  const { engine, success, gpuProven, summary, next, causes } = report;
  const word = engine === null ? texts.nothing() : !success ? texts.failed() : gpuProven ? texts.gpu() : texts.cpu();
  const fix = causes[0]?.fix[0];
  const isTitle = fix !== undefined && next === fix.title;
  return {
    ...{ mark: success ? "pass" : "fail", word: say(word), summary },
    next: next === null ? null : { title: fix?.title ?? null, lines: isTitle ? [] : (fix?.commands ?? [next]), ...fix },
  };
}

/** All of a run but its headline and its place in the stack. */
export function trainingView(report: TrainReport, shown: string | null, say: Say): Markup {
  return html`${numbersOf(report, say)}${chartsOf(report, say)}<div class="causes gap">${proofOf(report, say)}${causesOf(
    report.causes,
    shown,
    say,
  )}</div>${enginesOf(report, say)}`;
}

function numbersOf(report: TrainReport, say: Say): Markup {
  const { engine, deviceName, framework, accuracy, control, samplesPerSecond, stepMs, startMs, peakMemoryMiB } = report;
  if (engine === null) return nothing;
  const share = (of: number | null | undefined): string => (of == null ? "?" : `${Math.round(of * 100)}%`);
  return tiles([
    { name: say(texts.device()), value: deviceName ?? report.device ?? "?", note: framework ?? engine },
    {
      name: say(texts.finalAccuracy()),
      value: share(accuracy),
      note: `${say(texts.control())}: ${share(control?.accuracy)}`,
    },
    ...(samplesPerSecond === null
      ? []
      : [
          {
            name: say(texts.speed()),
            value: say(texts.perSecond({ count: samplesPerSecond })),
            note: say(texts.perStep({ ms: stepMs ?? "?" })),
          },
        ]),
    ...(startMs === null
      ? []
      : [{ name: say(texts.start()), value: `${(startMs / 1000).toFixed(1)} s`, note: say(texts.started()) }]),
    ...(peakMemoryMiB === null
      ? []
      : [{ name: say(texts.memory()), value: `${peakMemoryMiB} MiB`, note: say(texts.atMost()) }]),
    ...cardTiles(report, say),
  ]);
}

/** What the cuda engine alone tells. */
function cardTiles({ bandwidth, memoryTest }: TrainReport, say: Say): Tile[] {
  const gigabytes = (rate: number): string => String(Number(rate.toPrecision(3)));
  return [
    ...(bandwidth === null
      ? []
      : [
          {
            name: say(texts.copies()),
            value: `${gigabytes(bandwidth.hostToDevice.pageable)} GB/s`,
            note: say(texts.pinned({ pinned: gigabytes(bandwidth.hostToDevice.pinned) })),
          },
        ]),
    ...(memoryTest === null
      ? []
      : [
          {
            name: say(texts.memoryTest()),
            value: `${memoryTest.testedMiB} MiB`,
            note: say(memoryTest.wrongWords === 0 ? texts.noneWrong() : texts.wrong({ count: memoryTest.wrongWords })),
          },
        ]),
  ];
}

function chartsOf(report: TrainReport, say: Say): Markup {
  const { curves, loss, accuracy, accuracyBar } = report;
  if (curves === null) return nothing;
  const number = (of: number | null | undefined): string => (of == null ? "NaN" : of.toFixed(2));
  const percent = (of: number | null): string => (of === null ? "?" : `${Math.round(of * 100)}%`);
  const bar = percent(accuracyBar);
  const both = (of: "loss" | "accuracy"): ChartSpec["series"] => [
    {
      label: say(texts.training()),
      ...{ colour: "one", dashed: false, pointsOnly: false },
      values: curves.training[of] ?? [],
    },
    {
      label: say(texts.control()),
      ...{ colour: "two", dashed: true, pointsOnly: false },
      values: curves.control[of] ?? [],
    },
  ];
  const common = { ...plainChart, kind: "lines", x: curves.steps, xTitle: say(texts.step()) } as const;
  const lossChart = { ...common, yTitle: say(texts.loss()), unit: "number", series: both("loss") } as const;
  const told = texts.lossTold({ first: number(loss?.first), last: number(loss?.last) });
  const drawn = [figure(say(texts.loss()), say(told), lossChart, say)];
  if (curves.training.accuracy !== null) {
    const level = { at: accuracyBar, label: say(texts.wanted({ bar })) };
    const chart = {
      ...common,
      yTitle: say(texts.accuracy()),
      unit: "share",
      yMax: 1,
      level,
      series: both("accuracy"),
    } as const;
    const said = texts.accuracyTold({ accuracy: percent(accuracy), bar });
    drawn.push(figure(say(texts.accuracy()), say(said), chart, say));
  }
  return html`<div class="charts">${drawn}</div>`;
}

function proofOf({ proof, notShown }: TrainReport, say: Say): Markup {
  if (proof.length === 0) return nothing;
  const point = (ok: boolean | null, what: string, detail: string): Markup => {
    const mark = ok === null ? "skipped" : ok ? "pass" : "fail";
    return html`<li>${icon(mark)}<div><strong>${what}</strong><span class="unseen"> (${say(statusWord(mark))})</span><p>${detail}</p></div></li>`;
  };
  return html`<section class="card" aria-labelledby="proof"><h2 id="proof">${say(texts.proof())}</h2><ul class="proof">${proof.map(
    ({ ok, what, detail }) => point(ok, what, detail),
  )}${notShown.map(({ what, reason }) => point(null, what, say(texts.notShown({ reason }))))}</ul></section>`;
}

function enginesOf({ engines }: TrainReport, say: Say): Markup {
  if (engines.length === 0) return nothing;
  return html`<section class="card">${table(
    say(texts.engines()),
    [
      { head: say(texts.engine()), cell: ({ engine }) => html`<code>${engine}</code>` },
      { head: say(texts.became()), cell: ({ reason }) => reason },
    ],
    engines,
  )}</section>`;
}
