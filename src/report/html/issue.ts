import { message } from "../../text/message.ts";
import { html, type Markup } from "./markup.ts";
import type { Say } from "./words.ts";

const texts = {
  title: message("Share", "分享"),
  about: message(
    "The same as Markdown, redacted like this page, for an issue or a forum.",
    "同样的内容，Markdown 格式，与本页一样经过脱敏，可用于 issue 或论坛。",
  ),
  copy: message("Copy as Markdown", "复制为 Markdown"),
  look: message("See what is copied", "查看将要复制的内容"),
};

/** A button that copies the report as Markdown for an issue tracker. */
export function issue(markdown: string, say: Say): Markup {
  return html`<section class="share" aria-labelledby="share"><h2 id="share">${say(texts.title())}</h2><p>${say(texts.about())}</p>
<div class="issue"><button type="button" class="copy primary" hidden>${say(texts.copy())}</button>
<details><summary>${say(texts.look())}</summary><pre translate="no"><code>${markdown}</code></pre></details></div></section>`;
}
