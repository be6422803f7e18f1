import { message } from "../../text/message.ts";
import type { ReportedCause } from "../check-report.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { evidence, remedy } from "./parts.ts";
import type { Say } from "./words.ts";

const texts = {
  cause: message("Root cause", "根本原因"),
  also: message("Also", "另外"),
  harmless: message("Looks wrong, but is harmless", "看似异常，实际无害"),
  sure: message("{percent}% sure", "把握 {percent}%"),
  fix: message("How to mend it", "修复方法"),
  orElse: message("Other ways ({count})", "其他方法（{count}）"),
  more: message("More about this ({count})", "更多信息（{count}）"),
};

/** The first cause in full, the others folded. `shown`: title of a remedy that stands at the top of the page already. */
export function causesOf(causes: readonly ReportedCause[], shown: string | null, say: Say): Markup {
  const real = causes.filter(({ harmless }) => !harmless);
  const [first, ...others] = real;
  const harmless = causes.filter((cause) => cause.harmless);
  return html`${first === undefined ? nothing : whole(first, shown, say)}${others.map((cause) =>
    folded(cause, say(texts.also()), say),
  )}${harmless.map((cause) => folded(cause, say(texts.harmless()), say))}`;
}

function whole(cause: ReportedCause, shown: string | null, say: Say): Markup {
  return html`<article class="cause card"><p class="label">${say(texts.cause())} · ${sureness(cause, say)}</p>
<h2>${cause.title}</h2>${inside(cause, shown, say)}</article>`;
}

function folded(cause: ReportedCause, kind: string, say: Say): Markup {
  return html`<details class="cause card"><summary><span class="label">${kind} · ${sureness(cause, say)}</span><span class="title">${cause.title}</span></summary>
${inside(cause, null, say)}</details>`;
}

function sureness({ confidence }: ReportedCause, say: Say): string {
  return say(texts.sure({ percent: Math.round(confidence * 100) }));
}

function inside(cause: ReportedCause, shown: string | null, say: Say): Markup {
  const [first, ...others] = cause.fix;
  const way =
    first === undefined || first.title === shown ? nothing : html`<h3>${say(texts.fix())}</h3>${remedy(first, say)}`;
  const rest =
    others.length === 0
      ? nothing
      : html`<details><summary>${say(texts.orElse({ count: others.length }))}</summary>${others.map((fix) =>
          remedy(fix, say),
        )}</details>`;
  return html`<p>${cause.explanation}</p>${evidence(cause.evidence, say)}${way}${rest}${references(cause, say)}
<p class="fine"><code>${cause.id}</code></p>`;
}

function references({ references: list }: ReportedCause, say: Say): Markup {
  const links = list.filter((link) => /^https:\/\//.test(link));
  if (links.length === 0) return nothing;
  return html`<details><summary>${say(texts.more({ count: links.length }))}</summary><ul class="links">${links.map(
    (link) => html`<li><a href="${link}" rel="noreferrer noopener">${link.replace(/^https:\/\//, "")}</a></li>`,
  )}</ul></details>`;
}
