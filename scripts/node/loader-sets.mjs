/** The built-in data sets of the loader benchmark for node, with the sizes and the work of those in Python. */
import { deflateSync, inflateSync } from "node:zlib";

const side = 224;
const sourceSide = 352;
const channels = 3;
const distinctImages = 4;

/** Rows of nine float32 numbers, 891 of them. */
function makeTable() {
  const random = generator(1);
  const rows = Array.from({ length: 891 }, () => Float32Array.from({ length: 9 }, random));
  return { length: rows.length, item: (index) => rows[index] };
}

/** Images of 3 x 224 x 224 bytes, inflated, cropped, flipped and brightened. */
function makeImages() {
  let encoded;
  return {
    length: 1024,
    item(index) {
      encoded ??= Array.from({ length: distinctImages }, (_, number) => encode(number));
      return augment(inflateSync(encoded[index % distinctImages]), generator(index + 1));
    },
  };
}

export const makers = { table: makeTable, images: makeImages };

/** One buffer of all items of a batch. */
export function makeBatch(set, indices) {
  const items = indices.map((index) => set.item(index));
  const bytes = new Uint8Array(items.reduce((sum, item) => sum + item.byteLength, 0));
  let at = 0;
  for (const item of items) {
    bytes.set(new Uint8Array(item.buffer, item.byteOffset, item.byteLength), at);
    at += item.byteLength;
  }
  return bytes;
}

function encode(seed) {
  const random = generator(seed + 1);
  const pixels = new Uint8Array(channels * sourceSide * sourceSide);
  for (let i = 0; i < pixels.length; i++) pixels[i] = ((i / sourceSide) % 200) + random() * 16;
  return deflateSync(pixels, { level: 1 });
}

function augment(pixels, random) {
  const top = Math.floor(random() * (sourceSide - side));
  const left = Math.floor(random() * (sourceSide - side));
  const flip = random() < 0.5;
  const gain = 0.8 + 0.4 * random();
  const brighter = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, value * gain));
  const image = new Uint8Array(channels * side * side);
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (let row = 0; row < side; row++) {
      const from = (channel * sourceSide + top + row) * sourceSide + left;
      for (let x = 0; x < side; x++) image[to++] = brighter[pixels[from + (flip ? side - 1 - x : x)]];
    }
  }
  return image;
}

function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
