import type { CommonOptions } from "../cli/options.ts";
import { compare, type DiffReport } from "../diff/compare.ts";
import { knowledge, loadSide } from "../diff/load.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Look } from "../report/terminal.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

/** `envdoctor diff`: what changed between two snapshots or reports, and what it explains; 1 where something got worse. */
export async function diff(old: string, now: string, options: CommonOptions): Promise<void> {
  const format = formatOf(options);
  const look = lookOf(options);
  const language = format === "json" ? "en" : look.language;
  const report = compare(await loadSide(old, language), await loadSide(now, language), knowledge, language);
  await writeReport(await render(report, format, look, options), options);
  process.exitCode = report.outcome === "worse" ? exitCodes.findings : exitCodes.ok;
}

async function render(report: DiffReport, format: string, look: Look, options: CommonOptions): Promise<string> {
  switch (format) {
    case "json":
      return json(report);
    case "markdown":
      return (await import("../diff/markdown.ts")).diffMarkdown(report, look.language);
    default: {
      const { diffText } = await import("../diff/text.ts");
      return diffText(report, look, { verbose: options.verbose ?? false, quiet: options.quiet ?? false });
    }
  }
}
