import type { Suspicion } from "../../src/diagnosis/cause.ts";
import { cannotTell, check, fail, type Outcome, pass, suspect, warn } from "../../src/diagnosis/check.ts";
import { type Evidence, hidden, known } from "../../src/facts/fact.ts";
import type { Facts, LibraryCandidate } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { owner } from "../gpu/smi-failures.ts";
import {
  beyondCuda,
  gpuNames,
  hypervisorOf,
  inContainer,
  inWsl2,
  nvidiaInSight,
  onJetson,
  onLinux,
} from "../situation.ts";

const texts = {
  title: message("CUDA driver library (libcuda)", "CUDA 驱动库（libcuda）"),
  missing: message("libcuda.so.1 not found", "找不到 libcuda.so.1"),
  wanted: message("libcuda.so.1 of the driver", "驱动自带的 libcuda.so.1"),
  noGpu: message("no NVIDIA GPU is in sight, so none is needed", "没有发现 NVIDIA GPU，因此不需要"),
  missingDetail: message(
    "Every CUDA program needs the driver's libcuda.so.1, and the loader finds none.",
    "所有 CUDA 程序都需要驱动的 libcuda.so.1，但加载器找不到它。",
  ),
  stub: message(
    "The loader takes the toolkit's stub {path}, which only serves for linking and cannot reach a GPU.",
    "加载器会选用 CUDA Toolkit 的桩库（stub）{path}，它只用于链接，无法访问 GPU。",
  ),
  compat: message(
    "The loader takes the forward-compatibility library {path}, which works on data-centre cards only.",
    "加载器会选用前向兼容库 {path}，它只支持数据中心显卡。",
  ),
};

export default check({
  id: "cuda.libcuda",
  layer: "libraries",
  impact: "gpu",
  after: ["gpu.present", "driver.installed", "driver.device-nodes", "wsl.gpu-device", "wsl.libraries"],
  title: texts.title(),
  appliesTo: (facts) => onLinux(facts) && !onJetson(facts) && !beyondCuda(facts),
  judge(facts) {
    const { libcuda } = facts.libraries;
    if (libcuda.state === "unknown") return cannotTell(libcuda.reason, libcuda.evidence);
    const first = known(libcuda)?.[0];
    if (!first) return missing(facts);
    const evidence = [owner(first)];
    const found = first.path;
    const wanted = texts.wanted();
    if (first.kind === "stub") {
      const suspicions = [suspect("cuda-stub-library-loaded", 0.95, ...evidence)];
      return fail({ found, wanted, detail: texts.stub({ path: found }), suspicions, evidence });
    }
    if (first.kind === "compat") return compat(facts, first);
    return pass(first.path, { evidence: whose(first) });
  },
});

/** Data-centre cards take a library that is newer than the driver; GeForce cards refuse it (error 804). */
function compat(facts: Facts, { path, ...library }: LibraryCandidate): Outcome {
  const evidence = [owner({ path, ...library })];
  const consumer = /GeForce|TITAN/i.test(gpuNames(facts));
  return (consumer ? fail : warn)({
    found: path,
    wanted: texts.wanted(),
    detail: texts.compat({ path }),
    suspicions: [suspect("cuda-forward-compat-conflict", consumer ? 0.85 : 0.5, ...evidence)],
    evidence,
  });
}

function missing(facts: Facts): Outcome {
  if (!nvidiaInSight(facts)) return cannotTell(texts.noGpu());
  const { containers, wsl, libraries } = facts;
  // Whose fault it is rests on where this runs.
  const open = [wsl, ...(inWsl2(facts) ? [libraries.wslLibraries] : [containers])].find(hidden);
  if (open) return cannotTell(open.reason);
  const evidence = evidenceOr({ source: "ldconfig -p", excerpt: "no libcuda.so.1" }, facts.libraries.libcuda);
  const suspicions = [missingBecause(facts, evidence)];
  return fail({ found: texts.missing(), wanted: texts.wanted(), detail: texts.missingDetail(), suspicions, evidence });
}

function missingBecause(facts: Facts, evidence: readonly Evidence[]): Suspicion {
  if (inContainer(facts)) return suspect("container-missing-gpu-flag", 0.7, ...evidence);
  if (inWsl2(facts)) return suspect("wsl-libcuda-not-in-loader-path", 0.7, ...evidence);
  const paravirtual = facts.driver.dxg.state === "value" && hypervisorOf(facts) !== undefined;
  if (paravirtual) return suspect("hyperv-gpupv-driver-files-missing", 0.9, ...evidence);
  return suspect("driver-not-installed", 0.6, ...evidence);
}

function whose(library: LibraryCandidate): Evidence[] {
  return library.package.state === "value" ? [owner(library)] : [];
}
