import { advise, causeOfTrouble } from "../loader/advice.ts";
import type { Benched } from "../loader/benched.ts";
import { type EpochParts, epochParts, type Start, totalOf } from "../loader/model.ts";
import { median } from "../loader/statistics.ts";
import { partsOf } from "./bench-loader-rows.ts";

type Report = Readonly<Record<string, unknown>>;

/** `bench loader --json`: flat for one data set, `results` for several. */
export function benchLoaderReport(done: readonly Benched[], durationMs: number): Report {
  const [first] = done;
  const head = {
    schemaVersion: 1,
    kind: "bench-loader",
    engine: first?.engine.name ?? "node",
    python: first?.engine.python ?? null,
    framework: first?.framework ?? null,
  };
  const tail = { interrupted: done.some(({ interrupted }) => interrupted), durationMs: Math.round(durationMs) };
  if (first !== undefined && done.length === 1) return { ...head, ...resultOf(first), ...tail };
  return {
    ...head,
    results: done.map((each) => ({ ...resultOf(each), durationMs: Math.round(each.durationMs) })),
    ...tail,
  };
}

function resultOf(done: Benched): Report {
  const { opened, options, decision, parameters: p, timed } = done;
  const advice = advise(done);
  const best = decision?.best ?? null;
  return {
    dataset: {
      name: options.dataset.name,
      kind: opened.kind,
      samples: opened.samples,
      batchSize: opened.batchSize,
      batches: opened.batches,
      bytesPerSample: Math.round(opened.batchBytes / Math.min(opened.batchSize, opened.samples ?? opened.batchSize)),
      pickledBytes: opened.pickledBytes,
    },
    epochs: options.epochs,
    step: done.step && { ms: millis(done.step.seconds), how: done.step.how, device: done.step.device },
    batch: p && {
      ms: millis(p.batchSeconds),
      cpuMs: millis(p.batchCpuSeconds),
      ioMs: millis(p.batchSeconds - p.batchCpuSeconds),
      variation: digits(p.jitter),
      sendMs: millis(p.sendSeconds),
      receiveMs: millis(p.receiveSeconds),
      directEpochMs: timed?.directSeconds ? millis(timed.directSeconds) : null,
    },
    limits: done.limits.map(({ name, maxWorkers, says }) => ({ name, maxWorkers, detail: says.en })),
    bindingLimit: done.limits[0]?.name ?? null,
    workerStart: done.starts.flatMap((start) =>
      start.points.map(({ workers, seconds }) => ({
        ...startOf(start),
        workers,
        ms: millis(seconds),
        stopMs: millis(median(start.raw.filter((run) => run.workers === workers).map((run) => run.stopSeconds))),
        memoryMiB: start.privateMiB === null ? null : digits(start.privateMiB),
      })),
    ),
    measurements: measurementsOf(done),
    prediction: done.predicted.map(({ start, workers, epochSeconds }) => ({
      ...startOf(start),
      numWorkers: workers,
      epochSeconds: digits(epochSeconds),
      parts: reportedParts(partsOf(done, { start, workers, epochSeconds })),
    })),
    modelError: done.verified?.modelError === null || !done.verified ? null : digits(done.verified.modelError),
    recommendation: {
      numWorkers: best?.workers ?? 0,
      ...startOf(best?.start ?? null),
      persistentWorkers: advice.persistentWorkers,
      prefetchFactor: best === null || best.workers === 0 ? null : done.prefetch,
      pinMemory: advice.pinMemory,
      reason: advice.reason.en,
      speedup: digits(decision?.speedup ?? 1),
      equalWorkers: decision?.equalWorkers ?? [],
      equalStartMethods: (decision?.equalStarts ?? []).map(startOf),
      tolerance: digits(decision?.tolerance ?? 0),
      notes: advice.notes.map(({ en }) => en),
      code: advice.lines,
    },
    storage: done.storage && {
      folder: done.storage.folder,
      filesystem: done.storage.filesystem,
      files: done.storage.files,
      there: done.storage.there.map(roundedPoint),
      local: done.storage.local.map(roundedPoint),
    },
    troubles: done.troubles.map(({ where, trouble }) => ({
      where,
      message: trouble.message,
      cause: causeOfTrouble(trouble),
    })),
  };
}

/** Epochs with their share of start and stop: as swept, or warm ones with the measured start added. */
function measurementsOf(done: Benched): Report[] {
  const { parameters: p, verified, starts } = done;
  if (done.swept.length > 0) {
    return done.swept
      .filter(({ seconds }) => seconds.length > 0)
      .map(({ start, workers, seconds, firstSeconds, stallFractions }) =>
        measurement(done, { start, workers, seconds, first: median(firstSeconds), stall: median(stallFractions) }),
      );
  }
  if (p === null || verified === null) return [];
  const cheapest = starts[0] ?? null;
  return verified.points.map(({ workers, seconds, stallFractions, coldFirstSeconds }) => {
    const cost = workers === 0 ? null : cheapest;
    const whole = seconds.map((warm) => totalOf(epochParts(p, workers, cost, warm)));
    const stall = median(stallFractions);
    return measurement(done, { start: cost, workers, seconds: whole, first: coldFirstSeconds, stall });
  });
}

interface Measured {
  readonly start: Start | null;
  readonly workers: number;
  readonly seconds: readonly number[];
  readonly first: number;
  readonly stall: number;
}

function measurement(done: Benched, { start, workers, seconds, first, stall }: Measured): Report {
  return {
    ...startOf(start),
    numWorkers: workers,
    epochSeconds: {
      min: digits(Math.min(...seconds)),
      median: digits(median(seconds)),
      max: digits(Math.max(...seconds)),
    },
    parts: reportedParts(partsOf(done, { start, workers, epochSeconds: median(seconds) })),
    rounds: seconds.length,
    firstBatchSeconds: digits(first),
    stallFraction: digits(Math.min(1, stall)),
  };
}

function reportedParts({ start, steady, stop }: EpochParts): Report {
  return { startSeconds: digits(start), steadySeconds: digits(steady), stopSeconds: digits(stop) };
}

function startOf(start: Start | null): { startMethod: string | null; preload: boolean } {
  return { startMethod: start?.method ?? null, preload: start?.preload ?? false };
}

function roundedPoint(point: { readers: number; filesPerSecond: number; mibPerSecond: number }): Report {
  const { readers, filesPerSecond, mibPerSecond } = point;
  return { readers, filesPerSecond: digits(filesPerSecond), mibPerSecond: digits(mibPerSecond) };
}

/** Four telling digits: more would only look exact. */
function digits(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;
}

const millis = (seconds: number): number => digits(seconds * 1000);
