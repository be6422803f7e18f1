import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";
import { runsOf } from "../../src/setup/journal.ts";
import type { SetupReport } from "../../src/setup/report.ts";
import { type CliRun, processesWith, programFolder, runCli, temporaryFolder } from "../support/cli.ts";
import { Terminal } from "../wizard/terminal.ts";

const root = join(import.meta.dirname, "..", "..");
const onLinux = process.platform === "linux";
const asRoot = process.getuid?.() === 0;

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A folder to set up in, with a state folder of its own. pip gives up at once where there is no network. */
function place(name = "my project"): Place {
  const around = temporaryFolder();
  places.push(around);
  const folder = join(around, name);
  mkdirSync(folder);
  return { folder, env: { XDG_STATE_HOME: join(folder, "..", "state"), PIP_RETRIES: "0", PIP_DEFAULT_TIMEOUT: "5" } };
}

const places: string[] = [];
afterAll(() => {
  // Environments take a gigabyte each.
  for (const around of places) rmSync(around, { recursive: true, force: true });
});

const stateOf = ({ folder }: Place): string => join(folder, "..", "state", "envdoctor");

function setup({ folder, env }: Place, ...args: readonly string[]): Promise<CliRun> {
  return runCli(["setup", ...args, "--dir", folder], { env, cwd: folder, timeoutMs: 600_000 });
}

function why(run: CliRun): string {
  return run.stderr.split("\n").slice(-25).join("\n");
}

/** Where packages cannot be had, that is what the run must say; then the rest of the test has nothing to show. */
function unreachable(run: CliRun, what: string): boolean {
  const said = /Meaning: (The server cannot be reached|The index has no build|The server's certificate)[^\n]*/.exec(
    run.stderr,
  )?.[0];
  if (run.code === 0 || said === undefined) return false;
  console.warn(`NOT RUN to its end: ${what}: ${said}`);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("envdoctor setup --resume");
  return true;
}

describe("setup without anybody to ask", () => {
  test("prints the plan and ends with 2, and nothing is touched", async () => {
    const here = place();
    const run = await setup(here, "--target", "cpu", "--env", "venv");
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/^The plan: \d steps/);
    expect(run.stdout).toContain(`-m venv '${here.folder}/.venv'`);
    expect(run.stderr).toContain("--yes");
    expect(readdirSync(here.folder)).toEqual([]);
    expect(existsSync(join(here.folder, "..", "state"))).toBe(false);
  });

  test("--dry-run ends with 0, and nothing is touched either", async () => {
    const here = place();
    const run = await setup(here, "--target", "cpu", "--env", "venv", "--dry-run", "--json");
    expect(run.code).toBe(0);
    const schema = JSON.parse(readFileSync(join(root, "dist", "schemas", "setup.json"), "utf8"));
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validate(schema, JSON.parse(run.stdout)), JSON.stringify(ajv.errors)).toBe(true);
    const report = JSON.parse(run.stdout) as SetupReport;
    expect(report.steps.map(({ id, status }) => `${id} ${status}`)).toContain("environment planned");
    expect(readdirSync(here.folder)).toEqual([]);
    expect(existsSync(join(here.folder, "..", "state"))).toBe(false);
  });

  test("--print-script prints a script that passes shellcheck", async () => {
    const here = place();
    const run = await setup(here, "--target", "cpu", "--env", "venv", "--print-script", "bash");
    expect(run.code).toBe(0);
    expect(spawnSync("bash", ["-n"], { input: run.stdout }).status).toBe(0);
    if (spawnSync("shellcheck", ["--version"]).status === 0) {
      expect(spawnSync("shellcheck", ["-"], { input: run.stdout, encoding: "utf8" }).stdout).toBe("");
    }
  });

  test.each([
    [["--resume"], /no unfinished setup/],
    [["--undo"], /no setup to undo/],
    [["--undo", "none"], /no run 'none'/],
    [["--resume", "--target", "cpu"], /leave --target/],
    [["--yes", "--dry-run"], /give one of them/],
    [["--resume", "--undo"], /exclude each other/],
    [["--framework", "tfjs", "--env", "venv", "--dry-run"], /blank in its name/],
    [["--env", "poetry"], /venv, conda, uv/],
  ])("%j is refused with 2", async (args, message) => {
    const run = await setup(place(), ...args);
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe("");
  });
});

describe.runIf(onLinux)("a real environment", () => {
  test("torch in a venv: stopped by SIGTERM, resumed, trains; taken back only while nobody uses it", async () => {
    const here = place();
    const marker = `envdoctor-slow-${process.pid}`;
    const python = pythonThatHangsOnce(join(here.folder, "..", "hung"), marker);
    const args = ["--target", "cpu", "--framework", "torch", "--env", "venv", "--yes"];
    const words = [join(root, "dist", "cli.cjs"), "setup", ...args, "--dir", here.folder, "--python", python];
    const env = { ...process.env, ...here.env };
    const child = spawn(process.execPath, words, { env, stdio: "ignore", cwd: here.folder });
    const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
    await until(() => processesWith(marker).length > 0);

    const second = await setup(here, ...args);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`process ${child.pid}`);

    child.kill("SIGTERM");
    expect(await ended).toBe(143);
    await until(() => processesWith(marker).length === 0);
    expect(runsOf(stateOf(here))[0]?.outcomes().get("environment")).toBe("interrupted");

    const resume = ["setup", "--resume", "--yes", "--json", "--python", python];
    const run = await runCli(resume, { ...here, cwd: here.folder, timeoutMs: 600_000 });
    if (unreachable(run, "torch in a venv")) return;
    expect(run.code, why(run)).toBe(0);
    const report = JSON.parse(run.stdout) as SetupReport;
    expect(report.verified).toBe(true);
    const status = Object.fromEntries(report.steps.map((step) => [step.id, step.status]));
    expect(status).toMatchObject({ environment: "done", framework: "done", train: "done" });
    expect(run.stderr).toContain("Trained on the CPU");

    const again = await setup(here, ...args.slice(0, -1), "--dry-run", "--json");
    expect((JSON.parse(again.stdout) as SetupReport).steps.map(({ id }) => id)).toEqual(["train", "bench"]);

    const added = join(here.folder, ".venv", "lib", "mine");
    mkdirSync(join(added, "mine-1.0.dist-info"), { recursive: true });
    const refused = await setup(here, "--undo", "--yes");
    expect(refused.code).toBe(1);
    expect(refused.stdout.replaceAll(/\s+/g, " ")).toContain("has had packages installed or removed since");
    expect(existsSync(join(here.folder, ".venv", "bin", "python"))).toBe(true);

    rmSync(added, { recursive: true });
    const undone = await setup(here, "--undo", "--yes");
    expect(undone.code, why(undone)).toBe(0);
    expect(readdirSync(here.folder)).toEqual([]);
  }, 600_000);

  test("TensorFlow.js: linked, trains, and the folder is as it was afterwards", async () => {
    const here = place("project");
    const own = '{\n\t"name": "mine", "private": true }';
    writeFileSync(join(here.folder, "package.json"), own);
    const run = await setup(here, "--target", "cpu", "--framework", "tfjs", "--env", "venv", "--yes");
    if (unreachable(run, "TensorFlow.js")) return;
    if (run.code !== 0 && /could not be built|Node's headers/.test(run.stderr)) {
      console.warn("NOT RUN to its end: tfjs-node-gpu cannot be compiled here");
      return;
    }
    expect(run.code, why(run)).toBe(0);
    expect(run.stderr).toContain("tfjs-node-gpu 4");
    const undone = await setup(here, "--undo", "--yes");
    expect(undone.code, why(undone)).toBe(0);
    expect(readdirSync(here.folder)).toEqual(["package.json"]);
    expect(readFileSync(join(here.folder, "package.json"), "utf8")).toBe(own);
  }, 600_000);

  test("uv: installs it beside, or says why it cannot", async () => {
    const here = place();
    const run = await setup(here, "--target", "cpu", "--framework", "torch", "--env", "uv", "--yes");
    if (unreachable(run, "torch by uv")) return;
    expect(run.code, why(run)).toBe(0);
    expect(existsSync(join(here.folder, ".venv", "bin", "python"))).toBe(true);
  }, 600_000);

  test("conda: an installer that cannot be had or is not the published one is never run", async () => {
    const here = place();
    const wget =
      '#!/bin/sh\nwhile [ $# -gt 0 ]; do if [ "$1" = -O ]; then echo \'touch "$HOME/ran"\' >"$2"; fi; shift; done\n';
    const tools = programFolder("wget", wget);
    const env = { ...here.env, HOME: here.folder, PATH: `${tools}:${process.env["PATH"]}`, CONDA_EXE: undefined };
    const run = await setup({ ...here, env }, "--target", "cpu", "--env", "conda", "--yes");
    if (!run.stderr.includes("Miniconda3")) {
      console.warn("NOT RUN: conda is installed here");
      return;
    }
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/FAILED|did NOT match/);
    expect(existsSync(join(here.folder, "ran"))).toBe(false);
    expect(existsSync(join(here.folder, "miniconda3"))).toBe(false);
  }, 120_000);

  test("a mirror takes the place of the index", async () => {
    const run = await setup(
      place(),
      "--target",
      "cpu",
      "--env",
      "venv",
      "--mirror",
      "https://m.example/{tag}",
      "--dry-run",
    );
    expect(run.stdout).toContain("--index-url https://m.example/cpu");
    expect(run.stdout).not.toContain("download.pytorch.org");
  });

  test.each([[[]], [["--json"]]])("the password of a mirror is not shown: %j", async (form) => {
    const mirror = "https://me:hunter2hunter2@m.example/{tag}";
    const run = await setup(place(), "--target", "cpu", "--env", "venv", "--mirror", mirror, "--dry-run", ...form);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("@m.example/cpu");
    expect(run.stdout + run.stderr).not.toContain("hunter2");
  });
});

/** The real Python, but the first environment that it is to make never gets done. */
function pythonThatHangsOnce(noted: string, marker: string): string {
  const real = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).stdout.trim();
  const hang = `touch '${noted}'; node -e 'setTimeout(()=>{},600000)' ${marker}`;
  const script = `#!/bin/sh\ncase "$*" in *'-m venv'*) [ -e '${noted}' ] || { ${hang}; } ;; esac\nexec ${real} "$@"\n`;
  return join(programFolder("python3", script), "python3");
}

async function until(holds: () => boolean, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error("it never came to be");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Where Debian's own packages can be installed, a harmless one is. */
describe.runIf(onLinux && asRoot)("packages of Debian", () => {
  test("what is missing is installed, and exactly that is removed again", async () => {
    const { perform } = await import("../../src/setup/engine.ts");
    const { liveHands } = await import("../../src/setup/act.ts");
    const { Journal } = await import("../../src/setup/journal.ts");
    const { installedPackages } = await import("../../src/setup/contents.ts");
    const { step } = await import("../../src/setup/steps.ts");
    const { reversals } = await import("../../src/setup/undo.ts");
    const { verbatim } = await import("../../src/text/message.ts");
    const before = installedPackages();
    if (before.includes("hello") || spawnSync("apt-get", ["install", "-s", "hello"]).status !== 0) {
      console.warn("NOT RUN: apt-get cannot install the package hello here, or it is there already");
      return;
    }
    const state = temporaryFolder();
    const journal = Journal.create(state, "run");
    const means = { hands: liveHands(() => {}), platform: "linux", root: true, terminal: false, cwd: state } as const;
    const engine = { ...means, journal, self: ["envdoctor"] as const, installed: () => installedPackages() };
    const lines = ["sudo apt-get install -y hello"];
    const one = step({ id: "hello", title: verbatim("hello"), why: verbatim(""), actions: [{ kind: "run", lines }] });
    expect(one.undo).toEqual({ kind: "packages" });
    expect(await perform({ ...engine, self: ["envdoctor"] }, one)).toEqual({ ok: true });
    expect(spawnSync("hello").status).toBe(0);
    const back = reversals(journal, means);
    expect(back.map(({ says }) => says.en)).toEqual(["Remove the packages that came with it: hello"]);
    expect(await back[0]?.act?.()).toBe(true);
    expect(installedPackages()).toEqual(before);
  }, 180_000);
});

describe("doctor", () => {
  test("without a terminal: checks, lists what it would do, trains, measures, and says how long each took", async () => {
    const here = place();
    writeFileSync(join(here.folder, "keep"), "as it is");
    const run = await runCli(["doctor", "--target", "cpu", "--dir", here.folder], {
      ...here,
      cwd: here.folder,
      timeoutMs: 300_000,
    });
    for (const part of ["1. Check", "2. Setup", "3. Check again", "4. Train", "5. Loader", "Time taken"]) {
      expect(run.stdout).toContain(part);
    }
    expect([0, 1]).toContain(run.code);
    expect(readdirSync(here.folder)).toEqual(["keep"]);
  }, 300_000);
});

describe.runIf(Terminal.missing === null)("at a terminal", () => {
  test("envdoctor alone is the doctor, and Ctrl-C at its first question changes nothing", async () => {
    const here = place();
    const env = { XDG_STATE_HOME: here.env["XDG_STATE_HOME"] ?? "", HOME: here.folder };
    const tools = programFolder("python3", "#!/bin/sh\nexit 1\n");
    const shell = `cd '${here.folder}' && PATH=${tools}:/usr/bin:/bin exec '${process.execPath}' '${join(root, "dist", "cli.cjs")}'`;
    const terminal = new Terminal(["bash", "-c", shell], env);
    try {
      const screen = await terminal.until(/What shall this machine train on\?[\s\S]*navigate|^exit code/m, 60);
      expect(screen).toContain("== 1. Check");
      expect(screen).toContain("== 2. Setup");
      terminal.press("C-c");
      const end = await terminal.until(/^exit code \d+/m);
      expect(end).toContain("exit code 130");
      expect(end).toContain("envdoctor setup --resume");
      expect(readdirSync(here.folder)).toEqual([]);
    } finally {
      terminal.close();
    }
  }, 120_000);
});
