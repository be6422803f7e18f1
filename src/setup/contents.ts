/** What lies in a folder or on the system, for undo to see what a step brought and whether it was used for more. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "./files.ts";

const deepest = 5;

/** Everything that was installed into the folder of an environment, as one text to compare. */
export function contentsOf(folder: string): string {
  const found: string[] = [];
  const walk = (at: string, depth: number): void => {
    for (const entry of entriesOf(join(folder, at))) {
      const path = join(at, entry.name);
      if (/\.dist-info$/.test(entry.name) || /conda-meta[\\/][^\\/]*\.json$/.test(path)) found.push(path);
      else if (entry.isDirectory() && depth < deepest && entry.name !== "__pycache__") walk(path, depth + 1);
    }
  };
  walk("", 0);
  return fingerprint(Buffer.from(found.sort().join("\n")));
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Names of the Debian packages that are installed; none on other systems. */
export function installedPackages(status = "/var/lib/dpkg/status"): string[] {
  let text: string;
  try {
    text = readFileSync(status, "utf8");
  } catch {
    return [];
  }
  return text.split("\n\n").flatMap((paragraph) => {
    const installed = /^Status: \w+ ok installed$/m.test(paragraph);
    return installed ? (/^Package: (\S+)$/m.exec(paragraph)?.[1] ?? []) : [];
  });
}
