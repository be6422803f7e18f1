import type { Host } from "../../host/host.ts";
import type { Said } from "../../text/message.ts";
import type { EnvironmentKind } from "../facts.ts";
import { whyNot } from "../parse/answers.ts";
import { pathsOf } from "./paths.ts";

/** An interpreter together with the folder tree that its packages come from. */
export interface Environment {
  readonly path: string;
  readonly realPath: string;
  /** Root of the environment: the folder of pyvenv.cfg, else the installation's. */
  readonly prefix: string;
  readonly kind: EnvironmentKind;
  /** null: not a virtual environment. */
  readonly venv: VenvConfig | null;
  /** Why it is not known whether this is a virtual environment; null where it is. */
  readonly doubt: Said | null;
}

/** https://docs.python.org/3/library/venv.html and PEP 405 */
export interface VenvConfig {
  /** Folder of the interpreter it was made from. */
  readonly home: string | null;
  readonly version: string | null;
  readonly systemSitePackages: boolean;
}

export function parseVenvConfig(text: string): VenvConfig {
  const entries = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf("=");
    if (at > 0) entries.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  return {
    home: entries.get("home") || null,
    // virtualenv and uv write version_info.
    version: entries.get("version") ?? entries.get("version_info") ?? null,
    systemSitePackages: entries.get("include-system-site-packages")?.toLowerCase() === "true",
  };
}

/**
 * The environment that an interpreter belongs to. A venv's python is a link to its base, so pyvenv.cfg is looked for
 * beside the link, before links are resolved; this is Python's own rule.
 */
export async function environmentOf(host: Host, path: string): Promise<Environment> {
  const { basename, dirname, join } = pathsOf(host);
  const real = await host.realPath(path);
  const realPath = real.ok ? real.value : path;
  const folder = dirname(path);
  let doubt: Said | null = real.ok || real.trouble === "missing" ? null : whyNot(path, real);
  for (const root of [dirname(folder), folder]) {
    const file = join(root, "pyvenv.cfg");
    const config = await host.readFile(file, { maxBytes: 65_536 });
    if (!config.ok) {
      if (config.trouble !== "missing") doubt ??= whyNot(file, config);
      continue;
    }
    const prefix = await host.realPath(root);
    const venv = parseVenvConfig(config.value);
    return { path, realPath, prefix: prefix.ok ? prefix.value : root, kind: "venv", venv, doubt: null };
  }
  const inScripts = /^(?:bin|scripts)$/i.test(basename(dirname(realPath)));
  const prefix = inScripts ? dirname(dirname(realPath)) : dirname(realPath);
  return { path, realPath, prefix, kind: await kindOf(host, prefix), venv: null, doubt };
}

async function kindOf(host: Host, prefix: string): Promise<EnvironmentKind> {
  const { join } = pathsOf(host);
  if ((await host.stat(join(prefix, "conda-meta"))).ok) return "conda";
  const place = `${prefix.replaceAll("\\", "/")}/`;
  if (/\/WindowsApps\//i.test(place)) return "store";
  if (/\/uv\/(?:data\/)?python\//.test(place)) return "uv";
  if (isBelow(place, host.env.PYENV_ROOT) || /\/\.?pyenv\/(?:pyenv-win\/)?versions\//.test(place)) return "pyenv";
  return systemPlaces.some((pattern) => pattern.test(place)) ? "system" : "other";
}

const systemPlaces = [
  /^\/usr\/(?:local\/)?$/,
  /^\/(?:Library|System)\//,
  /^\/opt\/homebrew\//,
  /\/Cellar\/python/,
  /^[a-z]:\/Program Files/i,
  /\/AppData\/Local\/Programs\/Python\//i,
  /^[a-z]:\/Python\d+\/$/i,
];

function isBelow(place: string, root: string | undefined): boolean {
  return (
    root !== undefined && root !== "" && place.startsWith(`${root.replaceAll("\\", "/").replace(/\/$/, "")}/versions/`)
  );
}
