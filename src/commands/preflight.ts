import type { CommonOptions } from "../cli/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { lookUp } from "../host/lookup.ts";
import { completed, type Demand, demandOf, judge } from "../preflight/gate.ts";
import { lookFor, type Seen } from "../preflight/look.ts";
import { RequirementError } from "../preflight/requirement.ts";
import { openFilesToRestore, type StartTools, startTools } from "../preflight/start.ts";
import { type GateRun, preflightReport } from "../report/preflight-report.ts";
import type { Look } from "../report/terminal.ts";
import { message, type Said } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";
import { version } from "../version.ts";
import { defaultDeadline, openHost } from "./host.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

export interface PreflightOptions extends CommonOptions {
  readonly require?: readonly string[];
  readonly policy?: string;
  readonly pin?: string;
  readonly python?: string;
  /** Seconds that the training proof may take. */
  readonly prove?: number;
  readonly explainOnFailure?: boolean;
}

const texts = {
  require: message(
    "--require '{expression}': column {column}: {what}",
    "--require '{expression}'：第 {column} 列：{what}",
  ),
  noCommand: message("envdoctor: {program}: command not found", "envdoctor: {program}：找不到命令"),
  denied: message("envdoctor: {program}: permission denied", "envdoctor: {program}：没有执行权限"),
  wrote: message("envdoctor: wrote {path}", "envdoctor: 已写入 {path}"),
  idle: message("The policy waives {require}, which it does not ask for.", "策略豁免了 {require}，但并没有要求它。"),
  limit: message(
    "prlimit is not here, so the command may open more files (ulimit -n) than it could without envdoctor.",
    "这里没有 prlimit，因此命令可以打开的文件数（ulimit -n）比不经过 envdoctor 时更多。",
  ),
};

/** `envdoctor preflight [-- COMMAND…]`: judges the machine as the command will see it, and becomes the command if it may. */
export async function preflight(words: readonly string[], options: PreflightOptions): Promise<void> {
  const format = formatOf(options);
  const [first, ...rest] = words;
  const asked = await askedFor(options);
  if (first !== undefined && !(await canStart(first, lookOf(options)))) return;
  const startedAt = new Date();
  const began = performance.now();
  const { host, look, close } = await openHost(options);
  const totalMs = (options.deadline ?? defaultDeadline) * 1000;
  const [seen, tools] = await Promise.all([
    lookFor(words, host, { look, totalMs, prove: options.prove }),
    first === undefined ? noTools : startTools(host),
  ]);
  close();
  const judgement = judge(seen.subject, demandsOf(asked.demands, options), localDate(startedAt));
  const { facts, diagnosis } = seen.subject;
  const durationMs = performance.now() - began;
  const command = seen.command && {
    ...seen.command,
    notes: [...seen.command.notes, ...asked.notes, ...limitNote(seen, tools)],
  };
  const run: GateRun = { ...seen, facts, diagnosis, version, startedAt, durationMs, judgement, command };
  if (options.pin !== undefined) await pin(options.pin, seen, lookOf(options));
  await tell(run, format, options);
  if (!judgement.allowed) process.exitCode = exitCodes.refused;
  if (!judgement.allowed || first === undefined) return;
  const { become } = await import("../preflight/start.ts");
  const explained = lookOf(options, process.stderr);
  await become([first, ...rest], { facts, tools, explain: options.explainOnFailure ?? false, look: explained });
}

const noTools: StartTools = { setpriv: false, prlimit: false };

async function askedFor({
  require = [],
  policy,
}: PreflightOptions): Promise<{ demands: readonly Demand[]; notes: readonly Said[] }> {
  const given = require.map((expression) => {
    try {
      return demandOf(expression, "fail");
    } catch (error) {
      if (!(error instanceof RequirementError)) throw error;
      throw new UsageError(texts.require({ expression, column: error.column, what: error.said }));
    }
  });
  if (policy === undefined) return { demands: given, notes: [] };
  const [{ loadPolicy }, { localNames }] = await Promise.all([
    import("../preflight/policy.ts"),
    import("../host/live.ts"),
  ]);
  const { demands, idleWaivers } = await loadPolicy(policy, localNames().hosts[0] ?? "");
  return { demands: [...demands, ...given], notes: idleWaivers.map((each) => texts.idle({ require: each })) };
}

/** Whoever pins a machine takes it for good, and is only warned; --prove asks for the proof that it runs. */
function demandsOf(asked: readonly Demand[], { pin: pinned, prove }: PreflightOptions): readonly Demand[] {
  if (pinned !== undefined && asked.length === 0) return [demandOf("check", "warn")];
  const demands = completed(asked);
  return prove === undefined ? demands : [...demands, demandOf("proof", "fail")];
}

/** As a shell would: 127 and 126 before the machine is looked at for nothing. */
async function canStart(program: string, { language }: Look): Promise<boolean> {
  const guard = async (): Promise<null> => null;
  const found = await lookUp(program, { env: process.env, cwd: process.cwd(), guard });
  if (found.found !== null) return true;
  const said = (found.why === "missing" ? texts.noCommand : texts.denied)({ program });
  process.stderr.write(`${said[language]}\n`);
  process.exitCode = found.why === "missing" ? exitCodes.noCommand : exitCodes.commandDenied;
  return false;
}

function limitNote({ subject }: Seen, { prlimit }: StartTools): Said[] {
  return !prlimit && openFilesToRestore(subject.facts) !== undefined ? [texts.limit()] : [];
}

/** The day on the machine's own calendar, "2026-11-22". */
function localDate(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

async function pin(path: string, { subject }: Seen, { language }: Look): Promise<void> {
  const { pinnedPolicy, writePolicy } = await import("../preflight/pin.ts");
  await writePolicy(path, pinnedPolicy(subject, `envdoctor ${version}`));
  process.stderr.write(`${texts.wrote({ path })[language]}\n`);
}

/**
 * stdout belongs to the command once it is started, so what is to say before it goes to stderr; so does what people
 * read of a refusal, for a pipe behind a command must not get words in place of its data. A report for a program goes
 * to stdout where no command was started.
 */
async function tell(run: GateRun, format: string, options: PreflightOptions): Promise<void> {
  if (process.env["GITHUB_ACTIONS"] === "true") await annotate(run);
  const toStderr = run.command !== null && options.output === undefined && (format === "text" || run.judgement.allowed);
  const text = await rendered(run, format, options, toStderr ? process.stderr : process.stdout);
  if (!toStderr) await writeReport(text, options);
  else if (text !== "") await new Promise<void>((resolve) => process.stderr.write(text, () => resolve()));
}

async function annotate(run: GateRun): Promise<void> {
  const [{ githubAnnotations }, { rowsOfPreflight }] = await Promise.all([
    import("../report/github.ts"),
    import("../report/rows.ts"),
  ]);
  process.stderr.write(githubAnnotations(rowsOfPreflight(preflightReport(run, "en"))));
}

async function rendered(
  run: GateRun,
  format: string,
  options: PreflightOptions,
  to: NodeJS.WriteStream,
): Promise<string> {
  const look = lookOf(options, to);
  const english = preflightReport(run, "en");
  switch (format) {
    case "json":
      return json(english);
    case "junit": {
      const [{ junitReport }, rows] = await Promise.all([import("../report/junit.ts"), import("../report/rows.ts")]);
      return junitReport([...rows.rowsOfPreflight(english), ...rows.rowsOfGatedCheck(english)], english);
    }
    case "sarif":
      return json((await import("../report/sarif.ts")).sarifReport(english.check, "fail", english));
    case "prometheus":
      return (await import("../report/prometheus.ts")).prometheusReport(english.check, run.facts, english);
    case "markdown":
      return (await import("../report/preflight.ts")).preflightMarkdown(
        preflightReport(run, look.language),
        look.language,
      );
    default: {
      const { preflightText, preflightWarnings } = await import("../report/preflight.ts");
      const detail = { verbose: options.verbose ?? false, quiet: options.quiet ?? false };
      const text = run.command !== null && run.judgement.allowed ? preflightWarnings : preflightText;
      return text(preflightReport(run, look.language), look, detail);
    }
  }
}
