import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unknownFacts } from "../../src/facts/unknown.ts";
import { completed, demandOf, type Judged, judge, refuses } from "../../src/preflight/gate.ts";
import { vocabulary } from "../../src/preflight/names.ts";
import {
  compareVersions,
  operators,
  parseRequirement,
  printRequirement,
  type Requirement,
  RequirementError,
} from "../../src/preflight/requirement.ts";
import { judgeOne, subjectOf, subjectOfFacts } from "./subject.ts";

type Row = readonly [
  machine: string,
  requirement: string,
  status: Judged["status"],
  found?: string | null,
  reason?: RegExp,
];

/** One card as nvidia-smi tells it. */
const card = (name: string, more: string): string => `<gpu id="x"><product_name>${name}</product_name>${more}</gpu>`;
const smi = (...cards: readonly string[]): string =>
  `<nvidia_smi_log><driver_version>550.54.14</driver_version><cuda_version>12.4</cuda_version><attached_gpus>${cards.length}</attached_gpus>${cards.join("")}</nvidia_smi_log>`;
const a100 = (uuid: number, more = ""): string =>
  card(
    "NVIDIA A100-SXM4-80GB",
    `<uuid>GPU-0000000${uuid}-1111-2222-3333-444444444444</uuid><fb_memory_usage><total>81920 MiB</total><used>1000 MiB</used><free>80000 MiB</free></fb_memory_usage>${more}`,
  );
const hot =
  "<temperature><gpu_temp>91 C</gpu_temp></temperature><clocks_event_reasons><clocks_event_reason_hw_thermal_slowdown>Active</clocks_event_reason_hw_thermal_slowdown></clocks_event_reasons><ecc_errors><volatile><dram_uncorrectable>2</dram_uncorrectable></volatile></ecc_errors><processes><process_info><pid>7</pid><type>C</type></process_info></processes>";
const small = card(
  "NVIDIA T4",
  "<fb_memory_usage><total>15360 MiB</total><used>0 MiB</used><free>15000 MiB</free></fb_memory_usage>",
);

/** Machines with other cards than their files have. */
const dressed: Readonly<Record<string, { machine: string; cards?: string; env?: Record<string, string> }>> = {
  twoA100: { machine: "bare-metal-4090", cards: smi(a100(1), a100(2)) },
  secondOnly: { machine: "bare-metal-4090", cards: smi(a100(1), a100(2)), env: { CUDA_VISIBLE_DEVICES: "1" } },
  byUuid: { machine: "bare-metal-4090", cards: smi(a100(1), a100(2)), env: { CUDA_VISIBLE_DEVICES: "GPU-00000002" } },
  outOfRange: { machine: "bare-metal-4090", cards: smi(a100(1), a100(2)), env: { CUDA_VISIBLE_DEVICES: "0,7,1" } },
  none: { machine: "bare-metal-4090", cards: smi(a100(1)), env: { CUDA_VISIBLE_DEVICES: "-1" } },
  slices: { machine: "bare-metal-4090", cards: smi(a100(1)), env: { CUDA_VISIBLE_DEVICES: "MIG-5a9f,MIG-77aa" } },
  mixed: { machine: "bare-metal-4090", cards: smi(a100(1), small) },
  mixedByIndex: { machine: "bare-metal-4090", cards: smi(a100(1), small), env: { CUDA_VISIBLE_DEVICES: "1" } },
  mixedInOrder: {
    machine: "bare-metal-4090",
    cards: smi(a100(1), small),
    env: { CUDA_VISIBLE_DEVICES: "1", CUDA_DEVICE_ORDER: "PCI_BUS_ID" },
  },
  hotCard: { machine: "bare-metal-4090", cards: smi(a100(1, hot)) },
  mig: { machine: "bare-metal-4090", cards: smi(a100(1, "<mig_mode><current_mig>Enabled</current_mig></mig_mode>")) },
};

const rows: readonly Row[] = [
  // A healthy workstation: RTX 4090, driver 550, torch 2.6.0+cu124, Python 3.12.
  ["bare-metal-4090", "check", "pass", "yes"],
  ["bare-metal-4090", "gpu.count>=1", "pass", "1"],
  ["bare-metal-4090", "gpu.count", "pass", "1"],
  ["bare-metal-4090", "gpu.count=1", "pass", "1"],
  ["bare-metal-4090", "gpu.count==1", "pass", "1"],
  ["bare-metal-4090", "gpu.count>=2", "fail", "1"],
  ["bare-metal-4090", "gpu.name=NVIDIA GeForce RTX 4090", "pass", "NVIDIA GeForce RTX 4090"],
  ["bare-metal-4090", "gpu.name=*4090", "pass"],
  ["bare-metal-4090", "gpu.name=*a100*", "fail", "NVIDIA GeForce RTX 4090"],
  ["bare-metal-4090", "gpu.name!=*A100*", "pass"],
  ["bare-metal-4090", "gpu.memoryMiB>=8000", "pass", "24564"],
  ["bare-metal-4090", "gpu.memoryMiB>=40000", "fail", "24564"],
  ["bare-metal-4090", "gpu.freeMemoryMiB>=24052", "pass", "24052"],
  ["bare-metal-4090", "gpu.freeMemoryMiB>24052", "fail", "24052"],
  ["bare-metal-4090", "gpu.computeCapability>=7.5", "pass", "8.9"],
  ["bare-metal-4090", "gpu.computeCapability>=12.0", "fail", "8.9"],
  ["bare-metal-4090", "gpu.temperatureC<=80", "pass", "34"],
  ["bare-metal-4090", "gpu.processes=0", "pass", "0"],
  ["bare-metal-4090", "gpu.throttled=no", "unknown", null, /does not report/],
  ["bare-metal-4090", "gpu.eccErrors=0", "unknown"],
  ["bare-metal-4090", "gpu.xidErrors=0", "pass", "0"],
  ["bare-metal-4090", "driver>=550", "pass", "550.54.14"],
  ["bare-metal-4090", "driver>=550.54.15", "fail", "550.54.14"],
  ["bare-metal-4090", "driver=550.54", "pass"],
  ["bare-metal-4090", "driver>550", "fail", "550.54.14", /found 550/],
  ["bare-metal-4090", "cuda>=12.4", "pass", "12.4"],
  ["bare-metal-4090", "cuda>=13", "fail", "12.4"],
  ["bare-metal-4090", "cuda.toolkit>=12", "fail", null, /none here/],
  ["bare-metal-4090", "cuda.toolkit?>=12", "pass", null],
  ["bare-metal-4090", "torch", "pass", "2.6.0+cu124"],
  ["bare-metal-4090", "torch>=2.5", "pass"],
  ["bare-metal-4090", "torch=2.6", "pass"],
  ["bare-metal-4090", "torch<2.6", "fail"],
  ["bare-metal-4090", "torch.cuda", "pass", "yes"],
  ["bare-metal-4090", "torch.cuda=no", "fail", "yes"],
  ["bare-metal-4090", "torch.cudaBuild=12.4", "pass", "12.4"],
  ["bare-metal-4090", "tensorflow", "fail", null, /tensorflow is not installed/],
  ["bare-metal-4090", "tensorflow.cuda", "fail", "no", /not installed/],
  ["bare-metal-4090", "jax?", "pass", null],
  ["bare-metal-4090", "python=3.12", "pass", "3.12.3"],
  ["bare-metal-4090", "python.environment=venv", "pass", "venv"],
  ["bare-metal-4090", "startMethod=fork", "pass", "fork"],
  ["bare-metal-4090", "startMethod=spawn", "fail", "fork"],
  ["bare-metal-4090", "limits.shmMiB>=1024", "pass"],
  ["bare-metal-4090", "limits.openFiles>=4096", "fail", "1024"],
  ["bare-metal-4090", "limits.memoryMiB>=16000", "pass", "64000"],
  ["bare-metal-4090", "limits.freeMemoryMiB<60000", "pass", "55664"],
  ["bare-metal-4090", "limits.cpus=16", "pass", "16"],
  ["bare-metal-4090", "disk.freeMiB>=10000", "pass"],
  ["bare-metal-4090", "disk.filesystem=ext4", "pass", "ext4"],
  ["bare-metal-4090", "platform=linux", "pass", "linux"],
  ["bare-metal-4090", "os=ubuntu", "pass", "ubuntu"],
  ["bare-metal-4090", "arch=arm64", "fail", "x64"],
  ["bare-metal-4090", "kernel>=6.8", "pass", "6.8.0-48-generic"],
  ["bare-metal-4090", "lint", "fail", null, /none here/],
  ["bare-metal-4090", "proof", "unknown", null, /no training was run/],
  // The cards that the command sees.
  ["twoA100", "gpu.count=2", "pass", "2"],
  ["twoA100", "gpu.name=*A100*", "pass", "NVIDIA A100-SXM4-80GB"],
  ["secondOnly", "gpu.count=1", "pass", "1"],
  ["byUuid", "gpu.count=1", "pass", "1"],
  ["outOfRange", "gpu.count=1", "pass", "1"],
  ["none", "gpu.count>=1", "fail", "0", /CUDA_VISIBLE_DEVICES|-1/],
  ["none", "gpu.memoryMiB>=1", "fail", null, /none here/],
  ["none", "torch.cuda", "fail", "no"],
  ["cuda-visible-devices-empty", "gpu.count>=1", "fail", "0"],
  ["slices", "gpu.count=2", "pass", "2"],
  ["slices", "gpu.memoryMiB>=10000", "unknown", null, /MIG/],
  ["mig", "gpu.freeMemoryMiB>=10000", "unknown", null, /MIG/],
  ["mixed", "gpu.memoryMiB>=16000", "fail", "81920, 15360"],
  ["mixed", "gpu.memoryMiB>=15000", "pass", "81920, 15360"],
  ["mixedByIndex", "gpu.count=1", "pass", "1"],
  ["mixedByIndex", "gpu.memoryMiB>=80000", "unknown", null, /CUDA_DEVICE_ORDER=PCI_BUS_ID/],
  ["mixedInOrder", "gpu.memoryMiB>=80000", "fail", "15360"],
  ["hotCard", "gpu.temperatureC<=85", "fail", "91"],
  ["hotCard", "gpu.throttled=no", "fail", "yes"],
  ["hotCard", "gpu.throttled", "pass", "yes"],
  ["hotCard", "gpu.eccErrors=0", "fail", "2"],
  ["hotCard", "gpu.processes=0", "fail", "1"],
  // Machines with a fault.
  ["cpu-wheel", "torch.cuda", "fail", "no", /without CUDA/],
  ["cpu-wheel", "torch>=2", "pass"],
  ["cpu-wheel", "torch.cudaBuild>=12", "fail", null],
  ["cpu-wheel", "check", "fail", "no"],
  ["gtx1080-cu130", "torch.cuda", "fail", "no", /compute capability|newer|older|below|kernel/i],
  ["driver-535-cu128", "driver>=550", "fail"],
  ["driver-550-cu130", "torch.cuda", "fail", "no"],
  ["driver-not-installed", "driver", "fail", null, /none here/],
  ["driver-library-mismatch", "gpu.count>=1", "fail", "0", /mismatch/],
  ["smi-hangs", "gpu.count>=1", "unknown", null],
  ["smi-hangs", "torch.cuda", "unknown"],
  ["smi-garbage", "gpu.memoryMiB>=8000", "unknown"],
  ["smi-garbage", "gpu.memoryMiB?>=8000", "unknown"],
  ["nvml-without-smi", "gpu.count>=1", "pass", "1"],
  ["nvml-without-smi", "gpu.freeMemoryMiB>=8000", "pass", "24052"],
  ["nvml-without-smi", "cuda>=12.4", "pass", "12.4"],
  ["nvml-smi-hangs", "driver>=550", "pass", "550.54.14"],
  ["nvml-card-lost", "gpu.count>=1", "fail", "0", /GPU is lost/],
  ["docker-small-shm", "limits.shmMiB>=1024", "fail", "64"],
  ["docker-gpus", "gpu.processes=0", "unknown", null, /container/],
  ["framework-not-installed", "torch", "fail", null, /not installed/],
  ["framework-not-installed", "torch?>=2.5", "pass", null],
  ["rocm-mi300", "torch.cuda", "unknown", null, /ROCm/],
  ["macos-m3", "platform=darwin", "pass"],
  ["macos-m3", "torch.cuda", "fail", "no", /without CUDA/],
  ["macos-m3", "startMethod=spawn", "pass"],
  ["windows-healthy", "platform=win32", "pass"],
  ["windows-healthy", "startMethod=spawn", "pass"],
  ["wsl2-healthy", "gpu.count>=1", "pass"],
  ["python-3.14.0", "startMethod=forkserver", "pass", "forkserver"],
  ["gpu-lost", "check", "fail"],
];

describe("requirements on known machines", () => {
  test("there are more than sixty", () => expect(rows.length).toBeGreaterThan(60));

  test.each(rows.map(([name, expression, status, found, reason]) => ({ name, expression, status, found, reason })))(
    "$name: $expression: $status",
    async ({ name, expression, status, found, reason }) => {
      const { machine = name, cards, env } = dressed[name] ?? {};
      const subject = await subjectOf(machine, {
        ...(cards !== undefined && { commands: { "nvidia-smi -q -x": cards } }),
        ...(env && { env }),
      });
      const judged = judgeOne(subject, expression);
      expect({ status: judged.status, reason: judged.reason?.en ?? null }).toMatchObject({ status });
      if (found !== undefined) expect(judged.found).toBe(found);
      if (reason) expect(judged.reason?.en).toMatch(reason);
      expect(judged.reason === null).toBe(status === "pass");
    },
  );

  test("on a machine that nobody looked at nothing passes and nothing fails", () => {
    const subject = subjectOfFacts(unknownFacts());
    for (const [name, { kind }] of Object.entries(vocabulary)) {
      if (name === "lint") continue;
      const { status } = judgeOne(subject, kind === "number" ? `${name}>=1` : name);
      expect(`${name}: ${status}`).toBe(`${name}: unknown`);
    }
  });

  test("what cannot be told refuses, unless it is optional or a warning", () => {
    const subject = subjectOfFacts(unknownFacts());
    const allowed = (expression: string, severity: "fail" | "warn"): boolean =>
      judge(subject, [demandOf(expression, severity)], "2026-11-22").allowed;
    expect(allowed("driver>=550", "fail")).toBe(false);
    expect(allowed("driver?>=550", "fail")).toBe(true);
    expect(allowed("driver>=550", "warn")).toBe(true);
  });

  test("without a word of the user, what check finds decides", async () => {
    const [good, bad] = await Promise.all([subjectOf("bare-metal-4090"), subjectOf("cpu-wheel")]);
    expect(judge(good, completed([]), "2026-11-22").allowed).toBe(true);
    const judged = judge(bad, completed([]), "2026-11-22");
    expect(judged.demands.filter(refuses).map(({ demand }) => printRequirement(demand.requirement))).toEqual(["check"]);
  });

  test("a script that lint finds fault with refuses, whatever else is asked", async () => {
    const good = await subjectOf("bare-metal-4090");
    const subject = { ...good, lint: { state: "value", value: false } as const };
    expect(judge(subject, completed([demandOf("torch.cuda", "fail")]), "2026-11-22").allowed).toBe(false);
    expect(judge(subject, completed([demandOf("lint", "warn")]), "2026-11-22").allowed).toBe(true);
  });
});

const wrong: readonly (readonly [expression: string, column: number, message: RegExp])[] = [
  ["", 1, /expected a name/],
  [">=3", 1, /expected a name/],
  ["gpu.cuont>=1", 1, /unknown name 'gpu\.cuont'.*'gpu\.count'/],
  ["torch.cudda", 1, /did you mean.*'torch\.cuda'/],
  ["  drivr>=5", 3, /unknown name 'drivr'.*'driver'/],
  ["constructor", 1, /unknown name/],
  ["__proto__", 1, /expected a name/],
  ["gpu.count >", 12, /expected a number/],
  ["gpu.count 3", 11, /expected one of >=/],
  ["gpu.count>=one", 12, /is a number, and 'one' is not/],
  ["gpu.memoryMiB>=8GiB", 16, /takes no unit \(8 GiB is 8192\)/],
  ["gpu.memoryMiB>=8000 MiB", 16, /takes no unit/],
  ["gpu.temperatureC<=80C", 19, /degrees Celsius/],
  ["driver>=latest", 9, /a version such as/],
  ["driver>=550.", 9, /a version such as/],
  ["driver~=550", 7, /expected one of/],
  ["torch>=2.5 and cuda", 8, /version/],
  ["torch.cuda>=1", 13, /yes or no/],
  ["torch.cuda>yes", 11, /= or != alone/],
  ["startMethod>=fork", 12, /= or != alone/],
  ["startMethod=frok", 13, /one of fork, spawn, forkserver.*'fork'/],
  ["startMethod=", 13, /expected a word/],
  ["gpu.count??>=1", 11, /expected one of/],
  ["gpu..count", 4, /unknown name 'gpu'|expected one of/],
  [`gpu.name=${"x".repeat(600)}`, 500, /longer than/],
];

describe("wrong requirements", () => {
  test.each(wrong)("%s", (expression, column, message) => {
    try {
      parseRequirement(expression, vocabulary);
    } catch (error) {
      expect(error).toBeInstanceOf(RequirementError);
      expect((error as RequirementError).message).toMatch(message);
      if (!message.source.includes("unknown name 'gpu'|")) expect((error as RequirementError).column).toBe(column);
      return;
    }
    expect.unreachable(`${expression} was taken`);
  });
});

const versions = fc.array(fc.nat(9999), { minLength: 1, maxLength: 5 }).map((parts) => parts.join("."));
const names = Object.keys(vocabulary);
const words = fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(..."abcXYZ 019-_*.,".split("")) });

/** Any requirement that can be written. */
const requirements: fc.Arbitrary<Requirement> = fc
  .record({
    name: fc.constantFrom(...names),
    optional: fc.boolean(),
    bare: fc.boolean(),
    operator: fc.constantFrom(...operators),
  })
  .chain(({ name, optional, bare, operator }) => {
    const { kind, words: list } = vocabulary[name] ?? { kind: "word" };
    const ordered = kind === "number" || kind === "version";
    const values = {
      number: fc.nat(10 ** 9),
      version: versions,
      word: list ? fc.constantFrom(...list) : words.map((word) => word.trim()).filter((word) => word !== ""),
      "yes-no": fc.boolean(),
    };
    return values[kind].map((value): Requirement => {
      const comparison = { operator: ordered ? operator : operator === "!=" ? "!=" : ("=" as const), value };
      return { name, optional, comparison: bare ? null : comparison };
    });
  });

describe("the parser", () => {
  test("reads what it prints", () => {
    fc.assert(
      fc.property(requirements, (of) => {
        expect(parseRequirement(printRequirement(of), vocabulary)).toEqual(of);
      }),
    );
  });

  test("does not mind blanks", () => {
    const blanks = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 5 });
    fc.assert(
      fc.property(requirements, blanks, blanks, blanks, (of, a, b, c) => {
        const { name, optional, comparison } = of;
        const value = typeof comparison?.value === "boolean" ? (comparison.value ? "true" : "no") : comparison?.value;
        const text = `${a}${name}${optional ? "?" : ""}${b}${comparison ? `${comparison.operator}${c}${value}` : ""}${a}`;
        expect(parseRequirement(text, vocabulary)).toEqual(of);
      }),
    );
  });

  test("takes any text, and gives a requirement or says where it is none", () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 700, unit: "binary" }),
      fc.tuple(fc.constantFrom(...names), fc.string({ maxLength: 40 })).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseRequirement(text, vocabulary);
        } catch (error) {
          expect(error).toBeInstanceOf(RequirementError);
          expect((error as RequirementError).column).toBeGreaterThan(0);
          expect((error as RequirementError).column).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("of <, = and > a version meets exactly one, and >= is the opposite of <", async () => {
    const found = fc
      .tuple(versions, fc.constantFrom("", "+cu124", "rc1", ".dev20260101", "-48-generic"))
      .map((p) => p.join(""));
    fc.assert(
      fc.property(found, versions, (a, b) => {
        const order = compareVersions(a, b);
        expect([order < 0, order === 0, order > 0].filter(Boolean)).toHaveLength(1);
        expect(compareVersions(`${b}.7`, b)).toBe(0);
      }),
    );
  });
});
