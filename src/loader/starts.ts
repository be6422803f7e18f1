/** Measures what it costs to start and stop workers, for each way to start them. */
import type { Method, Start, StartCost } from "./model.ts";
import { startSchema, type TimedStart } from "./protocol.ts";
import { LoaderTrouble, type Session } from "./session.ts";
import { median } from "./statistics.ts";

/** A pipe of Linux holds 64 KiB; a start that writes more waits until the child reads. */
export const pipeBytes = 65_536;

export interface MeasuredStart extends StartCost {
  /** What a worker started so has for itself alone. */
  readonly privateMiB: number | null;
  /** Processors that such a worker may use. */
  readonly affinity: number | null;
  readonly raw: readonly { readonly workers: number; readonly seconds: number; readonly stopSeconds: number }[];
}

export interface StartPlan {
  readonly starts: readonly Start[];
  /** Most workers that may be started at once. */
  readonly most: number;
  readonly pickledBytes: number;
  readonly platform: string;
  /** Seconds that are left for all of it. */
  readonly left: () => number;
}

/** Every way that this engine and the asked-for methods allow, the cheapest to start first. */
export function waysToStart(methods: readonly string[], asked: readonly string[] | null, picklable: boolean): Start[] {
  const all: Start[] = [
    { method: "fork", preload: false },
    { method: "forkserver", preload: true },
    { method: "worker_threads", preload: false },
    { method: "child_process", preload: false },
    { method: "spawn", preload: false },
    { method: "forkserver", preload: false },
  ];
  const wanted = (method: Method): boolean => methods.includes(method) && (asked?.includes(method) ?? true);
  return all.filter(({ method }) => wanted(method) && (picklable || method === "fork"));
}

/** Slow ways are measured once and only with one worker, where a quick one is there to be taken. */
export async function measureStarts(
  session: Session,
  plan: StartPlan,
  failed: (start: Start, trouble: LoaderTrouble) => void,
): Promise<MeasuredStart[]> {
  const done: MeasuredStart[] = [];
  for (const start of plan.starts) {
    if (done.length > 0 && plan.left() < 0) break;
    try {
      done.push(await measureStart(session, start, plan, done.length === 0));
    } catch (error) {
      if (!(error instanceof LoaderTrouble) || sessionIsOver(error)) throw error;
      failed(start, error);
    }
  }
  return done;
}

export function sessionIsOver({ kind }: LoaderTrouble): boolean {
  return kind === "ended" || kind === "hung" || kind === "stopped";
}

async function measureStart(session: Session, start: Start, plan: StartPlan, first: boolean): Promise<MeasuredStart> {
  const runs: { workers: number; told: TimedStart }[] = [];
  const run = async (workers: number): Promise<TimedStart> => {
    const told = await session.ask(startSchema, { do: "start", ...start, workers, timeout: 60 }, 90);
    runs.push({ workers, told });
    return told;
  };
  const single = await run(1);
  const quick = single.firstSeconds + single.stopSeconds < 0.3;
  const top = Math.min(4, plan.most);
  if (quick) await run(1);
  if (top > 1 && (quick || first || start.preload)) await run(top);
  if (top > 1 && quick) await run(top);
  const counts = [...new Set(runs.map(({ workers }) => workers))];
  const secondsAt = (workers: number): number =>
    median(runs.filter((each) => each.workers === workers).map(({ told }) => told.firstSeconds));
  return {
    ...start,
    points: counts.map((workers) => ({ workers, seconds: secondsAt(workers) })),
    stopSeconds: median(runs.filter(({ workers }) => workers === 1).map(({ told }) => told.stopSeconds)),
    serial: plan.platform === "win32" || plan.pickledBytes > pipeBytes,
    privateMiB: single.seen.privateMiB ?? null,
    affinity: single.seen.affinity ?? null,
    raw: runs.map(({ workers, told }) => ({ workers, seconds: told.firstSeconds, stopSeconds: told.stopSeconds })),
  };
}
