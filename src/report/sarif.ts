import type { Invocation, Log, Notification, ReportingDescriptor, Result } from "sarif";
import { catalogue } from "../../checks/causes/index.ts";
import type { CheckReport, ReportedCause, ReportedFinding } from "./check-report.ts";
import { type PreflightReport, refusesBy } from "./preflight-report.ts";
import type { Level } from "./rows.ts";

const home = "https://www.npmjs.com/package/envdoctor";

/** A result with the rule that it breaks. */
interface Broken {
  readonly rule: ReportingDescriptor;
  readonly result: Result;
}

/**
 * SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/. Rules are root causes (with their help), and checks and
 * requirements that fail without one. A machine has no source files, so its places are logical: the findings.
 */
export function sarifReport(report: CheckReport, failOn: Level, gate?: PreflightReport): Log {
  const broken = [...(gate ? brokenByGate(gate) : []), ...brokenByMachine(report, failOn)];
  const rules = [...new Map(broken.map(({ rule }) => [rule.id, rule])).values()];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "envdoctor", version: report.tool.version, informationUri: home, rules } },
        automationDetails: { id: `envdoctor/${gate ? "preflight" : "check"}/` },
        invocations: [invocation(report)],
        columnKind: "utf16CodeUnits",
        results: broken.map(({ result, rule }) => ({
          ...result,
          ruleIndex: rules.findIndex(({ id }) => id === rule.id),
        })),
        properties: { verdict: report.verdict.status, gpuTraining: report.verdict.gpuTraining },
      },
    ],
  };
}

/** What could not be told is no result, but must not be silence either. */
function invocation({ startedAt, durationMs, findings }: CheckReport): Invocation {
  const unknown = findings.filter(({ status }) => status === "unknown");
  return {
    executionSuccessful: true,
    startTimeUtc: startedAt,
    endTimeUtc: new Date(Date.parse(startedAt) + durationMs).toISOString(),
    toolExecutionNotifications: unknown.map(
      ({ id, title, detail }): Notification => ({
        level: "note",
        descriptor: { id },
        message: { text: `${title}: not known: ${detail ?? "no reason given"}` },
      }),
    ),
  };
}

function brokenByMachine(report: CheckReport, failOn: Level): Broken[] {
  const explained = report.causes.map((cause) => byCause(cause, report, failOn));
  const bare = report.findings.filter(
    ({ status, causes }) => (status === "fail" || status === "warn") && causes.length === 0,
  );
  return [...explained, ...bare.map((finding) => byCheck(finding, failOn))];
}

function byCause(cause: ReportedCause, { findings }: CheckReport, failOn: Level): Broken {
  const own = findings.filter(({ id }) => cause.findings.includes(id));
  const details = own.flatMap(({ detail, found }) => detail ?? found ?? []);
  return {
    rule: ruleOfCause(cause),
    result: {
      ruleId: cause.id,
      level: cause.harmless ? "note" : worst(own, failOn),
      message: { text: [`${cause.title}.`, ...details].join(" ") },
      locations: own.map(({ id, title }) => ({
        logicalLocations: [{ name: title, fullyQualifiedName: id, kind: "resource" }],
      })),
      partialFingerprints: { "cause/v1": cause.id },
      properties: {
        confidence: cause.confidence,
        evidence: cause.evidence.map(({ source, excerpt }) => `${source}: ${excerpt}`),
        fix: cause.fix.flatMap(({ title, commands }) => [title, ...commands.map((command) => `$ ${command}`)]),
      },
    },
  };
}

function ruleOfCause({ id, title, explanation, fix, references }: ReportedCause): ReportingDescriptor {
  const steps = fix.map(({ title: step, commands }) =>
    [step, ...commands.map((command) => `    ${command}`)].join("\n"),
  );
  const text = [explanation, ...steps].join("\n\n");
  const reference = references[0];
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: { text },
    ...(reference !== undefined && { helpUri: reference }),
  };
}

function byCheck({ id, title, detail, found, status }: ReportedFinding, failOn: Level): Broken {
  return {
    rule: { id, shortDescription: { text: title } },
    result: {
      ruleId: id,
      level: levelOf(status, failOn),
      message: { text: `${title}: ${detail ?? found ?? status}` },
      locations: [{ logicalLocations: [{ name: title, fullyQualifiedName: id, kind: "resource" }] }],
      partialFingerprints: { "check/v1": id },
    },
  };
}

function brokenByGate(gate: PreflightReport): Broken[] {
  const asked = gate.requirements.filter(({ status }) => status === "fail" || status === "unknown");
  return [
    ...asked.map((each): Broken => {
      const id = `requirement/${/^[\w.]*/.exec(each.require)?.[0]}`;
      return {
        rule: { id, shortDescription: { text: "A requirement of the gate before training" } },
        result: {
          ruleId: id,
          level: refusesBy(each) ? "error" : each.severity === "warn" && each.status === "fail" ? "warning" : "note",
          message: { text: `${each.require}: ${each.reason ?? each.status}` },
          locations: [{ logicalLocations: [{ name: each.require, fullyQualifiedName: id, kind: "resource" }] }],
          partialFingerprints: { "requirement/v1": each.require },
        },
      };
    }),
    ...problems(gate),
  ];
}

function problems({ lint }: PreflightReport): Broken[] {
  if (lint === null) return [];
  return lint.problems.map(({ cause, line, column, message, severity }): Broken => {
    const known = Object.values(catalogue).find(({ id }) => id === cause);
    const region = { startLine: line, startColumn: column };
    return {
      rule: {
        id: cause,
        shortDescription: { text: known?.title.en ?? cause },
        ...(known && { help: { text: known.explanation.en } }),
      },
      result: {
        ruleId: cause,
        level: severity === "fail" ? "error" : "warning",
        message: { text: message },
        locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(lint.path) }, region } }],
      },
    };
  });
}

function worst(findings: readonly ReportedFinding[], failOn: Level): Result.level {
  const levels = findings.map(({ status }) => levelOf(status, failOn));
  return levels.includes("error") ? "error" : levels.includes("warning") ? "warning" : "note";
}

function levelOf(status: ReportedFinding["status"], failOn: Level): Result.level {
  if (status === "fail") return "error";
  if (status === "warn") return failOn === "fail" ? "warning" : "error";
  return "note";
}

/** A name can hold any byte; what is no text was read as the replacement character. */
function uriOf(path: string): string {
  return encodeURI(path.replaceAll("\\", "/").replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[?#]/g,
    encodeURIComponent,
  );
}
