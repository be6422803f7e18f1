import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import type { CommonOptions } from "../cli/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { liveHost } from "../host/live.ts";
import { liveHands } from "../setup/act.ts";
import { Journal, runsOf } from "../setup/journal.ts";
import { setupReport } from "../setup/report.ts";
import type { Walked } from "../setup/run.ts";
import { type Shell, scriptOf } from "../setup/script.ts";
import {
  carryOut,
  lookFor,
  type Outcome,
  type Person,
  planned,
  planOf,
  resume,
  type Session,
  wishesOf,
} from "../setup/session.ts";
import { Screen } from "../setup/show.ts";
import { stateFolder, takeLock } from "../setup/state.ts";
import { reversals } from "../setup/undo.ts";
import { message } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";
import { version } from "../version.ts";
import { defaultDeadline } from "./host.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

export interface SetupOptions extends CommonOptions {
  readonly target?: "gpu" | "cpu";
  readonly framework?: "torch" | "tensorflow" | "tfjs";
  readonly env?: "venv" | "conda" | "uv";
  readonly dir?: string;
  readonly mirror?: string;
  readonly python?: string;
  readonly dryRun?: boolean;
  readonly printScript?: Shell;
  readonly yes?: boolean;
  readonly resume?: boolean;
  /** true: the last run. */
  readonly undo?: string | true;
}

const texts = {
  noTerminal: message(
    "There is no terminal to ask at, so nothing was done. Give --yes to carry this plan out, or --print-script bash for a script.",
    "没有可交互的终端，因此什么都没有做。加 --yes 执行该计划，或用 --print-script bash 生成脚本。",
  ),
  dry: message("Nothing was done (--dry-run).", "未执行任何操作（--dry-run）。"),
  verified: message(
    "All steps are done and verified. To take it back: envdoctor setup --undo {run}",
    "所有步骤均已完成并验证。撤销：envdoctor setup --undo {run}",
  ),
  open: message(
    "Not everything is done. To go on: envdoctor setup --resume",
    "尚未全部完成。继续：envdoctor setup --resume",
  ),
  restart: message(
    "Restart the machine, then go on with: envdoctor setup --resume",
    "请重启机器，然后继续：envdoctor setup --resume",
  ),
  undoNothing: message("There is nothing to undo.", "没有需要撤销的内容。"),
  undoAsk: message("Undo this?", "撤销这些改动吗？"),
  undone: message("undone: {what}", "已撤销：{what}"),
  kept: message("kept: {what}", "保留：{what}"),
  undoFailed: message("failed: {what}", "失败：{what}"),
  exclusive: message("{modes} exclude each other; give one of them", "{modes} 不能同时使用；请只选其一"),
  resumeTarget: message(
    "--resume goes on with the target that was chosen; leave --target, --framework and --env out",
    "--resume 会沿用之前选定的目标；请去掉 --target、--framework 和 --env",
  ),
  yesScript: message(
    "--yes carries the plan out and --print-script only prints it; give one of them",
    "--yes 会执行计划，而 --print-script 只输出脚本；请只选其一",
  ),
  yesDry: message(
    "--yes carries the plan out and --dry-run does not; give one of them",
    "--yes 会执行计划，而 --dry-run 不会执行；请只选其一",
  ),
  nothingToResume: message("there is no unfinished setup to resume", "没有可继续的未完成设置"),
  busy: message("another envdoctor setup is at work (process {pid})", "另一个 envdoctor setup 正在运行（进程 {pid}）"),
  noUndo: message("there is no setup to undo", "没有可撤销的设置"),
  noRun: message("there is no run '{which}'; there are: {names}", "没有名为 '{which}' 的运行；现有：{names}"),
  noRuns: message(
    "there is no run '{which}', for there is none at all",
    "没有名为 '{which}' 的运行：还没有任何运行记录",
  ),
};

/** `envdoctor setup`: from the diagnosis to a machine that trains. Exit 0 where all of it was verified. */
export async function setup(options: SetupOptions): Promise<void> {
  refuseContradictions(options);
  const format = formatOf(options);
  const session = liveSession(options);
  if (options.undo !== undefined) return undo(session, options);
  const person = await personAt(session, options, format);
  if (person !== null || (options.yes && !options.dryRun && options.printScript === undefined)) {
    const how = { person, proof: true };
    const outcome = await interruptible(session, () =>
      options.resume ? resume(session, how) : carryOut(session, wishesOf(options, process.cwd()), how),
    );
    if (outcome !== null) await conclude(session, outcome, options, format);
    return;
  }
  await showPlan(session, options, format);
}

const pair = (modes: readonly string[]) => ({ modes: { en: modes.join(" and "), zh: modes.join(" 和 ") } });

function refuseContradictions({
  dryRun,
  yes,
  resume: again,
  undo: back,
  printScript,
  target,
  framework,
  env,
}: SetupOptions): void {
  const modes = Object.entries({ "--resume": again, "--undo": back, "--print-script": printScript }).flatMap(
    ([flag, on]) => (on ? [flag] : []),
  );
  if (modes.length > 1) throw new UsageError(texts.exclusive(pair(modes)));
  if (again && (target ?? framework ?? env) !== undefined) throw new UsageError(texts.resumeTarget());
  if (yes && printScript !== undefined) throw new UsageError(texts.yesScript());
  if (yes && dryRun && back === undefined) throw new UsageError(texts.yesDry());
}

export function liveSession(options: SetupOptions): Session {
  const look = lookOf({ ...options, output: undefined });
  const host = () => liveHost({ timeoutMs: options.timeout * 1000 });
  const { platform, uid } = host().identity;
  return {
    host,
    look: options.python === undefined ? {} : { python: options.python },
    hands: liveHands((chunk) => process.stderr.write(chunk)),
    screen: new Screen(look, uid === 0),
    say: (text) => process.stderr.write(`${text}\n`),
    state: stateFolder({ platform, home: homedir() }, process.env),
    self: [process.execPath, fileURLToPath(import.meta.url).replace(/[^\\/]+$/, "cli.cjs")],
    version,
    totalMs: (options.deadline ?? defaultDeadline) * 1000,
  };
}

/** Prompts appear only where both ends are a terminal and nobody asked for silence. */
export function mayAsk(
  { yes, dryRun, printScript }: Pick<SetupOptions, "yes" | "dryRun" | "printScript">,
  format: string,
): boolean {
  const silent = yes || dryRun || printScript !== undefined || format === "json" || (process.env["CI"] ?? "") !== "";
  return !silent && process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export async function personAt(session: Session, options: SetupOptions, format: string): Promise<Person | null> {
  if (!mayAsk(options, format)) return null;
  const { Wizard } = await import("../setup/wizard.ts");
  return new Wizard(session.screen, session.say);
}

/** null: the user left at a prompt. */
export async function interruptible<T>({ say, screen }: Session, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Left") throw error;
    say(`\n${screen.paragraph(screen.say(texts.open()))}`);
    process.exitCode = exitCodes.interrupted;
    return null;
  }
}

async function conclude(
  session: Session,
  { plan, walked, run, verified }: Outcome,
  options: SetupOptions,
  format: string,
): Promise<void> {
  const { screen, say } = session;
  const end = verified ? texts.verified({ run }) : walked.stopped === "restart" ? texts.restart() : texts.open();
  say(`\n${screen.paragraph(screen.say(end))}`);
  if (format === "json") await writeReport(json(setupReport(plan, walked, run, verified, version)), options);
  process.exitCode = codeOf(walked, verified);
}

export function codeOf({ stopped }: Walked, verified: boolean): number {
  if (stopped === "SIGINT") return exitCodes.interrupted;
  if (stopped === "SIGTERM" || stopped === "SIGHUP") return exitCodes.terminated;
  return verified ? exitCodes.ok : exitCodes.findings;
}

async function showPlan(session: Session, options: SetupOptions, format: string): Promise<void> {
  const wishes = wishesOf(options, process.cwd());
  const { plan, looked } = options.resume ? await planOfLast(session) : await planOf(session, wishes, true);
  if (options.printScript !== undefined) {
    await writeReport(scriptOf(plan, looked.facts, options.printScript, session.screen.language, version), options);
    return;
  }
  const text =
    format === "json" ? json(setupReport(plan, null, null, false, version)) : `${session.screen.plan(plan)}\n`;
  await writeReport(text, options);
  session.say(`\n${session.screen.paragraph(session.screen.say(options.dryRun ? texts.dry() : texts.noTerminal()))}`);
  process.exitCode = options.dryRun ? exitCodes.ok : exitCodes.usage;
}

async function planOfLast(session: Session) {
  const target = runsOf(session.state).findLast((run) => !run.finished && !run.undone)?.begun?.target;
  if (target === undefined) throw new UsageError(texts.nothingToResume());
  const looked = await lookFor(session, target);
  return { looked, plan: planned(looked, target, true) };
}

async function undo(session: Session, options: SetupOptions): Promise<void> {
  const { screen, say } = session;
  const journal = runToUndo(session, options.undo);
  const host = session.host();
  const root = host.identity.uid === 0;
  const person = mayAsk(options, formatOf(options));
  const means = { hands: session.hands, platform: host.identity.platform, root, terminal: person, cwd: process.cwd() };
  const found = reversals(journal, means);
  const listed = found.map(({ says, act }) =>
    screen.bullet(screen.say(act === null ? texts.kept({ what: screen.say(says) }) : says)),
  );
  await writeReport(`${found.length === 0 ? screen.say(texts.undoNothing()) : listed.join("\n")}\n`, options);
  if (options.dryRun) return;
  if (!options.yes) {
    if (!person) {
      say(screen.paragraph(screen.say(texts.noTerminal())));
      process.exitCode = exitCodes.usage;
      return;
    }
    const { Wizard } = await import("../setup/wizard.ts");
    const sure = await interruptible(session, () => new Wizard(screen, say).sure(texts.undoAsk()));
    if (sure !== true) return;
  }
  const lock = takeLock(session.state);
  if ("heldBy" in lock) throw new UsageError(texts.busy({ pid: lock.heldBy }));
  try {
    process.exitCode = await reverse(session, journal, found, { mayRoot: root || person });
  } finally {
    lock.release();
  }
}

function runToUndo({ state }: Session, which: string | true | undefined): Journal {
  const runs = runsOf(state);
  if (typeof which !== "string") {
    const last = runs.findLast((run) => !run.undone);
    if (last === undefined) throw new UsageError(texts.noUndo());
    return last;
  }
  const named = runs.find(({ run }) => run === which);
  if (named === undefined) {
    const names = runs.map(({ run }) => run).join(", ");
    throw new UsageError(names === "" ? texts.noRuns({ which }) : texts.noRun({ which, names }));
  }
  return Journal.open(state, named.run);
}

async function reverse(
  { screen, say }: Session,
  journal: Journal,
  found: ReturnType<typeof reversals>,
  { mayRoot }: { readonly mayRoot: boolean },
): Promise<number> {
  let whole = true;
  for (const { act, step, number, says, refused, needsRoot } of found) {
    if (act === null || (needsRoot && !mayRoot)) {
      if (refused || act !== null) whole = false;
      if (act !== null) say(screen.bullet(screen.say(texts.kept({ what: screen.say(says) }))));
      continue;
    }
    const did = await act().catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      return false;
    });
    if (did) journal.append({ what: "undone", step, number });
    else whole = false;
    say(screen.bullet(screen.say((did ? texts.undone : texts.undoFailed)({ what: screen.say(says) }))));
  }
  if (whole) journal.append({ what: "undone", step: "", number: null });
  return whole ? exitCodes.ok : exitCodes.findings;
}
