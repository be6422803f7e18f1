import type { TrainingPlan } from "../training/plan.ts";
import { randomNumbers } from "../training/random.ts";
import type { Card } from "./card.ts";
import { normal, type TrainingData } from "./data.ts";

/** Pixels of one side of a filter, and how far it moves. */
const patch = 7;
const stride = 2;
/** Columns of the scores: the classes, rounded up to what a strip of the kernels needs. */
const scoreWidth = 16;
const rate = 0.3;
const momentum = 0.9;

interface Shape {
  /** Positions of a filter along one side, and in the whole image. */
  readonly across: number;
  readonly positions: number;
  /** Pixels of a patch and the 1 for the bias. */
  readonly entries: number;
  readonly filters: number;
  /** Numbers in the weights of the filters, and in all weights. */
  readonly filterWeights: number;
  readonly weights: number;
}

/**
 * A small convolutional network: filters, rectifier, mean over the positions, classes; trained by stochastic gradient
 * descent with momentum. Its data stay on the card from one run to the next.
 */
export class Network {
  private readonly shape: Shape;
  private readonly patches: bigint;
  private readonly testPatches: bigint;
  private readonly weights: bigint;
  private readonly velocity: bigint;
  private readonly gradient: bigint;
  private readonly hidden: bigint;
  private readonly pooled: bigint;
  private readonly pooledGradient: bigint;
  private readonly scores: bigint;
  private readonly scoreGradient: bigint;
  private readonly losses: bigint;
  private readonly batchLosses: Float32Array;
  private readonly batchScores: Float32Array;

  constructor(
    private readonly card: Card,
    private readonly plan: TrainingPlan,
    data: TrainingData,
  ) {
    const { batchSize: batch } = plan;
    this.shape = shapeOf(plan);
    const { positions, filters, weights } = this.shape;
    const floats = (count: number): bigint => card.allocate(4 * count);
    this.patches = this.cut(data.images, plan.trainLabels.length);
    this.testPatches = this.cut(data.testImages, plan.testLabels.length);
    const rows = Math.max(batch, plan.testLabels.length);
    [this.weights, this.velocity, this.gradient] = [floats(weights), floats(weights), floats(weights)];
    this.hidden = floats(rows * positions * filters);
    this.pooled = floats(rows * (filters + 1));
    this.pooledGradient = floats(batch * filters);
    this.scores = floats(rows * scoreWidth);
    this.scoreGradient = floats(batch * scoreWidth);
    this.losses = floats(batch);
    this.batchLosses = new Float32Array(batch);
    this.batchScores = new Float32Array(batch * scoreWidth);
  }

  /** Sets the weights to what the seed says. */
  reset(): void {
    const { entries, filters, filterWeights, weights } = this.shape;
    const random = randomNumbers(this.plan.seed);
    const values = new Float32Array(weights);
    const biases = (entries - 1) * filters;
    for (let i = 0; i < biases; i++) values[i] = normal(random) / patch;
    for (let i = filterWeights; i < filterWeights + filters * scoreWidth; i++) {
      if ((i - filterWeights) % scoreWidth < this.plan.classes) values[i] = normal(random) / Math.sqrt(filters);
    }
    this.card.write(this.weights, values);
    this.card.write(this.velocity, new Float32Array(weights));
  }

  /** One step on a batch that begins at an image; the mean loss before it. `labels`: int32 on the card, one an image. */
  step(from: number, labels: bigint): number {
    const { card, plan, shape } = this;
    const { batchSize: batch } = plan;
    const { positions, entries, filters, filterWeights, weights } = shape;
    const images = this.patches + BigInt(4 * from * positions * entries);
    const classWeights = this.weights + BigInt(4 * filterWeights);
    const strips = filters / 8;
    this.forward(images, batch);
    const share = [batch, plan.classes, scoreWidth];
    const labelsHere = labels + BigInt(4 * from);
    card.launch("cross_entropy", batch, this.scores, labelsHere, this.losses, this.scoreGradient, ...share);
    const ofClasses = this.gradient + BigInt(4 * filterWeights);
    const classShape = [filters + 1, batch, scoreWidth];
    const classThreads = ((filters + 1) * scoreWidth) / 8;
    card.launch("transposed_product", classThreads, this.pooled, this.scoreGradient, ofClasses, ...classShape);
    const backShape = [batch, scoreWidth, filters];
    const back = [this.scoreGradient, classWeights, this.pooledGradient, ...backShape];
    card.launch("product_transposed", batch * filters, ...back);
    card.launch("unpool", batch * positions * strips, this.hidden, this.pooledGradient, batch, positions, filters);
    const filterShape = [entries, batch * positions, filters];
    card.launch("transposed_product", entries * strips, images, this.hidden, this.gradient, ...filterShape);
    const speed = [{ float: rate }, { float: momentum }];
    card.launch("descend", weights, this.weights, this.velocity, this.gradient, ...speed, weights);
    card.read(this.losses, this.batchLosses);
    return this.batchLosses.reduce((sum, loss) => sum + loss, 0) / batch;
  }

  /** The likeliest class of each image of the last step, before that step. */
  guesses(): number[] {
    this.card.read(this.scores, this.batchScores);
    return this.likeliest(this.batchScores);
  }

  /** The likeliest class of each test image. */
  predict(): number[] {
    const count = this.plan.testLabels.length;
    this.forward(this.testPatches, count);
    const scores = new Float32Array(count * scoreWidth);
    this.card.read(this.scores, scores);
    return this.likeliest(scores);
  }

  private likeliest(scores: Float32Array): number[] {
    return Array.from({ length: scores.length / scoreWidth }, (_, row) => {
      const first = row * scoreWidth;
      let best = 0;
      for (let i = 1; i < this.plan.classes; i++) {
        if ((scores[first + i] ?? 0) > (scores[first + best] ?? 0)) best = i;
      }
      return best;
    });
  }

  /** Where the driver says that the weights and their gradients lie: "cuda" or "cpu". */
  places(): { readonly parameters: string; readonly gradients: string } {
    const place = (address: bigint): string => (this.card.driver.isOnDevice(address) ? "cuda" : "cpu");
    return { parameters: place(this.weights), gradients: place(this.gradient) };
  }

  /** The bits of all weights. */
  weightBits(): Uint32Array {
    const bits = new Uint32Array(this.shape.weights);
    this.card.read(this.weights, bits);
    return bits;
  }

  private forward(images: bigint, count: number): void {
    const { card } = this;
    const { positions, entries, filters, filterWeights } = this.shape;
    const strips = filters / 8;
    const rows = count * positions;
    card.launch("product", rows * strips, images, this.weights, this.hidden, rows, entries, filters, 1);
    card.launch("pool", count * strips, this.hidden, this.pooled, count, positions, filters);
    const classWeights = this.weights + BigInt(4 * filterWeights);
    const shape = [count, filters + 1, scoreWidth, 0];
    card.launch("product", (count * scoreWidth) / 8, this.pooled, classWeights, this.scores, ...shape);
  }

  /** The patches of all images, on the card. */
  private cut(images: Float32Array, count: number): bigint {
    const { card, plan } = this;
    const { across, positions, entries } = this.shape;
    const whole = card.upload(images);
    const out = card.allocate(4 * count * positions * entries);
    card.launch("patches", count * positions * entries, whole, out, count, plan.imageSize, patch, stride, across);
    card.wait();
    card.free(whole);
    return out;
  }
}

function shapeOf({ imageSize, width }: TrainingPlan): Shape {
  const across = Math.floor((imageSize - patch) / stride) + 1;
  const entries = patch * patch + 1;
  const filterWeights = entries * width;
  const weights = filterWeights + (width + 1) * scoreWidth;
  return { across, positions: across * across, entries, filters: width, filterWeights, weights };
}
