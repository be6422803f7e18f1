/** What the plan needs to know beside the facts: which tools are at hand, and where they fetch from. */
import { dirname, join } from "node:path";
import { activePython, onWindows } from "../../checks/situation.ts";
import type { Facts } from "../facts/facts.ts";
import type { Host } from "../host/host.ts";
import { scriptsFolder } from "../host/scripts.ts";

export interface Surroundings {
  readonly root: boolean;
  readonly home: string;
  /** How conda and uv are called; null where they are not there. */
  readonly conda: string | null;
  readonly uv: string | null;
  readonly wget: boolean;
  readonly npm: boolean;
  /** Can the active Python make virtual environments? Debian splits that off. */
  readonly venv: boolean;
  /** Index that pip is configured to use instead of PyPI. */
  readonly pipIndex: string | null;
  /** envdoctor's own program that links tfjs-node-gpu. */
  readonly tfjsLinker: string;
}

export async function lookAround(host: Host, facts: Facts): Promise<Surroundings> {
  const python = activePython(facts)?.path;
  const answers = async (...argv: [string, ...string[]]): Promise<string | null> => {
    const run = await host.run(argv);
    return run.outcome === "ended" && run.exitCode === 0 ? run.stdout : null;
  };
  const [conda, uv, wget, npm, venv, config] = await Promise.all([
    firstThat(condaPlaces(host, facts), (path) => answers(path, "--version")),
    answers("uv", "--version"),
    answers("wget", "--version"),
    answers(onWindows(facts) ? "npm.cmd" : "npm", "--version"),
    python === undefined ? null : answers(python, "-c", "import ensurepip, venv"),
    python === undefined ? null : answers(python, "-m", "pip", "config", "list"),
  ]);
  return {
    root: host.identity.uid === 0,
    home: host.identity.home,
    conda,
    uv: uv === null ? null : "uv",
    wget: wget !== null,
    npm: npm !== null,
    venv: venv !== null,
    pipIndex: indexOf(config ?? ""),
    tfjsLinker: join(dirname(scriptsFolder()), "tfjs", "link.mjs"),
  };
}

/** Where installers put conda when no shell was told of it yet. */
function condaPlaces({ env, identity: { home } }: Host, facts: Facts): string[] {
  const given = env["CONDA_EXE"] ? [env["CONDA_EXE"]] : [];
  if (onWindows(facts)) return [...given, "conda.exe", `${home}\\miniconda3\\Scripts\\conda.exe`];
  return [...given, "conda", ...["miniconda3", "miniforge3", "anaconda3"].map((name) => `${home}/${name}/bin/conda`)];
}

async function firstThat(paths: readonly string[], works: (path: string) => Promise<string | null>) {
  for (const path of paths) if ((await works(path)) !== null) return path;
  return null;
}

/** `pip config list` names the index by file ("global.index-url") or by variable (":env:.index-url"). */
function indexOf(config: string): string | null {
  const index = /^[\w:.-]{0,80}\bindex-url='([^'\n]{1,500})'$/gm;
  const found = [...config.matchAll(index)].filter(([line]) => !line.includes("extra-index-url"));
  const url = found.at(-1)?.[1];
  return url === undefined || /^https:\/\/pypi\.org\//.test(url) ? null : url;
}
