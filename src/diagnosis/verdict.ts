import { message, type Said } from "../text/message.ts";
import type { Finding } from "./check.ts";
import { type DiagnosedCause, nextStep } from "./diagnose.ts";

/**
 * ready: it trains on the GPU. degraded: it trains, but slower or on the CPU only, and nothing here is broken.
 * not-ready: something is broken that keeps it from training as it could.
 */
export interface Verdict {
  readonly status: "ready" | "degraded" | "not-ready";
  readonly gpuTraining: "yes" | "no" | "unknown";
  readonly summary: Said;
  /** The one thing to do next; null where nothing is to be done. */
  readonly next: Said | null;
}

const texts = {
  ready: message("This machine is ready to train on its GPU.", "这台机器可以用 GPU 训练。"),
  readyBut: message(
    "This machine trains on its GPU, but slower than it could: {cause}.",
    "这台机器可以用 GPU 训练，但没有发挥全部速度：{cause}。",
  ),
  cpuOnly: message(
    "CPU training works; no GPU training here: {cause}.",
    "可以用 CPU 训练；这里无法用 GPU 训练：{cause}。",
  ),
  broken: message("GPU training does not work: {cause}.", "GPU 训练不可用：{cause}。"),
  nothing: message("Training does not work: {cause}.", "无法训练：{cause}。"),
  unknown: message(
    "Whether the GPU can train is not known: {check}: {reason}.",
    "无法确定 GPU 能否用于训练：{check}：{reason}。",
  ),
  unknownPlain: message("Whether the GPU can train is not known.", "无法确定 GPU 能否用于训练。"),
  prove: message("envdoctor train", "envdoctor train"),
  verbose: message("envdoctor check --verbose", "envdoctor check --verbose"),
};

export function judgeVerdict(findings: readonly Finding[], causes: readonly DiagnosedCause[]): Verdict {
  const fails = findings.filter((f) => f.status === "fail");
  const stopsAll = fails.some((f) => f.impact === "training");
  const gpuFails = fails.filter((f) => f.impact === "gpu" || f.impact === "training");
  const open = findings.find((f) => f.status === "unknown" && f.impact === "gpu");
  const first = causes.find((c) => !c.cause.harmless);
  const onlyHardware = gpuFails.length > 0 && gpuFails.every((f) => restsOnHardware(f, causes));
  const next = first ? nextStep(first.fix) : null;
  const why = (by: DiagnosedCause | undefined): { cause: string } => ({ cause: by?.cause.title.en ?? "" });
  const tell = (text: (values: { cause: string }) => Said): Said =>
    first ? { en: text(why(first)).en, zh: text({ cause: first.cause.title.zh }).zh } : texts.unknownPlain();

  if (stopsAll) return { status: "not-ready", gpuTraining: "no", summary: tell(texts.nothing), next };
  if (onlyHardware) return { status: "degraded", gpuTraining: "no", summary: tell(texts.cpuOnly), next };
  if (gpuFails.length > 0) return { status: "not-ready", gpuTraining: "no", summary: tell(texts.broken), next };
  if (open || !proven(findings)) {
    return { status: "degraded", gpuTraining: "unknown", summary: openSummary(open), next: next ?? texts.verbose() };
  }
  const slower = findings.some((f) => f.status === "warn" && f.impact === "speed");
  if (slower && first) return { status: "degraded", gpuTraining: "yes", summary: tell(texts.readyBut), next };
  return { status: "ready", gpuTraining: "yes", summary: texts.ready(), next: next ?? texts.prove() };
}

/** GPU training is only said to work where a GPU, its driver and a framework for it were all seen. */
function proven(findings: readonly Finding[]): boolean {
  const passed = (id: string): boolean => findings.some((f) => f.id === id && f.status === "pass");
  return passed("gpu.present") && passed("frameworks.gpu-build");
}

function restsOnHardware(finding: Finding, causes: readonly DiagnosedCause[]): boolean {
  const own = causes.filter((c) => c.findings.includes(finding.id));
  return own.length > 0 && own.every((c) => c.cause.hardware);
}

function openSummary(open: Finding | undefined): Said {
  if (!open) return texts.unknownPlain();
  const say = (language: "en" | "zh"): string =>
    texts.unknown({ check: open.title[language], reason: open.detail?.[language] ?? "" })[language];
  return { en: say("en"), zh: say("zh") };
}
