import { readFile } from "node:fs/promises";
import type { CommonOptions } from "../cli/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { decodeFile } from "../host/decode.ts";
import { lintScript } from "../lint/lint.ts";
import { readNotebook } from "../lint/notebook.ts";
import type { StartMethod } from "../lint/run/run.ts";
import { type LintedFile, lintMarkdown, lintReport, lintText } from "../report/lint.ts";
import { message } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

const texts = {
  unreadable: message("cannot read {path}: {why}", "无法读取 {path}：{why}"),
  folder: message(
    "cannot read {path}: it is a folder; name the Python files in it",
    "无法读取 {path}：这是一个目录；请给出其中的 Python 文件",
  ),
  notebook: message(
    'cannot read {path}: expected a Jupyter notebook (JSON with "cells")',
    '无法读取 {path}：应为 Jupyter 笔记本（含 "cells" 的 JSON）',
  ),
  binary: message(
    "cannot read {path}: it is not a text; expected a Python script",
    "无法读取 {path}：不是文本；应为 Python 脚本",
  ),
};

interface LintOptions extends CommonOptions {
  readonly startMethod: StartMethod;
}

/** `envdoctor lint FILE…`: what keeps training scripts from starting their workers. Exit 1 where something does. */
export async function lint(files: readonly string[], options: LintOptions): Promise<void> {
  const linted: LintedFile[] = [];
  for (const file of new Set(files)) linted.push(await lintFile(file, options.startMethod));
  const look = lookOf(options);
  const format = formatOf(options);
  const report = lintReport(linted, options.startMethod, format === "json" ? "en" : look.language);
  const text =
    format === "json"
      ? json(report)
      : format === "markdown"
        ? lintMarkdown(report, look.language)
        : lintText(report, look, { verbose: options.verbose ?? false, quiet: options.quiet ?? false });
  await writeReport(text, options);
  const failed = report.files.some(({ problems }) => problems.some(({ severity }) => severity === "fail"));
  process.exitCode = failed ? exitCodes.findings : exitCodes.ok;
}

async function lintFile(path: string, startMethod: StartMethod): Promise<LintedFile> {
  const text = await readText(path);
  if (!path.endsWith(".ipynb")) return { path, ...lintScript(text, { startMethod }), place: undefined };
  const notebook = readNotebook(text);
  if (!notebook) throw new UsageError(texts.notebook({ path }));
  return { path, ...lintScript(notebook.text, { startMethod, notebook: true }), place: notebook.place };
}

async function readText(path: string): Promise<string> {
  const bytes = await (path === "-" ? readInput() : readFile(path)).catch((error: unknown) => {
    const folder = error instanceof Error && "code" in error && error.code === "EISDIR";
    throw new UsageError(folder ? texts.folder({ path }) : texts.unreadable({ path, why: systemError(error) }));
  });
  const text = decodeFile(bytes);
  if (text.includes("\0")) throw new UsageError(texts.binary({ path }));
  return text;
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
