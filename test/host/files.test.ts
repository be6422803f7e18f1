import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { liveHost } from "../../src/host/live.ts";

const folder = mkdtempSync(join(tmpdir(), "envdoctor-files-"));
const at = (name: string) => join(folder, name);
const host = liveHost();
const linux = process.platform === "linux";
const root = process.getuid?.() === 0;

writeFileSync(at("text"), "héllo\n");
writeFileSync(at("utf16"), Buffer.from("\ufeffmemory=4GB\r\n", "utf16le"));
writeFileSync(at("big"), Buffer.alloc(5_000_000, "x"));
writeFileSync(at("secret"), "s");
chmodSync(at("secret"), 0);
mkdirSync(at("b"));
symlinkSync("text", at("link"));
symlinkSync("nowhere", at("dangling"));
symlinkSync("circle", at("circle"));
symlinkSync("/dev/zero", at("zero"));
if (linux) execFileSync("mkfifo", [at("fifo")]);
const server = createServer().listen(linux ? at("socket") : undefined);
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe.runIf(linux)("the live host's files", () => {
  test.each<[string, string, object]>([
    ["text", at("text"), { ok: true, value: "héllo\n" }],
    ["through a link", at("link"), { ok: true, value: "héllo\n" }],
    ["UTF-16", at("utf16"), { ok: true, value: "memory=4GB\r\n" }],
    ["over the cap", at("big"), { trouble: "too-large" }],
    ["missing", at("none"), { trouble: "missing" }],
    ["below a file", at("text/none"), { trouble: "missing" }],
    ["dangling link", at("dangling"), { trouble: "missing" }],
    ["circle of links", at("circle"), { trouble: "failed" }],
    ["folder", at("b"), { trouble: "failed" }],
    ["fifo", at("fifo"), { trouble: "failed" }],
    ["socket", at("socket"), { trouble: "failed" }],
    ["device node", "/dev/zero", { trouble: "failed" }],
    ["link to a device node", at("zero"), { trouble: "failed" }],
    ["NUL in the path", "a\0b", { trouble: "failed" }],
    ["a file of procfs, whose size is 0", "/proc/self/comm", { ok: true, value: expect.stringMatching(/\n$/) }],
  ])("reads or refuses: %s", async (_, path, wanted) => {
    expect(await host.readFile(path)).toMatchObject(wanted);
  });

  test.skipIf(root)("reads or refuses: no permission (root may read all)", async () => {
    expect(await host.readFile(at("secret"))).toMatchObject({ trouble: "denied" });
  });

  test("reads as many bytes as asked", async () => {
    const bytes = await host.readBytes(at("big"), 100_000);
    expect(bytes.ok && bytes.value.length).toBe(100_000);
    expect(await host.readBytes(at("utf16"), 3)).toEqual({ ok: true, value: new Uint8Array([0xff, 0xfe, 0x6d]) });
    expect(await host.readFile(at("big"), { maxBytes: 5_000_000 })).toMatchObject({ ok: true });
  });

  test("lists, sorted", async () => {
    const names = await host.listFolder(folder);
    expect(names.ok && names.value.slice(0, 3)).toEqual(["b", "big", "circle"]);
    expect(await host.listFolder(at("text"))).toMatchObject({ trouble: "missing" });
  });

  test("tells kinds, modes and devices without opening", async () => {
    expect(await host.stat(at("link"))).toMatchObject({
      value: { kind: "file", size: 7, readable: true, device: null },
    });
    expect(await host.stat(at("fifo"))).toMatchObject({ value: { kind: "fifo" } });
    expect(await host.stat(at("socket"))).toMatchObject({ value: { kind: "socket" } });
    expect(await host.stat("/dev/null")).toMatchObject({ value: { kind: "char", device: "1:3", mode: 0o666 } });
    expect(await host.stat(at("b"))).toMatchObject({ value: { kind: "folder", uid: statSync(folder).uid } });
    expect(await host.stat(at("dangling"))).toMatchObject({ ok: false, trouble: "missing" });
    expect(await host.realPath(at("link"))).toMatchObject({ ok: true, value: expect.stringMatching(/text$/) });
  });

  test("measures space", async () => {
    const space = await host.space(folder);
    expect(space.ok && space.value.freeBytes <= space.value.totalBytes && space.value.totalBytes > 0).toBe(true);
    expect(await host.space(at("none"))).toMatchObject({ trouble: "missing" });
  });

  test("knows who asks", () => {
    expect(host.identity).toMatchObject({ platform: "linux", uid: process.getuid?.(), cwd: process.cwd() });
    expect(host.env.PATH).toBe(process.env.PATH);
  });
});
