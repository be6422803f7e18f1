/**
 * Runs a command that prints a report of `check --json`, and writes the verdict to this Kubernetes node: the condition
 * TrainingUnfit (True with the root cause, False, or Unknown where envdoctor gave no verdict) and the label
 * envdoctor/verdict. Prints each report in one line with the node's name, for `envdoctor fleet -`.
 *
 * usage: node node-condition.mjs COMMAND…
 *   NODE_NAME          the node
 *   INTERVAL_SECONDS   pause between checks; 0 checks once
 *   KUBERNETES_API     default: that of the pod's service account
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const node = process.env.NODE_NAME;
const [program, ...args] = process.argv.slice(2);
const interval = Number(process.env.INTERVAL_SECONDS ?? 300);
const host = process.env.KUBERNETES_SERVICE_HOST ?? "kubernetes.default.svc";
const api =
  process.env.KUBERNETES_API ??
  `https://${host.includes(":") ? `[${host}]` : host}:${process.env.KUBERNETES_SERVICE_PORT ?? 443}`;
if (!node || !program || !(interval >= 0)) {
  console.error("usage: NODE_NAME=… node node-condition.mjs COMMAND…");
  process.exit(2);
}
process.on("SIGTERM", () => process.exit(0));

for (;;) {
  const { report, why } = await look();
  try {
    await tell(report, why);
  } catch (error) {
    console.error(`${node}: the API server was not told: ${error.cause ?? error}`);
    if (interval === 0) process.exit(1);
  }
  if (interval === 0) break;
  await sleep(interval * 1000);
}

/** The report, or why there is none. */
function look() {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 120_000, maxBuffer: 32 << 20 }, (error, stdout) => {
      try {
        const report = JSON.parse(stdout);
        if (report.kind !== "check") throw new Error(`printed a report of kind ${report.kind}`);
        console.log(JSON.stringify({ host: node, ...report }));
        resolve({ report });
      } catch (broken) {
        resolve({ why: `envdoctor gave no report: ${error?.message ?? broken.message}` });
      }
    });
  });
}

async function tell(report, why) {
  const now = new Date().toISOString();
  const condition = { type: "TrainingUnfit", lastHeartbeatTime: now, ...judged(report, why) };
  const { status } = await ask("GET", "");
  const before = status?.conditions?.find((c) => c.type === condition.type);
  condition.lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now;
  // Strategic merge: conditions are merged by their type, and those of others stay.
  await ask("PATCH", "/status", "application/strategic-merge-patch+json", { status: { conditions: [condition] } });
  const labels = { "envdoctor/verdict": report?.verdict.status ?? "unknown" };
  await ask("PATCH", "", "application/merge-patch+json", { metadata: { labels } });
}

function judged(report, why) {
  if (!report) return { status: "Unknown", reason: "NoReport", message: why.slice(0, 1000) };
  if (report.verdict.status !== "not-ready") {
    return { status: "False", reason: "TrainingPossible", message: report.verdict.summary };
  }
  const cause = report.causes.find((c) => c.harmless !== true);
  const name = cause?.id ?? "unfit";
  const reason = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return { status: "True", reason, message: `${name}: ${cause?.title ?? report.verdict.summary}` };
}

async function ask(method, below, type, body) {
  // The token is replaced by the kubelet every hour.
  const token = await readFile(`${account}/token`, "utf8").catch(() => "");
  const response = await fetch(`${api}/api/v1/nodes/${encodeURIComponent(node)}${below}`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token.trim()}` }), ...(type && { "content-type": type }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`${method} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response.json();
}
