/**
 * Compiles kernels.cu to kernels.ptx, which is committed: users need no toolkit, the driver compiles the text itself.
 *
 * usage: node scripts/kernels/compile.mjs [--print]      (--print: to stdout instead)
 *
 * nvcc 13 writes `.version 9.0` for compute_75 and above, which only the newest drivers load. The kernels use nothing
 * that PTX 5.0 (CUDA 8) and sm_50 (Maxwell) lack, so the text is relabelled; the tests assemble it for every
 * architecture that ptxas knows.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const source = readFileSync(join(here, "kernels.cu"));
const folder = mkdtempSync(join(tmpdir(), "envdoctor-kernels-"));
try {
  const compiled = join(folder, "kernels.ptx");
  execFileSync("nvcc", ["-ptx", "-arch=compute_75", "-o", compiled, join(here, "kernels.cu")], { stdio: "inherit" });
  const release = /release (\d+\.\d+)/.exec(execFileSync("nvcc", ["--version"], { encoding: "utf8" }))?.[1] ?? "?";
  const code = readFileSync(compiled, "utf8")
    .replace(/^\/\/.*\n/gm, "")
    .replace(/^\.version .*$/m, ".version 5.0")
    .replace(/^\.target .*$/m, ".target sm_50")
    .trim();
  const text = `// Compiled from kernels.cu by scripts/kernels/compile.mjs. Do not edit.
// nvcc ${release}, sha256 of kernels.cu: ${createHash("sha256").update(source).digest("hex")}
${code}
`;
  if (process.argv.includes("--print")) process.stdout.write(text);
  else writeFileSync(join(here, "kernels.ptx"), text);
} finally {
  rmSync(folder, { recursive: true });
}
