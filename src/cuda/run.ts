/** The training run on one card, as reports of src/training/protocol.ts. */
import type { TrainingPlan } from "../training/plan.ts";
import type { Report } from "../training/protocol.ts";
import type { Card } from "./card.ts";
import { measureCopies } from "./copies.ts";
import { factor, trainingData } from "./data.ts";
import { testMemory } from "./memory-test.ts";
import { Network } from "./network.ts";

export interface Surroundings {
  readonly print: (report: Report) => void;
  /** Lets a signal come through, and throws where one came. */
  readonly breathe: () => Promise<void>;
  readonly limits: Limits;
}

interface Limits {
  /** Milliseconds for the memory test. */
  readonly memoryTestMs: number;
  /** Rows of the matrices by which the card is compared with the processor. */
  readonly timedSize: number;
}

/** Steps between two breaths. */
const atOnce = 10;
/** Steps that are repeated at most. */
const mostRepeated = 200;
/** Held until the end, so that whoever asks the driver sees it. */
const heldBytes = 128 * 2 ** 20;

export async function trainOn(card: Card, plan: TrainingPlan, around: Surroundings): Promise<void> {
  const { print, breathe, limits } = around;
  const stage = (name: string): void => print({ event: "stage", stage: name });
  stage("matrix product");
  print({ event: "product", values: knownProduct(card, plan), tf32: false, device: "cuda" });
  stage("training");
  const network = new Network(card, plan, trainingData(plan));
  const labelsOf = (text: string): Labels => ({ text, onCard: card.upload(Int32Array.from(text, Number)) });
  const [labels, shuffled] = [labelsOf(plan.trainLabels), labelsOf(plan.shuffledLabels)];
  const run = new Runs(network, plan, around);
  const first = await run.whole("training", labels);
  stage("repeat");
  const repeated = await run.again(labels, first.losses.length);
  const same = sameBits(first.losses, repeated.losses) && sameBits(first.weights, repeated.weights);
  print({ event: "repeat", steps: first.losses.length, same });
  stage("control");
  await run.whole("control", shuffled);
  print({ event: "memory", peakMiB: card.peak / 2 ** 20 });
  card.allocate(Math.min(heldBytes, Math.floor(card.memoryInfo().free / 4)));
  stage("memory test");
  print({ event: "memory-test", ...(await testMemory(card, limits.memoryTestMs, breathe)) });
  stage("copies");
  print({ event: "copies", ...measureCopies(card) });
  stage("larger product");
  const size = limits.timedSize;
  const onCard = productOnCard(card, size);
  print({ event: "timed", device: "cuda", ms: onCard.ms, threads: 1 });
  await breathe();
  const onProcessor = productOnProcessor(size);
  print({ event: "timed", device: "cpu", ms: onProcessor.ms, threads: 1 });
  print({ event: "compared", size, deviation: deviation(onCard.values, onProcessor.values, size) });
}

/** One digit an image, here and as int32 on the card. */
interface Labels {
  readonly text: string;
  readonly onCard: bigint;
}

interface Outcome {
  /** Of the first steps, up to those that are repeated. */
  readonly losses: Float64Array;
  readonly weights: Uint32Array;
}

class Runs {
  constructor(
    private readonly network: Network,
    private readonly plan: TrainingPlan,
    private readonly around: Surroundings,
  ) {}

  /** All steps with a report of each, then the test images. */
  async whole(name: "training" | "control", labels: Labels): Promise<Outcome> {
    const { network, plan, around } = this;
    const batch = plan.batchSize;
    const { print } = around;
    const kept = Math.min(plan.steps, mostRepeated);
    const losses = new Float64Array(kept);
    let weights: Uint32Array = new Uint32Array();
    network.reset();
    for (let step = 0; step < plan.steps; step++) {
      if (step % atOnce === 0) await around.breathe();
      const began = performance.now();
      const from = this.from(step);
      const loss = network.step(from, labels.onCard);
      const ms = performance.now() - began;
      const accuracy = network.guesses().filter((guess, i) => String(guess) === labels.text[from + i]).length / batch;
      print({ event: "step", run: name, step: step + 1, loss: finite(loss), accuracy, ms });
      if (step < kept) losses[step] = loss;
      if (step === kept - 1) weights = network.weightBits();
      if (step === 0 && name === "training") {
        const { parameters, gradients } = network.places();
        print({ event: "placed", parameters: [parameters], gradients: [gradients] });
      }
    }
    print({ event: "tested", run: name, predictions: network.predict() });
    return { losses, weights };
  }

  /** The first steps once more, from the same seed. */
  async again({ onCard }: Labels, steps: number): Promise<Outcome> {
    const losses = new Float64Array(steps);
    this.network.reset();
    for (let step = 0; step < steps; step++) {
      if (step % atOnce === 0) await this.around.breathe();
      losses[step] = this.network.step(this.from(step), onCard);
    }
    return { losses, weights: this.network.weightBits() };
  }

  private from(step: number): number {
    const { batchSize, trainLabels } = this.plan;
    return (step * batchSize) % (trainLabels.length - batchSize + 1);
  }
}

/** JSON has no NaN and no infinity: they are reported as null. */
const finite = (number: number): number | null => (Number.isFinite(number) ? number : null);

function sameBits(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = (of: ArrayBufferView): Buffer => Buffer.from(of.buffer, of.byteOffset, of.byteLength);
  return bytes(a).equals(bytes(b));
}

function knownProduct(card: Card, { product: { size, modulus, factors, entries } }: TrainingPlan): (number | null)[] {
  const left = card.upload(factor(size, modulus, factors[0], factors[1]));
  const right = card.upload(factor(size, modulus, factors[2], factors[3]));
  const out = card.allocate(4 * size * size);
  card.launch("product", (size * size) / 8, left, right, out, size, size, size, 0);
  const values = new Float32Array(size * size);
  card.read(out, values);
  for (const address of [left, right, out]) card.free(address);
  return entries.map(([row, column]) => finite(values[row * size + column] ?? Number.NaN));
}

const timedFactors = (size: number): readonly [Float32Array, Float32Array] => [
  factor(size, 65_521, 7919, 30_103),
  factor(size, 65_521, 12_983, 15_859),
];

interface TimedProduct {
  readonly ms: number;
  readonly values: Float32Array;
}

/** One product of larger matrices on the card. */
function productOnCard(card: Card, size: number): TimedProduct {
  const [left, right] = timedFactors(size).map((one) => card.upload(one)) as [bigint, bigint];
  const out = card.allocate(4 * size ** 2);
  const ms = fastest(() => {
    card.launch("product", size ** 2 / 8, left, right, out, size, size, size, 0);
    card.wait();
  });
  const values = new Float32Array(size ** 2);
  card.read(out, values);
  for (const address of [left, right, out]) card.free(address);
  return { ms, values };
}

/** The same product on one thread of the processor. */
function productOnProcessor(size: number): TimedProduct {
  const [left, right] = timedFactors(size);
  const values = new Float32Array(size ** 2);
  const ms = fastest(() => {
    values.fill(0);
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < size; k++) {
        const one = left[i * size + k] ?? 0;
        for (let j = 0; j < size; j++) {
          const at = i * size + j;
          values[at] = (values[at] ?? 0) + one * (right[k * size + j] ?? 0);
        }
      }
    }
  });
  return { ms, values };
}

/**
 * The largest difference of an entry as a share of what its terms sum up to without their signs: the factors lie evenly
 * between -½ and ½, so that is 1/16 a term on average. null where an entry is no number.
 */
function deviation(one: Float32Array, other: Float32Array, size: number): number | null {
  let largest = 0;
  for (let i = 0; i < one.length; i++) {
    const difference = Math.abs((one[i] ?? Number.NaN) - (other[i] ?? Number.NaN));
    if (Number.isNaN(difference)) return null;
    if (difference > largest) largest = difference;
  }
  return finite(largest / (size / 16));
}

/** Milliseconds; the first round warms up. */
function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 2; round++) {
    const began = performance.now();
    work();
    best = Math.min(best, performance.now() - began);
  }
  return Math.max(best, 1e-3);
}
