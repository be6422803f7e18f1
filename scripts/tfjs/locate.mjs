/** Where the parts lie that the linker puts together. Nothing here changes anything. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

/** A part is missing, or a step failed; the message says which one and what to do. */
export class LinkError extends Error {}

/**
 * The TensorFlow package of a Python (its path), or of a folder that holds the library itself.
 * The package is found without importing it, which takes seconds.
 */
export function locateTensorflow(pythonOrFolder) {
  const folder =
    existsSync(pythonOrFolder) && statSync(pythonOrFolder).isDirectory()
      ? resolve(pythonOrFolder)
      : ask(pythonOrFolder);
  const [library, framework] = ["libtensorflow_cc", "libtensorflow_framework"].map((name) =>
    sharedLibrary(folder, name),
  );
  const header = join(folder, "include", "tensorflow", "c", "c_api.h");
  for (const file of [library, framework, header]) {
    if (!existsSync(file)) throw new LinkError(`${file} is missing: this TensorFlow carries no C library`);
  }
  return { folder, library, framework, include: join(folder, "include"), libraryPath: libraryFolders(folder) };
}

function ask(python) {
  const code =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(list(s.submodule_search_locations)[0] if s else '')";
  const run = spawnSync(python, ["-c", code], { encoding: "utf8", timeout: 20_000 });
  if (run.error || run.status !== 0) {
    throw new LinkError(`${python} did not say where TensorFlow is: ${run.error?.message ?? run.stderr.trim()}`);
  }
  const folder = run.stdout.trim();
  if (folder === "") {
    throw new LinkError(
      `${python} has no TensorFlow: install it with "${python} -m pip install tensorflow[and-cuda]" (for the CPU: tensorflow-cpu)`,
    );
  }
  return folder;
}

function sharedLibrary(folder, name) {
  return join(folder, process.platform === "darwin" ? `${name}.2.dylib` : `${name}.so.2`);
}

/** TensorFlow's own folder, and those of the nvidia-*-cu12 wheels that `tensorflow[and-cuda]` brings. */
function libraryFolders(folder) {
  const nvidia = join(dirname(folder), "nvidia");
  const wheels = existsSync(nvidia) ? readdirSync(nvidia).map((name) => join(nvidia, name, "lib")) : [];
  return [folder, ...wheels.filter((path) => existsSync(path))];
}

/** The package to link, and the folder in which it looks for its binding under this Node. */
export function locatePackage(given) {
  const folder = resolve(given);
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) throw new LinkError(`${manifest} is missing: install @tensorflow/tfjs-node-gpu first`);
  const { name, version, binary } = JSON.parse(readFileSync(manifest, "utf8"));
  if (!/^@tensorflow\/tfjs-node(?:-gpu)?$/.test(name))
    throw new LinkError(`${folder} holds ${name}, not tfjs-node-gpu`);
  const own = Number(process.versions.napi);
  const napi = Math.max(...binary.napi_versions.filter((candidate) => candidate <= own));
  return { folder, name, version, napi, bindingFolder: join(folder, "lib", `napi-v${napi}`) };
}

/** node-gyp's program: that of npm, else one on PATH. */
export function locateNodeGyp() {
  const npm = onPath("npm");
  const places = [
    process.env.npm_config_node_gyp,
    process.env.npm_execpath && join(dirname(process.env.npm_execpath), "../node_modules/node-gyp/bin/node-gyp.js"),
    npm && join(dirname(realpathSync(npm)), "../node_modules/node-gyp/bin/node-gyp.js"),
    join(dirname(process.execPath), "../lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js"),
    join(dirname(process.execPath), "node_modules/npm/node_modules/node-gyp/bin/node-gyp.js"),
    "/usr/share/nodejs/node-gyp/bin/node-gyp.js",
    "/usr/share/node-gyp/bin/node-gyp.js",
  ];
  const found = places.find((path) => path && existsSync(path));
  if (found) return resolve(found);
  const program = onPath("node-gyp");
  if (program) return realpathSync(program);
  throw new LinkError("node-gyp was not found: it comes with npm; install npm, or node-gyp itself");
}

/** The folder with include/node of this very Node, or null: node-gyp then downloads the headers. */
export function locateHeaders() {
  const prefixes = [
    process.env.npm_config_nodedir,
    dirname(dirname(process.execPath)),
    dirname(dirname(realpathSync(process.execPath))),
    process.config.variables.node_prefix,
    join(process.env.npm_config_devdir ?? join(homedir(), ".cache", "node-gyp"), process.versions.node),
    "/usr",
    "/usr/local",
  ];
  return prefixes.find((prefix) => prefix && headersVersion(prefix) === process.versions.node) ?? null;
}

function headersVersion(prefix) {
  const header = join(prefix, "include", "node", "node_version.h");
  if (!existsSync(header)) return null;
  const text = readFileSync(header, "utf8");
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
  return ["MAJOR", "MINOR", "PATCH"].map(part).join(".");
}

function onPath(program) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}
