import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { judge } from "../../src/preflight/gate.ts";
import { pinned, pinnedPolicy, writePolicy } from "../../src/preflight/pin.ts";
import { loadPolicy, parsePolicy } from "../../src/preflight/policy.ts";
import { printRequirement } from "../../src/preflight/requirement.ts";
import { UsageError } from "../../src/usage-error.ts";
import { machineNames } from "../support/machine.ts";
import { subjectOf } from "./subject.ts";

const today = "2026-11-22";

const policy = `# A cluster.
[[requirement]]
require = "torch.cuda"

[[requirement]]
require = "limits.openFiles>=4096"
severity = "warn"
reason = "the loader opens a file for each shard"

[[requirement]]
require = "gpu.memoryMiB >= 16000"

[[requirement]]
require = "gpu.eccErrors=0"
optional = true

[[waiver]]
require = "driver"
reason = "nobody asks for it"
owner = "ops"
expires = 2030-01-01

[[group]]
hosts = ["big-*", "{fat,huge}[0-9]*"]

[[group.requirement]]
require = "gpu.memoryMiB>=80000"

[[group.requirement]]
require = "limits.openFiles>=1"
severity = "off"

[[group.waiver]]
require = "gpu.memoryMiB>=80000"
reason = "on loan until the new ones come"
owner = "gpu-team@example.org"
expires = "2026-12-31"
`;

async function asks(host: string): Promise<readonly string[]> {
  const { demands } = await parsePolicy(policy, "p.toml", host);
  return demands.map(
    ({ requirement, severity, waivers }) => `${severity} ${printRequirement(requirement)} ${waivers.length}`,
  );
}

describe("a policy", () => {
  test("asks for what it lists, and tells of a waiver for nothing", async () => {
    expect(await asks("small-1")).toEqual([
      "fail torch.cuda 0",
      "warn limits.openFiles>=4096 0",
      "fail gpu.memoryMiB>=16000 0",
      "fail gpu.eccErrors?=0 0",
    ]);
    const { idleWaivers, demands } = await parsePolicy(policy, "p.toml", "small-1");
    expect(idleWaivers).toEqual(["driver"]);
    expect(demands[1]?.because).toBe("the loader opens a file for each shard");
  });

  test.each(["big-1", "BIG-7.example.org", "fat3", "huge9.cluster"])("asks something else of %s", async (host) => {
    expect(await asks(host)).toEqual(["fail torch.cuda 0", "fail gpu.eccErrors?=0 0", "fail gpu.memoryMiB>=80000 1"]);
  });

  test.each(["bigger", "fat", "notbig-1"])("a glob takes the whole name: not %s", async (host) => {
    expect(await asks(host)).toHaveLength(4);
  });

  test.each([
    ["2026-12-30", true, "waived", /gpu-team@example\.org until 2026-12-31: on loan/],
    ["2026-12-31", true, "waived", /until 2026-12-31/],
    ["2027-01-01", false, "fail", /found 24564; the waiver of gpu-team@example\.org ended on 2026-12-31/],
  ] as const)("a waiver on %s", async (day, allowed, status, reason) => {
    const subject = await subjectOf("bare-metal-4090");
    const { demands } = await parsePolicy(policy, "p.toml", "big-1");
    const judged = judge(subject, demands, day);
    expect(judged.allowed).toBe(allowed);
    expect(judged.demands.at(-1)).toMatchObject({ status });
    expect(judged.demands.at(-1)?.reason?.en).toMatch(reason);
  });

  test("a waiver lets what cannot be told pass, too, and says nothing where the requirement holds", async () => {
    const waiver = 'reason = "r"\nowner = "o"\nexpires = 2027-01-01\n';
    const text = `[[requirement]]\nrequire = "gpu.throttled=no"\n[[requirement]]\nrequire = "torch"\n[[waiver]]\nrequire = "gpu.throttled"\n${waiver}[[waiver]]\nrequire = "torch"\n${waiver}`;
    const { demands } = await parsePolicy(text, "p.toml", "h");
    const judged = judge(await subjectOf("bare-metal-4090"), demands, today);
    expect(judged.demands.map(({ status }) => status)).toEqual(["waived", "pass"]);
  });

  test("an empty one asks for nothing, and a byte order mark does no harm", async () => {
    expect((await parsePolicy("", "p.toml", "h")).demands).toEqual([]);
    expect((await parsePolicy('\ufeff[[requirement]]\r\nrequire = "torch"\r\n', "p.toml", "h")).demands).toHaveLength(
      1,
    );
  });
});

const wrong: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ["no TOML", "a = 1\nb =\n", /^p\.toml:2:4: not TOML: /],
  ["a string without end", '[[requirement]]\nrequire = "torch\n', /^p\.toml:2:\d+: not TOML/],
  [
    "an unknown table",
    '[[requirements]]\nrequire = "torch"\n',
    /^p\.toml:1:1: unknown key 'requirements' \(did you mean 'requirement'/,
  ],
  [
    "an unknown key",
    '[[requirement]]\nrequire = "torch"\nsevrity = "warn"\n',
    /^p\.toml:3:1: unknown key 'sevrity' \(did you mean 'severity'/,
  ],
  [
    "an unknown key in a group",
    '[[group]]\nhosts = ["a"]\n[[group.waiver]]\nownr = "x"\n',
    /p\.toml:4:1: unknown key 'ownr' \(did you mean 'owner'/,
  ],
  [
    "an unknown severity",
    '[[requirement]]\nrequire = "torch"\nseverity = "fatal"\n',
    /^p\.toml:3:12: requirement\.0\.severity/,
  ],
  [
    "a requirement without its expression",
    '[[requirement]]\nseverity = "warn"\n',
    /^p\.toml:1:1: requirement\.0\.require/,
  ],
  ["a number for an expression", "[[requirement]]\nrequire = 5\n", /^p\.toml:2:11: requirement\.0\.require/],
  ["a list for a table", "requirement = 5\n", /^p\.toml:1:15: requirement/],
  [
    "a misspelt name",
    '[[requirement]]\nrequire = "torch.cudda"\n',
    /^p\.toml:2:12: unknown name 'torch\.cudda'.*'torch\.cuda'/,
  ],
  ["a wrong value", '[[requirement]]\nrequire = "gpu.memoryMiB>=8GB"\n', /^p\.toml:2:27: gpu\.memoryMiB is a number/],
  [
    "a wrong name in the group of another host",
    '[[group]]\nhosts = ["other"]\n[[group.requirement]]\nrequire = "gpus>1"\n',
    /^p\.toml:4:12: unknown name 'gpus'/,
  ],
  [
    "a waiver without an owner",
    '[[waiver]]\nrequire = "torch"\nreason = "x"\nexpires = 2026-01-01\n',
    /^p\.toml:1:1: waiver\.0\.owner/,
  ],
  ["a waiver without an end", '[[waiver]]\nrequire = "torch"\nreason = "x"\nowner = "x"\n', /waiver\.0\.expires/],
  [
    "a day that is none",
    '[[waiver]]\nrequire = "torch"\nreason = "x"\nowner = "x"\nexpires = "2026-02-30"\n',
    /^p\.toml:5:11: waiver\.0\.expires/,
  ],
  ["a group without hosts", "[[group]]\nhosts = []\n", /^p\.toml:2:9: group\.0\.hosts/],
  ["an inline table", 'requirement = [{ require = "torch", colour = 1 }]\n', /^p\.toml:1:37: unknown key 'colour'/],
  ["another version", "schemaVersion = 2\n", /^p\.toml:1:17: schemaVersion/],
];

describe("a wrong policy", () => {
  test.each(wrong)("%s", async (_, text, message) => {
    const error = await parsePolicy(text, "p.toml", "h").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(message);
  });

  test("that is not there", async () => {
    await expect(loadPolicy("/nowhere/p.toml", "h")).rejects.toThrow(/cannot read the policy \/nowhere\/p\.toml/);
  });
});

describe("--pin", () => {
  test.each(machineNames())("what is pinned from %s holds there", async (name) => {
    const subject = await subjectOf(name);
    const { demands } = await parsePolicy(pinnedPolicy(subject, "envdoctor"), "p.toml", "h");
    expect(demands.map(({ requirement }) => requirement)).toEqual(pinned(subject));
    const troubled = judge(subject, demands, today).demands.filter(({ status }) => status !== "pass");
    expect(troubled.map(({ demand, reason }) => `${printRequirement(demand.requirement)}: ${reason?.en}`)).toEqual([]);
  });

  test("asks for the traits of a good machine, with room where sizes differ a little", async () => {
    const { requirement } = parse(pinnedPolicy(await subjectOf("bare-metal-4090"), "envdoctor")) as {
      requirement: { require: string }[];
    };
    expect(requirement.map(({ require }) => require)).toEqual([
      "check",
      "platform=linux",
      "os=ubuntu",
      "arch=x64",
      "kernel=6.8",
      "gpu.count>=1",
      "gpu.name=NVIDIA GeForce RTX 4090",
      "gpu.memoryMiB>=23335",
      "gpu.computeCapability>=8.9",
      "driver>=550.54.14",
      "cuda>=12.4",
      "python=3.12",
      "startMethod=fork",
      "torch=2.6.0",
      "torch.cuda",
      "torch.cudaBuild=12.4",
      "limits.cpus>=16",
      "limits.memoryMiB>=60800",
      expect.stringMatching(/^limits\.shmMiB>=\d+$/),
      "limits.openFiles>=1024",
    ]);
  });

  test("a faulty machine is told from a good one by what was pinned there", async () => {
    const { demands } = await parsePolicy(pinnedPolicy(await subjectOf("bare-metal-4090"), "envdoctor"), "p", "h");
    const refused = judge(await subjectOf("cpu-wheel"), demands, today).demands.filter(
      ({ status }) => status === "fail",
    );
    expect(refused.map(({ demand }) => demand.requirement.name)).toEqual(
      expect.arrayContaining(["check", "torch.cuda"]),
    );
  });

  test("does not write over a file", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "envdoctor-test-")), "p.toml");
    writeFileSync(path, "# waivers of years\n");
    await expect(writePolicy(path, "x")).rejects.toThrow(/it is there already/);
    expect(readFileSync(path, "utf8")).toBe("# waivers of years\n");
  });
});
