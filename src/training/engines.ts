import { beyondCuda, nvidiaInSight } from "../../checks/situation.ts";
import type { Diagnosis } from "../diagnosis/diagnose.ts";
import { known } from "../facts/fact.ts";
import type { Facts, Framework, PythonFacts, TfjsPackage } from "../facts/facts.ts";
import { driverProgram } from "../ffi/programs.ts";
import type { Host } from "../host/host.ts";
import { pythonScript } from "../host/scripts.ts";
import { message, type Said } from "../text/message.ts";
import { driverCauses } from "./driver-failure.ts";
import type { EngineProgram } from "./observe.ts";
import { type Device, type EngineId, engineIds, type WantedDevice } from "./plan.ts";
import { besideEnvdoctor, nodeGpuProgram, wasmProgram } from "./tfjs.ts";

/** An engine that may train here. */
export interface Candidate {
  readonly engine: EngineId;
  /** Where it is expected to train, by the diagnosis. */
  readonly expects: Device;
  /** Names it for people: "torch 2.13.0 in /usr/bin/python3". */
  readonly label: string;
  readonly program: EngineProgram;
  /** Of tfjs-node-gpu: the package that trains. */
  readonly package?: TfjsPackage;
}

/** An engine that was not tried, or did not train, and why. */
interface PassedOver {
  readonly engine: EngineId;
  readonly reason: Said;
}

export interface Choice {
  readonly candidates: readonly Candidate[];
  readonly passedOver: readonly PassedOver[];
}

export interface Wanted {
  readonly engine: "auto" | EngineId;
  readonly device: WantedDevice;
}

const texts = {
  noPython: message("no Python was found", "没有找到 Python"),
  noTorch: message("no Python here has PyTorch", "这里的 Python 都没有 PyTorch"),
  cpuBuild: message("{framework} was built without CUDA", "{framework} 不带 CUDA"),
  noNodeGpu: message("@tensorflow/tfjs-node-gpu is not installed", "未安装 @tensorflow/tfjs-node-gpu"),
  noBinding: message("its tfjs_binding.node was never downloaded or built", "其 tfjs_binding.node 没有下载或编译"),
  noLibrary: message("the TensorFlow library is missing beside its binding", "其 binding 旁边缺少 TensorFlow 库"),
  noGpu: message("it computes on the CPU only", "它只能用 CPU 计算"),
  noDriver: message("no CUDA driver is in sight", "没有发现 CUDA 驱动"),
  brokenDriver: message(
    "the driver cannot use the GPU, by the diagnosis: {cause}",
    "诊断显示驱动无法使用 GPU：{cause}",
  ),
  noProgram: message("this build of envdoctor comes without it", "这个 envdoctor 构建不含该引擎"),
  gpuOnly: message("it computes on a GPU only", "它只能用 GPU 计算"),
};

type Considered = { readonly candidate: Candidate } | { readonly reason: Said };

/** The engines to try, best first: those that may use the GPU, then those on the CPU, each in the order of `engineIds`. */
export async function chooseEngines(host: Host, facts: Facts, diagnosis: Diagnosis, wanted: Wanted): Promise<Choice> {
  const explicit = wanted.engine !== "auto";
  const considered: Record<EngineId, () => Considered | Promise<Considered>> = {
    torch: () => considerTorch(facts, diagnosis, wanted, explicit),
    "tfjs-node-gpu": () => considerNodeGpu(host, facts, diagnosis, wanted, explicit),
    cuda: () => considerCuda(host, facts, diagnosis, wanted),
    "tfjs-wasm": () => considerWasm(host, wanted),
  };
  const candidates: Candidate[] = [];
  const passedOver: PassedOver[] = [];
  for (const engine of explicit ? [wanted.engine as EngineId] : engineIds) {
    const one = await considered[engine]();
    if ("candidate" in one) candidates.push(one.candidate);
    else passedOver.push({ engine, reason: one.reason });
  }
  const later = (candidate: Candidate): number => (candidate.expects === "cuda" ? 0 : 1);
  return { candidates: candidates.sort((a, b) => later(a) - later(b)), passedOver };
}

/** The Python of --python, else the first with PyTorch: the one that a bare `python` starts stands first. */
function considerTorch(facts: Facts, diagnosis: Diagnosis, wanted: Wanted, explicit: boolean): Considered {
  const pythons = known(facts.pythons) ?? [];
  const asked = pythons.find(({ foundBy }) => foundBy.includes("--python"));
  const equipped = (asked ? [asked] : pythons).flatMap((python) => {
    const framework = known(python.frameworks)?.find(({ name }) => name === "torch");
    return framework === undefined ? [] : [{ python, framework }];
  });
  const gpuPossible = wanted.device !== "cpu" && diagnosis.verdict.gpuTraining !== "no";
  const best = equipped[0];
  if (best === undefined) {
    // Asked for by name, the framework's own words say more than that it was not seen.
    const python = asked ?? pythons.find(({ active }) => active) ?? pythons[0];
    if (!explicit || python === undefined) return { reason: pythons.length > 0 ? texts.noTorch() : texts.noPython() };
    return { candidate: torchCandidate(python, null, "cpu") };
  }
  const { python, framework } = best;
  if (wanted.device === "cuda" && !explicit && !mayUseGpu(framework)) {
    return { reason: texts.cpuBuild({ framework: `torch ${framework.version}` }) };
  }
  return { candidate: torchCandidate(python, framework, gpuPossible && mayUseGpu(framework) ? "cuda" : "cpu") };
}

function mayUseGpu({ cudaBuild, hipBuild }: Framework): boolean {
  return hipBuild !== null || cudaBuild.state === "unknown" || known(cudaBuild) != null;
}

function torchCandidate(python: PythonFacts, framework: Framework | null, expects: Device): Candidate {
  return {
    engine: "torch",
    expects,
    label: `torch ${framework?.version ?? "?"} (${python.path})`,
    program: {
      // -X faulthandler names the line of Python in which a native crash happened.
      argv: [python.path, "-X", "faulthandler", pythonScript("train_torch.py")],
      after: [],
      // Threads that spin while they wait take ten times as long on a busy machine.
      env: { OMP_WAIT_POLICY: "passive", KMP_BLOCKTIME: "0" },
    },
  };
}

async function considerNodeGpu(
  host: Host,
  facts: Facts,
  diagnosis: Diagnosis,
  wanted: Wanted,
  explicit: boolean,
): Promise<Considered> {
  const node = known(facts.node);
  const installed = node && known(node.tfjs)?.find(({ name }) => name === "@tensorflow/tfjs-node-gpu");
  const found = installed ?? (await besideEnvdoctor(host));
  if (found === undefined) return { reason: texts.noNodeGpu() };
  const missing = missingPart(found);
  if (missing && !explicit) return { reason: missing };
  const gpuPossible = wanted.device !== "cpu" && diagnosis.verdict.gpuTraining !== "no";
  return {
    candidate: {
      engine: "tfjs-node-gpu",
      expects: gpuPossible ? "cuda" : "cpu",
      label: `tfjs-node-gpu ${found.version} (${found.path})`,
      program: await nodeGpuProgram(host, found),
      package: found,
    },
  };
}

function missingPart({ binding, library }: TfjsPackage): Said | undefined {
  if (binding.state === "absent") return texts.noBinding();
  return library.state === "absent" ? texts.noLibrary() : undefined;
}

/** Asked for by name, the driver itself is asked, whatever the diagnosis says. */
function considerCuda(host: Host, facts: Facts, diagnosis: Diagnosis, { engine, device }: Wanted): Considered {
  if (device === "cpu") return { reason: texts.gpuOnly() };
  const program = driverProgram("cuda");
  if (program === undefined) return { reason: texts.noProgram() };
  if (engine === "auto") {
    if (beyondCuda(facts) || !nvidiaInSight(facts)) return { reason: texts.noDriver() };
    const [broken] = driverCauses(diagnosis);
    if (broken) return { reason: filled(texts.brokenDriver, broken.cause.title) };
  }
  const library = known(facts.libraries.libcuda)?.[0]?.path ?? "libcuda";
  // The debugger or hooks that somebody loads into every Node.js must not be loaded into ours.
  const env = { NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined };
  return {
    candidate: {
      engine: "cuda",
      expects: "cuda",
      label: `the CUDA driver alone (${library})`,
      program: { argv: [host.identity.node.execPath, program], after: [], env },
    },
  };
}

/** Is there a driver that may train, and no framework yet that could show it? */
export function onlyDriverCanProve(facts: Facts, diagnosis: Diagnosis): boolean {
  const framework = diagnosis.findings.some(({ id, status }) => id === "frameworks.gpu-build" && status === "pass");
  return !framework && nvidiaInSight(facts) && !beyondCuda(facts) && driverCauses(diagnosis).length === 0;
}

function filled(text: (values: { readonly cause: string }) => Said, cause: Said): Said {
  return { en: text({ cause: cause.en }).en, zh: text({ cause: cause.zh }).zh };
}

function considerWasm(host: Host, wanted: Wanted): Considered {
  if (wanted.device === "cuda") return { reason: texts.noGpu() };
  return {
    candidate: {
      engine: "tfjs-wasm",
      expects: "cpu",
      label: "@tensorflow/tfjs-backend-wasm",
      program: wasmProgram(host),
    },
  };
}
