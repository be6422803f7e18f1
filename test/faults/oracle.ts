/**
 * What may become of a diagnosis when one question of a check fails. Two things hold whatever happens:
 *
 * - Nothing throws: no probe, no check, and no sentence with a hole in it.
 * - Machine formats and people get a finding for every check.
 *
 * Where the machine is silent (`effectOf`), the truth is known, for it is what the same machine tells with that question
 * answered, and what was heard may be less than the truth but nothing else:
 *
 * - A check that passes passes on the truth too: no pass that was not seen, no failure that becomes a pass by losing a
 *   fact. What a check says on the truth is what it says there unhindered: what another failure or the setting kept it
 *   from judging counts as if it had been asked.
 * - A check that warns or fails does so on the truth too, or worse: no false alarm.
 * - Every cause is one of the truth, or one that a check unhindered on the truth suspects: with the root of it out of
 *   sight, its consequence is next. None is invented. "No card" is one cause, whether or not the machine shows who would
 *   have had to give it one.
 * - The first cause stays first as long as it is there at all.
 * - GPU training is said to work, or not to work, only where the truth says the same; else it is unknown.
 *
 * Two exceptions. `driver.nvml` is about nvidia-smi itself, so that its silence is a finding. A card's compute mode is
 * told by NVML alone; where NVML cannot be asked it is taken for the default, as on the many machines without NVML.
 *
 * Where the answer is one that another machine would give in earnest (a file that is not there, a link that leads
 * elsewhere), the diagnosis is that machine's, and only the first two rules hold.
 */
import { checks } from "../../checks/index.ts";
import type { Check, Finding } from "../../src/diagnosis/check.ts";
import { runChecks } from "../../src/diagnosis/diagnose.ts";
import type { Question } from "./questions.ts";
import type { Replay } from "./replay.ts";
import { effectOf, type Way } from "./ways.ts";

/** What the whole machine tells, and what each check says of it unhindered. */
export interface Truth extends Replay {
  readonly alone: ReadonlyMap<string, Finding>;
}

export function truthOf(replay: Replay): Truth {
  const unhindered = checks.map(({ appliesTo: _, ...check }): Check => ({ ...check, after: [] }));
  return { ...replay, alone: new Map(runChecks(replay.facts, unhindered).map((finding) => [finding.id, finding])) };
}

/** Each broken rule in a few words. */
export function violations(truth: Truth, faulted: Replay, question: Question, way: Way): string[] {
  return [...unsound(faulted, way), ...(effectOf(question, way) === "silence" ? dishonest(truth, faulted) : [])];
}

export function unsound({ facts, diagnosis }: Replay, way: Way): string[] {
  const found: string[] = [];
  if (diagnosis.findings.length !== checks.length) found.push("a check without a finding");
  for (const { id, detail, found: seen, wanted } of diagnosis.findings) {
    const said = [detail, seen, wanted].flatMap((each) => (each ? [each.en, each.zh] : [])).join("\n");
    if (said.includes("the check itself failed")) found.push(`${id} throws: ${said}`);
    // Noise holds such words itself.
    if (way !== "garbage" && /undefined|NaN|\[object|\{\w+\}/.test(said)) found.push(`${id} has a hole: ${said}`);
  }
  const told = JSON.stringify(facts);
  const at = told.indexOf("the probe failed");
  if (at >= 0) found.push(told.slice(at, at + 120));
  return found;
}

const noCard = ["vm-no-gpu", "no-nvidia-gpu-hardware"];

function dishonest(truth: Truth, faulted: Replay): string[] {
  const found: string[] = [];
  for (const { id, status } of faulted.diagnosis.findings) {
    if (id === "driver.nvml") continue;
    const alone = truth.alone.get(id)?.status;
    const same = status === alone || (status === "warn" && alone === "fail");
    if (status === "pass" && !same) found.push(`unseen pass of ${id}, which is ${alone}`);
    if ((status === "warn" || status === "fail") && !same) found.push(`false alarm of ${id}, which is ${alone}`);
  }
  const [was, is] = [causesOf(truth), causesOf(faulted)];
  const possible = new Set<string>(was);
  for (const { suspicions } of truth.alone.values()) for (const { cause } of suspicions) possible.add(cause);
  if (noCard.some((id) => possible.has(id))) for (const id of noCard) possible.add(id);
  for (const id of is) if (!possible.has(id)) found.push(`invented cause ${id}`);
  const [first] = was;
  if (first !== undefined && is.includes(first) && is[0] !== first) found.push(`${is[0]} comes before ${first}`);
  const [before, after] = [truth.diagnosis.verdict.gpuTraining, faulted.diagnosis.verdict.gpuTraining];
  const byMode = causesOf(truth).includes("gpu-compute-mode");
  if (after !== "unknown" && after !== before && !byMode) found.push(`verdict ${after}, which is ${before}`);
  return found;
}

function causesOf({ diagnosis }: Replay): string[] {
  return diagnosis.causes.map(({ cause }) => cause.id);
}
