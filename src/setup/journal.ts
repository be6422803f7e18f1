/** What was done, written down before it is done: one JSON line per record, on the disk before the action begins. */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isMissing, isTemporaryOf, makeFolder, settle, writeThrough } from "./files.ts";
import { targetSchema } from "./target.ts";

/** In the place of a fingerprint: what a command will make of the file is not known before. */
export const unforeseen = "unforeseen";

const owner = z.object({ mode: z.int(), uid: z.int(), gid: z.int() });
const undoSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("files") }),
  z.object({ kind: z.literal("folder"), path: z.string() }),
  z.object({ kind: z.literal("packages") }),
  z.object({ kind: z.literal("commands"), lines: z.array(z.string()).readonly() }),
  z.object({ kind: z.literal("none"), why: z.object({ en: z.string(), zh: z.string() }) }),
]);

/** A copy lies in the run's own folder: no other name is read from it. */
const savedName = z.string().regex(/^saved[\\/]\d{1,9}$/);

const recordSchema = z.discriminatedUnion("what", [
  z.object({ what: z.literal("run"), at: z.string(), version: z.string(), target: targetSchema }),
  z.object({
    ...{ what: z.literal("step"), at: z.string(), step: z.string(), undo: undoSchema },
    title: z.object({ en: z.string(), zh: z.string() }),
    /** Did the folder of `undo` exist before? */
    existed: z.boolean().optional(),
    /** Packages that were there before, where `undo` is about packages. */
    packages: z.array(z.string()).optional(),
  }),
  z.object({ what: z.literal("command"), at: z.string(), step: z.string(), argv: z.array(z.string()) }),
  z.object({ what: z.literal("command-ended"), at: z.string(), step: z.string(), exitCode: z.int().nullable() }),
  z
    .object({
      ...{ what: z.literal("edit"), at: z.string(), step: z.string(), number: z.int(), path: z.string() },
      ...{ saved: savedName.nullable(), owner: owner.nullable() },
      ...{ before: z.string(), after: z.string(), temporary: z.string() },
    })
    .refine(({ path, temporary }) => isTemporaryOf(temporary, path)),
  z.object({
    ...{ what: z.literal("edit-ended"), at: z.string(), step: z.string(), number: z.int() },
    /** What a command made of the file, where it was a command that changed it. */
    after: z.string().optional(),
  }),
  z.object({
    ...{ what: z.literal("step-ended"), at: z.string(), step: z.string() },
    ...{ outcome: z.enum(["done", "pending", "failed", "skipped", "interrupted"]), detail: z.string().optional() },
    /** What the folder of `undo` held at the end, so that undo sees whether it was used for more. */
    contents: z.string().optional(),
    /** Packages that came with the step. */
    packages: z.array(z.string()).optional(),
  }),
  z.object({ what: z.literal("undone"), at: z.string(), step: z.string(), number: z.int().nullable() }),
  z.object({ what: z.literal("finished"), at: z.string(), verified: z.boolean() }),
]);

export type JournalRecord = z.infer<typeof recordSchema>;
type Untimed<R> = R extends { readonly at: string } ? Omit<R, "at"> : never;

export class Journal {
  readonly folder: string;
  private readonly path: string;
  readonly records: JournalRecord[];

  private constructor(
    readonly run: string,
    runs: string,
    records: JournalRecord[],
    /** The last line was being written when the machine stopped; it is to be closed before the next one. */
    private torn: boolean,
  ) {
    this.folder = join(runs, run);
    this.path = join(this.folder, "journal.jsonl");
    this.records = records;
  }

  static create(state: string, run: string): Journal {
    const runs = join(state, "runs");
    makeFolder(join(runs, run, "saved"));
    settle(runs);
    return new Journal(run, runs, [], false);
  }

  /** Reads a journal as far as it is whole: a last line that was being written when the machine stopped is left out. */
  static open(state: string, run: string): Journal {
    const runs = join(state, "runs");
    const text = readFileSync(join(runs, run, "journal.jsonl"), "utf8");
    return new Journal(run, runs, text.split("\n").flatMap(readLine), text !== "" && !text.endsWith("\n"));
  }

  append(record: Untimed<JournalRecord>): void {
    const timed = { ...record, at: new Date().toISOString() } as JournalRecord;
    const file = openSync(this.path, "a", 0o600);
    try {
      writeSync(file, `${this.torn ? "\n" : ""}${JSON.stringify(timed)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.torn = false;
    if (this.records.length === 0) settle(this.folder);
    this.records.push(timed);
  }

  /** Keeps a copy of a file as it was; the same copy is not taken twice. */
  save(number: number, bytes: Uint8Array): string {
    const name = join("saved", `${number}`);
    writeThrough(join(this.folder, name), bytes, 0o600, "w");
    settle(join(this.folder, "saved"));
    return name;
  }

  saved(name: string): Uint8Array {
    return readFileSync(join(this.folder, name));
  }

  /** A number that no edit of this run has yet. */
  nextNumber(): number {
    return (
      this.records.reduce((most, record) => (record.what === "edit" ? Math.max(most, record.number) : most), 0) + 1
    );
  }

  /** How each step ended last; a step that was begun and never ended is not in it. */
  outcomes(): Map<string, "done" | "pending" | "failed" | "skipped" | "interrupted"> {
    const ended = new Map<string, "done" | "pending" | "failed" | "skipped" | "interrupted">();
    for (const record of this.records) {
      if (record.what === "step") ended.delete(record.step);
      if (record.what === "step-ended") ended.set(record.step, record.outcome);
    }
    return ended;
  }

  get finished(): boolean {
    return this.records.some(({ what }) => what === "finished");
  }

  get undone(): boolean {
    return this.records.some((record) => record.what === "undone" && record.step === "");
  }

  get begun(): Extract<JournalRecord, { what: "run" }> | undefined {
    return this.records.findLast((record) => record.what === "run");
  }
}

function readLine(line: string): JournalRecord[] {
  if (line.trim() === "") return [];
  try {
    return [recordSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

/** All runs with a journal that names them, oldest first. */
export function runsOf(state: string): Journal[] {
  let names: string[];
  try {
    names = readdirSync(join(state, "runs")).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names.flatMap((name) => {
    try {
      const journal = Journal.open(state, name);
      return journal.begun ? [journal] : [];
    } catch (error) {
      if (isMissing(error)) return []; // stopped before its first record
      throw error;
    }
  });
}
