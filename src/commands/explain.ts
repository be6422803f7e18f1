import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { CommonOptions } from "../cli/options.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Facts } from "../facts/facts.ts";
import { hideCredentials } from "../host/redaction/credentials.ts";
import { explainStream } from "../paste/explain.ts";
import { explainText } from "../report/explain.ts";
import { explainReport } from "../report/explain-report.ts";
import { message } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

const texts = {
  unreadable: message("cannot read {file}: {why}", "无法读取 {file}：{why}"),
  folder: message(
    "cannot read {file}: it is a folder; expected a text file, or - for standard input",
    "无法读取 {file}：这是一个目录；应为文本文件，或用 - 表示标准输入",
  ),
  paste: message(
    "Paste the text, then press Ctrl-D (Ctrl-Z and Enter on Windows).",
    "请粘贴文本，然后按 Ctrl-D（Windows 上按 Ctrl-Z 再按回车）。",
  ),
};

interface ExplainOptions extends CommonOptions {
  /** Weigh in what `check` sees on this machine. */
  readonly here?: boolean;
  readonly python?: string;
}

/** `envdoctor explain [FILE|-]`: the root cause behind a pasted text. Exit 1 where none is known. */
export async function explain(file: string | undefined, options: ExplainOptions): Promise<void> {
  const [text, facts] = await Promise.all([open(file, options), options.here ? factsHere(options) : undefined]);
  const explanation = await explainStream(text, facts ? { facts } : {});
  const look = lookOf(options);
  const asJson = formatOf(options) === "json";
  // What was pasted may hold more than its author saw.
  const safe = hideCredentials(explainReport(explanation, asJson ? "en" : look.language), process.env);
  const report = asJson ? json(safe) : explainText(safe, look, options.verbose ?? false);
  await writeReport(report, options);
  process.exitCode = explanation.causes.length > 0 ? exitCodes.ok : exitCodes.findings;
}

async function open(file: string | undefined, options: ExplainOptions): Promise<NodeJS.ReadableStream> {
  if (file !== undefined && file !== "-") {
    const found = await stat(file).catch((error: unknown) => {
      throw new UsageError(texts.unreadable({ file, why: systemError(error) }));
    });
    if (found.isDirectory()) throw new UsageError(texts.folder({ file }));
    return createReadStream(file);
  }
  if (process.stdin.isTTY) process.stderr.write(`${texts.paste()[lookOf(options).language]}\n`);
  return process.stdin;
}

async function factsHere(options: ExplainOptions): Promise<Facts> {
  const [{ openHost, defaultDeadline }, { gatherFacts }] = await Promise.all([
    import("./host.ts"),
    import("../facts/gather.ts"),
  ]);
  const { host, look, close } = await openHost(options);
  const facts = await gatherFacts(host, look, { totalMs: (options.deadline ?? defaultDeadline) * 1000 });
  close();
  return facts;
}
