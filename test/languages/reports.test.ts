/** Every report that is made from a machine, in both languages: none has a sentence of the other one. */
import { describe, expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { type Diagnosis, diagnose } from "../../src/diagnosis/diagnose.ts";
import { compare } from "../../src/diff/compare.ts";
import { knowledge, sideOfRecording } from "../../src/diff/load.ts";
import { diffMarkdown } from "../../src/diff/markdown.ts";
import { diffText } from "../../src/diff/text.ts";
import { absent } from "../../src/facts/fact.ts";
import { gatherFacts } from "../../src/facts/gather.ts";
import { demandOf, judge } from "../../src/preflight/gate.ts";
import { vocabulary } from "../../src/preflight/names.ts";
import { checkReport } from "../../src/report/check-report.ts";
import { checkHtml } from "../../src/report/html/check.ts";
import { markdownReport } from "../../src/report/markdown.ts";
import { preflightMarkdown, preflightText, preflightWarnings } from "../../src/report/preflight.ts";
import { type GateRun, preflightReport } from "../../src/report/preflight-report.ts";
import type { Look } from "../../src/report/terminal.ts";
import { textReport } from "../../src/report/text.ts";
import type { Plan } from "../../src/setup/plan.ts";
import { scriptOf } from "../../src/setup/script.ts";
import { Screen } from "../../src/setup/show.ts";
import type { Language } from "../../src/text/message.ts";
import { subjectOfFacts } from "../preflight/subject.ts";
import { machine, machineNames, machineRecording } from "../support/machine.ts";
import { planFrom } from "../wizard/support.ts";
import { foreignIn } from "./sentences.ts";

const bareRun = { command: null, lint: null, proof: null };
const look = (language: Language): Look => ({ language, colour: false, width: 100_000, unicode: true });

/** Lines to type and files to look at, which are the same in every language. */
function typedIn(diagnosis: Diagnosis, plan: Plan): string[] {
  const evidence = [...diagnosis.causes, ...diagnosis.findings].flatMap((each) => each.evidence);
  const commands = diagnosis.causes.flatMap(({ fix }) => fix).flatMap((fix) => fix.commands);
  const lines = plan.steps.flatMap(({ byHand, actions }) => [
    ...byHand,
    ...actions.flatMap((action) => (action.kind === "envdoctor" ? [] : action.lines)),
  ]);
  return [...evidence.map(({ source }) => source), ...commands, ...lines];
}

/** All that the machine itself said. */
function saidBy(name: string): string {
  const { commands, files, inventory } = machineRecording(name);
  return JSON.stringify({ commands, files, inventory }).replaceAll(/\\[nrt]/g, " ");
}

/** What of the texts is in the other language, with the name of the text that it stands in. */
function foreign(language: Language, texts: Readonly<Record<string, string>>, typed: readonly string[], said: string) {
  return Object.entries(texts).flatMap(([name, text]) =>
    foreignIn(language, text, typed)
      .filter((part) => !said.includes(part))
      .map((part) => `${name}: ${part}`),
  );
}

describe.each(["zh", "en"] as const)("%s", (language) => {
  test.each(machineNames())("check, preflight, setup: %s", async (name) => {
    const facts = await gatherFacts(machine(name));
    const diagnosis = diagnose(facts, checks, catalogue);
    const checked = { facts, diagnosis, version: "1.0.0", startedAt: new Date(0), durationMs: 1 };
    const report = checkReport(checked, language);
    const subject = { ...subjectOfFacts(facts), proof: absent() };
    const demands = Object.keys(vocabulary).map((each) => demandOf(each, "fail"));
    const run: GateRun = { ...checked, judgement: judge(subject, demands, "2026-11-22"), ...bareRun };
    const gated = preflightReport(run, language);
    const { plan } = await planFrom(name);
    const wide = look(language);
    const texts = {
      check: textReport(report, wide, { verbose: false, quiet: false }),
      verbose: textReport(report, wide, { verbose: true, quiet: false }),
      quiet: textReport(report, wide, { verbose: false, quiet: true }),
      markdown: markdownReport(report, language),
      preflight: preflightText(gated, wide, { verbose: true, quiet: false }),
      warnings: preflightWarnings(gated, wide, { verbose: false, quiet: false }),
      "preflight markdown": preflightMarkdown(gated, language),
      plan: new Screen(wide, false).plan(plan),
      bash: scriptOf(plan, facts, "bash", language, "1.0.0"),
      powershell: scriptOf(plan, facts, "powershell", language, "1.0.0"),
      html: checkHtml(checked, language, { recording: machineRecording(name) }),
    };
    const wrong = foreign(language, texts, typedIn(diagnosis, plan), saidBy(name));
    expect(wrong, wrong.join("\n")).toEqual([]);
  });
});

describe.each(["zh", "en"] as const)("%s", (language) => {
  const healthy = sideOfRecording(machineRecording("bare-metal-4090"), "before.json", language);

  test.each(machineNames())("diff: a healthy machine and %s", async (name) => {
    const [before, now] = [await healthy, await sideOfRecording(machineRecording(name), `${name}.json`, language)];
    const said = `${saidBy(name)}${saidBy("bare-metal-4090")}`;
    for (const [old, young] of [
      [before, now],
      [now, before],
    ] as const) {
      const report = compare(old, young, knowledge, language);
      const texts = {
        text: diffText(report, look(language), { verbose: true, quiet: false }),
        markdown: diffMarkdown(report, language),
      };
      const wrong = foreign(language, texts, report.next === null ? [] : [report.next], said);
      expect(wrong, wrong.join("\n")).toEqual([]);
    }
  });
});
