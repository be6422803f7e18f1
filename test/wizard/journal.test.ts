import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { liveHands } from "../../src/setup/act.ts";
import { applyEdit, type Engine, perform } from "../../src/setup/engine.ts";
import { Journal, runsOf } from "../../src/setup/journal.ts";
import { stateFolder, takeLock } from "../../src/setup/state.ts";
import { step } from "../../src/setup/steps.ts";
import { reversals } from "../../src/setup/undo.ts";
import { verbatim } from "../../src/text/message.ts";

let folder: string;
let journal: Journal;
let engine: Engine;
const target = { target: "cpu", framework: "torch", env: null, dir: "/", mirror: null, way: null } as const;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "envdoctor-journal-"));
  journal = Journal.create(join(folder, "state"), "run");
  journal.append({ what: "run", version: "test", target });
  engine = {
    ...{ hands: liveHands(() => {}), journal, platform: "linux", root: true, cwd: folder, terminal: false },
    ...{ self: ["envdoctor"], installed: () => [] },
  };
});

const file = (name: string): string => join(folder, name);
const means = () => ({ hands: engine.hands, platform: "linux" as const, root: true, terminal: false, cwd: folder });
const edits = (path: string, ...lines: string[]) =>
  step({
    ...{ id: `edit/${lines.join()}`, title: verbatim("edit"), why: verbatim("") },
    actions: lines.map((line) => ({
      kind: "edit",
      edit: { kind: "block", path, name: line, lines: [line] },
      lines: [],
    })),
  });

async function undo(): Promise<boolean[]> {
  const did: boolean[] = [];
  for (const { act, step: id, number } of reversals(journal, means())) {
    did.push((await act?.()) ?? false);
    journal.append({ what: "undone", step: id, number });
  }
  return did;
}

describe("edits and their undoing", () => {
  test("mode stays, and every byte comes back over several edits of one file", async () => {
    const path = file("conf");
    const bytes = Buffer.from([0x61, 0xff, 0x0d, 0x0a, 0x62]);
    writeFileSync(path, bytes);
    chmodSync(path, 0o604);
    expect(await perform(engine, edits(path, "one", "two", "three"))).toEqual({ ok: true });
    expect(readFileSync(path, "latin1")).toContain("\r\nthree\r\n");
    expect(statSync(path).mode & 0o777).toBe(0o604);
    expect(await undo()).toEqual([true, true, true]);
    expect(readFileSync(path)).toEqual(bytes);
    expect(statSync(path).mode & 0o777).toBe(0o604);
    expect(reversals(journal, means())).toEqual([]);
  });

  test("a link stays a link", async () => {
    writeFileSync(file("real"), "own\n");
    symlinkSync("real", file("link"));
    await applyEdit(engine, "x", { kind: "block", path: file("link"), name: "n", lines: ["more"] });
    expect(lstatSync(file("link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(file("real"), "utf8")).toContain("more");
  });

  test("a file that was made is removed, one that was changed since is left", async () => {
    await perform(engine, edits(file("new"), "a"));
    await perform(engine, edits(file("touched"), "b"));
    appendFileSync(file("touched"), "mine\n");
    const found = reversals(journal, means());
    expect(found.map(({ refused }) => refused)).toEqual([true, false]);
    expect(await found[1]?.act?.()).toBe(true);
    expect(() => statSync(file("new"))).toThrow();
    expect(readFileSync(file("touched"), "utf8")).toContain("mine");
  });

  test("what a command changes comes back byte by byte, though it was run twice", async () => {
    writeFileSync(file("rc"), "own\n");
    const actions = [{ kind: "run", lines: [`echo more >> ${file("rc")}`, `echo x > ${file("made")}`] }] as const;
    const touches = [file("rc"), file("made")];
    const one = step({ id: "c", title: verbatim("c"), why: verbatim(""), actions, touches, undo: { kind: "files" } });
    await perform(engine, one);
    await perform(engine, one);
    expect(readFileSync(file("rc"), "utf8")).toBe("own\nmore\nmore\n");
    await undo();
    expect(readFileSync(file("rc"), "utf8")).toBe("own\n");
    expect(() => statSync(file("made"))).toThrow();
  });

  test("an edit that is done twice is done once", async () => {
    await perform(engine, edits(file("x"), "a"));
    await perform(engine, edits(file("x"), "a"));
    expect(journal.records.filter(({ what }) => what === "edit")).toHaveLength(1);
  });

  test("a folder that may not be written is said, and nothing is lost", async () => {
    const did = await perform(engine, edits("/proc/envdoctor", "a"));
    expect(did).toMatchObject({ ok: false, interrupted: null });
    expect(journal.outcomes().get("edit/a")).toBe("failed");
  });
});

describe("the journal", () => {
  test("a line that was torn is passed over, and the next one stands by itself", () => {
    journal.append({ what: "step", step: "a", title: verbatim("a"), undo: { kind: "files" } });
    appendFileSync(join(journal.folder, "journal.jsonl"), '{"what":"step-ended","st');
    const read = Journal.open(join(folder, "state"), "run");
    expect(read.outcomes().size).toBe(0);
    read.append({ what: "step-ended", step: "a", outcome: "done" });
    expect(Journal.open(join(folder, "state"), "run").outcomes().get("a")).toBe("done");
  });

  test("a run that stopped before its first record is no run", () => {
    Journal.create(join(folder, "state"), "later");
    expect(runsOf(join(folder, "state")).map(({ run }) => run)).toEqual(["run"]);
  });

  test("a command stands in it before it runs", async () => {
    const lines = [`cp ${join(journal.folder, "journal.jsonl")} ${file("copy")}`];
    await perform(
      engine,
      step({ id: "c", title: verbatim("c"), why: verbatim(""), actions: [{ kind: "run", lines }] }),
    );
    expect(readFileSync(file("copy"), "utf8")).toContain('{"what":"command","step":"c"');
  });
});

describe("the lock", () => {
  test("is one process's at a time, and a dead process's is taken over", () => {
    const state = join(folder, "locked");
    const first = takeLock(state);
    expect(takeLock(state)).toEqual({ heldBy: process.pid });
    if ("release" in first) first.release();
    for (const stale of [
      '{"pid":1073741823,"started":"x"}',
      `{"pid":${process.pid},"started":"another"}`,
      "garbage",
      "",
    ]) {
      writeFileSync(join(state, "lock"), stale);
      const lock = takeLock(state);
      expect(lock).toHaveProperty("release");
      if ("release" in lock) lock.release();
    }
  });
});

test("the state folder follows the rules of the platform", () => {
  const linux = { platform: "linux", home: "/home/u" } as const;
  expect(stateFolder(linux, {})).toBe("/home/u/.local/state/envdoctor");
  expect(stateFolder(linux, { XDG_STATE_HOME: "/s" })).toBe("/s/envdoctor");
  expect(stateFolder(linux, { XDG_STATE_HOME: "relative" })).toBe("/home/u/.local/state/envdoctor");
  expect(stateFolder({ platform: "darwin", home: "/Users/u" }, {})).toBe(
    "/Users/u/Library/Application Support/envdoctor",
  );
});
