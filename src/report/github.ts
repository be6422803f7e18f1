import type { Row } from "./rows.ts";

/**
 * Workflow commands that GitHub Actions shows as annotations. Escaped as the toolkit does, so that no text of a machine
 * can end one and begin another. Source: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function githubAnnotations(rows: readonly Row[]): string {
  const commands = { error: "error", note: "warning" } as const;
  return rows
    .flatMap(({ status, title, says, more, file }) => {
      if (status !== "error" && status !== "note") return [];
      const place = file ? { file: file.path, line: String(file.line), col: String(file.column) } : {};
      const properties = Object.entries({ ...place, title: `envdoctor: ${title}` }).map(
        ([name, value]) => `${name}=${escapedProperty(value)}`,
      );
      return `::${commands[status]} ${properties.join(",")}::${escapedData(more === "" ? says : `${says}\n${more}`)}\n`;
    })
    .join("");
}

function escapedData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
