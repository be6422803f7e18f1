import { catalogue } from "../../checks/causes/index.ts";
import type { Suspicion } from "../diagnosis/cause.ts";
import type { DiagnosedCause, Diagnosis } from "../diagnosis/diagnose.ts";
import { known, value } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Host } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import { type Candidate, chooseEngines, type Wanted } from "./engines.ts";
import { type Failure, failureOf, failureOfProof, fromText } from "./failures.ts";
import { type GpuSample, sampleGpus } from "./gpu-sample.ts";
import { type EngineProgram, type Observation, observe } from "./observe.ts";
import { type EngineId, trainingPlan, type WantedDevice } from "./plan.ts";
import { type Proof, prove, type Surroundings } from "./proof.ts";
import type { Report } from "./protocol.ts";

export interface SessionOptions extends Wanted {
  readonly steps: number;
  /** For all engines together. */
  readonly totalMs: number;
  readonly onStart?: (candidate: Candidate) => void;
  readonly onReport?: (report: Report) => void;
}

/** What became of an engine. */
interface EngineOutcome {
  readonly engine: EngineId;
  /** It trained here, or could have. */
  readonly usable: boolean;
  readonly reason: Said;
}

interface Trained {
  readonly candidate: Candidate;
  readonly seen: Observation;
  readonly proof: Proof;
}

export interface Session {
  /** The run that is reported: the first that came to its end, else null. */
  readonly trained: Trained | null;
  readonly engines: readonly EngineOutcome[];
  readonly causes: readonly DiagnosedCause[];
  /** The run did what was asked for, and proved it. */
  readonly success: boolean;
  /** A GPU was asked for, and the diagnosis knows of none that could train. */
  readonly noGpu: boolean;
}

const texts = {
  trained: message("trained: {label}", "已训练：{label}"),
  notNeeded: message("not needed after {engine}", "已由 {engine} 完成，无需再试"),
  noTime: message("no time was left for it", "没有剩余时间"),
  noGpu: message("no GPU to train on, by the diagnosis", "诊断显示没有可用于训练的 GPU"),
};

/** Tries the engines in turn until one trains to its end, and judges what it reported. */
export async function trainingSession(
  host: Host,
  facts: Facts,
  diagnosis: Diagnosis,
  options: SessionOptions,
): Promise<Session> {
  const cpuOnly = diagnosis.verdict.gpuTraining === "no" && diagnosis.verdict.status === "degraded";
  const { candidates, passedOver } = await chooseEngines(host, facts, diagnosis, options);
  const engines: EngineOutcome[] = passedOver.map(({ engine, reason }) => ({ engine, usable: false, reason }));
  if (options.device === "cuda" && diagnosis.verdict.gpuTraining === "no") {
    const refused = candidates.map(({ engine }) => ({ engine, usable: false, reason: texts.noGpu() }));
    return {
      trained: null,
      engines: [...refused, ...engines],
      causes: diagnosis.causes,
      success: false,
      noGpu: true,
    };
  }
  const causes: DiagnosedCause[] = [];
  const until = performance.now() + options.totalMs;
  let trained: Trained | null = null;
  let failed = false;
  for (const candidate of candidates) {
    const { engine, label } = candidate;
    const remainingMs = until - performance.now();
    if (trained !== null || remainingMs <= 0) {
      const reason = trained === null ? texts.noTime() : texts.notNeeded({ engine: trained.candidate.engine });
      engines.push({ engine, usable: trained !== null, reason });
      continue;
    }
    const attempt = await tryEngine(host, facts, candidate, { ...options, totalMs: remainingMs });
    causes.push(...explained(attempt.failure?.suspicions ?? [], withPackage(facts, candidate)));
    failed ||= attempt.failure !== null;
    trained = attempt.trained;
    const reason = attempt.failure?.reason ?? texts.trained({ label });
    engines.push({ engine, usable: attempt.failure === null, reason });
  }
  const onCpu = trained?.seen.ready?.device === "cpu";
  const wrongDevice = onCpu && options.device !== "cpu" && !cpuOnly;
  if (wrongDevice && trained) causes.push(...explained(whyOnCpu(trained, facts), facts));
  const proven = trained !== null && (onCpu ? !wrongDevice : trained.proof.gpuProven);
  const success = proven && !failed;
  const nothingTried = candidates.length === 0 && options.engine === "auto";
  if (wrongDevice || nothingTried) causes.push(...diagnosis.causes.filter(({ cause }) => !cause.harmless));
  return { trained, engines, causes: success ? [] : once(causes), success, noGpu: false };
}

interface Attempt {
  readonly trained: Trained | null;
  readonly failure: Failure | null;
}

async function tryEngine(host: Host, facts: Facts, candidate: Candidate, options: SessionOptions): Promise<Attempt> {
  options.onStart?.(candidate);
  const began = performance.now();
  const plan = trainingPlan(options.steps, options.device);
  const program = options.device === "cpu" ? withoutGpu(candidate.program) : candidate.program;
  const watch = new GpuWatch(host, facts, options.device);
  await watch.start();
  const seen = await observe(program, plan, {
    timeoutMs: options.totalMs,
    onReport: (report) => {
      if (report.event === "placed") watch.look();
      options.onReport?.(report);
    },
  });
  const failure = failureOf(seen, candidate, facts);
  if (failure) return { trained: null, failure };
  const cpu =
    seen.ready?.device === "cuda" ? await timeCpu(candidate, options.totalMs - (performance.now() - began)) : null;
  const proof = prove(seen, { gpu: await watch.samples(), cpu });
  return {
    trained: { candidate, seen, proof },
    failure: failureOfProof(proof, { candidate, steps: options.steps, device: seen.ready?.device ?? "cpu" }),
  };
}

/** The same steps in a process that is not shown the GPU. */
async function timeCpu({ program }: Candidate, timeoutMs: number): Promise<Surroundings["cpu"]> {
  if (timeoutMs <= 0) return null;
  const { timed } = await observe(withoutGpu(program), trainingPlan(1, "cpu", "timing"), { timeoutMs });
  const onCpu = timed.find(({ device }) => device === "cpu");
  return onCpu === undefined ? null : { ms: onCpu.ms, threads: onCpu.threads };
}

function withoutGpu(program: EngineProgram): EngineProgram {
  return { ...program, env: { ...program.env, CUDA_VISIBLE_DEVICES: "-1" } };
}

/** Asks the driver before and during the run, where the diagnosis saw that it answers. */
class GpuWatch {
  private before: GpuSample | undefined;
  private during: Promise<GpuSample | undefined> | undefined;
  private readonly smi: string | null;

  constructor(
    private readonly host: Host,
    facts: Facts,
    device: WantedDevice,
  ) {
    const report = known(facts.driver.smi);
    this.smi = device !== "cpu" && report?.outcome === "ok" ? (report.path ?? "nvidia-smi") : null;
  }

  async start(): Promise<void> {
    if (this.smi !== null) this.before = await sampleGpus(this.host, this.smi);
  }

  look(): void {
    if (this.smi !== null) this.during ??= sampleGpus(this.host, this.smi);
  }

  async samples(): Promise<Surroundings["gpu"]> {
    const during = await this.during;
    return this.before === undefined || during === undefined ? null : { before: this.before, during };
  }
}

/** The framework's own reason, where it gives one that is known. */
function whyOnCpu({ seen, candidate }: Trained, facts: Facts): Suspicion[] {
  const why = seen.ready?.why ?? null;
  return why === null ? [] : fromText(why, { source: candidate.label, excerpt: why }, facts);
}

function explained(suspicions: readonly Suspicion[], facts: Facts): DiagnosedCause[] {
  return suspicions.map(({ cause: id, confidence, evidence }) => {
    const cause = catalogue[id];
    return { cause, confidence, evidence, findings: [], fix: cause.harmless ? [] : cause.remedies(facts) };
  });
}

/** Remedies name the package that trained, be it the user's or the one that came with envdoctor. */
function withPackage(facts: Facts, { package: own }: Candidate): Facts {
  const node = known(facts.node);
  if (own === undefined || node === undefined) return facts;
  const others = (known(node.tfjs) ?? []).filter(({ path }) => path !== own.path);
  return { ...facts, node: value({ ...node, tfjs: value([own, ...others]) }) };
}

/** Each cause once, where it stands first. */
function once(causes: readonly DiagnosedCause[]): DiagnosedCause[] {
  return causes.filter(({ cause }, i) => causes.findIndex((other) => other.cause.id === cause.id) === i);
}
