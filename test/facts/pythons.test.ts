import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { known } from "../../src/facts/fact.ts";
import type { PythonFacts } from "../../src/facts/facts.ts";
import { parseLauncher } from "../../src/facts/python/candidates.ts";
import { parseVenvConfig } from "../../src/facts/python/environment.ts";
import { parseInterpreter } from "../../src/facts/python/interpreter.ts";
import { limiter } from "../../src/facts/python/paths.ts";
import { matchVersion, parseVersionFile } from "../../src/facts/python/pyenv.ts";
import { pythonsProbe } from "../../src/facts/pythons.ts";
import type { Host } from "../../src/host/host.ts";
import { liveHost } from "../../src/host/live.ts";
import { pythonScript } from "../../src/host/scripts.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";

async function pythonsOf(host: Host, python?: string): Promise<readonly PythonFacts[]> {
  const fact = await pythonsProbe.look(host, { python }, {});
  return known(fact) ?? [];
}

const asks = (path: string) => `${path} -B -E -s -S {scripts}/interpreter.py`;

function answer(version: string, prefix: string, over: Record<string, unknown> = {}): string {
  const methods = { startMethods: ["fork", "spawn", "forkserver"], startMethod: "fork" };
  const build = { implementation: "cpython", platform: "linux", bits: 64, freeThreaded: false };
  return `\n${JSON.stringify({ envdoctor: 1, version, prefix, basePrefix: prefix, ...build, ...methods, ...over })}\n`;
}

const torchFiles = (site: string) => ({
  [`${site}/torch/version.py`]:
    "__version__ = '2.7.1+cu126'\ncuda: Optional[str] = '12.6'\nhip: Optional[str] = None\n",
  [`${site}/torch-2.7.1.dist-info/METADATA`]: "Name: torch\n",
});

const debian: Description = {
  realPaths: { "/usr/bin/python3": "/usr/bin/python3.11" },
  folders: { "/usr/lib/python3.11": [], "/usr/lib/python3/dist-packages": [] },
  commands: { [asks("/usr/bin/python3")]: answer("3.11.2", "/usr") },
};

const pyenvShims: Description = {
  env: { PATH: "/home/user/.pyenv/shims:/usr/bin:/bin", PYENV_ROOT: "/home/user/.pyenv" },
  files: {
    "/home/user/.pyenv/shims/python3": "#!/usr/bin/env bash\n",
    "/home/user/.pyenv/shims/python": "#!/usr/bin/env bash\n",
    "/home/user/.pyenv/version": "3.12.1\n3.11.7\n",
    "/home/user/.pyenv/versions/3.11.7/bin/python3": "",
    "/home/user/.pyenv/versions/3.11.7/bin/python": "",
    "/home/user/.pyenv/versions/3.12.1/bin/python3": "",
    "/home/user/.pyenv/versions/3.12.1/bin/python": "",
    "/home/user/.pyenv/versions/3.13.0/bin/python": "",
    "/usr/bin/python3": "",
  },
  realPaths: {
    "/home/user/.pyenv/versions/3.12.1/bin/python3": "/home/user/.pyenv/versions/3.12.1/bin/python3.12",
    "/home/user/.pyenv/versions/3.12.1/bin/python": "/home/user/.pyenv/versions/3.12.1/bin/python3.12",
    "/home/user/.pyenv/versions/3.11.7/bin/python3": "/home/user/.pyenv/versions/3.11.7/bin/python3.11",
    "/home/user/.pyenv/versions/3.11.7/bin/python": "/home/user/.pyenv/versions/3.11.7/bin/python3.11",
  },
};

interface Case {
  readonly name: string;
  readonly host: Description;
  readonly python?: string;
  /** "path environment foundBy+foundBy", the active one with a star. */
  readonly pythons: readonly string[];
}

const site = (prefix: string, minor: string) => `${prefix}/lib/python${minor}/site-packages`;

const cases: readonly Case[] = [
  { name: "none at all", host: {}, pythons: [] },
  { name: "Debian's own", host: debian, pythons: ["/usr/bin/python3 system PATH *"] },
  {
    name: "merged /usr gives one interpreter, not two",
    host: {
      ...debian,
      env: { PATH: "/bin:/usr/bin" },
      realPaths: {
        "/usr/bin/python3": "/usr/bin/python3.11",
        "/bin": "/usr/bin",
        "/bin/python3": "/usr/bin/python3.11",
      },
    },
    pythons: ["/bin/python3 system PATH *"],
  },
  {
    name: "pyenv's shims are resolved by the first version that is listed, and others without a framework left out",
    host: pyenvShims,
    pythons: ["/home/user/.pyenv/versions/3.12.1/bin/python3 pyenv PATH+pyenv *"],
  },
  {
    name: "PYENV_VERSION wins, and a prefix names the newest",
    host: { ...pyenvShims, env: { ...pyenvShims.env, PYENV_VERSION: "3.11" } },
    pythons: ["/home/user/.pyenv/versions/3.11.7/bin/python3 pyenv PATH+pyenv *"],
  },
  {
    name: ".python-version of a folder above",
    host: { ...pyenvShims, files: { ...pyenvShims.files, "/home/user/.python-version": "3.11.7\n" } },
    pythons: ["/home/user/.pyenv/versions/3.11.7/bin/python3 pyenv PATH+pyenv *"],
  },
  {
    name: "pyenv that selects the system's",
    host: { ...pyenvShims, files: { ...pyenvShims.files, "/home/user/.pyenv/version": "system\n" } },
    pythons: ["/usr/bin/python3 system PATH *"],
  },
  {
    name: "pyenv that selects a version which is not installed",
    host: { ...pyenvShims, files: { ...pyenvShims.files, "/home/user/.pyenv/version": "3.9.1\n" } },
    pythons: [],
  },
  {
    name: "another pyenv version holds the framework",
    host: {
      ...pyenvShims,
      files: { ...pyenvShims.files, ...torchFiles(site("/home/user/.pyenv/versions/3.11.7", "3.11")) },
    },
    pythons: [
      "/home/user/.pyenv/versions/3.12.1/bin/python3 pyenv PATH+pyenv *",
      "/home/user/.pyenv/versions/3.11.7/bin/python pyenv pyenv torch",
    ],
  },
  {
    name: "an active venv, whose python links to the base, is another environment",
    host: {
      ...debian,
      env: { VIRTUAL_ENV: "/home/user/env", PATH: "/home/user/env/bin:/usr/bin" },
      files: {
        "/home/user/env/pyvenv.cfg": "home = /usr/bin\nversion = 3.11.2\n",
        ...torchFiles(site("/home/user/env", "3.11")),
      },
      realPaths: {
        ...debian.realPaths,
        "/home/user/env/bin/python": "/usr/bin/python3.11",
        "/home/user/env/bin/python3": "/usr/bin/python3.11",
      },
    },
    pythons: ["/home/user/env/bin/python venv active venv+PATH torch *"],
  },
  {
    name: ".venv in the working folder is named, and not active",
    host: {
      ...debian,
      files: {
        "/home/user/project/.venv/pyvenv.cfg": "home = /usr/bin\n",
        ...torchFiles(site("/home/user/project/.venv", "3.11")),
      },
      realPaths: { ...debian.realPaths, "/home/user/project/.venv/bin/python": "/usr/bin/python3.11" },
    },
    pythons: ["/usr/bin/python3 system PATH *", "/home/user/project/.venv/bin/python venv .venv torch"],
  },
  {
    name: "a conda environment that is not active holds the framework; one that holds none is left out",
    host: {
      ...debian,
      files: {
        "/home/user/miniconda3/bin/python": "",
        "/home/user/miniconda3/conda-meta/history": "",
        "/home/user/miniconda3/envs/dl/bin/python": "",
        "/home/user/miniconda3/envs/dl/conda-meta/history": "",
        ...torchFiles(site("/home/user/miniconda3/envs/dl", "3.10")),
        "/data/envs/other/bin/python": "",
        "/data/envs/other/conda-meta/history": "",
        ...torchFiles(site("/data/envs/other", "3.9")),
        "/home/user/.conda/environments.txt": "/home/user/miniconda3\n/data/envs/other\n/gone\n",
      },
    },
    pythons: [
      "/usr/bin/python3 system PATH *",
      "/home/user/miniconda3/envs/dl/bin/python conda conda torch",
      "/data/envs/other/bin/python conda conda torch",
    ],
  },
  {
    name: "an active conda environment",
    host: {
      ...debian,
      env: { CONDA_PREFIX: "/opt/conda" },
      files: { "/opt/conda/bin/python": "", "/opt/conda/conda-meta/history": "" },
    },
    pythons: ["/opt/conda/bin/python conda active conda *", "/usr/bin/python3 system PATH"],
  },
  {
    name: "VIRTUAL_ENV that was deleted",
    host: { ...debian, env: { VIRTUAL_ENV: "/home/user/gone" } },
    pythons: ["/usr/bin/python3 system PATH *"],
  },
  {
    name: "uv's Pythons matter only with a framework",
    host: {
      files: {
        "/home/user/.local/share/uv/python/cpython-3.13.0-linux-x86_64-gnu/bin/python": "",
        "/home/user/.local/share/uv/python/cpython-3.12.0-linux-x86_64-gnu/bin/python": "",
        ...torchFiles(site("/home/user/.local/share/uv/python/cpython-3.12.0-linux-x86_64-gnu", "3.12")),
      },
    },
    pythons: ["/home/user/.local/share/uv/python/cpython-3.12.0-linux-x86_64-gnu/bin/python uv uv torch"],
  },
  {
    name: "--python as a file, a folder of an environment, and a name",
    host: { ...debian, files: { "/srv/env/pyvenv.cfg": "home = /usr/bin\n", "/srv/env/bin/python": "" } },
    python: "/srv/env",
    pythons: ["/srv/env/bin/python venv --python *", "/usr/bin/python3 system PATH"],
  },
  {
    name: "--python as a name on PATH",
    host: debian,
    python: "python3",
    pythons: ["/usr/bin/python3 system --python+PATH *"],
  },
  {
    name: "--python that does not exist is still what the answer is about",
    host: debian,
    python: "/no/such/python",
    pythons: ["/no/such/python other --python *", "/usr/bin/python3 system PATH"],
  },
  {
    name: "user site of the system's Python",
    host: { ...debian, files: torchFiles("/home/user/.local/lib/python3.11/site-packages") },
    pythons: ["/usr/bin/python3 system PATH torch *"],
  },
  {
    name: "PYTHONPATH",
    host: { ...debian, env: { PYTHONPATH: "/nothing:/srv/libs" }, files: torchFiles("/srv/libs") },
    pythons: ["/usr/bin/python3 system PATH torch *"],
  },
  {
    name: "a venv that sees the system's packages",
    host: {
      ...debian,
      env: { VIRTUAL_ENV: "/srv/env", PATH: "/srv/env/bin" },
      files: {
        "/srv/env/pyvenv.cfg": "home = /usr/bin\ninclude-system-site-packages = true\nversion = 3.11.2\n",
        "/srv/env/bin/python": "",
        ...torchFiles("/usr/lib/python3/dist-packages"),
      },
      commands: { [asks("/srv/env/bin/python")]: answer("3.11.2", "/usr") },
    },
    pythons: ["/srv/env/bin/python venv active venv+PATH torch *", "/usr/bin/python3 system system torch"],
  },
  {
    name: "Windows: the Store's alias is passed over, the launcher's default is there",
    host: {
      identity: { platform: "win32" },
      env: { Path: "C:\\Users\\user\\AppData\\Local\\Microsoft\\WindowsApps;C:\\Windows" },
      files: {
        "C:\\Users\\user\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe": "",
        "C:\\Python312\\python.exe": "",
        "C:\\Python312\\Lib\\site-packages\\torch\\version.py":
          "__version__ = '2.9.0+cpu'\ncuda: Optional[str] = None\n",
        "C:\\Python310\\python.exe": "",
      },
      commands: {
        "py -0p": [" -V:3.12 *        C:\\Python312\\python.exe", " -V:3.10          C:\\Python310\\python.exe"],
      },
    },
    pythons: ["C:\\Python312\\python.exe system launcher torch *"],
  },
  {
    name: "Windows: Python from the Store",
    host: {
      identity: { platform: "win32" },
      env: { Path: "C:\\Users\\user\\AppData\\Local\\Microsoft\\WindowsApps" },
      files: {
        "C:\\Users\\user\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe": "",
        "C:\\Users\\user\\AppData\\Local\\Microsoft\\WindowsApps\\PythonSoftwareFoundation.Python.3.11_qbz5n2kfra8p0\\python.exe":
          "",
      },
    },
    pythons: [
      "C:\\Users\\user\\AppData\\Local\\Microsoft\\WindowsApps\\PythonSoftwareFoundation.Python.3.11_qbz5n2kfra8p0\\python.exe store PATH *",
    ],
  },
];

function line(python: PythonFacts): string {
  const frameworks = (known(python.frameworks) ?? []).map(({ name }) => name);
  return [
    python.path,
    python.environment,
    python.foundBy.join("+"),
    ...frameworks,
    ...(python.active ? ["*"] : []),
  ].join(" ");
}

describe("which Pythons matter", () => {
  test.each(cases)("$name", async ({ host, python, pythons }) => {
    expect((await pythonsOf(composed(host), python)).map(line)).toEqual(pythons);
  });

  test("nothing but the selected ones is started, and never a shim", async () => {
    const host = composed(pyenvShims);
    const started: string[] = [];
    const run: Host["run"] = (argv, options) => {
      started.push(argv[0]);
      return host.run(argv, options);
    };
    await pythonsOf({ ...host, run });
    expect(started).toEqual(["/home/user/.pyenv/versions/3.12.1/bin/python3"]);
  });
});

describe("what a Python says", () => {
  const told = answer("3.14.0", "/usr", { startMethods: ["forkserver", "spawn", "fork"], startMethod: "forkserver" });
  const table: readonly (readonly [string, Description["commands"], string, string])[] = [
    ["plain", { [asks("/usr/bin/python3")]: told }, "3.14.0", "forkserver"],
    [
      "chatter around it",
      { [asks("/usr/bin/python3")]: `Loading modules…${told}{"x":1}\nbye\n` },
      "3.14.0",
      "forkserver",
    ],
    [
      "garbage",
      { [asks("/usr/bin/python3")]: "\u0000\u0001{{{" },
      "/usr/bin/python3 did not print what was expected",
      "?",
    ],
    ["a hang", { [asks("/usr/bin/python3")]: { outcome: "timeout" } }, "/usr/bin/python3 gave no answer in time", "?"],
    [
      "a crash",
      { [asks("/usr/bin/python3")]: { signal: "SIGSEGV", exitCode: null } },
      "/usr/bin/python3 was killed by SIGSEGV",
      "?",
    ],
    [
      "a broken standard library",
      {
        [asks("/usr/bin/python3")]: {
          exitCode: 1,
          stderr: "Fatal Python error\nModuleNotFoundError: No module named 'encodings'\n",
        },
      },
      "/usr/bin/python3 ended with code 1: ModuleNotFoundError: No module named 'encodings'",
      "?",
    ],
  ];
  test.each(table)("%s", async (_, commands, version, startMethod) => {
    const [python] = await pythonsOf(composed({ ...debian, commands }));
    expect(python?.version.state === "unknown" ? python.version.reason.en : python && known(python.version)).toBe(
      version,
    );
    expect((python && known(python.startMethod)) ?? "?").toBe(startMethod);
    expect(python?.frameworks).toMatchObject({ state: "value", value: [] });
  });

  test("a Python too old to have start methods keeps its version", () => {
    const told = parseInterpreter(
      '{"envdoctor": 1, "version": "2.7.18", "prefix": "/usr", "reason": "before Python 3.4"}',
    );
    expect(told).toMatchObject({
      version: "2.7.18",
      startMethod: { state: "unknown", reason: { en: "before Python 3.4" } },
    });
  });

  test("a Windows Python in WSL gets the script by its Windows path", async () => {
    const exe = "/mnt/c/Python312/python.exe";
    const win = answer("3.12.1", "C:\\Python312", { platform: "win32", startMethods: ["spawn"], startMethod: "spawn" });
    const host = composed({
      files: { [exe]: "" },
      commands: {
        "wslpath -w {scripts}/interpreter.py": "C:\\x.py\n",
        [`${exe} -B -E -s -S ${JSON.stringify("C:\\x.py")}`]: win,
      },
    });
    const [python] = await pythonsOf(host, exe);
    expect(python && [known(python.platform), known(python.startMethod)]).toEqual(["win32", "spawn"]);
  });
});

describe("small formats", () => {
  test("py -0p, new and old, with a header", () => {
    const text =
      "Installed Pythons found by py Launcher for Windows\r\n -3.9-64 *\tC:\\A b\\python.exe\r\n -3.8-32        C:\\P\\python.exe *\r\n -V:3.7 D:\\x\r\n";
    expect(parseLauncher(text)).toEqual([
      { path: "C:\\A b\\python.exe", isDefault: true },
      { path: "C:\\P\\python.exe", isDefault: true },
    ]);
  });
  test("pyenv's version file", () => {
    expect(parseVersionFile("# mine\n3.11.7 3.12.1\r\n\n ../evil \nsystem")).toEqual(["3.11.7", "3.12.1", "system"]);
  });
  test.each([
    ["3.11", ["3.11.7", "3.11.10", "3.1.1"], "3.11.10"],
    ["3.1", ["3.11.7"], undefined],
    ["python-3.9.1", ["3.9.1"], "3.9.1"],
    ["pypy3.10", ["pypy3.10-7.3"], undefined],
  ])("version %s among %j is %s", (wanted, installed, found) => {
    expect(matchVersion(wanted, installed)).toBe(found);
  });
  test("pyvenv.cfg of venv and of uv", () => {
    expect(parseVenvConfig("home = /usr/bin\nInclude-System-Site-Packages = True\nversion = 3.11.2\n")).toEqual({
      home: "/usr/bin",
      version: "3.11.2",
      systemSitePackages: true,
    });
    expect(parseVenvConfig("home = C:\\P\r\nuv = 0.9\r\nversion_info = 3.12.1\r\n")).toEqual({
      home: "C:\\P",
      version: "3.12.1",
      systemSitePackages: false,
    });
    expect(parseVenvConfig("")).toEqual({ home: null, version: null, systemSitePackages: false });
  });
  test("the limiter lets no more run than it says, and a failure frees its place", async () => {
    const inTurn = limiter(2);
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
    };
    await expect(inTurn(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await Promise.all(Array.from({ length: 9 }, () => inTurn(work)));
    expect(most).toBe(2);
  });
});

const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
const installed = (existsSync(versions) ? readdirSync(versions) : []).map((name) =>
  join(versions, name, "bin", "python"),
);
const interpreters = [...installed, "/usr/bin/python3"].filter((path) => existsSync(path));
if (interpreters.length === 0)
  console.warn("no Python is installed here: the live tests of interpreters have nothing to run");

describe("this machine's Pythons", () => {
  test.each(interpreters)("%s", async (path) => {
    const [python] = await pythonsOf(liveHost({ timeoutMs: 20_000 }), path);
    const own = execFileSync(path, ["-c", "import sys; sys.stdout.write('%d.%d.%d' % sys.version_info[:3])"], {
      encoding: "utf8",
    });
    expect(python).toMatchObject({ path, active: true, platform: { state: "value" } });
    expect(python && known(python.version)).toBe(own);
    const [major = 0, minor = 0] = own.split(".").map(Number);
    const expected =
      major < 3 ? undefined : process.platform === "linux" ? (minor >= 14 ? "forkserver" : "fork") : "spawn";
    expect(python && known(python.startMethod)).toBe(expected);
  });
});

const python3 = interpreters.find((path) => /3\.1\d/.test(path)) ?? interpreters.at(-1);

describe.skipIf(python3 === undefined)("a real venv", () => {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-pythons-"));
  const venv = join(folder, ".venv");
  beforeAll(() => {
    execFileSync(python3 ?? "", ["-m", "venv", "--without-pip", venv]);
    const packages = readdirSync(join(venv, "lib"))[0] ?? "";
    const torch = join(venv, "lib", packages, "site-packages", "torch");
    mkdirSync(torch);
    writeFileSync(join(torch, "version.py"), "__version__ = '2.13.0+cpu'\ncuda: Optional[str] = None\n");
    writeFileSync(join(torch, "__init__.py"), "raise SystemExit('imported')\n");
    symlinkSync(venv, join(folder, "link"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is one environment by either path, with its framework, and nothing was imported or written", async () => {
    const host: Host = {
      ...liveHost({ timeoutMs: 20_000 }),
      env: { PATH: `${join(venv, "bin")}:/usr/bin`, VIRTUAL_ENV: join(folder, "link") },
    };
    const [python, ...rest] = await pythonsOf(host);
    expect(python).toMatchObject({ environment: "venv", active: true, foundBy: ["active venv", "PATH"] });
    expect(python && known(python.frameworks)).toMatchObject([
      { name: "torch", version: "2.13.0+cpu", cudaBuild: { value: null } },
    ]);
    expect(rest.filter(({ environment }) => environment === "venv")).toEqual([]);
    expect(existsSync(join(pythonScript("interpreter.py"), "..", "__pycache__"))).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("a program that is no Python", () => {
  const folder = mkdtempSync(join(tmpdir(), "envdoctor-no-python-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  test.each([
    ["hangs", "exec sleep 60", "gave no answer in time"],
    ["hangs with a child that holds its output", "sleep 60 & wait", "gave no answer in time"],
    ["floods", "head -c 20000000 /dev/zero", "did not print what was expected"],
    ["kills itself", "kill -SEGV $$", "was killed by SIGSEGV"],
    ["fails with escapes", "printf '\\033[31mno\\033[0m' >&2; exit 3", "ended with code 3: no"],
    ["may not be run", null, "could not be started (denied)"],
  ])("%s", async (name, body, reason) => {
    const path = join(folder, name.replaceAll(" ", "-"));
    writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: body === null ? 0o644 : 0o755 });
    const [python] = await pythonsOf(liveHost({ timeoutMs: 1500 }), path);
    expect(python?.version).toMatchObject({ state: "unknown", reason: { en: expect.stringContaining(reason) } });
    expect(python?.startMethod).toEqual(python?.version);
  });
});
