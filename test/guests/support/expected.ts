import type { CheckReport } from "../../../src/report/check-report.ts";

/** What `check` must say of a machine; lists are ids parted by spaces, in order. */
export interface Expected {
  /** `machine.hypervisor` of the report. */
  readonly hypervisor: string | null;
  /** status and gpuTraining */
  readonly verdict: string;
  readonly causes: string;
  readonly fail?: string;
  readonly warn?: string;
  readonly unknown?: string;
}

/** A report in the form of what is expected of it. */
export function told({ verdict, machine, causes, findings }: CheckReport): Required<Expected> {
  const having = (status: string): string => findings.flatMap((f) => (f.status === status ? [f.id] : [])).join(" ");
  return {
    hypervisor: machine.hypervisor,
    verdict: `${verdict.status} ${verdict.gpuTraining}`,
    causes: causes.map(({ id }) => id).join(" "),
    fail: having("fail"),
    warn: having("warn"),
    unknown: having("unknown"),
  };
}

/** Of a report, the reasons: what a test prints where it fails. */
export function reasons({ findings, unknown }: CheckReport): string {
  const lines = findings
    .filter(({ status }) => status === "fail" || status === "warn" || status === "unknown")
    .map(({ id, status, found, detail }) => `${id} ${status}: ${found ?? ""} ${detail ?? ""}`);
  return [...lines, JSON.stringify(unknown)].join("\n");
}
