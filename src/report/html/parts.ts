/** The small things that pages are made of. */
import type { Evidence } from "../../facts/fact.ts";
import { message } from "../../text/message.ts";
import type { ReportedCause } from "../check-report.ts";
import { type ChartSpec, written } from "./chart.ts";
import { dataBlock, html, type Markup, nothing } from "./markup.ts";
import { needWord, type Say, whereWord } from "./words.ts";

const texts = {
  of: message(": {title}", "：{title}"),
  copy: message("Copy", "复制"),
  copyWhat: message("Copy: {what}", "复制：{what}"),
  evidence: message("Seen ({count})", "依据（{count}）"),
  numbers: message("Numbers", "数据表"),
  recommended: message("recommended", "推荐"),
  predicted: message("predicted", "预测值"),
};

/** Lines to type or paste, with a button that copies them all. */
export function command(lines: readonly string[], say: Say): Markup {
  if (lines.length === 0) return nothing;
  const text = lines.join("\n");
  const label = say(texts.copyWhat({ what: text.length > 80 ? `${text.slice(0, 79)}…` : text }));
  return html`<div class="command"><pre translate="no"><code>${text}</code></pre><button type="button" class="copy" aria-label="${label}" hidden>${say(
    texts.copy(),
  )}</button></div>`;
}

type Fix = ReportedCause["fix"][number];

export function remedy({ title, commands, where, needs }: Fix, say: Say): Markup {
  const place = whereWord(where);
  return html`<div class="remedy"><p>${title}${chips([
    ...(place === null ? [] : [say(place)]),
    ...needs.map((need) => say(needWord(need))),
  ])}</p>${command(commands, say)}</div>`;
}

export function chips(words: readonly string[]): Markup {
  return html`${words.map((word) => html` <span class="chip">${word}</span>`)}`;
}

/** What was seen, folded. */
export function evidence(list: readonly Evidence[], say: Say): Markup {
  if (list.length === 0) return nothing;
  return html`<details class="evidence"><summary>${say(texts.evidence({ count: list.length }))}</summary>${quotes(list)}</details>`;
}

export function quotes(list: readonly Evidence[]): Markup {
  return html`${list.map(
    ({ source, excerpt }) =>
      html`<div class="quote" translate="no"><p><code>${source}</code></p><pre><code>${excerpt}</code></pre></div>`,
  )}`;
}

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string | Markup;
  readonly number?: boolean;
}

/** A table that scrolls by itself where the page is narrow. Nothing where there are no rows. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  if (rows.length === 0) return nothing;
  const side = ({ number }: Column<Row>): string => (number ? "number" : "words");
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${side(column)}">${column.head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${columns.map((column) => html`<td class="${side(column)}">${column.cell(row)}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}

export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

export function tiles(list: readonly Tile[]): Markup {
  return html`<dl class="tiles">${list.map(
    ({ name, value, note }) =>
      html`<div><dt>${name}</dt><dd>${value}${note === undefined ? "" : html`<small>${note}</small>`}</dd></div>`,
  )}</dl>`;
}

/** Rows that a table of a chart has at most; a chart of more points is told by every so manieth of them. */
const mostRows = 15;

/** A drawing for eyes, and the same as a sentence and a table for everybody else. */
export function figure(title: string, telling: string, chart: ChartSpec, say: Say): Markup {
  const every = Math.max(1, Math.ceil(chart.x.length / mostRows));
  const rows = chart.x.map((x, at) => ({ x, at })).filter(({ at }) => at % every === 0 || at === chart.x.length - 1);
  const columns: Column<(typeof rows)[number]>[] = [
    { head: chart.xTitle, cell: ({ x, at }) => xCell(chart, x, at, say), number: chart.kind === "lines" },
    ...chart.series.map(
      (series): Column<(typeof rows)[number]> => ({
        head: series.label,
        cell: ({ at }) => {
          const value = series.values[at] ?? null;
          return value === null ? "–" : written(value, chart.unit);
        },
        number: true,
      }),
    ),
  ];
  return html`<figure class="chart"><figcaption><h3>${title}</h3><p>${telling}</p></figcaption>
<ul class="legend">${chart.series.map(
    (series) =>
      html`<li><span class="swatch ${series.colour}${series.dashed ? " dashed" : ""}"></span>${series.label} <output aria-hidden="true"></output></li>`,
  )}</ul>
<div class="plot" role="img" aria-label="${title}. ${telling}"></div>${dataBlock("chart-data", chart)}
<details class="numbers"><summary>${say(texts.numbers())}<span class="unseen">${say(texts.of({ title }))}</span></summary>${table(title, columns, rows)}</details></figure>`;
}

function xCell(chart: ChartSpec, x: number, at: number, say: Say): string {
  if (chart.kind === "lines") return String(x);
  const notes = [
    ...(chart.chosen?.at === at ? [say(texts.recommended())] : []),
    ...(chart.pale.includes(at) ? [say(texts.predicted())] : []),
  ];
  const name = chart.categories[at] ?? "";
  return notes.length > 0 ? `${name} (${notes.join(", ")})` : name;
}
