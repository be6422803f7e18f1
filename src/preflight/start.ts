import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { findProgram, programFolders } from "../facts/program.ts";
import type { Host } from "../host/host.ts";
import type { Look } from "../report/terminal.ts";
import { type Ended, endAs, runAsSelf } from "./become.ts";

/** Programs of util-linux that work here. Source: setpriv(1), prlimit(1) */
export interface StartTools {
  /** Ends the command when we are killed and could not pass anything on. */
  readonly setpriv: boolean;
  /** Gives the command the limit of open files that the user has: Node raised its own as it started. */
  readonly prlimit: boolean;
}

export async function startTools(host: Host): Promise<StartTools> {
  if (host.identity.platform !== "linux") return { setpriv: false, prlimit: false };
  const [tried, prlimit] = await Promise.all([
    host.run(["setpriv", "--pdeathsig", "TERM", "true"]),
    findProgram(host, "prlimit", programFolders(host)),
  ]);
  return { setpriv: tried.exitCode === 0, prlimit: prlimit !== null };
}

/** The user's own soft limit, where ours is known to be another. */
export function openFilesToRestore({ limits }: Facts): number | undefined {
  const own = known(limits.openFiles);
  return own === undefined || own.soft >= own.hard ? undefined : own.soft;
}

export interface Becoming {
  readonly facts: Facts;
  readonly tools: StartTools;
  /** Explain the last lines of stderr where the command fails. */
  readonly explain: boolean;
  readonly look: Look;
}

/** Runs the command and ends as it ends. */
export async function become(
  words: readonly [string, ...string[]],
  { facts, tools, explain, look }: Becoming,
): Promise<void> {
  const soft = openFilesToRestore(facts);
  const before = [
    ...(tools.prlimit && soft !== undefined ? ["prlimit", `--nofile=${soft}:`] : []),
    ...(tools.setpriv ? ["setpriv", "--pdeathsig", "TERM"] : []),
  ];
  const ended = await runAsSelf({ words, before, keepStderr: explain, language: look.language });
  if (explain && failed(ended)) await explainEnd(ended, facts, look);
  await endAs(ended);
}

/** A stop that somebody asked for is no failure. */
function failed({ code, signal }: Ended): boolean {
  return signal === null ? code !== 0 : !["SIGINT", "SIGTERM", "SIGHUP"].includes(signal);
}

async function explainEnd({ lastWords }: Ended, facts: Facts, look: Look): Promise<void> {
  const [{ explainText }, report, text] = await Promise.all([
    import("../paste/explain.ts"),
    import("../report/explain-report.ts"),
    import("../report/explain.ts"),
  ]);
  const explanation = explainText(lastWords, { facts });
  process.stderr.write(`\n${text.explainText(report.explainReport(explanation, look.language), look, false)}`);
}
