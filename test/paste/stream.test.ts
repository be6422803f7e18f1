import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { explainStream, explainText } from "../../src/paste/explain.ts";

const needle =
  "RuntimeError: Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must";
const noise = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `step ${i} loss ${(1 / (i + 1)).toFixed(6)} torch cuda worker error`).join(
    "\n",
  );

async function* pieces(text: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.from(text);
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

it("finds one line in a long log and says where it stands", async () => {
  const text = `${noise(40_000)}\n${needle}\n${noise(40_000)}`;
  for (const explained of [explainText(text), await explainStream(Readable.from(pieces(text, 65_536)))]) {
    expect(explained.causes[0]?.cause.id).toBe("fork-after-cuda-init");
    expect(explained.causes[0]?.evidence[0]?.line).toBe(40_001);
  }
});

it.each([1, 7, 64])("reads a stream cut into pieces of %i bytes", async (size) => {
  const explained = await explainStream(Readable.from(pieces(`a\n\u9875\n${needle}\n`, size)));
  expect(explained.causes[0]).toMatchObject({ cause: { id: "fork-after-cuda-init" }, evidence: [{ line: 3 }] });
});

it.each(["utf-16le with mark", "utf-16le without mark", "utf-16be with mark"])("reads %s", async (encoding) => {
  const mark = encoding.endsWith("with mark") ? "\ufeff" : "";
  const buffer = Buffer.from(
    `${mark}  NAME      STATE     VERSION\r\n* Ubuntu    Running   1\r\n$ nvidia-smi\r\n`,
    "utf16le",
  );
  if (encoding.startsWith("utf-16be")) buffer.swap16();
  const explained = await explainStream(Readable.from(pieces(buffer, 1000)));
  expect(explained.causes[0]?.cause.id).toBe("wsl1-no-gpu");
});

it.each([
  ["nothing", ""],
  ["blank lines", "\n\n\r\n"],
  ["one endless line", "x cuda error ".repeat(400_000)],
  ["brackets", "[".repeat(300_000)],
  ["blanks", " ".repeat(300_000)],
  ["quotes", "> ".repeat(150_000)],
  ["escapes", "\x1b[".repeat(150_000)],
  ["bytes that are no text", String.fromCharCode(...Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 256))],
])("finds nothing in %s", (_, text) => {
  expect(explainText(text).causes).toEqual([]);
});
