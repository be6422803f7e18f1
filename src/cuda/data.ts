import type { TrainingPlan } from "../training/plan.ts";
import { randomNumbers } from "../training/random.ts";

/** Gratings whose direction is the class, with random phase, plus normal noise: [images, size, size], row by row. */
export interface TrainingData {
  readonly images: Float32Array;
  readonly testImages: Float32Array;
}

export function trainingData(plan: TrainingPlan): TrainingData {
  const random = randomNumbers(plan.seed);
  return { images: gratings(plan, plan.trainLabels, random), testImages: gratings(plan, plan.testLabels, random) };
}

function gratings(plan: TrainingPlan, labels: string, random: () => number): Float32Array {
  const { imageSize: size, classes, frequency, noise } = plan;
  const values = new Float32Array(labels.length * size * size);
  let at = 0;
  for (const label of labels) {
    const angle = (Number(label) * Math.PI) / classes;
    const phase = random() * 2 * Math.PI;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const along = x * Math.cos(angle) + y * Math.sin(angle);
        values[at++] = Math.cos(2 * Math.PI * frequency * along + phase) + noise * normal(random);
      }
    }
  }
  return values;
}

/** A number of the standard normal distribution, by Box and Muller. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A factor of the known product, row by row: src/training/product.ts tells how its entries are made. */
export function factor(size: number, modulus: number, row: number, column: number): Float32Array {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) values[i * size + j] = ((i * row + j * column) % modulus) / modulus - 0.5;
  }
  return values;
}
