import { message } from "../../text/message.ts";
import type { ReportedFinding } from "../check-report.ts";
import { icon } from "./icons.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { quotes } from "./parts.ts";
import { label, type Say, statusWord } from "./words.ts";

const texts = {
  checks: message("Checks", "检查项"),
  counts: message(
    "{passed} passed, {warned} warnings, {failed} failed, {unknown} unknown, {skipped} not judged",
    "通过 {passed}，警告 {warned}，失败 {failed}，未知 {unknown}，未判断 {skipped}",
  ),
  passed: message("Passed ({count})", "通过（{count}）"),
  blocked: message("Not judged, something else comes first ({count})", "未判断：需先解决其他问题（{count}）"),
  apart: message("Do not apply to this machine ({count})", "不适用于此机器（{count}）"),
  found: message("Found", "实际"),
  wanted: message("Wanted", "应为"),
  after: message("{check} comes first", "先解决 {check}"),
};

/** What is wrong or open first, in full; the rest in folds. */
export function findingsOf(findings: readonly ReportedFinding[], say: Say): Markup {
  const of = (status: ReportedFinding["status"]): ReportedFinding[] => findings.filter((f) => f.status === status);
  const troubled = [...of("fail"), ...of("warn"), ...of("unknown")];
  const blocked = of("skipped").filter(({ blockedBy }) => blockedBy !== null);
  const apart = of("skipped").filter(({ blockedBy }) => blockedBy === null);
  const counts = texts.counts({
    passed: of("pass").length,
    warned: of("warn").length,
    failed: of("fail").length,
    unknown: of("unknown").length,
    skipped: blocked.length,
  });
  return html`<section aria-labelledby="checks"><h2 id="checks">${say(texts.checks())}</h2><p class="fine">${say(counts)}</p>
${list(troubled, say)}${fold(say(texts.passed({ count: of("pass").length })), of("pass"), say)}${fold(
  say(texts.blocked({ count: blocked.length })),
  blocked,
  say,
)}${fold(say(texts.apart({ count: apart.length })), apart, say, "group apart")}</section>`;
}

function fold(title: string, findings: readonly ReportedFinding[], say: Say, kind = "group"): Markup {
  if (findings.length === 0) return nothing;
  return html`<details class="${kind}"><summary>${title}</summary>${list(findings, say)}</details>`;
}

function list(findings: readonly ReportedFinding[], say: Say): Markup {
  if (findings.length === 0) return nothing;
  return html`<ul class="findings">${findings.map((finding) => html`<li>${row(finding, say)}</li>\n`)}</ul>`;
}

/** A row opens where there is more to read. */
function row(finding: ReportedFinding, say: Say): Markup {
  const { status, title, found, detail, blockedBy } = finding;
  const short =
    status === "skipped" && blockedBy !== null
      ? say(texts.after({ check: blockedBy }))
      : (found ?? (status === "unknown" ? detail : null) ?? "");
  const head = html`${icon(status)}<span class="unseen">${say(label(statusWord(status)))}</span><span class="name">${title}</span> <span class="short">${firstLine(short)}</span>`;
  if (status === "skipped") return html`<div class="finding">${head}</div>`;
  return html`<details class="finding"><summary>${head}</summary><div class="inside">${inside(finding, say)}</div></details>`;
}

function inside({ id, detail, found, wanted, evidence }: ReportedFinding, say: Say): Markup {
  const pair = (name: string, value: string | null): Markup =>
    value === null ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`${detail === null ? nothing : html`<p>${detail}</p>`}<dl class="pairs">${pair(
    say(texts.found()),
    found,
  )}${pair(say(texts.wanted()), wanted)}</dl>${quotes(evidence)}<p class="fine"><code>${id}</code></p>`;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
