import { type ProductPlan, productPlan } from "./product.ts";
import { randomNumbers, shuffled } from "./random.ts";

export const engineIds = ["torch", "tfjs-node-gpu", "cuda", "tfjs-wasm"] as const;
export type EngineId = (typeof engineIds)[number];

export type Device = "cuda" | "cpu";
export type WantedDevice = "auto" | Device;

/**
 * What an engine program is told to do, as its only JSON argument. The data are generated from the seed: square images
 * of gratings whose direction is the class, with random phase, plus normal noise. The labels come from here, so that
 * the answers can be judged here.
 */
export interface TrainingPlan {
  /**
   * `timing`: only the time of a step of a larger network, on the device. `looking`, of the cuda engine alone: only
   * whether the device answers.
   */
  readonly task: "training" | "timing" | "looking";
  readonly seed: number;
  readonly device: WantedDevice;
  readonly steps: number;
  readonly batchSize: number;
  /** Pixels of one side; a multiple of 4. */
  readonly imageSize: number;
  readonly classes: number;
  /** Channels of the first convolution; the second has twice as many. */
  readonly width: number;
  /** Standard deviation of the noise; the gratings have amplitude 1. */
  readonly noise: number;
  /** Of the gratings, in cycles per pixel. */
  readonly frequency: number;
  /** Of the Adam optimiser. */
  readonly learningRate: number;
  /** One decimal digit per image. */
  readonly trainLabels: string;
  /** Labels for the control run: they say nothing about the class. */
  readonly shuffledLabels: string;
  readonly testLabels: string;
  readonly product: ProductPlan;
}

/** Share of right answers on images that were not trained on; one in ten is chance. */
export const accuracyBar = 0.8;

const seed = 20;
const classes = 10;
const perClass = 128;
const tested = 500;

export function trainingPlan(
  steps: number,
  device: WantedDevice,
  task: TrainingPlan["task"] = "training",
): TrainingPlan {
  const random = randomNumbers(seed);
  const train = shuffled(digits(perClass * classes), random);
  return {
    task,
    seed,
    device,
    steps,
    batchSize: 64,
    imageSize: 16,
    classes,
    width: 8,
    noise: 1,
    frequency: 0.2,
    learningRate: 0.003,
    trainLabels: train.join(""),
    shuffledLabels: withoutMeaning(train, random).join(""),
    testLabels: shuffled(digits(tested), random).join(""),
    product: productPlan(),
  };
}

/** As many of each class. */
function digits(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i % classes);
}

/**
 * Labels of which each true class gets as many of every kind. Labels that are merely shuffled leave a small majority in
 * each class, from which a network can guess right by luck.
 */
function withoutMeaning(labels: readonly number[], random: () => number): number[] {
  const given = Array.from({ length: classes }, () => shuffled(digits(perClass), random));
  const used = new Array<number>(classes).fill(0);
  return labels.map((label) => {
    const at = used[label] ?? 0;
    used[label] = at + 1;
    return given[label]?.[at] ?? 0;
  });
}

/** Share of the predictions that are the labels, 0…1; null where there is not one prediction for each label. */
export function accuracyOf(predictions: readonly number[], labels: string): number | null {
  if (predictions.length !== labels.length) return null;
  const right = predictions.filter((guess, i) => String(guess) === labels[i]).length;
  return right / labels.length;
}
