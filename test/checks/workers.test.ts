import cpus from "../../checks/workers/cpus.ts";
import diskSpace from "../../checks/workers/disk-space.ts";
import filesystem from "../../checks/workers/filesystem.ts";
import memory from "../../checks/workers/memory.ts";
import openFiles from "../../checks/workers/open-files.ts";
import shm from "../../checks/workers/shm.ts";
import startMethod from "../../checks/workers/start-method.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { DataFacts, StartMethod } from "../../src/facts/facts.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import { docker, mac, metal, python, windows, wsl2 } from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const starting = (version: string, method: StartMethod) =>
  flip(metal, { pythons: value([python({ version: value(version), startMethod: value(method) })]) });

checkTester(startMethod, {
  pass: {
    fork: metal,
    spawn: windows,
    "forkserver, mended": starting("3.14.1", "forkserver"),
    "3.14.0 on macOS spawns": starting("3.14.0", "spawn"),
  },
  warn: { "forkserver of 3.14.0": [starting("3.14.0", "forkserver"), "python314-forkserver-pickling"] },
  skipped: { "no Python": flip(metal, { pythons: absent() }) },
  unknown: { "not told": flip(metal, { pythons: value([python({ startMethod: unknown("timed out") })]) }) },
});

const sized = (totalMiB: number) => flip(docker, { limits: { shm: value({ totalMiB, freeMiB: totalMiB }) } });

checkTester(shm, {
  pass: { half: metal, "--shm-size=1g": sized(1024) },
  warn: {
    "Docker's default": [sized(64), "shm-too-small"],
    none: [flip(metal, { limits: { shm: absent() } }), "shm-too-small"],
  },
  skipped: { Windows: windows, macOS: mac },
  unknown: { "not told": flip(metal, { limits: { shm: unknown("denied") } }) },
});

checkTester(openFiles, {
  pass: {
    "1024": metal,
    "no end": flip(metal, {
      limits: { openFiles: value({ soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY }) },
    }),
  },
  warn: { "256": [flip(metal, { limits: { openFiles: value({ soft: 256, hard: 4096 }) } }), "open-file-limit"] },
  skipped: { Windows: windows },
  unknown: { "not told": flip(metal, { limits: { openFiles: unknown("denied") } }) },
});

checkTester(cpus, {
  pass: { all: metal, "a quota of one and a half": flip(docker, { limits: { quotaCpus: value(1.5) } }) },
  unknown: { "not told": flip(metal, { limits: { affinityCpus: unknown("denied"), hostCpus: unknown("denied") } }) },
});

checkTester(memory, {
  pass: { "64 GiB": metal },
  warn: {
    "a container of 2 GiB": [flip(docker, { limits: { cgroupMemoryMiB: value(2048) } }), "worker-oom-killed"],
    "a small WSL2": [flip(wsl2, { limits: { hostMemoryMiB: value(3900) } }), "wsl-memory-limit"],
    "Windows without a page file": [
      flip(windows, { limits: { swapMiB: value(0, { source: "page files", excerpt: "none" }) } }),
      "windows-pagefile-too-small",
    ],
  },
  unknown: { "not told": flip(metal, { limits: { hostMemoryMiB: unknown("denied") } }) },
});

const lies = (facts: typeof metal, type: string, mountPoint: string, source: string, over: Partial<DataFacts> = {}) =>
  flip(facts, {
    data: value({
      path: `${mountPoint}/data`,
      filesystem: value(type),
      mountPoint: value(mountPoint),
      mountSource: value(source),
      freeMiB: value(100_000),
      ...over,
    }),
  });

checkTester(filesystem, {
  pass: {
    ext4: metal,
    "9p that is no Windows drive": lies(wsl2, "9p", "/usr/lib/wsl/drivers", "drivers"),
    "a shared folder of VMware": lies(metal, "fuse.vmhgfs-fuse", "/mnt/hgfs", "vmhgfs-fuse"),
    "9p outside WSL": lies(metal, "9p", "/mnt/c", "share"),
  },
  warn: {
    "C: over 9p": [lies(wsl2, "9p", "/mnt/c", "C:\\"), "wsl-windows-drive-slow"],
    "D: over virtiofs": [lies(wsl2, "virtiofs", "/mnt/d", "drvfsaD7"), "wsl-windows-drive-slow"],
    "mounted elsewhere": [lies(wsl2, "9p", "/c", "C:\\"), "wsl-windows-drive-slow"],
  },
  skipped: { Windows: lies(windows, "", "", "", { filesystem: unknown("the mount table is read on Linux only") }) },
  unknown: { "not told": lies(metal, "", "", "", { filesystem: unknown("denied") }) },
});

checkTester(diskSpace, {
  pass: { plenty: metal },
  warn: { "hardly any": [lies(metal, "ext4", "/", "/dev/sda1", { freeMiB: value(200) })] },
  unknown: { "not told": lies(metal, "ext4", "/", "/dev/sda1", { freeMiB: unknown("denied") }) },
});
