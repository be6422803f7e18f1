import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { liveHands } from "../../src/setup/act.ts";
import { Journal } from "../../src/setup/journal.ts";
import { reversals } from "../../src/setup/undo.ts";
import { programFile } from "./programs/build.ts";

const kills = 200;
const edits = 60;
const onLinux = process.platform === "linux";

/** Runs the program and kills it at a random time after it is ready; true where it came to its end before that. */
function runAndKill(program: string, folder: string, state: string, delay: number | null): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, folder, state, `${edits}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.once("data", () => {
      if (delay !== null) setTimeout(() => child.kill("SIGKILL"), delay);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}

const original = (at: number): string => `# file ${at}\n${"kept as it is\n".repeat(2000)}`;

/** The file after each of its edits: nothing else may ever be in it. */
function states(at: number): Set<string> {
  const found = new Set([original(at)]);
  let text = original(at);
  for (let edit = at; edit < edits; edit += 3) {
    text += `# >>> envdoctor: number ${edit} >>>\nline ${edit}\n# <<< envdoctor: number ${edit} <<<\n`;
    found.add(text);
  }
  return found;
}

test.runIf(onLinux)(
  `after each of ${kills} kills every file is whole, and going on comes to the end`,
  async () => {
    const program = await programFile("many-edits");
    const allowed = [0, 1, 2].map(states);
    let killed = 0;
    let inside = 0;
    let rounds = 0;
    while (killed < kills) {
      rounds++;
      const folder = mkdtempSync(join(tmpdir(), "envdoctor-killed-"));
      const state = join(folder, "state");
      mkdirSync(state);
      for (const at of [0, 1, 2]) {
        writeFileSync(join(folder, `file${at}`), original(at));
        chmodSync(join(folder, `file${at}`), 0o640 + at);
      }
      for (let ended = false; !ended; ) {
        // Early kills move a run on by a few edits only, so that many of them fit into one run.
        ended = await runAndKill(program, folder, state, killed < kills ? Math.random() * 40 : null);
        if (!ended) killed++;
        for (const at of [0, 1, 2]) {
          const path = join(folder, `file${at}`);
          expect(allowed[at]?.has(readFileSync(path, "utf8")), `file ${at} after ${killed} kills`).toBe(true);
          expect(statSync(path).mode & 0o777).toBe(0o640 + at);
        }
        inside += inTheMiddle(state);
      }
      for (const at of [0, 1, 2]) {
        expect(readFileSync(join(folder, `file${at}`), "utf8")).toBe([...(allowed[at] ?? [])].at(-1));
      }
      expect(readdirSync(folder).sort()).toEqual(["file0", "file1", "file2", "state"]);
      await undone(state, folder);
    }
    console.info(
      `${killed} kills in ${rounds} runs of ${edits} edits; ${inside} of them between an edit's record and its end`,
    );
    expect(inside).toBeGreaterThan(0);
  },
  600_000,
);

/** 1 where the last record is of an edit that was begun and not ended. */
function inTheMiddle(state: string): number {
  if (!existsSync(join(state, "runs", "run", "journal.jsonl"))) return 0;
  return Journal.open(state, "run").records.at(-1)?.what === "edit" ? 1 : 0;
}

async function undone(state: string, folder: string): Promise<void> {
  const means = { hands: liveHands(() => {}), platform: "linux", root: false, terminal: false, cwd: folder } as const;
  const journal = Journal.open(state, "run");
  for (const { act, step, number } of reversals(journal, means)) {
    expect(await act?.()).toBe(true);
    journal.append({ what: "undone", step, number });
  }
  for (const at of [0, 1, 2]) expect(readFileSync(join(folder, `file${at}`), "utf8")).toBe(original(at));
}
