/**
 * Two copies of the built program, one with and one without the program that asks NVML, on a machine that looks as if
 * it had a card: device nodes that nobody opens in a mount namespace of their own, the tests' stand-in for libnvidia-ml,
 * and an nvidia-smi that takes as long as it is told. For scripts/bench/check.mjs.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

const smi = `#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(void) {
  usleep(1000 * atoi(getenv("SMI_MS")));
  puts("<?xml version=\\"1.0\\" ?>\\n<nvidia_smi_log>\\n<driver_version>550.54.14</driver_version>\\n"
       "<cuda_version>12.4</cuda_version>\\n<attached_gpus>1</attached_gpus>\\n<gpu id=\\"00000000:01:00.0\\">\\n"
       "<product_name>NVIDIA GeForce RTX 4090</product_name>\\n"
       "<fb_memory_usage><total>24564 MiB</total><used>564 MiB</used><free>24000 MiB</free></fb_memory_usage>\\n"
       "<pci><pci_device_id>268410DE</pci_device_id></pci>\\n</gpu>\\n</nvidia_smi_log>");
}
`;

/** Runs this very command line in a mount namespace with device nodes; true where it runs in there already. */
export function inNamespaceWithNodes() {
  if (process.env["BENCH_NODES"]) return true;
  const nodes =
    'cp -a /dev/null /dev/zero /dev/random /dev/urandom "$d" && mknod "$d/nvidia0" c 195 0 && mknod "$d/nvidiactl" c 195 255';
  const enter = `d=$(mktemp -d) && mount -t tmpfs tmpfs "$d" && ${nodes} && mkdir "$d/shm" && mount --move "$d" /dev && exec "$@"`;
  const argv = [
    "--mount",
    "--propagation",
    "private",
    "sh",
    "-c",
    enter,
    "sh",
    process.execPath,
    ...process.argv.slice(1),
  ];
  const run = spawnSync("unshare", argv, { stdio: "inherit", env: { ...process.env, BENCH_NODES: "1" } });
  if (run.error) throw run.error;
  process.exitCode = run.status ?? 1;
  return false;
}

/** @returns {{ with: string, without: string, env: Record<string, string> }} the two programs, and what both run with */
export function nvmlMachine() {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-bench-nvml-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const lib = join(folder, "lib");
  const bin = join(folder, "bin");
  mkdirSync(lib);
  mkdirSync(bin);
  writeFileSync(join(folder, "smi.c"), smi);
  execFileSync("gcc", ["-O2", "-o", join(bin, "nvidia-smi"), join(folder, "smi.c")]);
  const source = join(root, "test/support/nvml-standin/nvml.c");
  execFileSync("gcc", ["-shared", "-fPIC", "-O2", "-o", join(lib, "libnvidia-ml.so.1"), source]);
  const copies = ["with", "without"].map((name) => {
    const copy = join(folder, name);
    for (const part of ["dist", "scripts/python", "package.json"]) {
      cpSync(join(root, part), join(copy, part), { recursive: true, preserveTimestamps: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    return [name, join(copy, "dist", "cli.cjs")];
  });
  rmSync(join(folder, "without", "dist", "driver-nvml.cjs"));
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, LD_LIBRARY_PATH: lib };
  return { ...Object.fromEntries(copies), env };
}
