/** Lines of a remedy as one program call. */
import type { Platform } from "../host/host.ts";

/** As root the word sudo is left out: it need not be installed. */
export function withoutSudo(line: string): string {
  return line.replace(/(^|[|&;(]\s*|\s)sudo (?=[\w/])/g, "$1");
}

/** The line in a form that may be run twice: after a crash, or in a printed script. */
export function repeatable(line: string): string {
  const clone = /^git clone \S+\/([\w.-]+?)(?:\.git)?$/.exec(line)?.[1];
  if (clone !== undefined) return `[ -d ${clone} ] || ${line}`;
  const repository = /^sudo zypper addrepo .* (\w+)$/.exec(line)?.[1];
  if (repository !== undefined) return `zypper repos ${repository} >/dev/null 2>&1 || ${line}`;
  return line.replace(/^wget (?=https:)/, "wget -N ");
}

/** bash, or PowerShell on Windows; it ends at the first line that fails. */
export function shellCall(lines: readonly string[], platform: Platform): [string, ...string[]] {
  if (platform !== "win32") return ["bash", "-c", ["set -euo pipefail", ...lines.map(repeatable)].join("\n")];
  const checked = lines.flatMap((line) => [line, "if ($LASTEXITCODE) { exit $LASTEXITCODE }"]);
  const script = ["$ErrorActionPreference = 'Stop'", "$LASTEXITCODE = 0", ...checked].join("\n");
  return ["powershell.exe", "-NoProfile", "-ExecutionPolicy", "Bypass", "-Command", script];
}
