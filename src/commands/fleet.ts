import { readFile } from "node:fs/promises";
import type { CommonOptions } from "../cli/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { compare } from "../fleet/compare.ts";
import { attendance } from "../fleet/expect.ts";
import { gatherReports } from "../fleet/gather.ts";
import { NamesError, unfoldNames } from "../fleet/names.ts";
import { type FleetReport, fleetReport, isUniform } from "../report/fleet-report.ts";
import type { Look } from "../report/terminal.ts";
import { message } from "../text/message.ts";
import { systemError } from "../text/system-error.ts";
import { UsageError } from "../usage-error.ts";
import { version } from "../version.ts";
import { formatOf, json, lookOf, writeReport } from "./output.ts";

const texts = {
  nothing: message(
    "no file in {paths}; expected reports of `envdoctor check --json`",
    "{paths} 中没有文件；应为 `envdoctor check --json` 的报告",
  ),
  unreadable: message(
    "cannot read --expect {path}: {why}; expected one name of a machine per line",
    "无法读取 --expect {path}：{why}；应为每行一个机器名",
  ),
  names: message("--expect {path}: {what}", "--expect {path}：{what}"),
};

export interface FleetOptions extends CommonOptions {
  readonly expect?: string;
}

/** `envdoctor fleet`: compares the reports of many machines; 1 where one is odd, sick, missing or unreadable. */
export async function fleet(paths: readonly string[], options: FleetOptions): Promise<void> {
  const format = formatOf(options);
  const expected = options.expect === undefined ? null : await readExpected(options.expect);
  const gathered = await gatherReports(paths);
  if (gathered.names.length === 0 && gathered.unreadable.length === 0 && expected === null) {
    throw new UsageError(texts.nothing({ paths: paths.join(", ") }));
  }
  const present =
    expected &&
    attendance(
      expected,
      gathered.names,
      gathered.unreadable.map((u) => u.name),
    );
  const look = lookOf(options);
  const language = format === "json" || format === "prometheus" ? "en" : look.language;
  const fleetSeen = { gathered, comparison: compare(gathered.table), attendance: present, version };
  const report = fleetReport(fleetSeen, language);
  await writeReport(await render(report, format, look, options), options);
  process.exitCode = isUniform(report) ? exitCodes.ok : exitCodes.findings;
}

async function readExpected(path: string): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(texts.unreadable({ path, why: systemError(error) }));
  });
  try {
    return unfoldNames(text);
  } catch (error) {
    if (error instanceof NamesError) throw new UsageError(texts.names({ path, what: error.said }));
    throw error;
  }
}

async function render(report: FleetReport, format: string, look: Look, options: FleetOptions): Promise<string> {
  switch (format) {
    case "json":
      return json(report);
    case "html":
      return (await import("../report/fleet-html.ts")).fleetHtml(report, look.language);
    case "prometheus":
      return (await import("../report/fleet-prometheus.ts")).fleetMetrics(report);
    default: {
      const { fleetText } = await import("../report/fleet-text.ts");
      return fleetText(report, look, { verbose: options.verbose ?? false, quiet: options.quiet ?? false });
    }
  }
}
