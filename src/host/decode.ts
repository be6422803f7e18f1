/**
 * Bytes of a program's output or of a file as text. Nothing here throws: what is not valid becomes U+FFFD.
 */

/** Text of a file: UTF-8 (a byte order mark is dropped), UTF-16 where a byte order mark says so. */
export function decodeFile(bytes: Uint8Array): string {
  return decodeAs(encodingByMark(bytes) ?? "utf-8", bytes, false);
}

/**
 * Text that a program printed. wsl.exe and some other Windows tools print UTF-16LE without a byte order mark, told by
 * the NUL in the upper half of every ASCII character. `cut`: the end is missing, maybe in the middle of a character.
 */
export function decodeOutput(bytes: Uint8Array, cut = false): string {
  return decodeAs(encodingByMark(bytes) ?? (looksLikeUtf16(bytes) ? "utf-16le" : "utf-8"), bytes, cut);
}

function decodeAs(encoding: string, bytes: Uint8Array, cut: boolean): string {
  return new TextDecoder(encoding).decode(bytes, { stream: cut });
}

function encodingByMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

const sampleBytes = 2048;

function looksLikeUtf16(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, Math.min(bytes.length, sampleBytes) & ~1);
  let upper = 0;
  let lower = 0;
  for (let i = 0; i < sample.length; i += 2) {
    if (sample[i] === 0) lower++;
    if (sample[i + 1] === 0) upper++;
  }
  // A NUL-separated list has NULs too, but fewer; Chinese text has few ASCII characters, but is no valid UTF-8.
  const share = (2 * upper) / Math.max(1, sample.length);
  if (lower * 8 > upper || share < 0.1) return false;
  return share > 0.6 || decodeAs("utf-8", sample, true).includes("\ufffd");
}
