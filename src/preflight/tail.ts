import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

/** More than any traceback of a cluster of workers. */
const kept = 256 * 1024;

/** Passes a stream on, byte for byte, and keeps its end. */
export class Tail {
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private heardAt = 0;
  private ended = false;

  constructor(
    private readonly from: Readable,
    private readonly to: Writable,
  ) {
    from.once("close", () => {
      this.ended = true;
    });
    from.on("data", (chunk: Buffer) => this.keep(chunk));
    from.on("error", () => {});
    from.pipe(to, { end: false });
  }

  private keep(chunk: Buffer): void {
    this.heardAt = performance.now();
    this.chunks.push(chunk);
    this.length += chunk.length;
    for (let first = this.chunks[0]; first && this.length - first.length >= kept; first = this.chunks[0]) {
      this.length -= first.length;
      this.chunks.shift();
    }
  }

  /** Waits until the writer has closed it, or has said nothing for so long though its words were taken. */
  async closed(silentMs: number): Promise<void> {
    this.heardAt = performance.now();
    while (!this.ended && (this.to.writableNeedDrain || performance.now() - this.heardAt < silentMs)) await wait(5);
    this.from.destroy();
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8").slice(-kept);
  }
}
