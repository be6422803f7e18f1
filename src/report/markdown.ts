import { inBrackets, marksOf } from "../text/marks.ts";
import { type Language, message } from "../text/message.ts";
import type { CheckReport } from "./check-report.ts";

const texts = {
  verdict: message("Verdict", "结论"),
  next: message("Next", "下一步"),
  machine: message("Machine", "机器"),
  causes: message("Root causes", "根本原因"),
  findings: message("Checks", "检查项"),
  columns: message("| Status | Check | Found | Wanted |", "| 状态 | 检查 | 实际 | 应为 |"),
  evidence: message("Evidence", "依据"),
  none: message("none found", "没有发现"),
};

/** The report for an issue tracker: GitHub-flavoured Markdown in which nothing that a machine said can act as markup. */
export function markdownReport(report: CheckReport, language: Language): string {
  const { verdict, machine, cuda } = report;
  const say = (name: Exclude<keyof typeof texts, never>): string => texts[name]()[language];
  const facts = [
    `${machine.os ?? "?"} · ${machine.kernel ?? "?"} · ${machine.arch ?? "?"}`,
    machine.wsl ? `WSL${machine.wsl.version}` : null,
    machine.hypervisor,
    ...machine.containers,
    ...report.gpus.map(
      (gpu) => `${gpu.name ?? gpu.pciId ?? gpu.vendor}${gpu.computeCapability ? ` (${gpu.computeCapability})` : ""}`,
    ),
    cuda.driverVersion ? `driver ${cuda.driverVersion}${cuda.driverApi ? ` (CUDA ${cuda.driverApi})` : ""}` : null,
    ...report.pythons.map((p) => `Python ${p.version ?? "?"} (${p.environment}): ${frameworks(p)}`),
  ].filter((fact) => fact !== null);
  const out = [
    `## envdoctor ${report.tool.version}: ${verdict.status}`,
    "",
    `**${say("verdict")}**${marksOf(language).colon}${cell(verdict.summary)}`,
    verdict.next ? `\n**${say("next")}**${marksOf(language).colon}${code(verdict.next)}` : "",
    "",
    `### ${say("machine")}`,
    "",
    ...facts.map((fact) => `- ${cell(fact)}`),
    "",
    `### ${say("causes")}`,
    "",
    ...(report.causes.length === 0 ? [say("none")] : report.causes.flatMap((c) => causeLines(c, language))),
    "",
    `### ${say("findings")}`,
    "",
    say("columns"),
    "| --- | --- | --- | --- |",
    ...report.findings
      .filter((f) => f.status !== "skipped" || f.blockedBy !== null)
      .map(
        (f) =>
          `| ${f.status} | ${f.id} | ${cell(f.found ?? f.detail ?? f.blockedBy ?? "")} | ${cell(f.wanted ?? "")} |`,
      ),
  ];
  return `${out.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

function causeLines(cause: CheckReport["causes"][number], language: Language): string[] {
  return [
    `- **${cause.id}**${inBrackets(language, `${Math.round(cause.confidence * 100)}%`)}${marksOf(language).colon}${cell(cause.title)}`,
    ...(cause.evidence.length > 0 ? [`  - ${texts.evidence()[language]}${marksOf(language).above}`] : []),
    ...cause.evidence.slice(0, 5).map((e) => `    - ${code(`${e.source}: ${e.excerpt}`)}`),
  ];
}

function frameworks(python: CheckReport["pythons"][number]): string {
  return python.frameworks.map((f) => `${f.name} ${f.version}`).join(", ") || "-";
}

/** Text that stays text inside a table cell or list item. */
export function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/[\\`*_{}[\]<>|#!~@]/g, (mark) => `\\${mark}`);
}

/** An inline code span whatever backticks the text holds. */
export function code(text: string): string {
  const line = text.replace(/\s*\n\s*/g, " / ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
