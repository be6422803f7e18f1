/**
 * Reads a report of `check --json` or `preflight --json` from stdin and prints why the node is unfit, in one line that
 * Slurm takes for a reason. The arguments are those of the command that wrote it, for its --fail-on level.
 */
import { readFileSync } from "node:fs";

const levels = { fail: ["fail"], warn: ["fail", "warn"], unknown: ["fail", "warn", "unknown"] };
const longest = 200;

function why(report, args) {
  const check = report.kind === "preflight" ? report.check : report;
  const level = /--fail-on[= ](\w+)/.exec(args.join(" "))?.[1] ?? "fail";
  const counting = levels[level] ?? levels.fail;
  const requirements = (report.requirements ?? []).filter(
    (r) => r.severity !== "warn" && (r.status === "fail" || (r.status === "unknown" && !r.optional)),
  );
  // preflight refuses by its requirements alone.
  if (requirements.length > 0)
    return requirements.map((r) => `${r.require} (found ${r.found ?? "nothing"})`).join("; ");
  const findings = check.findings.filter((f) => counting.includes(f.status));
  const ids = new Set(findings.map((f) => f.id));
  const causes = check.causes.filter((c) => c.harmless !== true && c.findings.some((id) => ids.has(id)));
  const parts = [
    ...causes.map((c) => `${c.id}: ${c.title}`),
    // What no cause explains yet: a driver that gave no answer, for one.
    ...findings
      .filter((f) => !causes.some((c) => c.findings.includes(f.id)))
      .map((f) => `${f.id} ${f.status}: ${f.detail ?? f.found ?? f.title}`),
  ];
  return parts.length === 0 ? "unfit" : parts.join("; ");
}

const text = `envdoctor: ${why(JSON.parse(readFileSync(0, "utf8")), process.argv.slice(2))}`;
const line = text.replace(/[\s"'\\]+/g, " ").replace(/[^\x20-\x7e]/g, "?");
console.log(line.length > longest ? `${line.slice(0, longest - 3)}...` : line);
