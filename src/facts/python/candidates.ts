import type { Host } from "../../host/host.ts";
import type { Look } from "../probe.ts";
import { firstFile, firstPossible, foldersIn, interpretersOf, isFile, namesIn, pathsOf } from "./paths.ts";
import { pyenvChoice, pyenvRoot } from "./pyenv.ts";

/** An interpreter that may matter, and how it was found. */
export interface Candidate {
  readonly path: string;
  readonly foundBy: string;
}

/** Interpreters that something selects: asked for, active, first on PATH, in the working folder. The active one first. */
export async function selectedPythons(
  host: Host,
  look: Look,
  launcher: readonly LauncherEntry[],
): Promise<Candidate[]> {
  const names = host.identity.platform === "win32" ? ["python", "python3"] : ["python3", "python"];
  const found = await Promise.all([
    look.python === undefined ? [] : [{ path: await askedFor(host, look.python), foundBy: "--python" }],
    inPrefix(host, host.env.VIRTUAL_ENV, "active venv"),
    inPrefix(host, host.env.CONDA_PREFIX, "active conda"),
    Promise.all(names.map((name) => onPath(host, name))).then((paths) => paths.flat()),
    launcher.filter((entry) => entry.isDefault).map(({ path }) => ({ path, foundBy: "launcher" })),
    localVenv(host, ".venv"),
    localVenv(host, "venv"),
  ]);
  return found.flat();
}

async function askedFor(host: Host, python: string): Promise<string> {
  const { isAbsolute, join } = pathsOf(host);
  const isName = !/[\\/]/.test(python);
  if (isName) {
    const found = await onPath(host, python.replace(/\.exe$/i, ""));
    if (found[0] !== undefined) return found[0].path;
  }
  const path = isAbsolute(python) ? python : join(host.identity.cwd, python);
  // A folder stands for the environment in it. What does not exist is kept: the answer must be about what was asked for.
  return (await isFile(host, path)) ? path : ((await firstFile(host, interpretersOf(host, path))) ?? python);
}

async function inPrefix(host: Host, prefix: string | undefined, foundBy: string): Promise<Candidate[]> {
  if (!prefix) return [];
  const path = await firstPossible(host, interpretersOf(host, prefix));
  return path === undefined ? [] : [{ path, foundBy }];
}

async function localVenv(host: Host, name: string): Promise<Candidate[]> {
  const { join } = pathsOf(host);
  const folder = join(host.identity.cwd, name);
  return (await firstPossible(host, [join(folder, "pyvenv.cfg")])) ? inPrefix(host, folder, name) : [];
}

/** What a shell starts for `name`, with shims of pyenv resolved and the Windows Store's alias never touched. */
async function onPath(host: Host, name: string): Promise<Candidate[]> {
  const { join, isAbsolute } = pathsOf(host);
  const root = await pyenvRoot(host);
  const files = host.identity.platform === "win32" ? [`${name}.exe`, `${name}.bat`] : [name];
  for (const folder of foldersIn(host, host.env.PATH)) {
    if (!isAbsolute(folder)) continue;
    if (/[\\/]WindowsApps[\\/]?$/i.test(folder)) {
      const store = await storePython(host, folder);
      if (store !== undefined) return [{ path: store, foundBy: "PATH" }];
      continue;
    }
    const paths = files.map((file) => join(folder, file));
    const path = await firstPossible(host, paths, ["missing", "denied"]);
    if (path === undefined) continue;
    const shims = await shimsOf(host, folder, root);
    if (shims === undefined) return [{ path, foundBy: "PATH" }];
    const choice = await pyenvChoice(host, shims, name);
    if (choice.kind === "version")
      return [
        { path: choice.path, foundBy: "PATH" },
        { path: choice.path, foundBy: "pyenv" },
      ];
    if (choice.kind === "none") return [];
  }
  return [];
}

/** pyenv's root where this folder on PATH is its folder of shims. */
async function shimsOf(host: Host, folder: string, root: string | undefined): Promise<string | undefined> {
  const { basename, dirname, join } = pathsOf(host);
  if (basename(folder) !== "shims") return undefined;
  const above = dirname(folder);
  if (above === root) return above;
  const isPyenv = /pyenv/.test(above) && (await host.listFolder(join(above, "versions"))).ok;
  return isPyenv ? above : undefined;
}

/**
 * WindowsApps\python.exe is an alias that opens the Store unless Python was installed from there; only then there is a
 * folder with the package's name, whose alias starts it.
 */
async function storePython(host: Host, folder: string): Promise<string | undefined> {
  const { join } = pathsOf(host);
  const packages = (await namesIn(host, folder)).filter((name) => name.startsWith("PythonSoftwareFoundation.Python."));
  for (const name of packages.sort((a, b) => b.localeCompare(a, "en", { numeric: true }))) {
    if ((await namesIn(host, join(folder, name))).includes("python.exe")) return join(folder, name, "python.exe");
  }
  return undefined;
}

/** One line of `py -0p`. */
export interface LauncherEntry {
  readonly path: string;
  readonly isDefault: boolean;
}

/** Reads `py -0p`: ` -V:3.12 *  C:\…\python.exe`, and the older ` -3.8-64  C:\…\python.exe *`. */
export function parseLauncher(text: string): LauncherEntry[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const at = line.search(/[A-Za-z]:\\/);
    if (!/^\s*-/.test(line) || at < 0) return [];
    const path = line.slice(at).replace(/\*/g, "").trim();
    return path.toLowerCase().endsWith(".exe") ? [{ path, isDefault: line.includes(" *") }] : [];
  });
}

/** Pythons that the Windows launcher knows of; none elsewhere. */
export async function launcherPythons(host: Host): Promise<LauncherEntry[]> {
  if (host.identity.platform !== "win32") return [];
  const listed = await host.run(["py", "-0p"]);
  return parseLauncher(listed.stdout);
}

/** Interpreters that are merely installed: they matter only if a framework is in them. */
export async function installedPythons(host: Host, launcher: readonly LauncherEntry[]): Promise<Candidate[]> {
  const prefixes = await Promise.all([pyenvPrefixes(host), uvPrefixes(host), condaPrefixes(host)]);
  const candidates = await Promise.all(prefixes.flat().map(({ prefix, foundBy }) => inPrefix(host, prefix, foundBy)));
  const system = host.identity.platform === "win32" ? [] : ["/usr/bin/python3", "/usr/local/bin/python3"];
  const present = await Promise.all(
    system.map(async (path) => ((await firstPossible(host, [path])) ? [{ path, foundBy: "system" }] : [])),
  );
  return [
    ...candidates.flat(),
    ...present.flat(),
    ...launcher.filter((entry) => !entry.isDefault).map(({ path }) => ({ path, foundBy: "launcher" })),
  ];
}

interface Prefix {
  readonly prefix: string;
  readonly foundBy: string;
}

async function foldersBelow(host: Host, folder: string, foundBy: string): Promise<Prefix[]> {
  const { join } = pathsOf(host);
  const names = (await namesIn(host, folder)).filter((name) => !name.startsWith("."));
  return names.map((name) => ({ prefix: join(folder, name), foundBy }));
}

async function pyenvPrefixes(host: Host): Promise<Prefix[]> {
  const root = await pyenvRoot(host);
  return root === undefined ? [] : foldersBelow(host, pathsOf(host).join(root, "versions"), "pyenv");
}

/** https://docs.astral.sh/uv/reference/storage/#python-versions */
async function uvPrefixes(host: Host): Promise<Prefix[]> {
  const { join } = pathsOf(host);
  const { home, platform } = host.identity;
  const data =
    platform === "win32"
      ? host.env.APPDATA || join(home, "AppData", "Roaming")
      : host.env.XDG_DATA_HOME || join(home, ".local", "share");
  return foldersBelow(host, host.env.UV_PYTHON_INSTALL_DIR || join(data, "uv", "python"), "uv");
}

async function condaPrefixes(host: Host): Promise<Prefix[]> {
  const { dirname, join } = pathsOf(host);
  const { home } = host.identity;
  const registered = await host.readFile(join(home, ".conda", "environments.txt"));
  const listed = registered.ok ? registered.value.split(/\r?\n/).map((line) => line.trim()) : [];
  const named = host.env.CONDA_EXE ? [dirname(dirname(host.env.CONDA_EXE))] : [];
  const usual = ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba"].map((name) => join(home, name));
  const shared =
    host.identity.platform === "win32"
      ? ["C:\\ProgramData\\miniconda3", "C:\\ProgramData\\anaconda3", "C:\\ProgramData\\miniforge3"]
      : ["/opt/conda", "/opt/miniconda3", "/opt/anaconda3"];
  const roots = [...named, host.env.MAMBA_ROOT_PREFIX ?? "", ...usual, ...shared].filter((root) => root !== "");
  const environments = await Promise.all(roots.map((root) => foldersBelow(host, join(root, "envs"), "conda")));
  const prefixes = [
    ...roots,
    ...environments.flat().map(({ prefix }) => prefix),
    ...listed.filter((line) => line !== ""),
  ];
  return [...new Set(prefixes)].slice(0, 200).map((prefix) => ({ prefix, foundBy: "conda" }));
}
