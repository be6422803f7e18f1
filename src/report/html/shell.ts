import { type Language, message } from "../../text/message.ts";
import { assets, policyHash } from "./assets.ts";
import { icons } from "./icons.ts";
import { html, Markup } from "./markup.ts";

const texts = {
  skip: message("Skip to the report", "跳到报告正文"),
  copied: message("Copied", "已复制"),
  notCopied: message("Could not copy; select the text instead", "无法复制，请手动选择文本"),
  privacy: message(
    "This file loads nothing from the network. User names, host names, addresses and credentials were replaced before it was written; look through it before you publish it.",
    "此文件不从网络加载任何内容。用户名、主机名、地址和凭据在写入前已被替换；公开之前仍请自行检查。",
  ),
  made: message("envdoctor {version}, {time}", "envdoctor {version}，{time}"),
};

export interface Sheet {
  readonly language: Language;
  /** What kind of report, and of what. */
  readonly title: string;
  readonly version: string;
  readonly at: Date;
  readonly body: Markup;
  readonly charts: boolean;
}

/**
 * One file that stands alone. Its policy allows exactly the scripts and styles that it carries, named by their hashes,
 * and no request at all, so that an escape that was missed could still do nothing.
 */
export function sheet({ language, title, version, at, body, charts }: Sheet): string {
  const scripts = charts ? [assets.page, assets.charts] : [assets.page];
  const styles = charts ? [assets.style, assets.chartStyle] : [assets.style];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(policyHash).join(" ")}`,
    `style-src ${styles.map(policyHash).join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const made = texts.made({ version, time: timeOf(at) })[language];
  return `${
    html`<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} – envdoctor</title>
${styles.map((style) => new Markup(`<style>${style}</style>`))}
</head>
<body data-copied="${texts.copied()[language]}" data-not-copied="${texts.notCopied()[language]}">
<a class="skip" href="#report">${texts.skip()[language]}</a>
${icons}
<header class="masthead"><span class="brand">envdoctor</span><span>${title}</span></header>
<main id="report">
${body}
</main>
<footer><p>${texts.privacy()[language]}</p><p>${made}</p></footer>
<div id="announcer" class="unseen" role="status"></div>
${scripts.map((script) => new Markup(`<script>${script}</script>`))}
</body>
</html>`.text
  }\n`;
}

function timeOf(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
