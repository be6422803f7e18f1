/**
 * Time and memory of `envdoctor fleet` on synthetic reports: 2 % of the machines odd in ten ways, 0.5 % of the files
 * broken. Says whether exactly the odd ones were found. The reports are written to a temporary folder and removed.
 *
 * usage: node scripts/bench/fleet.mjs [--sizes 1000,10000,100000] [--keep]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeFleet } from "./fleet-reports.mjs";

const { values: options } = parseArgs({
  options: { sizes: { type: "string", default: "1000,10000,100000" }, keep: { type: "boolean", default: false } },
});
const cli = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));

console.log(
  ["machines", "odd", "broken", "MB read", "seconds", "µs/machine", "peak MB", "found", "falsely odd"]
    .map((head) => head.padStart(12))
    .join(""),
);
let failed = false;
for (const size of options.sizes.split(",").map(Number)) {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-fleet-bench-"));
  try {
    const made = writeFleet(join(folder, "reports"), size);
    const run = await measured(["fleet", join(folder, "reports"), "--json", "-o", join(folder, "fleet.json")]);
    const report = JSON.parse(readFileSync(join(folder, "fleet.json"), "utf8"));
    const odd = new Set(report.oddities.flatMap((oddity) => oddity.machines));
    const found = made.odd.filter((name) => odd.has(name)).length;
    const wrong = [...odd].filter((name) => !made.odd.includes(name)).length;
    const broken = report.unreadable.filter((entry) => made.broken.includes(entry.machine)).length;
    if (run.code !== 1 || found !== made.odd.length || wrong !== 0 || broken !== made.broken.length) failed = true;
    const columns = [
      size,
      made.odd.length,
      `${broken}/${made.broken.length}`,
      (made.bytes / 1e6).toFixed(0),
      run.seconds.toFixed(2),
      ((run.seconds * 1e6) / size).toFixed(0),
      run.peakMb.toFixed(0),
      `${found}/${made.odd.length}`,
      wrong,
    ];
    console.log(columns.map((column) => String(column).padStart(12)).join(""));
  } finally {
    if (options.keep) console.log(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed ? 1 : 0;

/** Whole process: seconds, and the peak of its resident memory as it reports it itself at its end. */
function measured(args) {
  const peak = `process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS+"\\n"))`;
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(peak)}`, cli, ...args],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const began = process.hrtime.bigint();
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      resolve({ code, seconds, peakMb: Number(/peak (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024 });
    });
  });
}
