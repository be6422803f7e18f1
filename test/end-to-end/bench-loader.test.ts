import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { type CliRun, programFolder, runCli } from "../support/cli.ts";
import { pythons, torchPython } from "../support/pythons.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sets = join(root, "test/loader/sets");
const cli = join(root, "dist/cli.cjs");
const onLinux = process.platform === "linux";
const severalCpus = availableParallelism() > 1;

interface Report {
  readonly engine: string;
  readonly interrupted: boolean;
  readonly bindingLimit: string;
  readonly limits: { name: string; maxWorkers: number }[];
  readonly workerStart: { startMethod: string; preload: boolean; workers: number; ms: number }[];
  readonly measurements: { startMethod: string | null; numWorkers: number; rounds: number }[];
  readonly prediction: { numWorkers: number }[];
  readonly recommendation: {
    numWorkers: number;
    startMethod: string | null;
    reason: string;
    code: string[];
    notes: string[];
  };
  readonly troubles: { message: string; cause: string | null }[];
  readonly results?: (Omit<Report, "results"> & { dataset: { name: string } })[];
}

/** Runs with time limits of their own, which other work on the machine must not turn into failures. */
const patient = 240_000;

function bench(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Promise<CliRun> {
  return runCli(["bench", "loader", ...args], { env: { ...env, BENCH_TEST: marker }, timeoutMs: patient });
}

async function report(args: readonly string[]): Promise<Report> {
  const run = await bench([...args, "--json", "--quiet"]);
  expect(run.code, run.stderr).toBe(0);
  return valid(run.stdout);
}

function valid(text: string): Report {
  const schema: object = JSON.parse(readFileSync(join(root, "dist/schemas/bench-loader.json"), "utf8"));
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const told: Report = JSON.parse(text);
  expect(ajv.validate(schema, told), JSON.stringify(ajv.errors)).toBe(true);
  return told;
}

const marker = `envdoctor-bench-${process.pid}`;

/** Processes that the tests of this file started and that still run: their environment carries the marker. */
function leftOver(): string[] {
  if (!onLinux) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").includes(marker);
    } catch {
      return false;
    }
  });
}

/** Names in /dev/shm that a process has mapped. */
function mappedNames(pid: string): string[] {
  try {
    return [...readFileSync(`/proc/${pid}/maps`, "utf8").matchAll(/\/dev\/shm\/(\S+)/g)].map(([, name]) => name ?? "");
  } catch {
    return [];
  }
}

function sharedMemory(): string[] {
  return onLinux ? readdirSync("/dev/shm").filter((name) => /torch|psm_|envdoctor/.test(name)) : [];
}

let torch: string | null;
beforeAll(() => {
  torch = torchPython();
}, 900_000);

/** The Python to take, or null with the reason printed by torchPython(). */
const engines: [string, () => string[] | null][] = [
  ["torch", () => (torch === null ? null : ["--engine", "torch", "--python", torch])],
  [
    "python",
    () => (pythons()[0] ? ["--engine", "python", "--python", pythons().at(-1)?.path ?? ""] : ["--engine", "python"]),
  ],
  ["node", () => ["--engine", "node"]],
];

describe("the engines agree", () => {
  test.each(engines)(
    "%s: a table needs no workers, images do",
    async (name, args) => {
      const chosen = args();
      if (chosen === null) return;
      const told = await report([...chosen, "--budget", "10", "--dataset", "table", "--dataset", "images"]);
      expect(told.engine).toBe(name);
      const [table, images] = told.results ?? [];
      expect(table?.recommendation.numWorkers, table?.recommendation.reason).toBe(0);
      expect(table?.recommendation.reason).toMatch(/never pay off/);
      expect(table?.workerStart.length).toBeGreaterThan(0);
      if (severalCpus) expect(images?.recommendation.numWorkers, images?.recommendation.reason).toBeGreaterThan(0);
      expect(images?.measurements.some(({ numWorkers }) => numWorkers > 0)).toBe(true);
    },
    patient,
  );

  test(
    "torch names start methods with and without preloading, and gives lines to paste",
    async () => {
      if (torch === null) return;
      const run = await bench([
        "--python",
        torch,
        "--dataset",
        "images",
        "--budget",
        "20",
        "--start-methods",
        "forkserver",
      ]);
      expect(run.code).toBe(0);
      expect(run.stdout).toMatch(/forkserver\+preload: first batch after/);
      if (severalCpus) expect(run.stdout).toMatch(/set_forkserver_preload\(\["torch"\]\)/);
      expect(run.stdout).not.toMatch(/fork:|NaN|undefined|\{\w+\}/);
      expect(run.stderr).toMatch(/measuring epochs|starting and stopping/);
      const wide = run.stdout.split("\n").filter((line) => line.length > 110);
      expect(wide).toEqual([]);
    },
    patient,
  );

  test(
    "speaks Chinese",
    async () => {
      const run = await bench(["--engine", "node", "--dataset", "table", "--budget", "3", "--lang", "zh"]);
      expect(run.stdout).toMatch(/建议 \(table\)|建议（table）|建议/);
      expect(run.stdout).not.toMatch(/\{\w+\}|NaN|undefined/);
    },
    patient,
  );
});

describe("every Python from 3.8 on runs the standard-library engine", () => {
  const found = pythons();
  if (found.length === 0) console.warn("NOT RUN: no Python of pyenv is installed");
  test.each(found)(
    "$version",
    async ({ path }) => {
      const args = ["--engine", "python", "--python", path, "--budget", "5"];
      const table = await report([...args, "--dataset", "table"]);
      expect(table.recommendation.numWorkers).toBe(0);
      expect(table.workerStart.map(({ startMethod }) => startMethod)).toContain("spawn");
      const own = await report([...args, "--dataset", `${sets}/good.py:make`, "--step-ms", "1"]);
      expect(own.measurements.length).toBeGreaterThan(0);
      expect(own.troubles).toEqual([]);
    },
    patient,
  );

  test("an older Python is named", async () => {
    const old = join(process.env["HOME"] ?? "", ".pyenv/versions/3.6.15/bin/python");
    if (!existsSync(old)) return;
    const run = await bench(["--python", old, "--dataset", "table"]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/Python 3\.6\.15; the benchmark needs 3\.8/)]);
  });
});

const bad: [string, string, number, RegExp][] = [
  ["a file that is not there", "none.py:make", 2, /none\.py: no such file/],
  ["a name that is not there", "bad.py:nothing", 2, /has no 'nothing' at its top level; it has: DiesInWorkers/],
  ["no name at all", "bad.py", 2, /expected table, images or FILE\.py:NAME/],
  ["items that raise", "bad.py:Raises", 1, /fails while loading: KeyError: 'no such file: \d+\.png'/],
  ["one item that raises", "bad.py:RaisesLater", 1, /fails while loading: ValueError: broken image 150/],
  ["ragged items", "bad.py:Ragged", 1, /differ in length: 1, 2/],
  ["an empty data set", "bad.py:Empty", 2, /is empty: its length is 0/],
  ["a class that needs arguments", "bad.py:NeedsArguments", 2, /needs arguments \(root, transform\)/],
  ["a generator", "bad.py:generator", 2, /is a generator/],
  ["a function that fails", "bad.py:fails", 1, /fails failed, line \d+: RuntimeError: no data here/],
  ["a number", "bad.py:number", 2, /expected a data set .* got int/],
  ["workers at import time", "starts_workers.py:dataset", 2, /starts workers at import time, line 8; .*__main__/],
  ["an import that fails", "import_fails.py:x", 2, /cannot be imported, line 1: ImportError/],
  ["a file that is no Python", "syntax.py:x", 2, /SyntaxError/],
  ["a file that ends the program", "exits.py:x", 2, /ends the program while it is imported/],
];

describe("a data set that cannot be used gets one clear sentence", () => {
  test.each(bad)(
    "%s",
    async (_, word, code, sentence) => {
      const run = await bench(["--engine", "python", "--budget", "4", "--quiet", "--dataset", `${sets}/${word}`]);
      expect(run.stderr).toMatch(sentence);
      expect(run.stderr.trim().split("\n")).toHaveLength(1);
      expect(run.code).toBe(code);
      expect(run.stdout).toBe("");
      expect(leftOver()).toEqual([]);
    },
    patient,
  );

  test.each([
    ["Ragged", 1, /stack expects each tensor to be equal size/],
    ["empty_stream", 2, /is empty: iterating over it gives nothing/],
    ["guarded_loader", 2, /starts workers while it makes the data set/],
  ])(
    "with PyTorch: %s",
    async (name, code, sentence) => {
      if (torch === null) return;
      const run = await bench(["--python", torch, "--quiet", "--dataset", `${sets}/torch_sets.py:${name}`]);
      expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(sentence)]);
    },
    patient,
  );

  test.each([
    ["an unknown method", ["--start-methods", "vfork"], /expected some of fork, spawn/],
    ["a step that is no time", ["--step-ms", "fast"], /expected auto or a number of milliseconds/],
    ["no budget", ["--budget", "0"], /number of seconds greater than 0/],
    [
      "a file for node",
      ["--engine", "node", "--dataset", "a.py:x"],
      /--engine node measures the data sets table and images only/,
    ],
  ])("wrong usage: %s", async (_, args, sentence) => {
    const run = await bench(args);
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(sentence)]);
  });

  test(
    "torch where there is none",
    async () => {
      const python = pythons().at(-1)?.path ?? "python3";
      const run = await bench(["--engine", "torch", "--python", python]);
      if (run.code === 0) return;
      expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/has no PyTorch|cannot be imported/)]);
    },
    patient,
  );
});

describe("data sets of the user", () => {
  test(
    "the main part does not run, and what it prints does not get into the report",
    async () => {
      const told = await report(["--engine", "python", "--budget", "4", "--dataset", `${sets}/good.py:make`]);
      expect(told.recommendation.reason).not.toBe("");
    },
    patient,
  );

  test(
    "an unpicklable one is measured with fork alone",
    async () => {
      if (!onLinux) return;
      const told = await report(["--engine", "python", "--budget", "4", "--dataset", `${sets}/bad.py:Unpicklable`]);
      expect(new Set(told.workerStart.map(({ startMethod }) => startMethod))).toEqual(new Set(["fork"]));
    },
    patient,
  );

  test.each([["Stream"], ["tensors"], ["loader"]])(
    "with PyTorch: %s",
    async (name) => {
      if (torch === null) return;
      const told = await report(["--python", torch, "--budget", "5", "--dataset", `${sets}/torch_sets.py:${name}`]);
      expect(told.measurements.length).toBeGreaterThan(0);
      if (name !== "Stream") expect(told.recommendation.notes.join()).toMatch(/tensors in memory.* times as fast/);
    },
    patient,
  );

  test(
    "a stream that every worker would replay gets no workers",
    async () => {
      if (torch === null) return;
      const told = await report(["--python", torch, "--budget", "5", "--dataset", `${sets}/torch_sets.py:Replayed`]);
      expect([told.recommendation.numWorkers, told.bindingLimit]).toEqual([0, "replay"]);
      expect(told.recommendation.reason).toMatch(/get_worker_info/);
    },
    patient,
  );
});

describe.runIf(onLinux)("workers that fail are reported and not waited for", () => {
  test(
    "killed",
    async () => {
      const told = await report(["--engine", "python", "--budget", "6", "--dataset", `${sets}/bad.py:DiesInWorkers`]);
      expect(told.recommendation.numWorkers).toBe(0);
      expect(told.troubles[0]?.message).toMatch(/killed by signal: SIGKILL/);
      expect(told.troubles[0]?.cause).toBe("worker-oom-killed");
      expect(leftOver()).toEqual([]);
    },
    patient,
  );

  test(
    "hanging",
    async () => {
      const told = await report(["--engine", "python", "--budget", "6", "--dataset", `${sets}/bad.py:HangsInWorkers`]);
      expect(told.recommendation.numWorkers).toBe(0);
      expect(told.troubles[0]?.message).toMatch(/gave no batch within \d+ s/);
      expect(leftOver()).toEqual([]);
    },
    patient,
  );
});

describe.runIf(onLinux)("an interrupt ends all workers and reports what was measured", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as [NodeJS.Signals, number][])(
    "%s",
    async (signal, code) => {
      const mapped = new Set<string>();
      const args = ["bench", "loader", "--engine", "python", "--dataset", "images", "--budget", "30", "--json"];
      const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
      const out: string[] = [];
      child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        // By the end of the first round some workers have been measured.
        if (!text.includes("round 1")) return;
        for (const name of leftOver().flatMap(mappedNames)) mapped.add(name);
        child.kill(signal);
      });
      const ended = await new Promise((resolve) => child.once("close", resolve));
      expect(ended).toBe(code);
      const told = valid(out.join(""));
      expect(told.interrupted).toBe(true);
      expect(told.measurements.some(({ numWorkers }) => numWorkers > 0)).toBe(true);
      expect(leftOver()).toEqual([]);
      expect(readdirSync("/dev/shm").filter((name) => mapped.has(name))).toEqual([]);
    },
    patient,
  );
});

/** Runs the program in a shell that first lowers a limit. */
function limited(
  before: string,
  args: readonly string[],
  unshared = false,
): { code: number | null; out: string; err: string } {
  const words = [process.execPath, cli, "bench", "loader", "--json", "--quiet", ...args]
    .map((word) => `'${word}'`)
    .join(" ");
  const shell = ["bash", "-c", `${before} && exec ${words}`];
  const [file = "", ...rest] = unshared ? ["unshare", "-m", ...shell] : shell;
  try {
    const out = execFileSync(file, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: patient });
    return { code: 0, out, err: "" };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { code: status, out: stdout, err: stderr };
  }
}

describe.runIf(onLinux)("limits of the machine bind, and nothing crashes", () => {
  const images = ["--dataset", "images", "--budget", "8"];

  test(
    "a /dev/shm of 64 MB",
    () => {
      const may = limited(
        "mount -t tmpfs -o size=64m tmpfs /dev/shm",
        ["--engine", "node", "--dataset", "table", "--budget", "2"],
        true,
      );
      if (may.code !== 0 || torch === null) {
        console.warn(`NOT RUN: no mount namespace may be made here, or no PyTorch: ${may.err.split("\n")[0]}`);
        return;
      }
      const before = sharedMemory();
      const run = limited("mount -t tmpfs -o size=64m tmpfs /dev/shm", ["--python", torch, ...images], true);
      expect(run.code, run.err).toBe(0);
      const told = valid(run.out);
      expect(told.bindingLimit).toBe("shared-memory");
      expect(told.recommendation.numWorkers).toBeLessThanOrEqual(1);
      expect(sharedMemory()).toEqual(before);
    },
    patient,
  );

  test(
    "ulimit -n 64",
    () => {
      if (torch === null) return;
      const run = limited("ulimit -n 64", ["--python", torch, ...images, "--max-workers", "32"]);
      expect(run.code, run.err).toBe(0);
      const told = valid(run.out);
      expect(told.limits.find(({ name }) => name === "open-files")?.maxWorkers).toBeLessThan(6);
      expect(told.troubles).toEqual([]);
    },
    patient,
  );

  test(
    "ulimit -n 64 binds where a batch has many tensors",
    () => {
      if (torch === null) return;
      const run = limited("ulimit -n 64", [
        "--python",
        torch,
        "--dataset",
        `${sets}/torch_sets.py:many_tensors`,
        "--budget",
        "8",
      ]);
      expect(run.code, run.err).toBe(0);
      const told = valid(run.out);
      expect([told.bindingLimit, told.troubles]).toEqual(["open-files", []]);
    },
    patient,
  );

  test(
    "an address space that PyTorch barely fits into",
    () => {
      if (torch === null) return;
      const run = limited("ulimit -v 1000000", ["--python", torch, ...images]);
      expect(run.code, run.err).toBe(0);
      const told = valid(run.out);
      expect(told.bindingLimit).toBe("address-space");
    },
    patient,
  );

  test(
    "a cgroup with one processor",
    () => {
      const group = makeCpuGroup();
      if (group === null) {
        console.warn("NOT RUN: no cgroup with a CPU quota may be made here");
        return;
      }
      try {
        const run = limited(`echo $$ > ${group}/cgroup.procs`, [
          "--engine",
          "python",
          "--dataset",
          "images",
          "--budget",
          "10",
        ]);
        expect(run.code, run.err).toBe(0);
        const told = valid(run.out);
        expect([told.bindingLimit, told.limits[0]?.maxWorkers]).toEqual(["cpu-quota", 1]);
      } finally {
        rmdirSync(group);
      }
    },
    patient,
  );
});

/** A cgroup (v1 or v2) whose processes get half a processor; null where it may not be made. */
function makeCpuGroup(): string | null {
  const name = `envdoctor-test-${process.pid}`;
  for (const [base, file, quota] of [
    ["/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "50000"],
    ["/sys/fs/cgroup", "cpu.max", "50000 100000"],
  ] as const) {
    try {
      const group = join(base, name);
      execFileSync("mkdir", [group], { stdio: "pipe" });
      try {
        writeFileSync(join(group, file), quota);
        return group;
      } catch {
        rmdirSync(group);
      }
    } catch {
      // Not this version, or not allowed.
    }
  }
  return null;
}

test(
  "a Python that floods, crashes or says nothing gives a sentence and no stack",
  async () => {
    const evil = programFolder("python3", "#!/bin/sh\nexec yes\n");
    const run = await bench([
      "--python",
      join(evil, "python3"),
      "--dataset",
      "table",
      "--engine",
      "python",
      "--timeout",
      "1",
    ]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/did not answer/);
    expect(run.stderr).not.toMatch(/bug in envdoctor/);
  },
  patient,
);
