import { Gauge, Registry } from "prom-client";
import type { FleetReport } from "./fleet-report.ts";

/** Series of single machines; a fleet with more odd ones than this has another problem. */
const mostMachines = 1000;

/** The fleet for Prometheus' textfile collector. https://github.com/prometheus/node_exporter#textfile-collector */
export async function fleetMetrics(report: FleetReport): Promise<string> {
  const registry = new Registry();
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `envdoctor_fleet_${name}`, help, labelNames, registers: [registry] });

  const machines = gauge("machines", "Machines by state; each counts once.", ["state"]);
  for (const state of ["alike", "odd", "sick", "missing", "unreadable"] as const) {
    const count = report.counts[state];
    if (count !== null) machines.set({ state }, count);
  }
  const causes = gauge("cause_machines", "Machines by root cause.", ["cause"]);
  for (const { id, machines: count } of report.causes) causes.set({ cause: id }, count);

  const odd = gauge("machine_odd", "Machines that are not like the others; the labels say why.", [
    "machine",
    "status",
    "reason",
  ]);
  let left = mostMachines;
  for (const { machines: names, status, causes: why, deviations, findings } of report.oddities) {
    const reason = why[0]?.id ?? findings[0]?.id ?? deviations[0]?.feature ?? "";
    for (const machine of names.slice(0, left)) odd.set({ machine, status, reason }, 1);
    left -= Math.min(left, names.length);
  }
  const missing = gauge("machine_missing", "Expected machines that sent nothing.", ["machine"]);
  for (const machine of report.missing.slice(0, mostMachines)) missing.set({ machine }, 1);
  return `${(await registry.metrics()).trimEnd()}\n`;
}
