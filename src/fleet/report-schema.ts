import { z } from "zod";
import { message, type Said } from "../text/message.ts";
import { excerpt } from "../text/plain.ts";

/**
 * What the comparison reads of a report of `check --json`. Open and without the lists of names, so that reports of a
 * neighbouring version of envdoctor are read as well; the closed shape is src/report/schemas.ts.
 */
const text = z.string();
const orNull = <T extends z.ZodType>(of: T): z.ZodNullable<T> => z.nullable(of);

const checkSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal("check"),
  /** Added by whoever ran envdoctor: the report itself names no host. */
  host: text.optional(),
  tool: z.object({ version: text }),
  startedAt: text,
  verdict: z.object({ status: z.enum(["ready", "degraded", "not-ready"]) }),
  machine: z.object({
    platform: orNull(text),
    os: orNull(text),
    kernel: orNull(text),
    arch: orNull(text),
    wsl: orNull(z.object({ version: z.number(), package: orNull(text) })),
    hypervisor: orNull(text),
    container: orNull(text),
  }),
  gpus: z.array(z.object({ name: orNull(text), pciId: orNull(text), memoryMiB: orNull(z.number()) })),
  cuda: z.object({
    driverVersion: orNull(text),
    driverApi: orNull(text),
    toolkits: z.array(z.object({ version: text })),
  }),
  pythons: z.array(
    z.object({
      version: orNull(text),
      environment: text,
      active: z.boolean(),
      startMethod: orNull(text),
      frameworks: z.array(z.object({ name: text, version: text })),
    }),
  ),
  limits: z.object({
    cpus: orNull(z.number()),
    memoryMiB: orNull(z.number()),
    shmMiB: orNull(z.number()),
    openFiles: orNull(z.number()),
  }),
  unknown: z.record(text, text),
  causes: z.array(z.object({ id: text, title: text, harmless: z.boolean().optional() })),
  findings: z.array(
    z.object({
      id: text,
      status: z.enum(["pass", "warn", "fail", "skipped", "unknown"]),
      title: text,
      detail: orNull(text),
      found: orNull(text),
      wanted: orNull(text),
    }),
  ),
});

const preflightSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal("preflight"),
  host: text.optional(),
  requirements: z.array(
    z.object({
      require: text,
      status: text,
      found: orNull(text),
      reason: orNull(text),
      severity: text.optional(),
      optional: z.boolean().optional(),
    }),
  ),
  check: checkSchema,
});

export type MachineReport = z.infer<typeof checkSchema>;
type Finding = MachineReport["findings"][number];

/** A report, or why what stands there is none. */
export type Reading =
  | { readonly ok: true; readonly report: MachineReport }
  | { readonly ok: false; readonly reason: Said };

const texts = {
  noObject: message("no report: the JSON holds {what}", "不是报告：该 JSON 的内容是{what}"),
  noKind: message(
    'no report of envdoctor: it has no "kind"; expected what `envdoctor check --json` prints',
    '不是 envdoctor 的报告：没有 "kind"；应为 `envdoctor check --json` 的输出',
  ),
  kind: message(
    'of kind "{kind}"; expected what `envdoctor check --json` prints',
    '类型为 "{kind}"；应为 `envdoctor check --json` 的输出',
  ),
  snapshot: message(
    "a snapshot, no report; make one of it with `envdoctor check --json --from FILE`",
    "这是快照而不是报告；请用 `envdoctor check --json --from FILE` 生成报告",
  ),
  version: message(
    "schemaVersion {version}, and this envdoctor reads 1: use the version that wrote it",
    "schemaVersion 为 {version}，而此版本的 envdoctor 只能读取 1：请使用写出该文件的版本",
  ),
  shape: message("no valid report at {path}: {what}", "{path} 处不符合报告格式：{what}"),
};

/** Takes a parsed document for a report; one of `preflight` counts with the requirements that failed. */
export function readReport(document: unknown): Reading {
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    return {
      ok: false,
      reason: texts.noObject({ what: Array.isArray(document) ? "[…]" : String(document).slice(0, 40) }),
    };
  }
  const { kind, schemaVersion } = document as { readonly kind?: unknown; readonly schemaVersion?: unknown };
  if (typeof kind !== "string") return { ok: false, reason: texts.noKind() };
  if (kind === "snapshot") return { ok: false, reason: texts.snapshot() };
  if (kind !== "check" && kind !== "preflight")
    return { ok: false, reason: texts.kind({ kind: excerpt(kind, 1, 40) }) };
  if (schemaVersion !== 1)
    return { ok: false, reason: texts.version({ version: excerpt(String(schemaVersion), 1, 20) }) };
  if (kind === "check") {
    const read = checkSchema.safeParse(document);
    return read.success ? { ok: true, report: read.data } : { ok: false, reason: whatIsWrong(read.error) };
  }
  const read = preflightSchema.safeParse(document);
  if (!read.success) return { ok: false, reason: whatIsWrong(read.error) };
  const { check, host, requirements } = read.data;
  const refused = requirements.flatMap((r) => requirementFinding(r));
  return { ok: true, report: { ...check, host: host ?? check.host, findings: [...check.findings, ...refused] } };
}

/** A requirement that only warns counts as a warning, an optional one may be unknown. */
function requirementFinding(r: z.infer<typeof preflightSchema>["requirements"][number]): readonly Finding[] {
  const { require: wanted, status, found, reason: detail, severity, optional } = r;
  if (status !== "fail" && (status !== "unknown" || optional === true)) return [];
  const counts = severity === "warn" ? "warn" : status;
  return [{ id: `require ${wanted}`, status: counts, title: wanted, detail, found, wanted }];
}

function whatIsWrong({ issues }: z.ZodError): Said {
  const [first] = issues;
  const path = first?.path.map(String).join(".") ?? "";
  return texts.shape({ path: excerpt(path, 1, 80) || "the top", what: first?.message ?? "" });
}
