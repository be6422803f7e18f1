import { Chalk, type ChalkInstance } from "chalk";
import type { Look } from "../report/terminal.ts";
import { wrap } from "../report/wrap.ts";
import { marksOf } from "../text/marks.ts";
import type { Said } from "../text/message.ts";
import type { DiffReport, FindingTurn, ReportedChange, ReportedTurn } from "./compare.ts";
import { outcomeLine, sideName, texts, valueOn } from "./words.ts";

/** Entries that a list shows where --verbose does not ask for all. */
const most = 15;

interface Detail {
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** The comparison as a person reads it: what got worse and why first, then all else, last the outcome. */
export function diffText(report: DiffReport, look: Look, { verbose, quiet }: Detail): string {
  const page = new Page(report, look, verbose);
  if (!quiet) page.body();
  page.outcome();
  return page.toString();
}

class Page {
  private readonly lines: string[] = [];
  private readonly chalk: ChalkInstance;
  private readonly arrow: string;
  private readonly changes: ReadonlyMap<string, ReportedChange>;

  constructor(
    private readonly report: DiffReport,
    private readonly look: Look,
    private readonly verbose: boolean,
  ) {
    this.chalk = new Chalk({ level: look.colour ? 1 : 0 });
    this.arrow = look.unicode ? "→" : "->";
    this.changes = new Map(report.changes.map((change) => [change.id, change]));
  }

  body(): void {
    const { old, new: now, causes, findings, changes, thorough } = this.report;
    const { language } = this.look;
    this.put(this.say(texts.heading({ old: sideName(old, language), new: sideName(now, language) })));
    for (const cause of causes.appeared) this.turn(cause, texts.appeared(), texts.because(), this.chalk.red.bold);
    for (const cause of causes.gone) this.turn(cause, texts.gone(), texts.mended(), this.chalk.green.bold);
    this.list(texts.worse(), findings.worse.map(this.finding));
    this.list(texts.better(), findings.better.map(this.finding));
    const rest = changes.filter(({ explains }) => explains.length === 0);
    this.list(rest.length === changes.length ? texts.changes() : texts.otherChanges(), rest.map(this.moved));
    this.list(
      texts.stayed(),
      causes.stayed.map(({ id, title }) => `${title}${this.aside(id)}`),
    );
    if (!thorough) {
      this.lines.push("");
      this.put(this.chalk.dim(this.say(texts.shallow())));
    }
    this.lines.push("");
  }

  outcome(): void {
    const { outcome, next } = this.report;
    const colours = { worse: "red", better: "green", changed: "yellow", same: "green" } as const;
    this.put(outcomeLine(this.report, this.arrow, this.look.language, this.chalk[colours[outcome]]));
    // Commands are copied from here: never wrapped.
    if (outcome === "worse" && next !== null) this.lines.push(this.chalk.bold(this.say(texts.next({ next }))));
  }

  private turn({ id, title, because }: ReportedTurn, heading: Said, why: Said, paint: ChalkInstance): void {
    this.lines.push("");
    this.put(`${paint(this.labelled(this.say(heading), title))}${this.aside(id)}`, 2);
    const how = because.map(({ certainty }) => this.aside(this.say(texts.certainty[certainty]())));
    const alike = how.length > 1 && new Set(how).size === 1 ? (how[0] ?? "") : null;
    const head = this.say(texts.header({ name: `${this.say(why)}${alike ?? ""}` }));
    this.put(`  ${how.length === 0 ? this.chalk.dim(this.say(texts.noReason())) : head}`, 4);
    because.forEach(({ change }, at) => {
      const seen = this.changes.get(change);
      if (seen) this.put(`    ${this.moved(seen)}${alike === null ? how[at] : ""}`, 6);
    });
  }

  private readonly moved = (change: ReportedChange): string => {
    const [before, after] = [
      valueOn(change, "before", this.look.language),
      valueOn(change, "after", this.look.language),
    ];
    return this.labelled(change.title, `${before} ${this.arrow} ${after}`);
  };

  private readonly finding = ({ id, title, before, after, found }: FindingTurn): string => {
    const colour = { fail: "red", warn: "yellow", pass: "green", unknown: "magenta", skipped: "dim" } as const;
    const now = this.chalk[colour[after]](this.say(texts.status[after]()));
    const seen =
      found === null || after === "pass" ? "" : `${marksOf(this.look.language).comma}${found.split("\n")[0] ?? ""}`;
    const step = `${this.say(texts.status[before]())} ${this.arrow} ${now}${seen}`;
    return `${this.labelled(title, step)}${this.aside(id)}`;
  };

  private list(heading: Said, items: readonly string[]): void {
    if (items.length === 0) return;
    this.lines.push("");
    this.put(this.chalk.bold(this.say(texts.header({ name: heading }))));
    const shown = this.verbose ? items : items.slice(0, most);
    for (const item of shown) this.put(`  ${item}`, 4);
    const left = items.length - shown.length;
    if (left > 0) this.put(`  ${this.chalk.dim(this.say(texts.more({ left })))}`, 4);
  }

  private labelled(name: string, what: string): string {
    return this.say(texts.labelled({ name, what }));
  }

  private aside(what: string): string {
    return this.chalk.dim(this.say(texts.aside({ what })));
  }

  private put(text: string, indent = 0): void {
    this.lines.push(...wrap(text, this.look.width, indent));
  }

  private say(words: Said): string {
    return words[this.look.language];
  }

  toString(): string {
    return `${this.lines.join("\n")}\n`;
  }
}
