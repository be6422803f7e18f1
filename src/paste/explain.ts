import { trouble } from "../../checks/causes/clues/words.ts";
import type { CauseId } from "../../checks/causes/ids.ts";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import type { Cause, Remedy, Suspicion } from "../diagnosis/cause.ts";
import { suspect } from "../diagnosis/check.ts";
import { runChecks } from "../diagnosis/diagnose.ts";
import { type Evidence, evidenceOf, known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Said } from "../text/message.ts";
import { type Finding, findClues, isAboutElse } from "./clues.ts";
import { decoded } from "./encoding.ts";
import { mergeFacts } from "./merge.ts";
import { type Line, normalise } from "./normalise.ts";
import { judgePip } from "./pip.ts";
import { type RankedCause, rankCauses } from "./rank.ts";
import { readFacts } from "./readers/index.ts";
import { Haystack, shorten } from "./search.ts";
import { settingsOf } from "./settings.ts";
import { Sieve } from "./sieve.ts";

interface ExplainedCause {
  readonly cause: Cause;
  /** 0…1 */
  readonly confidence: number;
  /** With the 1-based line of the text; without one, a fact of this machine (`facts`). */
  readonly evidence: readonly Evidence[];
  readonly fix: readonly Remedy[];
}

export interface Explanation {
  /** Most likely first; empty where the text betrays no known cause. */
  readonly causes: readonly ExplainedCause[];
  /** What the text tells about the machine, completed by the facts given. */
  readonly facts: Facts;
  /** What would tell the first causes apart, where they are close. */
  readonly questions: readonly Said[];
}

export interface ExplainOptions {
  /** What `check` saw on this machine, where the text comes from it. */
  readonly facts?: Facts;
}

/** A longer text is sieved first: what no clue could use is left out. */
const readWhole = 192 * 1024;
/** Causes less than this behind the first one are worth a question. */
const close = 0.2;
const mostCauses = 4;
const almostFull = 0.9;

/** The root causes that a pasted text betrays. Takes text in any encoding that was read as UTF-8. */
export function explainText(text: string, options: ExplainOptions = {}): Explanation {
  if (text.length <= readWhole) return explainLines(normalise(text), options);
  const sieve = new Sieve();
  sieve.add(Buffer.from(text, "utf8"));
  return explainLines(sieve.finish(), options);
}

/** The same for a text of any length, in bounded memory. Rejects only where the stream itself does. */
export async function explainStream(
  stream: AsyncIterable<string | Buffer>,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const sieve = new Sieve();
  const whole: Buffer[] = [];
  let length = 0;
  for await (const piece of decoded(stream)) {
    length += piece.length;
    if (length <= readWhole) whole.push(piece);
    else whole.length = 0;
    sieve.add(piece);
  }
  if (length <= readWhole) return explainText(Buffer.concat(whole).toString("utf8"), options);
  return explainLines(sieve.finish(), options);
}

function explainLines(lines: readonly Line[], options: ExplainOptions): Explanation {
  const text = new Haystack(lines);
  const told = readFacts(text);
  const facts = options.facts ? mergeFacts(told, options.facts) : told;
  const settings = settingsOf(text, facts);
  const findings = findClues(
    text,
    settings,
    Object.values(catalogue).map((cause) => [cause.id, cause.clues] as const),
  );
  const judged = suspicions(facts, text, options.facts !== undefined).filter(({ evidence }) =>
    addsTo(findings, evidence),
  );
  judged.push(...fullCards(facts), ...judgePip(text));
  const working = worksBySmi(facts, text) ? [suspect("healthy-gpu", 0.7, ...evidenceOf(facts.driver.smi))] : [];
  const ranked = rankCauses(findings, [...judged, ...working], (id) => catalogue[id].harmless, text.has(trouble));
  return {
    causes: ranked.slice(0, mostCauses).map((cause) => explained(cause, facts)),
    facts,
    questions: questions(ranked),
  };
}

/** Texts without these words are about something else, whatever machine they come from. */
const subject = /nvidia|cuda|gpu|显卡|torch|tensorflow|tfjs|\bjax\b|dxg|\bwsl|num_workers/i;

/** What the checks make of the facts. From a text only what stands in a line of it counts. */
function suspicions(facts: Facts, text: Haystack, machine: boolean): Suspicion[] {
  if (!machine && !text.has(subject)) return [];
  const elsewhere = !machine && isAboutElse(text);
  return runChecks(facts, checks)
    .filter(({ layer }) => !(elsewhere && layer === "frameworks"))
    .flatMap((finding) => finding.suspicions)
    .map((suspicion) => ({ ...suspicion, evidence: suspicion.evidence.map((one) => placed(one, text)) }))
    .filter(({ evidence }) => machine || evidence.some((one) => one.line !== undefined));
}

/** Checks quote facts in words of their own; a version or a number among them tells the line of the text. */
function placed(evidence: Evidence, text: Haystack): Evidence {
  if (evidence.line !== undefined) return evidence;
  const words = evidence.excerpt.match(/[\w.+-]{4,40}/g)?.filter((word) => /\d/.test(word)) ?? [];
  const line = text.lines.find((one) => words.some((word) => one.text.includes(word)));
  return line ? { ...evidence, line: line.number, excerpt: shorten(line.text.trim()) } : evidence;
}

/** The check is content with one free card of several; a text is about the full one. */
function fullCards({ driver }: Facts): Suspicion[] {
  const full = known(driver.smi)?.gpus.some(
    ({ memoryMiB, usedMiB }) => memoryMiB !== null && usedMiB !== null && usedMiB >= almostFull * memoryMiB,
  );
  return full ? [suspect("gpu-memory-full", 0.6, ...evidenceOf(driver.smi))] : [];
}

/** nvidia-smi listed its cards without a fault, in whatever form, and nothing else in the text is one. */
function worksBySmi({ driver }: Facts, text: Haystack): boolean {
  const report = known(driver.smi);
  if (report?.outcome !== "ok" || report.gpus.some((gpu) => gpu.trouble !== null)) return false;
  return !text.has(trouble);
}

/** A line that a clue has read is judged by the clues, which know the setting; a check adds what it saw elsewhere. */
function addsTo(findings: readonly Finding[], evidence: readonly Evidence[]): boolean {
  const quoted = evidence.filter(({ line }) => line !== undefined);
  const isRead = ({ line, excerpt }: Evidence) =>
    findings.some(({ clue, place }) => place.line === line || excerpt.search(clue.pattern) >= 0);
  return quoted.length === 0 || quoted.some((one) => !isRead(one));
}

function explained({ id, confidence, evidence }: RankedCause, facts: Facts): ExplainedCause {
  const cause: Cause = catalogue[id];
  return { cause, confidence, evidence, fix: cause.harmless ? [] : cause.remedies(facts) };
}

function questions(ranked: readonly RankedCause[]): Said[] {
  const [first, ...others] = ranked;
  if (first === undefined) return [];
  const rivals = others.filter((other) => first.confidence - other.confidence < close).slice(0, mostCauses - 1);
  if (rivals.length === 0) return [];
  return [first, ...rivals].map(({ id }: { id: CauseId }) => catalogue[id].recognise);
}
