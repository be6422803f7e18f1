import type { CheckReport, ReportedFinding } from "./check-report.ts";
import { type PreflightReport, refusesBy } from "./preflight-report.ts";

export type Level = "fail" | "warn" | "unknown";

/** One line of a report for a machine that reads tests or annotations. */
export interface Row {
  readonly suite: "requirements" | "lint" | "check";
  readonly id: string;
  readonly title: string;
  /** As far as it counts: `error` at or above --fail-on, `note` below it. */
  readonly status: "ok" | "note" | "error" | "unknown" | "skipped";
  /** One line; empty where all is well. */
  readonly says: string;
  /** Evidence and fixes, over several lines. */
  readonly more: string;
  readonly seconds: number;
  readonly file?: { readonly path: string; readonly line: number; readonly column: number };
}

export function rowsOfCheck(report: CheckReport, failOn: Level): Row[] {
  return report.findings.map((finding) => ({
    suite: "check",
    id: finding.id,
    title: finding.title,
    status: statusOf(finding, failOn),
    says: saysOf(finding),
    more: moreOf(finding, report),
    seconds: Math.round(finding.durationMs * 100) / 1e5,
  }));
}

/** What `check` found refuses nothing by itself: a requirement does, which has a row of its own. */
export function rowsOfGatedCheck({ check }: PreflightReport): Row[] {
  return rowsOfCheck(check, "fail").map((row) => (row.status === "error" ? { ...row, status: "note" } : row));
}

/** The requirements and the script's problems. */
export function rowsOfPreflight({ requirements, lint }: PreflightReport): Row[] {
  const asked = requirements.map((each): Row => {
    const { require, status, found, reason, because } = each;
    const trouble = status === "fail" || status === "unknown";
    return {
      suite: "requirements",
      id: require,
      title: because === null ? require : `${require} (${because})`,
      status: refusesBy(each) ? "error" : status === "waived" ? "skipped" : trouble ? "note" : "ok",
      says: reason ?? "",
      more: found === null ? "" : `found: ${found}`,
      seconds: 0,
    };
  });
  const problems = (lint?.problems ?? []).map(({ cause, line, column, message, severity }): Row => {
    const path = lint?.path ?? "";
    const place = `${path}:${line}:${column}`;
    const status = severity === "fail" ? "error" : "note";
    return {
      suite: "lint",
      id: `${cause} ${place}`,
      title: cause,
      status,
      says: message,
      more: place,
      seconds: 0,
      file: { path, line, column },
    };
  });
  return [...asked, ...problems];
}

function statusOf({ status, blockedBy }: ReportedFinding, failOn: Level): Row["status"] {
  switch (status) {
    case "pass":
      return "ok";
    case "fail":
      return "error";
    case "warn":
      return failOn === "fail" ? "note" : "error";
    case "unknown":
      return failOn === "unknown" ? "error" : "unknown";
    default:
      return blockedBy === null ? "skipped" : "unknown";
  }
}

function saysOf({ status, detail, found, wanted, blockedBy }: ReportedFinding): string {
  if (status === "pass") return "";
  if (status === "skipped")
    return blockedBy === null ? "does not apply to this machine" : `not judged: ${blockedBy} comes first`;
  const told = [found && `found ${found}`, wanted && `wanted ${wanted}`].filter(Boolean).join(", ");
  return (
    [detail, told && `(${told})`]
      .filter(Boolean)
      .join(" ")
      .replace(/\s*\n\s*/g, " ") || status
  );
}

function moreOf(finding: ReportedFinding, report: CheckReport): string {
  const causes = report.causes.filter(({ id }) => finding.causes.includes(id));
  return [
    ...finding.evidence.map(({ source, excerpt }) => `${source}: ${excerpt}`),
    ...causes.flatMap(({ id, title, fix }) => [
      `cause ${id}: ${title}`,
      ...fix.flatMap((each) => [`fix: ${each.title}`, ...each.commands.map((command) => `  $ ${command}`)]),
    ]),
  ].join("\n");
}
