import { cell, code } from "../report/markdown.ts";
import { marksOf } from "../text/marks.ts";
import type { Language, Said } from "../text/message.ts";
import type { DiffReport, ReportedChange, ReportedTurn } from "./compare.ts";
import { outcomeLine, sideName, texts, valueOn } from "./words.ts";

/** The comparison for an issue tracker. */
export function diffMarkdown(report: DiffReport, language: Language): string {
  const { old, new: now, changes, causes, findings, thorough } = report;
  const say = (words: Said): string => words[language];
  const byId = new Map(changes.map((change) => [change.id, change]));
  const moved = (change: ReportedChange): string => {
    const [before, after] = (["before", "after"] as const).map((side) => {
      const text = valueOn(change, side, language);
      return change[side] ? code(text) : text;
    });
    return say(texts.labelled({ name: cell(change.title), what: `${before} → ${after}` }));
  };
  const turns = (turned: readonly ReportedTurn[]): string[] =>
    turned.flatMap(({ id, title, because }) => [
      `- ${say(texts.labelled({ name: `**${id}**`, what: cell(title) }))}`,
      ...because.flatMap(({ change, certainty }) => {
        const seen = byId.get(change);
        return seen ? [`  - ${moved(seen)}${say(texts.aside({ what: texts.certainty[certainty]() }))}`] : [];
      }),
      ...(because.length === 0 ? [`  - ${say(texts.noReason())}`] : []),
    ]);
  const turnedFindings = (turned: DiffReport["findings"]["worse"]): string[] =>
    turned.map(({ id, before, after, found }) => {
      const seen = found === null || after === "pass" ? "" : `${marksOf(language).comma}${cell(found)}`;
      const step = `${say(texts.status[before]())} → ${say(texts.status[after]())}${seen}`;
      return `- ${say(texts.labelled({ name: id, what: step }))}`;
    });
  const section = (heading: Said, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", `### ${say(heading)}`, "", ...lines];
  const rest = changes.filter(({ explains }) => explains.length === 0);
  // Where a file lies tells whose it is.
  const [first, second] = [old, now].map((side) =>
    sideName({ ...side, file: side.file?.split(/[\\/]/).at(-1) ?? null }, language),
  );
  const heading = texts.heading({ old: first ?? "", new: second ?? "" });
  const lines = [
    `## ${cell(say(heading))}`,
    "",
    outcomeLine(report, "→", language, (text) => `**${text}**`),
    ...section(texts.appeared(), turns(causes.appeared)),
    ...section(texts.gone(), turns(causes.gone)),
    ...section(texts.worse(), turnedFindings(findings.worse)),
    ...section(texts.better(), turnedFindings(findings.better)),
    ...section(
      rest.length === changes.length ? texts.changes() : texts.otherChanges(),
      rest.map((change) => `- ${moved(change)}`),
    ),
    ...section(
      texts.stayed(),
      causes.stayed.map(({ id, title }) => `- ${say(texts.labelled({ name: `**${id}**`, what: cell(title) }))}`),
    ),
    ...(thorough ? [] : ["", say(texts.shallow())]),
  ];
  return `${lines.join("\n")}\n`;
}
