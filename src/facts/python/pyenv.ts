/**
 * A pyenv shim is a shell script that takes longer than a start of Python itself, so none is ever run: what it would
 * start is worked out by its own rules, https://github.com/pyenv/pyenv#understanding-python-version-selection
 */
import type { Host } from "../../host/host.ts";
import { firstFile, namesIn, pathsOf, upwards } from "./paths.ts";

/** pyenv's folder, or undefined where there is none; pyenv-win keeps its own below the same name. */
export async function pyenvRoot(host: Host): Promise<string | undefined> {
  const { join } = pathsOf(host);
  const windows = host.identity.platform === "win32";
  const root =
    host.env.PYENV_ROOT ||
    (windows ? host.env.PYENV : undefined) ||
    join(host.identity.home, ".pyenv", ...(windows ? ["pyenv-win"] : []));
  const versions = await host.listFolder(join(root, "versions"));
  return versions.ok ? root : undefined;
}

/** Names of the versions that a version file lists, in order: comments and blanks are left out. */
export function parseVersionFile(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, ""))
    .flatMap((line) => line.trim().split(/\s+/))
    .filter((name) => name !== "" && !name.includes(".."));
}

/** Folder name of an installed version that `wanted` names: itself, or the newest one that it is a prefix of ("3.11"). */
export function matchVersion(wanted: string, installed: readonly string[]): string | undefined {
  const name = wanted.replace(/^python-/, "");
  if (installed.includes(name)) return name;
  const newest = (a: string, b: string) => b.localeCompare(a, "en", { numeric: true });
  return installed.filter((version) => version.startsWith(`${name}.`) && /^[\d.]+$/.test(version)).sort(newest)[0];
}

export type PyenvChoice =
  | { readonly kind: "version"; readonly name: string; readonly path: string }
  /** The selection says `system`: the search on PATH goes on behind the shims. */
  | { readonly kind: "system" }
  /** What is selected is not installed: the shim would fail. */
  | { readonly kind: "none" };

/** What the shim named `program` would start. */
export async function pyenvChoice(host: Host, root: string, program: string): Promise<PyenvChoice> {
  const { join } = pathsOf(host);
  const installed = await namesIn(host, join(root, "versions"));
  for (const wanted of await selectedVersions(host, root)) {
    if (wanted === "system") return { kind: "system" };
    const name = wanted.includes("/") ? wanted : matchVersion(wanted, installed);
    if (name === undefined) continue;
    const path = await firstFile(host, programIn(host, join(root, "versions", name), program));
    if (path !== undefined) return { kind: "version", name, path };
  }
  return { kind: "none" };
}

async function selectedVersions(host: Host, root: string): Promise<string[]> {
  const { join } = pathsOf(host);
  if (host.env.PYENV_VERSION) return host.env.PYENV_VERSION.split(/[:;]/).filter((name) => name !== "");
  const files = [
    ...upwards(host, host.identity.cwd).map((folder) => join(folder, ".python-version")),
    join(root, "version"),
  ];
  const texts = await Promise.all(files.map((file) => host.readFile(file, { maxBytes: 4096 })));
  for (const text of texts) {
    const names = text.ok ? parseVersionFile(text.value) : [];
    if (names.length > 0) return names;
  }
  return ["system"];
}

function programIn(host: Host, prefix: string, program: string): string[] {
  const { join } = pathsOf(host);
  return host.identity.platform === "win32" ? [join(prefix, "python.exe")] : [join(prefix, "bin", program)];
}
