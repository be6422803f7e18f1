import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gatherFacts } from "../../src/facts/gather.ts";
import type { FileStat, RunResult } from "../../src/host/host.ts";
import { parseRecording } from "../../src/host/load-recording.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { recordingHost } from "../../src/host/recorder.ts";
import type { RecordedTrouble, Recording } from "../../src/host/recording.ts";
import { redact } from "../../src/host/redact.ts";
import { packed, snapshotText } from "../../src/host/snapshot-file.ts";
import { composedRecording, machineNames, machineRecording } from "../support/machine.ts";

async function asked(name: string): Promise<Recording> {
  const { host, recording } = recordingHost(recordedHost(machineRecording(name), { unrecorded: "missing" }));
  await gatherFacts(host);
  return redact(recording());
}

test.each(machineNames())("%s: what was packed unpacks to the same", async (name) => {
  const recording = await asked(name);
  expect(parseRecording(snapshotText(packed(recording)), "x")).toEqual(recording);
});

test("any recording unpacks to the same, whatever paths and messages hold", () => {
  const path = fc.oneof(fc.string(), fc.constantFrom("{path}", "{{path}}", "a", "/x/a", "__proto__x", ""));
  const trouble: fc.Arbitrary<RecordedTrouble> = fc.record({
    trouble: fc.constantFrom("missing", "denied", "timeout", "too-large", "failed"),
    message: fc.oneof(
      fc.string(),
      path.map((name) => `ENOENT: no such file, open '${name}' {path} {{path}}`),
    ),
  });
  const stat: fc.Arbitrary<FileStat> = fc.record({
    kind: fc.constantFrom("file", "folder", "char", "block", "fifo", "socket", "other"),
    mode: fc.nat(0o7777),
    uid: fc.nat(),
    gid: fc.nat(),
    size: fc.nat(Number.MAX_SAFE_INTEGER),
    device: fc.option(
      fc.tuple(fc.nat(4095), fc.nat(1_048_575)).map((numbers) => numbers.join(":")),
      { nil: null },
    ),
    readable: fc.boolean(),
    writable: fc.boolean(),
  });
  const run: fc.Arbitrary<RunResult> = fc.record({
    outcome: fc.constantFrom("ended", "missing", "denied", "timeout", "failed"),
    exitCode: fc.option(fc.nat(255), { nil: null }),
    signal: fc.option(fc.constantFrom("SIGKILL"), { nil: null }),
    stdout: fc.string(),
    stderr: fc.string(),
    truncated: fc.boolean(),
    durationMs: fc.nat(5000),
  });
  const table = <T>(entry: fc.Arbitrary<T>) => fc.dictionary(path, fc.oneof(entry, trouble), { noNullPrototype: true });
  const bytes = fc.uint8Array().map((of) => ({ base64: Buffer.from(of).toString("base64") }));
  fc.assert(
    fc.property(
      fc.record({
        commands: fc.dictionary(path, run, { noNullPrototype: true }),
        files: table(fc.oneof(fc.string(), bytes)),
        folders: table(fc.array(fc.string())),
        stats: table(stat),
        realPaths: table(path),
        spaces: table(fc.record({ totalBytes: fc.nat(), freeBytes: fc.nat() })),
      }),
      (tables) => {
        const recording: Recording = { ...composedRecording({}), ...tables, redacted: {} };
        expect(parseRecording(snapshotText(packed(recording)), "x")).toEqual(recording);
      },
    ),
  );
});

describe("the file", () => {
  test("says first what is in it and what was taken out", async () => {
    const recording = redact({ ...(await asked("bare-metal-4090")), env: { PATH: "/home/jdoe/bin", MY_NOTES: "x" } });
    const text = snapshotText(packed(recording));
    const lines = text.split("\n");
    expect(lines.slice(0, 3)).toEqual(["{", '"schemaVersion": 2,', '"kind": "snapshot",']);
    expect(lines[3]).toBe('"manifest": {');
    const { manifest } = JSON.parse(text);
    expect(manifest.asked.files).toBeGreaterThan(20);
    expect(manifest.files).toContain("/etc/os-release");
    expect(manifest.commands).toContain("nvidia-smi -q -x");
    expect(manifest.variables).toContain("PATH");
    expect(manifest.removed).toMatchObject({ user: 1, environment: 1 });
  });

  test("is much smaller than the bare recording", async () => {
    const recording = await asked("bare-metal-4090");
    const before = Buffer.byteLength(JSON.stringify(recording, null, 2));
    expect(Buffer.byteLength(snapshotText(packed(recording)))).toBeLessThan(0.6 * before);
  });
});

test("a snapshot of the first form is still read", async () => {
  const recording = await asked("wsl2-healthy");
  expect(parseRecording(JSON.stringify(recording), "old.json")).toEqual(recording);
  const written = new URL("snapshots/first-form.json", import.meta.url);
  const old = parseRecording(readFileSync(written, "utf8"), "first-form.json");
  const facts = await gatherFacts(recordedHost(old), old.look);
  expect(facts.wsl).toMatchObject({ state: "value", value: { version: 1 } });
});
