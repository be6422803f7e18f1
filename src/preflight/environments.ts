import { firstFile, foldersIn, interpretersOf, isFile, pathsOf, upwards } from "../facts/python/paths.ts";
import type { Host } from "../host/host.ts";
import { message, type Said } from "../text/message.ts";
import { hasOption, optionOf, type Skipped } from "./launchers.ts";

const texts = {
  once: message("uv makes an environment for this run alone", "uv 会为这次运行单独创建环境"),
  script: message("uv makes an environment for the script by the metadata in it", "uv 会按脚本中的元数据为它创建环境"),
  unmade: message("uv has yet to make {prefix}: run uv sync first", "uv 尚未创建 {prefix}：请先运行 uv sync"),
};

/** Changes to the environment that put the programs of `prefix` first. */
export function inEnvironment(host: Host, prefix: string): Record<string, string> {
  const { join, delimiter } = pathsOf(host);
  const folders = host.identity.platform === "win32" ? [prefix, join(prefix, "Scripts")] : [join(prefix, "bin")];
  return { PATH: [...folders, ...foldersIn(host, host.env.PATH)].join(delimiter) };
}

/** The folder of the conda environment that is named, or the active one. */
export async function condaPrefix(
  host: Host,
  { name, prefix }: { readonly name: string | undefined; readonly prefix: string | undefined },
): Promise<string | undefined> {
  const { join, isAbsolute } = pathsOf(host);
  if (prefix !== undefined)
    return firstEnvironment(host, [isAbsolute(prefix) ? prefix : join(host.identity.cwd, prefix)]);
  const roots = condaRoots(host);
  if (name === undefined) return firstEnvironment(host, [host.env.CONDA_PREFIX ?? "", ...roots]);
  if (name === "base") return firstEnvironment(host, roots);
  const set = [host.env.CONDA_ENVS_PATH, host.env.CONDA_ENVS_DIRS].flatMap((list) => foldersIn(host, list));
  const folders = [...set, ...roots.map((root) => join(root, "envs")), join(host.identity.home, ".conda", "envs")];
  const registered = await host.readFile(join(host.identity.home, ".conda", "environments.txt"));
  const listed = registered.ok ? registered.value.split(/\r?\n/).map((line) => line.trim()) : [];
  return firstEnvironment(host, [
    ...folders.map((folder) => join(folder, name)),
    ...listed.filter((line) => pathsOf(host).basename(line) === name),
  ]);
}

function condaRoots(host: Host): string[] {
  const { dirname, join } = pathsOf(host);
  const { CONDA_EXE, MAMBA_ROOT_PREFIX, CONDA_PREFIX = "" } = host.env;
  // An active environment lies in envs/ below its root, or is the root.
  const active = /[\\/]envs[\\/][^\\/]+$/.test(CONDA_PREFIX) ? dirname(dirname(CONDA_PREFIX)) : CONDA_PREFIX;
  const usual = ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba"];
  return [
    CONDA_EXE ? dirname(dirname(CONDA_EXE)) : "",
    MAMBA_ROOT_PREFIX ?? "",
    active,
    ...usual.map((name) => join(host.identity.home, name)),
    "/opt/conda",
  ].filter((root) => root !== "");
}

async function firstEnvironment(host: Host, prefixes: readonly string[]): Promise<string | undefined> {
  for (const prefix of prefixes) {
    if (prefix !== "" && (await firstFile(host, interpretersOf(host, prefix))) !== undefined) return prefix;
  }
  return undefined;
}

/** null: no environment, the Python on PATH. */
export type UvEnvironment = { readonly prefix: string | null } | { readonly untold: Said };

/** Source: https://docs.astral.sh/uv/concepts/projects/run/ and https://docs.astral.sh/uv/pip/environments/ */
export async function uvEnvironment(host: Host, run: Skipped, script: string | undefined): Promise<UvEnvironment> {
  const { join, isAbsolute, resolve } = pathsOf(host);
  const { cwd } = host.identity;
  if (hasOption(run, "--with", "-w", "--with-editable", "--with-requirements", "--isolated")) {
    return { untold: texts.once() };
  }
  if (script !== undefined && (await hasInlineMetadata(host, isAbsolute(script) ? script : join(cwd, script)))) {
    return { untold: texts.script() };
  }
  const active = host.env.VIRTUAL_ENV;
  if (hasOption(run, "--active") && active) return { prefix: active };
  const start = resolve(cwd, optionOf(run, "--project") ?? ".");
  const root = hasOption(run, "--no-project") ? undefined : await above(host, start, "pyproject.toml");
  if (root === undefined) {
    const prefix = active || host.env.CONDA_PREFIX || (await nearestVenv(host, cwd));
    return { prefix: prefix || null };
  }
  const set = host.env.UV_PROJECT_ENVIRONMENT;
  const prefix = set
    ? isAbsolute(set)
      ? set
      : join(root, set)
    : ((await nearestVenv(host, root)) ?? join(root, ".venv"));
  const there = await firstEnvironment(host, [prefix]);
  return there === undefined ? { untold: texts.unmade({ prefix }) } : { prefix: there };
}

/** The environment in the project's folder; undefined where the tool keeps it elsewhere. */
export async function projectEnvironment(host: Host, tool: string): Promise<string | undefined> {
  const { join } = pathsOf(host);
  if (tool === "pixi") {
    const root = (await above(host, host.identity.cwd, "pixi.toml")) ?? host.identity.cwd;
    return firstEnvironment(host, [join(root, ".pixi", "envs", "default")]);
  }
  return host.env.VIRTUAL_ENV || nearestVenv(host, host.identity.cwd);
}

/** https://packaging.python.org/en/latest/specifications/inline-script-metadata/ */
async function hasInlineMetadata(host: Host, path: string): Promise<boolean> {
  const text = await host.readFile(path);
  return text.ok && /^# \/\/\/ script[ \t]*$/m.test(text.value);
}

async function nearestVenv(host: Host, from: string): Promise<string | undefined> {
  const { join } = pathsOf(host);
  const root = await above(host, from, join(".venv", "pyvenv.cfg"));
  return root === undefined ? undefined : join(root, ".venv");
}

/** The nearest folder, this one or one above it, that has the file. */
async function above(host: Host, from: string, file: string): Promise<string | undefined> {
  const { join } = pathsOf(host);
  for (const folder of upwards(host, from)) if (await isFile(host, join(folder, file))) return folder;
  return undefined;
}
