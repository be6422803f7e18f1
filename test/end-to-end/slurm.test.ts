import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FleetReport } from "../../src/report/fleet-report.ts";
import { SlurmCluster, whyNoSlurm } from "../fleet/slurm-cluster.ts";
import { processesWith, runCli, temporaryFolder } from "../support/cli.ts";

const reason = whyNoSlurm();
if (reason !== null) console.warn(`NOT RUN: envdoctor on a real Slurm: ${reason}`);

const reportOf = (stdout: string): FleetReport => JSON.parse(stdout) as FleetReport;

describe.skipIf(reason !== null)("a Slurm of four nodes", () => {
  const cluster = new SlurmCluster(temporaryFolder());
  const { folder } = cluster;
  const compare = () => runCli(["fleet", join(folder, "reports"), "--json"]);

  beforeAll(() => cluster.start(), 40_000);
  afterAll(async () => {
    await cluster.stop();
    expect(processesWith(folder)).toEqual([]);
  }, 40_000);

  test("fleet.sh runs envdoctor on all nodes through srun and finds them healthy and alike", async () => {
    const env = { ENVDOCTOR: `sh ${folder}/envdoctor/as-node.sh`, FORMAT: "json" };
    // On this host all nodes have one PATH; a real node has its own.
    const conf = `. ${folder}/envdoctor/node-health.conf\nexport PATH\n`;
    const run = `case $1 in check) exec "$NODE" "$PROGRAM" $CHECK --json ;; *) exec "$NODE" "$PROGRAM" "$@" ;; esac\n`;
    writeFileSync(join(folder, "envdoctor", "as-node.sh"), `SLURMD_NODENAME=\${SLURMD_NODENAME:-}\n${conf}${run}`);
    const ran = await cluster.command(join(folder, "envdoctor", "fleet.sh"), [join(folder, "by-srun")], env);
    expect(ran.stderr).toBe("");
    const report = reportOf(ran.stdout);
    expect(report.counts).toEqual({ machines: 4, alike: 4, odd: 0, sick: 0, missing: 0, unreadable: 0 });
    expect(report.kinds[0]?.usual).toMatchObject({ "gpu.model": "GeForce RTX 4090", driver: "550.54.14" });
    expect(ran.code).toBe(0);
    expect((await cluster.states()).map((n) => n.state)).toEqual(["idle", "idle", "idle", "idle"]);
  });

  test("the prolog drains exactly the sabotaged node, with the cause as the reason", async () => {
    await cluster.sabotage("n3");
    const job = await cluster.command("srun", ["--nodes=4", "--ntasks-per-node=1", "--immediate=5", "true"]);
    expect(job.code).not.toBe(0);
    await cluster.until("n3 is drained", async () => (await cluster.states()).some((n) => n.state.startsWith("drain")));
    const drained = (await cluster.states()).filter((n) => /^(drain|down)/.test(n.state));
    expect(drained.map((n) => n.node)).toEqual(["n3"]);
    expect(drained[0]?.reason).toMatch(/^envdoctor: [a-z0-9-]+: /);
  });

  test("fleet names the drained node and why, from the reports that the prolog left", async () => {
    const { code, stdout } = await compare();
    expect(code).toBe(1);
    const report = reportOf(stdout);
    expect(report.counts).toMatchObject({ machines: 4, alike: 3, sick: 1 });
    expect(report.oddities.map((o) => o.machines)).toEqual([["n3"]]);
    const [odd] = report.oddities;
    expect(odd?.status).toBe("sick");
    expect(odd?.deviations.map((d) => d.feature)).toEqual(["gpu.memoryMiB", "cuda", "limits.shmMiB"]);
    expect(odd?.causes.map((c) => c.id)).toContain("shm-too-small");
    const [drained] = (await cluster.states()).filter((n) => n.node === "n3");
    const why = drained?.reason.split(": ")[1] ?? "";
    expect(odd?.causes.map((c) => c.id)).toContain(why);
  });

  test("the three healthy nodes go on taking jobs", async () => {
    const { code, stdout } = await cluster.command("srun", [
      ...["--nodes=3", "--ntasks-per-node=1", "--immediate=10", "sh", "-c", "echo $SLURMD_NODENAME"],
    ]);
    expect(stdout.trim().split("\n").sort()).toEqual(["n1", "n2", "n4"]);
    expect(code).toBe(0);
  });

  test("as a health check it drains a node that turns sick while idle, and leaves the reasons of others alone", async () => {
    await cluster.command("scontrol", ["update", "NodeName=n4", "State=DRAIN", "Reason=new disk"]);
    await cluster.switchHealthCheckOn();
    await cluster.sabotage("n2");
    await cluster.sabotage("n4");
    await cluster.until("n2 is drained", async () =>
      (await cluster.states()).some((n) => n.node === "n2" && n.state.startsWith("drain")),
    );
    const states = await cluster.states();
    expect(states.filter((n) => n.state.startsWith("drain")).map((n) => n.node)).toEqual(["n2", "n3", "n4"]);
    expect(states.find((n) => n.node === "n4")?.reason).toBe("new disk");
    expect(states.find((n) => n.node === "n1")?.state).toBe("idle");
  });

  test("an envdoctor that fails drains nothing", async () => {
    const conf = join(folder, "envdoctor", "node-health.conf");
    const before = readFileSync(conf, "utf8");
    writeFileSync(conf, before.replace(/^PROGRAM=.*$/m, `PROGRAM=${folder}/no-such.mjs`));
    const run = await cluster.command(join(folder, "envdoctor", "node-health.sh"), [], { SLURMD_NODENAME: "n1" });
    expect(run.stdout).toMatch(/n1: no verdict/);
    expect(run.code).toBe(0);
    expect((await cluster.states()).find((n) => n.node === "n1")?.state).toBe("idle");
    writeFileSync(conf, before);
  });

  test("preflight decides where it is asked to, and its requirement is the reason", async () => {
    const conf = join(folder, "envdoctor", "node-health.conf");
    const before = readFileSync(conf, "utf8");
    writeFileSync(conf, before.replace(/^CHECK=.*$/m, 'CHECK="preflight --require gpu.count>=8"'));
    await cluster.until("n1 is drained", async () =>
      (await cluster.states()).some((n) => n.node === "n1" && n.state.startsWith("drain")),
    );
    expect((await cluster.states()).find((n) => n.node === "n1")?.reason).toBe("envdoctor: gpu.count>=8 (found 1)");
  });
});
