/** Lines of a remedy as one program call. */
import type { Platform } from "../host/host.ts";

/** As root the word sudo is left out: it need not be installed. */
export function withoutSudo(line: string): string {
  return line.replace(/(^|[|&;(]\s*|\s)sudo (?=[\w/])/g, "$1");
}

/** bash, or PowerShell on Windows; it ends at the first line that fails. */
export function shellCall(lines: readonly string[], platform: Platform): [string, ...string[]] {
  if (platform !== "win32") return ["bash", "-c", ["set -euo pipefail", ...lines].join("\n")];
  const checked = lines.flatMap((line) => [line, "if ($LASTEXITCODE) { exit $LASTEXITCODE }"]);
  const script = ["$ErrorActionPreference = 'Stop'", "$LASTEXITCODE = 0", ...checked].join("\n");
  return ["powershell.exe", "-NoProfile", "-ExecutionPolicy", "Bypass", "-Command", script];
}
