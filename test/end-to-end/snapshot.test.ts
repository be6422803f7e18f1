import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { redact } from "../../src/host/redact.ts";
import { packed, snapshotText } from "../../src/host/snapshot-file.ts";
import { snapshotOf } from "../diff/sides.ts";
import { type CliRun, readableProgram, runCli, temporaryFolder } from "../support/cli.ts";

const folder = temporaryFolder();

/** What differs between two runs over one snapshot: when they ran and how long each check took. */
function timeless(text: string): string {
  return text
    .replace(/"(?:startedAt|endTimeUtc|startTimeUtc)": ?"[^"]*"/g, '"time"')
    .replace(/"durationMs": ?[\d.]+/g, '"durationMs"')
    .replace(/\b(?:time|timestamp)="[^"]*"/g, "time")
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)?/g, "time")
    .replace(/, [\d.]+ ms\]/g, "]")
    .replace(/^(envdoctor_(?:duration_seconds|last_run_timestamp_seconds)) .*$/gm, "$1");
}

describe("the same report of a snapshot wherever it is read", () => {
  const machines = ["wsl2-linux-driver", "windows-cpu-wheel", "macos-m3", "kernel-upgrade-no-module", "docker-no-gpus"];
  let copy: string;
  let elsewhere: string;
  beforeAll(async () => {
    copy = readableProgram();
    elsewhere = temporaryFolder();
    for (const name of machines)
      writeFileSync(join(folder, `${name}.json`), snapshotText(packed(redact(await snapshotOf(name)))));
  });

  /** Another system as far as the program can see: what the runtime says of it, folders, time zone, locale, terminal. */
  function on(platform: string): NodeJS.ProcessEnv {
    const fake = join(elsewhere, `${platform}.cjs`);
    const os = 'const os = require("node:os");';
    writeFileSync(
      fake,
      `${os}
for (const [name, value] of Object.entries({ platform: "${platform}", arch: "arm64" }))
  Object.defineProperty(process, name, { value });
Object.assign(os, { hostname: () => "atoll77", release: () => "99.9", homedir: () => "/Users/atoll77", platform: () => "${platform}",
  userInfo: () => ({ username: "atoll77", homedir: "/Users/atoll77" }), totalmem: () => 12345, availableParallelism: () => 77 });
require("node:module").syncBuiltinESMExports();
`,
    );
    return {
      NODE_OPTIONS: `--require ${fake}`,
      HOME: "/Users/atoll77",
      TZ: "Pacific/Kiritimati",
      LC_ALL: "de_DE.UTF-8",
      COLUMNS: "43",
      CUDA_VISIBLE_DEVICES: "7",
      VIRTUAL_ENV: "/Users/atoll77/venv",
      PATH: process.env["PATH"],
    };
  }

  test.each(
    machines.flatMap((machine) =>
      (["json", "text", "markdown", "junit", "sarif", "prometheus", "html"] as const).map(
        (format) => [machine, format] as const,
      ),
    ),
  )("%s as %s", async (machine, format) => {
    const args = ["check", "--from", join(folder, `${machine}.json`), "--format", format, "--lang", "en"];
    const platform = machine.length % 2 === 0 ? "win32" : "darwin";
    const [here, there] = await Promise.all([
      // Of the terminal, only what it can show is taken from where the report is read.
      runCli(args, { env: { LC_ALL: "de_DE.UTF-8", WT_SESSION: "x", COLUMNS: "43" } }),
      runCli(args, { program: copy, cwd: elsewhere, env: { ...on(platform), WT_SESSION: "x" } }),
    ]);
    expect(there.stderr).toBe("");
    expect(there.code).toBe(here.code);
    expect(timeless(there.stdout)).toBe(timeless(here.stdout));
    expect(there.stdout).not.toContain("atoll77");
  });
});

describe("a snapshot of this machine", () => {
  const token = "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH";
  const file = join(folder, "own.json");
  let taken: CliRun;
  beforeAll(async () => {
    taken = await runCli(["snapshot", "-o", file], {
      env: { PIP_INDEX_URL: `https://someone:${token}@pypi.example/simple`, HF_TOKEN: token },
    });
  });

  test("tells what is in it and what was taken out, and holds no token", () => {
    expect(taken.code).toBe(0);
    expect(taken.stdout).toBe("");
    expect(taken.stderr).toMatch(/\d+ KiB\. Held: output of commands \d+, files \d+, variables \d+/);
    expect(taken.stderr).toMatch(/Taken out: .*logins in URLs 1/s);
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain(token);
    expect(text.split("\n")[3]).toBe('"manifest": {');
  });

  test("the command says so in Chinese, too, and nothing with --quiet", async () => {
    const chinese = await runCli(["snapshot", "--lang", "zh", "-o", join(folder, "zh.json")]);
    expect(chinese.stderr).toContain("包含：");
    const quiet = await runCli(["snapshot", "--quiet", "-o", join(folder, "quiet.json")]);
    expect(quiet.stderr).toBe("");
  });

  test("in no format of check a token is left", async () => {
    for (const format of ["text", "json", "markdown", "junit", "sarif", "prometheus", "html"]) {
      const run = await runCli(["check", "--format", format, "--verbose", "--data", folder], {
        env: {
          PYTHONPATH: `/x/${token}`,
          LD_LIBRARY_PATH: `/lib/${token}`,
          CUDA_VISIBLE_DEVICES: token,
          VIRTUAL_ENV: `/opt/${token}`,
        },
      });
      expect(run.code).toBeLessThan(2);
      expect(run.stdout + run.stderr).not.toContain(token);
    }
  });
});

test("a snapshot of a newer program is refused with what to do", async () => {
  const newer = join(folder, "newer.json");
  writeFileSync(newer, '{"schemaVersion": 3, "kind": "snapshot", "tool": {"name": "envdoctor", "version": "9.0.0"}}');
  const run = await runCli(["check", "--from", newer]);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("schemaVersion: expected 2 or less, found 3; a newer envdoctor wrote it: npm install");
});
