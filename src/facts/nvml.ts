import type { Answer, Host } from "../host/host.ts";
import { nvmlProgram } from "../host/own-programs.ts";
import { nvmlWords } from "../nvml/codes.ts";
import { nvmlTold } from "../nvml/report.ts";
import { message, type Said } from "../text/message.ts";
import { absent, type Fact, toldEvidence, unknown, value } from "./fact.ts";
import type { NvmlReport } from "./facts.ts";
import { driverFolders, wslFolder } from "./library-folders.ts";
import { evidence, hostWords } from "./parse/answers.ts";
import type { Probe } from "./probe.ts";
import { environment } from "./program.ts";
import { foldersIn } from "./python/paths.ts";

const texts = {
  wouldMakeNodes: message(
    "NVML was not asked: /dev has no NVIDIA device node yet, and NVML would make them",
    "没有查询 NVML：/dev 中还没有 NVIDIA 设备节点，而 NVML 会创建它们",
  ),
  noProgram: message(
    "NVML was not asked: this build of envdoctor has no program for it",
    "没有查询 NVML：这个 envdoctor 构建不含相应程序",
  ),
  timeout: message("no answer from {at}", "{at} 没有应答"),
  crashed: message("crashed in {at}", "在 {at} 中崩溃"),
  notAsked: message("NVML was not asked: {why}", "没有查询 NVML：{why}"),
};

/** The debugger or hooks that somebody loads into every Node.js must not be loaded into ours. */
const env = { NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined };
const maxBytes = 4 * 1024 * 1024;

const noLibrary = absent(evidence("libnvidia-ml.so.1", "not found"));
const wouldMakeNodes = unknown(texts.wouldMakeNodes());

/**
 * NVML's word on the driver and its cards, from a program of our own. It is started only where the library is, and must
 * not change the machine: with a driver at work it may do what nvidia-smi does; without one it gives up every right by
 * which it could load one; and where a driver is loaded but has no device nodes yet, it is not asked.
 */
export const nvmlProbe: Probe<"nvml"> = {
  subject: "nvml",
  needs: [],
  async look(host) {
    switch (host.identity.platform) {
      case "linux":
        return lookAtLinux(host);
      case "win32":
        return (await onWindows(host)) ? ask(host, []) : noLibrary;
      default:
        return absent();
    }
  },
};

async function lookAtLinux(host: Host): Promise<Fact<NvmlReport>> {
  const [names, dxg, module] = await Promise.all([
    host.listFolder("/dev"),
    host.stat("/dev/dxg"),
    host.readFile("/proc/driver/nvidia/version"),
  ]);
  const nodes = names.ok && names.value.some((name) => /^nvidia(?:\d{1,4}|ctl)$/.test(name));
  const atWork = nodes || dxg.ok;
  if (!(await anyOf(libraryPaths(host).map((path) => host.realPath(path))))) return noLibrary;
  if (atWork) return ask(host, []);
  return module.ok ? wouldMakeNodes : ask(host, ["--change-nothing"]);
}

function libraryPaths(host: Host): string[] {
  const preferred = foldersIn(host, environment(host, "LD_LIBRARY_PATH"));
  return [...new Set([...preferred, wslFolder, ...driverFolders(host)])].map((folder) => `${folder}/libnvidia-ml.so.1`);
}

/** Before the DCH drivers it was not in System32. */
function onWindows(host: Host): Promise<boolean> {
  const system = `${environment(host, "SystemRoot") ?? "C:\\Windows"}\\System32\\nvml.dll`;
  const programs = environment(host, "ProgramW6432") ?? environment(host, "ProgramFiles") ?? "C:\\Program Files";
  return anyOf([system, `${programs}\\NVIDIA Corporation\\NVSMI\\nvml.dll`].map((path) => host.stat(path)));
}

async function anyOf(asked: readonly Promise<Answer<unknown>>[]): Promise<boolean> {
  return (await Promise.all(asked)).some(({ ok }) => ok);
}

async function ask(host: Host, flags: readonly string[]): Promise<Fact<NvmlReport>> {
  const run = await host.run([nvmlProgram, ...flags], { env, maxBytes });
  if (run.outcome === "missing") return unknown(texts.noProgram());
  if (run.outcome === "denied" || run.outcome === "failed")
    return unknown(texts.notAsked({ why: hostWords(run.stderr.trim()) }));
  const told = nvmlTold(run);
  if (told.told === "nothing") return unknown(texts.notAsked({ why: told.reason }));
  const source = sourceOf(told.report);
  const stopped = stoppedWords(told.report);
  return value(told.report, stopped ? toldEvidence(source, stopped) : evidence(source, summary(told.report)));
}

function sourceOf({ library, failure }: NvmlReport): string {
  return `NVML (${[library, failure?.call].filter(Boolean).join(", ") || "libnvidia-ml"})`;
}

/** undefined: it ran to its end. */
function stoppedWords({ outcome, stoppedAt: at }: NvmlReport): Said | undefined {
  return outcome === "timeout" || outcome === "crashed" ? texts[outcome]({ at: at ?? "NVML" }) : undefined;
}

function summary({ failure, driverVersion, gpus }: NvmlReport): string {
  if (failure) return nvmlWords(failure.code);
  const names = gpus.map(({ name, failure: trouble }) => name ?? (trouble ? nvmlWords(trouble.code) : "?"));
  return `driver ${driverVersion ?? "?"}: ${names.join(", ") || "0 GPU"}`;
}
