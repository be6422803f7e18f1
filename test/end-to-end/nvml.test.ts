/**
 * `check` with NVML as users have it: the built program, a process of its own for the library, found by LD_LIBRARY_PATH. The
 * library is the stand-in of test/support/nvml-standin, or NVIDIA's own without a kernel driver.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { checks } from "../../checks/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Recording } from "../../src/host/recording.ts";
import { nvmlTold } from "../../src/nvml/report.ts";
import type { CheckReport } from "../../src/report/check-report.ts";
import { flip } from "../support/check-tester.ts";
import { type CliRun, processesWith, programFolder, readableProgram, runCli, temporaryFolder } from "../support/cli.ts";
import { metal } from "../support/facts.ts";
import { nvmlStandin } from "../support/nvml-standin.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const standin = nvmlStandin();
const reason = "reason" in standin ? standin.reason : undefined;
if (reason !== undefined) console.warn(`NOT RUN: check with a stand-in for NVML: ${reason}`);
const folder = "folder" in standin ? standin.folder : "";

const reportOf = (run: CliRun): CheckReport => JSON.parse(run.stdout) as CheckReport;
const finding = (report: CheckReport, id: string) => report.findings.find((f) => f.id === id);

interface Machine {
  readonly play?: string;
  /** A folder with an nvidia-smi, for a user who could change nothing by starting it. */
  readonly smi?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

let copy = "";

/** The program where any user may read it, with the foreign function calls beside it. */
beforeAll(() => {
  copy = readableProgram();
  const modules = join(dirname(dirname(copy)), "node_modules");
  for (const name of ["koffi", "@koromix"])
    cpSync(join(root, "node_modules", name), join(modules, name), { recursive: true });
});

async function checked({ play = "", smi, flags = [], env = {} }: Machine): Promise<CheckReport> {
  const run = await runCli(["check", "--json", ...flags], {
    program: copy,
    unprivileged: smi !== undefined,
    cwd: "/",
    env: {
      LD_LIBRARY_PATH: folder,
      NVML_STANDIN: play,
      ...(smi !== undefined && { PATH: `${smi}:${process.env["PATH"]}` }),
      ...env,
    },
  });
  expect(run.stderr).toBe("");
  return reportOf(run);
}

const smiXml = (driver: string): string => `#!/bin/sh
cat <<'XML'
<?xml version="1.0" ?>
<nvidia_smi_log>
<driver_version>${driver}</driver_version><cuda_version>12.4</cuda_version><attached_gpus>1</attached_gpus>
<gpu id="00000000:01:00.0">
<product_name>NVIDIA GeForce RTX 4090</product_name><uuid>GPU-5a9f2b1c-0000-4d21-8a44-3c1e7f3b9d10</uuid>
<fb_memory_usage><total>24564 MiB</total><used>564 MiB</used><free>24000 MiB</free></fb_memory_usage>
<pci><pci_device_id>268410DE</pci_device_id></pci>
</gpu>
</nvidia_smi_log>
XML
`;

describe.runIf(reason === undefined)("check with NVML", () => {
  test("works without nvidia-smi", async () => {
    const report = await checked({});
    expect(report.gpus).toContainEqual({
      vendor: "nvidia",
      name: "NVIDIA GeForce RTX 4090",
      pciId: "10de:2684",
      memoryMiB: 24_564,
      computeCapability: "8.9",
    });
    expect(report.cuda).toMatchObject({ driverVersion: "550.54.14", driverApi: "12.4" });
    expect(finding(report, "driver.api")?.status).toBe("pass");
    expect(finding(report, "driver.nvml")).toMatchObject({ status: "skipped", blockedBy: null });
  });

  test.each([
    ["width=8", "gpu.link", "pcie-link-degraded"],
    ["reasons=72 temperature=92", "gpu.clocks", "gpu-overheating"],
    ["remapPending=1", "gpu.memory-errors", "gpu-memory-failing"],
    ["fail=nvmlInit:18", "driver.api", "driver-library-version-mismatch"],
    ["lost=0", "driver.api", "gpu-fallen-off-bus"],
  ])("%s: %s", async (play, id, cause) => {
    const report = await checked({ play });
    const about = finding(report, id);
    // Without a card to be seen there is no driver to answer, which is blocked then.
    if (about?.blockedBy === "gpu.present") expect(finding(report, "gpu.present")?.status).toBe("fail");
    else expect(about?.causes).toEqual([cause]);
  });

  test("speaks Chinese", async () => {
    const { stdout } = await runCli(["check", "--lang", "zh"], {
      program: copy,
      env: { LD_LIBRARY_PATH: folder, NVML_STANDIN: "width=8" },
    });
    expect(stdout).toContain("×16 只用了 ×8");
    expect(stdout).toContain("GPU 的 PCIe 链路低于显卡和插槽的能力");
  });

  test("gives its readings as metrics", async () => {
    const { stdout } = await runCli(["check", "--format", "prometheus"], {
      program: copy,
      env: { LD_LIBRARY_PATH: folder, NVML_STANDIN: "width=8 busy=50" },
    });
    expect(stdout).toContain('envdoctor_gpu_pcie_lanes{gpu="0"} 8');
    expect(stdout).toContain('envdoctor_gpu_pcie_lanes_max{gpu="0"} 16');
    expect(stdout).toContain('envdoctor_gpu_utilisation_ratio{gpu="0"} 0.5');
    expect(stdout).toContain('envdoctor_gpu_power_limit_watts{gpu="0"} 450');
  });

  test("agrees with an nvidia-smi that says the same, and tells where they differ", async () => {
    const smi = programFolder("nvidia-smi", smiXml("550.54.14"));
    expect(finding(await checked({ smi }), "driver.nvml")).toMatchObject({ status: "pass" });
    const other = finding(await checked({ smi, play: "other=1" }), "driver.nvml");
    expect(other).toMatchObject({
      status: "warn",
      found: "driver: nvidia-smi says 550.54.14, NVML says 535.104.05",
      causes: ["driver-library-version-mismatch"],
    });
    expect(other?.evidence).toEqual([
      { source: "nvidia-smi -q -x", excerpt: "driver: 550.54.14" },
      { source: "NVML", excerpt: "driver: 535.104.05" },
    ]);
  });

  test("goes on where nvidia-smi hangs", async () => {
    const smi = programFolder("nvidia-smi", "#!/bin/sh\nsleep 60\n");
    const report = await checked({ smi, flags: ["--timeout", "2"] });
    expect(finding(report, "driver.api")).toMatchObject({ status: "pass", found: "driver 550.54.14, CUDA ≤ 12.4" });
    expect(finding(report, "driver.nvml")?.found).toContain("nvidia-smi says no answer");
  });

  test.each([
    ["hang=nvmlDeviceGetPowerUsage", /nvmlDeviceGetPowerUsage, GPU 0/],
    ["hang=nvmlInit", /nvmlInit_v2/],
    ["crash=nvmlDeviceGetName", /nvmlDeviceGetName, GPU 0/],
  ])("%s: said as it is, nothing is left behind", async (play, where) => {
    const marker = `${play}-${process.pid}`;
    const { stdout, stderr } = await runCli(["check", "--json", "--timeout", "2"], {
      program: copy,
      env: { LD_LIBRARY_PATH: folder, NVML_STANDIN: play, MARKER: marker },
    });
    expect(stderr).toBe("");
    const report: CheckReport = JSON.parse(stdout);
    expect(report.causes.map(({ id }) => id)).not.toContain("gpu-fallen-off-bus");
    expect(finding(report, "driver.api")?.status).not.toBe("pass");
    const told = JSON.stringify(report.findings);
    if (finding(report, "driver.api")?.status === "unknown") expect(told).toMatch(where);
    expect(processesWith(dirname(copy))).toEqual([]);
  });

  test("a snapshot keeps what it said, without the card's own number, and replays to the same", async () => {
    const play = "width=4 cards=2";
    const env = { LD_LIBRARY_PATH: folder, NVML_STANDIN: play };
    const file = join(temporaryFolder(), "machine.json");
    await runCli(["snapshot", "-o", file], { program: copy, env });
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("5a9f2b1c");
    const live = await checked({ play });
    const replayed = reportOf(await runCli(["check", "--json", "--from", file], { program: copy }));
    for (const id of ["gpu.link", "gpu.clocks", "driver.api", "gpu.memory", "gpu.present"]) {
      expect(finding(replayed, id)).toMatchObject({
        status: finding(live, id)?.status,
        found: finding(live, id)?.found,
      });
    }
  });

  test("is not started where the library is not", async () => {
    const file = join(temporaryFolder(), "machine.json");
    await runCli(["snapshot", "-o", file], { program: copy, env: { LD_LIBRARY_PATH: "" } });
    const recording = JSON.parse(readFileSync(file, "utf8")) as Recording;
    expect(Object.keys(recording.commands).filter((key) => key.startsWith("envdoctor-nvml"))).toEqual([]);
  });

  test("without foreign function calls, or in one file, check does as before", async () => {
    const env = { LD_LIBRARY_PATH: folder };
    const bare = reportOf(await runCli(["check", "--json"], { program: readableProgram(), env }));
    const single = join(temporaryFolder(), "envdoctor-single.mjs");
    cpSync(join(root, "dist", "envdoctor-single.mjs"), single);
    const one = reportOf(await runCli(["check", "--json"], { program: single, cwd: temporaryFolder(), env }));
    for (const report of [bare, one]) {
      expect(finding(report, "gpu.link")).toMatchObject({ status: "skipped" });
      expect(finding(report, "driver.nvml")).toMatchObject({ status: "skipped" });
    }
  });

  test("hooks of the user's Node.js are not loaded into it", async () => {
    const report = await checked({ env: { NODE_OPTIONS: "--require /nonexistent/hook.cjs" } }).catch(() => null);
    // Node.js itself refuses to start with such a hook; with one that exists, only `check` loads it.
    expect(report).toBeNull();
    const hook = join(
      programFolder(
        "hook.cjs",
        "process.env.HOOKED = '1'; if (process.argv[1]?.includes('driver-nvml')) process.exit(7);",
      ),
      "hook.cjs",
    );
    const hooked = await checked({ env: { NODE_OPTIONS: `--require ${hook}` } });
    expect(finding(hooked, "gpu.link")?.status).toBe("pass");
  });
});

describe.runIf(process.platform === "linux")("NVIDIA's own NVML without a kernel driver", () => {
  const cache = join(root, "node_modules", ".cache", "envdoctor", "nvidia-userspace");
  let why = "";
  beforeAll(() => {
    try {
      const script = join(root, "test/support/nvidia-userspace.sh");
      execFileSync("bash", [script, cache], { stdio: "pipe", timeout: 120_000 });
    } catch (error) {
      why = error instanceof Error ? error.message.split("\n").slice(0, 2).join(" ") : String(error);
    }
  }, 130_000);

  test.each([
    ["as root", false],
    ["unprivileged", true],
  ])("%s: code 9, its cause, and no device node", (_, unprivileged) => {
    if (why !== "" || !existsSync(join(cache, "lib", "libnvidia-ml.so.1"))) {
      console.warn(`NOT RUN: NVIDIA's user-space packages are not to be had here: ${why}`);
      return;
    }
    const nodes = (): string[] => readdirSync("/dev").filter((name) => name.startsWith("nvidia"));
    const lib = temporaryFolder();
    execFileSync("cp", ["-rL", `${cache}/lib/.`, lib]);
    const before = nodes();
    const drop =
      unprivileged && process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
    const program = join(dirname(copy), "driver-nvml.cjs");
    const [file = "", ...rest] = [...drop, process.execPath, program, "--change-nothing"];
    const run = spawnSync(file, rest, { encoding: "utf8", env: { ...process.env, LD_LIBRARY_PATH: lib } });
    const told = nvmlTold({
      outcome: "ended",
      exitCode: run.status,
      signal: run.signal,
      stdout: run.stdout,
      stderr: run.stderr,
      truncated: false,
      durationMs: 0,
    });
    if (told.told !== "report") throw new Error(told.reason);
    expect(told.report).toMatchObject({ outcome: "failed", failure: { call: "nvmlInit_v2", code: 9 } });
    const facts = flip(metal, { driver: { smi: absent() }, nvml: value(told.report) });
    const { causes } = diagnose(facts, checks, catalogue);
    expect(causes[0]?.cause.id).toBe("kernel-module-missing");
    expect(nodes()).toEqual(before);
  });
});
