import { message } from "../../text/message.ts";
import { icon, type Mark } from "./icons.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { chips, command } from "./parts.ts";
import { needWord, type Say, whereWord } from "./words.ts";

const texts = {
  next: message("Next step", "下一步"),
  nothing: message("Nothing to do.", "无需操作。"),
};

interface Next {
  /** What it is for; null where the line says it itself. */
  readonly title: string | null;
  /** Lines to type; none where it is done by hand and `title` says how. */
  readonly lines: readonly string[];
  readonly where?: string;
  readonly needs?: readonly string[];
}

export interface Headline {
  readonly mark: Mark;
  /** In one or two words: "Not ready". */
  readonly word: string;
  readonly summary: string;
  /** What the summary rests on, where one sentence is not enough. */
  readonly detail?: string;
  readonly next: Next | null;
}

/** The first thing on a page: how it stands, and the one thing to do. */
export function headline({ mark, word, summary, detail, next }: Headline, say: Say): Markup {
  return html`<section class="headline ${mark}"><p class="pill">${icon(mark)}${word}</p><h1>${summary}</h1>${detail === undefined ? nothing : html`<p class="lead">${detail}</p>`}${nextStepOf(
    next,
    say,
  )}</section>`;
}

function nextStepOf(next: Next | null, say: Say): Markup {
  if (next === null) return html`<p class="fine">${say(texts.nothing())}</p>`;
  const place = whereWord(next.where ?? "");
  const words = [...(place === null ? [] : [say(place)]), ...(next.needs ?? []).map((need) => say(needWord(need)))];
  const title = next.title === null && words.length === 0 ? nothing : html`<p>${next.title}${chips(words)}</p>`;
  return html`<div class="next"><h2 class="label">${say(texts.next())}</h2>${title}${command(next.lines, say)}</div>`;
}
