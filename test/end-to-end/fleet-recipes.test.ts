import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import { Job } from "kubernetes-models/batch/v1/Job";
import { ClusterRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole";
import { ClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { healthyReport, oddities } from "../../scripts/bench/fleet-reports.mjs";
import type { FleetReport } from "../../src/report/fleet-report.ts";
import { programFolder, temporaryFolder } from "../support/cli.ts";

const recipes = fileURLToPath(new URL("../../scripts/fleet", import.meta.url));
const onPosix = process.platform !== "win32";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function execute(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, timeout: 50_000, killSignal: "SIGKILL" });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.end();
  });
}

describe.runIf(onPosix)("collect-ssh.sh", () => {
  test("runs the program on each host through the connection, and names the host that cannot be reached", async () => {
    // Runs the command here; what counts is what the script sends and keeps.
    const ssh =
      '#!/bin/sh\nif [ "$1" = n3 ]; then echo "ssh: connect to host n3: No route to host" >&2; exit 255; fi\nshift\nexec sh -c "$1"\n';
    const folder = temporaryFolder();
    const [hosts, reports] = [join(folder, "hosts"), join(folder, "reports")];
    writeFileSync(hosts, "n1\nn2 # spare\nn3\n");
    const env = { SSH: join(programFolder("ssh", ssh), "ssh"), PARALLEL: "2" };
    const { code, stdout, stderr } = await execute(join(recipes, "collect-ssh.sh"), [hosts, reports, "--json"], env);
    const report = JSON.parse(stdout) as FleetReport;
    expect(stderr).toContain("n3: ssh: connect to host n3: No route to host");
    expect(report.counts.machines).toBe(2);
    expect(report.missing).toEqual(["n3"]);
    expect(readdirSync(reports).sort()).toEqual(["n1.json", "n2.json"]);
    expect(code).toBe(1);
  });
});

describe("Kubernetes manifests", () => {
  const kinds = { Job, DaemonSet, ClusterRole, ClusterRoleBinding, Namespace, ServiceAccount };
  const documents = ["job.yaml", "daemonset.yaml"].flatMap((file) =>
    parseAllDocuments(readFileSync(join(recipes, "kubernetes", file), "utf8"), { strict: true, uniqueKeys: true }).map(
      (document) => ({ file, errors: document.errors, content: document.toJS() }),
    ),
  );

  test.each(documents.map((d) => [`${d.file}: ${d.content.kind}`, d] as const))(
    "%s is valid",
    (_, { errors, content }) => {
      expect(errors).toEqual([]);
      const Kind = kinds[content.kind as keyof typeof kinds];
      const resource = new Kind(content);
      resource.validate();
      expect(resource.toJSON()).toMatchObject(content);
    },
  );

  test("a wrong manifest is found", () => {
    expect(() =>
      new Job({ spec: { template: { spec: { containers: [] as never, restartPolicy: 1 as never } } } }).validate(),
    ).toThrow();
  });

  test("what a pod mounts and refers to is there", () => {
    for (const { content } of documents) {
      const pod = content.spec?.template?.spec;
      if (pod === undefined) continue;
      const volumes = pod.volumes.map((volume: { name: string }) => volume.name);
      for (const { volumeMounts = [] } of [...pod.initContainers, ...pod.containers]) {
        for (const { name } of volumeMounts) expect(volumes).toContain(name);
      }
    }
    const set = documents.find((d) => d.content.kind === "DaemonSet")?.content;
    expect(set.spec.template.metadata.labels).toMatchObject(set.spec.selector.matchLabels);
    const account = documents.find((d) => d.content.kind === "ServiceAccount")?.content.metadata;
    expect(set.spec.template.spec.serviceAccountName).toBe(account.name);
    expect(set.metadata.namespace).toBe(account.namespace);
  });

  test("the image holds what the manifests call", () => {
    const dockerfile = readFileSync(join(recipes, "kubernetes", "Dockerfile"), "utf8");
    const copied = [...dockerfile.matchAll(/^COPY (\S+) (\S+)$/gm)];
    for (const [, from = ""] of copied) expect(existsSync(join(recipes, "../..", from)), from).toBe(true);
    expect(copied.map(([, , to]) => to)).toEqual(["/envdoctor/envdoctor.mjs", "/envdoctor/node-condition.mjs"]);
  });
});

describe.runIf(onPosix)("node-condition.mjs against an API server", () => {
  interface Asked {
    readonly method: string | undefined;
    readonly path: string | undefined;
    readonly type: string | undefined;
    readonly body: Record<string, never> & { status?: { conditions: Record<string, string>[] } };
  }
  const asked: Asked[] = [];
  let server: Server;
  let node = {};
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      asked.push(await received(request));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(node));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => void server.close());

  async function received(request: IncomingMessage): Promise<Asked> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { method, url: path, headers } = request;
    return { method, path, type: headers["content-type"], body: text === "" ? {} : JSON.parse(text) };
  }

  async function run(command: readonly string[]): Promise<Ended & { readonly condition: Record<string, string> }> {
    asked.length = 0;
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const env = { NODE_NAME: "gpu-1", INTERVAL_SECONDS: "0", KUBERNETES_API: `http://127.0.0.1:${port}` };
    const ended = await execute(process.execPath, [join(recipes, "kubernetes/node-condition.mjs"), ...command], env);
    return { ...ended, condition: asked.find((a) => a.body.status)?.body.status?.conditions[0] ?? {} };
  }

  const printing = (report: object): string[] => {
    const file = join(temporaryFolder(), "report.json");
    writeFileSync(file, JSON.stringify(report));
    return ["cat", file];
  };

  test("a fit node gets False and its label, and the report goes to the log", async () => {
    const { code, stdout, condition } = await run(printing(healthyReport(1)));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ host: "gpu-1", kind: "check" });
    expect(condition).toMatchObject({ type: "TrainingUnfit", status: "False", reason: "TrainingPossible" });
    expect(asked.map(({ method, path, type }) => [method, path, type])).toEqual([
      ["GET", "/api/v1/nodes/gpu-1", undefined],
      ["PATCH", "/api/v1/nodes/gpu-1/status", "application/strategic-merge-patch+json"],
      ["PATCH", "/api/v1/nodes/gpu-1", "application/merge-patch+json"],
    ]);
    expect(asked[2]?.body).toEqual({ metadata: { labels: { "envdoctor/verdict": "ready" } } });
  });

  test("an unfit node gets True with the root cause; an unchanged condition keeps its time", async () => {
    const report = healthyReport(1);
    oddities["driver does not answer"](report);
    const since = "2026-01-01T00:00:00Z";
    node = { status: { conditions: [{ type: "TrainingUnfit", status: "True", lastTransitionTime: since }] } };
    const { condition } = await run(printing(report));
    expect(condition).toMatchObject({ status: "True", reason: "DriverLibraryMismatch", lastTransitionTime: since });
    expect(condition["reason"]).toMatch(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/);
  });

  test("no report is Unknown, not a pass", async () => {
    const { condition } = await run(["sh", "-c", "echo oops >&2; exit 70"]);
    expect(condition).toMatchObject({ status: "Unknown", reason: "NoReport" });
    expect(asked.at(-1)?.body).toEqual({ metadata: { labels: { "envdoctor/verdict": "unknown" } } });
  });
});

describe("the Ansible playbook", () => {
  test("is YAML of plays whose modules are named in full", () => {
    const plays = parse(readFileSync(join(recipes, "ansible/playbook.yml"), "utf8"), { strict: true });
    expect(plays.map((play: { hosts: string }) => play.hosts)).toEqual(["all", "localhost"]);
    for (const { tasks } of plays) {
      for (const task of tasks) {
        expect(task.name).toBeTypeOf("string");
        expect(Object.keys(task).filter((key) => key.startsWith("ansible.builtin."))).toHaveLength(1);
      }
    }
  });

  test("runs on two hosts", async () => {
    const folder = temporaryFolder();
    const inventory = join(folder, "inventory");
    writeFileSync(inventory, "[all]\na ansible_connection=local\nb ansible_connection=local\n");
    const args = ["-i", inventory, join(recipes, "ansible/playbook.yml"), "-e", `reports=${join(folder, "reports")}`];
    const env = { ANSIBLE_LOCAL_TEMP: folder, ANSIBLE_REMOTE_TEMP: folder, LC_ALL: "C.UTF-8" };
    const run = await execute("ansible-playbook", args, env).catch((error: Error) => error);
    if (run instanceof Error) {
      console.warn(`NOT RUN: the playbook: ${run.message} (apt-get install ansible-core)`);
      return;
    }
    expect(run.stdout).toMatch(/machines: 2/);
    expect(readdirSync(join(folder, "reports")).sort()).toEqual(["a.json", "b.json"]);
  }, 60_000);
});

test.runIf(onPosix)("every script of the recipes parses", async () => {
  for (const script of ["collect-ssh.sh", "slurm/fleet.sh", "slurm/node-health.sh"]) {
    expect(await execute("sh", ["-n", join(recipes, script)], {})).toMatchObject({ code: 0, stderr: "" });
  }
});
