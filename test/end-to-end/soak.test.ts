import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { processesWith, runCli } from "../support/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const onLinux = existsSync("/proc/self/fd");
if (!onLinux) console.log("NOT RUN: many checks in a row and at once; what a process holds is told by /proc only");

describe.runIf(onLinux)("check leaves nothing behind", () => {
  test("500 in a row hold no more memory, files and processes than 50", async () => {
    const program = join(root, "test/support/many-checks.cjs");
    const args = ["--expose-gc", program, join(root, "dist/check.cjs"), "500"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 1 << 20 });
    const held: { heapMiB: number; files: number; children: number }[] = JSON.parse(stdout);
    const [early, late] = [held[1], held.at(-1)];
    if (early === undefined || late === undefined) throw new Error(`nothing was measured: ${stdout}`);
    // A leak of one report in each run would be 12 MiB.
    expect(late.heapMiB - early.heapMiB).toBeLessThan(2);
    expect(late.files).toBe(early.files);
    expect(held.map(({ children }) => children)).toEqual(held.map(() => 0));
  }, 600_000);

  test("50 at once give the same report, and leave no process and no temporary file", async () => {
    const temporary = mkdtempSync(join(tmpdir(), "envdoctor-soak-"));
    const marker = `${temporary}/marker`;
    const env = { TMPDIR: temporary, ENVDOCTOR_SOAK: marker };
    // No time limit may make one of fifty differ on two processors.
    const args = ["check", "--json", "--timeout", "120", "--deadline", "300"];
    const runs = await Promise.all(Array.from({ length: 50 }, () => runCli(args, { env, timeoutMs: 300_000 })));
    const reports = runs.map(({ stdout }) => {
      const { verdict, causes, findings } = JSON.parse(stdout);
      const told = (findings as { id: string; status: string }[]).map(({ id, status }) => `${id} ${status}`);
      return JSON.stringify([verdict.status, (causes as { id: string }[]).map(({ id }) => id), told]);
    });
    expect(new Set(reports).size).toBe(1);
    expect(new Set(runs.map(({ code }) => code)).size).toBe(1);
    expect(readdirSync(temporary)).toEqual([]);
    expect(processesWith("scripts/python/interpreter.py")).toEqual([]);
  }, 600_000);
});
