import type { CauseId } from "../../checks/causes/ids.ts";
import type { Suspicion } from "../diagnosis/cause.ts";
import { type Evidence, known, toldEvidence } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { explainText } from "../paste/explain.ts";
import { marksOf } from "../text/marks.ts";
import { type Language, message, type Said } from "../text/message.ts";
import { excerpt } from "../text/plain.ts";
import type { Candidate } from "./engines.ts";
import type { Observation } from "./observe.ts";
import type { Device } from "./plan.ts";
import type { PointId, Proof } from "./proof.ts";

/** Why an engine did not train to the end, or did not prove itself. */
export interface Failure {
  readonly reason: Said;
  readonly suspicions: readonly Suspicion[];
  /** It could tell no more than that there is no GPU: then the diagnosis says why. Its words are evidence for that. */
  readonly diagnosed?: readonly Evidence[];
  /** There was nothing to work with, which proves nothing about the GPU. */
  readonly passedOver?: boolean;
}

const texts = {
  noDevice: message("no device was reported", "没有报告任何设备"),
  noDeviceAfter: message("no device was reported; last step: {stage}", "没有报告任何设备；最后一步：{stage}"),
  reported: message("{steps} of {all} steps were reported", "报告了 {all} 步中的 {steps} 步"),
  point: message("{what}: {told}", "{what}：{told}"),
  flood: message(
    "{lines} lines on stdout that are no reports, such as: {excerpt}",
    "stdout 上有 {lines} 行不是报告的内容，例如：{excerpt}",
  ),
  notStarted: message("it could not be started: {why}", "无法启动：{why}"),
  timeout: message("it did not finish within {seconds} s", "没有在 {seconds} 秒内完成"),
  crashed: message("it crashed ({signal})", "崩溃（{signal}）"),
  timeoutIn: message(
    "it did not finish within {seconds} s; its last step was: {stage}",
    "没有在 {seconds} 秒内完成；最后的步骤：{stage}",
  ),
  crashedIn: message("it crashed ({signal}); its last step was: {stage}", "崩溃（{signal}）；最后的步骤：{stage}"),
  killed: message("it was killed from outside (SIGKILL)", "被外部终止（SIGKILL）"),
  failed: message("it ended with exit code {code}: {line}", "以退出码 {code} 结束：{line}"),
  unfinished: message("it ended before it had reported everything", "在报告全部结果之前就结束了"),
  unproven: message("its proof failed: {points}", "证明未通过：{points}"),
  unconfirmed: message(
    "nothing outside the framework confirms that the GPU did the work",
    "框架之外没有任何证据表明是 GPU 完成了计算",
  ),
  fewSteps: message(
    "{steps} steps are too few to learn enough; give --steps {enough}",
    "{steps} 步太少，学不到足够的内容；请用 --steps {enough}",
  ),
};

/** Words of engine programs, more exact here than in any log: it is known what ran. First match counts. */
const signatures: readonly (readonly [RegExp, CauseId, number])[] = [
  [/No module named ['"]?torch['"]?/, "framework-not-installed", 0.95],
  [/isNullOrUndefined\)? is not a function|\.isArray\)? is not a function/, "node-version-unsupported", 0.95],
  [/compiled against a different Node\.js|did not self-register|NODE_MODULE_VERSION/, "tfjs-binding-missing", 0.85],
  [
    /libtensorflow\w*\.(?:so|dylib|\d)[\w.]*: cannot open shared|Library not loaded:.{0,80}libtensorflow/,
    "tfjs-binding-dll-missing",
    0.95,
  ],
  [/The specified module could not be found/, "tfjs-binding-dll-missing", 0.85],
  [/tfjs_binding\.node\)? can ?not be found|Cannot find module .{0,200}tfjs_binding/, "tfjs-binding-missing", 0.95],
  [/Torch not compiled with CUDA enabled/, "cpu-only-wheel", 0.95],
  [/CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED/, "gpu-memory-full", 0.9],
];

const outOfMemory =
  /\bMemoryError\b|std::bad_alloc|[Cc]annot allocate memory|can(?:'t|not) allocate memory|[Cc]ould not allocate memory|heap out of memory|failed to map segment from shared object|Fatal process out of memory|[Oo]ut of memory/;

/** Every engine passes the bar well before as many steps. */
const enoughSteps = 100;

/** Why the program did not run to its end; null where it did. */
export function failureOf(seen: Observation, candidate: Candidate, facts: Facts): Failure | null {
  const { end, done } = seen;
  const source = commandOf(candidate);
  const words = tail(end.stderr) || seen.noise.excerpt;
  const said: Evidence = words === "" ? toldEvidence(source, endOf(seen)) : { source, excerpt: words };
  if (end.outcome === "timeout") {
    const seconds = Math.round(end.durationMs / 1000);
    const reason = seen.stage === null ? texts.timeout({ seconds }) : texts.timeoutIn({ seconds, stage: seen.stage });
    return { reason, suspicions: [hang(seen, source)] };
  }
  if (end.outcome !== "ended") {
    const why = end.stderr === "" ? end.outcome : headline(end.stderr);
    return { reason: texts.notStarted({ why }), suspicions: fromText(end.stderr, said, facts) };
  }
  const signal = end.signal ?? signalOf(end.exitCode);
  if (signal === "SIGKILL") {
    const killed = { source, excerpt: "SIGKILL" };
    return { reason: texts.killed(), suspicions: [{ cause: memoryCause(facts), confidence: 0.8, evidence: [killed] }] };
  }
  if (signal !== null && seen.stage !== null) {
    // No framework's code runs there: which of the driver's parts it was is not known.
    return { reason: texts.crashedIn({ signal, stage: seen.stage }), suspicions: [] };
  }
  if (signal !== null) return { reason: texts.crashed({ signal }), suspicions: crash(seen, signal, said, facts) };
  if (end.exitCode !== 0) {
    const reason = texts.failed({ code: end.exitCode ?? "?", line: headline(end.stderr) });
    return { reason, suspicions: fromText(end.stderr, said, facts) };
  }
  return done ? null : { reason: texts.unfinished(), suspicions: fromText(end.stderr, said, facts) };
}

/** Causes of points that do not hold, where the program ran to its end; null where all hold. */
export function failureOfProof(
  proof: Proof,
  { candidate, steps, device }: { candidate: Candidate; steps: number; device: Device },
): Failure | null {
  const failed = proof.points.filter(({ ok }) => !ok);
  const source = commandOf(candidate);
  if (failed.length === 0) return device === "cuda" && !proof.gpuProven ? unconfirmed(proof, source) : null;
  if (steps < enoughSteps && failed.every(({ id }) => id === "loss-falls" || id === "accuracy")) {
    return { reason: texts.fewSteps({ steps, enough: 2 * enoughSteps }), suspicions: [] };
  }
  const evidence = failed.map(({ what, detail }) => toldEvidence(source, texts.point({ what, told: detail })));
  const outside: readonly PointId[] = ["device", "gpu-memory", "gpu-speed"];
  const onlyOutside = failed.every(({ id }) => outside.includes(id));
  const memoryFails = failed.some(({ id }) => id === "memory-test");
  const wrong: CauseId = memoryFails ? "gpu-memory-failing" : "training-results-wrong";
  const cause: CauseId = onlyOutside ? "gpu-not-used" : wrong;
  const joined = (language: Language): string => failed.map(({ what }) => what[language]).join(marksOf(language).and);
  const say = (language: Language): string => texts.unproven({ points: joined(language) })[language];
  return { reason: { en: say("en"), zh: say("zh") }, suspicions: [{ cause, confidence: 0.85, evidence }] };
}

/** The framework says GPU, and nobody else was there to confirm it. */
function unconfirmed({ notShown }: Proof, source: string): Failure {
  const evidence = notShown.map(({ what, reason }) => toldEvidence(source, texts.point({ what, told: reason })));
  return { reason: texts.unconfirmed(), suspicions: [{ cause: "gpu-not-used", confidence: 0.5, evidence }] };
}

/** The cause that a framework's own words betray, such as why it has no GPU. */
export function fromText(text: string, evidence: Evidence, facts: Facts): Suspicion[] {
  const match = signatures.find(([pattern]) => pattern.test(text));
  if (match) return [{ cause: match[1], confidence: match[2], evidence: [evidence] }];
  if (outOfMemory.test(text)) return [{ cause: memoryCause(facts), confidence: 0.85, evidence: [evidence] }];
  const [first] = explainText(text).causes.filter(({ cause, confidence }) => !cause.harmless && confidence >= 0.5);
  return first ? [{ cause: first.cause.id, confidence: first.confidence, evidence: [evidence] }] : [];
}

function crash(seen: Observation, signal: string, said: Evidence, facts: Facts): Suspicion[] {
  const { stderr } = seen.end;
  if (outOfMemory.test(stderr)) return fromText(stderr, said, facts);
  const excerpt = [signal, tail(stderr)].filter(Boolean).join("\n");
  return [{ cause: "framework-crashes", confidence: 0.9, evidence: [{ source: said.source, excerpt }] }];
}

function hang(seen: Observation, source: string): Suspicion {
  const { noise, end } = seen;
  const flood =
    noise.lines > 0 ? [toldEvidence(source, texts.flood({ lines: noise.lines, excerpt: noise.excerpt }))] : [];
  const last = tail(end.stderr);
  const evidence = [toldEvidence(source, endOf(seen)), ...flood, ...(last === "" ? [] : [{ source, excerpt: last }])];
  return { cause: "training-hangs", confidence: 0.85, evidence };
}

/** How far it came. */
function endOf({ ready, training, control, plan, stage }: Observation): Said {
  if (ready === null) return stage === null ? texts.noDevice() : texts.noDeviceAfter({ stage });
  return texts.reported({ steps: training.losses.length + control.losses.length, all: 2 * plan.steps });
}

function memoryCause(facts: Facts): CauseId {
  return known(facts.wsl)?.version === 2 ? "wsl-memory-limit" : "worker-oom-killed";
}

/** A shell or a wrapper in between reports a signal as 128 + its number. */
function signalOf(exitCode: number | null): string | null {
  const numbers: Readonly<Record<number, string>> = {
    132: "SIGILL",
    134: "SIGABRT",
    135: "SIGBUS",
    136: "SIGFPE",
    137: "SIGKILL",
    139: "SIGSEGV",
  };
  // Windows: STATUS_ACCESS_VIOLATION, STATUS_ILLEGAL_INSTRUCTION.
  const statuses: Readonly<Record<number, string>> = { 3221225477: "SIGSEGV", 3221225501: "SIGILL" };
  return exitCode === null ? null : (numbers[exitCode] ?? statuses[exitCode] ?? null);
}

/** The command as a person would type it, without the plan. */
function commandOf({ program }: Candidate): string {
  return [...program.argv, "…", ...program.after].join(" ");
}

/** The last telling lines: an exception stands at the end of a traceback. */
function tail(text: string, lines = 3): string {
  const told = excerpt(text.slice(-8192), 1000)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s*[\^~]+\s*$|^Node\.js v|^\s+at /.test(line));
  return told.slice(-lines).join("\n");
}

/** The line that names the error, else the last one. */
function headline(text: string): string {
  const lines = tail(text, 20).split("\n");
  return lines.findLast((line) => /^[\w.]{0,80}(?:Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? "";
}
