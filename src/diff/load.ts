import { readFile } from "node:fs/promises";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { gatherFacts } from "../facts/gather.ts";
import { mustBe, parseObject, shown } from "../host/json-file.ts";
import { recordingIn } from "../host/load-recording.ts";
import { recordedHost } from "../host/recorded.ts";
import type { Recording } from "../host/recording.ts";
import { type KnownNames, redact, redactorFor } from "../host/redact.ts";
import { checkReport } from "../report/check-report.ts";
import { type Language, message } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";
import type { Knowledge } from "./compare.ts";
import { type ReadReport, readReportSchema } from "./report-schema.ts";
import type { Side } from "./side.ts";

const texts = {
  unreadable: message("cannot read {file}: {why}", "无法读取 {file}：{why}"),
  wanted: message(
    "a snapshot (envdoctor snapshot -o FILE) or a report (envdoctor check --json -o FILE)",
    "快照（envdoctor snapshot -o FILE）或报告（envdoctor check --json -o FILE）",
  ),
  kind: message(
    '{file}: kind: expected "snapshot" or "check", found {found}',
    '{file}：kind：应为 "snapshot" 或 "check"，实为 {found}',
  ),
  version: message(
    "{file}: schemaVersion: expected 1 for a report, found {found}; use the envdoctor that wrote it, or a snapshot",
    "{file}：schemaVersion：报告应为 1，实为 {found}；请使用写出它的 envdoctor，或改用快照",
  ),
};

/**
 * A snapshot or a report of `check --json` (or of `preflight`, which holds one). Throws a UsageError for all else. A
 * snapshot is judged in `language`; what a report says stays in its English.
 */
export async function loadSide(file: string, language: Language): Promise<Side> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(texts.unreadable({ file, why: systemError(error) }));
  });
  const content = parseObject(text, file, texts.wanted());
  if (content.kind === "snapshot") return sideOfRecording(recordingIn(content, file), file, language);
  const report = content.kind === "preflight" && "check" in content ? content.check : content;
  const { kind, schemaVersion } = Object(report) as { readonly kind?: unknown; readonly schemaVersion?: unknown };
  if (kind !== "check") throw new UsageError(texts.kind({ file, found: shown(kind) }));
  if (schemaVersion !== 1) throw new UsageError(texts.version({ file, found: shown(schemaVersion) }));
  mustBe(readReportSchema, report, file);
  const read = anonymous(report as ReadReport, text);
  return { file, source: "check", at: read.startedAt, report: read, seen: null };
}

/** What a report quotes of its machine, redacted as a snapshot of it would be as far as its own text tells whose it is. */
function anonymous(report: ReadReport, text: string): ReadReport {
  const clean = redactorFor({ ...nobody, files: { report: text } });
  const { verdict, findings, causes } = report;
  return {
    ...report,
    verdict: { ...verdict, next: clean(verdict.next) },
    findings: findings.map((finding) => ({ ...finding, found: clean(finding.found) })),
    causes: causes.map((cause) => ({
      ...cause,
      fix: cause.fix.map((fix) => ({ ...fix, title: clean(fix.title), commands: clean(fix.commands) })),
    })),
  };
}

const nobody: Recording = {
  schemaVersion: 1,
  kind: "snapshot",
  tool: { name: "envdoctor", version: "" },
  recordedAt: "",
  identity: {
    ...{ platform: "linux", arch: "", release: "", cwd: "/", home: "/", uid: null, gids: [] },
    ...{ availableParallelism: 0, totalMemoryBytes: 0, node: { version: "", napi: "", execPath: "" } },
  },
  ...{ env: {}, commands: {}, files: {}, folders: {}, stats: {}, realPaths: {}, spaces: {}, inventory: null },
};

/** Redacted first, whoever took it: equal things must be spelt equally on both sides. */
export async function sideOfRecording(
  recording: Recording,
  file: string | null,
  language: Language,
  known?: KnownNames,
): Promise<Side> {
  const redacted = redact(recording, known);
  const facts = await gatherFacts(recordedHost(redacted), redacted.look);
  const checked = {
    facts,
    diagnosis: diagnose(facts, checks, catalogue),
    version: recording.tool.version,
    startedAt: new Date(recording.recordedAt),
    durationMs: 0,
  };
  return {
    file,
    source: "snapshot",
    at: recording.recordedAt,
    report: checkReport(checked, language),
    seen: { facts, env: redacted.env, home: redacted.identity.home },
  };
}

export const knowledge: Knowledge = {
  diagnose: (facts) => diagnose(facts, checks, catalogue),
  catalogue,
  titles: new Map(checks.map(({ id, title }) => [id, title])),
};
