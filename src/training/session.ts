import { catalogue } from "../../checks/causes/index.ts";
import type { Suspicion } from "../diagnosis/cause.ts";
import type { DiagnosedCause, Diagnosis } from "../diagnosis/diagnose.ts";
import { type Evidence, known, value } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { Host } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import { type AttemptOptions, type Trained, tryEngine } from "./attempt.ts";
import { driverCauses } from "./driver-failure.ts";
import { type Candidate, chooseEngines, type Wanted } from "./engines.ts";
import { type Failure, fromText } from "./failures.ts";
import type { EngineId } from "./plan.ts";

/** `totalMs`: for all engines together. */
export type SessionOptions = Wanted & AttemptOptions;

/** What became of an engine. */
interface EngineOutcome {
  readonly engine: EngineId;
  /** It trained here, or could have. */
  readonly usable: boolean;
  readonly reason: Said;
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
  /** The driver alone did it, because no framework here could: it is installed and does not use the GPU, or there is none. */
  readonly without: "idle-framework" | "framework" | null;
}

const texts = {
  trained: message("trained: {label}", "已训练：{label}"),
  notNeeded: message("not needed after {engine}", "已由 {engine} 完成，无需再试"),
  noTime: message("no time was left for it", "没有剩余时间"),
  noGpu: message("no GPU to train on, by the diagnosis", "诊断显示没有可用于训练的 GPU"),
  alone: message(
    "{reason}; PyTorch trains well on this GPU, so whether the card or this engine is at fault is not known",
    "{reason}；而 PyTorch 在这块 GPU 上训练正常，因此无法确定是显卡还是本引擎的问题",
  ),
};

/** Tries the engines in turn until one trains to its end, and judges what it reported. */
export async function trainingSession(
  host: Host,
  facts: Facts,
  diagnosis: Diagnosis,
  options: SessionOptions,
): Promise<Session> {
  const { candidates, passedOver } = await chooseEngines(host, facts, diagnosis, options);
  const engines: EngineOutcome[] = passedOver.map(({ engine, reason }) => ({ engine, usable: false, reason }));
  // The driver may do what no framework here can.
  const driverMayDo = candidates.some(({ engine }) => engine === "cuda");
  if (options.device === "cuda" && diagnosis.verdict.gpuTraining === "no" && !driverMayDo) {
    const refused = candidates.map(({ engine }) => ({ engine, usable: false, reason: texts.noGpu() }));
    const outcome = { trained: null, success: false, noGpu: true, without: null };
    return { ...outcome, engines: [...refused, ...engines], causes: diagnosis.causes };
  }
  const run = new Run(host, facts, diagnosis, options, engines);
  for (const candidate of candidates) await run.take(candidate);
  return run.judged(candidates.length === 0);
}

class Run {
  private readonly until: number;
  private readonly causes: DiagnosedCause[] = [];
  private trained: Trained | null = null;
  /** What trained on the CPU before the driver proved the GPU. */
  private stayed: Trained | null = null;
  private failed = false;

  constructor(
    private readonly host: Host,
    private readonly facts: Facts,
    private readonly diagnosis: Diagnosis,
    private readonly options: SessionOptions,
    private readonly engines: EngineOutcome[],
  ) {
    this.until = performance.now() + options.totalMs;
  }

  async take(candidate: Candidate): Promise<void> {
    const { engine, label } = candidate;
    const { trained, engines } = this;
    const totalMs = this.until - performance.now();
    const asksDriver = engine === "cuda" && this.onWrongDevice();
    if ((trained !== null && !asksDriver) || totalMs <= 0) {
      const reason = trained === null ? texts.noTime() : texts.notNeeded({ engine: trained.candidate.engine });
      engines.push({ engine, usable: trained !== null, reason });
      return;
    }
    const { host, facts, options } = this;
    const attempt = await tryEngine(host, facts, candidate, { ...options, totalMs });
    this.keep(attempt.trained);
    const { failure } = attempt;
    const witness = failure && engine === "cuda" && !failure.passedOver ? await this.askTorch() : null;
    this.failed ||= failure !== null && !failure.passedOver;
    if (failure && witness) {
      engines.push({ engine, usable: false, reason: aloneIn(failure) }, witness);
      return;
    }
    if (failure?.diagnosed) this.causes.push(...withEvidence(driverCauses(this.diagnosis), failure.diagnosed));
    const causes = explained(failure?.suspicions ?? [], withPackage(facts, candidate));
    this.causes.push(...(engine === "cuda" ? causes.map(withoutFrameworks) : causes));
    engines.push({ engine, usable: failure === null, reason: failure?.reason ?? texts.trained({ label }) });
  }

  /** The first run that came to its end counts, unless it was on the CPU and the driver's was on the GPU. */
  private keep(trained: Trained | null): void {
    if (trained === null) return;
    if (this.trained !== null && !trained.proof.gpuProven) return;
    this.stayed = this.trained;
    this.trained = trained;
  }

  judged(nothingToTry: boolean): Session {
    const { trained, stayed, facts, diagnosis, options, engines, causes } = this;
    const wrongDevice = this.onWrongDevice();
    const idleRun = stayed !== null && isOwn(stayed.candidate, facts) ? stayed : wrongDevice ? trained : null;
    if (idleRun) causes.push(...explained(whyOnCpu(idleRun, facts), facts));
    const alone = trained?.candidate.engine === "cuda" && options.engine === "auto";
    const idle = alone ? idleFrameworks(facts, diagnosis) : [];
    causes.push(...idle);
    const onCpu = trained?.seen.ready?.device === "cpu";
    const proven = trained !== null && (onCpu ? !wrongDevice : trained.proof.gpuProven);
    const unused = this.failed || idle.length > 0 || idleRun !== null;
    const success = proven && !unused;
    if (wrongDevice || (nothingToTry && options.engine === "auto")) {
      causes.push(...diagnosis.causes.filter(({ cause }) => !cause.harmless));
    }
    const without = alone ? (unused ? "idle-framework" : "framework") : null;
    return { trained, engines, causes: success ? [] : once(causes), success, noGpu: false, without };
  }

  /** It trained on the CPU, which nobody asked for, on a machine that is not known to have no GPU. */
  private onWrongDevice(): boolean {
    const { verdict } = this.diagnosis;
    const cpuOnly = verdict.gpuTraining === "no" && verdict.status === "degraded";
    return this.trained?.seen.ready?.device === "cpu" && this.options.device !== "cpu" && !cpuOnly;
  }

  /** PyTorch's word on the same GPU, where the cuda engine was asked for by name and failed; null where it has none. */
  private async askTorch(): Promise<EngineOutcome | null> {
    const { host, facts, diagnosis, options } = this;
    if (options.engine === "auto") return null;
    const { candidates } = await chooseEngines(host, facts, diagnosis, { engine: "torch", device: "cuda" });
    const candidate = candidates.find(({ expects }) => expects === "cuda");
    const totalMs = this.until - performance.now();
    if (candidate === undefined || totalMs <= 0) return null;
    const { trained, failure } = await tryEngine(host, facts, candidate, { ...options, device: "cuda", totalMs });
    const well = trained !== null && failure === null && trained.proof.gpuProven;
    return well ? { engine: "torch", usable: true, reason: texts.trained({ label: candidate.label }) } : null;
  }
}

/** Is it a framework of this machine, and not the one that came with envdoctor? */
function isOwn({ engine, package: own }: Candidate, { node }: Facts): boolean {
  const tfjs = known(node)?.tfjs;
  const seen = tfjs === undefined ? [] : (known(tfjs) ?? []);
  return engine === "torch" || seen.some(({ path }) => path === own?.path);
}

/**
 * Causes why a framework that is here, or the one of the Python that was asked for, does not use the GPU. That none is
 * installed yet is no fault.
 */
function idleFrameworks(facts: Facts, { findings, causes }: Diagnosis): readonly DiagnosedCause[] {
  const failed = findings
    .filter(({ status, layer }) => status === "fail" && layer === "frameworks")
    .map(({ id }) => id);
  const asked = (known(facts.pythons) ?? []).some(({ foundBy }) => foundBy.includes("--python"));
  return causes.filter(
    ({ cause, findings: own }) =>
      !cause.harmless && (asked || cause.id !== "framework-not-installed") && own.some((id) => failed.includes(id)),
  );
}

function aloneIn({ reason }: Failure): Said {
  return { en: texts.alone({ reason: reason.en }).en, zh: texts.alone({ reason: reason.zh }).zh };
}

function withEvidence(causes: readonly DiagnosedCause[], more: readonly Evidence[]): DiagnosedCause[] {
  return causes.map((one) => ({ ...one, evidence: [...one.evidence, ...more] }));
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

/** No framework took part in the run, so none that is fetched afresh mends it. */
function withoutFrameworks(one: DiagnosedCause): DiagnosedCause {
  if (one.cause.group !== "frameworks") return one;
  return { ...one, fix: one.fix.filter(({ needs }) => !needs.includes("network")) };
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
