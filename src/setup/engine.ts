/** Does one step: into the journal first, then onto the machine. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { Platform } from "../host/host.ts";
import { type Hands, type Ran, refused } from "./act.ts";
import { contentsOf } from "./contents.ts";
import { type Edit, edited } from "./edit.ts";
import { fingerprint, ownerOf, readIfThere, realFile, temporaryFor } from "./files.ts";
import { type Journal, unforeseen } from "./journal.ts";
import { shellCall, withoutSudo } from "./shell.ts";
import type { Action, Step } from "./step.ts";

export interface Engine {
  readonly hands: Hands;
  readonly journal: Journal;
  readonly platform: Platform;
  readonly root: boolean;
  /** Folder in which commands run. */
  readonly cwd: string;
  readonly terminal: boolean;
  /** How envdoctor itself is called. */
  readonly self: readonly [string, ...string[]];
  /** Names of the installed Debian packages. */
  readonly installed: () => string[];
}

export type Did =
  | { readonly ok: true }
  | { readonly ok: false; readonly interrupted: Ran["interrupted"]; readonly tail: string };

/** Runs the actions of a step in order, up to the first that fails. */
export async function perform(engine: Engine, step: Step): Promise<Did> {
  const { journal } = engine;
  const folder = step.undo.kind === "folder" ? step.undo.path : null;
  const before = step.undo.kind === "packages" ? engine.installed() : null;
  const known = journal.records.find((record) => record.what === "step" && record.step === step.id);
  journal.append({
    what: "step",
    step: step.id,
    title: step.title,
    undo: { ...step.undo },
    // A step that is taken up again after a crash may find a folder that it made itself.
    ...(folder === null ? {} : { existed: known?.what === "step" ? known.existed : existsSync(folder) }),
    ...(before === null ? {} : { packages: known?.what === "step" && known.packages ? known.packages : before }),
  });
  const touched = step.touches.map((path) => noteFile(engine, step.id, path));
  let did: Did = { ok: true };
  for (const action of step.actions) {
    did = await act(engine, step, action);
    if (!did.ok) break;
  }
  for (const { path, number } of touched) {
    journal.append({ what: "edit-ended", step: step.id, number, after: fingerprint(readIfThere(path)) });
  }
  const came = before === null ? null : newPackages(engine, step.id);
  // Whether it did what it was for is for its check to say.
  const outcome = did.ok ? "pending" : did.interrupted ? "interrupted" : "failed";
  journal.append({
    what: "step-ended",
    step: step.id,
    outcome,
    ...(folder === null ? {} : { contents: contentsOf(folder) }),
    ...(came === null ? {} : { packages: came }),
  });
  // Later steps put more into a folder that an earlier one made.
  if (folder === null) renewContents(journal);
  return did;
}

/** Saves a file that a command is about to change. */
function noteFile(
  { journal }: Engine,
  step: string,
  given: string,
): { readonly path: string; readonly number: number } {
  const path = realFile(given);
  const before = readIfThere(path);
  const number = journal.nextNumber();
  const saved = before === null ? null : journal.save(number, before);
  const marks = { before: fingerprint(before), after: unforeseen, temporary: "" };
  journal.append({ what: "edit", step, number, path, saved, owner: ownerOf(path), ...marks });
  return { path, number };
}

async function act(engine: Engine, step: Step, action: Action): Promise<Did> {
  if (action.kind === "edit") return applyEdit(engine, step.id, action.edit);
  const argv = argvOf(engine, action);
  return command(engine, step.id, argv);
}

function argvOf(
  engine: Pick<Engine, "self" | "root" | "platform">,
  action: Exclude<Action, { kind: "edit" }>,
): [string, ...string[]] {
  if (action.kind === "envdoctor") return [engine.self[0], ...engine.self.slice(1), ...action.args];
  return shellCall(engine.root ? action.lines.map(withoutSudo) : action.lines, engine.platform);
}

async function command(engine: Engine, step: string, argv: readonly [string, ...string[]]): Promise<Did> {
  const { journal, hands, cwd, terminal } = engine;
  journal.append({ what: "command", step, argv: [...argv] });
  const env = terminal ? {} : { DEBIAN_FRONTEND: "noninteractive" };
  const ran = await hands.run(argv, { cwd, terminal, env });
  journal.append({ what: "command-ended", step, exitCode: ran.exitCode });
  if (ran.exitCode === 0 && ran.interrupted === null) return { ok: true };
  return { ok: false, interrupted: ran.interrupted, tail: ran.tail };
}

/** Saves the file, writes down what will be in its place, and replaces it. Done twice it is done once. */
export async function applyEdit(engine: Engine, step: string, edit: Edit): Promise<Did> {
  const { journal, hands } = engine;
  const path = realFile(edit.path);
  try {
    const before = readIfThere(path);
    const after = edited(edit, before);
    if (before !== null && Buffer.compare(before, after) === 0) return { ok: true };
    const number = journal.nextNumber();
    const owner = ownerOf(path);
    const saved = before === null ? null : journal.save(number, before);
    const temporary = temporaryFor(path, randomBytes(4).toString("hex"));
    const marks = { before: fingerprint(before), after: fingerprint(after) };
    journal.append({ what: "edit", step, number, path, saved, owner, temporary, ...marks });
    await replaceAs(hands, path, after, { owner, temporary, staging: journal.folder, root: engine.root });
    journal.append({ what: "edit-ended", step, number });
    return { ok: true };
  } catch (error) {
    return { ok: false, interrupted: null, tail: error instanceof Error ? error.message : String(error) };
  }
}

interface Place {
  readonly owner: ReturnType<typeof ownerOf>;
  readonly temporary: string;
  readonly staging: string;
  readonly root: boolean;
}

/** As this user where that is allowed, else with sudo, to which the user agreed with the step. */
export async function replaceAs(hands: Hands, path: string, bytes: Uint8Array, { root, ...how }: Place): Promise<void> {
  try {
    await hands.replace(path, bytes, { ...how, asRoot: false });
  } catch (error) {
    if (root || !refused(error) || process.platform === "win32") throw error;
    await hands.replace(path, bytes, { ...how, asRoot: true });
  }
}

/** Edits that a crash left behind half-way have a temporary file beside the target. */
export async function clearLeftovers(journal: Journal, hands: Hands): Promise<void> {
  const ended = new Set(journal.records.flatMap((record) => (record.what === "edit-ended" ? [record.number] : [])));
  for (const record of journal.records) {
    if (record.what !== "edit" || record.temporary === "" || ended.has(record.number)) continue;
    if (existsSync(record.temporary)) await hands.removeFile(record.temporary, false).catch(() => {});
  }
}

function renewContents(journal: Journal): void {
  const folders = new Map<string, string>();
  for (const record of journal.records) {
    if (record.what === "step" && record.undo.kind === "folder") folders.set(record.step, record.undo.path);
  }
  const outcomes = journal.outcomes();
  for (const [step, folder] of folders) {
    const outcome = outcomes.get(step);
    const last = journal.records.findLast((record) => record.what === "step-ended" && record.step === step);
    const contents = contentsOf(folder);
    if (outcome === undefined || last?.what !== "step-ended" || last.contents === contents) continue;
    journal.append({ what: "step-ended", step, outcome, contents });
  }
}

function newPackages({ journal, installed }: Engine, step: string): string[] {
  const begun = journal.records.find((record) => record.what === "step" && record.step === step);
  const before = new Set(begun?.what === "step" ? begun.packages : []);
  return installed().filter((name) => !before.has(name));
}
