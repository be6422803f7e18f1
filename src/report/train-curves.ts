import type { Observation, RunSeen } from "../training/observe.ts";

/** Loss and accuracy in the course of the run, as means of so many steps that there are at most `mostPoints` of them. */
export interface TrainCurves {
  /** The last step of each mean, from 1. */
  readonly steps: readonly number[];
  readonly training: Curve;
  /** The run with labels that say nothing. */
  readonly control: Curve;
}

interface Curve {
  /** null where a loss in it was not finite, or the run had ended. */
  readonly loss: readonly (number | null)[];
  /** Share of the training batches answered right, 0…1; null where the engine does not count. */
  readonly accuracy: readonly (number | null)[] | null;
}

const mostPoints = 100;

/** null where no step was made. */
export function trainCurves({ training, control, plan }: Observation): TrainCurves | null {
  if (training.losses.length === 0) return null;
  const width = Math.ceil(plan.steps / mostPoints);
  const count = Math.ceil(training.losses.length / width);
  const steps = Array.from({ length: count }, (_, i) => Math.min((i + 1) * width, training.losses.length));
  return { steps, training: curveOf(training, width, count), control: curveOf(control, width, count) };
}

function curveOf({ losses, accuracies }: RunSeen, width: number, count: number): Curve {
  const counted = accuracies.some((share) => share !== null);
  return { loss: means(losses, width, count), accuracy: counted ? means(accuracies, width, count) : null };
}

function means(values: readonly (number | null)[], width: number, count: number): (number | null)[] {
  return Array.from({ length: count }, (_, i) => {
    const part = values.slice(i * width, (i + 1) * width);
    const sum = part.reduce<number | null>((total, one) => (total === null || one === null ? null : total + one), 0);
    return sum === null || part.length === 0 ? null : Number((sum / part.length).toPrecision(4));
  });
}
