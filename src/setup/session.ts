/** A whole setup: look, plan, walk, look again, until nothing is left or somebody stops. */
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { onWindows } from "../../checks/situation.ts";
import { type Diagnosis, diagnose, runChecks } from "../diagnosis/diagnose.ts";
import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { gatherFacts } from "../facts/gather.ts";
import type { Look } from "../facts/probe.ts";
import type { Host } from "../host/host.ts";
import { message, type Said, verbatim } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";
import type { Hands } from "./act.ts";
import { yesAsker } from "./askers.ts";
import { installedPackages } from "./contents.ts";
import type { Engine } from "./engine.ts";
import { Journal, runsOf } from "./journal.ts";
import { environmentPython } from "./journeys/framework.ts";
import { type Plan, planFor, targetFor, type Wishes } from "./plan.ts";
import { type Asker, allDone, type Verified, type Walked, walk } from "./run.ts";
import type { Screen } from "./show.ts";
import { takeLock } from "./state.ts";
import type { Step } from "./step.ts";
import { lookAround, type Surroundings } from "./surroundings.ts";
import type { Target } from "./target.ts";

export interface Session {
  /** A fresh one each time: what a step changed must be seen. */
  readonly host: () => Host;
  readonly look: Look;
  readonly hands: Hands;
  readonly screen: Screen;
  /** Progress; never stdout. */
  readonly say: (text: string) => void;
  readonly state: string;
  readonly self: readonly [string, ...string[]];
  readonly version: string;
  /** Milliseconds for one look at the machine. */
  readonly totalMs: number;
}

/** A person at a terminal, who is also asked what the target shall be. */
export interface Person extends Asker {
  target(
    given: Partial<Wishes>,
    likely: Target,
    windows: boolean,
  ): Promise<Omit<Wishes, "env" | "dir" | "mirror"> & { readonly env: Target["env"] }>;
}

export interface Looked {
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
  readonly surroundings: Surroundings;
}

export interface Outcome {
  readonly plan: Plan;
  readonly walked: Walked;
  readonly run: string;
  readonly verified: boolean;
}

const texts = {
  again: message(
    "Looking again: this has come to light, or is still to be done.",
    "重新检查：发现以下新问题或仍需处理的步骤。",
  ),
  busy: message(
    "another envdoctor setup is at work (process {pid}); wait for it, or stop it",
    "另一个 envdoctor setup 正在运行（进程 {pid}）；请等待其结束或停止它",
  ),
  noFramework: message("{name} is not importable by {python}", "{python} 无法导入 {name}"),
  blank: message(
    "tfjs-node-gpu cannot be compiled below a folder with a blank in its name ({dir}); choose another with --dir",
    "tfjs-node-gpu 无法在名称含空格的目录（{dir}）中编译；请用 --dir 换一个目录",
  ),
  missing: message("{path} is not there", "{path} 不存在"),
  nothingToResume: message("there is no unfinished setup to resume", "没有可继续的未完成设置"),
};

/** More rounds than that mean that steps do not mend what they are for. */
const mostRounds = 3;

/** node-gyp breaks paths at blanks: https://github.com/nodejs/node-gyp/issues/65 */
function buildable(target: Target, windows: boolean): Target {
  if (target.framework !== "tfjs" || windows || !/\s/.test(target.dir)) return target;
  throw new UsageError(texts.blank({ dir: target.dir }));
}

export async function lookAt({ host, look, totalMs }: Session, python?: string): Promise<Looked> {
  const fresh = host();
  const facts = await gatherFacts(fresh, python === undefined ? look : { ...look, python }, { totalMs });
  return { facts, diagnosis: diagnose(facts, checks, catalogue), surroundings: await lookAround(fresh, facts) };
}

/** The machine with the target's environment as the Python that counts, once that is there. */
export async function lookFor(session: Session, target: Target, already?: Looked): Promise<Looked> {
  if (target.env === null) return already ?? lookAt(session);
  const looked = already ?? (await lookAt(session));
  const python = environmentPython(target, looked.facts);
  return (await isThere(session, python)) ? lookAt(session, python) : looked;
}

async function isThere({ host }: Session, path: string): Promise<boolean> {
  return (await host().stat(path)).ok;
}

export function wishesOf(given: Partial<Wishes>, cwd: string): Wishes {
  return { ...given, dir: resolve(cwd, given.dir ?? ".") };
}

/** Carries a plan out: asks `person`, or decides as --yes does. `proof`: also train and measure at the end. */
export async function carryOut(
  session: Session,
  wishes: Wishes,
  { person, proof }: { readonly person: Person | null; readonly proof: boolean },
): Promise<Outcome> {
  return locked(session, async () => {
    const first = await lookAt(session);
    const windows = onWindows(first.facts);
    const likely = targetFor(first.facts, first.diagnosis, wishes);
    if (person === null) buildable(likely, windows);
    const journal = Journal.create(session.state, runName());
    journal.append({ what: "run", version: session.version, target: likely });
    const chosen = person === null ? null : await person.target(wishes, likely, windows);
    const target =
      chosen === null
        ? likely
        : {
            ...targetFor(first.facts, first.diagnosis, { ...wishes, ...chosen, env: chosen.env ?? undefined }),
            env: chosen.env,
          };
    buildable(target, windows);
    if (chosen !== null) journal.append({ what: "run", version: session.version, target });
    return rounds(session, journal, target, await lookFor(session, target, first), { person, proof });
  });
}

/** Goes on with the last run that did not come to its end. */
export async function resume(
  session: Session,
  how: { readonly person: Person | null; readonly proof: boolean },
): Promise<Outcome> {
  return locked(session, async () => {
    const journal = runsOf(session.state).findLast((run) => !run.finished && !run.undone);
    const begun = journal?.begun;
    if (journal === undefined || begun === undefined) throw new UsageError(texts.nothingToResume());
    return rounds(session, journal, begun.target, await lookFor(session, begun.target), how);
  });
}

async function locked<T>({ state }: Session, work: () => Promise<T>): Promise<T> {
  const lock = takeLock(state);
  if ("heldBy" in lock) throw new UsageError(texts.busy({ pid: lock.heldBy }));
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Sorts by time. */
function runName(): string {
  return `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}-${randomBytes(2).toString("hex")}`;
}

interface How {
  readonly person: Person | null;
  readonly proof: boolean;
}

async function rounds(session: Session, journal: Journal, target: Target, start: Looked, how: How): Promise<Outcome> {
  const host = session.host();
  const { surroundings } = start;
  const engine: Engine = {
    ...{ hands: session.hands, journal, platform: host.identity.platform, root: surroundings.root },
    ...{ cwd: target.dir, terminal: how.person !== null, self: session.self, installed: installedPackages },
  };
  const asker = how.person ?? yesAsker({ root: surroundings.root });
  let looked = start;
  let plan = planned(looked, target, how.proof);
  const walked: Walked[] = [];
  for (let round = 0; round < mostRounds; round++) {
    session.say(session.screen.heading(plan));
    const { facts } = looked;
    const verify = (step: Step) => verified(session, target, step);
    const one = await walk(plan, { engine, asker, facts, verify, screen: session.screen, say: session.say });
    walked.push(one);
    if (one.stopped !== null) break;
    const seen = new Set(walked.flatMap(({ results }) => results.map(({ step }) => step.id)));
    looked = await lookFor(session, target);
    const next = planned(looked, target, how.proof);
    if (next.steps.every(({ id, optional }) => optional || seen.has(id))) break;
    plan = { ...next, steps: next.steps.filter(({ id }) => !seen.has(id) || again(id, walked)) };
    session.say(`\n${session.screen.paragraph(session.screen.say(texts.again()))}`);
  }
  const all = merged(walked);
  const done = allDone(all);
  if (done) journal.append({ what: "finished", verified: true });
  return {
    plan: { ...plan, steps: all.results.map(({ step }) => step) },
    walked: all,
    run: journal.run,
    verified: done,
  };
}

/** The proof is run again where something was done after it. */
function again(id: string, walked: readonly Walked[]): boolean {
  return walked.some(({ results }) => results.some(({ step, status }) => step.id === id && status === "left"));
}

function merged(walked: readonly Walked[]): Walked {
  const results = new Map(walked.flatMap((one) => one.results.map((result) => [result.step.id, result] as const)));
  return { results: [...results.values()], stopped: walked.at(-1)?.stopped ?? null };
}

/** The plan for this machine as it is now, for those who only want to see it. */
export async function planOf(session: Session, wishes: Wishes, proof: boolean) {
  const first = await lookAt(session);
  const target = targetFor(first.facts, first.diagnosis, wishes);
  buildable(target, onWindows(first.facts));
  const looked = await lookFor(session, target, first);
  return { looked, plan: planned(looked, target, proof) };
}

export function planned({ facts, diagnosis, surroundings }: Looked, target: Target, proof: boolean): Plan {
  const plan = planFor({ facts, diagnosis, surroundings, target });
  return proof ? plan : { ...plan, steps: plan.steps.filter(({ id }) => id !== "train" && id !== "bench") };
}

/** Asks the very checks that found the fault. */
async function verified(session: Session, target: Target, { verify }: Step): Promise<Verified> {
  switch (verify.kind) {
    case "nothing":
      return { ok: true, detail: null };
    case "exists":
      return (await isThere(session, verify.path))
        ? { ok: true, detail: null }
        : { ok: false, detail: texts.missing({ path: verify.path }) };
    case "framework": {
      const { facts } = await lookAt(session, verify.python);
      const python = (known(facts.pythons) ?? []).find(({ path }) => path === verify.python);
      const framework = (python && known(python.frameworks))?.find(({ name }) => name === verify.name);
      const missing = texts.noFramework({ name: verify.name, python: verify.python });
      return framework
        ? { ok: true, detail: verbatim(`${framework.name} ${framework.version}`) }
        : { ok: false, detail: missing };
    }
    case "checks": {
      const { facts } = await lookFor(session, target);
      const findings = runChecks(facts, checks).filter(({ id }) => verify.ids.includes(id));
      const bad = findings.find(
        ({ status, blockedBy }) => status === "fail" || status === "warn" || blockedBy !== null,
      );
      return { ok: bad === undefined, detail: bad === undefined ? passing(findings) : (bad.detail ?? bad.title) };
    }
  }
}

function passing(findings: readonly { readonly title: Said; readonly found: Said | null }[]): Said | null {
  const [first] = findings;
  if (first === undefined || first.found === null) return null;
  return { en: `${first.title.en}: ${first.found.en}`, zh: `${first.title.zh}：${first.found.zh}` };
}
