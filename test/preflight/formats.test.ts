import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import parsePrometheus from "parse-prometheus-text-format";
import { describe, expect, test } from "vitest";
import { completed, demandOf, judge } from "../../src/preflight/gate.ts";
import type { CheckReport } from "../../src/report/check-report.ts";
import { checkReport } from "../../src/report/check-report.ts";
import { githubAnnotations } from "../../src/report/github.ts";
import { junitReport } from "../../src/report/junit.ts";
import { preflightMarkdown, preflightText } from "../../src/report/preflight.ts";
import { type GateRun, type PreflightReport, preflightReport } from "../../src/report/preflight-report.ts";
import { prometheusReport } from "../../src/report/prometheus.ts";
import { type Row, rowsOfCheck, rowsOfGatedCheck, rowsOfPreflight } from "../../src/report/rows.ts";
import { sarifReport } from "../../src/report/sarif.ts";
import { machineNames } from "../support/machine.ts";
import { subjectOf } from "./subject.ts";

const schemas = new URL("./schemas/", import.meta.url);
const startedAt = new Date("2026-11-22T10:00:00Z");
/** Texts as a machine could give them to break out of a format. */
const nasty = '</failure>]]>&"\'<x>\u0007\u001b[31m\ufffe%0A::error::owned\r\n::warning::owned|`*\\{}\ud800, "a": 1';

interface Reports {
  readonly run: GateRun;
  readonly check: CheckReport;
  readonly gate: PreflightReport;
}

const made = new Map<string, Promise<Reports>>();

function reportsOf(name: string): Promise<Reports> {
  const reports = made.get(name) ?? makeReports(name);
  made.set(name, reports);
  return reports;
}

async function makeReports(name: string): Promise<Reports> {
  const subject = await subjectOf(name);
  const { facts, diagnosis } = subject;
  const demands = completed([
    demandOf("torch.cuda", "fail"),
    demandOf("gpu.memoryMiB?>=999999", "warn"),
    {
      ...demandOf("driver>=9999", "fail"),
      because: nasty,
      waivers: [{ reason: nasty, owner: "o", expires: "2999-01-01" }],
    },
  ]);
  const judgement = judge(subject, demands, "2026-11-22");
  const problem = {
    cause: "missing-main-guard",
    line: 3,
    column: 1,
    severity: "fail",
    message: { en: nasty, zh: nasty },
  } as const;
  const lint = { path: "/home/user/a b:c,d.py", problems: [problem] };
  const command = { program: "python", python: null, script: null, cwd: "/", visibleDevices: null, notes: [] };
  const run = { facts, diagnosis, version: "1.0.0", startedAt, durationMs: 12, judgement, command, lint, proof: null };
  return { run, check: checkReport(run, "en"), gate: preflightReport(run, "en") };
}

/** What no machine says: identifiers, and what the catalogue refers to. */
const ours = new Set(["id", "status", "startedAt", "severity", "cause", "gpuTraining", "references"]);

/** Every text of a machine in it spoilt. */
function spoilt<T>(of: T): T {
  const spoil = (value: unknown): unknown => {
    if (typeof value === "string") return `${value}${nasty}`;
    if (Array.isArray(value)) return value.map(spoil);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, ours.has(key) ? each : spoil(each)]));
  };
  return spoil(of) as T;
}

const names = machineNames();
/** Machines of every kind of verdict, whose texts are spoilt as well. */
const some = ["bare-metal-4090", "cpu-wheel", "smi-hangs", "wsl2-docker-no-gpus"];

describe("SARIF", () => {
  // Written for the schemas of old: without the u flag for patterns, and with "id" where "$id" stands today.
  const {
    $schema: _,
    id: __,
    ...schema
  } = JSON.parse(readFileSync(new URL("sarif-2.1.0-rtm.5.json", schemas), "utf8")) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);

  test.each(names)("of %s meets the schema of 2.1.0", async (name) => {
    const { check, gate } = await reportsOf(name);
    for (const log of [
      sarifReport(check, "fail"),
      sarifReport(check, "unknown"),
      sarifReport(gate.check, "fail", gate),
      ...(some.includes(name) ? [sarifReport(spoilt(check), "fail", spoilt(gate))] : []),
    ]) {
      validate(JSON.parse(JSON.stringify(log)));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test("rules are cause ids with help, and results point at them", async () => {
    const { check } = await reportsOf("cpu-wheel");
    const [run] = sarifReport(check, "fail").runs;
    const rules = run?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(check.causes.map(({ id }) => id));
    expect(rules.every(({ help, shortDescription }) => help && shortDescription)).toBe(true);
    for (const { ruleId, ruleIndex } of run?.results ?? []) expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
    expect(run?.results?.[0]).toMatchObject({ level: "error" });
  });

  test("what could not be told is a notification, and no result", async () => {
    const { check } = await reportsOf("smi-hangs");
    const [run] = sarifReport(check, "fail").runs;
    const unknown = check.findings.filter(({ status }) => status === "unknown").map(({ id }) => id);
    expect(unknown.length).toBeGreaterThan(0);
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.map(({ descriptor }) => descriptor?.id)).toEqual(unknown);
  });

  test("a script's problem has a place in its file", async () => {
    const { gate } = await reportsOf("bare-metal-4090");
    const results = sarifReport(gate.check, "fail", gate).runs[0]?.results ?? [];
    expect(
      results.find(({ ruleId }) => ruleId === "missing-main-guard")?.locations?.[0]?.physicalLocation,
    ).toMatchObject({
      artifactLocation: { uri: "/home/user/a%20b:c,d.py" },
      region: { startLine: 3, startColumn: 1 },
    });
  });
});

describe("JUnit", () => {
  const xsd = XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(new URL("jenkins-junit.xsd", schemas))));
  const read = (xml: string): XmlDocument => {
    const document = XmlDocument.fromString(xml);
    xsd.validate(document);
    return document;
  };

  test.each(names)("of %s meets the schema of Jenkins and says every row", async (name) => {
    const { check, gate } = await reportsOf(name);
    for (const rows of [
      rowsOfCheck(check, "fail"),
      [...rowsOfPreflight(gate), ...rowsOfGatedCheck(gate)],
      ...(some.includes(name) ? [rowsOfCheck(spoilt(check), "unknown"), rowsOfPreflight(spoilt(gate))] : []),
    ]) {
      using document = read(junitReport(rows, check));
      expect(document.find("//testcase")).toHaveLength(rows.length);
      expect(document.find("//testcase/failure")).toHaveLength(rows.filter(({ status }) => status === "error").length);
      const skipped = rows.filter(({ status }) => status === "skipped" || status === "unknown");
      expect(document.find("//testcase/skipped")).toHaveLength(skipped.length);
      expect(document.find("//x")).toEqual([]);
    }
  });

  test("what failed is told by cause and fix; what is unknown is no pass", async () => {
    const { check } = await reportsOf("cpu-wheel");
    using document = read(junitReport(rowsOfCheck(check, "fail"), check));
    const failure = document.get("//testcase[@name='frameworks.gpu-build']/failure");
    expect(failure?.content).toContain("cause cpu-only-wheel");
    expect(failure?.content).toContain("$ ");
    const hung = (await reportsOf("smi-hangs")).check;
    const rows = rowsOfCheck(hung, "fail").filter(({ status }) => status === "unknown");
    expect(rows.length).toBeGreaterThan(0);
    using other = read(junitReport(rows, hung));
    expect(other.find("//testcase[not(skipped)]")).toEqual([]);
  });

  test("any text is well-formed XML", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const row: Row = { suite: "check", id: text, title: text, status: "error", says: text, more: text, seconds: 0 };
        using document = read(junitReport([row, { ...row, status: "note" }], { startedAt: startedAt.toISOString() }));
        expect(document.find("//testcase")).toHaveLength(2);
      }),
      { numRuns: 50 },
    );
  });
});

describe("Prometheus", () => {
  const value = (text: string, name: string, labels: Record<string, string> = {}): string | undefined =>
    parsePrometheus(text)
      .find((family) => family.name === `envdoctor_${name}`)
      ?.metrics.find((metric) => Object.entries(labels).every(([label, is]) => metric.labels?.[label] === is))?.value;

  test.each(names)("of %s is read by a parser, and says verdict and checks", async (name) => {
    const { run, check, gate } = await reportsOf(name);
    const text = await prometheusReport(check, run.facts, gate);
    expect(value(text, "verdict", { status: check.verdict.status })).toBe("1");
    expect(value(text, "gpu_training", { answer: check.verdict.gpuTraining })).toBe("1");
    for (const { id, status } of check.findings) expect(value(text, "check_status", { check: id, status })).toBe("1");
    expect(value(text, "preflight_allowed")).toBe(gate.allowed ? "1" : "0");
    const again = await prometheusReport(spoilt(check), run.facts, spoilt(gate));
    expect(again.split("\n").filter((line) => !/^(?:#|envdoctor_|$)/.test(line))).toEqual([]);
  });

  test("has the driver, the temperature and the cost at the start", async () => {
    const { run, check } = await reportsOf("bare-metal-4090");
    const text = await prometheusReport(check, run.facts);
    expect(value(text, "machine_info", { driver: "550.54.14", cuda: "12.4" })).toBe("1");
    expect(value(text, "gpu_temperature_celsius", { gpu: "0" })).toBe("34");
    expect(value(text, "gpu_memory_bytes", { gpu: "0" })).toBe(String(24564 * 2 ** 20));
    expect(value(text, "duration_seconds")).toBe("0.012");
  });

  test("passes promtool", async () => {
    const { run, check, gate } = await reportsOf("bare-metal-4090");
    const text = await prometheusReport(spoilt(check), run.facts, spoilt(gate));
    try {
      execFileSync("promtool", ["check", "metrics"], { input: text, stdio: ["pipe", "pipe", "pipe"] });
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOENT") throw error;
      console.warn("NOT RUN: promtool (Debian's package prometheus) is not here");
    }
  });
});

/** As GitHub's runner reads it: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
function runnerReads(line: string): { command: string; properties: Record<string, string>; data: string } | undefined {
  const [, command = "", given = "", data = ""] = /^::([\w-]+)(?: (.*?))?::(.*)$/.exec(line) ?? [];
  if (command === "") return undefined;
  const plain = (text: string): string => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
  const properties = given.split(",").map((part) => {
    const equals = part.indexOf("=");
    return [
      part.slice(0, equals),
      plain(
        part
          .slice(equals + 1)
          .replaceAll("%3A", ":")
          .replaceAll("%2C", ","),
      ),
    ];
  });
  return { command, properties: Object.fromEntries(properties), data: plain(data) };
}

describe("GitHub annotations", () => {
  test("say what refuses and where, one line each", async () => {
    const { gate } = await reportsOf("cpu-wheel");
    const lines = githubAnnotations(rowsOfPreflight(gate)).trimEnd().split("\n").map(runnerReads);
    expect(lines).toEqual([
      expect.objectContaining({ command: "error", properties: { title: "envdoctor: torch.cuda" } }),
      expect.objectContaining({ command: "warning", properties: { title: "envdoctor: gpu.memoryMiB?>=999999" } }),
      expect.objectContaining({
        command: "error",
        properties: { file: "/home/user/a b:c,d.py", line: "3", col: "1", title: "envdoctor: missing-main-guard" },
      }),
    ]);
  });

  test("carry any text whole, and no text makes a second one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (title, says) => {
        const row: Row = { suite: "check", id: "a", title, status: "error", says, more: "", seconds: 0 };
        const lines = githubAnnotations([row])
          .split(/[\r\n]/)
          .filter((line) => line !== "");
        expect(lines).toHaveLength(1);
        const read = runnerReads(lines[0] ?? "");
        expect(read?.properties["title"]).toBe(`envdoctor: ${title}`);
        expect(read?.data).toBe(says);
      }),
    );
  });
});

describe("what people read", () => {
  const look = { colour: false, width: 80, unicode: true } as const;

  test.each(["en", "zh"] as const)("says what refused and what to do next, in %s", async (language) => {
    const { run } = await reportsOf("cpu-wheel");
    const text = preflightText(preflightReport(run, language), { ...look, language }, { verbose: false, quiet: false });
    expect(text).toContain("✗ torch.cuda");
    expect(text).toContain("cpu-only-wheel");
    expect(text.trimEnd().split("\n").at(-1)).toMatch(language === "en" ? /^Next: / : /^下一步：/);
    expect(text).not.toMatch(/[\u0007\u001b]/);
  });

  test("no text of a machine is markup", async () => {
    const { gate } = await reportsOf("bare-metal-4090");
    const lines = preflightMarkdown(spoilt(gate), "en").trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("|")).length).toBe(gate.requirements.length + 2);
    expect(lines.join("\n")).not.toMatch(/[^\\]<x>/);
  });
});
