import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonPlace } from "../../src/host/json-place.ts";
import { parseRecording } from "../../src/host/load-recording.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { composedRecording } from "../support/machine.ts";

const good = composedRecording({ commands: { "nvidia-smi -q -x": "<xml>" }, files: { "/a": "b" } });

/** The good snapshot with the value at `path` replaced; undefined takes it out. */
function changed(path: readonly string[], value: unknown): string {
  const change = (from: unknown, [key, ...rest]: readonly string[]): unknown =>
    key === undefined ? value : { ...(from as object), [key]: change(Reflect.get(from as object, key), rest) };
  return JSON.stringify(change(good, path));
}

describe("a snapshot file that cannot be used", () => {
  test.each<[string, string, string]>([
    ["empty", " \n", "s.json: the file is empty; expected a snapshot (envdoctor snapshot -o FILE)"],
    ["not JSON", "hello", 's.json:1:1: not JSON: unexpected "hello"'],
    ["a comma too much", '{\n  "kind": "snapshot",\n}', 's.json:3:1: not JSON: unexpected "}"'],
    ["cut off", '{"kind": "snap', 's.json:1:10: not JSON: unexpected "\\"snap"'],
    ["cut off between tokens", '{"kind":', "s.json:1:9: not JSON: the file ends too early"],
    ["a list", "[]", "s.json: expected a snapshot (envdoctor snapshot -o FILE), an object; found a list"],
    [
      "another kind",
      '{"kind":"check","schemaVersion":1}',
      's.json: kind: expected "snapshot", found "check": this is a report of "envdoctor check", which cannot be replayed',
    ],
    ["no kind", "{}", 's.json: kind: expected "snapshot", found nothing'],
    [
      "newer",
      '{"kind":"snapshot","schemaVersion":3}',
      "s.json: schemaVersion: expected 2 or less, found 3; a newer envdoctor wrote it: npm install --global envdoctor@latest",
    ],
    [
      "a wrong type",
      changed(["commands", "nvidia-smi -q -x", "stdout"], 5),
      's.json: commands["nvidia-smi -q -x"].stdout: expected a string, found a number',
    ],
    [
      "a wrong word",
      changed(["identity", "platform"], "amiga"),
      's.json: identity.platform: expected "linux" or "win32" or "darwin", found "amiga"',
    ],
    [
      "a missing field",
      changed(["identity", "home"], undefined),
      "s.json: identity.home: expected a string, found nothing",
    ],
    ["a missing table", changed(["stats"], undefined), "s.json: stats: expected an object, found nothing"],
    [
      "a wrong name in a list",
      changed(["folders", "/x"], ["a", 1]),
      's.json: folders["/x"][1]: expected a string, found a number',
    ],
    [
      "a wrong trouble",
      changed(["files", "/x"], { trouble: "gone", message: "" }),
      's.json: files["/x"].trouble: expected "missing" or "denied" or "timeout" or "too-large" or "failed", found "gone"',
    ],
    [
      "none of the shapes",
      changed(["files", "/x"], 7),
      's.json: files["/x"]: found a number, which is none of the shapes it may have',
    ],
    [
      "bytes that are no text",
      changed(["files", "/x"], { base64: 5 }),
      's.json: files["/x"].base64: expected a string, found a number',
    ],
    [
      "a stat without a mode",
      changed(["stats", "/a", "mode"], undefined),
      's.json: stats["/a"].mode: expected a number, found nothing',
    ],
  ])("%s", (_, text, message) => {
    expect(() => parseRecording(text, "s.json")).toThrow(expect.objectContaining({ message }));
  });
});

test("a good snapshot is read, with a byte order mark too", () => {
  expect(parseRecording(`\ufeff${JSON.stringify(good)}`, "s.json")).toEqual(good);
});

test("an entry named __proto__ is an entry and nothing more", async () => {
  const text = JSON.stringify(good).replace('"/a":', '"__proto__":"polluted","/a":');
  const host = recordedHost(parseRecording(text, "s.json"));
  expect(await host.readFile("/a")).toEqual({ ok: true, value: "b" });
  expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
  expect(await host.run(["constructor"])).toMatchObject({ outcome: "failed" });
});

test("the place of a fault is where the text stops being JSON", () => {
  const json = fc.json().map((text) => JSON.stringify(JSON.parse(text), null, 1));
  fc.assert(
    fc.property(json, (text) => {
      const { line, column } = jsonPlace(`${text} ?`);
      const lines = text.split("\n");
      expect([line, column]).toEqual([lines.length, (lines.at(-1) ?? "").length + 2]);
    }),
  );
});
