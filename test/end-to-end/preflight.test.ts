import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterEach, describe, expect, test } from "vitest";
import type { PreflightReport } from "../../src/report/preflight-report.ts";
import { processesWith, runCli, temporaryFolder } from "../support/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "dist", "cli.cjs");
const onLinux = process.platform === "linux";
/** A requirement that this machine meets, so that what is tested is the command. */
const open = ["preflight", "--require", `platform=${process.platform}`] as const;
const gate = [program, ...open, "--"] as const;

const python = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).stdout?.trim();
const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function run(args: readonly string[], options: { env?: Record<string, string | undefined> } = {}) {
  return runCli([...open, ...args], options);
}

describe.runIf(onLinux)("the gate ends as the command ends", () => {
  // All 256 are tried without the look at the machine, in test/preflight/become.test.ts.
  test.each([0, 1, 2, 3, 70, 77, 78, 125, 126, 127, 128, 130, 137, 143, 254, 255])(
    "with exit code %i",
    async (code) => {
      expect((await run(["--", "sh", "-c", `exit ${code}`])).code).toBe(code);
    },
  );

  const deaths = ["TERM", "KILL", "INT", "HUP", "QUIT", "ABRT", "SEGV", "PIPE", "USR1", "USR2", "ALRM", "XCPU"];
  test.each(deaths)("by SIG%s", async (name) => {
    const { signal, code } = await run(["--", "sh", "-c", `kill -${name} $$`]);
    expect({ signal, code }).toEqual({ signal: `SIG${name}`, code: null });
  });

  test("127 and 126 where there is no such command, or it may not be run", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "plain"), "no program");
    const [missing, denied] = await Promise.all([
      run(["--", "envdoctor-no-such-program"]),
      run(["--", join(folder, "plain")]),
    ]);
    expect([missing.code, denied.code]).toEqual([127, 126]);
    expect(missing.stderr).toMatch(/envdoctor-no-such-program: command not found/);
  });

  test("with --explain-on-failure after the words of the command, and what they mean", async () => {
    const traceback = `Traceback (most recent call last):\n  File "train.py", line 3, in <module>\nRuntimeError: CUDA error: no kernel image is available for execution on the device`;
    const folder = temporaryFolder();
    writeFileSync(join(folder, "log"), traceback);
    const script = `cat ${folder}/log >&2; echo out; exit 3`;
    const { code, stderr, stdout } = await run(["--explain-on-failure", "--", "sh", "-c", script]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "out\n" });
    expect(stderr.startsWith(traceback)).toBe(true);
    expect(stderr.slice(traceback.length)).toMatch(/gpu-arch-too-(?:old|new)-for-wheel/);
    const well = await run(["--explain-on-failure", "--", "sh", "-c", "echo fine >&2"]);
    expect(well).toMatchObject({ code: 0, stderr: "fine\n" });
  });
});

/** Prints each signal that it gets, for two seconds after the last one. */
const listener = `
import os, signal, sys, time
last = time.time()
def got(number, frame):
    global last
    last = time.time()
    os.write(1, (signal.Signals(number).name + "\\n").encode())
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), got)
os.write(1, b"ready\\n")
while time.time() - last < 2:
    time.sleep(0.02)
`;

describe.runIf(onLinux && python)("signals", () => {
  const passed = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM"] as const;

  async function listen(send: (pid: number, signal: NodeJS.Signals) => void): Promise<string[]> {
    const args = [...gate, python ?? "", "-c", listener, ...passed];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
    started.push(child);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until(() => said.includes("ready\n"));
    for (const signal of passed) {
      send(child.pid ?? 0, signal);
      await wait(250);
    }
    await new Promise((resolve) => child.once("close", resolve));
    return said.trim().split("\n").slice(1);
  }

  test("that are sent to the gate reach the command", async () => {
    expect(await listen((pid, signal) => process.kill(pid, signal))).toEqual([...passed]);
  });

  test("that the whole group gets, as from a terminal, reach it once", async () => {
    expect(await listen((pid, signal) => process.kill(-pid, signal))).toEqual([...passed]);
  });

  test("SIGTSTP stops the gate and the command, SIGCONT goes on with both", async () => {
    // The system stops nobody by SIGTSTP in a group that no shell of the same session watches.
    const shell = 'set -m; "$@" <&0 & echo "pid $!"; exec sleep 60 > /dev/null 2>&1';
    const words = [process.execPath, ...gate, "bash", "-c", "echo ready; read line; echo $line"];
    const child = spawn("bash", ["-c", shell, "bash", ...words], { stdio: "pipe", detached: true });
    started.push(child);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until(() => said.includes("ready"));
    const pid = Number(/pid (\d+)/.exec(said)?.[1]);
    const command = childNamed(pid, "bash");
    process.kill(pid, "SIGTSTP");
    await until(() => stateOf(pid) === "T" && stateOf(command) === "T");
    process.kill(pid, "SIGCONT");
    await until(() => stateOf(pid) !== "T" && stateOf(command) !== "T");
    child.stdin.end("again\n");
    await until(() => stateOf(pid) === "Z" && said.endsWith("ready\nagain\n"));
  });

  test("no process is left, also where the gate itself is killed", async () => {
    const mark = `98765${process.pid}`;
    const child = spawn(process.execPath, [...gate, "sleep", mark], { stdio: "ignore" });
    started.push(child);
    await until(() => processesWith(mark).some((line) => line.startsWith("sleep")));
    const witness = childNamed(child.pid ?? 0, "sh");
    child.kill("SIGKILL");
    if (spawnSync("setpriv", ["--pdeathsig", "TERM", "true"]).status !== 0) {
      console.warn("NOT RUN: setpriv --pdeathsig (util-linux) is not here");
      return;
    }
    await until(() => processesWith(mark).length === 0 && !existsSync(`/proc/${witness}`));
  });
});

async function until(holds: () => boolean, instead: () => string = () => ""): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < 20_000) {
    if (holds()) return;
    await wait(20);
  }
  expect.unreachable(`it did not come to that within twenty seconds: ${instead()}`);
}

function stateOf(pid: number): string {
  return /^State:\s*(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
}

function childNamed(pid: number, name: string): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  const found = children.find((child) => readFileSync(`/proc/${child}/comm`, "utf8").trim() === name);
  if (found === undefined) throw new Error(`${pid} has no child ${name}`);
  return found;
}

describe.runIf(onLinux)("the command has all that the gate was given", () => {
  test("a gibibyte goes through byte for byte", () => {
    const through = `head -c 1G /dev/zero | "$NODE" ${gate.map((word) => `'${word}'`).join(" ")} cat | sha256sum`;
    const sum = execFileSync("bash", ["-c", through], {
      encoding: "utf8",
      env: { ...process.env, NODE: process.execPath },
    });
    // sha256sum of 2^30 zero bytes
    expect(sum).toBe("49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14  -\n");
  }, 60_000);

  test("any bytes, on stdout and stderr apart", async () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7) % 256));
    const folder = temporaryFolder();
    execFileSync("bash", ["-c", `"$0" "$@" sh -c 'tee /dev/stderr' > out 2> err`, process.execPath, ...gate], {
      cwd: folder,
      input: bytes,
    });
    expect(readFileSync(join(folder, "out")).equals(bytes)).toBe(true);
    expect(readFileSync(join(folder, "err")).equals(bytes)).toBe(true);
  });

  test("words, environment, folder, process group and limits are the same", () => {
    const script =
      "pwd; ps -o pgid= -p $$; env | grep -v '^_=' | sort; ulimit -Sn; ulimit -Hn; umask; for word; do echo \"<$word>\"; done";
    const words = ["sh", "-c", script, "a b", "", "*", "--require", "-x", "$HOME"];
    const folder = temporaryFolder();
    // The shell stays, for a limit that only Node itself was given is lost as Node starts.
    const shell = `ulimit -Sn 512; umask 027; "$@"; exit $?`;
    const env = { ...process.env, MARK: "käse\nline" };
    const through = (before: readonly string[]): string =>
      execFileSync("bash", ["-c", shell, "bash", ...before, ...words], { cwd: folder, env, encoding: "utf8" }).replace(
        /^ *\d+$/m,
        "pgid",
      );
    expect(through([process.execPath, ...gate])).toBe(through([]));
  });

  test.runIf(hasTmux)("a terminal stays one, Ctrl-C comes once, and Ctrl-Z is undone by fg", async () => {
    const folder = temporaryFolder();
    const script = join(folder, "run.py");
    writeFileSync(
      script,
      "import os, signal, sys, time\nprint('tty', [os.isatty(fd) for fd in (0, 1, 2)], os.get_terminal_size().columns, flush=True)\ncount = 0\ndef got(*_):\n    global count\n    count += 1\n    print('int', count, flush=True)\nsignal.signal(signal.SIGINT, got)\nprint('word', input(), flush=True)\ntime.sleep(1)\nprint('done', count, flush=True)\n",
    );
    const socket = `envdoctor-${process.pid}`;
    const tmux = (...args: readonly string[]): string =>
      execFileSync("tmux", ["-L", socket, ...args], { encoding: "utf8" });
    const screen = (): string => tmux("capture-pane", "-p", "-t", "t");
    const sees = (text: RegExp): Promise<void> => until(() => text.test(screen()), screen);
    tmux("new-session", "-d", "-s", "t", "-x", "113", "-y", "30", "bash --norc --noprofile");
    try {
      tmux(
        "send-keys",
        "-t",
        "t",
        `clear; ${process.execPath} ${gate.join(" ")} python3 ${script}; echo "rc $?"`,
        "Enter",
      );
      await sees(/tty \[True, True, True\] 113/);
      tmux("send-keys", "-t", "t", "C-c");
      await sees(/int 1/);
      tmux("send-keys", "-t", "t", "C-z");
      await sees(/Stopped/);
      tmux("send-keys", "-t", "t", "fg", "Enter");
      // The shell says what it puts in front, and reads no more.
      await sees(/\bfg\n[^\n]*preflight/);
      tmux("send-keys", "-t", "t", "hello", "Enter");
      await sees(/word hello[\s\S]*done 1/);
    } finally {
      tmux("kill-server");
    }
  });
});

const reportOf = (text: string): PreflightReport => JSON.parse(text) as PreflightReport;

function schemaErrors(report: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.validate(JSON.parse(readFileSync(join(root, "dist", "schemas", "preflight.json"), "utf8")), report);
  return ajv.errors;
}

describe("a refusal", () => {
  const marker = join(temporaryFolder(), "started");
  const touch = [process.execPath, "-e", `require("fs").writeFileSync(${JSON.stringify(marker)}, "")`];

  test("starts nothing, ends with 78, and says so on stderr alone", async () => {
    const { code, stdout, stderr } = await run(["--require", "driver>=99999", "--", ...touch]);
    expect({ code, stdout, started: existsSync(marker) }).toEqual({ code: 78, stdout: "", started: false });
    expect(stderr).toMatch(/driver>=99999/);
    expect(stderr).toMatch(/was not started/);
  });

  test("as JSON goes to stdout, by the shipped schema", async () => {
    const { code, stdout, stderr } = await run(["--json", "--require", "python>=99", "--", ...touch]);
    expect({ code, stderr, started: existsSync(marker) }).toEqual({ code: 78, stderr: "", started: false });
    const report = reportOf(stdout);
    expect(schemaErrors(report)).toBeNull();
    expect(report.allowed).toBe(false);
    expect(report.requirements.map(({ require, status }) => `${require} ${status}`)).toEqual([
      `platform=${process.platform} pass`,
      expect.stringMatching(/^python>=99 (?:fail|unknown)$/),
      "lint? pass",
    ]);
  });

  test("without a command is 78, too, and allowed is 0", async () => {
    expect((await run(["--require", "python>=99"])).code).toBe(78);
    const { code, stdout } = await run(["--json"]);
    expect(code).toBe(0);
    expect(reportOf(stdout)).toMatchObject({ allowed: true, command: null });
  });

  test("comes from lint where the script cannot start its workers", async () => {
    const folder = temporaryFolder();
    const script = join(folder, "train.py");
    writeFileSync(
      script,
      "import multiprocessing as mp\nimport torch\nfrom torch.utils.data import DataLoader\nmp.set_start_method('spawn')\nfor batch in DataLoader(list(range(9)), num_workers=2):\n    print(batch)\n",
    );
    const { code, stdout } = await run(["--json", "--", "python3", script]);
    expect(code).toBe(78);
    const report = reportOf(stdout);
    expect(report.command?.script).toBe(script);
    expect(report.lint?.problems.map(({ cause }) => cause)).toContain("missing-main-guard");
    expect(schemaErrors(report)).toBeNull();
  });

  test("in GitHub Actions is an annotation", async () => {
    const { stderr } = await run(["--require", "python>=99"], { env: { GITHUB_ACTIONS: "true" } });
    expect(stderr).toMatch(/^::error title=envdoctor%3A python>=99::/m);
  });

  test.runIf(onLinux)("judges the Python of the command: that of a script's first line", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "bin"));
    const fake = join(folder, "bin", "python3");
    const answer = JSON.stringify({
      envdoctor: 1,
      version: "3.99.1",
      prefix: folder,
      basePrefix: folder,
      platform: "linux",
      implementation: "cpython",
      bits: 64,
      freeThreaded: false,
      startMethods: ["spawn"],
      startMethod: "spawn",
    });
    writeFileSync(fake, `#!/bin/sh\necho '${answer}'\n`);
    const script = join(folder, "go");
    writeFileSync(script, `#!${fake}\n`);
    for (const file of [fake, script]) chmodSync(file, 0o755);
    const file = join(folder, "report.json");
    const asked = ["--require", "python=3.99", "--require", "startMethod=spawn"];
    const { code, stdout } = await run(["--json", "-o", file, ...asked, "--", script]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${answer}\n` });
    expect(reportOf(readFileSync(file, "utf8")).command?.python).toBe(fake);
  });
});

describe("check in the formats of CI and monitoring", () => {
  const formats: readonly (readonly [format: string, begins: RegExp])[] = [
    ["junit", /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /],
    ["sarif", /^\{\n {2}"\$schema": "https:\/\/json\.schemastore\.org\/sarif-2\.1\.0\.json"/],
    ["prometheus", /^# HELP envdoctor_info /],
  ];
  test.each(formats)("%s ends with the same exit code as JSON, and stderr is empty", async (format, begins) => {
    const [plain, other] = await Promise.all([runCli(["check", "--json"]), runCli(["check", "--format", format])]);
    expect(other).toMatchObject({ code: plain.code, stderr: "", stdout: expect.stringMatching(begins) });
    const gated = await run(["--format", format, "--require", "python>=99", "--", "node", "-e", "0"]);
    expect(gated).toMatchObject({ code: 78, stderr: "", stdout: expect.stringMatching(begins) });
  });
});

describe("a policy", () => {
  test("that was pinned here lets this machine pass, is not written over, and is checked with line and column", async () => {
    const file = join(temporaryFolder(), "policy.toml");
    const pinned = await runCli(["preflight", "--pin", file]);
    expect(pinned.code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain(`platform=${process.platform}`);
    const [passed, again] = await Promise.all([
      runCli(["preflight", "--policy", file]),
      runCli(["preflight", "--pin", file]),
    ]);
    expect(passed.code).toBe(0);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(/it is there already/) });
    writeFileSync(file, `${readFileSync(file, "utf8")}\n[[waiver]]\nrequire = "torch"\nowenr = "me"\n`);
    const wrong = await runCli(["preflight", "--policy", file, "--", "true"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/policy\.toml:\d+:1: unknown key 'owenr' \(did you mean 'owner'/);
  });

  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [["--require", "gpu.cuont>=1"], /--require 'gpu\.cuont>=1': column 1: unknown name.*'gpu\.count'/],
    [["--require", "torch>=two"], /column 8: torch is a version/],
    [["--policy", "/nowhere.toml"], /cannot read the policy \/nowhere\.toml/],
    [["--prove", "soon"], /number of seconds/],
    [["--format", "yaml"], /Allowed choices/],
    [["--reqire", "torch"], /unknown option '--reqire'/],
  ];
  test.each(wrong)("%j is wrong usage", async (args, message) => {
    const { code, stdout, stderr } = await runCli(["preflight", ...args, "--", "true"]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
