/** What each format must not let through. Every function says what it found, or null. */
import { XmlDocument } from "libxml2-wasm";
import parsePrometheus from "parse-prometheus-text-format";
import { compare } from "../../src/diff/compare.ts";
import { knowledge, sideOfRecording } from "../../src/diff/load.ts";
import { diffMarkdown } from "../../src/diff/markdown.ts";
import { diffText } from "../../src/diff/text.ts";
import { compare as compareFleet } from "../../src/fleet/compare.ts";
import type { Gathered } from "../../src/fleet/gather.ts";
import { readReport } from "../../src/fleet/report-schema.ts";
import { Table } from "../../src/fleet/table.ts";
import type { Host } from "../../src/host/host.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import type { Recording } from "../../src/host/recording.ts";
import { explainText } from "../../src/paste/explain.ts";
import { checkReport } from "../../src/report/check-report.ts";
import { explainText as explainedText } from "../../src/report/explain.ts";
import { explainReport } from "../../src/report/explain-report.ts";
import { fleetHtml } from "../../src/report/fleet-html.ts";
import { fleetMetrics } from "../../src/report/fleet-prometheus.ts";
import { fleetReport } from "../../src/report/fleet-report.ts";
import { fleetText } from "../../src/report/fleet-text.ts";
import { githubAnnotations } from "../../src/report/github.ts";
import { checkHtml } from "../../src/report/html/check.ts";
import { junitReport } from "../../src/report/junit.ts";
import { markdownReport } from "../../src/report/markdown.ts";
import { prometheusReport } from "../../src/report/prometheus.ts";
import { rowsOfCheck } from "../../src/report/rows.ts";
import { sarifReport } from "../../src/report/sarif.ts";
import { textReport } from "../../src/report/text.ts";
import { replay } from "../faults/replay.ts";

const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const languages = ["en", "zh"] as const;
const look = { colour: false, unicode: true, width: 80 };

/** What a report of this machine lets through. */
export async function leaks(recording: Recording): Promise<string[]> {
  const host: Host = recordedHost(recording, { unrecorded: "missing" });
  const checked = { ...(await replay(host)), version: "0.0.0", startedAt: new Date(0), durationMs: 1 };
  const english = checkReport(checked, "en");
  const found: (string | null)[] = [];
  for (const language of languages) {
    const report = checkReport(checked, language);
    found.push(control("text", textReport(report, { ...look, language }, { verbose: true, quiet: false })));
    const markdown = markdownReport(report, language);
    found.push(control("markdown", markdown), inMarkdown(markdown));
    const html = checkHtml(checked, language, { recording });
    found.push(control("html", html), inHtml(html));
  }
  const rows = rowsOfCheck(english, "fail");
  found.push(inXml(junitReport(rows, english)), inAnnotations(githubAnnotations(rows)));
  JSON.parse(JSON.stringify(sarifReport(english, "fail")));
  found.push(control("SARIF", texts(sarifReport(english, "fail")).join("\n")));
  found.push(inMetrics(await prometheusReport(english, checked.facts)));
  found.push(control("JSON", texts(english).join("\n")));
  return found.filter((each) => each !== null);
}

/** What `explain` says of a pasted text. */
export function leaksOfText(text: string): string[] {
  const explanation = explainText(text);
  const found = languages.flatMap((language) => {
    const report = explainReport(explanation, language);
    return [
      control("explain", explainedText(report, { ...look, language }, true)),
      control("JSON", texts(report).join("\n")),
    ];
  });
  return found.filter((each) => each !== null);
}

/** What `diff` says of a machine and of the same machine spoilt, and `fleet` of both their reports. */
export async function leaksOfTwo(recording: Recording, other: Recording): Promise<string[]> {
  const found: (string | null)[] = [];
  for (const language of languages) {
    const [old, now] = [await sideOfRecording(other, "a", language), await sideOfRecording(recording, "b", language)];
    const report = compare(old, now, knowledge, language);
    const markdown = diffMarkdown(report, language);
    found.push(control("diff", diffText(report, { ...look, language }, { verbose: true, quiet: false })));
    found.push(control("diff markdown", markdown), inMarkdown(markdown));
  }
  return found.filter((each) => each !== null);
}

/** What `fleet` says of documents that hold anything at all. */
export async function leaksOfDocuments(documents: readonly unknown[]): Promise<string[]> {
  const table = new Table();
  const unreadable: Gathered["unreadable"][number][] = [];
  for (const [at, document] of documents.entries()) {
    const reading = readReport(document);
    const base = `machine-${at}`;
    if (reading.ok) table.add(reading.report, { file: `${base}.json`, host: null, base });
    else unreadable.push({ file: `${base}.json`, line: null, name: base, reason: reading.reason });
  }
  const gathered: Gathered = { table, names: table.names(), unreadable, replaced: [] };
  const found: (string | null)[] = [];
  for (const language of languages) {
    const report = fleetReport(
      { gathered, comparison: compareFleet(table), attendance: null, version: "0.0.0" },
      language,
    );
    const html = fleetHtml(report, language);
    found.push(control("fleet", fleetText(report, { ...look, language }, { verbose: true, quiet: false })));
    found.push(control("fleet html", html), inHtml(html), inMetrics(await fleetMetrics(report)));
  }
  return found.filter((each) => each !== null);
}

/** The report of this machine as `check --json` gives it. */
export async function documentOf(recording: Recording): Promise<unknown> {
  const checked = await replay(recordedHost(recording, { unrecorded: "missing" }));
  return checkReport({ ...checked, version: "0.0.0", startedAt: new Date(0), durationMs: 1 }, "en");
}

function control(format: string, text: string): string | null {
  const at = text.search(controls);
  return at < 0 ? null : `${format}: ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 40))}`;
}

/** CommonMark: outside of code, no markup but ours, which holds no QXMARK. */
function inMarkdown(markdown: string): string | null {
  let fence: string | null = null;
  for (const line of markdown.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
      continue;
    }
    if (fence !== null) continue;
    const plain = outsideOfCode(line);
    const acts = /<[a-z/!?][^>]*QXMARK|\]\([^)]*QXMARK|@QXMARK|`[^`]*QXMARK/i.exec(plain);
    if (acts) return `markdown: ${JSON.stringify(line)}`;
    if (/^\s*\|/.test(line) && line.replace(/\\\|/g, "").split("|").length > 6)
      return `markdown table: ${JSON.stringify(line)}`;
  }
  return fence === null ? null : "markdown: a fence is left open";
}

/** The line without escaped characters and code spans, in which a backslash escapes nothing. */
function outsideOfCode(line: string): string {
  let plain = "";
  for (let at = 0; at < line.length; ) {
    if (/^\\[!-/:-@[-`{-~]/.test(line.slice(at, at + 2))) {
      at += 2;
      continue;
    }
    const ticks = /^`+/.exec(line.slice(at))?.[0] ?? "";
    const close = ticks === "" ? -1 : closing(line, at + ticks.length, ticks.length);
    if (close < 0) plain += line.slice(at, at + Math.max(1, ticks.length));
    at = close < 0 ? at + Math.max(1, ticks.length) : close;
  }
  return plain;
}

/** Where the code span is over that `length` backticks have opened before `from`; -1 where it is none. */
function closing(line: string, from: number, length: number): number {
  for (const run of line.slice(from).matchAll(/`+/g)) if (run[0].length === length) return from + run.index + length;
  return -1;
}

function inHtml(html: string): string | null {
  const acts =
    /<(?:script>QXMARK|img src=x|svg\/onload|b>QXMARK|!--QXMARK|QXMARK)|href="(?:javascript|[^"]*QXMARK)/i.exec(html);
  return acts ? `html: ${html.slice(Math.max(0, acts.index - 100), acts.index + 60)}` : null;
}

function inXml(xml: string): string | null {
  try {
    const document = XmlDocument.fromString(xml);
    const foreign = document.get("//QXMARK");
    document.dispose();
    if (foreign) return "JUnit: an element of the machine's";
  } catch (error) {
    return `JUnit: ${error instanceof Error ? error.message : error}`;
  }
  return control("JUnit", xml);
}

/** A workflow command begins a line: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function inAnnotations(text: string): string | null {
  const stray = text
    .split("\n")
    .find((line) => line !== "" && !/^::(?:error|warning|notice|debug|group|endgroup)[ :]/.test(line));
  const foreign = /^::(?:error|warning)::QXMARK/m.test(text);
  return stray !== undefined || foreign
    ? `annotations: ${JSON.stringify(stray ?? "QXMARK")}`
    : control("annotations", text);
}

function inMetrics(text: string): string | null {
  const foreign = parsePrometheus(text).find(({ name }) => !name.startsWith("envdoctor_"));
  if (foreign) return `Prometheus: ${foreign.name}`;
  const wrong = text.split("\n").find((line) => line !== "" && !/^(?:#|envdoctor_)/.test(line));
  return wrong === undefined ? control("Prometheus", text) : `Prometheus: ${JSON.stringify(wrong)}`;
}

function texts(of: unknown): string[] {
  if (typeof of === "string") return [of];
  if (typeof of !== "object" || of === null) return [];
  return Object.values(of).flatMap(texts);
}
