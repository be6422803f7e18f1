/** Puts back what a run changed, last first; refuses where something was changed since. */

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { Platform } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import type { Hands } from "./act.ts";
import { contentsOf } from "./contents.ts";
import { replaceAs } from "./engine.ts";
import { fingerprint, readIfThere, temporaryFor } from "./files.ts";
import { type Journal, type JournalRecord, unforeseen } from "./journal.ts";
import { shellCall, withoutSudo } from "./shell.ts";

const texts = {
  restore: message("Put {path} back as it was", "把 {path} 恢复原样"),
  remove: message("Remove {path}, which was not there before", "删除原本不存在的 {path}"),
  folder: message(
    "Remove the folder {path} with all that was installed into it",
    "删除目录 {path} 及其中安装的全部内容",
  ),
  packages: message("Remove the packages that came with it: {packages}", "移除随之安装的软件包：{packages}"),
  run: message("Run {line}", "执行 {line}"),
  changed: message(
    "{path} was changed since, so it is left as it is; as it was before lies in {saved}",
    "{path} 之后被改动过，因此保持现状；原来的内容保存在 {saved}",
  ),
  changedNew: message("{path} was changed since it was made, so it is left", "{path} 创建后被改动过，因此保留"),
  used: message(
    "{path} has had packages installed or removed since, so it is left",
    "{path} 之后又安装或移除过软件包，因此保留",
  ),
  lasts: message("{title}: {why}", "{title}：{why}"),
};

/** One thing that undoing does, or why it does nothing. */
export interface Reversal {
  readonly step: string;
  /** Number of the edit; null for what is not an edit. */
  readonly number: number | null;
  readonly says: Said;
  /** null: it cannot or must not be done. */
  readonly act: (() => Promise<boolean>) | null;
  /** Something was changed since; not merely something that lasts. */
  readonly refused: boolean;
  readonly needsRoot: boolean;
}

interface Means {
  readonly hands: Hands;
  readonly platform: Platform;
  readonly root: boolean;
  readonly terminal: boolean;
  readonly cwd: string;
}

type StepRecord = Extract<JournalRecord, { what: "step" }>;
type EditRecord = Extract<JournalRecord, { what: "edit" }>;

export function reversals(journal: Journal, means: Means): Reversal[] {
  const done = new Set(
    journal.records.flatMap((record) => (record.what === "undone" ? [keyOf(record.step, record.number)] : [])),
  );
  const steps = [...new Map(journal.records.filter(isStep).map((record) => [record.step, record])).values()];
  const found: Reversal[] = [];
  /** What each file will hold when the reversals so far are done. */
  const will = new Map<string, string>();
  for (const record of steps.reverse()) {
    const first = journal.records.find((one): one is StepRecord => isStep(one) && one.step === record.step) ?? record;
    found.push(...ofStep(journal, first, means));
    const edits = journal.records.filter((one): one is EditRecord => one.what === "edit" && one.step === record.step);
    for (const edit of edits.reverse()) found.push(...ofEdit(journal, edit, means, will));
  }
  return found.filter(({ step, number }) => !done.has(keyOf(step, number)));
}

const isStep = (record: JournalRecord): record is StepRecord => record.what === "step";
const keyOf = (step: string, number: number | null): string => `${step} ${number ?? ""}`;

function ofEdit(journal: Journal, record: EditRecord, means: Means, will: Map<string, string>): Reversal[] {
  const { path, step, number, saved } = record;
  const now = will.get(path) ?? fingerprint(readQuietly(path));
  if (now === record.before) return [];
  const common = { step, number, needsRoot: false };
  const after = contentAfter(journal, record);
  // Where the command was stopped half-way nobody knows what it left; nobody built on it either.
  if (after !== unforeseen && now !== after) {
    const says =
      saved === null ? texts.changedNew({ path }) : texts.changed({ path, saved: `${journal.folder}/${saved}` });
    return [{ ...common, says, act: null, refused: true }];
  }
  will.set(path, record.before);
  const act = async (): Promise<boolean> => {
    if (after !== unforeseen && fingerprint(readQuietly(path)) !== after) return false;
    if (saved === null) {
      await means.hands.removeFile(path, false).catch(() => means.hands.removeFile(path, !means.root));
      return true;
    }
    const temporary = temporaryFor(path, randomBytes(4).toString("hex"));
    const how = { owner: record.owner, temporary, staging: journal.folder, root: means.root };
    await replaceAs(means.hands, path, journal.saved(saved), how);
    return true;
  };
  return [{ ...common, says: saved === null ? texts.remove({ path }) : texts.restore({ path }), act, refused: false }];
}

function contentAfter(journal: Journal, { number, after }: EditRecord): string {
  const end = journal.records.find((record) => record.what === "edit-ended" && record.number === number);
  return end?.what === "edit-ended" && end.after !== undefined ? end.after : after;
}

function ofStep(journal: Journal, record: StepRecord, means: Means): Reversal[] {
  const { undo, step } = record;
  const common = { step, number: null, refused: false, needsRoot: false };
  switch (undo.kind) {
    case "files":
      return [];
    case "none": {
      const why = {
        en: texts.lasts({ title: record.title.en, why: undo.why.en }).en,
        zh: texts.lasts({ title: record.title.zh, why: undo.why.zh }).zh,
      };
      return [{ ...common, says: why, act: null }];
    }
    case "folder":
      return ofFolder(journal, record, undo.path, means);
    case "packages":
      return ofPackages(journal, step, means);
    case "commands": {
      const says = texts.run({ line: undo.lines.join("; ") });
      return [{ ...common, says, act: () => commands(undo.lines, means) }];
    }
  }
}

function ofFolder(journal: Journal, { step, existed }: StepRecord, path: string, { hands }: Means): Reversal[] {
  if (existed || !existsSync(path)) return [];
  const last = journal.records.findLast(
    (record) => record.what === "step-ended" && record.step === step && record.contents !== undefined,
  );
  const common = { step, number: null, needsRoot: false };
  // A step that was stopped half-way has no list of contents; nobody used what it left.
  if (last?.what === "step-ended" && last.contents !== contentsOf(path)) {
    return [{ ...common, says: texts.used({ path }), act: null, refused: true }];
  }
  const act = async (): Promise<boolean> => {
    hands.removeFolder(path);
    return true;
  };
  return [{ ...common, says: texts.folder({ path }), act, refused: false }];
}

function ofPackages(journal: Journal, step: string, means: Means): Reversal[] {
  const last = journal.records.findLast(
    (record) => record.what === "step-ended" && record.step === step && record.packages !== undefined,
  );
  const names = (last?.what === "step-ended" ? last.packages : undefined) ?? [];
  if (names.length === 0) return [];
  const line = `sudo apt-get purge -y ${names.join(" ")}`;
  const says = texts.packages({ packages: names.join(" ") });
  return [{ step, number: null, says, act: () => commands([line], means), refused: false, needsRoot: true }];
}

async function commands(lines: readonly string[], { hands, platform, root, terminal, cwd }: Means): Promise<boolean> {
  const argv = shellCall(root ? lines.map(withoutSudo) : lines, platform);
  const ran = await hands.run(argv, { cwd, terminal, env: terminal ? {} : { DEBIAN_FRONTEND: "noninteractive" } });
  return ran.exitCode === 0;
}

function readQuietly(path: string): Uint8Array | null {
  try {
    return readIfThere(path);
  } catch {
    return null;
  }
}
