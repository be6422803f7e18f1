import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { features, noneValue, unknownValue } from "../fleet/features.ts";
import { type Language, message, type Said } from "../text/message.ts";
import type { FleetReport, ReportedOddity } from "./fleet-report.ts";

type Value = string | number;

const texts = {
  unknown: message("unknown", "未知"),
  none: message("none", "无"),
  deviation: message("{feature}: {found}, usually {usual}", "{feature}：{found}，通常为 {usual}"),
  value: message("{value} on {machines}", "{machines} 台为 {value}"),
  sum: {
    machines: message("machines: {count}", "机器数：{count}"),
    alike: message("alike: {count}", "一致：{count}"),
    sick: message("sick: {count}", "故障：{count}"),
    odd: message("odd: {count}", "有差异：{count}"),
    missing: message("sent nothing: {count}", "未发送报告：{count}"),
    unreadable: message("unreadable: {count}", "无法读取：{count}"),
  },
  uniform: message("All {count} machines are healthy and alike.", "全部 {count} 台机器正常且一致。"),
  causeNext: message("envdoctor causes {id}   ({count}: {nodes})", "envdoctor causes {id}   （{count}：{nodes}）"),
  oddNext: message("look at {nodes}", "检查 {nodes}"),
  missingNext: message("find out why {nodes} sent nothing", "查明 {nodes} 为何没有发送报告"),
  unreadableNext: message("run envdoctor again on {nodes}", "在 {nodes} 上重新运行 envdoctor"),
  finding: message("{title}: {status}, {found}", "{title}：{status}，{found}"),
  problems: {
    fail: message("fail", "失败"),
    warn: message("warning", "警告"),
    unknown: message("unknown", "未知"),
  },
  machine: message("1 machine", "1 台"),
  machines: message("{count} machines", "{count} 台"),
  splitNext: message("decide which {feature} all machines should have", "确定所有机器应统一使用的{feature}"),
};

export const statusTitles = {
  sick: message("sick", "故障")(),
  odd: message("odd", "有差异")(),
};

const titleOfFeature = (id: string): Said | undefined => features.find((f) => f.id === id)?.title;

function shownValue(feature: string, value: Value, language: Language): string {
  if (value === unknownValue) return texts.unknown()[language];
  if (value === noneValue) return texts.none()[language];
  const unit = features.find((f) => f.id === feature)?.unit;
  if (unit === undefined || typeof value !== "number") return String(value);
  return value >= 10_240 ? `${Math.round(value / 1024)} GiB` : `${value} MiB`;
}

/** "driver: 535.54.03, usually 550.54.14" */
export function deviationLine(
  { feature, found, usual }: ReportedOddity["deviations"][number],
  language: Language,
): string {
  return texts.deviation({
    feature: titleOfFeature(feature)?.[language] ?? feature,
    found: shownValue(feature, found, language),
    usual: shownValue(feature, usual, language),
  })[language];
}

export function machineCount(count: number, language: Language): string {
  return (count === 1 ? texts.machine() : texts.machines({ count }))[language];
}

/** "Shared memory: warning, 64 MiB"; the check's title is ours in the language asked for, else as the report has it. */
export function findingLine(finding: ReportedOddity["findings"][number], language: Language): string {
  const { id, status, found, detail } = finding;
  const title = checks.find((c) => c.id === id)?.title[language] ?? finding.title;
  return texts.finding({ title, status: texts.problems[status]()[language], found: found ?? detail ?? "?" })[language];
}

export function causeTitle(id: string, title: string, language: Language): string {
  return Object.values(catalogue).find((c) => c.id === id)?.title[language] ?? title;
}

/** "8 × NVIDIA H100 80GB HBM3, 192 CPUs, …": what makes a kind, in one line. */
export function hardwareLine(usual: FleetReport["kinds"][number]["usual"], language: Language): string {
  const shown = (id: string): string => shownValue(id, usual[id] ?? unknownValue, language);
  const gpus =
    usual["gpu.count"] === 0 ? `GPU: ${texts.none()[language]}` : `${shown("gpu.count")} × ${shown("gpu.model")}`;
  const memory = typeof usual["gpu.memoryMiB"] === "number" ? ` (${shown("gpu.memoryMiB")})` : "";
  return `${shown("system")}, ${gpus}${memory}, ${shown("limits.cpus")} CPU, ${shown("limits.memoryMiB")} RAM`;
}

/** Software of a kind that is there at all, as "driver 550.54.14". */
export function softwareLine(usual: FleetReport["kinds"][number]["usual"], language: Language): string {
  return features
    .filter(({ id, part }) => part === "software" && usual[id] !== noneValue && usual[id] !== undefined)
    .map(({ id, title }) => `${title[language]} ${shownValue(id, usual[id] ?? unknownValue, language)}`)
    .join(", ");
}

export function splitLine(
  { feature, values }: FleetReport["kinds"][number]["differs"][number],
  language: Language,
): string {
  const parts = values
    .slice(0, 5)
    .map(({ value, machines }) => texts.value({ value: shownValue(feature, value, language), machines })[language]);
  const more = values.length > 5 ? ", …" : "";
  return `${titleOfFeature(feature)?.[language] ?? feature}: ${parts.join(", ")}${more}`;
}

export function countsLine({ counts }: FleetReport, language: Language): string {
  const shown = (["machines", "alike", "sick", "odd", "missing", "unreadable"] as const).flatMap((name) => {
    const count = counts[name];
    return count === null ? [] : [texts.sum[name]({ count })[language]];
  });
  return shown.join(language === "zh" ? "，" : ", ");
}

/** The one thing to do next; null where all is well. */
export function nextStep(report: FleetReport, language: Language): string | null {
  const [worst] = report.oddities;
  const cause = worst?.causes[0] ?? report.causes.find(() => report.counts.sick > 0);
  if (worst?.status === "sick" && worst.causes[0] === undefined)
    return texts.oddNext({ nodes: cut(worst.nodes) })[language];
  if (cause !== undefined) {
    const counted = report.causes.find((c) => c.id === cause.id);
    return texts.causeNext({
      id: cause.id,
      count: machineCount(counted?.machines ?? 1, language),
      nodes: cut(counted?.nodes ?? ""),
    })[language];
  }
  if (report.missing.length > 0) return texts.missingNext({ nodes: cut(report.missing.join(",")) })[language];
  if (report.unreadable.length > 0) {
    return texts.unreadableNext({ nodes: cut(report.unreadable.map((u) => u.machine).join(",")) })[language];
  }
  if (worst !== undefined) return texts.oddNext({ nodes: cut(worst.nodes) })[language];
  const split = report.kinds.flatMap((k) => k.differs)[0];
  return split === undefined
    ? null
    : texts.splitNext({ feature: titleOfFeature(split.feature)?.[language] ?? split.feature })[language];
}

export const allWell = ({ counts }: FleetReport, language: Language): string =>
  texts.uniform({ count: counts.machines })[language];

/** Long lists of names, cut where they are only pointed at. */
export function cut(nodes: string, longest = 60): string {
  return nodes.length <= longest ? nodes : `${nodes.slice(0, longest - 1)}…`;
}
