import junit, { type TestCase } from "junit-report-builder";
import type { CheckReport } from "./check-report.ts";
import type { Row } from "./rows.ts";

/** JUnit XML as Jenkins, GitLab and GitHub's reporters read it: one suite for each kind of row, one case for each row. */
export function junitReport(rows: readonly Row[], { startedAt }: Pick<CheckReport, "startedAt">): string {
  const builder = junit.newBuilder();
  for (const name of new Set(rows.map(({ suite }) => suite))) {
    const suite = builder.testSuite().name(`envdoctor.${name}`).timestamp(startedAt.slice(0, 19));
    for (const row of rows.filter((each) => each.suite === name)) {
      fill(suite.testCase().className(`envdoctor.${name}`).name(xmlText(row.id)).time(row.seconds), row);
    }
  }
  // The library counts skipped tests for the whole, too, which the schema of Jenkins does not know.
  return `${builder.build().replace(/(<testsuites[^>]{0,200}) skipped="\d+"/, "$1")}\n`;
}

function fill(test: TestCase, { status, title, says, more }: Row): void {
  const message = xmlText(`${title}: ${says}`);
  const body = blockText(more);
  if (status === "error") test.failure(message, "envdoctor").stacktrace(body || blockText(message));
  if (status === "unknown" || status === "skipped") test.skipped().standardOutput(blockText(message));
  // A case that passes has no message; its output is where a warning can stand.
  if (status === "note") test.standardOutput(`warning: ${blockText(message)}${body === "" ? "" : `\n${body}`}`);
}

/** For a CDATA section, of which the library keeps only the first end apart. */
function blockText(text: string): string {
  return xmlText(text).replaceAll("]]>", "]] >");
}

/** Without what XML 1.0 cannot hold, escaped or not: https://www.w3.org/TR/xml/#charsets */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "");
}
