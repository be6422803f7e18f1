import { nextStep } from "../../diagnosis/next-step.ts";
import { type Language, message } from "../../text/message.ts";
import { type Checked, type CheckReport, checkReport } from "../check-report.ts";
import { markdownReport } from "../markdown.ts";
import { causesOf } from "./causes.ts";
import { findingsOf } from "./findings.ts";
import type { Mark } from "./icons.ts";
import { issue } from "./issue.ts";
import { machineView } from "./machine-view.ts";
import { html, type Markup } from "./markup.ts";
import { redactor, type Subject } from "./redact.ts";
import { sheet } from "./shell.ts";
import { stackOf, type Trained } from "./stack.ts";
import { stackView } from "./stack-view.ts";
import { type Headline, headline } from "./verdict.ts";
import { type Say, speaker } from "./words.ts";

const texts = {
  title: message("Machine report", "机器报告"),
  noCause: message("Nothing is broken", "没有发现问题"),
  noCauseText: message(
    "Every question that could be answered was answered well. A training run proves the rest.",
    "所有能够回答的检查均正常；其余由一次训练来证明。",
  ),
  open: message("No cause was found", "没有找到原因"),
  openText: message(
    "Not everything could be looked at. What is not known stands below, with the reason.",
    "并非所有内容都能检查。未知的部分及其原因见下文。",
  ),
  status: {
    ready: message("Ready", "就绪"),
    degraded: message("Degraded", "受限"),
    "not-ready": message("Not ready", "未就绪"),
  },
};

const marks: Readonly<Record<CheckReport["verdict"]["status"], Mark>> = {
  ready: "pass",
  degraded: "warn",
  "not-ready": "fail",
};

/** `check --format html`: one page, redacted. */
export function checkHtml(checked: Checked, language: Language, subject: Subject): string {
  const safe = redactor(subject)(checked);
  const report = checkReport(safe, language);
  const say = speaker(language);
  const top = headlineOf(safe, language);
  return sheet({
    ...{ language, title: say(texts.title()), version: checked.version, at: checked.startedAt, charts: false },
    body: html`${headline(top, say)}${diagnosisView(safe, { trained: null, shown: top.next?.title ?? null, language })}${issue(
      markdownReport(report, language),
      say,
    )}`,
  });
}

export function headlineOf({ diagnosis }: Pick<Checked, "diagnosis">, language: Language): Headline {
  const { status, summary, next } = diagnosis.verdict;
  const say = speaker(language);
  const fix = diagnosis.causes
    .map((cause) => cause.fix[0])
    .find((first) => first && nextStep([first])?.en === next?.en);
  const byHand = next !== null && next.en !== next.zh;
  return {
    ...{ mark: marks[status], word: say(texts.status[status]()), summary: say(summary) },
    next: next && {
      title: fix === undefined ? (byHand ? say(next) : null) : say(fix.title),
      lines: fix?.commands ?? (byHand ? [] : [say(next)]),
      ...(fix && { where: fix.where, needs: fix.needs }),
    },
  };
}

/**
 * The picture of the stack beside what is wrong, the machine, and all checks. `shown`: title of a remedy that stands at
 * the top of the page already.
 */
export function diagnosisView(
  checked: Checked,
  {
    trained,
    shown,
    language,
  }: { readonly trained: Trained; readonly shown: string | null; readonly language: Language },
): Markup {
  const say = speaker(language);
  const report = checkReport(checked, language);
  const causes = report.causes.length === 0 ? withoutCause(report, say) : causesOf(report.causes, shown, say);
  return html`<div class="columns">${stackView(stackOf(checked.facts, checked.diagnosis, trained), say)}
<div class="causes">${causes}${machineView(report, say)}</div></div>${findingsOf(report.findings, say)}`;
}

function withoutCause({ verdict }: CheckReport, say: Say): Markup {
  const [title, text] =
    verdict.status === "ready" ? [texts.noCause(), texts.noCauseText()] : [texts.open(), texts.openText()];
  return html`<article class="cause card"><h2>${say(title)}</h2><p>${say(text)}</p></article>`;
}
