import { type Evidence, type Fact, known } from "../facts/fact.ts";
import { type Language, message, type Said } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { vocabulary } from "./names.ts";
import { holds, parseRequirement, type Reading, type Requirement } from "./requirement.ts";
import type { Subject } from "./subject.ts";

/** What a requirement that does not hold does: refuse the command, or only say so. */
export type Severity = "fail" | "warn";

/** A requirement with what somebody decided about it. */
export interface Demand {
  readonly requirement: Requirement;
  readonly severity: Severity;
  /** Why it is asked for, in the words of whoever wrote the policy. */
  readonly because: string | null;
  readonly waivers: readonly Waiver[];
}

/** Lets a demand pass for a time. */
export interface Waiver {
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, "2026-12-31". */
  readonly expires: string;
}

export interface Judged {
  readonly demand: Demand;
  readonly status: "pass" | "fail" | "unknown" | "waived";
  readonly found: string | null;
  /** null where it holds. */
  readonly reason: Said | null;
  /** The waiver that lets it pass. */
  readonly waiver: Waiver | null;
}

export interface Judgement {
  readonly allowed: boolean;
  readonly demands: readonly Judged[];
}

const texts = {
  noName: message("no such name", "没有这个名称"),
  lookFailed: message("the look itself failed: {why}", "查看本身失败：{why}"),
  notThere: message("there is none here", "这里没有"),
  notThereBecause: message("there is none here: {why}", "这里没有：{why}"),
  unknown: message("it cannot be told: {why}", "无法判断：{why}"),
  found: message("found {found}", "实际为 {found}"),
  foundBecause: message("found {found}: {why}", "实际为 {found}：{why}"),
  waived: message("waived by {owner} until {expires}: {reason}", "已由 {owner} 豁免至 {expires}：{reason}"),
  expired: message("the waiver of {owner} ended on {expires}", "{owner} 的豁免已于 {expires} 到期"),
  joined: message("{first}; {second}", "{first}；{second}"),
};

/**
 * What is asked for where the user asks for nothing: that `check` finds nothing in the way of training. What may spoil
 * a long run without stopping it is told as a warning.
 */
const always: readonly (readonly [string, Severity])[] = [
  ["check", "fail"],
  ["gpu.processes?=0", "warn"],
  ["gpu.throttled?=no", "warn"],
  ["gpu.eccErrors?=0", "warn"],
  ["gpu.xidErrors?=0", "warn"],
  ["disk.freeMiB?>=1024", "warn"],
];

/** Asked for whatever else is: a script that cannot start its workers is lint's to find. */
const lint = demandOf("lint?", "fail");

export function demandOf(expression: string, severity: Severity): Demand {
  return { requirement: parseRequirement(expression, vocabulary), severity, because: null, waivers: [] };
}

/** The demands of this run: those of the user, else the default ones. */
export function completed(demands: readonly Demand[]): readonly Demand[] {
  const asked = demands.length > 0 ? demands : always.map(([expression, severity]) => demandOf(expression, severity));
  return asked.some(({ requirement }) => requirement.name === "lint") ? asked : [...asked, lint];
}

/** `today`: "2026-11-22", in the machine's own time zone. */
export function judge(subject: Subject, demands: readonly Demand[], today: string): Judgement {
  const judged = demands.map((demand) => judgeDemand(subject, demand, today));
  return { allowed: !judged.some(refuses), demands: judged };
}

/** Does it keep the command from being started? */
export function refuses({ demand, status }: Judged): boolean {
  if (demand.severity === "warn" || status === "pass" || status === "waived") return false;
  return status === "fail" || !demand.requirement.optional;
}

function judgeDemand(subject: Subject, demand: Demand, today: string): Judged {
  const { requirement } = demand;
  const property = vocabulary[requirement.name];
  const fact: Fact<readonly Reading[]> =
    property === undefined ? { state: "unknown", reason: texts.noName() } : read(() => property.read(subject));
  const outcome = outcomeOf(requirement, fact);
  if (outcome.status === "pass") return { demand, ...outcome, waiver: null };
  const waiver = demand.waivers.find(({ expires }) => expires >= today);
  if (waiver) return { demand, ...outcome, status: "waived", reason: texts.waived({ ...waiver }), waiver };
  const expired = demand.waivers[0];
  if (!expired || outcome.reason === null) return { demand, ...outcome, waiver: null };
  return { demand, ...outcome, reason: joined(outcome.reason, texts.expired({ ...expired })), waiver: null };
}

/** A reader that breaks must not open the gate. */
function read(look: () => Fact<readonly Reading[]>): Fact<readonly Reading[]> {
  try {
    return look();
  } catch (error) {
    return { state: "unknown", reason: texts.lookFailed({ why: systemError(error) }) };
  }
}

type Outcome = Pick<Judged, "found" | "reason"> & { readonly status: "pass" | "fail" | "unknown" };

function outcomeOf(requirement: Requirement, fact: Fact<readonly Reading[]>): Outcome {
  if (fact.state === "unknown") return { status: "unknown", found: null, reason: texts.unknown({ why: fact.reason }) };
  const why = fact.evidence?.length ? reasons(fact.evidence) : null;
  if (fact.state === "absent") {
    if (requirement.optional) return { status: "pass", found: null, reason: null };
    return { status: "fail", found: null, reason: why ? texts.notThereBecause({ why }) : texts.notThere() };
  }
  const kind = vocabulary[requirement.name]?.kind ?? "word";
  const found = inWords(known(fact) ?? []);
  if (fact.value.every((reading) => holds(requirement, kind, reading))) return { status: "pass", found, reason: null };
  // The excerpt of a plain reading is the reading itself; a "no" is told by what stands in the way.
  const explained = kind === "yes-no" || fact.value.length === 0 || (fact.value.length === 1 && fact.value[0] === 0);
  const reason = why && explained ? texts.foundBecause({ found, why }) : texts.found({ found });
  return { status: "fail", found, reason };
}

function reasons(evidence: readonly Evidence[]): Said {
  const inLanguage = (language: Language): string[] => evidence.map(({ excerpt, said }) => said?.[language] ?? excerpt);
  return { en: inLanguage("en").join("; "), zh: inLanguage("zh").join("；") };
}

const mostTold = 8;

/** The different readings; cards that are alike are told once. */
function inWords(readings: readonly Reading[]): string {
  const words = [
    ...new Set(readings.map((reading) => (typeof reading === "boolean" ? (reading ? "yes" : "no") : `${reading}`))),
  ];
  return [...words.slice(0, mostTold), ...(words.length > mostTold ? ["…"] : [])].join(", ");
}

function joined(first: Said, second: Said): Said {
  const say = (language: "en" | "zh"): string =>
    texts.joined({ first: first[language], second: second[language] })[language];
  return { en: say("en"), zh: say("zh") };
}
