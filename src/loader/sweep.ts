/** Measures every combination of start method and number of workers, in shuffled rounds. */
import type { Start } from "./model.ts";
import { epochsSchema } from "./protocol.ts";
import { LoaderTrouble, type Session } from "./session.ts";
import { sessionIsOver } from "./starts.ts";
import { seeded, shuffled } from "./statistics.ts";

export interface SweepPlan {
  readonly starts: readonly Start[];
  readonly candidates: readonly number[];
  readonly epochs: number;
  readonly prefetch: number;
  readonly rounds: number;
  readonly left: () => number;
  readonly progress: (done: number, of: number) => void;
  readonly failed: (start: Start | null, workers: number, trouble: LoaderTrouble) => void;
}

export interface Swept {
  readonly start: Start | null;
  readonly workers: number;
  /** Seconds of one of all the epochs, with its share of start and stop, in each round. */
  readonly seconds: number[];
  readonly firstSeconds: number[];
  readonly stallFractions: number[];
}

export async function sweep(session: Session, plan: SweepPlan): Promise<Swept[]> {
  const all: Swept[] = [{ start: null, workers: 0, seconds: [], firstSeconds: [], stallFractions: [] }];
  for (const start of plan.starts) {
    for (const workers of plan.candidates) {
      if (workers > 0) all.push({ start, workers, seconds: [], firstSeconds: [], stallFractions: [] });
    }
  }
  const random = seeded(11);
  const failed = new Set<Swept>();
  let done = 0;
  try {
    for (let round = 0; round < plan.rounds; round++) {
      for (const point of shuffled(all, random)) {
        if (plan.left() < 0) return all;
        if (!failed.has(point) && !(await measure(session, plan, point))) failed.add(point);
        plan.progress(++done, all.length * plan.rounds);
      }
    }
  } catch (error) {
    if (!(error instanceof LoaderTrouble)) throw error;
    plan.failed(null, 0, error);
  }
  return all;
}

async function measure(session: Session, plan: SweepPlan, point: Swept): Promise<boolean> {
  const { start, workers } = point;
  // Of many epochs the second stands for all that follow; without workers every epoch is alike.
  const epochs = workers === 0 ? 1 : Math.min(plan.epochs, 2);
  const way = workers === 0 ? {} : { ...start, prefetch: plan.prefetch, persistent: plan.epochs > 1 };
  try {
    const told = await session.ask(epochsSchema, { do: "epochs", workers, epochs, timeout: 120, ...way }, 600);
    const first = told.epochs[0];
    if (first === undefined) return false;
    const later = told.epochs[1]?.seconds ?? first.seconds;
    point.seconds.push((first.seconds + (plan.epochs - 1) * later + told.stopSeconds) / plan.epochs);
    point.firstSeconds.push(first.firstSeconds);
    point.stallFractions.push(first.waitSeconds / Math.max(first.seconds - first.firstSeconds, 1e-9));
    return true;
  } catch (error) {
    if (!(error instanceof LoaderTrouble) || sessionIsOver(error)) throw error;
    plan.failed(start, workers, error);
    return false;
  }
}
