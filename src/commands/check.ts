import type { CommonOptions } from "../cli/options.ts";
import type { Check, Finding } from "../diagnosis/check.ts";
import type { Diagnosis } from "../diagnosis/diagnose.ts";
import type { Side } from "../diff/side.ts";
import { exitCodes } from "../exit-codes.ts";
import { gatherFacts } from "../facts/gather.ts";
import { type Checked, checkReport } from "../report/check-report.ts";
import type { Subject } from "../report/html/redact.ts";
import { message } from "../text/message.ts";
import { version } from "../version.ts";
import { defaultDeadline, openHost } from "./host.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";
import { observed, subjectOf } from "./subject.ts";

type Level = "fail" | "warn" | "unknown";

export interface CheckOptions extends CommonOptions {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly from?: string;
  readonly since?: string;
  readonly python?: string;
  readonly data?: string;
  readonly failOn: Level;
}

const texts = {
  unknown: message(
    "unknown check '{wrong}'{near}. All of them: {ids}",
    "未知检查项 '{wrong}'{near}。全部检查项：{ids}",
  ),
};

/** Made to be passed on, so redacted as a snapshot is; the others are of the own machine, and free of credentials. */
const sharedFormats = ["markdown", "html"];

/** `envdoctor check`: looks at the machine, judges it, reports, and sets the exit code by --fail-on. */
export async function check(options: CheckOptions): Promise<void> {
  const format = formatOf(options);
  const then =
    options.since === undefined
      ? null
      : await (await import("./since.ts")).earlierSide(options.since, format, lookOf(options).language);
  const examined = await examine(options, then !== null || sharedFormats.includes(format));
  const report = await render(examined, format, options);
  const compared = then === null ? null : await comparedWith(then, examined, format, report, options);
  await writeReport(compared?.report ?? report, options);
  process.exitCode = compared?.worse ? exitCodes.findings : codeOfCheck(examined, options);
}

/** The report with what changed since then behind it. */
async function comparedWith(
  then: Side,
  examined: Examined,
  format: string,
  report: string,
  options: CheckOptions,
): Promise<{ readonly report: string; readonly worse: boolean }> {
  const { since, withComparison } = await import("./since.ts");
  const look = lookOf(options);
  const diff = await since(then, subjectOf(examined), format === "json" ? "en" : look.language);
  const detail = { verbose: options.verbose ?? false, quiet: options.quiet ?? false };
  return { report: await withComparison(report, diff, format, look, detail), worse: diff.outcome === "worse" };
}

export interface Examined extends Checked {
  /** Where it is asked for: whose machine it is. */
  readonly subject: (() => Subject) | null;
}

/** Looks and judges; `forPage`: also notes whose machine it is. */
export async function examine(options: CheckOptions, forPage: boolean): Promise<Examined> {
  if (options.only || options.skip) await rejectUnknownChecks(options, (await import("./knowledge.ts")).checks);
  const startedAt = new Date();
  const began = performance.now();
  const opened = await openHost(options);
  const noted = forPage ? await observed(opened, options.from === undefined) : null;
  const gathering = gatherFacts(noted?.host ?? opened.host, opened.look, {
    totalMs: (options.deadline ?? defaultDeadline) * 1000,
  });
  // Half a megabyte of checks and causes is read while the interpreters that were asked are starting.
  await new Promise(setImmediate);
  const { checks, catalogue, diagnose } = await import("./knowledge.ts");
  const facts = await gathering;
  const chosen = checks.filter(({ id }) => !options.skip?.includes(id));
  const diagnosis = narrow(diagnose(facts, chosen, catalogue), options.only);
  opened.close();
  const durationMs = performance.now() - began;
  return { facts, diagnosis, version, startedAt, durationMs, subject: noted?.subject ?? null };
}

export function codeOfCheck({ diagnosis }: Checked, { failOn }: Pick<CheckOptions, "failOn">): number {
  return reaches(diagnosis.findings, failOn) ? exitCodes.findings : exitCodes.ok;
}

export async function render(checked: Examined, format: string, options: CheckOptions): Promise<string> {
  const look = lookOf(options);
  switch (format) {
    case "json":
      return json(checkReport(checked, "en"));
    case "markdown": {
      const [{ markdownReport }, { redactor }] = await Promise.all([
        import("../report/markdown.ts"),
        import("../report/html/redact.ts"),
      ]);
      const safe = redactor(subjectOf(checked))<Checked>(checked);
      return markdownReport(checkReport(safe, look.language), look.language);
    }
    case "html": {
      const { checkHtml } = await import("../report/html/check.ts");
      return checkHtml(checked, look.language, subjectOf(checked));
    }
    case "junit": {
      const [{ junitReport }, { rowsOfCheck }] = await Promise.all([
        import("../report/junit.ts"),
        import("../report/rows.ts"),
      ]);
      const report = checkReport(checked, "en");
      return junitReport(rowsOfCheck(report, options.failOn), report);
    }
    case "sarif":
      return json((await import("../report/sarif.ts")).sarifReport(checkReport(checked, "en"), options.failOn));
    case "prometheus":
      return (await import("../report/prometheus.ts")).prometheusReport(checkReport(checked, "en"), checked.facts);
    default: {
      const { textReport } = await import("../report/text.ts");
      const detail = { verbose: options.verbose ?? false, quiet: options.quiet ?? false };
      return textReport(checkReport(checked, look.language), look, detail);
    }
  }
}

async function rejectUnknownChecks({ only = [], skip = [] }: CheckOptions, checks: readonly Check[]): Promise<void> {
  const ids = checks.map((c) => c.id);
  const wrong = [...only, ...skip].find((id) => !ids.includes(id));
  if (wrong === undefined) return;
  const [{ nearest }, { UsageError }] = await Promise.all([import("../text/nearest.ts"), import("../usage-error.ts")]);
  throw new UsageError(texts.unknown({ wrong, near: nearest(wrong, ids), ids: ids.join(", ") }));
}

/** --only narrows what is reported; the others still run, for they may explain the ones that were asked for. */
function narrow(diagnosis: Diagnosis, only: readonly string[] | undefined): Diagnosis {
  if (only === undefined) return diagnosis;
  const findings = diagnosis.findings.filter((f) => only.includes(f.id));
  const roots = new Set(findings.flatMap((f) => [f.id, f.blockedBy]));
  return { ...diagnosis, findings, causes: diagnosis.causes.filter((c) => c.findings.some((id) => roots.has(id))) };
}

function reaches(findings: readonly Finding[], level: Level): boolean {
  const levels: Record<Level, readonly Finding["status"][]> = {
    fail: ["fail"],
    warn: ["fail", "warn"],
    unknown: ["fail", "warn", "unknown"],
  };
  // What a failed check blocks counts with it, so that --only on a blocked check is not green.
  return findings.some((f) => levels[level].includes(f.status) || (f.status === "skipped" && f.blockedBy !== null));
}
