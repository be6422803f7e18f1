import { type Language, message, type Said } from "../text/message.ts";
import { type Finding, layers } from "./check.ts";
import type { DiagnosedCause } from "./diagnose.ts";
import { nextStep } from "./next-step.ts";

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
  slower: message(
    "This machine trains on its GPU, but slower than it could: {cause}.",
    "这台机器可以用 GPU 训练，但没有发挥全部速度：{cause}。",
  ),
  elsewhere: message(
    "This machine can train on its GPU, but not as it is set up now: {cause}.",
    "这台机器可以用 GPU 训练，但当前设置下不行：{cause}。",
  ),
  otherGpu: message(
    "This GPU may train, but not through CUDA: {cause}.",
    "这块 GPU 或许可以训练，但不能通过 CUDA：{cause}。",
  ),
  cpuOnly: message(
    "CPU training works; no GPU training here: {cause}.",
    "可以用 CPU 训练；这里无法用 GPU 训练：{cause}。",
  ),
  cpuLater: message(
    "CPU training works once a framework is installed; no GPU training here: {cause}.",
    "安装框架后可以用 CPU 训练；这里无法用 GPU 训练：{cause}。",
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

type Tell = (values: { readonly cause: string }) => Said;

export function judgeVerdict(findings: readonly Finding[], causes: readonly DiagnosedCause[]): Verdict {
  const real = causes.filter((c) => !c.cause.harmless);
  const warned = (impact: Finding["impact"]) => findings.filter((f) => f.status === "warn" && f.impact === impact);
  /** The words on the first cause of these findings, and what mends it. */
  const about = (troubled: readonly Finding[], text: Tell): Pick<Verdict, "summary" | "next"> => {
    const by = real.find((c) => troubled.some((f) => c.findings.includes(f.id))) ?? real[0];
    return by
      ? { summary: filled(text, by.cause.title), next: nextStep(by.fix) }
      : { summary: filled(text, withoutStop(troubled[0]?.detail ?? troubled[0]?.title)), next: texts.verbose() };
  };

  const fails = findings.filter((f) => f.status === "fail" && (f.impact === "gpu" || f.impact === "training"));
  const mendable = fails.filter((f) => !restsOnHardware(f, causes));
  if (mendable.length > 0) {
    const text = fails.some((f) => f.impact === "training") ? texts.nothing : texts.broken;
    return { status: "not-ready", gpuTraining: "no", ...about(mendable, text) };
  }
  if (fails.length > 0) {
    const text = passed(findings, "frameworks.installed") ? texts.cpuOnly : texts.cpuLater;
    return { status: "degraded", gpuTraining: "no", ...about(fails, text) };
  }

  const otherGpu = findings.filter((f) => f.id === "gpu.present" && f.status === "warn");
  if (otherGpu.length > 0) return { status: "degraded", gpuTraining: "unknown", ...about(otherGpu, texts.otherGpu) };

  const open = firstOpen(findings);
  if (open || !proven(findings)) {
    const next = real[0] ? nextStep(real[0].fix) : texts.verbose();
    return { status: "degraded", gpuTraining: "unknown", summary: openSummary(open), next };
  }
  const elsewhere = warned("training");
  if (elsewhere.length > 0) return { status: "degraded", gpuTraining: "yes", ...about(elsewhere, texts.elsewhere) };
  const slower = warned("speed");
  if (slower.length > 0) return { status: "degraded", gpuTraining: "yes", ...about(slower, texts.slower) };
  // A fact worth knowing (impact none) asks for nothing to be done before the proof.
  const due = real.find((c) => findings.some((f) => f.impact !== "none" && c.findings.includes(f.id)));
  const next = due ? nextStep(due.fix) : texts.prove();
  return { status: "ready", gpuTraining: "yes", summary: texts.ready(), next };
}

/** GPU training is only said to work where a GPU, its driver's answer and a framework for it were all seen. */
function proven(findings: readonly Finding[]): boolean {
  return ["gpu.present", "driver.api", "frameworks.gpu-build"].every((id) => passed(findings, id));
}

/** The first open question on the way to the GPU. Where the driver answered, its module and card are settled. */
function firstOpen(findings: readonly Finding[]): Finding | undefined {
  const settled = passed(findings, "driver.api") ? layers.indexOf("device-nodes") : 0;
  return findings.find((f) => f.status === "unknown" && f.impact === "gpu" && layers.indexOf(f.layer) >= settled);
}

function passed(findings: readonly Finding[], id: string): boolean {
  return findings.some((f) => f.id === id && f.status === "pass");
}

function restsOnHardware(finding: Finding, causes: readonly DiagnosedCause[]): boolean {
  const own = causes.filter((c) => c.findings.includes(finding.id));
  return own.length > 0 && own.every((c) => c.cause.hardware);
}

function openSummary(open: Finding | undefined): Said {
  if (!open) return texts.unknownPlain();
  const say = (language: Language): string =>
    texts.unknown({ check: open.title[language], reason: open.detail?.[language] ?? "" })[language];
  return everyLanguage(say);
}

/** What is wrong where no cause is known: the words of the finding, without the full stop. */
function withoutStop(said: Said | undefined): Said {
  return everyLanguage((language) => (said?.[language] ?? "").replace(/[.。]$/, ""));
}

function filled(text: Tell, cause: Said): Said {
  return everyLanguage((language) => text({ cause: cause[language] })[language]);
}

function everyLanguage(say: (language: Language) => string): Said {
  return { en: say("en"), zh: say("zh") };
}
