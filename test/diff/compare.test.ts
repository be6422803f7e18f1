import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checks } from "../../checks/index.ts";
import { compare, type DiffReport } from "../../src/diff/compare.ts";
import { driverTraits } from "../../src/diff/driver-traits.ts";
import { knowledge } from "../../src/diff/load.ts";
import { diffMarkdown } from "../../src/diff/markdown.ts";
import { reportTraits } from "../../src/diff/report-traits.ts";
import { diffSchema } from "../../src/diff/schema.ts";
import type { Side } from "../../src/diff/side.ts";
import { snapshotTraits } from "../../src/diff/snapshot-traits.ts";
import { diffText } from "../../src/diff/text.ts";
import { machineNames, machineRecording } from "../support/machine.ts";
import { asReport, replaced, side, snapshotOf } from "./sides.ts";

const healthy = machineRecording("bare-metal-4090");
const beforeUpgrade = replaced(healthy, ["6.8.0-48", "6.8.0-45"]);

const diff = (old: Side, now: Side): DiffReport => compare(old, now, knowledge, "en");

/** "change certainty" of every reason of one cause. */
function reasons(report: DiffReport, cause: string): string[] {
  const turn = [...report.causes.appeared, ...report.causes.gone].find(({ id }) => id === cause);
  return turn?.because.map(({ change, certainty }) => `${change} ${certainty}`) ?? [];
}

interface Case {
  readonly old: string | typeof healthy;
  readonly now: string | typeof healthy;
  readonly appeared?: string;
  readonly gone?: string;
  /** Reasons of the first cause that came or went. */
  readonly because: readonly string[];
  /** Those that reports alone allow. */
  readonly byReports: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  "a kernel upgrade without a module for it": {
    old: beforeUpgrade,
    now: "kernel-upgrade-no-module",
    appeared: "kernel-module-missing",
    because: ["kernel likely", "driver.module certain", "driver.built follows", "driver.headers follows"],
    byReports: ["kernel possible", "driver possible"],
  },
  "a wheel for the CPU over one for CUDA": {
    old: "bare-metal-4090",
    now: "cpu-wheel",
    appeared: "cpu-only-wheel",
    because: ["frameworks.torch certain"],
    byReports: ["frameworks.torch possible"],
  },
  "packages of the driver upgraded under the running module": {
    old: "bare-metal-4090",
    now: "driver-library-mismatch",
    appeared: "driver-library-version-mismatch",
    because: [
      "driver.packages.libnvidia-compute-550,nvidia-dkms-550,nvidia-driver-550,nvidia-utils-550 likely",
      "driver.smi certain",
    ],
    byReports: [],
  },
  "a Linux driver installed in WSL2": {
    old: "wsl2-healthy",
    now: "wsl2-linux-driver",
    appeared: "wsl-linux-driver-installed",
    because: ["driver.packages.libnvidia-compute-550,nvidia-dkms-550,nvidia-driver-550,nvidia-utils-550 likely"],
    byReports: [],
  },
  "a variable that hides the cards, taken away": {
    old: "cuda-visible-devices-empty",
    now: "bare-metal-4090",
    gone: "cuda-visible-devices-hides-gpu",
    because: ["env.CUDA_VISIBLE_DEVICES certain"],
    byReports: [],
  },
  "Secure Boot switched on": {
    old: "bare-metal-4090",
    now: "secure-boot-unsigned",
    appeared: "secure-boot-unsigned-module",
    because: ["secureBoot likely", "driver.module certain"],
    byReports: [],
  },
  "the memory of the card filled up": {
    old: "bare-metal-4090",
    now: "gpu-memory-full",
    appeared: "gpu-memory-full",
    because: ["gpu.now certain"],
    byReports: [],
  },
  "a container without its GPU": {
    old: "docker-gpus",
    now: "docker-no-gpus",
    appeared: "container-missing-gpu-flag",
    because: ["driver.nodes./dev/nvidia-modeset,/dev/nvidia-uvm,/dev/nvidia0,/dev/nvidiactl together"],
    byReports: [],
  },
  "shared memory cut down": {
    old: "docker-gpus",
    now: "docker-small-shm",
    appeared: "shm-too-small",
    because: ["limits.shmMiB certain"],
    byReports: ["limits.shmMiB possible"],
  },
};

describe("what changed explains what broke or was mended", () => {
  test.each(Object.entries(cases))("%s", async (_, { old, now, appeared, gone, because, byReports }) => {
    const [before, after] = [await side(old), await side(now)];
    const report = diff(before, after);
    expect(report.causes.appeared.map(({ id }) => id)).toEqual(appeared ? [appeared] : []);
    expect(report.causes.gone.map(({ id }) => id)).toEqual(gone ? [gone] : []);
    expect(report.outcome).toBe(appeared ? "worse" : "better");
    expect(reasons(report, appeared ?? gone ?? "")).toEqual(expect.arrayContaining([...because]));
    expect(reasons(report, appeared ?? gone ?? "")[0]).toBe(because[0]);
    // What explains stands first.
    expect(report.changes[0]?.id).toBe(because[0]?.replace(/ \w+$/, ""));

    const shallow = diff(asReport(before), after);
    expect(shallow.thorough).toBe(false);
    expect(shallow.causes.appeared.map(({ id }) => id)).toEqual(appeared ? [appeared] : []);
    expect(reasons(shallow, appeared ?? gone ?? "")).toEqual(expect.arrayContaining([...byReports]));

    const back = diff(after, before);
    expect(back.outcome).toBe(appeared ? "better" : "worse");
    expect(back.causes.gone.map(({ id }) => id)).toEqual(appeared ? [appeared] : []);
  });
});

test("traits name checks that there are", () => {
  const known = new Set(checks.map(({ id }) => id));
  const named = [...reportTraits, ...driverTraits, ...snapshotTraits].flatMap((trait) => trait.checks);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});

test("the kernel upgrade as a person reads it", async () => {
  const report = diff(await side(beforeUpgrade), await side("kernel-upgrade-no-module"));
  const look = { language: "en", colour: false, width: 100, unicode: true } as const;
  const text = diffText(report, look, { verbose: false, quiet: false });
  expect(text).toContain("New root cause: No NVIDIA kernel module for the running kernel (kernel-module-missing)");
  expect(text).toMatch(/\n {4}kernel: 6\.8\.0-45-generic → 6\.8\.0-48-generic \(without it and what follows/);
  expect(text).toMatch(/\n {4}nvidia module for the running kernel: present → none \(follows from it\)/);
  expect(text).toContain("Something got worse. Verdict: ready → not ready");
  expect(text.trimEnd().split("\n").at(-1)).toMatch(/^Next: .*dkms/);
  const chinese = diffText(report, { ...look, language: "zh" }, { verbose: true, quiet: false });
  expect(chinese).toContain("新出现的根本原因");
  expect(diffMarkdown(report, "en")).toContain("- **kernel-module-missing**: ");
});

describe("what is always in motion is no change", () => {
  test.each<[string, readonly (readonly [string, string])[]]>([
    ["times", [["Sun Nov 22 10:11:12 2026", "Mon Nov 23 11:12:13 2026"]]],
    [
      "temperature and fan",
      [
        ["34 C", "61 C"],
        ["<fan_speed>0 %", "<fan_speed>55 %"],
      ],
    ],
    [
      "memory of the card in use",
      [
        ["512 MiB", "613 MiB"],
        ["24052 MiB", "23951 MiB"],
      ],
    ],
    ["another user with the same things", [["/home/user", "/home/someoneelse"]]],
  ])("%s", async (_, pairs) => {
    const changed = replaced(healthy, ...pairs);
    expect(JSON.stringify(changed)).not.toBe(JSON.stringify(healthy));
    const report = diff(await side(healthy), await side(changed));
    expect(report.changes).toEqual([]);
    expect(report.outcome).toBe("same");
  });

  test("memory, disk, process numbers and session variables", async () => {
    const meminfo = healthy.files["/proc/meminfo"];
    const now = {
      ...healthy,
      env: { ...healthy.env, DISPLAY: ":1", TMPDIR: "/tmp/x", WSL_INTEROP: "/run/WSL/123_interop" },
      files: {
        ...healthy.files,
        "/proc/meminfo": String(meminfo).replace(/MemAvailable: +\d+/, "MemAvailable:   20000000"),
      },
      spaces: Object.fromEntries(
        Object.entries(healthy.spaces).map(([path, space]) => [
          path,
          "totalBytes" in space ? { ...space, freeBytes: space.freeBytes - 3e9 } : space,
        ]),
      ),
    };
    const report = diff(await side(healthy), await side(now));
    expect(report.changes).toEqual([]);
    expect(report.outcome).toBe("same");
  });

  test("a question that an older snapshot did not ask", async () => {
    const full = await snapshotOf("bare-metal-4090");
    const old = {
      ...full,
      commands: Object.fromEntries(Object.entries(full.commands).filter(([key]) => !key.startsWith("dpkg-query"))),
    };
    const { sideOfRecording } = await import("../../src/diff/load.ts");
    const report = diff(await sideOfRecording(old, "old", "en"), await sideOfRecording(full, "new", "en"));
    expect(report.changes.filter(({ id }) => id.startsWith("driver.packages"))).toEqual([]);
  });
});

test("a machine is like itself, and any two compare without a fault, there and back", {
  timeout: 240_000,
}, async () => {
  const sides = new Map<string, Side>();
  for (const name of machineNames()) sides.set(name, await side(name));
  for (const one of sides.values()) {
    const report = diff(one, one);
    expect([report.outcome, report.changes, report.findings.worse]).toEqual(["same", [], []]);
  }
  const name = fc.constantFrom(...machineNames());
  fc.assert(
    fc.property(name, name, fc.boolean(), fc.boolean(), (a, b, bareOld, bareNew) => {
      const [first, second] = [sides.get(a), sides.get(b)];
      if (!first || !second) throw new Error("no such machine");
      const old = bareOld ? asReport(first) : first;
      const now = bareNew ? asReport(second) : second;
      const [there, back] = [diff(old, now), diff(now, old)];
      expect(diffSchema.safeParse(there).error).toBeUndefined();
      const ids = (turns: DiffReport["causes"]["gone"]) => turns.map(({ id }) => id).sort();
      expect(ids(there.causes.appeared)).toEqual(ids(back.causes.gone));
      expect(there.changes.map(({ id }) => id).sort()).toEqual(back.changes.map(({ id }) => id).sort());
      const known = new Set(there.changes.map(({ id }) => id));
      for (const { because } of [...there.causes.appeared, ...there.causes.gone])
        for (const { change } of because) expect(known).toContain(change);
      for (const language of ["en", "zh"] as const) {
        const look = { language, colour: true, width: 60, unicode: false };
        expect(diffText(there, look, { verbose: true, quiet: false })).not.toMatch(/undefined|\[object/);
        expect(diffMarkdown(there, language)).not.toMatch(/undefined|\[object/);
      }
    }),
    { numRuns: 150 },
  );
});
