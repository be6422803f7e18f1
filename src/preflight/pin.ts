import { writeFile } from "node:fs/promises";
import { stringify } from "smol-toml";
import { known } from "../facts/fact.ts";
import { message } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";
import { type Pin, vocabulary } from "./names.ts";
import { type Operator, printRequirement, type Reading, type Requirement } from "./requirement.ts";
import type { Subject } from "./subject.ts";

const texts = {
  unwritable: message("cannot write the policy {path}: {why}", "无法写入策略 {path}：{why}"),
  exists: message("it is there already; remove it or give another name", "文件已存在；请先删除它或换一个名称"),
};

/** The traits of a machine as requirements that it meets; what is not known or not there is left out. */
export function pinned(subject: Subject): Requirement[] {
  return Object.entries(vocabulary).flatMap(([name, property]) => {
    const readings = known(property.read(subject)) ?? [];
    if (property.pin === undefined || readings.length === 0) return [];
    const comparison = compared(property.pin, property.kind, readings);
    return comparison === undefined ? [] : [{ name, optional: false, comparison }];
  });
}

type Comparison = Requirement["comparison"];

/** undefined: the cards differ so that no one value asks for all of them, or there is nothing to ask for. */
function compared(pin: Pin, kind: string, readings: readonly Reading[]): Comparison | undefined {
  const [first] = readings;
  if (first === undefined) return undefined;
  if (pin.by === "yes") return readings.every((reading) => reading === true) ? null : undefined;
  const equal = (operator: Operator, value: Reading | undefined): Comparison | undefined =>
    value === undefined ? undefined : { operator, value };
  if (kind === "number") {
    const least = Math.min(...readings.map(Number));
    if (pin.by !== "atLeast") return equal("=", least);
    return least <= 0 ? undefined : equal(">=", Math.floor(least * (1 - (pin.slack ?? 0))));
  }
  if (kind === "version") {
    const versions = readings.map((reading) => digitsOf(String(reading))).sort(byVersion);
    if (pin.by === "atLeast") return equal(">=", versions[0]);
    const value = pin.by === "release" ? versions[0]?.split(".").slice(0, 2).join(".") : versions[0];
    return versions.every((each) => each === versions[0]) ? equal("=", value) : undefined;
  }
  // A name is a word for the parser only as it stands.
  const word = String(first).trim();
  const isPlain = word !== "" && !/[*]|^=/.test(word) && word.length < 200;
  return isPlain && readings.every((reading) => reading === first) ? equal("=", word) : undefined;
}

function digitsOf(version: string): string | undefined {
  return /^v?(\d{1,9}(?:\.\d{1,9}){0,5})/.exec(version.trim())?.[1];
}

function byVersion(a: string | undefined, b: string | undefined): number {
  return (a ?? "").localeCompare(b ?? "", "en", { numeric: true });
}

/** The policy file that asks for a machine like this one. */
export function pinnedPolicy(subject: Subject, tool: string): string {
  const requirement = pinned(subject).map((each) => ({ require: printRequirement(each) }));
  return `# Written by ${tool} from a machine as it should be.\n# A requirement can have severity = "warn"; [[waiver]] and [[group]] are told in the documentation.\n${stringify({ schemaVersion: 1, requirement })}`;
}

/** Writes a new file; one that is there may hold somebody's waivers. */
export async function writePolicy(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" }).catch((error: unknown) => {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new UsageError(texts.unwritable({ path, why: exists ? texts.exists() : systemError(error) }));
  });
}
