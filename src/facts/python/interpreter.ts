import type { Host, RunResult } from "../../host/host.ts";
import { pythonScript } from "../../host/scripts.ts";
import { message, type Said, verbatim } from "../../text/message.ts";
import { excerpt } from "../../text/plain.ts";
import { type Fact, unknown, value } from "../fact.ts";
import type { StartMethod } from "../facts.ts";

const texts = {
  timeout: message("{path} gave no answer in time", "{path} 未在时限内响应"),
  notStarted: message("{path} could not be started ({outcome})", "无法启动 {path}（{outcome}）"),
  unexpected: message("{path} did not print what was expected", "{path} 的输出不符合预期"),
  killed: message("{path} was killed by {signal}", "{path} 被 {signal} 终止"),
  ended: message("{path} ended with code {code}", "{path} 以退出码 {code} 结束"),
  saying: message("{how}: {said}", "{how}：{said}"),
  silent: message("multiprocessing did not tell", "multiprocessing 没有说明"),
};

/** What an interpreter said of itself through scripts/python/interpreter.py. */
export interface Interpreter {
  readonly version: string;
  readonly implementation: string;
  /** Its sys.platform. */
  readonly platform: string;
  readonly prefix: string;
  readonly basePrefix: string;
  readonly bits: number;
  readonly freeThreaded: boolean;
  readonly startMethod: Fact<StartMethod>;
  readonly startMethods: Fact<readonly StartMethod[]>;
}

/**
 * Without site (-S), so that no .pth file or sitecustomize of the user runs, without PYTHON* variables (-E) and the
 * user's folder (-s), and writing no bytecode (-B). -I would mean the same, but is not known to Python 2.
 */
const flags = ["-B", "-E", "-s", "-S"] as const;

/** Asks the interpreter at `path`; unknown with the reason where it hangs, crashes or prints something else. */
export async function askInterpreter(host: Host, path: string): Promise<Fact<Interpreter>> {
  const script = await scriptFor(host, path);
  const result = await host.run([path, ...flags, script]);
  const told = parseInterpreter(result.stdout);
  return told === undefined ? unknown(whyNot(path, result)) : value(told);
}

/** A Windows Python that is started from Linux (WSL) finds the script only by its Windows path. */
async function scriptFor(host: Host, path: string): Promise<string> {
  const script = pythonScript("interpreter.py");
  if (host.identity.platform !== "linux" || !path.toLowerCase().endsWith(".exe")) return script;
  const translated = await host.run(["wslpath", "-w", script]);
  return translated.exitCode === 0 ? translated.stdout.trim() : script;
}

function whyNot(path: string, result: RunResult): Said {
  if (result.outcome === "timeout") return texts.timeout({ path });
  if (result.outcome !== "ended") return texts.notStarted({ path, outcome: result.outcome });
  const said = excerpt(result.stderr.trim().split("\n").slice(-1)[0] ?? "", 1);
  if (result.signal === null && result.exitCode === 0) return texts.unexpected({ path });
  const how = result.signal
    ? texts.killed({ path, signal: result.signal })
    : texts.ended({ path, code: result.exitCode ?? "?" });
  return said === "" ? how : texts.saying({ how, said });
}

/** Reads the answer of interpreter.py, whatever a wrapper or a hook printed around it. */
export function parseInterpreter(stdout: string): Interpreter | undefined {
  for (const line of stdout.split("\n").reverse()) {
    const told = line.startsWith("{") ? parseObject(line) : undefined;
    if (told?.envdoctor !== 1 || typeof told.version !== "string" || typeof told.prefix !== "string") continue;
    const why = typeof told.reason === "string" ? verbatim(excerpt(told.reason, 1)) : texts.silent();
    const methods = Array.isArray(told.startMethods) ? told.startMethods.filter(isStartMethod) : [];
    return {
      version: text(told.version),
      implementation: text(told.implementation),
      platform: text(told.platform),
      prefix: told.prefix,
      basePrefix: typeof told.basePrefix === "string" ? told.basePrefix : told.prefix,
      bits: told.bits === 32 ? 32 : 64,
      freeThreaded: told.freeThreaded === true,
      startMethod: isStartMethod(told.startMethod) ? value(told.startMethod) : unknown(why),
      startMethods: methods.length > 0 ? value(methods) : unknown(why),
    };
  }
  return undefined;
}

const text = (of: unknown): string => (typeof of === "string" ? excerpt(of, 1, 80) : "");

function isStartMethod(word: unknown): word is StartMethod {
  return word === "fork" || word === "spawn" || word === "forkserver";
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
