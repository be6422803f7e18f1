import { TextDecoder } from "node:util";

/**
 * The pieces of a stream as UTF-8. Windows programs write UTF-16 (`wsl.exe -l -v > file`, PowerShell's `>`), with a byte
 * order mark or without.
 */
export async function* decoded(stream: AsyncIterable<string | Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null | undefined;
  for await (const raw of stream) {
    const piece = typeof raw === "string" ? Buffer.from(raw, "utf8") : raw;
    if (piece.length === 0) continue;
    if (decoder === undefined) decoder = decoderFor(piece);
    yield decoder ? Buffer.from(decoder.decode(piece, { stream: true }), "utf8") : piece;
  }
}

/** null: UTF-8, or something close enough to it. */
function decoderFor(beginning: Buffer): TextDecoder | null {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le");
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be");
  const sample = beginning.subarray(0, 256);
  let zeros = 0;
  for (let at = 1; at < sample.length; at += 2) if (sample[at] === 0) zeros++;
  return sample.length >= 8 && zeros > sample.length * 0.4 ? new TextDecoder("utf-16le") : null;
}
