import { expect, test } from "vitest";
import { ProgressBar } from "../../src/training/progress.ts";
import type { Report } from "../../src/training/protocol.ts";
import { candidate, ready } from "./build.ts";

const steps: Report[] = [1, 2].map((step) => ({ event: "step", run: "control", step, loss: null, ms: 2 }));

function drawnOn(isTTY: boolean, columns = 60): string {
  let written = "";
  const terminal = { isTTY, columns, write: (text: string) => (written += text) };
  const bar = new ProgressBar(terminal, 2, { unicode: false, language: "en" });
  bar.start(candidate);
  bar.show({ ...ready, framework: "torch \x1b]0;owned\x07" });
  for (const step of steps) bar.show(step);
  bar.clear();
  return written;
}

test("writes nothing where stderr is no terminal", () => {
  expect(drawnOn(false)).toBe("");
});

test("fills one line, ends full, and leaves the line empty", () => {
  const drawings = drawnOn(true).split("\r\x1b[2K");
  expect(drawings.at(-1)).toBe("");
  expect(drawings.at(-2)).toMatch(/^#{24} torch \(cpu\) {2}control 2\/2 {2}loss NaN/);
  for (const line of drawings) expect(line.length).toBeLessThan(60);
  expect(drawings.join("")).not.toContain("\x1b]");
});
