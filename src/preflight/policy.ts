import { readFile } from "node:fs/promises";
import picomatch from "picomatch";
import { parse, TomlDate, TomlError } from "smol-toml";
import type { z } from "zod";
import zhCN from "zod/v4/locales/zh-CN.js";
import { message, type Said } from "../text/message.ts";
import { nearest } from "../text/nearest.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";
import type { Demand, Waiver } from "./gate.ts";
import { vocabulary } from "./names.ts";
import { type PolicyFile, policySchema } from "./policy-schema.ts";
import { parseRequirement, printRequirement, type Requirement, RequirementError } from "./requirement.ts";

const texts = {
  unreadable: message("cannot read the policy {path}: {why}", "无法读取策略 {path}：{why}"),
  notToml: message("{path}:{line}:{column}: not TOML", "{path}:{line}:{column}：从这里起不是有效的 TOML"),
  notTomlFor: message("{path}:{line}:{column}: not TOML: {what}", "{path}:{line}:{column}：不是有效的 TOML：{what}"),
  unknownKey: message("unknown key '{key}'{near}. There are {names}", "未知的键 '{key}'{near}。可用的键：{names}"),
  wrong: message("{path}:{line}:{column}: {what}", "{path}:{line}:{column}：{what}"),
  at: message("{at}: {what}", "{at}：{what}"),
};

export interface Policy {
  readonly demands: readonly Demand[];
  /** Waivers whose requirement the policy does not ask for, as written. */
  readonly idleWaivers: readonly string[];
}

/** Reads a policy for this host. Throws a UsageError with file, line and column of what is wrong. */
export async function loadPolicy(path: string, host: string): Promise<Policy> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(texts.unreadable({ path, why: systemError(error) }));
  });
  return parsePolicy(text, path, host);
}

export async function parsePolicy(text: string, path: string, host: string): Promise<Policy> {
  const table = withDatesAsText(parseToml(text, path));
  const checked = policySchema.safeParse(table);
  if (!checked.success) throw await wrongShape(text, path, checked.error);
  return resolved(checked.data, host, await readerOf(text, path));
}

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    const { line, column } = error;
    // The parser speaks English; the place tells the rest.
    const { zh } = texts.notToml({ path, line, column });
    throw new UsageError({ en: texts.notTomlFor({ path, line, column, what }).en, zh });
  }
}

/** An editor's TOML schema sees dates as texts, too. */
function withDatesAsText(of: unknown): unknown {
  if (of instanceof TomlDate) return of.toISOString();
  if (Array.isArray(of)) return of.map(withDatesAsText);
  if (typeof of !== "object" || of === null) return of;
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, withDatesAsText(value)]));
}

const mostTold = 5;

async function wrongShape(text: string, path: string, error: z.ZodError): Promise<UsageError> {
  const { placeIn } = await import("./policy-place.ts");
  const told = error.issues.slice(0, mostTold).map((issue) => {
    const at = issue.path.filter((key) => typeof key !== "symbol");
    const wrong = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    const place = wrong === undefined ? placeIn(text, at) : placeIn(text, [...at, wrong], "key");
    const what = wrong === undefined ? texts.at({ at: at.join("."), what: wordsOf(issue) }) : unknownKey(wrong, at);
    return texts.wrong({ path, ...place, what });
  });
  return new UsageError({
    en: told.map(({ en }) => en).join("\n"),
    zh: told.map(({ zh }) => zh).join("\n"),
  });
}

const { localeError } = zhCN();

function wordsOf(issue: z.core.$ZodIssue): Said {
  const told = localeError({ ...issue, input: undefined });
  return { en: issue.message, zh: (typeof told === "object" ? told?.message : told) ?? issue.message };
}

function unknownKey(key: string, at: readonly (string | number)[]): Said {
  const names = keysAt(at.filter((part) => typeof part === "string"));
  return texts.unknownKey({ key, near: nearest(key, names), names: names.join(", ") });
}

/** The keys that a table may have, by the names of the lists above it. */
function keysAt(lists: readonly string[]): readonly string[] {
  const { requirement, waiver, group } = policySchema.shape;
  const shapes = {
    requirement: requirement.unwrap().element.shape,
    waiver: waiver.unwrap().element.shape,
    group: group.unwrap().element.shape,
  };
  const last = lists.at(-1);
  return Object.keys(last !== undefined && last in shapes ? shapes[last as keyof typeof shapes] : policySchema.shape);
}

type Reader = (expression: string, at: readonly (string | number)[]) => Requirement;

/** Reads an expression of the file; what is wrong with it is told with its place. */
async function readerOf(text: string, path: string): Promise<Reader> {
  const { placeIn } = await import("./policy-place.ts");
  return (expression, at) => {
    try {
      return parseRequirement(expression, vocabulary);
    } catch (error) {
      if (!(error instanceof RequirementError)) throw error;
      const { line, column } = placeIn(text, [...at, "require"]);
      // The expression begins after the quote.
      throw new UsageError(texts.wrong({ path, line, column: column + error.column, what: error.said }));
    }
  };
}

type Lists = Pick<PolicyFile, "requirement" | "waiver">;
interface Asked extends Omit<Demand, "severity" | "waivers"> {
  readonly severity: Demand["severity"] | "off";
}

function resolved(file: PolicyFile, host: string, reader: Reader): Policy {
  const groups = (file.group ?? []).map((group, index) => ({ group, at: ["group", index] as const }));
  // Every group is read, so that a mistake is found on whichever machine the policy is tried first.
  const read = [
    { lists: file, at: [], here: true },
    ...groups.map(({ group, at }) => ({ lists: group, at, here: isOneOf(host, group.hosts) })),
  ].map(({ lists, at, here }) => ({ asked: askedIn(lists, at, reader), waivers: waiversIn(lists, at, reader), here }));
  let asked: readonly Asked[] = [];
  for (const each of read.filter(({ here }) => here)) {
    const names = new Set(each.asked.map(({ requirement }) => requirement.name));
    asked = [...asked.filter(({ requirement }) => !names.has(requirement.name)), ...each.asked];
  }
  const waivers = read.filter(({ here }) => here).flatMap((each) => each.waivers);
  const demands = asked.flatMap(({ severity, ...rest }): Demand[] =>
    severity === "off"
      ? []
      : [{ ...rest, severity, waivers: latestFirst(waivers.filter(({ of }) => covers(of, rest.requirement))) }],
  );
  const idle = waivers.filter(({ of }) => !demands.some(({ requirement }) => covers(of, requirement)));
  return { demands, idleWaivers: idle.map(({ of }) => printRequirement(of)) };
}

function askedIn({ requirement = [] }: Lists, at: readonly (string | number)[], reader: Reader): Asked[] {
  return requirement.map((entry, index) => {
    const read = reader(entry.require, [...at, "requirement", index]);
    return {
      requirement: { ...read, optional: entry.optional ?? read.optional },
      severity: entry.severity ?? "fail",
      because: entry.reason ?? null,
    };
  });
}

interface ReadWaiver extends Waiver {
  readonly of: Requirement;
}

function waiversIn({ waiver = [] }: Lists, at: readonly (string | number)[], reader: Reader): ReadWaiver[] {
  return waiver.map(({ require, ...rest }, index) => ({ ...rest, of: reader(require, [...at, "waiver", index]) }));
}

/** A name alone covers every requirement of that name. */
function covers(waived: Requirement, requirement: Requirement): boolean {
  if (waived.name !== requirement.name) return false;
  const plain = (of: Requirement): string => printRequirement({ ...of, optional: false });
  return waived.comparison === null || plain(waived) === plain(requirement);
}

function latestFirst(waivers: readonly ReadWaiver[]): Waiver[] {
  return [...waivers]
    .sort((a, b) => (a.expires < b.expires ? 1 : -1))
    .map(({ reason, owner, expires }) => ({ reason, owner, expires }));
}

/** By the full name or by its first label: "node1" is node1.example.org, too. */
function isOneOf(host: string, patterns: readonly string[]): boolean {
  const matches = picomatch([...patterns], { nocase: true, dot: true });
  return matches(host) || matches(host.split(".")[0] ?? host);
}
