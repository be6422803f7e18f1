/** Walks through a plan. Consent, dry run, journal, verification and failure are dealt with here, for every step alike. */
import type { Remedy } from "../diagnosis/cause.ts";
import type { Facts } from "../facts/facts.ts";
import { marksOf } from "../text/marks.ts";
import { message, type Said } from "../text/message.ts";
import { clearLeftovers, type Engine, perform } from "./engine.ts";
import { lastLines, meaningOf } from "./failures.ts";
import type { Plan } from "./plan.ts";
import type { Screen } from "./show.ts";
import { needsRoot, type Step } from "./step.ts";
import { byOtherWay } from "./steps.ts";

/** done: verified, or nothing to verify. pending: waits for a restart, a new login or another machine. left: not done. */
type Status = "done" | "pending" | "failed" | "skipped" | "left";

interface StepResult {
  readonly step: Step;
  readonly status: Status;
  readonly detail: Said | null;
}

export type Decision =
  | { readonly kind: "run" | "skip" | "back" | "stop" | "did" | "leave" }
  | { readonly kind: "other"; readonly remedy: Remedy };

/** Who decides: a person at a terminal, or --yes. */
export interface Asker {
  step(step: Step, open: { readonly first: boolean }): Promise<Decision>;
  failed(step: Step): Promise<"retry" | "skip" | "stop">;
  restart(step: Step): Promise<"stop" | "continue">;
}

export interface Verified {
  readonly ok: boolean;
  readonly detail: Said | null;
}

export interface Walk {
  readonly engine: Engine;
  readonly asker: Asker;
  readonly screen: Screen;
  readonly say: (text: string) => void;
  readonly verify: (step: Step) => Promise<Verified>;
  readonly facts: Facts;
}

export interface Walked {
  readonly results: readonly StepResult[];
  /** Why it ended before the end of the plan. */
  readonly stopped: "user" | "restart" | "failed" | "SIGINT" | "SIGTERM" | "SIGHUP" | null;
}

const texts = {
  before: message("done before", "之前已完成"),
  done: message("done", "完成"),
  verified: message("done and verified: {detail}", "完成并已验证：{detail}"),
  pending: message(
    "done; it is verified when you resume, after the restart or from a new terminal",
    "完成；重启或新开终端后，继续运行时再验证",
  ),
  waits: message("waits for the steps that are left", "等待尚未完成的步骤"),
  skipped: message("skipped", "已跳过"),
  left: message("left for you to do", "需要您自己完成"),
  leftRoot: message(
    "needs root: run it yourself, or start envdoctor as root",
    "需要 root 权限：请自行执行，或以 root 身份运行 envdoctor",
  ),
  failed: message("it failed", "执行失败"),
  unverified: message("it was done, but the check still says: {detail}", "已执行，但检查仍显示：{detail}"),
  itsWords: message("Its last lines:", "最后几行输出："),
  means: message("Meaning: {meaning}", "含义：{meaning}"),
};

const later = ["reboot", "relogin", "new-terminal", "downtime"] as const;
const proofs = ["train", "bench"];

export async function walk(plan: Plan, walking: Walk): Promise<Walked> {
  const { engine } = walking;
  await clearLeftovers(engine.journal, engine.hands);
  const steps = [...plan.steps];
  const results = new Map<string, StepResult>();
  const finish = (stopped: Walked["stopped"]): Walked => ({
    stopped,
    results: steps.map((step) => results.get(step.id) ?? { step, status: "left", detail: null }),
  });
  let retreat = false;
  for (let at = 0; at < steps.length; ) {
    const step = steps[at];
    if (step === undefined) break;
    const earlier = await fromJournal(step, walking, retreat);
    if (earlier && !retreat) {
      results.set(step.id, earlier);
      tell(walking, earlier);
      at++;
      continue;
    }
    retreat = false;
    if (proofs.includes(step.id) && waiting(plan, steps, results)) {
      record(walking, results, { step, status: "left", detail: texts.waits() });
      at++;
      continue;
    }
    walking.say(`\n${walking.screen.step(step, at, steps.length)}\n`);
    const decision = await walking.asker.step(step, { first: at === 0 });
    switch (decision.kind) {
      case "other":
        steps[at] = byOtherWay(walking.facts, step, decision.remedy);
        continue;
      case "back":
        at = Math.max(0, at - 1);
        retreat = true;
        continue;
      case "stop":
        return finish("user");
      case "skip":
        engine.journal.append({ what: "step", step: step.id, title: step.title, undo: { kind: "files" } });
        engine.journal.append({ what: "step-ended", step: step.id, outcome: "skipped" });
        record(walking, results, { step, status: "skipped", detail: texts.skipped() });
        at++;
        continue;
      case "leave":
        record(walking, results, {
          step,
          status: "left",
          detail: needsRoot(step) && step.actions.length > 0 ? texts.leftRoot() : texts.left(),
        });
        at++;
        continue;
      default:
    }
    const did = await attempt(walking, steps, step, decision.kind === "did");
    if (typeof did === "string") return finish(did);
    record(walking, results, did);
    if (did.status === "pending" && step.needs.includes("reboot") && (await walking.asker.restart(step)) === "stop")
      return finish("restart");
    at++;
  }
  return finish(null);
}

/** Runs a step until it works, is given up, or the user stops. */
async function attempt(
  walking: Walk,
  steps: readonly Step[],
  step: Step,
  byHand: boolean,
): Promise<StepResult | NonNullable<Walked["stopped"]>> {
  const { engine, say, screen } = walking;
  for (;;) {
    if (byHand) engine.journal.append({ what: "step", step: step.id, title: step.title, undo: { ...step.undo } });
    const did = byHand ? ({ ok: true } as const) : await perform(engine, step);
    if (did.ok) {
      const result = await judged(walking, steps, step);
      engine.journal.append({
        what: "step-ended",
        step: step.id,
        outcome: result.status === "pending" ? "pending" : result.status === "done" ? "done" : "failed",
      });
      if (result.status !== "failed") return result;
      say(screen.paragraph(screen.say(result.detail ?? texts.failed()), 2));
    } else if (did.interrupted) {
      return did.interrupted;
    } else {
      say(explained(walking, did.tail));
    }
    const decision = await walking.asker.failed(step);
    if (decision === "stop") return "failed";
    if (decision === "skip") return { step, status: "failed", detail: texts.failed() };
  }
}

function explained({ screen }: Walk, tail: string): string {
  const lines = lastLines(tail);
  return [
    screen.chalk.red(screen.paragraph(screen.say(texts.failed()), 2)),
    ...(lines.length > 0 ? [`  ${screen.say(texts.itsWords())}`, ...lines.map((line) => `    ${line}`)] : []),
    ...meaningOf(tail).map((meaning) => screen.paragraph(screen.say(texts.means({ meaning: screen.say(meaning) })), 2)),
  ].join("\n");
}

/** The check that found the fault is asked again, after the last step that belongs to it. */
async function judged(walking: Walk, steps: readonly Step[], step: Step): Promise<StepResult> {
  const rest = steps.slice(steps.indexOf(step) + 1);
  const more = step.cause !== null && rest.some((other) => other.cause === step.cause && !other.optional);
  if (more || step.verify.kind === "nothing") {
    const waits = !more && later.some((need) => step.needs.includes(need)) && step.needs.includes("reboot");
    return { step, status: waits ? "pending" : "done", detail: waits ? texts.pending() : texts.done() };
  }
  const verified = await walking.verify(step);
  if (verified.ok) {
    const detail = verified.detail === null ? texts.done() : within(texts.verified, verified.detail);
    return { step, status: "done", detail };
  }
  // The whole group of steps may need the restart, not only its last one.
  const group = steps.filter((other) => other === step || (step.cause !== null && other.cause === step.cause));
  const waits = group.some((other) => later.some((need) => other.needs.includes(need)));
  if (waits) return { step, status: "pending", detail: texts.pending() };
  return {
    step,
    status: "failed",
    detail: verified.detail === null ? texts.failed() : within(texts.unverified, verified.detail),
  };
}

function within(text: (values: { readonly detail: string }) => Said, detail: Said): Said {
  return { en: text({ detail: detail.en }).en, zh: text({ detail: detail.zh }).zh };
}

/** What an earlier run of the same journal did already. */
async function fromJournal(step: Step, { engine, verify }: Walk, retreat: boolean): Promise<StepResult | null> {
  if (retreat) return null;
  const outcome = engine.journal.outcomes().get(step.id);
  if (outcome === "done") return { step, status: "done", detail: texts.before() };
  if (outcome === "skipped") return { step, status: "skipped", detail: texts.skipped() };
  if (outcome !== "pending") return null;
  const verified = step.verify.kind === "nothing" || (await verify(step)).ok;
  if (!verified) return null;
  engine.journal.append({ what: "step-ended", step: step.id, outcome: "done" });
  return { step, status: "done", detail: texts.before() };
}

/** The proof on the GPU makes no sense before what is left for the GPU has been done. */
function waiting({ target }: Plan, steps: readonly Step[], results: ReadonlyMap<string, StepResult>): boolean {
  if (target.target !== "gpu") return false;
  return steps.some((step) => {
    const status = results.get(step.id)?.status;
    return !step.optional && (status === "left" || status === "pending" || status === "failed");
  });
}

function record(walking: Walk, results: Map<string, StepResult>, result: StepResult): void {
  results.set(result.step.id, result);
  tell(walking, result);
}

function tell({ screen, say }: Walk, { step, status, detail }: StepResult): void {
  const unicode = screen.look.unicode;
  const marks: Readonly<Record<Status, string>> = unicode
    ? { done: "✓", pending: "…", failed: "✗", skipped: "–", left: "▲" }
    : { done: "+", pending: ".", failed: "x", skipped: "-", left: "!" };
  const words = detail === null ? "" : `${marksOf(screen.language).colon}${screen.say(detail)}`;
  say(screen.paragraph(`${marks[status]} ${screen.say(step.title)}${words}`, 2));
}

/** Is everything that matters done? */
export function allDone({ results, stopped }: Walked): boolean {
  return stopped === null && results.every(({ step, status }) => step.optional || status === "done");
}
