import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Wishes } from "../../src/setup/plan.ts";
import { scriptOf } from "../../src/setup/script.ts";
import { machineNames } from "../support/machine.ts";
import { powershellFaults } from "../support/powershell.ts";
import { type Planned, planFrom } from "./support.ts";

const wishes: readonly Partial<Wishes>[] = [
  {},
  { target: "gpu", framework: "torch", env: "venv" },
  { target: "cpu", framework: "torch", env: "conda" },
  { target: "gpu", framework: "tensorflow", env: "uv" },
  { target: "cpu", framework: "tfjs", env: "venv", mirror: "https://mirror.example/pypi/simple" },
  { target: "gpu", env: "venv", way: "wsl2" },
];

const plans: { readonly name: string; readonly planned: Planned }[] = [];
for (const name of machineNames()) {
  for (const wish of wishes) {
    plans.push({ name: `${name} ${JSON.stringify(wish)}`, planned: await planFrom(name, wish) });
  }
}

const written = (shell: "bash" | "powershell", language: "en" | "zh" = "en") =>
  plans.map(({ name, planned }) => ({ name, script: scriptOf(planned.plan, planned.facts, shell, language, "1.0.0") }));

describe("the bash scripts of every machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-scripts-"));
  const scripts = [...written("bash"), ...written("bash", "zh")].map(({ name, script }, at) => {
    const file = join(folder, `${at}.sh`);
    writeFileSync(file, script);
    return { name, script, file };
  });

  test("are valid bash", () => {
    for (const { file, name } of scripts) {
      expect({ name, said: spawnSync("bash", ["-n", file], { encoding: "utf8" }).stderr }).toEqual({ name, said: "" });
    }
  });

  test("pass shellcheck", () => {
    if (spawnSync("shellcheck", ["--version"]).status !== 0) {
      console.warn("NOT RUN: shellcheck is not installed");
      return;
    }
    const files = [...new Map(scripts.map((one) => [one.script, one.file])).values()];
    const { stdout } = spawnSync("shellcheck", ["--format", "gcc", ...files], {
      encoding: "utf8",
      maxBuffer: 64 << 20,
    });
    expect(stdout.split("\n").slice(0, 20).join("\n")).toBe("");
  }, 120_000);

  test("stop at the first failure, and give no download to a shell", () => {
    for (const { name, script } of scripts) {
      expect({ name, strict: script.includes("\nset -euo pipefail\n") }).toEqual({ name, strict: true });
      expect({ name, piped: /(curl|wget)[^\n]*\|\s*(sudo )?(ba|z|da)?sh\b/.test(script) }).toEqual({
        name,
        piped: false,
      });
    }
  });
});

describe("the PowerShell scripts of every machine", () => {
  test("are PowerShell by its grammar", async () => {
    const faults = await powershellFaults();
    for (const { name, script } of [...written("powershell"), ...written("powershell", "zh")]) {
      expect({ name, faults: faults(script) }).toEqual({ name, faults: [] });
    }
  });

  test("have a partner for every quote and bracket", () => {
    for (const { name, script } of [...written("powershell"), ...written("powershell", "zh")]) {
      expect({ name, unbalanced: unbalanced(script) }).toEqual({ name, unbalanced: "" });
    }
  });

  test("a path with a blank is one argument", async () => {
    const { plan, facts } = await planFrom("windows-no-driver", { env: "venv" });
    const script = scriptOf(plan, facts, "powershell", "en", "1.0.0");
    expect(script).toContain("-m venv 'C:\\Users\\user\\my project\\.venv'");
    expect(script).toContain("& 'C:\\Users\\user\\my project\\.venv\\Scripts\\python.exe' -m pip install");
  });
});

test("no step removes by pattern, or removes a folder", () => {
  for (const { name, planned } of plans) {
    const lines = planned.plan.steps.flatMap(({ actions, byHand }) => [
      ...byHand,
      ...actions.flatMap((action) => (action.kind === "run" ? action.lines : [])),
    ]);
    const bad = lines.filter((line) =>
      /(^|[;&|] *|sudo )rm\b|Remove-Item|\b(purge|remove|uninstall)\b[^\n]*[*?]/.test(line),
    );
    expect({ name, bad }).toEqual({ name, bad: [] });
  }
});

test("the script of this shell ends where a step fails", () => {
  const script = "set -euo pipefail\nfalse\necho went on";
  expect(() => execFileSync("bash", ["-c", script], { stdio: "pipe" })).toThrow();
});

/** The first bracket or quote that has no partner; "" where all have. Strings and comments are passed over. */
function unbalanced(script: string): string {
  const open: string[] = [];
  const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  for (let at = 0; at < script.length; at++) {
    const char = script[at] ?? "";
    if (char === "#") at = endOf(script, at, /\n/g);
    else if (char === "'") at = endOf(script, at + 1, /'(?!')/g, "''");
    else if (char === '"') at = endOf(script, at + 1, /"/g, '`"');
    else if ("([{".includes(char)) open.push(char);
    else if (char in pairs && open.pop() !== pairs[char]) return script.slice(Math.max(0, at - 60), at + 1);
    if (at < 0) return `a quote is not closed: ${script.slice(-80)}`;
  }
  return open.join("");
}

function endOf(text: string, from: number, end: RegExp, escaped = "\0"): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(escaped, at)) at += escaped.length - 1;
    else if (new RegExp(end.source).test(text[at] ?? "")) return at;
  }
  return end.source === "\\n" ? text.length : Number.NEGATIVE_INFINITY;
}
