import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { liveHost } from "../../src/host/live.ts";
import { parseRecording } from "../../src/host/load-recording.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { recordingHost } from "../../src/host/recorder.ts";
import { commandKey, commandWords } from "../../src/host/recording.ts";
import { redact } from "../../src/host/redact.ts";
import { pythonScript } from "../../src/host/scripts.ts";
import { packed, snapshotText } from "../../src/host/snapshot-file.ts";
import { composed } from "../support/machine.ts";

async function questions(host: Host): Promise<unknown[]> {
  return [
    await host.run(["uname", "-r"]),
    await host.run(["sh", "-c", "echo 'a b'; exit 3"]),
    await host.run(["envdoctor-no-such-program"]),
    await host.run([pythonScript("nothing.py"), "-x"]),
    await host.readFile("/etc/os-release"),
    await host.readFile("/proc/self/status", { maxBytes: 10 }),
    await host.readFile("/etc/none"),
    await host.readBytes("/etc/passwd", 7),
    await host.listFolder("/etc"),
    await host.listFolder("/none"),
    await host.stat("/dev/null"),
    await host.stat("/none"),
    await host.realPath("/bin"),
    await host.realPath(host.identity.home),
    await host.space("/"),
  ];
}

describe.runIf(process.platform === "linux")("a recording of the live machine", () => {
  test("answers as the machine did, through a file, redacted or not", async () => {
    const { host, recording } = recordingHost(liveHost());
    const answers = await questions(host);
    const text = JSON.stringify(recording());
    expect(await questions(recordedHost(parseRecording(text, "x")))).toEqual(answers);
    expect(text).toContain('"{scripts}/nothing.py -x"');
    const redacted = recordedHost(parseRecording(snapshotText(packed(redact(recording()))), "x"));
    const replayed = (await questions(redacted)) as { readonly ok?: boolean; readonly outcome?: string }[];
    expect(replayed.map(({ ok, outcome }) => ok ?? outcome)).toEqual(
      (answers as typeof replayed).map(({ ok, outcome }) => ok ?? outcome),
    );
    expect(JSON.stringify(replayed)).not.toContain("not in the snapshot");
  });

  test("what was not asked is not known", async () => {
    const host = recordedHost(recordingHost(liveHost()).recording());
    expect(await host.run(["uname"])).toMatchObject({ outcome: "failed", stderr: "not in the snapshot" });
    const unknown = { ok: false, trouble: "failed", message: "not in the snapshot" };
    expect(await host.readFile("/etc/os-release")).toEqual(unknown);
    expect(await host.inventory()).toEqual(unknown);
  });
});

test("a file asked for as text and as bytes answers both", async () => {
  const utf16 = Buffer.from("\ufeff[wsl2]\r\n", "utf16le");
  const inner = composed({ files: { "/a": { base64: utf16.toString("base64") }, "/b": "text" } });
  for (const order of [
    ["bytes", "text"],
    ["text", "bytes"],
  ]) {
    const { host, recording } = recordingHost(inner);
    for (const path of ["/a", "/b"]) {
      for (const how of order) await (how === "text" ? host.readFile(path) : host.readBytes(path, 100));
    }
    const replay = recordedHost(recording());
    expect(await replay.readFile("/a")).toEqual({ ok: true, value: "[wsl2]\r\n" });
    expect(await replay.readBytes("/a", 2)).toEqual({ ok: true, value: new Uint8Array([0xff, 0xfe]) });
    expect(await replay.readFile("/b")).toEqual({ ok: true, value: "text" });
    expect(await replay.readBytes("/b", 2)).toEqual({ ok: true, value: new Uint8Array([0x74, 0x65]) });
  }
});

test("a command key holds its words", () => {
  const word = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("\\", '"', " ", "a", "\n") }));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(commandWords(commandKey(words))).toEqual(words);
    }),
  );
});
