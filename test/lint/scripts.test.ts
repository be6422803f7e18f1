import { describe, expect, test } from "vitest";
import { lintScript } from "../../src/lint/lint.ts";
import { type Expected, measured, type Script, scripts } from "./table.ts";

const found = ({ text }: Script, startMethod: "spawn" | "forkserver" | "fork" = "spawn"): Expected[] =>
  lintScript(text, { startMethod }).problems.map(({ line, cause }) => ({ line, cause }));

/** Faults that stop the script; the others cost time or need a GPU to show. */
const stops = ({ cause }: Expected): boolean => cause === "missing-main-guard" || cause === "unpicklable-worker-args";

describe.each(scripts)("$name", (script) => {
  test("has the problems that its lines are marked with, and no other", () => {
    expect(found(script)).toEqual(script.expected);
  });

  test("forkserver is judged as spawn is", () => {
    expect(found(script, "forkserver")).toEqual(script.expected);
  });

  test("the marks agree with what it did under spawn", () => {
    const truth = measured.spawn[script.name];
    const stopping = script.expected.filter(stops);
    if (truth?.status === "cannot-run") return;
    expect(truth?.status).toBe(stopping.length === 0 ? "ok" : "failed");
    if (truth?.cause) expect(stopping.map(({ cause }) => cause)).toContain(truth.cause);
    if (truth?.line) expect(stopping.map(({ line }) => line)).toContain(truth.line);
    if (truth?.status === "ok") {
      const slow = script.expected.filter(({ cause }) => cause === "windows-spawn-slow-epochs");
      const lines = slow.map(({ line }) => line);
      expect(lines).toEqual(expect.arrayContaining([...truth.restarted]));
      expect(truth.respawned).toEqual(expect.arrayContaining(lines));
    }
  });

  test("under fork it has a stopping fault exactly where it was measured to have one", () => {
    const truth = measured.fork[script.name];
    if (truth?.status === "cannot-run") return;
    const stopping = found(script, "fork").filter(stops);
    expect(stopping.length > 0 ? "failed" : "ok").toBe(truth?.status);
  });

  test("its guard fixes, put in place, leave no statement that needs the guard", () => {
    const lines = script.text.split("\n");
    const fixes = lintScript(script.text, { startMethod: "spawn" })
      .problems.filter(({ cause }) => cause === "missing-main-guard")
      .map(({ fix }) => fix);
    if (fixes.length === 0) return;
    let last = lines.length + 1;
    for (const { replaces, text } of fixes.toReversed()) {
      if (!replaces) throw new Error("a guard fix names no lines");
      // A fix that reaches to the end of the block holds those of the lines below it.
      const until = Math.min(replaces.last, last - 1);
      const kept = text.en.split("\n").slice(0, until - replaces.first + 2);
      lines.splice(replaces.first - 1, until - replaces.first + 1, ...kept);
      last = replaces.first;
    }
    const again = lintScript(lines.join("\n"), { startMethod: "spawn" });
    expect(again.problems.filter(({ cause }) => cause === "missing-main-guard")).toEqual([]);
  });
});

test("at least 60 scripts were run, safe and unsafe", () => {
  const ran = Object.values(measured.spawn).filter(({ status }) => status !== "cannot-run");
  expect(ran.filter(({ status }) => status === "ok").length).toBeGreaterThan(30);
  expect(ran.filter(({ status }) => status === "failed").length).toBeGreaterThan(30);
  expect(Object.keys(measured.spawn).sort()).toEqual(scripts.map(({ name }) => name).sort());
});
