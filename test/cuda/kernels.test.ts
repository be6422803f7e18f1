/** The committed PTX text: that of the committed source, and fit for every card and every driver it claims. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/cli.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const folder = fileURLToPath(new URL("../../scripts/kernels", import.meta.url));
const source = readFileSync(join(folder, "kernels.cu"));
const ptx = readFileSync(join(folder, "kernels.ptx"), "utf8");
const compiler = /^\/\/ nvcc (\S+), sha256 of kernels\.cu: (\S+)$/m.exec(ptx);

/** The release of a program of the toolkit; null, and a word about it, where it is not installed. */
function release(program: string): string | null {
  const { error, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (error === undefined) return /release (\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  console.warn(`NOT RUN: ${program} of the CUDA toolkit is not installed`);
  return null;
}

describe("the PTX text", () => {
  test("was compiled from the source as it is now", () => {
    expect(compiler?.[2]).toBe(createHash("sha256").update(source).digest("hex"));
  });

  test("is for CUDA 8 and Maxwell, or newer", () => {
    expect(ptx).toMatch(/^\.version 5\.0\n\.target sm_50\n\.address_size 64$/m);
  });

  test("has every kernel of the source", () => {
    const inSource = [...source.toString().matchAll(/^extern "C" __global__ void (\w+)\(/gm)].map(([, name]) => name);
    const inText = [...ptx.matchAll(/^\.visible \.entry (\w+)\(/gm)].map(([, name]) => name);
    expect(inSource.length).toBeGreaterThan(8);
    expect(inText).toEqual(inSource);
  });

  test("asks for nothing that needs a newer card, a barrier or shared memory", () => {
    expect(ptx).not.toMatch(
      /\b(?:wmma|mma|ldmatrix|cp\.async|bar|barrier|shfl|redux|elect|griddepcontrol)\b|\.shared\b|\.bf16/,
    );
  });

  test("is what nvcc makes of the source", () => {
    const installed = release("nvcc");
    if (installed === null) return;
    if (installed !== compiler?.[1]) {
      console.warn(`NOT RUN: nvcc ${installed} may word the text differently than ${compiler?.[1]}, which made it`);
      return;
    }
    const again = execFileSync(process.execPath, [join(folder, "compile.mjs"), "--print"], { encoding: "utf8" });
    expect(again).toBe(ptx);
  });

  test("is assembled for every architecture that ptxas knows", () => {
    if (release("ptxas") === null) return;
    const help = execFileSync("ptxas", ["--help"], { encoding: "utf8" });
    const architectures = [...new Set([...help.matchAll(/'(sm_\d+)'/g)].map(([, name]) => name ?? ""))];
    expect(architectures).toContain("sm_90");
    const out = join(temporaryFolder(), "kernels.cubin");
    for (const architecture of architectures) {
      const run = spawnSync("ptxas", [`-arch=${architecture}`, join(folder, "kernels.ptx"), "-o", out], {
        encoding: "utf8",
      });
      expect([architecture, run.status, run.stderr]).toEqual([architecture, 0, ""]);
    }
  });
});
