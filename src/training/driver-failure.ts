/** What the codes of the CUDA driver mean: https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html */
import type { CauseId } from "../../checks/causes/ids.ts";
import errors from "../../checks/data/cuda-errors.json" with { type: "json" };
import { hypervisorOf, inContainer, inWsl2, onLinux } from "../../checks/situation.ts";
import type { Suspicion } from "../diagnosis/cause.ts";
import type { DiagnosedCause, Diagnosis } from "../diagnosis/diagnose.ts";
import { type Evidence, known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { message, type Said } from "../text/message.ts";
import type { Failure } from "./failures.ts";
import type { Observation } from "./observe.ts";
import type { Failed } from "./protocol.ts";

const texts = {
  refused: message("{call} returned {code} ({name})", "{call} 返回 {code}（{name}）"),
  refusedAt: message(
    "{call} returned {code} ({name}) in the midst of the run, at: {stage}",
    "{call} 在运行过程中返回 {code}（{name}），所处阶段：{stage}",
  ),
  missing: message("this driver has no {call}: it is too old", "该驱动没有 {call}：版本太旧"),
  gone: message(
    "{reason}; asked again, the driver can no longer use the card",
    "{reason}；再次询问时，驱动已无法使用该显卡",
  ),
  ffi: message("the driver cannot be called: {why}", "无法调用驱动：{why}"),
  card: message(
    "its kernels need compute capability 5.0, and this card has {cc}",
    "其内核需要计算能力 5.0，而这块显卡为 {cc}",
  ),
  library: message("the driver's library does not load: {why}", "驱动库无法加载：{why}"),
};

type Guess = readonly [CauseId, number];
type Meaning = (failed: Failed, facts: Facts) => Guess | null;

/** By code. What is not here has no cause of its own, and is said by its name and number. */
const meanings: Readonly<Record<number, Meaning>> = {
  2: ({ call }, facts) => {
    if (call === "cuInit") return inWsl2(facts) ? ["wsl-multi-gpu-init-oom", 0.7] : null;
    if (call === "cuMemAllocHost_v2") return inWsl2(facts) ? ["wsl-pinned-memory-limit", 0.85] : null;
    return ["gpu-memory-full", 0.9];
  },
  34: () => ["cuda-stub-library-loaded", 0.95],
  46: () => ["gpu-compute-mode", 0.6],
  102: (_, facts) => (hypervisorOf(facts) === undefined ? null : ["vgpu-profile-no-compute", 0.7]),
  214: () => ["gpu-memory-failing", 0.9],
  222: () => ["driver-too-old-for-framework-cuda", 0.6],
  304: (_, facts) => (inWsl2(facts) ? ["wsl-gpu-channel-broken", 0.6] : null),
  801: (_, facts) => (hypervisorOf(facts) === undefined || inWsl2(facts) ? null : ["vgpu-profile-no-compute", 0.5]),
  802: (_, facts) =>
    known(facts.bus.nvswitches) === 0 ? ["fabricmanager-no-nvswitch", 0.7] : ["fabricmanager-not-running", 0.85],
  803: () => ["driver-library-version-mismatch", 0.9],
  804: () => ["cuda-forward-compat-conflict", 0.9],
  999: (_, facts) => {
    if (inWsl2(facts)) return ["wsl-gpu-channel-broken", 0.5];
    if (!onLinux(facts)) return null;
    const nodes = known(facts.driver.nodes) ?? [];
    const withoutUvm = nodes.length > 0 && !nodes.some(({ path }) => path === "/dev/nvidia-uvm");
    if (withoutUvm)
      return inContainer(facts) ? ["container-uvm-device-missing", 0.85] : ["uvm-broken-after-suspend", 0.6];
    return ["uvm-broken-after-suspend", 0.6];
  },
};

/** Codes that tell that there is no GPU, and not why. */
const noGpu: ReadonlySet<number> = new Set([3, 100, 101, 304, 801, 999]);

/** Codes that mean in the midst of a run what they mean at its start. */
const alsoUnderWay: ReadonlySet<number> = new Set([2, 214]);

export function isUnderWay({ failed, ready }: Observation): boolean {
  return failed !== null && ready !== null;
}

/**
 * Why the driver refused a call. `again`: what a second process saw right after a failure in the midst of a run; null
 * where none was asked.
 */
export function driverFailure(failed: Failed, seen: Observation, facts: Facts, again: Observation | null): Failure {
  const { call, code, codeName, library } = failed;
  if (code === null) {
    const evidence = [{ source: library, excerpt: `no symbol ${call}` }];
    const old: Suspicion = { cause: "driver-too-old-for-framework-cuda", confidence: 0.5, evidence };
    return { reason: texts.missing({ call: plainCall(call) }), suspicions: [old] };
  }
  const name = codeName ?? errors.rows.find((row) => row.code === code)?.name ?? "?";
  const words = { call: plainCall(call), code, name };
  const evidence: Evidence = { source: library, excerpt: `${plainCall(call)} returned ${code} ${name}` };
  if (isUnderWay(seen)) return underWay(failed, words, { evidence, seen, facts, again });
  const guess = meanings[code]?.(failed, facts);
  const suspicions = guess ? [{ cause: guess[0], confidence: guess[1], evidence: [evidence] }] : [];
  return { reason: texts.refused(words), suspicions, ...(noGpu.has(code) && { diagnosed: [evidence] }) };
}

interface Around {
  readonly evidence: Evidence;
  readonly seen: Observation;
  readonly facts: Facts;
  readonly again: Observation | null;
}

/** After the card had answered: only what a failure in mid-run can mean. */
function underWay(
  failed: Failed,
  words: { readonly call: string; readonly code: number; readonly name: string },
  { evidence, seen, facts, again }: Around,
): Failure {
  const reason = texts.refusedAt({ ...words, stage: seen.stage ?? "?" });
  if (again?.failed) {
    const { call, code, codeName } = again.failed;
    const second = { source: failed.library, excerpt: `${plainCall(call)} returned ${code} ${codeName ?? ""}`.trim() };
    const lost: Suspicion = { cause: "gpu-fallen-off-bus", confidence: 0.85, evidence: [evidence, second] };
    const gone: Said = {
      en: texts.gone({ reason: reason.en }).en,
      zh: texts.gone({ reason: reason.zh }).zh,
    };
    return { reason: gone, suspicions: [lost] };
  }
  const guess = alsoUnderWay.has(words.code) ? meanings[words.code]?.(failed, facts) : null;
  const suspicions = guess ? [{ cause: guess[0], confidence: guess[1], evidence: [evidence] }] : [];
  return { reason, suspicions };
}

/** Nothing could be called at all. */
export function unusableDriver({ missing, reason }: NonNullable<Observation["unusable"]>): Failure {
  const common = { suspicions: [], passedOver: true };
  if (missing === "card") return { reason: texts.card({ cc: reason }), ...common };
  if (missing === "ffi") return { reason: texts.ffi({ why: reason }), ...common };
  return { reason: texts.library({ why: reason }), diagnosed: [{ source: "libcuda", excerpt: reason }], ...common };
}

/** What keeps the driver from the GPU by the diagnosis: causes of failed checks below the frameworks. */
export function driverCauses({ findings, causes }: Diagnosis): readonly DiagnosedCause[] {
  const failed = findings.filter(
    ({ status, impact, layer }) =>
      status === "fail" && impact === "gpu" && layer !== "frameworks" && layer !== "workers",
  );
  return causes.filter(({ cause, findings: own }) => !cause.harmless && failed.some(({ id }) => own.includes(id)));
}

/** Without the suffix of a version that only the library's symbols carry. */
function plainCall(call: string): string {
  return call.replace(/_v\d+$/, "");
}
