import { message } from "../../text/message.ts";
import { icon } from "./icons.ts";
import { html, type Markup, nothing } from "./markup.ts";
import type { Level } from "./stack.ts";
import { type Say, statusWord } from "./words.ts";

const texts = {
  title: message("From the hardware to the training", "从硬件到训练"),
  broken: message("broken here", "问题在这里"),
  missing: message("missing here", "缺少的就在这里"),
  beyond: message("needs what is broken above", "依赖上方出问题的一层"),
  absent: message("not on this machine", "此机器没有"),
};

/** The stack as a picture that is a list: each level needs those before it. */
export function stackView(levels: readonly Level[], say: Say): Markup {
  return html`<section class="stack card" aria-labelledby="stack"><h2 id="stack">${say(texts.title())}</h2><ol>${levels.map(
    (level) => row(level, say),
  )}</ol></section>`;
}

function row(level: Level, say: Say): Markup {
  const { mark, broken, missing, beyond, name } = level;
  const applies =
    level.id === "training" ||
    level.findings.some(({ status, blockedBy }) => status !== "skipped" || blockedBy !== null);
  const state = !applies ? say(texts.absent()) : say(statusWord(mark));
  const flag = broken
    ? html` <strong class="flag">${say(missing ? texts.missing() : texts.broken())}</strong>`
    : beyond && mark !== "pass"
      ? html`<span class="unseen"> (${say(texts.beyond())})</span>`
      : nothing;
  const kind = [mark, ...(broken ? ["broken"] : []), ...(beyond ? ["beyond"] : [])].join(" ");
  return html`<li class="${kind}">${icon(mark)}<div><p class="level">${say(name)}<span class="unseen">: ${state}</span>${flag}</p>${seenOn(
    level,
    state,
    say,
  )}${trouble(level, say)}</div></li>`;
}

function seenOn({ seen, mark }: Level, state: string, say: Say): Markup {
  if (seen.length === 0) return mark === "skipped" ? html`<p class="seen">${state}</p>` : nothing;
  return html`<p class="seen" translate="no">${seen.map((part) => say(part)).join(" · ")}</p>`;
}

/** What fails or is worth a warning stands with its level. */
function trouble({ findings, broken }: Level, say: Say): Markup {
  const said = findings
    .filter(({ status }) => status === "fail" || (status === "warn" && !broken))
    .slice(0, 2)
    .map(({ detail, found, title, status }) => ({ line: firstSentence(say(detail ?? found ?? title)), status }));
  return html`${said.map(({ line, status }) => html`<p class="trouble ${status}">${line}</p>`)}`;
}

function firstSentence(text: string): string {
  return /^.{12,}?(?:\. |。|\n|$)/.exec(text)?.[0].trim() ?? text;
}
