import type { Benched } from "../../loader/benched.ts";
import { type Language, message, type Said } from "../../text/message.ts";
import { type Checked, checkReport } from "../check-report.ts";
import { markdownReport } from "../markdown.ts";
import { type TrainReport, type TrainRun, trainReport } from "../train-report.ts";
import { benchView, headlineOfBench } from "./bench.ts";
import { diagnosisView, headlineOf } from "./check.ts";
import { icon, type Mark } from "./icons.ts";
import { issue } from "./issue.ts";
import { benchMarkdown, trainMarkdown } from "./issue-texts.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { command, table } from "./parts.ts";
import { redactor, type Subject } from "./redact.ts";
import { sheet } from "./shell.ts";
import { headlineOfTraining, trainedAs, trainingView } from "./train.ts";
import { type Headline, headline } from "./verdict.ts";
import { type Say, speaker } from "./words.ts";

/** What became of the whole walk; what it did not come to is null. */
export interface DoctorRun {
  readonly version: string;
  readonly startedAt: Date;
  /** As it was before the setup, and after it. */
  readonly before: Checked;
  readonly after: Checked | null;
  readonly setup: SetupTaken | null;
  readonly trained: TrainRun | null;
  readonly benched: readonly Benched[] | null;
  readonly times: readonly { readonly part: Said; readonly seconds: number }[];
}

export interface SetupTaken {
  /** There was nobody to ask, and no --yes. */
  readonly nobody: boolean;
  readonly steps: readonly {
    readonly title: Said;
    readonly status: "planned" | "done" | "pending" | "failed" | "skipped" | "left";
    readonly detail: Said | null;
    readonly commands: readonly string[];
  }[];
}

const texts = {
  title: message("Doctor's report", "诊断与配置报告"),
  contents: message("Contents", "目录"),
  machine: message("Machine", "机器"),
  setup: message("Setup", "设置"),
  training: message("Training", "训练"),
  loader: message("Data loader", "DataLoader"),
  nothing: message("There was nothing to set up.", "没有需要设置的内容。"),
  nobody: message(
    "Nobody could be asked, so these steps were not taken; --yes takes them.",
    "无法提问，因此未执行以下步骤；加 --yes 可执行。",
  ),
  before: message("Before: {summary}", "之前：{summary}"),
  after: message("After: {summary}", "之后：{summary}"),
  status: {
    planned: message("not taken", "未执行"),
    done: message("done", "完成"),
    pending: message("done, not yet verified", "已完成，尚未验证"),
    failed: message("failed", "失败"),
    skipped: message("skipped", "已跳过"),
    left: message("left to do", "待完成"),
  },
  times: message("Time taken", "用时"),
  part: message("Part", "步骤"),
  seconds: message("Seconds", "秒"),
};

const marks: Readonly<Record<SetupTaken["steps"][number]["status"], Mark>> = {
  ...{ planned: "skipped", done: "pass", pending: "warn", failed: "fail", skipped: "skipped", left: "warn" },
};

/** `doctor --format html`: check, setup, training and loader on one page, redacted. */
export function doctorHtml(run: DoctorRun, language: Language, subject: Subject): string {
  const say = speaker(language);
  const redact = redactor(subject);
  const [before, after, setup, benched] = [run.before, run.after, run.setup, run.benched].map((part) =>
    redact(part),
  ) as [Checked, Checked | null, SetupTaken | null, readonly Benched[] | null];
  const now = after ?? before;
  const trained = run.trained === null ? null : redact(trainReport(run.trained, language));
  const top = headlineOfAll(now, trained, language);
  const shown = top.next?.title ?? null;
  const markdown = [
    markdownReport(checkReport(now, language), language),
    ...(trained === null ? [] : [trainMarkdown(trained, language)]),
    ...(benched === null ? [] : [benchMarkdown(benched, run.version, language)]),
  ].join("\n");
  return sheet({
    ...{ language, title: say(texts.title()), version: run.version, at: run.startedAt },
    charts: benched !== null || (trained?.curves ?? null) !== null,
    body: html`${headline(top, say)}${contents(run, say)}
<div id="part-machine">${diagnosisView(now, { trained: trained && trainedAs(trained), shown, language })}</div>
${setup === null ? nothing : setupView(setup, before, after, say)}${
  trained === null
    ? nothing
    : html`<div class="part" id="part-training"><h2 class="chapter">${say(texts.training())}</h2><p>${trained.summary}</p>${trainingView(trained, shown, say)}</div>`
}${
  benched === null
    ? nothing
    : html`<div class="part" id="part-loader"><h2 class="chapter">${say(texts.loader())}</h2>${loaderSummary(benched, say)}${benchView(benched, say)}</div>`
}${timesView(run, say)}${issue(markdown, say)}`,
  });
}

/** A training run on the GPU, or one that failed, says more than the diagnosis before it. */
function headlineOfAll(now: Checked, trained: TrainReport | null, language: Language): Headline {
  const decisive = trained !== null && (trained.gpuProven || !trained.success);
  return decisive ? headlineOfTraining(trained, speaker(language)) : headlineOf(now, language);
}

function contents(run: DoctorRun, say: Say): Markup {
  const parts: [string, Said][] = [
    ["part-machine", texts.machine()],
    ...(run.setup === null ? [] : [["part-setup", texts.setup()] satisfies [string, Said]]),
    ...(run.trained === null ? [] : [["part-training", texts.training()] satisfies [string, Said]]),
    ...(run.benched === null ? [] : [["part-loader", texts.loader()] satisfies [string, Said]]),
  ];
  return html`<nav aria-label="${say(texts.contents())}"><ul class="contents">${parts.map(
    ([id, name]) => html`<li><a href="#${id}">${say(name)}</a></li>`,
  )}</ul></nav>`;
}

function setupView({ steps, nobody }: SetupTaken, before: Checked, after: Checked | null, say: Say): Markup {
  const verdict = ({ diagnosis }: Checked): string => say(diagnosis.verdict.summary);
  const told =
    after === null || verdict(after) === verdict(before)
      ? nothing
      : html`<p>${say(texts.before({ summary: verdict(before) }))}</p><p>${say(texts.after({ summary: verdict(after) }))}</p>`;
  const taken =
    steps.length === 0
      ? html`<p>${say(texts.nothing())}</p>`
      : html`${nobody ? html`<p>${say(texts.nobody())}</p>` : nothing}<ul class="proof">${steps.map(
          ({ title, status, detail, commands }) =>
            html`<li>${icon(marks[status])}<div><strong>${say(title)}</strong> <span class="chip">${say(texts.status[status]())}</span>${
              detail === null ? nothing : html`<p>${say(detail)}</p>`
            }${status === "done" ? nothing : command(commands, say)}</div></li>`,
        )}</ul>`;
  return html`<section class="part" id="part-setup" aria-labelledby="setup"><h2 class="chapter" id="setup">${say(texts.setup())}</h2><div class="card">${told}${taken}</div></section>`;
}

/** The line to paste stands here, since the verdict on top is about the machine. */
function loaderSummary(benched: readonly Benched[], say: Say): Markup {
  const [first] = benched;
  if (first === undefined) return nothing;
  const { summary, detail, next } = headlineOfBench(first, say);
  return html`<p class="strong">${summary}</p><p>${detail ?? ""}</p>${command(next?.lines ?? [], say)}`;
}

function timesView({ times }: DoctorRun, say: Say): Markup {
  return html`<section class="card">${table(
    say(texts.times()),
    [
      { head: say(texts.part()), cell: ({ part }) => say(part) },
      { head: say(texts.seconds()), cell: ({ seconds }) => seconds.toFixed(1), number: true },
    ],
    times,
  )}</section>`;
}
