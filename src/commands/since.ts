import { compare, type DiffReport } from "../diff/compare.ts";
import { knowledge, loadSide, sideOfRecording } from "../diff/load.ts";
import type { Side } from "../diff/side.ts";
import type { Subject } from "../report/html/redact.ts";
import type { Look } from "../report/terminal.ts";
import { type Language, message } from "../text/message.ts";
import { UsageError } from "../usage-error.ts";

const texts = {
  format: message(
    "--since goes with --format text, json or markdown, not {format}",
    "--since 可与 --format text、json 或 markdown 连用，不支持 {format}",
  ),
};

const formats = ["text", "json", "markdown"];

/** The side to compare with, before anything is asked of this machine. Throws a UsageError. */
export async function earlierSide(file: string, format: string, language: Language): Promise<Side> {
  if (!formats.includes(format)) throw new UsageError(texts.format({ format }));
  return loadSide(file, format === "json" ? "en" : language);
}

/** What became of the machine since then; in English for machine formats. */
export async function since(earlier: Side, { recording, known }: Subject, language: Language): Promise<DiffReport> {
  return compare(earlier, await sideOfRecording(recording, null, language, known), knowledge, language);
}

/** The report with the comparison behind it. */
export async function withComparison(
  rendered: string,
  diff: DiffReport,
  format: string,
  look: Look,
  detail: { readonly verbose: boolean; readonly quiet: boolean },
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify({ ...JSON.parse(rendered), since: diff }, null, 2)}\n`;
    case "markdown":
      return `${rendered}\n${(await import("../diff/markdown.ts")).diffMarkdown(diff, look.language)}`;
    default:
      return `${rendered}\n${(await import("../diff/text.ts")).diffText(diff, look, detail)}`;
  }
}
