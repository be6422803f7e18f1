/** Measures a few numbers of workers in interleaved rounds: every round has each of them, and no workers twice. */
import { cycleSeconds, type Parameters, type Start, warmEpochSeconds } from "./model.ts";
import { epochsSchema } from "./protocol.ts";
import { LoaderTrouble, type Session } from "./session.ts";
import { sessionIsOver } from "./starts.ts";
import { median, medianInterval, seeded, shuffled } from "./statistics.ts";

export interface VerifyPlan {
  readonly parameters: Parameters;
  /** How the workers are started; it does not matter for a warm epoch. */
  readonly start: Start | null;
  /** Seconds to the first batch of one worker. */
  readonly startSeconds: number;
  readonly candidates: readonly number[];
  readonly prefetch: number;
  readonly left: () => number;
  readonly progress: (done: number, of: number) => void;
  /** null: not one number of workers failed, but the session as a whole. */
  readonly failed: (workers: number | null, trouble: LoaderTrouble) => void;
}

interface WarmEpochs {
  readonly workers: number;
  /** Seconds of a whole warm epoch in each round. */
  readonly seconds: readonly number[];
  readonly stallFractions: readonly number[];
  readonly sawTooth: number | null;
  /** Seconds from no worker to the first batch, once. */
  readonly coldFirstSeconds: number;
  readonly samples: number;
}

export interface Verified {
  readonly points: readonly WarmEpochs[];
  /** No workers, twice in each round. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Largest relative error of a prediction; null where nothing was compared. */
  readonly modelError: number | null;
  readonly batches: number;
}

const mostRounds = 9;
const leastRounds = 3;
/** A prediction that is further off than this is no longer trusted to leave numbers of workers out. */
const trusted = 0.2;

export async function verify(session: Session, plan: VerifyPlan): Promise<Verified> {
  const rounds = new Rounds(session, plan);
  try {
    await rounds.run();
  } catch (error) {
    // What was measured until the end of the session still counts.
    if (!(error instanceof LoaderTrouble)) throw error;
    plan.failed(null, error);
  }
  return rounds.result();
}

/** 0, the best prediction with its neighbours and half of it, and whatever is predicted within a quarter of it. */
function pointsToVerify(parameters: Parameters, candidates: readonly number[]): number[] {
  const time = (workers: number): number => warmEpochSeconds(parameters, workers);
  const best = candidates.reduce((a, b) => (time(b) < time(a) ? b : a), 0);
  const at = candidates.indexOf(best);
  const beside = [candidates[at - 1], candidates[at + 1], candidates.find((count) => count >= best / 2)];
  const near = candidates.filter((count) => time(count) < 1.25 * time(best)).slice(0, 4);
  const points = new Set([0, best, ...beside.filter((count) => count !== undefined), ...near]);
  return [...points].sort((a, b) => a - b);
}

function hung({ message, detail }: LoaderTrouble): boolean {
  return detail["hung"] === true || message.includes("DataLoader timed out");
}

class Rounds {
  private readonly warm = new Map<number, { seconds: number[]; stalls: number[]; saw: number[] }>();
  private readonly cold = new Map<number, { first: number; estimate: number; stall: number; samples: number }>();
  private readonly pairs: [number, number][] = [];
  private readonly random = seeded(7);
  private points: number[];
  private readonly batches: number;
  private failedFrom = Number.POSITIVE_INFINITY;
  private widened = false;

  constructor(
    private readonly session: Session,
    private readonly plan: VerifyPlan,
  ) {
    this.points = [...plan.candidates];
    this.batches = this.howManyBatches();
  }

  async run(): Promise<void> {
    const { parameters, candidates, left, progress } = this.plan;
    this.points = this.plan.start === null ? [0] : pointsToVerify(parameters, candidates);
    for (const workers of this.mostTellingFirst()) {
      // Without workers and with the best guess there is something to compare, whatever the budget.
      if (this.cold.size > 1 && left() < 1.5 * this.estimate(workers)) continue;
      progress(0, leastRounds);
      if (workers < this.failedFrom) await this.measure(workers, true);
    }
    this.widenWhereModelIsOff();
    for (let round = 1; round <= mostRounds; round++) {
      const before = performance.now();
      if (!(await this.round())) break;
      const took = (performance.now() - before) / 1000;
      progress(round, Math.min(mostRounds, Math.max(leastRounds, round + Math.floor(left() / took))));
      if (this.widenWhereModelIsOff()) continue;
      if (round >= leastRounds && (this.decided() || left() < took)) break;
    }
    await this.session.ask(epochsSchema.partial(), { do: "release" }, 60);
  }

  private mostTellingFirst(): number[] {
    const time = (workers: number): number => warmEpochSeconds(this.plan.parameters, workers);
    const [none = 0, ...more] = this.points;
    return [none, ...more.sort((a, b) => time(a) - time(b) || a - b)];
  }

  /** One warm epoch of every point; false where the time is over. */
  private async round(): Promise<boolean> {
    const order = shuffled([...this.points.filter((count) => count < this.failedFrom), 0], this.random);
    const plain: number[] = [];
    for (const workers of order) {
      if (this.plan.left() < this.estimate(workers)) return false;
      const seconds = await this.measure(workers, false);
      if (workers === 0 && seconds !== null) plain.push(seconds);
    }
    const [first, second] = plain;
    if (first !== undefined && second !== undefined) this.pairs.push([first, second]);
    return true;
  }

  private async measure(workers: number, cold: boolean): Promise<number | null> {
    const { start, prefetch, parameters: p } = this.plan;
    const way = workers === 0 ? {} : { ...start, prefetch };
    const patience = 20 + 20 * this.estimate(workers);
    const command = {
      do: "warm_epoch",
      workers,
      batches: this.batches,
      most: this.mostSeconds(),
      timeout: this.batchPatience(workers),
      ...way,
    };
    try {
      const [epoch] = (await this.session.ask(epochsSchema, command, patience + 60)).epochs;
      if (epoch === undefined) return null;
      const more = Math.max(0, p.batches - epoch.batches) * epoch.cycleSeconds;
      const stall = epoch.waitSeconds / Math.max(epoch.seconds - epoch.firstSeconds, 1e-9);
      if (cold) {
        const fill = p.batchSeconds + p.sendSeconds + p.receiveSeconds;
        const estimate = epoch.seconds + more - (workers === 0 ? 0 : epoch.firstSeconds - fill);
        this.cold.set(workers, { first: epoch.firstSeconds, estimate, stall, samples: epoch.samples });
        return estimate;
      }
      const kept = this.warm.get(workers) ?? { seconds: [], stalls: [], saw: [] };
      this.warm.set(workers, kept);
      kept.seconds.push(epoch.seconds + more);
      kept.stalls.push(stall);
      if (epoch.sawTooth !== null) kept.saw.push(epoch.sawTooth);
      return epoch.seconds + more;
    } catch (error) {
      if (!(error instanceof LoaderTrouble) || sessionIsOver(error)) throw error;
      // What hangs in one worker hangs in more and in fewer: it is waited for only once.
      this.failedFrom = hung(error) ? Math.min(this.failedFrom, 1) : Math.min(this.failedFrom, workers);
      this.plan.failed(workers, error);
      if (workers === 0) throw error;
      return null;
    }
  }

  /** Seconds after which a worker that gave no batch is taken to hang. */
  private batchPatience(workers: number): number {
    const { parameters: p, startSeconds } = this.plan;
    return Math.ceil(5 + 20 * (p.batchSeconds + p.sendSeconds) + 4 * startSeconds * workers);
  }

  /** Seconds that a point will take, start included where it has not started yet. */
  private estimate(workers: number): number {
    const { parameters: p } = this.plan;
    const measured = this.medianOf(workers);
    if (measured === undefined) return this.batches * cycleSeconds(p, workers) + 0.5;
    return Math.min(this.mostSeconds(), (measured * this.batches) / p.batches);
  }

  /** A point that is slower than was thought must not use up the time of the others. */
  private mostSeconds(): number {
    return Math.max(0.5, this.plan.left() / (2 * (this.points.length + 1)));
  }

  /** As many batches as leave time for four rounds; at least so many that every worker has several. */
  private howManyBatches(): number {
    const { parameters, candidates, left } = this.plan;
    const points = [0, ...pointsToVerify(parameters, candidates)];
    const perBatch = points.reduce((sum, workers) => sum + cycleSeconds(parameters, workers), 0);
    const least = Math.max(8, 3 * Math.max(...points));
    const room = Math.floor((0.8 * left()) / (4 * perBatch));
    return Math.min(parameters.batches, Math.max(Math.min(least, Math.max(3, 4 * room)), room));
  }

  private medianOf(workers: number): number | undefined {
    const seconds = this.warm.get(workers)?.seconds ?? [];
    return seconds.length > 0 ? median(seconds) : this.cold.get(workers)?.estimate;
  }

  private modelError(): number | null {
    const errors = this.points.map((workers) => {
      const measured = this.medianOf(workers);
      return measured === undefined ? 0 : Math.abs(warmEpochSeconds(this.plan.parameters, workers) / measured - 1);
    });
    return errors.length === 0 ? null : Math.max(...errors);
  }

  /** Where the model is wrong, all candidates are measured instead, as far as the time goes. */
  private widenWhereModelIsOff(): boolean {
    const error = this.modelError();
    if (this.widened || error === null || error <= trusted || this.plan.start === null) return false;
    const neverPays = [...this.cold].every(
      ([count, { estimate }]) => count === 0 || estimate > 2 * (this.medianOf(0) ?? 0),
    );
    if (neverPays && this.cold.size > 1) return false;
    this.widened = true;
    const more = this.plan.candidates.filter((count) => !this.points.includes(count) && count <= 8);
    this.points = [...this.points, ...more].sort((a, b) => a - b);
    return more.length > 0;
  }

  /** Is the best clearly apart from the second, or nothing but a tie to be had from more rounds? */
  private decided(): boolean {
    const known = this.points.filter((count) => (this.warm.get(count)?.seconds.length ?? 0) >= leastRounds);
    const [best, second] = known.sort((a, b) => (this.medianOf(a) ?? 0) - (this.medianOf(b) ?? 0));
    if (best === undefined || second === undefined) return known.length === this.points.length;
    const fast = this.warm.get(best)?.seconds ?? [];
    const slow = this.warm.get(second)?.seconds ?? [];
    const ratios = slow.map((seconds, round) => seconds / (fast[round] ?? Number.NaN)).filter(Number.isFinite);
    return medianInterval(ratios).low > 1.03;
  }

  result(): Verified {
    const points = [...new Set([...this.cold.keys(), ...this.warm.keys()])].sort((a, b) => a - b);
    return {
      points: points.flatMap((workers) => {
        const cold = this.cold.get(workers);
        const warm = this.warm.get(workers);
        const seconds = warm?.seconds ?? (cold ? [cold.estimate] : []);
        if (seconds.length === 0) return [];
        return {
          workers,
          seconds,
          stallFractions: warm?.stalls ?? (cold ? [cold.stall] : []),
          sawTooth: warm && warm.saw.length > 0 ? median(warm.saw) : null,
          coldFirstSeconds: cold?.first ?? 0,
          samples: cold?.samples ?? 0,
        };
      }),
      pairs: this.pairs,
      modelError: this.modelError(),
      batches: this.batches,
    };
  }
}
