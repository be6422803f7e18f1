/**
 * Makes @tensorflow/tfjs-node-gpu usable: builds its binding from the package's own source against the TensorFlow C
 * library that a TensorFlow wheel carries, puts it where the package looks, and trains a few steps with it. Published,
 * the package wants CUDA 11.2, cuDNN 8.1 and a download; `tensorflow[and-cuda]` brings CUDA 12 and cuDNN 9 along.
 *
 * usage: node link.mjs --package DIR --tensorflow PYTHON|DIR     link
 *        node link.mjs --package DIR --undo                      as it was before
 *   DIR     folder of @tensorflow/tfjs-node-gpu (npm install --ignore-scripts @tensorflow/tfjs-node-gpu)
 *   PYTHON  a Python with TensorFlow; or the folder of the tensorflow package itself
 *
 * What it makes or moves stands in DIR/envdoctor-link.json before it does so; --undo reads it, and so does
 * `envdoctor train`, for the library path. On Windows it copies tensorflow.dll beside the binding, and builds nothing.
 * Prints one line of JSON; exit code 1 with a sentence on stderr where it failed, and then nothing has changed.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LinkError, locateHeaders, locateNodeGyp, locatePackage, locateTensorflow } from "./locate.mjs";

const journalName = "envdoctor-link.json";
const buildTimeoutMs = 600_000;
const trainTimeoutMs = 120_000;
const windows = process.platform === "win32";

/** Notes each change before it is made, so that a link that was interrupted can be undone too. */
class Journal {
  constructor(folder, facts) {
    this.path = join(folder, journalName);
    this.entry = { ...facts, made: [], moved: [] };
  }

  /** `path` will be made anew; what is there already is kept beside it. */
  claim(path) {
    if (existsSync(path)) {
      const kept = `${path}.before-envdoctor`;
      this.entry.moved.push({ from: path, to: kept });
      this.write();
      rmSync(kept, { recursive: true, force: true });
      renameSync(path, kept);
    }
    this.entry.made.push(path);
    this.write();
  }

  write() {
    writeFileSync(this.path, `${JSON.stringify(this.entry, null, 2)}\n`);
  }
}

/** Puts the package back as it was; does nothing where it was not linked. */
function undo(folder) {
  const path = join(folder, journalName);
  if (!existsSync(path)) return false;
  const { made, moved } = JSON.parse(readFileSync(path, "utf8"));
  for (const file of [...made].reverse()) rmSync(file, { recursive: true, force: true });
  for (const { from, to } of [...moved].reverse()) if (existsSync(to)) renameSync(to, from);
  rmSync(path, { force: true });
  return true;
}

function link(target, tensorflow) {
  const { folder, bindingFolder, napi } = target;
  const gyp = locateNodeGyp();
  const headers = locateHeaders();
  undo(folder);
  const journal = new Journal(folder, { tensorflow: tensorflow.folder, libraryPath: tensorflow.libraryPath, napi });
  try {
    layOut(journal, folder, tensorflow);
    journal.claim(join(folder, "build"));
    const lib = join(folder, "lib");
    journal.claim(existsSync(lib) ? bindingFolder : lib);
    build({ gyp, headers, folder, bindingFolder, napi });
    rmSync(join(folder, "build"), { recursive: true, force: true });
    return { linked: folder, ...train(folder, tensorflow.libraryPath), libraryPath: tensorflow.libraryPath };
  } catch (error) {
    undo(folder);
    throw error;
  }
}

/** deps/lib and deps/include as the package's binding.gyp expects them, as links into the wheel. */
function layOut(journal, folder, { library, framework, include }) {
  const deps = join(folder, "deps");
  journal.claim(deps);
  mkdirSync(join(deps, "lib"), { recursive: true });
  symlinkSync(include, join(deps, "include"));
  const [suffix, major] = process.platform === "darwin" ? [".dylib", ".2.dylib"] : [".so", ".so.2"];
  // The linker asks for -ltensorflow; the binding then remembers the library's own name, libtensorflow_cc.
  for (const name of [`libtensorflow${suffix}`, `libtensorflow${major}`, `libtensorflow_cc${major}`]) {
    symlinkSync(library, join(deps, "lib", name));
  }
  for (const name of [`libtensorflow_framework${suffix}`, `libtensorflow_framework${major}`]) {
    symlinkSync(framework, join(deps, "lib", name));
  }
}

function build({ gyp, headers, folder, bindingFolder, napi }) {
  const words = [
    ...[gyp, "rebuild", "--directory", folder],
    ...["--module_name=tfjs_binding", `--module_path=${bindingFolder}`, `--napi_build_version=${napi}`],
    ...(headers === null ? [] : [`--nodedir=${headers}`]),
  ];
  const run = spawnSync(process.execPath, words, { encoding: "utf8", timeout: buildTimeoutMs, maxBuffer: 64 << 20 });
  if (run.status === 0 && existsSync(join(bindingFolder, "tfjs_binding.node"))) return;
  const said = `${run.stdout}\n${run.stderr}`.split("\n").filter((line) => /error|ERR!|not found/i.test(line));
  const hint = headers === null ? " (Node's headers were not found here and would have been downloaded)" : "";
  throw new LinkError(`the binding could not be built${hint}:\n${said.slice(0, 8).join("\n") || run.error?.message}`);
}

/** Trains a few steps in a process of its own: a binding that does not fit crashes rather than throws. */
function train(folder, libraryPath) {
  const labels = "0123456789".repeat(8);
  const plan = {
    ...{ task: "training", seed: 1, device: "auto", steps: 5, batchSize: 40, imageSize: 16, classes: 10, width: 4 },
    ...{ noise: 0.5, frequency: 0.2, learningRate: 0.003 },
    ...{ trainLabels: labels, shuffledLabels: labels, testLabels: labels },
    product: { size: 8, modulus: 251, factors: [7, 11, 13, 17], entries: [[0, 0]] },
  };
  const script = fileURLToPath(new URL("train.mjs", import.meta.url));
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: [...libraryPath, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
  };
  const run = spawnSync(process.execPath, [script, JSON.stringify(plan), folder], {
    ...{ encoding: "utf8", timeout: trainTimeoutMs, maxBuffer: 64 << 20, env },
  });
  const events = run.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const ready = events.find(({ event }) => event === "ready");
  const losses = events
    .filter(({ event, run: name }) => event === "step" && name === "training")
    .map(({ loss }) => loss);
  const trained = losses.length === plan.steps && losses.every((loss) => loss !== null);
  if (run.status !== 0 || !ready || !trained || !events.some(({ event }) => event === "done")) {
    const end = run.signal ?? `exit code ${run.status}`;
    throw new LinkError(
      `the binding was built, but does not train (${end}):\n${run.stderr.trim().split("\n").slice(-8).join("\n")}`,
    );
  }
  return { framework: ready.framework, device: ready.device };
}

/**
 * The install script copies tensorflow.dll into the folder of Node's own Node-API version, the binding lies in that of
 * the package's: https://github.com/tensorflow/tfjs/issues/8579
 */
function copyDll({ folder, bindingFolder }) {
  const [dll, beside] = [join(folder, "deps", "lib", "tensorflow.dll"), join(bindingFolder, "tensorflow.dll")];
  for (const file of [dll, join(bindingFolder, "tfjs_binding.node")]) {
    if (!existsSync(file)) throw new LinkError(`${file} is missing: run "npm rebuild @tensorflow/tfjs-node-gpu" first`);
  }
  undo(folder);
  const journal = new Journal(folder, { libraryPath: [dirname(dll)] });
  journal.claim(beside);
  copyFileSync(dll, beside);
  return { linked: folder, ...train(folder, []), libraryPath: [dirname(dll)] };
}

function main() {
  const { values } = parseArgs({
    options: { package: { type: "string" }, tensorflow: { type: "string" }, undo: { type: "boolean" } },
  });
  if (!values.package || (!values.undo && !windows && !values.tensorflow)) {
    throw new LinkError("usage: node link.mjs --package DIR (--tensorflow PYTHON|DIR | --undo)");
  }
  const target = locatePackage(values.package);
  if (values.undo) return { undone: undo(target.folder), package: target.folder };
  return windows ? copyDll(target) : link(target, locateTensorflow(values.tensorflow));
}

try {
  process.stdout.write(`${JSON.stringify(main())}\n`);
} catch (error) {
  if (!(error instanceof LinkError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
