import { absent, type Fact, known, unknown, value, whyUnknown } from "../facts/fact.ts";
import type { StartMethod } from "../facts/facts.ts";
import { whyNot } from "../facts/parse/answers.ts";
import type { Host } from "../host/host.ts";
import type { GateRun } from "../report/preflight-report.ts";
import { message } from "../text/message.ts";
import type { CommandView } from "./command.ts";

const texts = {
  noPython: message("no Python was found", "没有找到 Python"),
  noMethod: message("the start method of its workers is not known: {why}", "不知道其 worker 的启动方式：{why}"),
};

export interface LintedCommand {
  /** absent: the command runs no Python script of which the file is known. */
  readonly safe: Fact<boolean>;
  readonly report: GateRun["lint"];
}

/** A script that is longer than this was not written by hand. */
const maxBytes = 4 * 1024 * 1024;

/** Lints the command's script for the start method that its Python uses where the script does not say. */
export async function lintCommand(
  host: Host,
  view: CommandView | undefined,
  startMethod: Fact<StartMethod>,
): Promise<LintedCommand> {
  const path = view?.script ?? null;
  if (path === null) return { safe: absent(), report: null };
  const method = known(startMethod);
  if (method === undefined) {
    const why = whyUnknown(startMethod) ?? texts.noPython();
    return { safe: unknown(texts.noMethod({ why })), report: null };
  }
  const text = await host.readFile(path, { maxBytes });
  if (!text.ok) return { safe: unknown(whyNot(path, text)), report: null };
  const { lintScript } = await import("../lint/lint.ts");
  const { problems } = lintScript(text.value, { startMethod: method });
  const wrong = problems.filter(({ severity }) => severity === "fail");
  const evidence = wrong.map((each) => ({
    source: `envdoctor lint ${path}`,
    excerpt: `${path}:${each.line}: ${each.cause}`,
  }));
  return { safe: value(wrong.length === 0, ...evidence), report: { path, problems } };
}
