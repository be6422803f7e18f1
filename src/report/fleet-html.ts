import { foldNames } from "../fleet/names.ts";
import { inBrackets } from "../text/marks.ts";
import { type Language, message, type Said } from "../text/message.ts";
import type { FleetReport, ReportedOddity } from "./fleet-report.ts";
import {
  allWell,
  causeTitle,
  countsLine,
  cut,
  deviationLine,
  findingLine,
  hardwareLine,
  nextStep,
  softwareLine,
  splitLine,
  statusTitles,
} from "./fleet-words.ts";
import { html, Markup } from "./html/markup.ts";

const texts = {
  title: message("Fleet report", "集群报告"),
  oddities: message("Odd ones", "有差异的机器"),
  machines: message("Machines", "机器"),
  number: message("Number", "数量"),
  status: message("Status", "状态"),
  what: message("What is odd", "差异"),
  missing: message("Sent nothing", "未发送报告"),
  unexpected: message("On no list of expected machines", "不在预期名单中"),
  unreadable: message("Unreadable", "无法读取"),
  file: message("File", "文件"),
  reason: message("Reason", "原因"),
  causes: message("Root causes by number of machines", "根本原因（按机器数）"),
  cause: message("Root cause", "根本原因"),
  kinds: message("Kinds of machines", "机器类型"),
  usual: message("What most have", "常见配置"),
  differs: message("No agreement on", "不一致"),
  shared: message("Found on most", "多数机器上的发现"),
  more: message("… and {count} more; they are in the JSON", "…… 还有 {count} 项，见 JSON"),
  next: message("Next: {next}", "下一步：{next}"),
};

/** Rows of one table; a page is for reading, the JSON has them all. */
const mostRows = 500;

const style = `:root{color-scheme:light dark}body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}
th{font-weight:600}td.n{text-align:right;font-variant-numeric:tabular-nums}code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
.sick{color:#c22}.odd{color:#a60}.bar{background:#47a8;height:.5rem;border-radius:2px;min-width:2px}p.sum{font-size:1.15rem}
ul{margin:0;padding-left:1.1rem}@media(prefers-color-scheme:dark){.sick{color:#f77}.odd{color:#fb4}}`;

/** One page that stands alone: no script, no font, no request. */
export function fleetHtml(report: FleetReport, language: Language): string {
  const page = new Page(report, language);
  const heading = texts.title()[language];
  // A policy that would stop a request even if an escape were missed.
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  const next = nextStep(report, language);
  return `${
    html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>envdoctor: ${heading}</title><style>${new Markup(style)}</style></head>
<body><h1>envdoctor: ${heading}</h1>
<p class="sum">${next === null ? allWell(report, language) : countsLine(report, language)}</p>
${next === null ? "" : html`<p>${texts.next({ next })[language]}</p>`}
${page.oddities()}${page.names(texts.missing(), report.missing)}${page.unreadable()}${page.names(texts.unexpected(), report.unexpected)}
${page.causes()}${page.kinds()}
</body></html>`.text
  }\n`;
}

class Page {
  constructor(
    private readonly report: FleetReport,
    private readonly language: Language,
  ) {}

  private say(said: Said): string {
    return said[this.language];
  }

  /** Nothing where there are no rows. */
  private table<T>(title: Said, heads: readonly Said[], list: readonly T[], row: (entry: T) => Markup): Markup {
    if (list.length === 0) return html``;
    const more = list.length - mostRows;
    return html`<h2>${this.say(title)}</h2>
<table><thead><tr>${heads.map((head) => html`<th>${this.say(head)}</th>`)}</tr></thead><tbody>
${list.slice(0, mostRows).map((entry) => html`<tr>${row(entry)}</tr>\n`)}</tbody></table>
${more > 0 ? html`<p>${this.say(texts.more({ count: more }))}</p>` : ""}`;
  }

  oddities(): Markup {
    const heads = [texts.machines(), texts.number(), texts.status(), texts.what()];
    return this.table(texts.oddities(), heads, this.report.oddities, (oddity) => {
      const lines = this.whatIsOdd(oddity).map((line) => html`<li>${line}</li>`);
      return html`<td><code>${cut(oddity.nodes, 2000)}</code></td><td class="n">${oddity.machines.length}</td>
<td class="${oddity.status}">${this.say(statusTitles[oddity.status])}</td><td><ul>${lines}</ul></td>`;
    });
  }

  private whatIsOdd({ causes, deviations, findings }: ReportedOddity): string[] {
    const { language } = this;
    return [
      ...causes.map(({ id, title }) => `${causeTitle(id, title, language)}${inBrackets(language, id)}`),
      ...deviations.map((deviation) => deviationLine(deviation, language)),
      ...findings.map((finding) => findingLine(finding, language)),
    ];
  }

  names(title: Said, list: readonly string[]): Markup {
    if (list.length === 0) return html``;
    return html`<h2>${this.say(title)}${inBrackets(this.language, String(list.length))}</h2><p><code>${cut(foldNames(list), 20_000)}</code></p>`;
  }

  unreadable(): Markup {
    return this.table(texts.unreadable(), [texts.file(), texts.reason()], this.report.unreadable, (entry) => {
      const place = entry.line === null ? entry.file : `${entry.file}:${entry.line}`;
      return html`<td><code>${place}</code></td><td>${entry.reason}</td>`;
    });
  }

  causes(): Markup {
    const most = Math.max(1, ...this.report.causes.map((c) => c.machines));
    const heads = [texts.number(), texts.cause(), texts.machines()];
    return this.table(texts.causes(), heads, this.report.causes, ({ id, title, machines, nodes }) => {
      const share = Math.round((100 * machines) / most);
      return html`<td class="n">${machines}<div class="bar" style="width:${share}%"></div></td>
<td>${causeTitle(id, title, this.language)} <code>${id}</code></td><td><code>${cut(nodes, 200)}</code></td>`;
    });
  }

  kinds(): Markup {
    const heads = [texts.number(), texts.usual(), texts.differs(), texts.shared()];
    return this.table(texts.kinds(), heads, this.report.kinds, ({ machines, usual, differs, shared }) => {
      const { language } = this;
      const splits = differs.map((split) => html`<li>${splitLine(split, language)}</li>`);
      const common = shared.map((finding) => html`<li>${finding.machines}: ${findingLine(finding, language)}</li>`);
      return html`<td class="n">${machines}</td><td>${hardwareLine(usual, language)}<br><small>${softwareLine(usual, language)}</small></td>
<td><ul>${splits}</ul></td><td><ul>${common}</ul></td>`;
    });
  }
}
