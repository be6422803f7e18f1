import { existsSync } from "node:fs";
import type { Card } from "./card.ts";
import { DriverError } from "./driver.ts";

export interface MemoryTest {
  readonly totalMiB: number;
  /** Before the test. */
  readonly freeMiB: number;
  readonly testedMiB: number;
  readonly seconds: number;
  /** Words of 8 bytes that did not keep what was written. */
  readonly wrongWords: number;
  /** Where the first of them lies, in MiB from the beginning of what was tested; null where there is none. */
  readonly firstWrongMiB: number | null;
}

const mib = 2 ** 20;
/** Written and read in pieces, so that the time can be looked at in between. */
const pieceBytes = 128 * mib;
const threads = 2 ** 18;
/** Left to the system and to other programs: at least so much, or a part of a small card. */
const leftBytes = 256 * mib;
const leftPart = 1 / 16;
const outOfMemory = 2;
/** Random-looking bits, then all of them inverted: every bit is seen as 0 and as 1. */
const masks = [0n, 2n ** 64n - 1n] as const;
const none = 2n ** 64n - 1n;

/** Writes patterns over most of the free memory and reads them back, for about so many milliseconds. */
export async function testMemory(card: Card, budgetMs: number, breathe: () => Promise<void>): Promise<MemoryTest> {
  const began = performance.now();
  const { free, total } = card.memoryInfo();
  const result = card.upload(new BigUint64Array([0n, none]));
  const { address, bytes } = allocateMost(card, share(card, { free, total }));
  let words = bytes / 8;
  for (const [i, mask] of masks.entries()) {
    // The whole is written before any of it is read, so that addresses that lie on each other show.
    const until = began + ((2 * i + 1) * budgetMs) / (2 * masks.length);
    words = await inPieces(words, until, breathe, (at, count) => {
      card.launch("fill", threads, address + BigInt(8 * at), BigInt(count), BigInt(at), mask);
      card.wait();
    });
    await inPieces(words, Number.POSITIVE_INFINITY, breathe, (at, count) => {
      card.launch("verify", threads, address + BigInt(8 * at), BigInt(count), BigInt(at), mask, result);
      card.wait();
    });
  }
  const found = new BigUint64Array(2);
  card.read(result, found);
  const [wrong = 0n, first = none] = found;
  card.free(address);
  card.free(result);
  return {
    totalMiB: Math.round(total / mib),
    freeMiB: Math.round(free / mib),
    testedMiB: Math.round((words * 8) / mib),
    seconds: (performance.now() - began) / 1000,
    wrongWords: Number(wrong),
    firstWrongMiB: wrong > 0n ? Math.floor((Number(first) * 8) / mib) : null,
  };
}

/**
 * How much of the free memory may be taken for a moment. Where other programs use the card, they may want more of it;
 * Windows pages out the desktop to make room; on a chip that shares its memory, all programs of the system live there.
 */
function share(card: Card, { free, total }: { readonly free: number; readonly total: number }): number {
  if (card.driver.isIntegrated(card.device)) return free / 4;
  const withoutOwn = total - card.inUse;
  const taken = withoutOwn - free > withoutOwn / 6;
  if (taken || onWindows()) return free / 2;
  return free - Math.max(free / 10, Math.min(leftBytes, withoutOwn * leftPart));
}

/** Windows itself, or below WSL. */
function onWindows(): boolean {
  return process.platform === "win32" || existsSync("/dev/dxg");
}

/** The largest piece that the driver gives: free memory need not lie together. */
function allocateMost(card: Card, bytes: number): { readonly address: bigint; readonly bytes: number } {
  for (let size = bytes; ; size *= 0.75) {
    const rounded = Math.max(mib, Math.floor(size / mib) * mib);
    try {
      return { address: card.allocate(rounded), bytes: rounded };
    } catch (error) {
      if (!(error instanceof DriverError && error.code === outOfMemory) || rounded === mib) throw error;
    }
  }
}

/** How many words were worked on until the time was up: at least one piece. */
async function inPieces(
  words: number,
  until: number,
  breathe: () => Promise<void>,
  work: (at: number, count: number) => void,
): Promise<number> {
  const piece = pieceBytes / 8;
  let at = 0;
  while (at < words && (at === 0 || performance.now() < until)) {
    const count = Math.min(piece, words - at);
    work(at, count);
    at += count;
    await breathe();
  }
  return at;
}
