import type { Suspicion } from "../../src/diagnosis/cause.ts";
import { cannotTell, check, fail, type Outcome, pass } from "../../src/diagnosis/check.ts";
import { driverReport } from "../../src/facts/driver-report.ts";
import { type Evidence, evidenceOf, known } from "../../src/facts/fact.ts";
import type { Facts, SmiReport } from "../../src/facts/facts.ts";
import { nvmlWords } from "../../src/nvml/codes.ts";
import { message, type Said } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { beyondCuda, onJetson } from "../situation.ts";
import { suspectsOf } from "./smi-failures.ts";

const texts = {
  driver: message("driver {version}", "驱动 {version}"),
  both: message("driver {version}, {api}", "驱动 {version}，{api}"),
  title: message("Driver answers", "驱动有应答"),
  wanted: message("the driver lists the GPU", "驱动列出 GPU"),
  notInstalled: message(
    "nvidia-smi is not installed, so the driver was not asked",
    "没有安装 nvidia-smi，未能询问驱动",
  ),
  timeout: message("nvidia-smi did not answer in time; the driver may hang", "nvidia-smi 未及时应答，驱动可能已卡住"),
  crashed: message("nvidia-smi crashed", "nvidia-smi 崩溃"),
  unreadable: message("what nvidia-smi printed is not understood", "无法理解 nvidia-smi 的输出"),
  noGpu: message("nvidia-smi listed no GPU", "nvidia-smi 没有列出 GPU"),
  nvmlSays: message("NVML could not be asked for the GPU: {words}", "无法通过 NVML 查询 GPU：{words}"),
  nvmlTimeout: message(
    "NVML did not answer in time ({at}); the driver may hang",
    "NVML 未及时应答（{at}），驱动可能已卡住",
  ),
  nvmlCrashed: message("NVML crashed ({at})", "NVML 崩溃（{at}）"),
  byNvml: message(
    "By NVML's word: nvidia-smi is missing or says nothing.",
    "依据 NVML：nvidia-smi 缺失或没有给出信息。",
  ),
  names: {
    "no-driver": message("The driver in the kernel does not answer.", "内核中的驱动没有应答。"),
    mismatch: message(
      "The loaded kernel module and the libraries on disk are of different driver versions.",
      "已加载的内核模块与磁盘上的库不是同一驱动版本。",
    ),
    "no-devices": message("The driver runs, but it could initialise no card.", "驱动在运行，但未能初始化任何显卡。"),
    blocked: message("The operating system denies access to the GPU.", "操作系统拒绝访问 GPU。"),
    "nvml-unknown": message("The driver's interface NVML does not start.", "驱动的 NVML 接口无法启动。"),
    lost: message("The driver has lost contact with the card.", "驱动与显卡失去了联系。"),
    permission: message("This user may not use the GPU.", "该用户无权使用 GPU。"),
    "no-library": message("The driver's library libnvidia-ml is not found.", "找不到驱动的库 libnvidia-ml。"),
  },
};

export default check({
  id: "driver.api",
  layer: "driver-api",
  impact: "gpu",
  after: [
    "gpu.present",
    "gpu.bars",
    "driver.installed",
    "driver.binding",
    "driver.branch",
    "driver.flavour",
    "driver.module",
    "driver.device-nodes",
  ],
  title: texts.title(),
  appliesTo: (facts) => !beyondCuda(facts) && !onJetson(facts),
  judge(facts) {
    const report = driverReport(facts);
    return (report.state === "value" && judgeReport(facts, report.value)) || untold(facts);
  },
});

/** Neither of the two ways to ask the driver told how it is. */
function untold({ driver: { smi }, nvml }: Facts): Outcome {
  const report = known(nvml);
  const evidence = evidenceOf(smi, nvml);
  if (report?.failure) return cannotTell(texts.nvmlSays({ words: nvmlWords(report.failure.code) }), evidence);
  const said = known(smi)?.outcome;
  if (said === "timeout" || said === "crashed" || said === "unreadable") return cannotTell(texts[said](), evidence);
  const at = report?.stoppedAt ?? "?";
  if (report?.outcome === "timeout") return cannotTell(texts.nvmlTimeout({ at }), evidence);
  if (report?.outcome === "crashed") return cannotTell(texts.nvmlCrashed({ at }), evidence);
  return smi.state === "unknown" ? cannotTell(smi.reason, smi.evidence) : cannotTell(texts.notInstalled(), evidence);
}

/** null: the report says nothing of how the driver is. */
function judgeReport(facts: Facts, report: SmiReport): Outcome | null {
  const evidence = reported(facts, report);
  switch (report.outcome) {
    case "ok":
      if (report.gpus.length === 0) return cannotTell(texts.noGpu(), evidence);
      return pass(summary(report), {
        evidence,
        ...(facts.driver.smi !== driverReport(facts) && { detail: texts.byNvml() }),
      });
    case "timeout":
    case "crashed":
    case "unreadable":
      return null;
    default: {
      const suspicions: Suspicion[] = suspectsOf(report.outcome, facts).map((s) => ({
        ...s,
        evidence: [...evidence, ...s.evidence],
      }));
      const detail: Said = texts.names[report.outcome]();
      return fail({ found: report.message ?? report.outcome, wanted: texts.wanted(), detail, suspicions, evidence });
    }
  }
}

function reported(facts: Facts, report: SmiReport): readonly Evidence[] {
  return evidenceOr({ source: "nvidia-smi", excerpt: report.message ?? report.outcome }, driverReport(facts));
}

function summary({ driverVersion, cudaVersion }: SmiReport): Said | string {
  const api = `CUDA ≤ ${cudaVersion}`;
  if (driverVersion === null) return cudaVersion === null ? "nvidia-smi: OK" : api;
  return cudaVersion === null ? texts.driver({ version: driverVersion }) : texts.both({ version: driverVersion, api });
}
