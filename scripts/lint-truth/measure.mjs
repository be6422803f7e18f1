/**
 * Measures what the scripts in test/lint/scripts do under a start method, by running each with a real PyTorch:
 *
 *     node scripts/lint-truth/measure.mjs PYTHON [--method spawn|fork] [--write] [NAME…]
 *
 * Prints the result as JSON; --write puts it into test/lint/truth.json, with NAMEs beside what stands there.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const scripts = fileURLToPath(new URL("../../test/lint/scripts", import.meta.url));
const truthFile = fileURLToPath(new URL("../../test/lint/truth.json", import.meta.url));

/** A script that starts workers in its workers may go on for ever. */
const timeoutMs = 90_000;

/** Runs one script under a start method and says how it ended. */
export async function measure(python, name, method = "spawn") {
  const folder = mkdtempSync(join(tmpdir(), "lint-truth-"));
  const script = join(scripts, name);
  const notes = join(folder, "notes");
  writeFileSync(notes, "");
  const env = {
    ...process.env,
    PYTHONPATH: here,
    PYTHONDONTWRITEBYTECODE: "1",
    OMP_NUM_THREADS: "1",
    LINT_TRUTH_SCRIPT: script,
    LINT_TRUTH_NOTES: notes,
    LINT_TRUTH_METHOD: method,
  };
  const { code, stderr } = await run(python, script, env);
  const started = readFileSync(notes, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  rmSync(folder, { recursive: true });
  return { ...judge(code, stderr, script), ...repeated(started) };
}

/** Ends with the process group of the script, so that none of its workers outlives it. */
function run(python, script, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script], { env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    const stop = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // the group is gone already
      }
    };
    const timer = setTimeout(stop, timeoutMs);
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (chunk) => {
      if (stderr.length < 1_000_000) stderr += chunk;
    });
    child.on("error", reject);
    child.on("exit", () => setTimeout(stop, 200));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stderr });
    });
  });
}

function judge(code, stderr, script) {
  if (stderr.includes("Error in sitecustomize")) throw new Error(`the start method was not set: ${stderr}`);
  const missing = /ModuleNotFoundError: No module named '([\w.]+)'/.exec(stderr);
  if (missing) return { status: "cannot-run", reason: `no module ${missing[1]}` };
  if (/Torch not compiled with CUDA enabled|Found no NVIDIA driver|No CUDA GPUs/.test(stderr)) {
    return { status: "cannot-run", reason: "no CUDA" };
  }
  const at = { line: lineAtModule(stderr, script) };
  if (stderr.includes("bootstrapping phase")) {
    return { status: "failed", cause: "missing-main-guard", ...at };
  }
  if (stderr.includes("context has already been set")) return { status: "failed", cause: "missing-main-guard", ...at };
  if (/PicklingError|Can't pickle|[Cc]annot pickle|Can't get attribute/.test(stderr)) {
    return { status: "failed", cause: "unpicklable-worker-args" };
  }
  if (code === 0) return { status: "ok" };
  if (code === null) return { status: "failed", cause: null, reason: `stopped after ${timeoutMs / 1000} s` };
  return { status: "failed", cause: null, reason: stderr.trim().split("\n").at(-1) ?? "" };
}

/** The line in <module> (or a class body) of the traceback of the worker that was refused. */
function lineAtModule(stderr, script) {
  const parts = stderr.split("Traceback (most recent call last):");
  for (const part of parts) {
    const fault = /bootstrapping phase|context has already been set/.test(part);
    if (!fault || !part.includes("_fixup_main_from_path")) continue;
    const lines = part
      .split("\n")
      .filter((line) => line.includes(`"${script}"`) && /in (<module>|[A-Z]\w*)$/.test(line.trimEnd()));
    const found = /line (\d+)/.exec(lines.at(-1) ?? "");
    if (found) return Number(found[1]);
  }
  return null;
}

/**
 * Lines that make loaders whose workers were started more than once: `restarted` by the same loader, `respawned` by any
 * loader of that line.
 */
function repeated(started) {
  const group = (key) => {
    const groups = new Map();
    for (const start of started) groups.set(start[key], [...(groups.get(start[key]) ?? []), start]);
    return groups;
  };
  const [byLoader, byLine] = [group("loader"), group("line")];
  const again = [...byLoader.values()].filter((starts) => starts.length > 1).map(([{ line }]) => line);
  const lines = [...byLine].filter(([, starts]) => starts.length > 1).map(([line]) => line);
  return { restarted: [...new Set(again)], respawned: lines };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { method: { type: "string", default: "spawn" }, write: { type: "boolean", default: false } },
  });
  const [python, ...chosen] = positionals;
  if (!python) throw new Error("usage: measure.mjs PYTHON [--method spawn|fork] [--write] [NAME…]");
  const names = chosen.length > 0 ? chosen : readdirSync(scripts).filter((name) => name.endsWith(".py"));
  const ask = "import sys, torch; print(sys.version.split()[0], torch.__version__)";
  const [version, torch] = spawnSync(python, ["-c", ask], { encoding: "utf8" }).stdout.trim().split(" ");
  const known = existsSync(truthFile) ? JSON.parse(readFileSync(truthFile, "utf8")) : {};
  const results = chosen.length > 0 ? { ...known[values.method] } : {};
  for (const name of names) {
    results[name] = await measure(python, name, values.method);
    process.stderr.write(`${name}: ${JSON.stringify(results[name])}\n`);
  }
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  const truth = `${JSON.stringify({ ...known, python: version, torch, [values.method]: sorted }, null, 2)}\n`;
  if (values.write) writeFileSync(truthFile, truth);
  else process.stdout.write(truth);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
