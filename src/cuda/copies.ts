import type { Card } from "./card.ts";

/** GB (10⁹ bytes) a second. */
export interface Copies {
  readonly hostToDevice: { readonly pinned: number; readonly pageable: number };
  readonly deviceToHost: { readonly pinned: number; readonly pageable: number };
  /** Within the card's memory, by a kernel: what is read and what is written both count. */
  readonly onDevice: number;
  /** What came back is what was sent. */
  readonly intact: boolean;
}

const mostBytes = 16 * 2 ** 20;
const rounds = 3;

/** Times copies between this machine and the card from ordinary (pageable) and from page-locked (pinned) memory. */
export function measureCopies(card: Card): Copies {
  const bytes = Math.min(mostBytes, 2 ** Math.floor(Math.log2(Math.max(2 ** 20, card.memoryInfo().free / 4))));
  const [sent, back] = [new Uint32Array(bytes / 4), new Uint32Array(bytes / 4)];
  for (let i = 0; i < sent.length; i++) sent[i] = Math.imul(i, 0x9e3779b1);
  const { driver } = card;
  const there = card.allocate(bytes);
  const copied = card.allocate(bytes);
  const pinned = card.allocatePinned(bytes);
  const speed = (work: () => void, moved = bytes): number => fastest(card, work, moved);
  const pageableIn = speed(() => driver.call("cuMemcpyHtoD_v2", there, sent, bytes));
  const threads = 2 ** 18;
  const onDevice = speed(() => card.launch("copy", threads, there, copied, BigInt(bytes / 8)), 2 * bytes);
  const pageableOut = speed(() => driver.call("cuMemcpyDtoH_v2", back, copied, bytes));
  const pinnedOut = speed(() => driver.call("cuMemcpyDtoH_v2", pinned, copied, bytes));
  const pinnedIn = speed(() => driver.call("cuMemcpyHtoD_v2", there, pinned, bytes));
  const intact = Buffer.compare(Buffer.from(sent.buffer), Buffer.from(back.buffer)) === 0;
  card.freePinned(pinned);
  card.free(copied);
  card.free(there);
  return {
    hostToDevice: { pinned: pinnedIn, pageable: pageableIn },
    deviceToHost: { pinned: pinnedOut, pageable: pageableOut },
    onDevice,
    intact,
  };
}

function fastest(card: Card, work: () => void, bytes: number): number {
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    card.wait();
    const began = performance.now();
    work();
    card.wait();
    seconds = Math.min(seconds, (performance.now() - began) / 1000);
  }
  return bytes / 1e9 / Math.max(seconds, 1e-9);
}
