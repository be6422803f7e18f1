import type { Suspicion } from "../../src/diagnosis/cause.ts";
import { cannotTell, check, fail, type Outcome, pass } from "../../src/diagnosis/check.ts";
import type { Evidence } from "../../src/facts/fact.ts";
import type { Facts, SmiReport } from "../../src/facts/facts.ts";
import { message, type Said } from "../../src/text/message.ts";
import { evidenceOr } from "../evidence.ts";
import { beyondCuda, onJetson } from "../situation.ts";
import { suspectsOf } from "./smi-failures.ts";

const texts = {
  title: message("Driver answers (nvidia-smi)", "驱动应答（nvidia-smi）"),
  wanted: message("nvidia-smi lists the GPU", "nvidia-smi 列出 GPU"),
  notInstalled: message(
    "nvidia-smi is not installed, so the driver was not asked",
    "没有安装 nvidia-smi，未能询问驱动",
  ),
  timeout: message("nvidia-smi did not answer in time; the driver may hang", "nvidia-smi 未及时应答，驱动可能已卡住"),
  crashed: message("nvidia-smi crashed", "nvidia-smi 崩溃"),
  unreadable: message("what nvidia-smi printed is not understood", "无法理解 nvidia-smi 的输出"),
  noGpu: message("nvidia-smi listed no GPU", "nvidia-smi 没有列出 GPU"),
  names: {
    "no-driver": message("nvidia-smi cannot reach the driver.", "nvidia-smi 无法与驱动通信。"),
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
    const { smi } = facts.driver;
    if (smi.state === "unknown") return cannotTell(smi.reason, smi.evidence);
    if (smi.state === "absent") return cannotTell(texts.notInstalled(), smi.evidence);
    return judgeReport(facts, smi.value);
  },
});

function judgeReport(facts: Facts, report: SmiReport): Outcome {
  const evidence = reported(facts, report);
  switch (report.outcome) {
    case "ok":
      return report.gpus.length > 0 ? pass(summary(report), { evidence }) : cannotTell(texts.noGpu(), evidence);
    case "timeout":
    case "crashed":
    case "unreadable":
      return cannotTell(texts[report.outcome](), evidence);
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

function reported({ driver }: Facts, report: SmiReport): readonly Evidence[] {
  return evidenceOr({ source: "nvidia-smi", excerpt: report.message ?? report.outcome }, driver.smi);
}

function summary({ driverVersion, cudaVersion }: SmiReport): string {
  const words = [driverVersion && `driver ${driverVersion}`, cudaVersion && `CUDA ≤ ${cudaVersion}`].filter(Boolean);
  return words.length > 0 ? words.join(", ") : "nvidia-smi: OK";
}
