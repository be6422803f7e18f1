import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import parsePrometheus from "parse-prometheus-text-format";
import { beforeAll, describe, expect, test } from "vitest";
import { healthyReport, writeFleet } from "../../scripts/bench/fleet-reports.mjs";
import type { FleetReport } from "../../src/report/fleet-report.ts";
import { type CliRun, runCli, temporaryFolder } from "../support/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function reportOf({ stdout }: CliRun): FleetReport {
  const report = JSON.parse(stdout) as FleetReport;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.validate(JSON.parse(readFileSync(join(root, "dist/schemas/fleet.json"), "utf8")), report);
  expect(ajv.errors).toBeNull();
  return report;
}

type Change = (report: ReturnType<typeof healthyReport>) => void;

/** A folder of healthy machines, n1 to n<count>, some of them changed. */
function fleetOf(count: number, changes: Readonly<Record<string, Change>> = {}): string {
  const folder = temporaryFolder();
  for (let i = 1; i <= count; i++) {
    const report = healthyReport(i);
    changes[`n${i}`]?.(report);
    writeFileSync(join(folder, `n${i}.json`), JSON.stringify(report, null, 2));
  }
  return folder;
}

const oldDriver: Change = (r) => {
  r.cuda.driverVersion = "535.183.01";
};

describe("a fleet that is alike", () => {
  test("ends with 0 and says so in every format", async () => {
    const folder = fleetOf(4);
    const hosts = join(temporaryFolder(), "hosts");
    writeFileSync(hosts, "n[1-4]\n");
    const args = ["fleet", folder, "--expect", hosts];
    const [text, chinese, machine, html, metrics] = await Promise.all([
      runCli(args),
      runCli([...args, "--lang", "zh"]),
      runCli([...args, "--json"]),
      runCli([...args, "--format", "html"]),
      runCli([...args, "--format", "prometheus"]),
    ]);
    for (const run of [text, chinese, machine, html, metrics]) expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(text.stdout).toMatch(/All 4 machines are healthy and alike\.\nNext: nothing to do\n$/);
    expect(chinese.stdout).toMatch(/下一步：无需操作\n$/);
    expect(reportOf(machine).counts).toEqual({ machines: 4, alike: 4, odd: 0, sick: 0, missing: 0, unreadable: 0 });
    expect(html.stdout).toContain("All 4 machines");
    expect(metrics.stdout).toContain('envdoctor_fleet_machines{state="alike"} 4');
  });
});

describe("a fleet with everything that goes wrong", () => {
  const folder = fleetOf(6, { n2: oldDriver });
  const hosts = join(temporaryFolder(), "hosts.txt");
  writeFileSync(hosts, "n[1-8] # rack 1\n");
  writeFileSync(join(folder, "n7.json"), "");
  writeFileSync(join(folder, ".n9.json.swp"), "left by an editor");
  mkdirSync(join(folder, "rack2"));
  writeFileSync(join(folder, "rack2", "login.json"), '{"kind": "explain", "schemaVersion": 1}');
  const all = ["fleet", folder, "--expect", hosts];

  test("names who is odd, missing and unreadable, and ends with 1", async () => {
    const run = await runCli([...all, "--json"]);
    const report = reportOf(run);
    expect(run.code).toBe(1);
    expect(report.oddities).toEqual([
      {
        nodes: "n2",
        machines: ["n2"],
        status: "odd",
        kind: 1,
        causes: [],
        deviations: [{ feature: "driver", found: "535.183.01", usual: "550.54.14" }],
        findings: [],
      },
    ]);
    expect(report.missing).toEqual(["n8"]);
    expect(report.unreadable.map(({ machine, reason }) => [machine, reason])).toEqual([
      ["n7", "empty"],
      ["login", expect.stringMatching(/of kind "explain"/)],
    ]);
  });

  test("the text shows the odd ones first and fits 80 columns", async () => {
    const { stdout } = await runCli(all);
    expect(stdout.indexOf("n2 odd")).toBeLessThan(stdout.indexOf("Sent nothing"));
    expect(stdout).toContain("driver: 535.183.01, usually 550.54.14");
    expect(stdout.split("\n").filter((line) => line.length > 80 && !line.includes(folder))).toEqual([]);
  });

  test("Prometheus can read the metrics", async () => {
    const { stdout } = await runCli([...all, "--format", "prometheus"]);
    const families = new Map(parsePrometheus(stdout).map((family) => [family.name, family.metrics]));
    const states = families.get("envdoctor_fleet_machines")?.map((m) => [m.labels?.["state"], m.value]);
    expect(Object.fromEntries(states ?? [])).toEqual({
      alike: "5",
      odd: "1",
      sick: "0",
      missing: "1",
      unreadable: "2",
    });
    expect(families.get("envdoctor_fleet_machine_odd")).toEqual([
      { labels: { machine: "n2", status: "odd", reason: "driver" }, value: "1" },
    ]);
  });
});

test("what a machine says cannot reach into the page, the terminal or the metrics", async () => {
  const evil = '"><script>alert(1)</script>\x1b[2J';
  const folder = fleetOf(4, {
    n3: (r) => {
      r.machine.kernel = evil;
      r.causes = [{ ...healthyCause, title: evil }];
    },
  });
  const [html, text, metrics] = await Promise.all(
    ["html", "text", "prometheus"].map((format) => runCli(["fleet", folder, "--format", format])),
  );
  expect(html?.stdout).not.toMatch(/<script|https?:|src=|url\(/i);
  expect(html?.stdout).toContain("&lt;script&gt;");
  for (const run of [html, text, metrics]) expect(run?.stdout).not.toContain("\x1b");
  expect(html?.stdout.length).toBeLessThan(20_000);
});

const healthyCause = {
  id: "x<b>",
  title: "",
  confidence: 1,
  harmless: false,
  explanation: "",
  evidence: [],
  findings: [],
  fix: [],
  references: [],
};

test("finds all of 200 odd machines in 10,000 reports, and no other one", async () => {
  const folder = temporaryFolder();
  const made = writeFleet(join(folder, "reports"), 10_000);
  const report = reportOf(await runCli(["fleet", join(folder, "reports"), "--json"]));
  expect(report.oddities.flatMap((o) => o.machines).sort()).toEqual([...made.odd].sort());
  expect(report.unreadable.map((u) => u.machine).sort()).toEqual([...made.broken].sort());
  expect(report.oddities).toHaveLength(10);
  execFileSync("rm", ["-rf", folder]);
}, 90_000);

describe("the ways in which reports come", () => {
  const three = [1, 2, 3].map((i) => healthyReport(i));
  const line = (report: object, host?: string): string =>
    JSON.stringify(host === undefined ? report : { host, ...report });
  const names = async (input: string | Buffer): Promise<string> => {
    const run = await runCli(["fleet", "-", "--json"], { input });
    const report = reportOf(run);
    expect(report.unreadable).toEqual([]);
    return report.causes[0]?.nodes ?? "";
  };
  for (const report of three) report.causes = [{ ...healthyCause, id: "no-nvidia-gpu-hardware", title: "x" }];
  const labelled = (label: (i: number) => string): string =>
    three
      .flatMap((r, i) =>
        JSON.stringify(r, null, 2)
          .split("\n")
          .map((text) => `${label(i)}: ${text}`),
      )
      .join("\n");

  const cases: [string, string | Buffer, string][] = [
    ["one per line with host", three.map((r, i) => line(r, `n${i}`)).join("\n"), "n[0-2]"],
    ["pdsh", labelled((i) => `node${i}`), "node[0-2]"],
    ["srun --label", labelled((i) => ` ${i}`), "stdin#[0-2]"],
    ["an array", JSON.stringify(three), "stdin,stdin:[2-3]"],
    ["UTF-16 of PowerShell", Buffer.from(`\ufeff${line(three[0] ?? {}, "w1")}\r\n`, "utf16le"), "w1"],
    [
      "two reports of one host: the later one counts",
      [line(three[0] ?? {}, "n"), line(three[1] ?? {}, "n")].join("\n"),
      "n",
    ],
  ];
  test.each(cases)("%s", async (_, input, folded) => expect(await names(input)).toBe(folded));

  test("a stream of megabytes, line by line", async () => {
    const input = Array.from({ length: 600 }, (_, i) => line(healthyReport(i), `n${i}`)).join("\n");
    expect(input.length).toBeGreaterThan(4 * 1024 * 1024);
    const report = reportOf(await runCli(["fleet", "-", "--json"], { input }));
    expect(report.counts).toMatchObject({ machines: 600, alike: 600, unreadable: 0 });
  });

  test("files of one name in several folders are told apart", async () => {
    const folder = temporaryFolder();
    for (const host of ["a", "b"]) {
      mkdirSync(join(folder, host));
      writeFileSync(join(folder, host, "report.json"), JSON.stringify(healthyReport(1)));
    }
    expect(reportOf(await runCli(["fleet", folder, "--json"])).counts.machines).toBe(2);
  });

  test.runIf(process.platform === "linux")("a pipe among the files is named and not waited for", async () => {
    const folder = fleetOf(2);
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const report = reportOf(await runCli(["fleet", folder, "--json"]));
    expect(report.unreadable.map((u) => u.reason)).toEqual(["no regular file"]);
    expect(report.counts.alike).toBe(2);
  });
});

describe("wrong usage ends with 2", () => {
  const folder = temporaryFolder();
  const badHosts = join(temporaryFolder(), "hosts");
  writeFileSync(badHosts, "n[1-");
  const cases: [string, readonly string[], RegExp][] = [
    ["no argument", ["fleet"], /missing required argument/],
    ["a path that is not there", ["fleet", join(folder, "none")], /none: no such file or folder; expected a report/],
    ["an empty folder", ["fleet", folder], /no file in .*; expected reports/],
    ["a list that is not there", ["fleet", folder, "--expect", join(folder, "none")], /cannot read --expect/],
    ["a list that cannot be read", ["fleet", folder, "--expect", badHosts], /--expect .*n\[1-: a bracket/],
  ];
  test.each(cases)("%s", async (_, args, message) => {
    const run = await runCli(args);
    expect(run.stderr).toMatch(message);
    expect([run.code, run.stdout]).toEqual([2, ""]);
  });
});

describe("the single-file build", () => {
  const folder = temporaryFolder();
  const program = join(folder, "envdoctor.mjs");
  const timeless = (text: string): unknown => {
    const { machine, pythons, limits, findings } = JSON.parse(text);
    return {
      machine,
      pythons,
      limits,
      findings: findings.map((f: { id: string; status: string }) => [f.id, f.status]),
    };
  };
  beforeAll(() => {
    writeFileSync(program, readFileSync(join(root, "dist/envdoctor-single.mjs")));
    // A module of the working folder must not get into the interpreter that is asked.
    writeFileSync(join(folder, "json.py"), "raise SystemExit('shadowed')\n");
  });

  test("alone in a folder it sees what the package sees, the interpreters included, and leaves nothing", async () => {
    const [alone, packaged] = await Promise.all([
      runCli(["check", "--json"], { program, cwd: folder }),
      runCli(["check", "--json"], { cwd: folder }),
    ]);
    expect(alone.stderr).toBe("");
    expect(timeless(alone.stdout)).toEqual(timeless(packaged.stdout));
    expect(readdirSync(folder).sort()).toEqual(["envdoctor.mjs", "json.py"]);
  });

  test("it runs from standard input, so that nothing has to be copied", () => {
    const options = { input: readFileSync(program), cwd: folder, encoding: "utf8" as const };
    let stdout = "";
    try {
      stdout = execFileSync(process.execPath, ["--input-type=module", "-", "check", "--json"], options);
    } catch (error) {
      stdout = String((error as { stdout?: unknown }).stdout);
    }
    expect(JSON.parse(stdout).kind).toBe("check");
  });
});
