/** One engine's run: started, watched from outside, and judged. */
import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Host } from "../host/host.ts";
import { driverFailure, isUnderWay, unusableDriver } from "./driver-failure.ts";
import type { Candidate } from "./engines.ts";
import { type Failure, failureOf, failureOfProof } from "./failures.ts";
import { type GpuSample, sampleGpus } from "./gpu-sample.ts";
import { Interrupt } from "./interrupt.ts";
import { type EngineProgram, type Observation, observe } from "./observe.ts";
import { trainingPlan, type WantedDevice } from "./plan.ts";
import { type Proof, prove, type Surroundings } from "./proof.ts";
import type { Report } from "./protocol.ts";

export interface AttemptOptions {
  readonly device: WantedDevice;
  readonly steps: number;
  /** For this engine. */
  readonly totalMs: number;
  readonly onStart?: (candidate: Candidate) => void;
  readonly onReport?: (report: Report) => void;
}

export interface Trained {
  readonly candidate: Candidate;
  readonly seen: Observation;
  readonly proof: Proof;
}

/** A driver that has not answered by then hangs; the other engines want time, too. */
const longestDriverMs = 60_000;
const lookAgainMs = 15_000;

interface Attempt {
  readonly trained: Trained | null;
  readonly failure: Failure | null;
}

/** Runs an engine to its end, or says why it did not come there. Never throws. */
export async function tryEngine(
  host: Host,
  facts: Facts,
  candidate: Candidate,
  options: AttemptOptions,
): Promise<Attempt> {
  options.onStart?.(candidate);
  const began = performance.now();
  const plan = trainingPlan(options.steps, options.device);
  const program = options.device === "cpu" ? withoutGpu(candidate.program) : candidate.program;
  const watch = new GpuWatch(host, facts, options.device);
  await watch.start();
  const ofDriver = candidate.engine === "cuda";
  const remainingMs = (): number => options.totalMs - (performance.now() - began);
  const interrupt = ofDriver ? new Interrupt() : null;
  const seen = await observe(program, plan, {
    timeoutMs: ofDriver ? Math.min(longestDriverMs, options.totalMs) : options.totalMs,
    onReport: (report) => {
      if (report.event === "placed") watch.look();
      options.onReport?.(report);
    },
    ...(interrupt && { hold: watch.answered, signal: interrupt.signal }),
  });
  interrupt?.release();
  const failure = ofDriver
    ? await driversWord(seen, candidate, facts, remainingMs())
    : failureOf(seen, candidate, facts);
  if (failure) return { trained: null, failure };
  const cpu = seen.ready?.device === "cuda" ? (ownTiming(seen) ?? (await timeCpu(candidate, remainingMs()))) : null;
  const proof = prove(seen, { gpu: await watch.samples(), cpu });
  return {
    trained: { candidate, seen, proof },
    failure: failureOfProof(proof, { candidate, steps: options.steps, device: seen.ready?.device ?? "cpu" }),
  };
}

/** Why the cuda engine failed. After a failure in the midst of the run, a second process asks whether the card is still there. */
async function driversWord(
  seen: Observation,
  candidate: Candidate,
  facts: Facts,
  remainingMs: number,
): Promise<Failure | null> {
  if (seen.unusable) return unusableDriver(seen.unusable);
  if (seen.failed === null) return failureOf(seen, candidate, facts);
  const timeoutMs = Math.min(lookAgainMs, remainingMs);
  const looking = trainingPlan(1, "cuda", "looking");
  const again = isUnderWay(seen) && timeoutMs > 0 ? await observe(candidate.program, looking, { timeoutMs }) : null;
  return driverFailure(seen.failed, seen, facts, again);
}

/** An engine that times the CPU itself. */
function ownTiming({ timed }: Pick<Observation, "timed">): Surroundings["cpu"] {
  const onCpu = timed.find(({ device }) => device === "cpu");
  return onCpu === undefined ? null : { ms: onCpu.ms, threads: onCpu.threads };
}

/** The same steps in a process that is not shown the GPU. */
async function timeCpu({ program }: Candidate, timeoutMs: number): Promise<Surroundings["cpu"]> {
  if (timeoutMs <= 0) return null;
  const { timed } = await observe(withoutGpu(program), trainingPlan(1, "cpu", "timing"), { timeoutMs });
  return ownTiming({ timed });
}

function withoutGpu(program: EngineProgram): EngineProgram {
  return { ...program, env: { ...program.env, CUDA_VISIBLE_DEVICES: "-1" } };
}

/** Asks the driver before and during the run, where the diagnosis saw that it answers. */
class GpuWatch {
  private before: GpuSample | undefined;
  private during: Promise<GpuSample | undefined> | undefined;
  private readonly smi: string | null;
  private settle: () => void = () => {};
  /** Settled once the driver was asked during the run, at once where it is not asked. */
  readonly answered: Promise<void>;

  constructor(
    private readonly host: Host,
    facts: Facts,
    device: WantedDevice,
  ) {
    const report = known(facts.driver.smi);
    this.smi = device !== "cpu" && report?.outcome === "ok" ? (report.path ?? "nvidia-smi") : null;
    this.answered = new Promise((resolve) => {
      this.settle = resolve;
    });
    if (this.smi === null) this.settle();
  }

  async start(): Promise<void> {
    if (this.smi !== null) this.before = await sampleGpus(this.host, this.smi);
  }

  look(): void {
    if (this.smi === null) return;
    this.during ??= sampleGpus(this.host, this.smi);
    void this.during.then(this.settle);
  }

  async samples(): Promise<Surroundings["gpu"]> {
    const during = await this.during;
    return this.before === undefined || during === undefined ? null : { before: this.before, during };
  }
}
