import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { machineRecording } from "../support/machine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);

const nodes = ["n1", "n2", "n3", "n4"] as const;
type NodeName = (typeof nodes)[number];

/** Why no cluster can be started here, or null. */
export function whyNoSlurm(): string | null {
  if (process.platform !== "linux") return "Slurm runs on Linux only";
  if (process.getuid?.() !== 0) return "its daemons and mount namespaces need root";
  for (const program of ["munged", "slurmctld", "slurmd", "srun", "scontrol", "python3", "nsenter", "setpriv"]) {
    if (!works("sh", ["-c", `command -v ${program}`]))
      return `${program} is not installed (apt-get install slurm-wlm munge)`;
  }
  const probe = "mount -t tmpfs tmpfs /mnt && mknod /mnt/x c 195 0";
  return works("unshare", ["--mount", "--propagation", "private", "sh", "-c", probe])
    ? null
    : "this machine allows no mount namespace with device nodes";
}

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * A real Slurm on this host: munged, slurmctld and four slurmd, each in a mount namespace that shows a healthy GPU node
 * with the single-file build of envdoctor and scripts/fleet/slurm. All of it lies in one folder and ends with `stop`.
 */
export class SlurmCluster {
  private readonly daemons: ChildProcess[] = [];
  private readonly slurmds = new Map<NodeName, ChildProcess>();
  private ports: readonly number[] = [];

  constructor(readonly folder: string) {}

  async start(): Promise<void> {
    this.ports = await freePorts(nodes.length + 1);
    mkdirSync(join(this.folder, "munge"), { mode: 0o700 });
    writeFileSync(join(this.folder, "munge", "key"), randomBytes(1024), { mode: 0o600 });
    for (const name of ["state", "reports", "envdoctor"]) mkdirSync(join(this.folder, name));
    this.installEnvdoctor();
    for (const node of nodes) this.sayOf(node, "healthy");
    this.configure({ healthCheckSeconds: 0 });
    const munge = (name: string): string => join(this.folder, "munge", name);
    this.spawn("munged", "munged", [
      "--foreground",
      `--key-file=${munge("key")}`,
      `--socket=${join(this.folder, "munge.sock")}`,
      `--pid-file=${munge("pid")}`,
      `--log-file=${munge("log")}`,
      `--seed-file=${munge("seed")}`,
    ]);
    this.spawn("slurmctld", "slurmctld", ["-D", "-i"]);
    for (const node of nodes) {
      const gpu = join(this.folder, `gpu.${node}`);
      const unshared = ["--mount", "--propagation", "private", "sh", here("fake-gpu.sh"), gpu];
      this.slurmds.set(node, this.spawn(`slurmd.${node}`, "unshare", [...unshared, "slurmd", "-D", "-N", node]));
    }
    await this.until("all nodes are idle", async () => (await this.states()).every((n) => n.state === "idle"));
  }

  /** Ends every daemon, waits for it, and removes the folder. */
  async stop(): Promise<void> {
    for (const child of this.daemons.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const late = AbortSignal.timeout(5000);
      late.addEventListener("abort", () => child.kill("SIGKILL"));
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What a user of the cluster types; never rejects. */
  async command(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const options = { env: { ...process.env, ...this.env(), ...env }, timeout: 25_000, killSignal: "SIGKILL" as const };
    return run(program, args, options).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code?: number; stdout?: string; stderr?: string }) => ({
        code: error.code ?? -1,
        stdout: error.stdout ?? "",
        stderr: error.stderr ?? "",
      }),
    );
  }

  async states(): Promise<{ node: string; state: string; reason: string }[]> {
    const { stdout } = await this.command("sinfo", ["--Node", "--noheader", "--format=%N|%T|%E"]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => line.split("|"));
    return lines.map(([node = "", state = "", reason = ""]) => ({ node, state, reason }));
  }

  /** The driver stops answering, as after an update without reboot, and /dev/shm has the size Docker gives it. */
  async sabotage(node: NodeName): Promise<void> {
    this.sayOf(node, "sick");
    const pid = String(this.slurmds.get(node)?.pid);
    await run("nsenter", ["--target", pid, "--mount", "mount", "-o", "remount,size=64m", "/dev/shm"]);
  }

  async switchHealthCheckOn(): Promise<void> {
    this.configure({ healthCheckSeconds: 2 });
    await this.command("scontrol", ["reconfigure"]);
  }

  async until(what: string, holds: () => Promise<boolean>, seconds = 20): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await holds())) {
      if (Date.now() > deadline)
        throw new Error(`waited ${seconds} s, but not: ${what}\n${JSON.stringify(await this.states())}`);
      await sleep(200);
    }
  }

  private env(): Record<string, string> {
    return { SLURM_CONF: join(this.folder, "slurm.conf") };
  }

  private spawn(name: string, program: string, args: readonly string[]): ChildProcess {
    const log = openSync(join(this.folder, `${name}.log`), "a");
    // Should this process be killed, the daemons end with it.
    const child = spawn("setpriv", ["--pdeathsig=KILL", program, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.env() },
      stdio: ["ignore", log, log],
    });
    this.daemons.push(child);
    return child;
  }

  private installEnvdoctor(): void {
    const { folder } = this;
    for (const name of ["node-health.sh", "reason.mjs", "fleet.sh"]) {
      copyFileSync(join(root, "scripts/fleet/slurm", name), join(folder, "envdoctor", name));
      chmodSync(join(folder, "envdoctor", name), 0o755);
    }
    copyFileSync(join(root, "dist/envdoctor-single.mjs"), join(folder, "envdoctor", "envdoctor.mjs"));
    execFileSync("python3", ["-m", "venv", "--without-pip", join(folder, "venv")]);
    this.installTorch();
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "lib", "libcuda.so.1"), "");
    writeFileSync(
      join(folder, "envdoctor", "node-health.conf"),
      [
        `PATH=${folder}/bin.$SLURMD_NODENAME:${process.env["PATH"]}`,
        `export SLURM_CONF=${folder}/slurm.conf LD_LIBRARY_PATH=${folder}/lib`,
        `NODE=${process.execPath}`,
        `PROGRAM=${folder}/envdoctor/envdoctor.mjs`,
        `CHECK="check --python ${folder}/venv/bin/python"`,
        `REPORTS=${folder}/reports`,
        `LOG="echo"`,
        "",
      ].join("\n"),
    );
  }

  /** What pip would have left of PyTorch, as far as check reads it. */
  private installTorch(): void {
    const [site = ""] = execFileSync(join(this.folder, "venv/bin/python"), [
      ...["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
    ])
      .toString()
      .split("\n");
    const { files } = machineRecording("bare-metal-4090");
    const packages = "/site-packages/";
    for (const [path, content] of Object.entries(files)) {
      const at = path.indexOf(packages);
      if (at < 0 || typeof content !== "string") continue;
      const target = join(site, path.slice(at + packages.length));
      mkdirSync(join(target, ".."), { recursive: true });
      writeFileSync(target, content);
    }
  }

  private sayOf(node: NodeName, state: "healthy" | "sick"): void {
    const answer = machineRecording("bare-metal-4090").commands["nvidia-smi -q -x"];
    if (answer === undefined || "trouble" in answer) throw new Error("the test machine has no nvidia-smi");
    const broken =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.";
    const script = state === "sick" ? `echo "${broken}"\nexit 9\n` : `cat <<'X'\n${answer.stdout}\nX\n`;
    const bin = join(this.folder, `bin.${node}`);
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "nvidia-smi"), `#!/bin/sh\n${script}`, { mode: 0o755 });
  }

  private configure({ healthCheckSeconds }: { healthCheckSeconds: number }): void {
    const { folder } = this;
    const [control, ...ports] = this.ports;
    const host = hostname().replace(/\..*/, "");
    const health = join(folder, "envdoctor", "node-health.sh");
    const lines = [
      "ClusterName=envdoctor",
      `SlurmctldHost=${host}(127.0.0.1)`,
      `SlurmctldPort=${control}`,
      "AuthType=auth/munge",
      `AuthInfo=socket=${folder}/munge.sock`,
      "SlurmUser=root",
      "SlurmdUser=root",
      `StateSaveLocation=${folder}/state`,
      `SlurmdSpoolDir=${folder}/spool.%n`,
      `SlurmctldPidFile=${folder}/slurmctld.pid`,
      `SlurmdPidFile=${folder}/slurmd.%n.pid`,
      "ProctrackType=proctrack/pgid",
      "TaskPlugin=task/none",
      "JobAcctGatherType=jobacct_gather/none",
      "AccountingStorageType=accounting_storage/none",
      "SelectType=select/cons_tres",
      "SelectTypeParameters=CR_Core",
      "SchedulerType=sched/builtin",
      "MpiDefault=none",
      "ReturnToService=2",
      "SlurmdParameters=config_overrides",
      "KillWait=2",
      `Prolog=${health}`,
      ...(healthCheckSeconds > 0
        ? [`HealthCheckProgram=${health}`, `HealthCheckInterval=${healthCheckSeconds}`, "HealthCheckNodeState=ANY"]
        : []),
      ...nodes.map(
        (node, i) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=1 State=UNKNOWN`,
      ),
      "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
    ];
    writeFileSync(join(folder, "slurm.conf"), `${lines.join("\n")}\n`);
  }
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
