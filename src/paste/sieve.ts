import type { Line } from "./normalise.ts";
import { lineOf } from "./normalise.ts";

/**
 * Words of which every line has at least one that a clue or a reader can use. Lower case; matched as bytes, in any
 * case, so a log of many megabytes is only looked at closely where one of them stands.
 */
const telling: readonly string[] = [
  ..."nvidia nvml nvrm xid cuda cudnn cublas cufft cusolver cusparse curand nccl nvcc gpu geforce rtx gtx quadro tesla".split(
    " ",
  ),
  ..."nouveau dkms dxg wsl microsoft-standard -microsoft torch tensorflow tfjs jax dataloader num_worker worker pickle".split(
    " ",
  ),
  ..."traceback error: exception killed oom memory shm shared_memory bus error ancdata too many open errno winerror".split(
    " ",
  ),
  ..."rocm radeon amdgpu hip gfx miopen vmware virtualbox qemu kvm hypervisor passthrough vgpu grid vfio mmio bar1".split(
    " ",
  ),
  ..."docker container podman kubectl pod snap secure key was rejected required key module modprobe initramfs kernel".split(
    " ",
  ),
  ..."lspci controller prime optimus decoding resizable apple darwin macos windows paging pagefile epoch".split(" "),
  ..."no module named requirement already matching distribution wheel python node version forkserver spawn fork freeze_support".split(
    " ",
  ),
  ..."fabric stub libcu libnv crw- /dev/ /mnt/ uname failed cannot slow gyp".split(" "),
  ..."页面文件 找不到 未找到 已杀死 打开 密钥 файл модуль команда ページ introuvable nicht abierto".split(" "),
].filter((word) => word.length > 2);

/** How many bytes are read as one line at most; a file without line ends is cut into such pieces. */
const longestLine = 64 * 1024;
/** Lines before and after a telling one that are kept with it: the command above, the rest of a message below. */
const before = 2;
const after = 6;
/** Most lines that are kept. A log says the same thing many times; each way of saying it is kept a few times. */
const mostLines = 6000;
const mostRepeats = 4;

/** Reads a text of any length piece by piece and keeps the lines, with their numbers, that may matter. */
export class Sieve {
  readonly #kept: Line[] = [];
  readonly #recent: { readonly number: number; readonly raw: string }[] = [];
  readonly #seen = new Map<string, number>();
  #rest: Buffer = Buffer.alloc(0);
  #number = 0;
  #follow = 0;

  /** Next piece of the text, UTF-8. */
  add(piece: Buffer): void {
    const buffer = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece;
    let start = 0;
    for (;;) {
      let end = buffer.indexOf(0x0a, start);
      if (end < 0 && buffer.length - start > longestLine) end = start + longestLine;
      if (end < 0) break;
      this.#line(buffer, start, end);
      start = buffer[end] === 0x0a ? end + 1 : end;
    }
    this.#rest = Buffer.from(buffer.subarray(start));
  }

  /** The lines that were kept, in their order. */
  finish(): Line[] {
    if (this.#rest.length > 0) this.#line(this.#rest, 0, this.#rest.length);
    this.#rest = Buffer.alloc(0);
    return this.#kept;
  }

  #line(buffer: Buffer, start: number, end: number): void {
    this.#number++;
    const tells = automaton.matches(buffer, start, end);
    if (!tells && this.#follow === 0) {
      // Most lines of a long log end here: they are only remembered as context, undecoded while possible.
      this.#recent.push({ number: this.#number, raw: buffer.toString("utf8", start, Math.min(end, start + 512)) });
      if (this.#recent.length > before) this.#recent.shift();
      return;
    }
    if (this.#kept.length >= mostLines || (tells && isBinary(buffer, start, end))) return;
    const line = lineOf(this.#number, buffer.toString("utf8", start, Math.min(end, start + 8192)));
    if (!tells) {
      this.#follow--;
      this.#kept.push(line);
      return;
    }
    const shape = line.text.replace(/[0-9a-f]*\d[0-9a-f]*/gi, "0").slice(0, 120);
    const times = this.#seen.get(shape) ?? 0;
    if (times >= mostRepeats) return;
    this.#seen.set(shape, times + 1);
    for (const { number, raw } of this.#recent) this.#kept.push(lineOf(number, raw));
    this.#recent.length = 0;
    this.#kept.push(line);
    this.#follow = after;
  }
}

/** Bytes that no text has, more than a few of them: what looks like a word there is chance. */
function isBinary(buffer: Uint8Array, start: number, end: number): boolean {
  let odd = 0;
  for (let at = start; at < end; at++) {
    const byte = buffer[at] ?? 0;
    // Below the blank only tab, line ends and escape belong to a text.
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x1b) odd++;
  }
  return odd * 20 > end - start;
}

/** Aho–Corasick over bytes, ASCII letters in either case: says in one pass whether any of the words stands there. */
class Automaton {
  readonly #next: Int32Array;
  readonly #accepts: Uint8Array;

  constructor(words: readonly string[]) {
    const trie: Map<number, number>[] = [new Map()];
    const accepts = [0];
    for (const word of words) {
      let state = 0;
      for (const byte of Buffer.from(word, "utf8")) {
        let to = trie[state]?.get(byte);
        if (to === undefined) {
          to = trie.length;
          trie.push(new Map());
          accepts.push(0);
          trie[state]?.set(byte, to);
        }
        state = to;
      }
      accepts[state] = 1;
    }
    this.#next = new Int32Array(trie.length * 256);
    this.#accepts = Uint8Array.from(accepts);
    this.#link(trie);
  }

  #link(trie: readonly Map<number, number>[]): void {
    const next = this.#next;
    const accepts = this.#accepts;
    const fallback = new Int32Array(trie.length);
    const queue: number[] = [0];
    for (let at = 0; at < queue.length; at++) {
      const state = queue[at] ?? 0;
      const back = fallback[state] ?? 0;
      if (accepts[back]) accepts[state] = 1;
      for (let byte = 0; byte < 256; byte++) {
        const to = trie[state]?.get(byte);
        const otherwise = state === 0 ? 0 : (next[back * 256 + byte] ?? 0);
        next[state * 256 + byte] = to ?? otherwise;
        if (to === undefined) continue;
        fallback[to] = otherwise;
        queue.push(to);
      }
    }
    for (let state = 0; state < trie.length; state++) {
      for (let letter = 0x41; letter <= 0x5a; letter++) {
        next[state * 256 + letter] = next[state * 256 + letter + 0x20] ?? 0;
      }
    }
  }

  matches(buffer: Uint8Array, start: number, end: number): boolean {
    const next = this.#next;
    const accepts = this.#accepts;
    let state = 0;
    for (let at = start; at < end; at++) {
      state = next[state * 256 + (buffer[at] ?? 0)] ?? 0;
      if (accepts[state]) return true;
    }
    return false;
  }
}

const automaton = new Automaton(telling);
