import { Gauge, Registry } from "prom-client";
import { driverReport } from "../facts/driver-report.ts";
import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import type { CheckReport } from "./check-report.ts";
import { type PreflightReport, refusesBy } from "./preflight-report.ts";

const mebibyte = 2 ** 20;

/**
 * Metrics for the textfile collector of Prometheus's node exporter. Sizes are bytes and times seconds, by
 * https://prometheus.io/docs/practices/naming/. What is not known has no sample.
 */
export async function prometheusReport(report: CheckReport, facts: Facts, gate?: PreflightReport): Promise<string> {
  const registry = new Registry();
  const gauge: Adder = (name, help, samples) => {
    const told = samples.filter((sample): sample is Sample & { value: number } => sample.value !== null);
    const labelNames = [...new Set(told.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const metric = new Gauge({
      name: `envdoctor_${name}`,
      help,
      labelNames,
      registers: told.length > 0 ? [registry] : [],
    });
    for (const { labels = {}, value } of told) metric.set({ ...labels }, value);
  };
  verdict(gauge, report);
  machine(gauge, report);
  cards(gauge, facts);
  if (gate) requirements(gauge, gate);
  return registry.metrics();
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number | null;
}

type Adder = (name: string, help: string, samples: readonly Sample[]) => void;

function verdict(
  gauge: Adder,
  { verdict: { status, gpuTraining }, findings, causes, startedAt, durationMs, tool }: CheckReport,
): void {
  gauge("info", "The envdoctor that wrote this", [{ labels: { version: tool.version }, value: 1 }]);
  gauge(
    "verdict",
    "1 for the verdict on this machine, 0 for the other ones",
    states("status", ["ready", "degraded", "not-ready"], status),
  );
  gauge(
    "gpu_training",
    "1 for the answer to whether it can train on a GPU",
    states("answer", ["yes", "no", "unknown"], gpuTraining),
  );
  gauge(
    "check_status",
    "1 for the status that each check has",
    findings.map((finding) => ({ labels: { check: finding.id, status: finding.status }, value: 1 })),
  );
  gauge(
    "cause_confidence",
    "How sure each root cause is, from 0 to 1",
    causes.map(({ id, confidence, harmless }) => ({
      labels: { cause: id, harmless: String(harmless) },
      value: confidence,
    })),
  );
  gauge("duration_seconds", "What the look at this machine took: the cost at the start of a job", [
    { value: durationMs / 1000 },
  ]);
  gauge("last_run_timestamp_seconds", "When it looked", [{ value: Math.floor(Date.parse(startedAt) / 1000) }]);
}

function machine(gauge: Adder, { cuda, machine: { os, kernel, arch }, limits }: CheckReport): void {
  const told = { driver: cuda.driverVersion, cuda: cuda.driverApi, os, kernel, arch };
  const labels = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, value ?? ""]));
  gauge("machine_info", "Driver, the CUDA version that it serves, and the system; empty where not known", [
    { labels, value: 1 },
  ]);
  gauge("limit_cpus", "Processors that a job may use", [{ value: limits.cpus }]);
  gauge("limit_memory_bytes", "Memory that a job may use", [{ value: bytes(limits.memoryMiB) }]);
  gauge("limit_shm_bytes", "Size of /dev/shm", [{ value: bytes(limits.shmMiB) }]);
  gauge("limit_open_files", "Files that a process may have open", [{ value: limits.openFiles }]);
}

function cards(gauge: Adder, facts: Facts): void {
  const byNvml = known(facts.nvml)?.gpus ?? [];
  const all = (known(driverReport(facts))?.gpus ?? []).map((card, at) => ({
    ...card,
    nvml: byNvml.find(({ index }) => index === (card.index ?? at)),
    labels: { gpu: String(card.index ?? at) },
  }));
  gauge(
    "gpu_info",
    "The cards that the driver lists",
    all.map(({ labels, name, pciId, computeCapability }) => ({
      labels: { ...labels, name: name ?? "", pci_id: pciId ?? "", compute_capability: computeCapability ?? "" },
      value: 1,
    })),
  );
  const each = (name: string, help: string, value: (card: (typeof all)[number]) => number | null | undefined): void =>
    gauge(
      name,
      help,
      all.map((card) => ({ labels: card.labels, value: value(card) ?? null })),
    );
  each("gpu_memory_bytes", "Memory of the card", ({ memoryMiB }) => bytes(memoryMiB));
  each("gpu_memory_free_bytes", "Memory of the card that is free", ({ now }) => bytes(now?.freeMiB ?? null));
  each("gpu_temperature_celsius", "Temperature of the card", ({ now }) => now?.temperatureC);
  each("gpu_throttled", "1 where heat or power slows the card down", ({ now }) =>
    now?.slowdowns ? Number(now.slowdowns.length > 0) : null,
  );
  each(
    "gpu_uncorrected_memory_errors",
    "Uncorrected memory errors since the driver was loaded",
    ({ now }) => now?.uncorrectedErrors,
  );
  each("gpu_compute_processes", "Processes that compute on the card", ({ now }) => now?.computeProcesses);
  each("gpu_utilisation_ratio", "Share of the last moment in which the card computed", ({ nvml }) =>
    nvml?.utilisation ? nvml.utilisation.gpu / 100 : null,
  );
  each("gpu_sm_clock_hertz", "Clock of the card's processors", ({ nvml }) => hertz(nvml?.clocksMHz.sm));
  each("gpu_power_watts", "Power that the card takes", ({ nvml }) => nvml?.powerW.draw);
  each("gpu_power_limit_watts", "Power that the card may take", ({ nvml }) => nvml?.powerW.limit);
  each("gpu_pcie_lanes", "PCIe lanes in use", ({ nvml }) => nvml?.pcie.width);
  each("gpu_pcie_lanes_max", "PCIe lanes that card and slot have both", ({ nvml }) => nvml?.pcie.maxWidth);
  each("gpu_row_remap_pending", "1 where a bad row of memory waits for a reset", ({ nvml }) =>
    nvml?.remappedRows ? Number(nvml.remappedRows.pending) : null,
  );
  each("gpu_row_remap_failed", "1 where a bad row of memory could not be replaced", ({ nvml }) =>
    nvml?.remappedRows ? Number(nvml.remappedRows.failed) : null,
  );
}

function requirements(gauge: Adder, gate: PreflightReport): void {
  gauge("preflight_allowed", "1 where a command may be started", [{ value: Number(gate.allowed) }]);
  gauge(
    "preflight_requirement_status",
    "1 for the status that each requirement has",
    gate.requirements.map((each) => ({
      labels: { require: each.require, status: each.status, refuses: String(refusesBy(each)) },
      value: 1,
    })),
  );
}

function states(label: string, all: readonly string[], current: string): Sample[] {
  return all.map((state) => ({ labels: { [label]: state }, value: Number(state === current) }));
}

function hertz(megahertz: number | null | undefined): number | null {
  return megahertz === null || megahertz === undefined ? null : megahertz * 1e6;
}

function bytes(mebibytes: number | null): number | null {
  return mebibytes === null ? null : mebibytes * mebibyte;
}
