/** Reports that are made from texts, scripts, many reports, training runs and the catalogue, in both languages. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { healthyReport, oddities } from "../../scripts/bench/fleet-reports.mjs";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import { compare } from "../../src/fleet/compare.ts";
import { documentsOf } from "../../src/fleet/documents.ts";
import { attendance } from "../../src/fleet/expect.ts";
import type { Unreadable } from "../../src/fleet/gather.ts";
import { readReport } from "../../src/fleet/report-schema.ts";
import { Table } from "../../src/fleet/table.ts";
import { lintScript } from "../../src/lint/lint.ts";
import { explainText as explanationOf } from "../../src/paste/explain.ts";
import { causeList, causePage, causesMarkdown } from "../../src/report/causes.ts";
import { explainText } from "../../src/report/explain.ts";
import { explainReport } from "../../src/report/explain-report.ts";
import { fleetHtml } from "../../src/report/fleet-html.ts";
import { fleetReport } from "../../src/report/fleet-report.ts";
import { fleetText } from "../../src/report/fleet-text.ts";
import { lintMarkdown, lintReport, lintText } from "../../src/report/lint.ts";
import type { Look } from "../../src/report/terminal.ts";
import { trainText } from "../../src/report/train.ts";
import { trainReport } from "../../src/report/train-report.ts";
import { type Language, type Said, verbatim } from "../../src/text/message.ts";
import { systemError } from "../../src/text/system-error.ts";
import { chooseEngines } from "../../src/training/engines.ts";
import { failureOf, failureOfProof } from "../../src/training/failures.ts";
import type { Observation } from "../../src/training/observe.ts";
import { prove, type Surroundings } from "../../src/training/proof.ts";
import type { Session } from "../../src/training/session.ts";
import { scripts } from "../lint/table.ts";
import { machine, machineNames } from "../support/machine.ts";
import { candidate, ended, observation, ready, runSeen } from "../training/build.ts";
import { foreignIn } from "./sentences.ts";

const look = (language: Language): Look => ({ language, colour: false, width: 100_000, unicode: true });
const detail = { verbose: true, quiet: false };

function expectLanguage(language: Language, text: string, said = "", typed: readonly string[] = []): void {
  const wrong = foreignIn(language, text, typed).filter((part) => !said.includes(part));
  expect(wrong, wrong.join("\n")).toEqual([]);
}

const folder = join(import.meta.dirname, "../texts");
const samples = readdirSync(folder).map((cause) => ({
  cause,
  texts: readdirSync(join(folder, cause)).map((file) => readFileSync(join(folder, cause, file), "utf8")),
}));

const nothing = unknownFacts();
const trouble = "RuntimeError: the words of the framework are what they are";
const onGpu = { ...ready, device: "cuda", deviceName: "NVIDIA GeForce RTX 4090" } as const;
const timedOn = (cuda: number, cpu: number) => ({
  ready: onGpu,
  timed: [
    { event: "timed", device: "cuda", ms: cuda, threads: 8 },
    { event: "timed", device: "cpu", ms: cpu, threads: 8 },
  ] as Observation["timed"],
});
const sample = { utilisation: 50, processes: new Map<number, number>() };
const card = { before: { ...sample, usedMiB: 500 }, during: { ...sample, usedMiB: 900 } };
const alone: Surroundings = { gpu: null, cpu: null };

/** Runs of the training, and how they end. */
const trainings: Readonly<Record<string, readonly [Partial<Observation>, Surroundings]>> = {
  "on the CPU": [{}, alone],
  "on the GPU": [timedOn(5, 400), { gpu: card, cpu: { ms: 400, threads: 8 } }],
  "on a GPU that nobody confirms": [timedOn(5, 400), alone],
  "slower than the CPU": [
    timedOn(500, 40),
    { gpu: { before: card.before, during: card.before }, cpu: { ms: 40, threads: 8 } },
  ],
  "a wrong product": [{ product: { event: "product", values: [1, null], tf32: true, device: "cpu" } }, alone],
  "no product": [{ product: null, placed: null }, alone],
  "losses that rise": [{ training: runSeen(0.1, (step) => 2.3 + step) }, alone],
  "losses that are no numbers": [{ training: runSeen(0.1, () => null) }, alone],
  "a control that learns": [{ control: runSeen(0.97, () => 1) }, alone],
  killed: [{ done: false, end: { ...ended, exitCode: null, signal: "SIGKILL" } }, alone],
  crashed: [{ done: false, end: { ...ended, exitCode: null, signal: "SIGSEGV", stderr: trouble } }, alone],
  failed: [{ done: false, end: { ...ended, exitCode: 1, stderr: trouble } }, alone],
  hung: [
    { done: false, end: { ...ended, outcome: "timeout", exitCode: null }, noise: { lines: 7, excerpt: "…" } },
    alone,
  ],
  "not started": [{ done: false, ready: null, end: { ...ended, outcome: "missing", exitCode: null } }, alone],
  "ended early": [{ done: false }, alone],
};

describe.each(["zh", "en"] as const)("%s", (language) => {
  test.each(samples)("explain: texts of $cause", ({ texts }) => {
    for (const text of texts) {
      const explanation = explanationOf(text);
      const quoted = explanation.causes.flatMap(({ evidence }) => evidence.map(({ excerpt }) => excerpt));
      const commands = explanation.causes.flatMap(({ fix }) => fix.flatMap((each) => each.commands));
      const told = explainText(explainReport(explanation, language), look(language), true);
      expectLanguage(language, told, text, [...quoted, ...commands]);
    }
  });

  test.each(scripts)("lint: $name", ({ name, text }) => {
    const report = lintReport(
      [{ path: name, ...lintScript(text, { startMethod: "spawn" }), place: undefined }],
      "spawn",
      language,
    );
    const code = report.files.flatMap(({ problems }) => problems.flatMap(({ fix }) => fix.split("\n")));
    const typed = code.filter((line) => !line.trimStart().startsWith("#"));
    expectLanguage(language, lintText(report, look(language), detail), text, typed);
    expectLanguage(language, lintMarkdown(report, language).replaceAll(/~~~~[\s\S]*?~~~~/g, ""), text);
  });

  test.each(Object.entries(catalogue))("causes: %s", (_, cause) => {
    const commands = cause.harmless ? [] : cause.remedies(nothing).flatMap((each) => each.commands);
    expectLanguage(language, causePage(cause, look(language)), "", commands);
    expectLanguage(language, causesMarkdown([cause], language).replaceAll(/```[\s\S]*?```/g, ""));
  });

  test("causes: the list", () => {
    expectLanguage(language, causeList(Object.values(catalogue), look(language)));
  });

  test.each([...Object.entries(oddities), ["nothing odd", () => {}] as const])("fleet: %s", (_, change) => {
    const table = new Table();
    for (let i = 0; i < 6; i++) {
      const document = healthyReport(i);
      if (i === 2) change(document);
      const reading = readReport(document);
      if (reading.ok) table.add(reading.report, { file: `${i}.json`, host: null, base: String(i) });
    }
    const unreadable = [
      ...["{", "[1]", "{}", '{"kind": "check"}'].flatMap((text, line) => reasonsOf(text, line)),
      {
        file: "pipe",
        line: null,
        name: "pipe",
        reason: systemError(Object.assign(new Error("x"), { code: "EACCES" })),
      },
    ];
    const gathered = {
      table,
      names: table.names(),
      unreadable,
      replaced: [{ file: "a", note: unreadable[0]?.reason ?? verbatim("") }],
    };
    const present = attendance(["n1", "n99"], table.names(), []);
    const report = fleetReport({ gathered, comparison: compare(table), attendance: present, version: "1" }, language);
    // The title of a cause that this version does not know is told as it was sent.
    const sent = "torch build of the machine";
    expectLanguage(language, fleetText(report, look(language), detail), sent);
    expectLanguage(language, fleetHtml(report, language), sent);
  });

  test.each(machineNames())("train: engines that cannot train on %s", async (name) => {
    const host = machine(name);
    const facts = await gatherFacts(host);
    const diagnosis = diagnose(facts, checks, catalogue);
    const runs: Session[] = [];
    for (const device of ["cuda", "cpu"] as const) {
      const { candidates, passedOver } = await chooseEngines(host, facts, diagnosis, { engine: "auto", device });
      const engines = [...passedOver, ...candidates.map(({ engine, label }) => ({ engine, reason: verbatim(label) }))];
      const shown = engines.map((engine) => ({ ...engine, usable: false }));
      runs.push({
        trained: null,
        engines: shown,
        causes: diagnosis.causes,
        success: false,
        noGpu: device === "cuda",
        without: null,
      });
    }
    const commands = diagnosis.causes.flatMap(({ fix }) => fix.flatMap((each) => each.commands));
    const evidence = diagnosis.causes.flatMap((each) => each.evidence);
    const quoted = evidence.flatMap(({ source, excerpt, said }) => [source, ...(said ? [] : excerpt.split("\n"))]);
    for (const session of runs) expectTrained(language, session, [...commands, ...quoted]);
  });

  test.each(Object.entries(trainings))("train: %s", (_, [change, around]) => {
    const seen = observation(change);
    const proof = prove(seen, around);
    const device = seen.ready?.device ?? "cpu";
    const failure = failureOf(seen, candidate, nothing) ?? failureOfProof(proof, { candidate, steps: 200, device });
    const causes = (failure?.suspicions ?? []).map(({ cause, confidence, evidence }) => ({
      ...{ cause: catalogue[cause], confidence, evidence, findings: [] },
      fix: catalogue[cause].harmless ? [] : catalogue[cause].remedies(nothing),
    }));
    const commands = causes.flatMap(({ fix }) => fix.flatMap((each) => each.commands));
    const reason = failure?.reason ?? verbatim("");
    const engines = [{ engine: candidate.engine, usable: failure === null, reason }];
    for (const without of [null, "idle-framework", "framework"] as const) {
      const session: Session = {
        trained: { candidate, seen, proof },
        engines,
        causes,
        success: failure === null,
        noGpu: false,
        without,
      };
      expectTrained(language, session, [...commands, trouble]);
    }
  });
});

function expectTrained(language: Language, session: Session, quoted: readonly string[]): void {
  const report = trainReport({ session, version: "1", startedAt: new Date(0), durationMs: 1 }, language);
  expectLanguage(language, trainText(report, look(language), detail), "", quoted);
}

function reasonsOf(text: string, line: number): Unreadable[] {
  const reasons: Said[] = [];
  documentsOf(text, ({ content }) => {
    const reading = content.ok ? readReport(content.document) : content;
    if (!reading.ok) reasons.push(reading.reason);
  });
  return reasons.map((reason) => ({ file: "all.ndjson", line, name: "n", reason }));
}
