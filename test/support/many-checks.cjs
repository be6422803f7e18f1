/**
 * Runs so many checks in one process and prints, after every tenth part, what the process holds: MiB of heap, open files
 * and child processes. Needs --expose-gc.
 *
 * usage: node --expose-gc many-checks.cjs BUNDLE COUNT
 */
const { readdirSync, readFileSync } = require("node:fs");

const [, , bundle, count] = process.argv;
const { main } = require(bundle);
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
