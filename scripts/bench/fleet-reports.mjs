/**
 * Synthetic reports of `check --json` for the benchmark and the tests of `envdoctor fleet`: one template, so that each
 * report has the real size, and ten ways to be odd. The same size gives the same reports.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const checkIds = [
  ...["machine.os", "machine.virtualization", "machine.container", "gpu.present", "gpu.bars", "driver.installed"],
  ...["driver.binding", "driver.branch", "driver.flavour", "driver.module", "driver.device-nodes", "driver.api"],
  ...["driver.versions-agree", "gpu.health", "gpu.memory", "driver.fabric-manager", "cuda.libcuda", "cuda.toolkit"],
  ...["python.version", "frameworks.installed", "frameworks.build", "frameworks.arch", "frameworks.cudnn"],
  ...["workers.start-method", "limits.shm", "limits.memory", "limits.open-files", "limits.cpus", "data.location"],
];

/** A healthy node with eight H100, on which a little varies as it does in life. */
export function healthyReport(index) {
  const evidence = [
    { source: "nvidia-smi -q -x", excerpt: "driver 550.54.14, CUDA 12.4, 8 cards: NVIDIA H100 80GB HBM3" },
    { source: "/proc/driver/nvidia/version", excerpt: "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14" },
    {
      source: "/sys/bus/pci/devices",
      excerpt: "0000:19:00.0 10de:2330, 0000:3b:00.0 10de:2330, 0000:4c:00.0 10de:2330",
    },
  ];
  return {
    schemaVersion: 1,
    kind: "check",
    tool: { name: "envdoctor", version: "0.1.0" },
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 300 + (index % 97),
    verdict: { status: "ready", gpuTraining: "yes", summary: "Trains on 8 × NVIDIA H100 80GB HBM3.", next: null },
    machine: {
      platform: "linux",
      os: "Ubuntu 22.04.5 LTS",
      kernel: "5.15.0-122-generic",
      arch: "x64",
      wsl: null,
      hypervisor: null,
      container: null,
      containers: [],
    },
    gpus: Array.from({ length: 8 }, () => ({
      vendor: "nvidia",
      name: "NVIDIA H100 80GB HBM3",
      pciId: "10de:2330",
      memoryMiB: 81559,
      computeCapability: "9.0",
    })),
    cuda: {
      driverVersion: "550.54.14",
      driverApi: "12.4",
      toolkits: [{ version: "12.4", path: "/usr/local/cuda-12.4" }],
    },
    pythons: [
      {
        path: "/opt/train/bin/python3",
        version: "3.11.9",
        environment: "venv",
        active: true,
        startMethod: "fork",
        startMethods: ["fork", "spawn", "forkserver"],
        frameworks: [
          { name: "torch", version: "2.5.1+cu124", cudaBuild: "12.4", archList: ["sm_80", "sm_86", "sm_90"] },
        ],
      },
    ],
    // Like machines differ by what firmware keeps to itself.
    limits: { cpus: 192, memoryMiB: 2_063_700 + (index % 41), shmMiB: 1_031_850 + (index % 23), openFiles: 1_048_576 },
    unknown: {},
    causes: [],
    findings: checkIds.map((id) => ({
      id,
      status: "pass",
      title: `Check ${id} of the machine`,
      detail: null,
      found: `as it should be on this machine: ${id}`,
      wanted: null,
      evidence,
      causes: [],
      blockedBy: null,
      durationMs: (index % 13) / 100,
    })),
  };
}

function fail(report, id, cause, found, status = "fail") {
  const finding = report.findings.find((f) => f.id === id);
  Object.assign(finding, { status, found, wanted: "as on the others", causes: [cause] });
  if (status === "fail") report.verdict = { ...report.verdict, status: "not-ready", gpuTraining: "no" };
  report.causes = [
    ...report.causes,
    {
      id: cause,
      title: `Cause ${cause}`,
      harmless: false,
      explanation: "It explains the finding.",
      fix: [],
      references: [],
      confidence: 0.9,
      evidence: [],
      findings: [id],
    },
  ];
}

/** Each makes a healthy report odd in one way; some are sick by a check, others only unlike the rest. */
export const oddities = {
  "other driver": (r) => {
    r.cuda.driverVersion = "535.183.01";
    r.cuda.driverApi = "12.2";
  },
  "other kernel": (r) => {
    r.machine.kernel = "5.15.0-97-generic";
  },
  "other system": (r) => {
    r.machine.os = "Ubuntu 20.04.6 LTS";
  },
  "a card fell off": (r) => {
    r.gpus.pop();
  },
  "other card": (r) => {
    for (const gpu of r.gpus)
      Object.assign(gpu, {
        name: "NVIDIA A100-SXM4-40GB",
        pciId: "10de:20b0",
        memoryMiB: 40960,
        computeCapability: "8.0",
      });
  },
  "memory lost": (r) => {
    r.limits.memoryMiB = 1_805_700;
  },
  "driver does not answer": (r) => {
    for (const gpu of r.gpus) gpu.memoryMiB = null;
    Object.assign(r.cuda, { driverVersion: null, driverApi: null });
    r.unknown["cuda.driverVersion"] = "nvidia-smi gave no answer in time";
    fail(r, "driver.api", "driver-library-mismatch", "Driver/library version mismatch");
  },
  "other wheel": (r) => {
    r.pythons[0].frameworks[0].version = "2.5.1+cpu";
    fail(r, "frameworks.build", "torch-cpu-build", "2.5.1+cpu");
  },
  "small shm": (r) => {
    r.limits.shmMiB = 64;
    fail(r, "limits.shm", "shm-too-small", "64 MiB", "warn");
  },
  "few open files": (r) => {
    r.limits.openFiles = 1024;
  },
};

/** Broken files as they come from a full disk, a killed job, a login banner or a mistake. */
const breakages = [
  () => "",
  (text) => text.slice(0, text.length / 2),
  (text) => text.replace('"kind": "check"', '"kind": "explain"'),
  () => "bash: envdoctor: command not found\n",
  () => "\0\x01\x02\xff\xfe binary",
];

/** Writes `size` reports into a new folder and says which machines are odd and which files are broken. */
export function writeFleet(folder, size) {
  mkdirSync(folder, { recursive: true });
  const ways = Object.values(oddities);
  const made = { odd: [], broken: [], bytes: 0 };
  for (let i = 0; i < size; i++) {
    const name = `node${String(i).padStart(6, "0")}`;
    const report = healthyReport(i);
    if (i % 50 === 7) {
      ways[Math.floor(i / 50) % ways.length](report);
      made.odd.push(name);
    }
    let text = `${JSON.stringify(report, null, 2)}\n`;
    if (i % 200 === 113) {
      text = breakages[Math.floor(i / 200) % breakages.length](text);
      made.broken.push(name);
    }
    made.bytes += Buffer.byteLength(text);
    writeFileSync(join(folder, `${name}.json`), text);
  }
  return made;
}
