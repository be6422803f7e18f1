import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import type { CheckReport } from "../../src/report/check-report.ts";
import { type CliRun, processesWith, programFolder, readableProgram, runCli, temporaryFolder } from "../support/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const onLinux = process.platform === "linux";

function schemaErrors(name: string, report: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.validate(JSON.parse(readFileSync(join(root, "dist", "schemas", `${name}.json`), "utf8")), report);
  return ajv.errors;
}

const reportOf = (run: CliRun): CheckReport => JSON.parse(run.stdout) as CheckReport;
const finding = (report: CheckReport, id: string): CheckReport["findings"][number] | undefined =>
  report.findings.find((f) => f.id === id);

describe("check on this machine", () => {
  let run: CliRun;
  beforeAll(async () => {
    run = await runCli(["check", "--json"]);
  });

  test("prints JSON of the shipped schema and nothing else", () => {
    expect(schemaErrors("check", JSON.parse(run.stdout))).toBeNull();
    expect(run.stderr).toBe("");
  });

  test("exit code and findings agree", () => {
    const failed = reportOf(run).findings.some((f) => f.status === "fail");
    expect(run.code).toBe(failed ? 1 : 0);
  });

  test.runIf(onLinux)("agrees with what the machine's own programs say", () => {
    const report = reportOf(run);
    expect(report.machine.platform).toBe("linux");
    expect(report.machine.kernel).toBe(execFileSync("uname", ["-r"], { encoding: "utf8" }).trim());
    expect(report.limits.cpus).toBeLessThanOrEqual(Number(execFileSync("nproc", { encoding: "utf8" })));
    const python = report.pythons.find((p) => p.active);
    if (python) {
      const ask = "import multiprocessing as m, platform; print(platform.python_version(), m.get_start_method())";
      const said = execFileSync(python.path, ["-c", ask], { encoding: "utf8" }).trim();
      expect(`${python.version} ${python.startMethod}`).toBe(said);
    }
  });

  test("gives no driver advice where there is no NVIDIA card", () => {
    const report = reportOf(run);
    if (report.gpus.some((gpu) => gpu.vendor === "nvidia")) return;
    expect(report.verdict.gpuTraining).not.toBe("yes");
    const installs = report.causes.flatMap((c) => c.fix).flatMap((f) => f.commands);
    expect(installs.filter((command) => /nvidia-driver|cuda-drivers|akmod-nvidia/.test(command))).toEqual([]);
  });

  test("text ends with the one next command and fits 80 columns", async () => {
    const { stdout } = await runCli(["check"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.at(-1)).toMatch(/^Next: /);
    // Commands and quoted lines are for copying and are not wrapped.
    const long = lines.filter(
      (line) => line.length > 80 && !/^\s+(\$|·|[^ ]+$)/.test(line) && !line.startsWith("Next: "),
    );
    expect(long).toEqual([]);
  });

  test("a terminal without UTF-8 gets ASCII glyphs, a pipe no colour, FORCE_COLOR forces it", async () => {
    const ascii = await runCli(["check"], { env: { LC_ALL: "C" } });
    expect(ascii.stdout).not.toMatch(/[✓✗▲·]/);
    expect(ascii.stdout).not.toContain("\x1b[");
    const forced = await runCli(["check"], { env: { FORCE_COLOR: "1" } });
    expect(forced.stdout).toContain("\x1b[");
    const off = await runCli(["check", "--no-color"], { env: { FORCE_COLOR: "1" } });
    expect(off.stdout).not.toContain("\x1b[");
  });

  test("speaks Chinese by --lang and by the locale, and the same JSON in both", async () => {
    const [byFlag, byLocale, machine] = await Promise.all([
      runCli(["check", "--lang", "zh"]),
      runCli(["check"], { env: { LC_ALL: "zh_CN.UTF-8" } }),
      runCli(["check", "--json"], { env: { LC_ALL: "zh_CN.UTF-8" } }),
    ]);
    expect(byFlag.stdout).toMatch(/下一步：/);
    expect(byLocale.stdout).toMatch(/下一步：/);
    expect(machine.stdout).not.toMatch(/[\u4e00-\u9fff]/);
  });

  test("changes nothing: home, working folder and /dev are as before", async () => {
    const home = temporaryFolder();
    const cwd = join(home, "work dir");
    mkdirSync(cwd);
    const before = onLinux ? readdirSync("/dev").join() : "";
    await runCli(["check"], { env: { HOME: home, XDG_CACHE_HOME: undefined }, cwd });
    expect(readdirSync(home)).toEqual(["work dir"]);
    expect(readdirSync(cwd)).toEqual([]);
    if (onLinux) expect(readdirSync("/dev").join()).toBe(before);
  });

  test("-o writes the report to a file, and --quiet leaves the verdict alone", async () => {
    const file = join(temporaryFolder(), "report.json");
    const written = await runCli(["check", "--json", "-o", file]);
    expect(written.stdout).toBe("");
    expect(schemaErrors("check", JSON.parse(readFileSync(file, "utf8")))).toBeNull();
    const quiet = await runCli(["check", "--quiet"]);
    expect(quiet.stdout.trimEnd().split("\n").at(-1)).toMatch(/^Next: /);
    expect(quiet.stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(4);
  });
});

describe("a snapshot", () => {
  test("replays to the same report but for times", async () => {
    const file = join(temporaryFolder(), "snapshot.json");
    const taken = await runCli(["snapshot", "-o", file]);
    expect(taken.code).toBe(0);
    const [live, replayed] = await Promise.all([
      runCli(["check", "--json"]),
      runCli(["check", "--json", "--from", file]),
    ]);
    const timeless = (run: CliRun): unknown => {
      const report = reportOf(run);
      return {
        verdict: report.verdict,
        machine: report.machine,
        gpus: report.gpus,
        causes: report.causes.map((c) => c.id),
        findings: report.findings.map(({ id, status, causes, blockedBy }) => ({ id, status, causes, blockedBy })),
      };
    };
    expect(timeless(replayed)).toEqual(timeless(live));
    expect(schemaErrors("check", JSON.parse(replayed.stdout))).toBeNull();
  });

  test("holds no host name and no home folder", async () => {
    const { stdout } = await runCli(["snapshot"], { env: { HF_TOKEN: "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH" } });
    expect(stdout).not.toContain("hf_abcdefghijklmnopqrstuvwxyz");
    if (process.env["HOME"] && process.env["HOME"] !== "/root") expect(stdout).not.toContain(process.env["HOME"]);
  });
});

describe("wrong input ends with 2 and says what was expected", () => {
  const folder = temporaryFolder();
  const broken = join(folder, "broken.json");
  const other = join(folder, "other.json");
  writeFileSync(broken, '{"schemaVersion": 1,\n  "kind": "snapshot",,\n}');
  writeFileSync(other, '{"schemaVersion": 1, "kind": "check"}');
  const cases: [string, readonly string[], RegExp][] = [
    ["unknown command", ["chek"], /unknown command 'chek'.*'check'/],
    ["unknown check id", ["check", "--only", "gpu.presnt"], /unknown check 'gpu\.presnt'.*'gpu\.present'/],
    ["unknown cause", ["causes", "wsl1-no-gp"], /unknown cause 'wsl1-no-gp'.*'wsl1-no-gpu'/],
    ["unknown flag", ["check", "--jsn"], /unknown option '--jsn'/],
    ["unknown format", ["check", "--format", "yaml"], /Allowed choices are text, json, markdown/],
    ["contradicting formats", ["check", "--json", "--format", "markdown"], /exclude each other/],
    ["timeout that is no number", ["check", "--timeout", "soon"], /number of seconds/],
    ["negative deadline", ["check", "--deadline", "-1"], /number of seconds|argument missing/],
    ["extra argument", ["check", "now"], /too many arguments|unknown/],
    [
      "snapshot that is missing",
      ["check", "--from", join(folder, "none.json")],
      /cannot read the snapshot .*none\.json/,
    ],
    ["snapshot that is no JSON", ["check", "--from", broken], /broken\.json:2:\d+: not JSON/],
    ["a report for a snapshot", ["check", "--from", other], /other\.json.*kind.*snapshot/is],
    ["data folder that is missing", ["check", "--data", join(folder, "none")], /--data .*none: no such/],
    ["python that is missing", ["check", "--python", join(folder, "python9")], /--python .*python9: no such/],
    ["output that cannot be written", ["check", "-o", join(folder, "no", "dir", "x")], /cannot write the report/],
  ];
  test.each(cases)("%s", async (_, args, message) => {
    const run = await runCli(args);
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe("");
  });
});

/** nvidia-smi programs as they fail in the field, put first on PATH of an unprivileged user. */
describe.runIf(onLinux)("an nvidia-smi that misbehaves", () => {
  const marker = `envdoctor-evil-${process.pid}`;
  const sleep = `node -e "setTimeout(()=>{},600000)" ${marker}`;
  const evil: [string, string][] = [
    ["hangs", `#!/bin/sh\nexec ${sleep}\n`],
    ["ignores SIGTERM", `#!/bin/bash\ntrap '' TERM INT HUP\n# ${marker}\nwhile true; do ${sleep}; done\n`],
    ["leaves a grandchild on the pipe", `#!/bin/sh\n(${sleep}) &\nexit 0\n`],
    ["leaves a grandchild in a session of its own", `#!/bin/sh\nsetsid ${sleep} &\nwait\n`],
    ["floods both pipes", `#!/bin/sh\nyes ${marker} >&2 &\nexec yes ${marker}\n`],
    ["prints garbage and ends with 0", "#!/bin/sh\nhead -c 4096 /dev/urandom\n"],
    ["prints escapes of the terminal", "#!/bin/sh\nprintf '\\033]0;owned\\007\\033[2J<nvidia_smi_log>'\n"],
    ["crashes", "#!/bin/sh\nkill -SEGV $$\n"],
  ];
  let program: string;
  beforeAll(() => {
    program = readableProgram();
  });

  test.each(evil)("%s: the report comes in time, with unknown and no pass", async (_, script) => {
    const path = `${programFolder("nvidia-smi", script)}:${process.env["PATH"]}`;
    const run = await runCli(["check", "--json", "--timeout", "1", "--deadline", "8"], {
      program,
      unprivileged: true,
      cwd: "/",
      env: { PATH: path, HOME: "/nonexistent", NVIDIA_VISIBLE_DEVICES: undefined },
    });
    const report = reportOf(run);
    expect(schemaErrors("check", report)).toBeNull();
    expect(report.verdict.gpuTraining).not.toBe("yes");
    expect(finding(report, "driver.api")?.status).not.toBe("pass");
    expect(report.gpus.filter((gpu) => gpu.vendor === "nvidia")).toEqual([]);
    expect(run.stdout).not.toContain("\x1b");
    expect(run.seconds).toBeLessThan(9);
    expect(processesWith(marker)).toEqual([]);
  });
});

describe.runIf(onLinux)("NVIDIA's real user-space without a kernel driver", () => {
  const folder = join(root, "node_modules", ".cache", "envdoctor", "nvidia-userspace");
  let reason = "";
  beforeAll(() => {
    try {
      execFileSync("bash", [join(root, "test/support/nvidia-userspace.sh"), folder], {
        stdio: "pipe",
        timeout: 120_000,
      });
    } catch (error) {
      reason = error instanceof Error ? error.message.split("\n").slice(0, 2).join(" ") : String(error);
    }
  }, 130_000);

  test.each([
    ["as root", false],
    ["unprivileged", true],
  ])("%s: no GPU invented, no device node made", async (_, unprivileged) => {
    if (reason !== "" || !existsSync(join(folder, "usr/bin/nvidia-smi"))) {
      console.warn(`NOT RUN: NVIDIA's user-space packages are not to be had here: ${reason}`);
      return;
    }
    const nodes = (): string[] => readdirSync("/dev").filter((name) => name.startsWith("nvidia"));
    const before = nodes();
    const copy = temporaryFolder();
    execFileSync("cp", ["-rL", `${folder}/usr/bin`, `${folder}/lib`, copy]);
    const run = await runCli(["check", "--json"], {
      program: unprivileged ? readableProgram() : undefined,
      unprivileged,
      cwd: "/",
      env: { PATH: `${copy}/bin:${process.env["PATH"]}`, LD_LIBRARY_PATH: `${copy}/lib` },
    });
    const report = reportOf(run);
    expect(report.verdict.gpuTraining).toBe("no");
    expect(report.gpus.filter((gpu) => gpu.vendor === "nvidia")).toEqual([]);
    expect(nodes()).toEqual(before);
  });
});

describe("the compiled code of check", () => {
  test.each(["check.cjs", "check-judging.cjs"])("%s is taken by V8, not compiled anew", (name) => {
    const file = join(root, "dist", name);
    const script = new Script(readFileSync(file, "latin1"), {
      filename: file,
      cachedData: readFileSync(`${file}.cache`),
    });
    expect(script.cachedDataRejected).toBe(false);
  });
});

describe("the package", () => {
  test("installs from its tarball into an empty folder and runs", async () => {
    const folder = temporaryFolder();
    // npm would else install into whatever project a folder above this one belongs to.
    writeFileSync(join(folder, "package.json"), '{"private": true}');
    const pack = execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder, "--json"], {
      cwd: root,
      encoding: "utf8",
    });
    const [packed] = JSON.parse(pack) as { filename: string; files: { path: string }[] }[];
    if (!packed) throw new Error("npm pack made nothing");
    expect(packed.files.filter(({ path }) => /^(src|test|node_modules|checks)\//.test(path))).toEqual([]);
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", join(folder, packed.filename)], {
      cwd: folder,
      stdio: "pipe",
    });
    const program = join(folder, "node_modules", "envdoctor", "dist", "cli.cjs");
    expect(statSync(program).mode & 0o111).not.toBe(0);
    const run = await runCli(["check", "--json"], { program, cwd: folder });
    expect(schemaErrors("check", JSON.parse(run.stdout))).toBeNull();
  }, 120_000);
});
