import type { Answer, RunResult } from "../../host/host.ts";
import { message, type Said, verbatim } from "../../text/message.ts";
import { excerpt } from "../../text/plain.ts";
import type { Evidence } from "../fact.ts";

const texts = {
  notRecorded: message("not in the snapshot", "快照中没有"),
  at: message("{path}: {why}", "{path}：{why}"),
  notUnderstood: message("not understood", "无法理解其内容"),
};

const troubles = {
  missing: message("no such file or folder", "没有这个文件或目录"),
  denied: message("permission denied", "没有权限"),
  timeout: message("no answer in time", "未在时限内响应"),
  "too-large": message("too large", "太大"),
  failed: null,
};

const outcomes = {
  missing: message("missing", "找不到程序"),
  denied: message("permission denied", "没有执行权限"),
  timeout: message("no answer in time", "未在时限内响应"),
  failed: message("could not be started", "无法启动"),
};

/** The text of an answer, "" where there is none: for signals, where a missing file simply says nothing. */
export function textOf(answer: Answer<string>): string {
  return answer.ok ? answer.value : "";
}

export function namesOf(answer: Answer<readonly string[]>): readonly string[] {
  return answer.ok ? answer.value : [];
}

/** "/proc/meminfo: permission denied" */
export function whyNot(path: string, answer: Answer<unknown>): Said {
  return texts.at({ path, why: answer.ok ? texts.notUnderstood() : troubleOf(answer) });
}

/** Why the question had no answer. The host's own words are English. */
function troubleOf({ trouble, message: told }: Extract<Answer<unknown>, { ok: false }>): Said {
  const words = troubles[trouble];
  if (words === null) return hostWords(told || trouble);
  return { en: told || words().en, zh: words().zh };
}

/** The host's own words for a question that was not asked; those of the system stay as they are. */
export function hostWords(told: string, source?: string): Said {
  const why = told === "not in the snapshot" ? texts.notRecorded() : verbatim(told);
  return source === undefined ? why : texts.at({ path: source, why });
}

/** What became of a program that did not run to its end. */
export function outcomeOf(program: string, outcome: Exclude<RunResult["outcome"], "ended">): Said {
  return texts.at({ path: program, why: { en: outcome, zh: outcomes[outcome]().zh } });
}

export function evidence(source: string, text: string, lines = 3): Evidence {
  return { source, excerpt: excerpt(text, lines) };
}
