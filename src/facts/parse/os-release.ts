import type { OsFacts } from "../facts.ts";

/** os-release(5): https://www.freedesktop.org/software/systemd/man/latest/os-release.html; null where it names nothing. */
export function parseOsRelease(text: string): OsFacts | null {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (match?.[1] !== undefined) fields.set(match[1], unquoted(match[2] ?? ""));
  }
  const pretty = fields.get("PRETTY_NAME") ?? fields.get("NAME");
  const id = fields.get("ID");
  if (pretty === undefined && id === undefined) return null;
  return {
    name: withoutCodename(pretty ?? id ?? ""),
    id: id ?? "linux",
    version: fields.get("VERSION_ID") || null,
    like: (fields.get("ID_LIKE") ?? "").split(/\s+/).filter((word) => word !== ""),
    build: null,
  };
}

/** "Debian GNU/Linux 12 (bookworm)" is told as "Debian GNU/Linux 12". */
function withoutCodename(name: string): string {
  return name.replace(/ \([^()]*\)$/, "");
}

function unquoted(value: string): string {
  const quote = value[0];
  const inner =
    (quote === '"' || quote === "'") && value.endsWith(quote) && value.length > 1 ? value.slice(1, -1) : value;
  return inner.replace(/\\([\\"'$`])/g, "$1");
}
