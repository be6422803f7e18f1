import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import type { DiffReport } from "../../src/diff/compare.ts";
import { redact } from "../../src/host/redact.ts";
import { packed, snapshotText } from "../../src/host/snapshot-file.ts";
import { replaced, snapshotOf } from "../diff/sides.ts";
import { runCli, temporaryFolder } from "../support/cli.ts";
import { machineRecording } from "../support/machine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = temporaryFolder();
const file = (name: string): string => join(folder, `${name}.json`);

function schemaErrors(name: string, report: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.validate(JSON.parse(readFileSync(join(root, "dist", "schemas", `${name}.json`), "utf8")), report);
  return ajv.errors;
}

beforeAll(async () => {
  const healthy = machineRecording("bare-metal-4090");
  const machines = {
    before: replaced(healthy, ["6.8.0-48", "6.8.0-45"]),
    after: machineRecording("kernel-upgrade-no-module"),
    other: machineRecording("wsl2-healthy"),
  };
  for (const [name, machine] of Object.entries(machines)) {
    writeFileSync(file(name), snapshotText(packed(redact(await snapshotOf(machine)))));
    const report = await runCli(["check", "--json", "--from", file(name), "-o", file(`${name}-report`)]);
    expect(report.code).toBeLessThan(2);
  }
});

describe("diff of snapshots and reports in any mix", () => {
  test.each([
    ["before", "after", true],
    ["before-report", "after", false],
    ["before", "after-report", false],
    ["before-report", "after-report", false],
  ])("%s and %s: what got worse and why; and back", async (old, now, thorough) => {
    const run = await runCli(["diff", file(old), file(now), "--json"]);
    const report = JSON.parse(run.stdout) as DiffReport;
    expect(schemaErrors("diff", report)).toBeNull();
    expect([run.code, run.stderr, report.outcome, report.thorough]).toEqual([1, "", "worse", thorough]);
    expect(report.causes.appeared.map(({ id }) => id)).toEqual(["kernel-module-missing"]);
    expect(report.causes.appeared[0]?.because[0]?.change).toBe("kernel");
    expect(report.changes[0]).toMatchObject({ id: "kernel", before: "6.8.0-45-generic", after: "6.8.0-48-generic" });
    const back = await runCli(["diff", file(now), file(old)]);
    expect(back.code).toBe(0);
    expect(back.stdout).toContain("Something got better, and nothing got worse.");
  });

  test("text, Markdown and Chinese", async () => {
    const args = ["diff", file("before"), file("after")];
    const [text, quiet, markdown, chinese] = await Promise.all([
      runCli(args),
      runCli([...args, "--quiet"]),
      runCli([...args, "--format", "markdown"]),
      runCli([...args, "--lang", "zh"]),
    ]);
    expect(text.stdout).toContain("kernel: 6.8.0-45-generic → 6.8.0-48-generic");
    expect(quiet.stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(3);
    expect(markdown.stdout).toMatch(/^## .*\n\n\*\*Something got worse\.\*\*/);
    expect(chinese.stdout).toContain("情况变差了");
  });

  test("a report of somebody's machine gives nobody away, nor does where it lies", async () => {
    const report = JSON.parse(readFileSync(file("before-report"), "utf8"));
    const own = join(folder, "jdoe");
    mkdirSync(own, { recursive: true });
    const python = report.findings.find(({ id }: { id: string }) => id === "frameworks.installed");
    python.found = "/home/jdoe/venv/bin/python: torch, token=hf_abcdefghijklmnopqrstuvwxyzABCDEFGH";
    python.status = "warn";
    writeFileSync(join(own, "old.json"), JSON.stringify({ ...report }));
    const run = await runCli(["diff", file("before"), join(own, "old.json"), "--format", "markdown"]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("old.json");
    expect(run.stdout).toMatch(/\/home\/user1\/venv/);
    expect(run.stdout).not.toMatch(/jdoe|hf\\?_abc/);
  });

  test("of a file with itself: nothing, and 0", async () => {
    for (const name of ["before", "before-report"]) {
      const run = await runCli(["diff", file(name), file(name)]);
      expect([run.code, run.stdout.includes("Nothing changed.")]).toEqual([0, true]);
    }
  });

  test("two different machines compare as well", async () => {
    const run = await runCli(["diff", file("before"), file("other")]);
    expect(run.stdout).toMatch(/WSL: none → WSL2/);
    expect(run.code).toBeLessThan(2);
  });

  test.each([
    ["no such file", "none", /cannot read .*none\.json: no such file/],
    ["no JSON", "broken", /broken\.json:1:10: not JSON/],
    ["empty", "empty", /empty\.json: the file is empty; expected a snapshot .* or a report/],
    ["another kind", "kind", /kind\.json: kind: expected "snapshot" or "check", found "lint"/],
    ["a report of a newer version", "newer", /newer\.json: schemaVersion: expected 1 for a report, found 7/],
    ["a report with a hole", "hole", /hole\.json: machine: expected an object, found nothing/],
  ])("%s: 2, with the place and what was expected", async (_, name, expected) => {
    writeFileSync(file("broken"), '{"kind": "snapsh');
    writeFileSync(file("empty"), "");
    writeFileSync(file("kind"), '{"kind": "lint", "schemaVersion": 1}');
    writeFileSync(file("newer"), '{"kind": "check", "schemaVersion": 7}');
    const { machine: _machine, ...holed } = JSON.parse(readFileSync(file("before-report"), "utf8"));
    writeFileSync(file("hole"), JSON.stringify(holed));
    const runs = await Promise.all([
      runCli(["diff", file(name), file("after")]),
      runCli(["diff", file("before"), file(name)]),
      runCli(["check", "--since", file(name)]),
    ]);
    for (const run of runs) {
      expect(run.stderr).toMatch(expected);
      expect([run.code, run.stdout]).toEqual([2, ""]);
    }
  });
});

describe("check --since", () => {
  const earlier = file("earlier");
  beforeAll(async () => {
    await runCli(["snapshot", "-o", earlier], { env: { CUDA_VISIBLE_DEVICES: undefined } });
  });

  test("nothing changed since a moment ago; the exit code is that of check", async () => {
    const [run, plain] = await Promise.all([
      runCli(["check", "--since", earlier, "--json"], { env: { CUDA_VISIBLE_DEVICES: undefined } }),
      runCli(["check", "--json"], { env: { CUDA_VISIBLE_DEVICES: undefined } }),
    ]);
    const report = JSON.parse(run.stdout);
    expect(schemaErrors("check", report)).toBeNull();
    expect(report.since).toMatchObject({ kind: "diff", outcome: "same", changes: [], new: { file: null } });
    expect(run.code).toBe(plain.code);
  });

  test.runIf(process.platform === "linux")("names the limit that was lowered since then", async () => {
    const program = join(root, "dist", "cli.cjs");
    // Of the shell, as a user would: a limit for one process alone says nothing of the machine.
    const script = 'ulimit -n 256; "$0" "$@"; exit $?';
    let stdout = "";
    let code = 0;
    try {
      stdout = execFileSync("sh", ["-c", script, process.execPath, program, "check", "--since", earlier], {
        encoding: "utf8",
        cwd: root,
        env: { ...process.env, LC_ALL: "C.UTF-8", NO_COLOR: "1", CUDA_VISIBLE_DEVICES: undefined },
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      ({ stdout, status: code } = error as { stdout: string; status: number });
    }
    expect(code).toBe(1);
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain("New root cause: The process ran out of file descriptors (open-file-limit)");
    expect(words).toMatch(/open files allowed: \d+ → 256 \(without this change the cause is gone\)/);
  });

  test("Markdown carries both; other formats are refused", async () => {
    const markdown = await runCli(["check", "--since", earlier, "--format", "markdown"]);
    expect(markdown.stdout).toMatch(/^## envdoctor [\s\S]*\n## .*earlier\.json/);
    const sarif = await runCli(["check", "--since", earlier, "--format", "sarif"]);
    expect([sarif.code, sarif.stdout]).toEqual([2, ""]);
    expect(sarif.stderr).toContain("--since goes with --format text, json or markdown");
  });
});
