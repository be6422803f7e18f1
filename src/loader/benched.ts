/** What the benchmark of a data set is asked, and what it found. */
import type { Said } from "../text/message.ts";
import type { Candidate, Decision } from "./decide.ts";
import type { Engine } from "./engine.ts";
import type { Limit } from "./limits.ts";
import type { Parameters, Start } from "./model.ts";
import type { Opened, Step, Storage, TimedBatches } from "./protocol.ts";
import type { LoaderTrouble } from "./session.ts";
import type { MeasuredStart } from "./starts.ts";
import type { Swept } from "./sweep.ts";
import type { Verified } from "./verify.ts";

export interface BenchOptions {
  readonly dataset: { readonly name: string; readonly path: string | null };
  readonly batchSize: number | null;
  readonly stepMs: number | null;
  readonly epochs: number;
  readonly startMethods: readonly string[] | null;
  readonly maxWorkers: number | null;
  readonly budgetSeconds: number;
  readonly sweep: boolean;
  readonly platform: string;
  /** Is this folder on a file system that is slow to read from? Then reading is measured too. */
  readonly slowFolder: (folder: string | null) => Promise<string | null>;
  readonly progress: (what: Said, leftSeconds: number) => void;
  readonly signal: AbortSignal;
}

export interface Benched {
  readonly engine: Engine;
  readonly options: BenchOptions;
  readonly opened: Opened;
  readonly framework: string | null;
  readonly step: Step | null;
  readonly timed: TimedBatches | null;
  readonly parameters: Parameters | null;
  readonly limits: readonly Limit[];
  readonly starts: readonly MeasuredStart[];
  readonly candidates: readonly Candidate[];
  readonly predicted: readonly Candidate[];
  readonly verified: Verified | null;
  readonly swept: readonly Swept[];
  readonly decision: Decision | null;
  readonly prefetch: number;
  readonly storage: (Storage & { readonly folder: string; readonly filesystem: string }) | null;
  /** What went wrong on the way; the rest still counts. */
  readonly troubles: readonly { readonly where: string; readonly trouble: LoaderTrouble }[];
  readonly interrupted: boolean;
  readonly durationMs: number;
}

/** How a data set is called in texts: without its folder. */
export function labelOf({ name }: BenchOptions["dataset"]): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
}

export function nameOf(start: Start): string {
  return start.method === "forkserver" && start.preload ? "forkserver+preload" : start.method;
}
