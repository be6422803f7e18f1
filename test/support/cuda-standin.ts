import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import errors from "../../checks/data/cuda-errors.json" with { type: "json" };

const root = fileURLToPath(new URL("../..", import.meta.url));
let built: string | null | undefined;

/** A folder for LD_LIBRARY_PATH with the stand-in libcuda.so.1; null, and the reason printed, where it cannot be built. */
export function cudaStandin(): string | null {
  built ??= build();
  return built;
}

function build(): string | null {
  if (process.platform !== "linux") {
    console.warn("NOT RUN: the stand-in for libcuda is a Linux library");
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-cuda-standin-"));
  const library = join(folder, "lib");
  mkdirSync(library);
  const names = errors.rows.map(({ code, name }) => `{${code}, "${name}"},`).join("\n");
  writeFileSync(join(folder, "error-names.inc"), names);
  const sources = join(root, "test/support/cuda-standin");
  const kernels = JSON.stringify(join(root, "scripts/kernels/kernels.cu"));
  const flags = [
    "-std=c++17",
    "-O3",
    "-march=native",
    "-shared",
    "-fPIC",
    "-fvisibility=hidden",
    `-DKERNELS=${kernels}`,
    `-I${folder}`,
  ];
  try {
    execFileSync("g++", [...flags, join(sources, "libcuda.cpp"), "-o", join(library, "libcuda.so.1")]);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    console.warn("NOT RUN: g++ is not installed, which builds the stand-in for libcuda");
    return null;
  }
  return library;
}
