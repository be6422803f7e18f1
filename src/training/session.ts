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
  const cpuOnly = diagnosis.verdict.gpuTraining === "no" && diagnosis.verdict.status === "degraded";
  const { candidates, passedOver } = await chooseEngines(host, facts, diagnosis, options);
  const engines: EngineOutcome[] = passedOver.map(({ engine, reason }) => ({ engine, usable: false, reason }));
  const driverMayDo = candidates.some(({ engine }) => engine === "cuda");
  if (options.device === "cuda" && diagnosis.verdict.gpuTraining === "no" && !driverMayDo) {
    const refused = candidates.map(({ engine }) => ({ engine, usable: false, reason: texts.noGpu() }));
    return {
      trained: null,
      engines: [...refused, ...engines],
      causes: diagnosis.causes,
      success: false,
      noGpu: true,
      without: null,
    };
  }
  const causes: DiagnosedCause[] = [];
  /** PyTorch's word on the same GPU, where the cuda engine was asked for by name and failed; null where it has none. */
  const askTorch = async (deadline: number): Promise<EngineOutcome | null> => {
    if (options.engine === "auto") return null;
    const choice = await chooseEngines(host, facts, diagnosis, { engine: "torch", device: "cuda" });
    const candidate = choice.candidates.find(({ expects }) => expects === "cuda");
    const totalMs = deadline - performance.now();
    if (candidate === undefined || totalMs <= 0) return null;
    const { trained: seen, failure } = await tryEngine(host, facts, candidate, { ...options, device: "cuda", totalMs });
    const well = seen !== null && failure === null && seen.proof.gpuProven;
    return well ? { engine: "torch", usable: true, reason: texts.trained({ label: candidate.label }) } : null;
  };
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
    const { failure } = attempt;
    trained = attempt.trained;
    const witness = failure && engine === "cuda" && !failure.passedOver ? await askTorch(until) : null;
    if (failure && witness) {
      engines.push({ engine, usable: false, reason: aloneIn(failure) }, witness);
      failed = true;
      continue;
    }
    if (failure?.diagnosed) causes.push(...withEvidence(driverCauses(diagnosis), failure.diagnosed));
    causes.push(...explained(failure?.suspicions ?? [], withPackage(facts, candidate)));
    failed ||= failure !== null && !failure.passedOver;
    engines.push({ engine, usable: failure === null, reason: failure?.reason ?? texts.trained({ label }) });
  }
  const onCpu = trained?.seen.ready?.device === "cpu";
  const wrongDevice = onCpu && options.device !== "cpu" && !cpuOnly;
  if (wrongDevice && trained) causes.push(...explained(whyOnCpu(trained, facts), facts));
  const proven = trained !== null && (onCpu ? !wrongDevice : trained.proof.gpuProven);
  const alone = trained?.candidate.engine === "cuda" && options.engine === "auto";
  const idle = alone ? idleFrameworks(facts, diagnosis) : [];
  causes.push(...idle);
  const success = proven && !failed && idle.length === 0;
  const without = alone ? (idle.length > 0 || failed ? "idle-framework" : "framework") : null;
  const nothingTried = candidates.length === 0 && options.engine === "auto";
  if (wrongDevice || nothingTried) causes.push(...diagnosis.causes.filter(({ cause }) => !cause.harmless));
  return { trained, engines, causes: success ? [] : once(causes), success, noGpu: false, without };
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
