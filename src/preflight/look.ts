import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { known, toldEvidence, unknown, value } from "../facts/fact.ts";
import { gatherFacts } from "../facts/gather.ts";
import type { Look } from "../facts/probe.ts";
import type { Host } from "../host/host.ts";
import type { GateRun } from "../report/preflight-report.ts";
import { message } from "../text/message.ts";
import { visibleCards } from "./cards.ts";
import { type CommandView, viewCommand } from "./command.ts";
import { placedHost } from "./command-files.ts";
import { lintCommand } from "./lint.ts";
import { andThen, judgedPython, type Subject } from "./subject.ts";

const texts = {
  noCommand: message("no command was given", "没有给出命令"),
  noProof: message("no training was run: --prove SECONDS runs one", "没有运行训练：--prove SECONDS 可运行一次"),
};

export interface Seen extends Pick<GateRun, "command" | "lint" | "proof"> {
  readonly subject: Subject;
}

export interface LookOptions {
  readonly look: Look;
  readonly totalMs: number;
  /** Seconds for the training proof; none is run where it is left out. */
  readonly prove: number | undefined;
}

/** Looks at the machine as the command will see it; without a command, as this shell does. */
export async function lookFor(
  words: readonly string[],
  host: Host,
  { look, totalMs, prove: seconds }: LookOptions,
): Promise<Seen> {
  const view = words.length > 0 ? await viewCommand(host, words) : undefined;
  const placed = view ? placedHost(host, view.place) : host;
  const python = look.python ?? view?.python ?? undefined;
  const facts = await gatherFacts(placed, python === undefined ? look : { ...look, python }, { totalMs });
  const diagnosis = diagnose(facts, checks, catalogue);
  const bare: Subject = {
    facts,
    diagnosis,
    cards: visibleCards(facts, placed.env["CUDA_DEVICE_ORDER"] === "PCI_BUS_ID"),
    pythonUntold: look.python === undefined ? (view?.untold ?? null) : null,
    lint: unknown(texts.noCommand()),
    proof: unknown(texts.noProof()),
  };
  const startMethod = andThen(judgedPython(bare), (each) => each.startMethod);
  const { safe, report } = await lintCommand(placed, view, startMethod);
  const linted: Subject = { ...bare, lint: safe };
  const seen = { lint: report, command: view ? commandOf(words, view, linted) : null };
  if (seconds === undefined) return { ...seen, subject: linted, proof: null };
  const { prove } = await import("./prove.ts");
  const proof = await prove(placed, linted, seconds);
  const proven = value(proof.success, toldEvidence("envdoctor train", proof.summary));
  return { ...seen, subject: { ...linted, proof: proven }, proof };
}

function commandOf(words: readonly string[], view: CommandView, subject: Subject): GateRun["command"] {
  return {
    program: words[0] ?? "",
    python: known(judgedPython(subject))?.path ?? null,
    script: view.script,
    cwd: view.place.cwd,
    visibleDevices: known(subject.facts.cuda.visibleDevices) ?? null,
    notes: view.notes,
  };
}
