import { expect, test } from "vitest";
import { trainCurves } from "../../src/report/train-curves.ts";
import { observation } from "./build.ts";

function run(losses: readonly (number | null)[], accuracies: readonly (number | null)[] = losses.map(() => null)) {
  return { losses, accuracies, stepMs: losses.map(() => 1), predictions: null };
}

test("few steps are told one by one, and an engine that does not count right answers has no accuracy", () => {
  const seen = observation({ training: run([3, 2, 1], [0.1, 0.2, 0.3]), control: run([3, 3, 3]) });
  expect(trainCurves({ ...seen, plan: { ...seen.plan, steps: 3 } })).toEqual({
    steps: [1, 2, 3],
    training: { loss: [3, 2, 1], accuracy: [0.1, 0.2, 0.3] },
    control: { loss: [3, 3, 3], accuracy: null },
  });
});

test("many steps are told as means, the last of which may be of fewer", () => {
  const losses = Array.from({ length: 1050 }, (_, step) => step);
  const seen = observation({ training: run(losses), control: run(losses) });
  const curves = trainCurves({ ...seen, plan: { ...seen.plan, steps: 1050 } });
  expect(curves?.steps.length).toBeLessThanOrEqual(100);
  expect([curves?.steps[0], curves?.steps.at(-1)]).toEqual([11, 1050]);
  expect([curves?.training.loss[0], curves?.training.loss.at(-1)]).toEqual([5, 1047]);
});

test("a loss that is no number spoils its own mean only, and a run that broke off has gaps", () => {
  const seen = observation({ training: run([2, null, 1]), control: run([2]) });
  const curves = trainCurves({ ...seen, plan: { ...seen.plan, steps: 3 } });
  expect(curves?.training.loss).toEqual([2, null, 1]);
  expect(curves?.control.loss).toEqual([2, null, null]);
});

test("nothing is told where no step was made", () => {
  expect(trainCurves(observation({ training: run([]), control: run([]) }))).toBeNull();
});
