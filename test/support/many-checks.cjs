/**
 * Runs so many checks in one process and prints, after every tenth part, what the process holds: MiB of heap, open files
 * and child processes. Needs --expose-gc.
 *
 * usage: node --expose-gc many-checks.cjs BUNDLE COUNT
 */
const { readdirSync, readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { runInThisContext } = require("node:vm");

const [, , bundle, count] = process.argv;
const loaded = {};
const { main } = load(bundle);

/** As src/launch.ts does it, without the compiled code. */
function load(file) {
  const importPart = async (name) => (loaded[name] ??= load(join(dirname(file), name)));
  const module = { exports: {}, importPart };
  runInThisContext(readFileSync(file, "latin1"), file)(module.exports, require, module, file, dirname(file));
  return module.exports;
}
const children = () =>
  readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean).length;

async function run() {
  const held = [];
  for (let done = 1; done <= Number(count); done++) {
    await main(["check", "--json", "-o", "/dev/null"]);
    if (done % (Number(count) / 10) !== 0) continue;
    global.gc();
    const heapMiB = process.memoryUsage().heapUsed / 2 ** 20;
    held.push({ heapMiB, files: readdirSync("/proc/self/fd").length, children: children() });
  }
  process.exitCode = 0;
  process.stdout.write(JSON.stringify(held));
}

run();
